// What a network carries, as a pure function of what the browser counts: for the check before the consultation, and for both sides of it.

/** @import { NetworkCheck } from "./types.d.ts" */

/** From here on a voice crackles and a picture stands still for moments. */
export const LOSS_PERCENT_MAX = 3;
/** Above this people talk into each other's words. */
export const ROUND_TRIP_MS_MAX = 400;
/** A voice and a small picture. Not more: Firefox takes its time before it sends more, and nobody is to be warned of that. */
export const KBIT_S_MIN = 300;
/** What a practice needs, both ways: the agreement of German doctors and insurers on video consultations asks it of them (Anlage 31b BMV-Ä), and of
 * patients nothing. */
export const PRACTICE_KBIT_S_MIN = 2_000;

/** What a check comes to. @typedef {"good" | "tcp" | "lossy" | "slow" | "narrow" | "blocked"} Verdict */

/** The worst thing first: what no patience helps against, then what is heard, then what is seen. @param {NetworkCheck} network @param {number} [kbit_s_min] @returns {Verdict} */
export function verdict({ way, loss_percent, round_trip_ms, kbit_s }, kbit_s_min = KBIT_S_MIN) {
  if (way === "blocked") return "blocked";
  if (LOSS_PERCENT_MAX <= loss_percent) return "lossy";
  if (ROUND_TRIP_MS_MAX < round_trip_ms) return "slow";
  if (kbit_s < kbit_s_min) return "narrow";
  return way === "tcp" ? "tcp" : "good";
}

/** @typedef {object} Counts what a connection has counted up to one moment
 * @property {number} at ms
 * @property {number} sent packets of sound that went out
 * @property {number} back packets of sound that came
 * @property {number} bytes that came
 * @property {{ sent: number, back: number }} picture bytes of it that went out, and that came
 * @property {number | null} round_trip_ms
 * @property {boolean} is_tcp */

/** @param {RTCStatsReport | Map<string, any>} reports @param {number} at ms @returns {Counts} */
export function counted(reports, at) {
  let [sent, back, bytes] = [0, 0, 0];
  const picture = { sent: 0, back: 0 };
  for (const report of reports.values()) {
    if (report.type === "outbound-rtp" && report.kind === "audio") sent += report.packetsSent ?? 0;
    if (report.type === "outbound-rtp" && report.kind === "video") picture.sent += report.bytesSent ?? 0;
    if (report.type === "inbound-rtp" && report.kind === "video") picture.back += report.bytesReceived ?? 0;
    if (report.type !== "inbound-rtp") continue;
    bytes += report.bytesReceived ?? 0;
    if (report.kind === "audio") back += report.packetsReceived ?? 0;
  }
  const pair = selectedPair(reports);
  const round_trip_s = pair?.currentRoundTripTime ?? null;
  return { at, sent, back, bytes, picture, round_trip_ms: round_trip_s === null ? null : round_trip_s * 1_000, is_tcp: isTcp(reports, pair) };
}

/** The pair of addresses that is in use. Chromium's transport names it, Firefox marks it. @param {RTCStatsReport | Map<string, any>} reports @returns {any} */
export function selectedPair(reports) {
  const all = [...reports.values()];
  const named = all.find(({ type, selectedCandidatePairId }) => type === "transport" && selectedCandidatePairId)?.selectedCandidatePairId;
  const pairs = all.filter(({ type }) => type === "candidate-pair");
  return pairs.find(({ id, selected }) => id === named || selected === true) ?? pairs.find(({ nominated, state }) => nominated && state === "succeeded") ?? null;
}

/** Whether a pair goes by TCP. @param {RTCStatsReport | Map<string, any>} reports @param {any} pair */
export function isTcp(reports, pair) {
  const candidate = pair === null ? undefined : reports.get(pair.localCandidateId);
  return candidate?.protocol?.toLowerCase() === "tcp";
}

/** What the echo between two moments says: all that is sent should come back. What was on its way at the first moment is made up for by what is at
 * the second. @param {Counts} first @param {Counts} last @returns {NetworkCheck} */
export function measured(first, last) {
  const [sent, back] = [last.sent - first.sent, last.back - first.back];
  const lost = sent <= 0 ? (last.bytes === first.bytes ? 1 : 0) : Math.min(1, Math.max(0, 1 - back / sent));
  return {
    way: last.is_tcp ? "tcp" : "udp",
    loss_percent: Math.round(lost * 100),
    round_trip_ms: Math.min(0xffff, Math.round(last.round_trip_ms ?? 0)),
    kbit_s: Math.max(0, Math.round(((last.bytes - first.bytes) * 8) / Math.max(1, last.at - first.at))),
  };
}

/** Whether the picture was more than the way back carries: a server that may not send all of a picture sends none of it. @param {Counts} first @param {Counts} last */
export function isTooMuch(first, last) {
  const [sent, back] = [last.picture.sent - first.picture.sent, last.picture.back - first.picture.back];
  return 0 < sent && back < sent / 2;
}

/** Nothing gets through. @type {NetworkCheck} */
export const BLOCKED = { way: "blocked", loss_percent: 100, round_trip_ms: 0, kbit_s: 0 };
