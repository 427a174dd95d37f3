// What a tab keeps of a visit, over a reload.

import assert from "node:assert/strict";
import test from "node:test";
import { placeOf } from "../js/patient/place.js";

/** @type {Map<string, string>} */
const tab = new Map();
Object.assign(globalThis, { sessionStorage: { getItem: (/** @type {string} */ key) => tab.get(key) ?? null, setItem: (/** @type {string} */ key, /** @type {string} */ text) => void tab.set(key, text), removeItem: (/** @type {string} */ key) => void tab.delete(key) } });

const PLACE = { token: "b1f6c3", seed: new Uint8Array(32).fill(1), root: new Uint8Array(32).fill(2) };
const ON = { muted: false, camera_off: false };

test("a page that is loaded anew has its place, and its switches off where they were, whatever the server says", () => {
  const before = placeOf("reception");
  before.left({ muted: true, camera_off: true });
  assert.deepEqual([tab.size, before.asLeft(ON)], [0, ON], "without a place there is nothing to keep");
  before.keep(PLACE);
  before.left({ muted: false, camera_off: true });
  const after = placeOf("reception");
  assert.deepEqual([after.get()?.token, after.get()?.seed, after.get()?.root], [PLACE.token, PLACE.seed, PLACE.root]);
  assert.deepEqual(after.asLeft(ON), { muted: false, camera_off: true });
  assert.deepEqual(after.asLeft({ muted: true, camera_off: false }), { muted: true, camera_off: true }, "what the server remembers as off is off");
  after.left(ON);
  assert.deepEqual(placeOf("reception").asLeft(ON), ON);
  assert.equal(placeOf("dermatology").get(), null);
  after.forget();
  assert.deepEqual([placeOf("reception").get(), tab.size], [null, 0]);
  for (const rubbish of ["{", "7", "{}", '{"token":7}']) {
    tab.set("anteroom.place.reception", rubbish);
    assert.equal(placeOf("reception").get(), null);
  }
});
