// A signed form reaches the other page byte by byte or not at all.

import assert from "node:assert/strict";
import test from "node:test";
import { Asking, PIECE_BYTES, PIECES_MAX, Signing } from "../js/forms/exchange.js";
import { sha256, toHex } from "../js/e2ee/bytes.js";

/** @typedef {{ kind: string } & Record<string, unknown>} Message */

const FORM = { title: "Consent", text: "# Consent\n\nYes.", language: "de" };
/** @param {number} length */
const bytes = (length) => Uint8Array.from({ length }, (_, index) => (index * 7) % 251);

/** Both pages, and what is between them. @param {(message: Message) => Message | null} [between] */
function pages(between = (message) => message) {
  /** @type {Promise<unknown>[]} */
  const work = [];
  const pass = (/** @type {(message: Message) => unknown} */ to) => async (/** @type {Message} */ message) => {
    const passed = between(JSON.parse(JSON.stringify(message)));
    if (passed !== null) work.push(Promise.resolve(to(passed)));
    return true;
  };
  /** @type {Asking} */
  const asking = new Asking(pass((message) => (message.kind === "form" ? signing.shown(message) : signing.got(message))), () => {});
  /** @type {Signing} */
  const signing = new Signing(pass((message) => (message.kind === "form_declined" ? asking.declined(message) : asking.piece(message))), () => {}, async () => {});
  const settled = async () => {
    for (let done = 0; done < work.length; done = work.length) await Promise.all(work);
  };
  return { asking, signing, settled };
}

for (const length of [1, PIECE_BYTES, PIECE_BYTES + 1, PIECES_MAX * PIECE_BYTES]) {
  test(`${length} bytes: both have the same bytes and the same hash`, async () => {
    const { asking, signing, settled } = pages();
    await asking.show(FORM);
    assert.equal(signing.form?.text, FORM.text);
    await signing.sign(async () => bytes(length));
    await settled();
    assert.deepEqual(asking.pdf, signing.pdf);
    assert.equal(asking.hash, toHex(await sha256(bytes(length))));
    assert.deepEqual([asking.hash, asking.step, signing.step], [signing.hash, "signed", "kept"]);
    assert.deepEqual([asking.unsaved, signing.unsaved], [true, true]);
    signing.markSaved();
    assert.equal(signing.unsaved, false);
  });
}

test("a flipped bit is never shown as signed, and sending again mends it", async () => {
  let flip = true;
  const { asking, signing, settled } = pages((message) => (flip && message.kind === "form_signed" ? { ...message, piece: `Z${String(message.piece).slice(1)}` } : message));
  await asking.show(FORM);
  await signing.sign(async () => bytes(20_000));
  await settled();
  assert.deepEqual([asking.pdf, asking.step, signing.step], [null, "failed", "sent"]);
  flip = false;
  await signing.send();
  await settled();
  assert.deepEqual([asking.pdf, signing.step], [signing.pdf, "kept"]);
});

test("a lost piece, a lost answer: what is sent again completes it", async () => {
  for (const lost of [(/** @type {Message} */ m) => m.index === 1, (/** @type {Message} */ m) => m.kind === "form_got"]) {
    let loses = true;
    const { asking, signing, settled } = pages((message) => (loses && lost(message) ? null : message));
    await asking.show(FORM);
    await signing.sign(async () => bytes(20_000));
    await settled();
    assert.equal(signing.step, "sent");
    loses = false;
    await signing.send();
    await settled();
    assert.deepEqual([asking.pdf, signing.step], [signing.pdf, "kept"]);
  }
});

test("declined is told, and nothing is signed", async () => {
  const { asking, signing, settled } = pages();
  await asking.show(FORM);
  signing.decline();
  await settled();
  assert.deepEqual([asking.step, asking.pdf, signing.form], ["declined", null, null]);
});

test("a form that is signed and not saved is not replaced", async () => {
  const { asking, signing, settled } = pages();
  await asking.show(FORM);
  await signing.sign(async () => bytes(10));
  await settled();
  await asking.show({ ...FORM, text: "Something else" });
  assert.equal(signing.form?.text, FORM.text);
});

test("forms and pieces that nobody meant are ignored", async () => {
  const { asking, signing } = pages();
  const id = "0".repeat(32);
  for (const bad of [{}, { id: 1 }, { id, title: "a", text: "", language: "de" }, { id, title: "a", text: "x".repeat(8_001), language: "de" }, { id, title: "a", text: "a\u202e", language: "de" }, { id, title: "a", text: "a", language: "../x" }, { id: "x", title: "a", text: "a", language: "de" }]) {
    assert.equal(signing.shown(bad), false, JSON.stringify(bad).slice(0, 80));
  }
  await asking.show(FORM);
  const own = asking.form?.id;
  for (const bad of [{ id, index: 0, count: 1, hash: "", piece: "AA" }, { id: own, index: 0, count: PIECES_MAX + 1, piece: "AA" }, { id: own, index: -1, count: 1, piece: "AA" }, { id: own, index: 1, count: 1, piece: "AA" }, { id: own, index: 0.5, count: 1, piece: "AA" }, { id: own, index: 0, count: 1, piece: "!" }, { id: own, index: 0, count: 1, piece: "A".repeat(20_000) }]) {
    await asking.piece(bad);
    assert.deepEqual([asking.pdf, asking.step], [null, "asked"], JSON.stringify(bad).slice(0, 80));
  }
});

test("a form that cannot be sent says so", async () => {
  const asking = new Asking(async () => false, () => {});
  await asking.show(FORM);
  assert.equal(asking.step, "failed");
  const signing = new Signing(async () => false, () => {});
  signing.shown({ ...FORM, id: "0".repeat(32) });
  await signing.sign(async () => bytes(10));
  assert.deepEqual([signing.step, signing.unsaved], ["failed", true], "the own copy is there to be saved");
});
