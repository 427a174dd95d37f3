// Keeps the screen lit while there is something to look at, where the browser can. It lets go by itself when nobody sees the page.

export class Awake {
  #wanted = false;
  #asking = false;
  /** @type {WakeLockSentinel | null} */ #lock = null;

  constructor() {
    document.addEventListener("visibilitychange", () => this.#settle());
  }

  /** @param {boolean} on */
  want(on) {
    if (on === this.#wanted) return;
    this.#wanted = on;
    this.#settle();
  }

  #settle() {
    if (!this.#wanted) {
      void this.#lock?.release().catch(() => {});
      this.#lock = null;
      return;
    }
    if (this.#lock !== null || this.#asking || document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    this.#asking = true;
    navigator.wakeLock.request("screen").then(
      (lock) => {
        this.#asking = false;
        this.#lock = lock;
        lock.onrelease = () => {
          if (this.#lock === lock) this.#lock = null;
        };
        this.#settle(); // It may not be wanted any more.
      },
      () => (this.#asking = false), // low battery, or the browser knows better: waiting works without
    );
  }
}
