// Whether something that came is what it should be, before anything else looks at it. What is shown is drawn from what came: a number where a list
// should be would stop the page's drawing for good. Nothing here knows what the words mean.
//
//   const take = reader({ words: {…}, objects: {…}, kinds: {…} });
//   take("ServerMessage", JSON.parse(text))       the same without what nobody has heard of; undefined if it has another shape
//
// A type is "string", "number" (whole, not below 0), "boolean", the name of a type in one of the tables, "Array<…>" of such, or "… | null". What may
// be null may be left out. Fields that are not in the tables are allowed and go no further: a newer server may say more.

import * as SHAPES from "./shapes.js";

/** @import { ServerMessage } from "./types.d.ts" */

/** @typedef {Record<string, string>} Fields the type of each */
/** @typedef {{ words?: Record<string, string[]>, objects?: Record<string, Fields>, kinds?: Record<string, Record<string, Fields>> }} Tables */
/** What a type does not tell: fields that may be long, fields that name something, and by which field the items of a list are told apart.
 * @typedef {{ long?: string[], ids?: string[], unique?: Record<string, string> }} More */

/** The notes of a full waiting room: 200 visits with 30 notes of 2,000 characters. Nothing that the server says is longer. */
export const MESSAGE_CHARS_MAX = 2 ** 24;
/** ... and no list has more. */
export const ITEMS_MAX = 10_000;
/** Names, sealed names, certificates, notes. */
export const TEXT_CHARS_MAX = 2_000;
/** What only programs read: descriptions of sessions, hellos. */
export const LONG_CHARS_MAX = 65_536;
/** Two such times can be added and are still a date, which ends at 8.64e15 milliseconds. */
export const NUMBER_MAX = 4e15;

/** @param {Tables} tables @param {More} [more] */
export function reader({ words = {}, objects = {}, kinds = {} }, { long = [], ids = [], unique = {} } = {}) {
  return take;

  /** @param {string} type @param {unknown} value @param {string} [field] where it is @returns {unknown} undefined if it is none */
  function take(type, value, field = "") {
    if (type.endsWith(" | null")) return value === null || value === undefined ? null : take(type.slice(0, -" | null".length), value, field);
    if (type.startsWith("Array<")) return list(type.slice("Array<".length, -1), value, field);
    switch (type) {
      case "string":
        return typeof value === "string" && value.length <= (long.includes(field) ? LONG_CHARS_MAX : TEXT_CHARS_MAX) && !(ids.includes(field) && value in Object.prototype) ? value : undefined;
      case "number":
        return Number.isInteger(value) && 0 <= Number(value) && Number(value) <= NUMBER_MAX ? value : undefined;
      case "boolean":
        return typeof value === "boolean" ? value : undefined;
    }
    if (Object.hasOwn(words, type)) return words[type]?.includes(String(value)) && typeof value === "string" ? value : undefined;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    const { kind } = /** @type {{ kind?: unknown }} */ (value);
    if (Object.hasOwn(objects, type)) return object(objects[type] ?? {}, value);
    const variants = kinds[type] ?? {};
    const inner = typeof kind === "string" && Object.hasOwn(variants, kind) ? object(variants[kind] ?? {}, value) : undefined;
    return inner === undefined ? undefined : { kind, ...inner };
  }

  /** @param {Fields} fields @param {object} value */
  function object(fields, value) {
    /** @type {Record<string, unknown>} */ const taken = {};
    for (const [name, type] of Object.entries(fields)) {
      const field = take(type, Object.hasOwn(value, name) ? /** @type {Record<string, unknown>} */ (value)[name] : undefined, name);
      if (field === undefined) return undefined;
      taken[name] = field;
    }
    return taken;
  }

  /** @param {string} type @param {unknown} value @param {string} field */
  function list(type, value, field) {
    if (!Array.isArray(value) || ITEMS_MAX < value.length) return undefined;
    const items = value.map((item) => take(type, item, field));
    if (items.includes(undefined)) return undefined;
    const by = unique[type];
    return by === undefined || new Set(items.map((item) => /** @type {Record<string, unknown>} */ (item)[by])).size === items.length ? items : undefined;
  }
}

const take = reader({ words: SHAPES.WORDS, objects: SHAPES.OBJECTS, kinds: SHAPES.KINDS }, {
  long: ["sdp", "hello", "referral"],
  ids: ["area", "slug", "ticket", "sealed", "removed"], // The page keeps things by these, and an object has things by other names.
  unique: { RoomPeer: "peer", SlotView: "slot", QueueTicket: "ticket" },
});

/** @typedef {{ message: ServerMessage, wrong: null } | { message: null, wrong: string | null }} Read `wrong`: the kind of what has another shape, "" if it has none; null for a kind that nobody here knows */

/** What the daemon has said. @param {unknown} text as it came @returns {Read} */
export function messageIn(text) {
  const said = typeof text === "string" && text.length <= MESSAGE_CHARS_MAX ? parsed(text) : null;
  const kind = /** @type {{ kind?: unknown } | null} */ (said)?.kind;
  if (typeof kind !== "string") return { message: null, wrong: "" };
  if (!Object.hasOwn(SHAPES.KINDS.ServerMessage ?? {}, kind)) return { message: null, wrong: null };
  const message = /** @type {ServerMessage | undefined} */ (take("ServerMessage", said));
  return message === undefined ? { message: null, wrong: kind } : { message, wrong: null };
}

/** @param {string} text @returns {unknown} */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
