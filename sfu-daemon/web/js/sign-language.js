// The mode for sign language: both cameras give up sharpness before movement, below some twenty pictures a second nobody can follow hands.
//
// It holds for both sides of a call: whoever chooses it tells the other, whose page does the same and says so. It ends with the call.

/** @typedef {{ on: boolean }} Said */

export class SignLanguage {
  on = false;
  #path;
  #devices;
  #say;
  #told;

  /** @param {{ path: { preferMovement(on: boolean): Promise<boolean> }, devices: { captureLess(less: boolean): void }, say: (said: Said) => unknown, told: (peer: number | null) => void }} outside `told`: it was changed, by this person (null) or another */
  constructor({ path, devices, say, told }) {
    this.#path = path;
    this.#devices = devices;
    this.#say = say;
    this.#told = told;
  }

  /** @param {boolean} on */
  choose(on) {
    this.#say({ on });
    this.#set(on, null);
  }

  /** Somebody has come, or come back, and does not know of it. */
  tell() {
    if (this.on) this.#say({ on: true });
  }

  /** @param {number} peer @param {Said} said */
  heard(peer, { on }) {
    this.#set(on, peer);
  }

  forget() {
    this.#set(false, null);
  }

  /** @param {boolean} on @param {number | null} peer */
  #set(on, peer) {
    if (this.on === on) return;
    this.on = on;
    // A browser that does not know what is to give way is handed a smaller picture: there is less to give up then.
    void this.#path.preferMovement(on).then((knows) => this.on === on && this.#devices.captureLess(on && !knows));
    this.#told(peer);
  }
}
