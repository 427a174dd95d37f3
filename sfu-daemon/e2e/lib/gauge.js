// How a call flows, moment by moment: what each page has received, read often enough to tell when it stood still and when it went on.

import { pause } from "./wait.js";

/** @typedef {import("./browsers.js").Tab} Tab */
/**
 * What a page has received so far, by its browser's own count.
 * @typedef {object} Reading
 * @property {number} at when it was read, by the clock of this process
 * @property {number} frames decoded
 * @property {number} height of the last picture, in pixels
 * @property {number} sounds audio packets
 * @property {number} nacks it has sent
 * @property {number} nacked how often it was asked to repeat
 * @property {number} repeats it was sent again
 * @property {number} lost packets that did not come the first time
 * @property {number} concealed samples of sound that the decoder made up, as a share of all
 * @property {number} rtt of the last check of the path, in seconds
 * @property {string} protocol of the path: "udp" or "tcp"
 * @property {string} ufrag of this end: another one is another path or an ICE restart
 */

const EVERY_MS = 50;

/** @param {Tab} tab @returns {Promise<Reading>} */
export async function read(tab) {
  const reading = await tab.run(async () => {
    const sum = { frames: 0, height: 0, sounds: 0, nacks: 0, nacked: 0, repeats: 0, lost: 0, concealed: 0, rtt: 0, protocol: "", ufrag: "" };
    const open = /** @type {any} */ (window).connections.filter((/** @type {RTCPeerConnection} */ { connectionState }) => connectionState !== "closed");
    const connection = /** @type {RTCPeerConnection | undefined} */ (open.at(-1));
    if (connection === undefined) return sum;
    sum.ufrag = /a=ice-ufrag:(\S+)/.exec(connection.localDescription?.sdp ?? "")?.[1] ?? "";
    const reports = await connection.getStats();
    let samples = 0;
    for (const report of reports.values()) {
      if (report.type === "candidate-pair" && report.nominated) {
        sum.protocol = reports.get(report.localCandidateId)?.protocol ?? "";
        sum.rtt = report.currentRoundTripTime ?? 0;
      }
      if (report.type === "outbound-rtp") sum.nacked += report.nackCount ?? 0;
      if (report.type !== "inbound-rtp") continue;
      sum.nacks += report.nackCount ?? 0;
      sum.repeats += report.retransmittedPacketsReceived ?? 0;
      sum.lost += report.packetsLost ?? 0;
      if (report.kind === "video") {
        sum.frames += report.framesDecoded ?? 0;
        sum.height = Math.max(sum.height, report.frameHeight ?? 0);
      } else {
        sum.sounds += report.packetsReceived ?? 0;
        samples += report.totalSamplesReceived ?? 0;
        sum.concealed += report.concealedSamples ?? 0;
      }
    }
    sum.concealed /= Math.max(1, samples);
    return sum;
  });
  return { at: Date.now(), ...reading };
}

/** Reads a page again and again until it is stopped. */
export class Gauge {
  #running = true;
  #done;

  /** @param {Tab} tab */
  static async start(tab) {
    return new Gauge(tab, await read(tab));
  }

  /** @param {Tab} tab @param {Reading} first */
  constructor(tab, first) {
    this.readings = [first];
    this.last = first;
    this.#done = this.#run(tab);
  }

  async stop() {
    this.#running = false;
    await this.#done;
  }

  /** How long `what` stood still at most from `since` on, in milliseconds: the longest time between two readings at which it had grown.
   * @param {"frames" | "sounds"} what @param {number} since */
  longestGap(what, since) {
    let [gap, grown_at] = [0, since];
    for (const at of [...this.readings.filter((_, index) => this.#grew(what, index)).map(({ at }) => at), this.last.at]) {
      if (at < since) continue;
      gap = Math.max(gap, at - grown_at);
      grown_at = at;
    }
    return gap;
  }

  /** How long after `since` `what` grew for the first time, in milliseconds; infinite if it did not within `patience_ms`.
   * @param {"frames" | "sounds"} what @param {number} since @param {number} patience_ms */
  grownAfter(what, since, patience_ms) {
    return this.#after(since, (index) => this.#grew(what, index), patience_ms);
  }

  /** How long after `since` the picture was as high as pleases, in milliseconds; infinite if it was not within `patience_ms`.
   * @param {(height: number) => boolean} pleases @param {number} since @param {number} patience_ms */
  heightAfter(pleases, since, patience_ms) {
    return this.#after(since, (index) => pleases(this.readings[index]?.height ?? 0), patience_ms);
  }

  /** @param {number} since @param {(index: number) => boolean} pleases @param {number} patience_ms */
  async #after(since, pleases, patience_ms) {
    for (;;) {
      const found = this.readings.find(({ at }, index) => since < at && pleases(index));
      if (found !== undefined) return found.at - since;
      if (since + patience_ms < Date.now()) return Infinity;
      await pause(EVERY_MS);
    }
  }

  /** A new path starts to count anew, so that only the reading just before counts. @param {"frames" | "sounds"} what @param {number} index */
  #grew(what, index) {
    const [before, now] = [this.readings[index - 1], this.readings[index]];
    return before !== undefined && now !== undefined && before[what] < now[what];
  }

  /** @param {Tab} tab */
  async #run(tab) {
    while (this.#running) {
      try {
        this.last = await read(tab);
        this.readings.push(this.last);
      } catch {
        return; // The page is gone.
      }
      await pause(EVERY_MS);
    }
  }
}
