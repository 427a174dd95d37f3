// Real-time text: what one writes the other sees while it is written, letter by letter, and neither floods the other.

import assert from "node:assert/strict";
import test from "node:test";
import { CHARS_BURST_MAX, CHARS_KEPT_MAX, CHARS_PER_SECOND_MAX, EVERY_MS, LINE_CHARS_MAX, LINES_KEPT_MAX, LINES_WAITING_MAX, Live } from "../js/live/live.js";

/** @import { Said } from "../js/live/live.js" */

const [ANA, LENA] = [1, 2];

/** Two pages, a clock that the test turns, and what is between them. */
function pair() {
  const world = {
    now: 1_000_000,
    /** @type {{ at: number, act: () => void }[]} */ timers: [],
    /** @type {{ at: number, from: number, said: Said }[]} */ wire: [],
    online: true,
    lose: false,
    /** @type {number[]} */ begun: [],
    /** @param {number} ms */
    async pass(ms) {
      const end = world.now + ms;
      for (;;) {
        const [next] = world.timers.sort((a, b) => a.at - b.at);
        if (next === undefined || end < next.at) break;
        world.timers.shift();
        world.now = Math.max(world.now, next.at);
        next.act();
        for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
      }
      world.now = end;
    },
  };
  /** @type {Map<number, Live>} */ const pages = new Map();
  for (const [me, other] of /** @type {const} */ ([[ANA, LENA], [LENA, ANA]])) {
    pages.set(me, new Live({
      say: async (said) => {
        if (!world.online) return false;
        world.wire.push({ at: world.now, from: me, said });
        if (!world.lose) pages.get(other)?.heard(me, said);
        return true;
      },
      changed: () => {},
      begun: (peer) => world.begun.push(peer),
      now: () => world.now,
      later: (act, wait_ms) => world.timers.push({ at: world.now + wait_ms, act }),
    }));
  }
  const [ana, lena] = [/** @type {Live} */ (pages.get(ANA)), /** @type {Live} */ (pages.get(LENA))];
  /** Types as a person does. @param {Live} page @param {string} text @param {number} [every_ms] */
  const type = async (page, text, every_ms = 100) => {
    for (const letter of text) {
      page.write(page.draft + letter);
      await world.pass(every_ms);
    }
  };
  return { world, ana, lena, type };
}

/** @param {Live} page */
const shown = (page) => page.lines.map(({ peer, text, done }) => `${peer ?? "own"}: ${text}${done ? "" : "…"}`);

test("the first letter is there at once, the others within 300 ms, and no more often than that is anything said", async () => {
  const { world, ana, lena, type } = pair();
  ana.toggle();
  ana.write("H");
  await world.pass(0);
  assert.deepEqual(shown(lena), ["1: H…"]);
  await type(ana, "ello");
  await world.pass(EVERY_MS);
  assert.deepEqual(shown(lena), ["1: Hello…"]);
  assert.equal(ana.finish(), true);
  await world.pass(EVERY_MS);
  assert.deepEqual([shown(lena), shown(ana)], [["1: Hello"], ["own: Hello"]]);
  for (const [index, { at }] of world.wire.entries()) assert.ok(index === 0 || EVERY_MS <= at - (world.wire[index - 1]?.at ?? 0));
});

test("nobody who has not begun to write says anything; who is written to reads it, and is told once", async () => {
  const { world, ana, lena, type } = pair();
  await type(ana, "Hello");
  assert.deepEqual([world.wire, ana.mode, lena.mode], [[], "off", "off"]);
  ana.toggle();
  await type(ana, "Hello");
  assert.deepEqual([ana.mode, lena.mode, world.begun], ["writing", "reading", [ANA]]);
});

test("backspace takes letters away, also a whole line, and letters in the middle can change", async () => {
  const { world, ana, lena } = pair();
  ana.toggle();
  for (const [text, seen] of [["Helpo", ["1: Helpo…"]], ["Help", ["1: Help…"]], ["Hello", ["1: Hello…"]], ["Jello", ["1: Jello…"]], ["", ["1: …"]]]) {
    ana.write(String(text));
    await world.pass(EVERY_MS);
    assert.deepEqual(shown(lena), seen);
  }
  assert.equal(ana.finish(), false, "nothing is no line");
});

test("both write at once, and it is told who", async () => {
  const { world, ana, lena, type } = pair();
  ana.toggle();
  lena.toggle();
  await Promise.all([type(ana, "one"), type(lena, "two")]);
  ana.finish();
  await world.pass(2 * EVERY_MS);
  assert.deepEqual([shown(ana), shown(lena)], [["2: two…", "own: one"], ["1: one"]]);
});

test("what is lost is mended by the next letter, and what could not be said is said later", async () => {
  const { world, ana, lena, type } = pair();
  ana.toggle();
  world.lose = true;
  await type(ana, "lost ");
  world.lose = false;
  world.online = false;
  await type(ana, "and ");
  await world.pass(5_000);
  assert.deepEqual(shown(lena), []);
  world.online = true;
  await world.pass(EVERY_MS);
  assert.deepEqual(shown(lena), ["1: lost and …"]);
  world.lose = true;
  ana.finish();
  await world.pass(EVERY_MS);
  world.lose = false;
  await type(ana, "next");
  await world.pass(EVERY_MS);
  assert.deepEqual(shown(lena), ["1: lost and ", "1: next…"], "the end was lost, and follows from the next line");
});

test("an older line, and one that is finished, changes no more", () => {
  const { lena } = pair();
  lena.heard(ANA, { line: 7, text: "seven", done: true });
  for (const line of [7, 6]) lena.heard(ANA, { line, text: "other", done: false });
  assert.deepEqual(shown(lena), ["1: seven"]);
});

test("who pastes is seen writing: a burst, and then so many letters a second; the other side ignores who goes beyond", async () => {
  const { world, ana, lena } = pair();
  ana.toggle();
  ana.write("a".repeat(CHARS_BURST_MAX + 100));
  assert.equal(ana.draft.length, LINE_CHARS_MAX);
  await world.pass(0);
  ana.finish();
  ana.write("b".repeat(LINE_CHARS_MAX));
  await world.pass(2 * EVERY_MS);
  const of_second = () => lena.lines.find(({ text }) => text.startsWith("b"))?.text.length ?? 0;
  assert.ok(of_second() < CHARS_PER_SECOND_MAX);
  await world.pass(11_000);
  assert.deepEqual([of_second(), lena.ignored], [LINE_CHARS_MAX, 0]);

  for (let line = 0; line < 10; line += 1) lena.heard(ANA, { line: world.now * 2 + line, text: "c".repeat(LINE_CHARS_MAX), done: true });
  assert.ok(5 < lena.ignored);
});

test("lines, letters and what waits have limits; control characters are spaces", async () => {
  const { world, ana, lena } = pair();
  ana.toggle();
  world.online = false;
  for (let line = 0; line < LINES_WAITING_MAX + 3; line += 1) {
    ana.write(`line ${line}`);
    ana.finish();
  }
  assert.equal(ana.lines.length, LINES_WAITING_MAX);
  assert.equal(ana.draft, `line ${LINES_WAITING_MAX + 2}`, "it waits in the field");
  ana.forget();
  world.online = true;
  for (let line = 0; line < 2 * LINES_KEPT_MAX; line += 1) {
    lena.heard(ANA, { line, text: "short", done: true });
    world.now += 1_000;
  }
  assert.equal(lena.lines.length, LINES_KEPT_MAX);
  for (let line = 0; line < 50; line += 1) {
    lena.heard(ANA, { line: 1_000 + line, text: `${line}`.padEnd(LINE_CHARS_MAX + 50, "x"), done: true });
    world.now += 20_000;
  }
  assert.ok(lena.lines.every(({ text }) => text.length <= LINE_CHARS_MAX));
  const chars = lena.lines.reduce((sum, { text }) => sum + text.length, 0);
  assert.ok(CHARS_KEPT_MAX - LINE_CHARS_MAX < chars && chars <= CHARS_KEPT_MAX);
  lena.heard(ANA, { line: 9_999, text: "a\u0007b\nc\u2028d", done: true });
  assert.equal(lena.lines.at(-1)?.text, "a b c d");
});
