// How large pictures are shown, and how often the daemon is told.

import assert from "node:assert/strict";
import test, { beforeEach, mock } from "node:test";
import { pictureHeight, TELL_EVERY_MS, Views } from "../js/views.js";

/** @type {[number, number][]} */
let told = [];
let reachable = true;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  told = [];
  reachable = true;
});

const views = () => new Views((slot, height) => reachable && told.push([slot, height]) !== 0);

test("the height is the whole picture's, rounded up, whether it is cut off or not", () => {
  const shown = { width: 640, height: 360, aspect: 16 / 9, contained: false, seen: true };
  assert.equal(pictureHeight(shown), 360);
  assert.equal(pictureHeight({ ...shown, height: 361 }), 420);
  assert.equal(pictureHeight({ ...shown, width: 100, height: 360 }), 360, "cut off at the sides");
  assert.equal(pictureHeight({ ...shown, width: 640, height: 100 }), 360, "cut off above and below");
  assert.equal(pictureHeight({ ...shown, width: 320, height: 360, contained: true }), 180, "with bars above and below");
  assert.equal(pictureHeight({ ...shown, height: 1 }), 360);
});

test("what nobody can see has no height", () => {
  const shown = { width: 640, height: 360, aspect: 16 / 9, contained: false, seen: true };
  assert.equal(pictureHeight({ ...shown, seen: false }), 0);
  assert.equal(pictureHeight({ ...shown, width: 0, height: 0 }), 0);
});

test("a picture of absurd size still fits the message", () => {
  const height = pictureHeight({ width: 9e9, height: 9e9, aspect: 1, contained: true, seen: true });
  assert.ok(height <= 65_535 && 65_000 < height);
});

test("the first size is told at once, and so is what comes into sight; other changes wait a while, and the same is never told twice", () => {
  const page = views();
  page.shows(0, 360);
  assert.deepEqual(told, [[0, 360]]);
  for (const height of [420, 480, 540, 600]) page.shows(0, height);
  assert.equal(told.length, 1);
  mock.timers.tick(TELL_EVERY_MS);
  assert.deepEqual(told.at(-1), [0, 600]);
  page.shows(0, 0);
  mock.timers.tick(TELL_EVERY_MS);
  assert.deepEqual(told.at(-1), [0, 0]);
  page.shows(0, 600);
  assert.deepEqual(told.at(-1), [0, 600]);
  mock.timers.tick(60_000);
  assert.equal(told.length, 4);
});

test("what could not be told is told when the daemon is back", () => {
  const page = views();
  reachable = false;
  page.shows(0, 360);
  page.shows(1, 720);
  mock.timers.tick(60_000);
  reachable = true;
  page.again();
  assert.deepEqual(told, [[0, 360], [1, 720]]);
});

test("a picture that is drawn no more is not told of, and from anew when it comes back", () => {
  const page = views();
  page.shows(0, 360);
  page.forgets(0);
  page.again();
  assert.deepEqual(told, [[0, 360]]);
  page.shows(0, 360);
  assert.deepEqual(told, [[0, 360], [0, 360]]);
});
