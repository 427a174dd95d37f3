// Joins the keys of a call to the browser: the worker in which frames are sealed, and the transforms that lead them there.

import { CallKeys, expectations } from "./e2ee/call.js";

/** @import { Bytes } from "./e2ee/bytes.js" */
/** @import { CallKeysOptions } from "./e2ee/call.js" */
/** @import { RoomPeer, ServerMessage, SlotView } from "./types.d.ts" */
/** @import { Source } from "./e2ee/sealer.js" */

/** @import { Request } from "./e2ee/worker.js" */

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
  #takesClear;
  /** @type {Room | null} */ #room = null;
  /** What the worker was told of each receiving transform. @type {Map<string, string>} */ #told = new Map();
  /** Messages that the worker seals or opens, by their number. @type {Map<number, (bytes: Bytes | null) => void>} */ #working = new Map();
  #works = 0;
  /** The receiving transforms of the connection there is. @type {Map<string, RTCRtpTransceiver>} */ #receiving = new Map();

  /** @param {"patient" | "staff"} role @param {Pick<CallKeysOptions, "send" | "changed" | "identify" | "proof" | "grounds" | "told" | "file"> & { takesClear: () => boolean }} events `takesClear`: whether the practice allows devices, which seal for nobody */
  constructor(role, { changed, takesClear, ...events }) {
    this.#takesClear = takesClear;
    // Under this name it never sends in clear, and takes in clear what a device sends.
    this.#worker = new Worker(new URL("./e2ee/worker.js", import.meta.url), { type: "module", name: "devices" });
    this.#keys = new CallKeys({
      role, ...events, worker: this.#worker,
      changed: () => {
        this.#expect();
        changed();
      },
    });
    this.#worker.addEventListener("message", ({ data }) => {
      if (data.kind === "sealed") this.#worked(data.id, data.sealed);
      else if (data.kind === "opened") this.#worked(data.id, data.text);
      else this.#keys.answered(data);
    });
  }

  get state() {
    return this.#keys.state;
  }

  /** Whether anybody can open what is sealed now. */
  get reaches() {
    return this.#keys.reaches;
  }

  /** @param {Bytes} text @returns {Promise<Bytes | null>} null if nobody could open it */
  async sealMessage(text) {
    return this.reaches ? this.#work((id) => ({ kind: "seal", id, text })) : null;
  }

  /** @param {number} member who is said to have sealed it @param {Bytes} sealed @returns {Promise<Bytes | null>} null if they did not, or if it has come before */
  openMessage(member, sealed) {
    return this.#work((id) => ({ kind: "open", id, member, sealed }));
  }

  /** @param {(id: number) => Request} ask @returns {Promise<Bytes | null>} */
  #work(ask) {
    const id = (this.#works += 1);
    return new Promise((resolve) => {
      this.#working.set(id, resolve);
      this.#worker.postMessage(ask(id));
    });
  }

  /** @param {number} id @param {Bytes | null} bytes */
  #worked(id, bytes) {
    this.#working.get(id)?.(bytes);
    this.#working.delete(id);
  }

  /** @param {Record<string, unknown>[]} bodies @param {number | null} to @returns {Promise<boolean>} */
  giveFiles(bodies, to) {
    return this.#keys.giveFiles(bodies, to);
  }

  /** What the keys of this call go by has changed. */
  grounded() {
    this.#keys.grounded();
    this.#expect();
  }

  /** Another page in this call that was met by its keys. @param {number} peer */
  who(peer) {
    return this.#keys.who(peer);
  }

  /** This page's id in the call. */
  get id() {
    return this.#keys.id;
  }

  /** Seals something for one who was met. @type {CallKeys["tell"]} */
  tell(to, use, body) {
    this.#keys.tell(to, use, body);
  }

  /** Somebody who is there, and gets no key from here: nothing of theirs is seen or heard either. @param {RoomPeer} peer */
  keyless({ peer, device }) {
    return device ? !this.#takesClear() : !this.#keys.knows(peer) && (this.#keys.state === "sealed" || this.#keys.refuses(peer));
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
    const expected = this.#room === null ? new Map() : expectations(this.#room, this.#keys, this.#takesClear());
    for (const [slot, { mid }] of this.#receiving) {
      const what = (mid === null ? null : expected.get(mid)) ?? null;
      const text = JSON.stringify(what);
      if (this.#told.get(slot) === text) continue;
      this.#told.set(slot, text);
      this.#worker.postMessage({ kind: "expect", slot, expected: what });
    }
  }
}
