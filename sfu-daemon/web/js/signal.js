// The WebSocket to the daemon: keeps it open for ever, and says honestly whether it is.

import { messageIn } from "./shape.js";

/** @import { ClientMessage, ServerMessage, SessionRole } from "./types.d.ts" */

export const PROTOCOL_VERSION = 1;
const SUBPROTOCOL = "anteroom.v1";
const PATH = "/ws";

const PING_EVERY_MS = 10_000;
// A page that hears nothing must not go on showing a place in line. A pong takes milliseconds; three seconds is what people are promised.
const PONG_WITHIN_MS = 3_000;
// A connection attempt into the void would otherwise last for minutes; in this time a system has asked three or four times.
const CONNECT_WITHIN_MS = 4 * PONG_WITHIN_MS;
const BACKOFF_FIRST_MS = 500;
// A page that knocks so often is back within ten seconds of a server that was restarted.
const BACKOFF_MAX_MS = 8_000;
/** From a server that speaks as this page does there is none. One that goes on like that is not the one that the page was made for. */
export const MISSHAPEN_MAX = 32;

/** How long to wait before the next attempt: doubles up to 8 s, with a third of jitter so that a whole waiting room does not knock at once.
 * @param {number} attempt 0 for the first @param {number} random in 0..1 */
export function backoff(attempt, random) {
  const full = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempt, 16));
  return full * (1 - random / 3);
}

/**
 * What the owner of a `Signal` hears.
 * @typedef {object} SignalEvents
 * @property {(message: ServerMessage) => void} message each message of the daemon except `pong`
 * @property {(rtt_ms: number) => void} alive the socket answered; `open` means nothing before the first `welcome`
 * @property {(retry_at: number) => void} lost the socket is gone; the next attempt is at this time (page clock)
 * @property {() => void} garbled too much of what came had another shape than messages have; nothing more comes before `connect` is called again
 */

export class Signal {
  /** @type {SessionRole} */ #role;
  /** @type {string | null} */ #area;
  /** @type {SignalEvents} */ #events;
  /** @type {WebSocket | null} */ #socket = null;
  #attempt = 0;
  #stopped = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #retry;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #ping;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #pong;
  #pinged_at = 0;
  #began_at = 0;
  /** How much has come on this connection that is no message, or one of another shape. */ misshapen = 0;

  /** @param {SessionRole} role @param {string | null} area the slug of a patient's link @param {SignalEvents} events */
  constructor(role, area, events) {
    this.#role = role;
    this.#area = area;
    this.#events = events;
    addEventListener("online", () => this.wake());
    addEventListener("offline", () => this.#drop());
    addEventListener("pageshow", () => this.wake());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.wake();
    });
  }

  /** Connects now, forgetting any socket there was. */
  connect() {
    this.#stopped = false;
    this.#forget();
    const url = new URL(PATH, location.href);
    url.protocol = location.protocol === "http:" ? "ws:" : "wss:";
    const socket = new WebSocket(url, SUBPROTOCOL);
    this.#socket = socket;
    this.#began_at = performance.now();
    this.misshapen = 0;
    this.#pong = setTimeout(() => this.#drop(), CONNECT_WITHIN_MS);
    socket.onopen = () => this.send({ kind: "hello", protocol: PROTOCOL_VERSION, role: this.#role, area: this.#area });
    socket.onmessage = ({ data }) => this.#heard(/** @type {string} */ (data));
    socket.onclose = () => this.#drop();
  }

  /** Stays away until `connect` is called again. */
  stop() {
    this.#stopped = true;
    this.#forget();
  }

  /** Tries at once: the network or the person has come back, or somebody pressed "Try now". An attempt that began while there was no network is
   * given up: the system asks ever more seldom. */
  wake() {
    if (this.#stopped) return;
    const is_connecting = this.#socket?.readyState === WebSocket.CONNECTING;
    if (this.#socket?.readyState === WebSocket.OPEN) this.#knock();
    else if (!is_connecting || PONG_WITHIN_MS <= performance.now() - this.#began_at) this.connect();
  }

  /** @param {ClientMessage} message @returns {boolean} false if there is no connection; nothing is queued, because a stale wish must not come true later */
  send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** @param {string} text */
  #heard(text) {
    const { message, wrong } = messageIn(text);
    if (wrong !== null) return this.#misheard(wrong);
    clearTimeout(this.#pong);
    this.#pong = undefined;
    if (message === null) return; // A kind that a newer server has: a sign of life, and no more.
    if (message.kind === "welcome") {
      this.#attempt = 0;
      this.#knock(); // at once: the patient's check shows how fast the connection is
    }
    if (message.kind === "pong") this.#events.alive(performance.now() - this.#pinged_at);
    else this.#events.message(message);
  }

  /** It is dropped, and is not even a sign of life. @param {string} kind */
  #misheard(kind) {
    this.misshapen += 1;
    console.error(`a message of another shape: ${kind || "no kind"}`);
    if (this.misshapen <= MISSHAPEN_MAX) return;
    this.stop();
    this.#events.garbled();
  }

  #knock() {
    this.#pinged_at = performance.now();
    this.send({ kind: "ping" });
    this.#pong ??= setTimeout(() => this.#drop(), PONG_WITHIN_MS); // knocking again does not make a dead socket live longer
    clearTimeout(this.#ping);
    this.#ping = setTimeout(() => this.#knock(), PING_EVERY_MS);
  }

  #drop() {
    if (this.#stopped || this.#socket === null) return;
    this.#forget();
    const wait_ms = backoff(this.#attempt++, Math.random());
    this.#retry = setTimeout(() => this.connect(), wait_ms);
    this.#events.lost(Date.now() + wait_ms);
  }

  #forget() {
    clearTimeout(this.#retry);
    clearTimeout(this.#ping);
    clearTimeout(this.#pong);
    this.#pong = undefined;
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
