// How the call does, in one word with its cause: from what the browser counts, and from what the others say of themselves. Each page judges its own
// connection, since only there the two ends of a loss can be told apart, and tells the others when it is weak.

/** @import { Messages } from "./messages.js" */
/** @import { MediaPath } from "./path.js" */

import { isTcp, LOSS_PERCENT_MAX, ROUND_TRIP_MS_MAX, selectedPair } from "./network.js";

/** `tcp`, as `good`, needs nothing to be done. @typedef {"good" | "tcp" | "lossy" | "slow" | "narrow" | "theirs"} Quality */

/** So often the page looks. */
export const LOOK_EVERY_MS = 2_000;
/** What is worse has to be so for three looks, and what is better for five, before it is said: a moment is over before anybody has read of it. */
export const WORSE_AFTER = 3;
export const BETTER_AFTER = 5;
/** Fewer packets since the last look say nothing: a share of ten is luck. */
const PACKETS_MIN = 25;

/** A voice, and the smallest picture only just. */
const NARROW_BITS_PER_SECOND = 150_000;

/** @typedef {object} Reading what a connection has counted up to one moment
 * @property {number} received packets
 * @property {number} lost of those that should have come
 * @property {number} up_loss the share of what this page sends that does not reach the server, by its last report
 * @property {number} round_trip_ms
 * @property {boolean} is_tcp
 * @property {boolean} is_narrow hardly more than a voice passes, as far as the browser says so */

/** @param {RTCStatsReport | Map<string, any>} reports @returns {Reading} */
export function reading(reports) {
  let [received, lost, up_loss] = [0, 0, 0];
  for (const report of reports.values()) {
    if (report.type === "inbound-rtp" && report.kind === "audio") {
      received += report.packetsReceived ?? 0;
      lost += Math.max(0, report.packetsLost ?? 0);
    }
    if (report.type === "remote-inbound-rtp" && report.kind === "audio") up_loss = Math.max(up_loss, report.fractionLost ?? 0);
  }
  const pair = selectedPair(reports);
  const is_narrow = (pair?.availableOutgoingBitrate ?? Infinity) < NARROW_BITS_PER_SECOND;
  return { received, lost, up_loss, round_trip_ms: (pair?.currentRoundTripTime ?? 0) * 1_000, is_tcp: isTcp(reports, pair), is_narrow };
}

/** How it was between two moments. @param {Reading | null} before @param {Reading} now @param {boolean} theirs_weak whether somebody else says that their connection is @returns {Quality} */
export function judged(before, now, theirs_weak) {
  const share_max = LOSS_PERCENT_MAX / 100;
  if (share_max <= now.up_loss) return "lossy";
  if (ROUND_TRIP_MS_MAX < now.round_trip_ms) return "slow";
  const [received, lost] = [now.received - (before?.received ?? now.received), now.lost - (before?.lost ?? now.lost)];
  const loses = PACKETS_MIN <= received + lost && share_max <= lost / (received + lost);
  if (theirs_weak) return "theirs"; // What is missing here got lost there.
  if (loses) return "lossy";
  if (now.is_narrow) return "narrow";
  return now.is_tcp ? "tcp" : "good";
}

/** Whether this is a thing that others should know of: their picture of this person suffers. @param {Quality} quality */
export function isWeak(quality) {
  return quality === "lossy" || quality === "slow" || quality === "narrow";
}

/** What is shown, and what would be if it lasted. @typedef {{ shown: Quality, next: Quality, looks: number }} Steady */

/** @type {Steady} */
export const CALM = { shown: "good", next: "good", looks: 0 };

/** One look further. Good words that differ change as quickly as bad ones. @param {Steady} steady @param {Quality} seen @returns {Steady} */
export function steadied({ shown, next, looks }, seen) {
  if (seen === shown) return { shown, next: shown, looks: 0 };
  const so_far = seen === next ? looks + 1 : 1;
  const needed = rank(seen) < rank(shown) ? BETTER_AFTER : WORSE_AFTER;
  return needed <= so_far ? { shown: seen, next: seen, looks: 0 } : { shown, next: seen, looks: so_far };
}

/** @param {Quality} quality */
function rank(quality) {
  switch (quality) {
    case "good":
    case "tcp":
      return 0;
    case "narrow":
    case "theirs":
      return 1;
    case "slow":
    case "lossy":
      return 2;
  }
}

/** Watches a call for one page, as long as there is one. */
export class CallQuality {
  #page;
  /** @type {ReturnType<typeof setInterval> | undefined} */ #timer;
  /** @type {Reading | null} */ #before = null;
  #steady = CALM;
  #told = false;
  /** Who says that they are weak. @type {Set<number>} */ #weak = new Set();

  /** @param {{ path: Pick<MediaPath, "report">, messages: Pick<Messages, "on" | "say">, peers: () => number[], changed: (quality: Quality) => void }} page `peers`: who is in the room now */
  constructor(page) {
    this.#page = page;
    page.messages.on("connection", (peer, { weak }) => void (weak === true ? this.#weak.add(peer) : this.#weak.delete(peer)));
  }

  get shown() {
    return this.#steady.shown;
  }

  /** @param {boolean} on while sound and pictures pass */
  watch(on) {
    if (on === (this.#timer !== undefined)) return;
    clearInterval(this.#timer);
    this.#timer = on ? setInterval(() => void this.#look(), LOOK_EVERY_MS) : undefined;
    this.#before = null;
    if (!on) this.#steady = CALM;
    if (!on) this.#told = false;
    if (!on) this.#weak.clear();
  }

  /** Somebody has come, who does not know yet. */
  tell() {
    if (this.#told) void this.#page.messages.say({ kind: "connection", weak: true });
  }

  async #look() {
    const reports = await this.#page.path.report();
    if (this.#timer === undefined) return;
    if (reports === null) return void (this.#before = null);
    const now = reading(reports);
    const peers = this.#page.peers();
    const { shown } = this.#steady;
    this.#steady = steadied(this.#steady, judged(this.#before, now, peers.some((peer) => this.#weak.has(peer))));
    this.#before = now;
    if (this.#steady.shown === shown) return;
    const weak = isWeak(this.#steady.shown);
    if (weak !== this.#told) {
      this.#told = weak;
      void this.#page.messages.say({ kind: "connection", weak });
    }
    this.#page.changed(this.#steady.shown);
  }
}
