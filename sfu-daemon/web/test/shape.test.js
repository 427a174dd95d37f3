// A server that says valid JSON of another shape: it is dropped before anything looks at it, and what is let through can always be drawn.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { ITEMS_MAX, LONG_CHARS_MAX, messageIn, NUMBER_MAX, reader, TEXT_CHARS_MAX } from "../js/shape.js";
import { KINDS } from "../js/shapes.js";
import { patientPages, staffPages } from "./support/pages.js";

/** @typedef {Record<string, any> & { kind: string }} Said */

/** What the protocol's document has the daemon say: every kind at least once. @returns {Said[]} */
function examples() {
  const document = readFileSync(new URL("../../../docs/protocol.md", import.meta.url), "utf8");
  return [...document.matchAll(/^```json daemon\n([^]*?)^```/gm)].flatMap(([, lines]) => (lines ?? "").trim().split("\n").map((line) => JSON.parse(line)));
}
const EXAMPLES = examples();

/** @param {unknown} said */
const read = (said) => messageIn(JSON.stringify(said));

test("whatever the daemon says by the protocol's document is taken as it stands, and there is an example of each kind", () => {
  assert.deepEqual(new Set(EXAMPLES.map(({ kind }) => kind)), new Set(Object.keys(KINDS.ServerMessage ?? {})));
  for (const said of EXAMPLES) assert.deepEqual(read(said), { message: said, wrong: null });
});

test("a kind and fields that nobody here knows are no mistake, and go no further", () => {
  assert.deepEqual(read({ kind: "dance", steps: 7 }), { message: null, wrong: null });
  for (const said of EXAMPLES) assert.deepEqual(read({ ...said, more: { "than": ["this"] }, constructor: 7 }), { message: said, wrong: null });
  const [room] = EXAMPLES.filter(({ kind }) => kind === "room");
  assert.deepEqual(read({ ...room, peers: room?.peers.map((/** @type {object} */ peer) => ({ ...peer, mood: "good" })) }).message, room);
});

test("what may be null may be left out", () => {
  assert.deepEqual(read({ kind: "call_ended", reason: "clinician_ended", lasted_ms: 7 }).message, { kind: "call_ended", ticket: null, reason: "clinician_ended", lasted_ms: 7 });
});

test("what has another shape is told by its kind only", () => {
  const [room, queue] = ["room", "queue"].map((kind) => EXAMPLES.find((said) => said.kind === kind) ?? assert.fail());
  const [peer, slot, ticket] = [room?.peers[0], room?.slots[0], queue?.tickets[0]];
  for (const [kind, said] of /** @type {[string, unknown][]} */ ([
    ["", null], ["", 7], ["", []], ["", {}], ["", { kind: 7 }], ["", { kind: null }], ["", { kind: ["pong"] }],
    ["welcome", { kind: "welcome" }],
    ["welcome", { kind: "welcome", protocol: 1, now_ms: "now", countdown_ms: 3000, role: null, me: null }],
    ["welcome", { kind: "welcome", protocol: 1, now_ms: -1, countdown_ms: 3000, role: null, me: null }],
    ["welcome", { kind: "welcome", protocol: 1, now_ms: 1.5, countdown_ms: 3000, role: null, me: null }],
    ["welcome", { kind: "welcome", protocol: 1, now_ms: NUMBER_MAX + 1, countdown_ms: 3000, role: null, me: null }],
    ["welcome", { kind: "welcome", protocol: 1, now_ms: 1, countdown_ms: 3000, role: null, me: "a".repeat(TEXT_CHARS_MAX + 1) }],
    ["answer", { kind: "answer", request: 1, sdp: "a".repeat(LONG_CHARS_MAX + 1) }],
    ["error", { kind: "error", code: "no_such_code", text: "", request: null }],
    ["speaking", { kind: "speaking", peers: Array.from({ length: ITEMS_MAX + 1 }, (_, peer) => peer), dominant: null }],
    ["speaking", { kind: "speaking", peers: { length: 1, 0: 1 }, dominant: null }],
    ["room", { ...room, peers: null }],
    ["room", { ...room, peers: [null] }],
    ["room", { ...room, peers: [peer, peer] }],
    ["room", { ...room, slots: [slot, slot] }],
    ["room", { ...room, slots: [{ ...slot, source: "constructor" }] }],
    ["queue", { ...queue, tickets: [ticket, ticket] }],
    ["queue", { ...queue, area: "constructor" }],
    ["queue", { ...queue, tickets: [{ ...ticket, sealed: "toString" }] }],
    ["queue", { ...queue, tickets: [{ ...ticket, ticket: "__proto__" }] }],
    ["known", { kind: "known", now_ms: 1, items: [{ what: "name", value: { kind: "toString" }, since_ms: null, until: { kind: "end" } }] }],
  ])) assert.deepEqual(read(said), { message: null, wrong: kind }, JSON.stringify(said).slice(0, 200));
  for (const text of ["", "{", "\u0000", "NaN", undefined, new ArrayBuffer(3)]) assert.deepEqual(messageIn(text), { message: null, wrong: "" });
});

test("a person may be called as a machine calls things", () => {
  const queue = EXAMPLES.find(({ kind }) => kind === "queue");
  const named = { ...queue, tickets: [{ ...queue?.tickets[0], sealed: null, name: "constructor" }] };
  assert.deepEqual(read(named).message, named);
});

/** A random number below `count`, the same in each run. @param {number} seed @returns {(count: number) => number} */
function random(seed) {
  return (count) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
  };
}

const INSTEAD = [null, true, false, 0, 1, -1, 1.5, NUMBER_MAX, 1e300, "", "x", "__proto__", "constructor", "room", "<b>x</b>", "a".repeat(TEXT_CHARS_MAX), "a".repeat(LONG_CHARS_MAX + 1), [], [null], [[]], {}, { kind: "at" }, { length: 3 }, Array(ITEMS_MAX + 1).fill(1)];

/** @param {unknown} said @param {(count: number) => number} pick @returns {unknown} the same with one thing changed somewhere in it */
function mutated(said, pick) {
  if (typeof said !== "object" || said === null || pick(4) === 0) return INSTEAD[pick(INSTEAD.length)];
  if (Array.isArray(said)) {
    if (said.length === 0 || pick(5) === 0) return [...said, said.length === 0 ? INSTEAD[pick(INSTEAD.length)] : said[0]];
    const at = pick(said.length);
    return said.map((item, index) => (index === at ? mutated(item, pick) : item));
  }
  const names = Object.keys(said).filter((name) => name !== "kind");
  const name = names[pick(names.length)];
  if (name === undefined) return { ...said, more: INSTEAD[pick(INSTEAD.length)] };
  const { [name]: value, ...rest } = /** @type {Record<string, unknown>} */ (said);
  const how = pick(6);
  return how === 0 ? rest : how === 1 ? { ...said, more: value } : { ...rest, [name]: mutated(value, pick) };
}

const SEEDS = 60;
for (const [who, pages] of /** @type {const} */ ([["patient", patientPages], ["staff", staffPages]])) {
  test(`no message that is let through makes a ${who}'s page throw, in its state or in what it draws; what is not let through changes nothing`, async () => {
    const all = await pages();
    let [dropped, taken] = [0, 0];
    for (const said of EXAMPLES) {
      for (let seed = 0; seed < SEEDS; seed += 1) {
        const pick = random(seed);
        const lie = mutated(said, pick);
        const text = JSON.stringify(typeof lie === "object" && lie !== null && !Array.isArray(lie) ? { ...lie, kind: said.kind } : lie);
        const { message, wrong } = messageIn(text);
        if (message === null) {
          assert.notEqual(wrong, null);
          dropped += 1;
          continue;
        }
        taken += 1;
        for (const page of all) {
          try {
            page.hears(message);
          } catch (error) {
            throw new Error(`${page.name}: ${text.slice(0, 500)}`, { cause: error });
          }
        }
      }
    }
    assert.ok(200 < dropped && 200 < taken, `${dropped} dropped, ${taken} taken`);
  });
}

test("what pages say to each other is told by the same rules", () => {
  const take = reader({ words: { Mood: ["good"] }, kinds: { Said: { mood: { mood: "Mood", since: "number | null" } } } });
  assert.deepEqual(take("Said", { kind: "mood", mood: "good" }), { kind: "mood", mood: "good", since: null });
  for (const said of [{ kind: "mood", mood: "bad" }, { kind: "mood", mood: ["good"] }, { kind: "mood", mood: "good", since: "7" }, { kind: "other" }, null, [], "mood"]) assert.equal(take("Said", said), undefined);
});
