// The window of counters: each once, late ones for a while, very late ones never.

import assert from "node:assert/strict";
import test from "node:test";
import { ReplayWindow } from "../js/e2ee/replay.js";

/** @param {ReplayWindow} window @param {number} counter */
const come = (window, counter) => window.isFresh(counter) && (window.mark(counter), true);

test("each counter is taken once, in any order", () => {
  const window = new ReplayWindow();
  const order = [0, 3, 1, 2, 10, 5];
  assert.deepEqual(order.map((counter) => come(window, counter)), order.map(() => true));
  assert.deepEqual(order.map((counter) => come(window, counter)), order.map(() => false));
});

test("what is older than the window is not taken, and what is just inside of it is", () => {
  const window = new ReplayWindow();
  come(window, 5_000);
  assert.equal(come(window, 5_000 - 1_024), false);
  assert.equal(come(window, 5_000 - 1_023), true);
});

test("a great leap forgets nothing that is still inside of the window", () => {
  const window = new ReplayWindow();
  for (const counter of [7, 100, 2 ** 40, 2 ** 40 - 1_000]) assert.ok(come(window, counter));
  assert.equal(come(window, 2 ** 40 - 1_000), false);
  assert.equal(come(window, 100), false);
  assert.equal(come(window, 2 ** 40 - 999), true, "not mistaken for one that shares its place");
});

test("it agrees with a plain list, whatever comes", () => {
  const window = new ReplayWindow();
  const seen = new Set();
  let newest = -1;
  let dice = 1;
  for (let turn = 0; turn < 20_000; turn += 1) {
    dice = (dice * 48_271) % 0x7fff_ffff;
    const counter = Math.max(0, newest + (dice % 2_100) - 2_050);
    const fresh = !seen.has(counter) && newest - counter < 1_024;
    assert.equal(come(window, counter), fresh, `${counter} after ${newest}`);
    seen.add(counter);
    newest = Math.max(newest, counter);
  }
});
