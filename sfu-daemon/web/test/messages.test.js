// Messages of a call: sealed as a whole, from whom they say they are, once; and nothing that the server or a page makes up is heard.

import assert from "node:assert/strict";
import test from "node:test";
import { fromBase64, toBase64 } from "../js/e2ee/bytes.js";
import { Sealer } from "../js/e2ee/sealer.js";
import { Messages, OPENING_MAX, SEALED_CHARS_MAX, TEXT_CHARS_MAX, textOf } from "../js/messages.js";

const [ANA, LENA, EVE] = [1, 2, 3];

/** A page in the room of `wire`, on which everything lies that was said. */
class Page {
  sealer = new Sealer({ require: true, later: () => {} });
  /** @type {[number, unknown][]} */ heard = [];
  online = true;

  /** @param {number} number @param {{ from: number, data: string }[]} wire */
  constructor(number, wire) {
    this.number = number;
    const sealing = {
      sealMessage: (/** @type {any} */ bytes) => this.sealer.sealMessage("message", bytes),
      openMessage: async (/** @type {number} */ member, /** @type {any} */ bytes) => {
        const outcome = await this.sealer.openMessage({ member, source: "message" }, bytes);
        return "bytes" in outcome ? /** @type {any} */ (outcome.bytes) : null;
      },
    };
    this.messages = new Messages(sealing, (data) => this.online && wire.push({ from: number, data }) > 0);
    this.messages.on("text", (peer, message) => this.heard.push([peer, message.text]));
  }

  /** What the server makes of it. @param {{ from: number, data: string }} said @param {number} [as] */
  hear({ from, data }, as = from) {
    return this.messages.heard(JSON.stringify({ peer: as, ...JSON.parse(data) }));
  }
}

/** Two who have each other's keys. */
async function room() {
  /** @type {{ from: number, data: string }[]} */
  const wire = [];
  const pages = [new Page(ANA, wire), new Page(LENA, wire)];
  for (const page of pages) {
    const key = await page.sealer.draw(page.number, 0);
    page.sealer.use(0);
    for (const other of pages) if (other !== page) await other.sealer.take(page.number, 0, /** @type {any} */ (key));
  }
  return { wire, ana: /** @type {Page} */ (pages[0]), lena: /** @type {Page} */ (pages[1]) };
}

test("a message whose fields have other types is counted, and nobody hears it", async (t) => {
  t.mock.method(console, "warn", () => {});
  const { wire, ana, lena } = await room();
  for (const message of [{ kind: "text" }, { kind: "text", text: null }, { kind: "text", text: ["one"] }, { kind: "text", text: { length: 7 } }, { kind: "text", text: "fits" }]) await ana.messages.say(message);
  for (const said of wire) await lena.hear(said);
  assert.deepEqual([lena.heard, lena.messages.ignored.malformed], [[[ANA, "fits"]], 4]);
});

test("a message arrives as it was said, and nothing of it lies on the wire", async () => {
  const { wire, ana, lena } = await room();
  assert.equal(await ana.messages.say({ kind: "text", text: "Grüß “Gott” 🙂" }), true);
  assert.deepEqual(Object.keys(JSON.parse(wire[0]?.data ?? "")), ["sealed"]);
  const bytes = fromBase64(JSON.parse(wire[0]?.data ?? "").sealed) ?? new Uint8Array();
  assert.ok(!new TextDecoder("latin1").decode(bytes).includes("text"));
  await lena.hear(/** @type {any} */ (wire[0]));
  assert.deepEqual(lena.heard, [[ANA, "Grüß “Gott” 🙂"]]);
});

test("the longest text that may be written fits, in any script", async () => {
  const { wire, ana, lena } = await room();
  for (const letter of ["a", "ü", "診"]) assert.equal(await ana.messages.say({ kind: "text", text: letter.repeat(TEXT_CHARS_MAX) }), true, letter);
  for (const said of wire) await lena.hear(said);
  assert.equal(lena.heard.length, 3);
  assert.equal(await ana.messages.say({ kind: "form", text: "a".repeat(3 * TEXT_CHARS_MAX + 200) }), false, "too long is not sent");
  assert.equal(textOf({ text: "a".repeat(TEXT_CHARS_MAX + 1) }).length, TEXT_CHARS_MAX);
});

test("what cannot be sealed or sent is not sent, and said to be so", async () => {
  const { wire, ana } = await room();
  ana.online = false;
  assert.equal(await ana.messages.say({ kind: "text", text: "hello" }), false);
  assert.equal(await new Page(EVE, wire).messages.say({ kind: "text", text: "hello" }), false, "without a key");
  assert.equal(wire.length, 0);
});

test("a message that comes twice, from another member, or changed is ignored and counted", async () => {
  const { wire, ana, lena } = await room();
  await ana.messages.say({ kind: "text", text: "one" });
  const [said] = /** @type {[any]} */ (wire);
  const flipped = fromBase64(JSON.parse(said.data).sealed) ?? new Uint8Array();
  flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
  await lena.hear({ from: ANA, data: JSON.stringify({ sealed: toBase64(flipped) }) });
  await lena.hear(said, EVE);
  await lena.hear(said);
  await lena.hear(said);
  assert.deepEqual(lena.heard, [[ANA, "one"]]);
  assert.deepEqual(lena.messages.ignored, { full: 0, malformed: 0, sealed: 3, unknown: 0 });
});

test("what is no message, and kinds that nobody knows, are ignored and counted", async () => {
  const { wire, ana, lena } = await room();
  for (const bad of ["", "null", "[]", "no json", '{"text":"in clear","peer":1}', '{"peer":1,"sealed":7}', '{"sealed":"q83v"}', '{"peer":1,"sealed":"*"}', JSON.stringify({ peer: 1, sealed: "A".repeat(SEALED_CHARS_MAX + 4) })]) await lena.messages.heard(bad);
  assert.equal(lena.messages.ignored.malformed, 9);
  await ana.messages.say(/** @type {any} */ ({ text: "without a kind" }));
  await ana.messages.say({ kind: "from the future" });
  for (const said of wire) await lena.hear(said);
  assert.deepEqual(lena.messages.ignored, { full: 0, malformed: 10, sealed: 0, unknown: 1 });
  assert.deepEqual(lena.heard, []);
});

test("a flood waits in a queue that ends", async () => {
  const { lena } = await room();
  const data = JSON.stringify({ peer: ANA, sealed: "A".repeat(100) });
  await Promise.all(Array.from({ length: OPENING_MAX + 5 }, () => lena.messages.heard(data)));
  assert.deepEqual(lena.messages.ignored, { full: 5, malformed: 0, sealed: OPENING_MAX, unknown: 0 });
});
