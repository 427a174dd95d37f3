// Joins the keys of a call to the browser: the worker in which frames are sealed, and the transforms that lead them there.

import { CallKeys, expectations } from "./e2ee/call.js";

/** @import { ClientMessage, RoomPeer, ServerMessage, SlotView } from "./types.d.ts" */
/** @import { Source } from "./e2ee/sealer.js" */

/** @typedef {{ me: number, peers: RoomPeer[], slots: SlotView[] }} Room */

/** Whether this browser can seal at all. One that cannot makes no call: there is no way in clear. */
export async function canSeal() {
  if (typeof RTCRtpScriptTransform === "undefined" || typeof Worker === "undefined") return false;
  try {
    await Promise.all([crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]), crypto.subtle.generateKey("X25519", false, ["deriveBits"])]);
    return true;
  } catch {
    return false;
  }
}

export class Sealing {
  #worker;
  #keys;
  /** @type {Room | null} */ #room = null;
  /** What the worker was told of each receiving transform. @type {Map<string, string>} */ #told = new Map();
  /** The receiving transforms of the connection there is. @type {Map<string, RTCRtpTransceiver>} */ #receiving = new Map();

  /** @param {"patient" | "staff"} role @param {{ send: (message: ClientMessage) => boolean, changed: () => void }} events */
  constructor(role, { send, changed }) {
    // Under this name it never sends in clear, and takes in clear what a device sends.
    this.#worker = new Worker(new URL("./e2ee/worker.js", import.meta.url), { type: "module", name: "devices" });
    this.#keys = new CallKeys({
      role, send, worker: this.#worker,
      changed: () => {
        this.#expect();
        changed();
      },
    });
    this.#worker.addEventListener("message", ({ data }) => this.#keys.answered(data));
  }

  get state() {
    return this.#keys.state;
  }

  /** @param {RTCRtpSender} sender @param {Source} source */
  send(sender, source) {
    sender.transform = new RTCRtpScriptTransform(this.#worker, { side: "send", source });
  }

  /** The lines on which a new connection receives; of one before nothing is expected any more. @param {RTCRtpTransceiver[]} lines */
  receive(lines) {
    this.#room = null;
    this.#expect();
    this.#receiving.clear();
    for (const [index, line] of lines.entries()) {
      const slot = String(index);
      line.receiver.transform = new RTCRtpScriptTransform(this.#worker, { side: "receive", slot });
      this.#receiving.set(slot, line);
    }
  }

  /** @param {Room} room */
  room(room) {
    this.#room = room;
    this.#keys.room(room.me);
    this.#expect();
  }

  /** @param {Extract<ServerMessage, { kind: "seal_hellos" | "seal_box" | "key_taken" }>} message */
  heard(message) {
    this.#keys.heard(message);
  }

  reconnected() {
    this.#keys.reconnected();
  }

  end() {
    if (this.#room === null && this.#keys.state === "waiting" && this.#told.size === 0) return;
    this.#room = null;
    this.#told.clear();
    this.#keys.end();
  }

  #expect() {
    const expected = this.#room === null ? new Map() : expectations(this.#room, this.#keys);
    for (const [slot, { mid }] of this.#receiving) {
      const what = (mid === null ? null : expected.get(mid)) ?? null;
      const text = JSON.stringify(what);
      if (this.#told.get(slot) === text) continue;
      this.#told.set(slot, text);
      this.#worker.postMessage({ kind: "expect", slot, expected: what });
    }
  }
}
