// What the pages of a call say to each other beside sound and picture. Each message is a JSON object with a `kind`, sealed as a whole, on the data
// channel; the server passes on what it cannot read. "Messages" in docs/e2ee.md.
//
//   messages.on("text", (peer, { text }) => …);           `peer`: the number in the room, proven by the key; what is in the object has the types of SAID and may lie
//   const is_sent = await messages.say({ kind: "text", text });
//
// Nothing is kept here, and nothing is said again: what could not be sent is the sender's to know.

import { fromBase64, spaced, toBase64, utf8 } from "./e2ee/bytes.js";
import { reader } from "./shape.js";

/** @import { Sealing } from "./sealing.js" */

/** @typedef {{ kind: string } & Record<string, unknown>} Message */
/** Why something that came is nobody's: `full` came too fast, `malformed` has another shape than it should have, `sealed` did not open under the key of whom it is said to be from. @typedef {"full" | "malformed" | "sealed" | "unknown"} Ignored */

/** Of a sealed message, in base64; as the protocol says. */
export const SEALED_CHARS_MAX = 16_200;
/** The longest text that a person may write: in any script it fits. */
export const TEXT_CHARS_MAX = 4_000;
/** Who writes live text does not want the server to count the letters. Most lines fit one step. */
export const LIVE_STEP_BYTES = 512;
/** So many wait to be opened, of which the server passes on eight a second. */
export const OPENING_MAX = 64;

/** What pages say, by its kind. */
const SAID = {
  text: { text: "string" },
  consent: { file: "boolean | null", photo: "boolean | null", screen: "boolean | null" },
  file_keys: { transfers: "Array<string>" },
  photo_ask: { to: "number | null" },
  photo_answer: { answer: "PhotoAnswer" },
  screen_ask: { to: "number | null" },
  screen_answer: { answer: "ScreenAnswer" },
  form: { to: "number | null", id: "string", title: "string", text: "string", language: "string" },
  here: {},
  connection: { weak: "boolean" },
  sign_language: { on: "boolean" },
  live: { line: "number", text: "string", done: "boolean" },
  form_open: { id: "string | null" },
  form_declined: { id: "string", unread: "boolean | null" },
  form_signed: { id: "string", index: "number", count: "number", hash: "string", piece: "string" },
  form_got: { id: "string", hash: "string" },
};
const take = reader({ words: { PhotoAnswer: ["declined", "looking", "sent", "failed"], ScreenAnswer: ["declined", "shown", "impossible"] }, kinds: { Said: SAID } }, { long: ["text", "piece"] });

export class Messages {
  /** How many were ignored, and why. @type {Record<Ignored, number>} */ ignored = { full: 0, malformed: 0, sealed: 0, unknown: 0 };
  #sealing;
  #write;
  #opening = 0;
  /** @type {Map<string, (peer: number, message: Message) => void>} */ #hearers = new Map();

  /** @param {Pick<Sealing, "sealMessage" | "openMessage">} sealing @param {(data: string) => boolean} write to everybody in the room; false if it cannot be sent now */
  constructor(sealing, write) {
    this.#sealing = sealing;
    this.#write = write;
  }

  /** Who hears this kind of message; one for each kind. @param {string} kind @param {(peer: number, message: Message) => void} hear */
  on(kind, hear) {
    this.#hearers.set(kind, hear);
  }

  /** Says it to everybody in the call. @param {Message} message @returns {Promise<boolean>} false if it was not sent: there is no connection, nobody has a key for it, or it is too long */
  async say(message) {
    const plain = utf8(JSON.stringify(message));
    const sealed = await this.#sealing.sealMessage(message.kind === "live" ? spaced(plain, LIVE_STEP_BYTES) : plain);
    if (sealed === null) return false;
    const text = toBase64(sealed);
    return text.length <= SEALED_CHARS_MAX && this.#write(JSON.stringify({ sealed: text }));
  }

  /** @param {string} data as the channel has it */
  async heard(data) {
    const { peer, sealed } = objectOf(data) ?? {};
    const bytes = typeof sealed === "string" && sealed.length <= SEALED_CHARS_MAX ? fromBase64(sealed) : null;
    if (bytes === null || !Number.isInteger(peer)) return this.#ignore("malformed");
    if (OPENING_MAX <= this.#opening) return this.#ignore("full");
    this.#opening += 1;
    const opened = await this.#sealing.openMessage(Number(peer), bytes);
    this.#opening -= 1;
    if (opened === null) return this.#ignore("sealed");
    const said = objectOf(new TextDecoder().decode(opened));
    if (said === null || typeof said.kind !== "string") return this.#ignore("malformed");
    const hear = this.#hearers.get(said.kind);
    if (hear === undefined) return this.#ignore("unknown");
    const message = take("Said", said);
    if (message === undefined) {
      console.warn(`a message of another shape: ${said.kind}`);
      return this.#ignore("malformed");
    }
    hear(Number(peer), /** @type {Message} */ (message));
  }

  /** @param {Ignored} why */
  #ignore(why) {
    this.ignored[why] += 1;
  }
}

/** @param {string} text @returns {Record<string, unknown> | null} */
function objectOf(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** What a message of kind `text` says, within its limit; "" if nothing. @param {Record<string, unknown>} message */
export function textOf({ text }) {
  return typeof text === "string" ? text.slice(0, TEXT_CHARS_MAX) : "";
}
