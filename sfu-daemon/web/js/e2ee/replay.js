// Each counter once: what of the last counters of a key has come already.

/** Three layers of thirty pictures a second for eleven seconds, or twenty seconds of sound: more than any repair takes. */
const WINDOW = 1024;

export class ReplayWindow {
  #newest = -1;
  #seen = new Uint8Array(WINDOW);

  /** Whether a frame with this counter may be opened. @param {number} counter */
  isFresh(counter) {
    if (this.#newest < counter) return true;
    return this.#newest - counter < WINDOW && this.#seen[counter % WINDOW] === 0;
  }

  /** A frame with this counter has opened. Not before: anybody can write a counter. @param {number} counter */
  mark(counter) {
    const since = Math.max(this.#newest, counter - WINDOW);
    for (let passed = since + 1; passed <= counter; passed += 1) this.#seen[passed % WINDOW] = 0;
    this.#newest = Math.max(this.#newest, counter);
    this.#seen[counter % WINDOW] = 1;
  }
}
