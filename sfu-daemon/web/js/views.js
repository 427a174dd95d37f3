// How large each slot's picture is on this screen, for the daemon: it sends no larger layer than fills it, and none that nobody can see.
// js/watch.js looks, and this decides what to tell.

/** Heights are rounded up to this many pixels: a window that is dragged by a hair changes nothing. */
const STEP_PX = 60;
/** Of what a frame of a phone's or a desk's screen can be at most; the protocol's number has 16 bits. */
const HEIGHT_MAX = 65_535 - (65_535 % STEP_PX);
/** Sizes that change all the time, as while a window is dragged, are told this often. What comes into sight is told at once. */
export const TELL_EVERY_MS = 500;

/** What is known of one picture. `width`, `height`: of its box, in device pixels. `aspect`: width to height of what is in it.
 * @typedef {{ width: number, height: number, aspect: number, contained: boolean, seen: boolean }} Shown */

/** The height of the whole picture in device pixels, before anything is cut off; 0 if it cannot be seen. @param {Shown} shown */
export function pictureHeight({ width, height, aspect, contained, seen }) {
  if (!seen || width === 0 || height === 0) return 0;
  const filling = width / aspect;
  const whole = contained ? Math.min(height, filling) : Math.max(height, filling);
  return Math.min(HEIGHT_MAX, Math.ceil(Math.round(whole) / STEP_PX) * STEP_PX);
}

/** Tells sizes: what grows from nothing at once, everything else at most every half second, and the same never twice. */
export class Views {
  /** @type {Map<number, number>} by slot */ #wanted = new Map();
  /** @type {Map<number, number>} by slot */ #told = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #tell;

  /** @param {(slot: number, height: number) => boolean} tell false if it could not be told now */
  constructor(tell) {
    this.#tell = tell;
  }

  /** @param {number} slot @param {number} height */
  shows(slot, height) {
    this.#wanted.set(slot, height);
    if (height !== 0 && (this.#told.get(slot) ?? 0) === 0) this.#say(slot, height);
    else this.#timer ??= setTimeout(() => this.#sayAll(), TELL_EVERY_MS);
  }

  /** The picture is no longer drawn. What the daemon knows of the slot is not true any more, and of no interest until it is drawn again. @param {number} slot */
  forgets(slot) {
    this.#wanted.delete(slot);
    this.#told.delete(slot);
  }

  /** The daemon has forgotten everything, or may have: it is told again. */
  again() {
    this.#told.clear();
    this.#sayAll();
  }

  #sayAll() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [slot, height] of this.#wanted) this.#say(slot, height);
  }

  /** @param {number} slot @param {number} height */
  #say(slot, height) {
    if (this.#told.get(slot) !== height && this.#tell(slot, height)) this.#told.set(slot, height);
  }
}
