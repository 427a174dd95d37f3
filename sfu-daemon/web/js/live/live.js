// Real-time text (T.140, and RFC 8865 in spirit): others see each letter while it is written, beside sound and chat. For people who do not hear or speak.
//
// A message says how a line is now, not what was typed: so letters and their deletion are one and the same, what is lost is mended by the next
// one, and nothing is ever wrong for longer than a moment. "Messages" in docs/e2ee.md.
//
//   live.write("We c")   what is in the field now; at most every 300 ms it is told
//   live.finish()       Enter: the line stays as it is, and the next one begins

/** @typedef {"off" | "reading" | "writing"} Mode `reading`: somebody writes, and this person has not begun to */
/** A line; `peer` is null if it is one's own. @typedef {{ peer: number | null, number: number, text: string, done: boolean }} Line */
/** @typedef {{ line: number, text: string, done: boolean }} Said */

/** Fast typing and dictation have some 10 letters a second; told in one piece they are a burst of a few. */
export const EVERY_MS = 300;
/** As RFC 4103 has it by default, over ten seconds: who pastes more is seen writing it. */
export const CHARS_PER_SECOND_MAX = 30;
export const CHARS_BURST_MAX = 10 * CHARS_PER_SECOND_MAX;
/** What others may say at once beyond what this page would: batches that a network has held back come together. */
const SLACK = 2;
export const LINE_CHARS_MAX = 300;
/** ... and of finished lines so many stay in view, */
export const LINES_KEPT_MAX = 100;
/** ... with so many letters, all together. */
export const CHARS_KEPT_MAX = 8_000;
/** Finished lines that could not be told yet. With more, Enter waits. */
export const LINES_WAITING_MAX = 8;

export class Live {
  /** @type {Mode} */ mode = "off";
  /** In the order in which they began. @type {Line[]} */ lines = [];
  /** The own line, as far as it is written. */ draft = "";
  /** Messages of somebody who writes faster than anybody can. */ ignored = 0;
  #say;
  #changed;
  #begun;
  #now;
  #later;
  /** The own line has this number. A page that was loaded anew goes on with higher ones. */ #number;
  /** What is to be told, by line. @type {Map<number, { text: string, done: boolean }>} */ #waiting = new Map();
  /** What was told last. @type {{ number: number, text: string }} */ #told = { number: 0, text: "" };
  #told_at = -Infinity;
  #is_due = false;
  #own = new Credit(CHARS_BURST_MAX);
  /** @type {Map<number, Credit>} */ #credits = new Map();

  /** @param {{ say: (said: Said) => Promise<boolean>, changed: () => void, begun?: (peer: number) => void, now?: () => number, later?: (act: () => void, wait_ms: number) => unknown }} outside `begun`: somebody else writes, and it was not in view */
  constructor({ say, changed, begun = () => {}, now = () => Date.now(), later = (act, wait_ms) => setTimeout(act, wait_ms) }) {
    this.#say = say;
    this.#changed = changed;
    this.#begun = begun;
    this.#now = now;
    this.#later = later;
    this.#number = now();
  }

  /** The person wants to write, or no more. What is begun stays as a line. */
  toggle() {
    if (this.mode === "writing") this.finish();
    this.mode = this.mode === "writing" ? "off" : "writing";
    this.#changed();
  }

  /** @param {string} text what is in the field now */
  write(text) {
    if (this.mode !== "writing") return;
    this.draft = tidy(text);
    this.#waiting.set(this.#number, { text: this.draft, done: false });
    this.#due(this.#told_at + EVERY_MS - this.#now());
  }

  /** @returns {boolean} false if the line goes on: it is empty, or too many could not be told yet */
  finish() {
    const text = this.draft;
    const others = this.#waiting.size - Number(this.#waiting.has(this.#number));
    if (text.trim() === "" || LINES_WAITING_MAX <= others) return false;
    this.#waiting.set(this.#number, { text, done: true });
    this.lines.push({ peer: null, number: this.#number, text, done: true });
    this.#number += 1;
    this.draft = "";
    this.#due(this.#told_at + EVERY_MS - this.#now());
    this.#keep();
    return true;
  }

  /** @param {number} peer @param {Said} said */
  heard(peer, { line: number, text: whole, done }) {
    const newest = this.lines.findLast((line) => line.peer === peer);
    if (newest !== undefined && (number < newest.number || (number === newest.number && newest.done))) return;
    const line = newest?.number === number ? newest : { peer, number, text: "", done: false };
    const text = tidy(whole);
    const credit = this.#credits.get(peer) ?? new Credit(SLACK * CHARS_BURST_MAX);
    this.#credits.set(peer, credit);
    if (!credit.take(written(line.text, text), this.#now())) return void (this.ignored += 1);
    if (newest !== undefined && newest !== line) newest.done = true; // Its end was lost.
    if (newest !== line) this.lines.push(line);
    Object.assign(line, { text, done });
    const was = this.mode;
    if (was === "off") this.mode = "reading";
    this.#keep();
    if (was === "off") this.#begun(peer);
  }

  /** Another visit begins. */
  forget() {
    Object.assign(this, { mode: "off", lines: [], draft: "" });
    this.#waiting.clear();
    this.#credits.clear();
    this.#changed();
  }

  #keep() {
    let chars = this.lines.reduce((sum, { text }) => sum + text.length, 0);
    while (LINES_KEPT_MAX < this.lines.length || CHARS_KEPT_MAX < chars) chars -= this.lines.shift()?.text.length ?? 0;
    this.#changed();
  }

  /** @param {number} wait_ms */
  #due(wait_ms) {
    if (this.#is_due) return;
    this.#is_due = true;
    this.#later(() => void this.#tell(), Math.max(0, wait_ms));
  }

  /** Tells the oldest line that is not told, as far as there is credit for it. */
  async #tell() {
    const [next] = this.#waiting;
    if (next !== undefined) {
      const [number, { text, done }] = next;
      const before = this.#told.number === number ? this.#told.text : "";
      const is_paid = this.#own.take(written(before, text), this.#now());
      const part = is_paid ? text : text.slice(0, text.length - written(before, text) + this.#own.takeAll());
      this.#told_at = this.#now();
      const is_said = await this.#say({ line: number, text: part, done: done && is_paid });
      if (is_said) this.#told = { number, text: part };
      const now = this.#waiting.get(number);
      if (is_said && is_paid && now !== undefined && now.text === text && now.done === done) this.#waiting.delete(number);
    }
    this.#is_due = false;
    if (this.#waiting.size !== 0) this.#due(EVERY_MS);
  }
}

/** How many letters may come now. */
class Credit {
  #left;
  #max;
  /** @type {number | null} */ #at = null;

  /** @param {number} max */
  constructor(max) {
    this.#left = this.#max = max;
  }

  /** @param {number} count @param {number} now @returns {boolean} */
  take(count, now) {
    this.#left = Math.min(this.#max, this.#left + ((now - (this.#at ?? now)) * CHARS_PER_SECOND_MAX) / 1_000);
    this.#at = now;
    if (this.#left < count) return false;
    this.#left -= count;
    return true;
  }

  takeAll() {
    const all = Math.floor(this.#left);
    this.#left -= all;
    return all;
  }
}

/** How many letters were written to come from one text to the other. @param {string} before @param {string} after */
function written(before, after) {
  let same = 0;
  while (same < before.length && before[same] === after[same]) same += 1;
  return after.length - same;
}

/** On one line, and no longer than one. @param {string} text */
function tidy(text) {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, " ").slice(0, LINE_CHARS_MAX);
}
