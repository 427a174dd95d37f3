// What a patient agrees to: asked once, kept for the visit, and told to staff as it is.

import assert from "node:assert/strict";
import test from "node:test";
import { answersIn, consentMessage, Consents } from "../js/consent.js";

function storage() {
  /** @type {Map<string, string>} */ const kept = new Map();
  return { kept, getItem: (/** @type {string} */ key) => kept.get(key) ?? null, setItem: (/** @type {string} */ key, /** @type {string} */ value) => void kept.set(key, value), removeItem: (/** @type {string} */ key) => void kept.delete(key) };
}

test("each topic is asked once, and everybody who waits hears the answer", async () => {
  const consents = new Consents(() => {});
  const [one, two, photo] = [consents.ask("file"), consents.ask("file"), consents.ask("photo")];
  assert.equal(consents.question, "file");
  consents.decide("file", true);
  assert.deepEqual([await one, await two], [true, true]);
  assert.equal(consents.question, "photo");
  consents.decide("photo", false);
  assert.equal(await photo, false);
  assert.equal(consents.question, null);
  assert.deepEqual([await consents.ask("file"), await consents.ask("photo")], [true, false], "not asked again");
  assert.equal(consents.question, null);
});

test("an answer can be changed at any time; after a no only the person's own wish asks anew", async () => {
  const consents = new Consents(() => {});
  consents.decide("screen", false);
  assert.equal(await consents.ask("screen"), false);
  const own = consents.ask("screen", "own");
  assert.equal(consents.question, "screen");
  consents.decide("screen", true);
  assert.deepEqual([await own, await consents.ask("screen"), await consents.ask("screen", "own"), consents.question], [true, true, true, null]);
  consents.decide("screen", false);
  assert.equal(await consents.ask("screen"), false);
});

test("a reload does not ask again, and another visit does", async () => {
  const store = storage();
  new Consents(() => {}, store).decide("file", false);
  const again = new Consents(() => {}, store);
  again.recall();
  assert.equal(await again.ask("file"), false);
  const waiting = again.ask("screen");
  again.forget();
  assert.equal(await waiting, false);
  assert.deepEqual([again.of, store.kept.size], [{ file: null, photo: null, screen: null }, 0]);
});

test("what staff are told is an answer or none, whatever came", () => {
  assert.deepEqual(answersIn(consentMessage({ file: true, photo: null, screen: false })), { file: true, photo: null, screen: false });
  for (const bad of [null, "x", 1, [], { file: "yes", photo: 1 }]) assert.deepEqual(answersIn(bad), { file: null, photo: null, screen: null });
});
