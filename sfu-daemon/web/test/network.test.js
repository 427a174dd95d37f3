// What a network carries: from the browser's numbers to a word.

import assert from "node:assert/strict";
import test from "node:test";
import { BLOCKED, counted, isTooMuch, KBIT_S_MIN, LOSS_PERCENT_MAX, measured, PRACTICE_KBIT_S_MIN, ROUND_TRIP_MS_MAX, verdict } from "../js/network.js";

/** @import { NetworkCheck } from "../js/types.d.ts" */

/** @type {NetworkCheck} */
const GOOD = { way: "udp", loss_percent: 0, round_trip_ms: 30, kbit_s: 1_100 };

/** What a browser counts. @param {{ sent: number, back: number, bytes: number, protocol?: string, firefox?: boolean, picture?: number }} of `picture`: bytes of it that went out */
function reports({ sent, back, bytes, picture = bytes, protocol = "udp", firefox = false }) {
  /** @type {any[]} */
  const all = [
    { id: "out", type: "outbound-rtp", kind: "audio", packetsSent: sent },
    { id: "out-video", type: "outbound-rtp", kind: "video", packetsSent: 9_999, bytesSent: picture },
    { id: "in", type: "inbound-rtp", kind: "audio", packetsReceived: back, bytesReceived: 0 },
    { id: "in-video", type: "inbound-rtp", kind: "video", packetsReceived: 9_999, bytesReceived: bytes },
    { id: "other", type: "candidate-pair", state: "succeeded", nominated: true, currentRoundTripTime: 9, localCandidateId: "unused", selected: false },
    { id: "pair", type: "candidate-pair", state: "succeeded", nominated: true, currentRoundTripTime: 0.05, localCandidateId: "local", ...(firefox ? { selected: true } : {}) },
    { id: "unused", type: "local-candidate", protocol: protocol === "udp" ? "tcp" : "udp" },
    { id: "local", type: "local-candidate", protocol },
    ...(firefox ? [] : [{ id: "transport", type: "transport", selectedCandidatePairId: "pair" }]),
  ];
  return new Map(all.map((report) => [report.id, report]));
}

test("each weakness of a network has its word, and the worst comes first", () => {
  assert.equal(verdict(GOOD), "good");
  assert.equal(verdict({ ...GOOD, way: "tcp" }), "tcp");
  assert.equal(verdict({ ...GOOD, loss_percent: LOSS_PERCENT_MAX - 1 }), "good");
  assert.equal(verdict({ ...GOOD, loss_percent: LOSS_PERCENT_MAX, kbit_s: 1 }), "lossy");
  assert.equal(verdict({ ...GOOD, round_trip_ms: ROUND_TRIP_MS_MAX + 1, kbit_s: 1 }), "slow");
  assert.equal(verdict({ ...GOOD, kbit_s: KBIT_S_MIN - 1 }), "narrow");
  assert.equal(verdict({ ...GOOD, way: "tcp", kbit_s: KBIT_S_MIN - 1 }), "narrow", "by a detour and narrow is narrow");
  assert.equal(verdict(BLOCKED), "blocked");
});

test("a practice is warned below what it needs, a patient far below that", () => {
  const network = { ...GOOD, kbit_s: PRACTICE_KBIT_S_MIN - 1 };
  assert.deepEqual([verdict(network), verdict(network, PRACTICE_KBIT_S_MIN)], ["good", "narrow"]);
  assert.equal(verdict({ ...GOOD, kbit_s: PRACTICE_KBIT_S_MIN }, PRACTICE_KBIT_S_MIN), "good");
});

test("what does not come back between two moments is lost", () => {
  const first = counted(reports({ sent: 100, back: 90, bytes: 50_000 }), 1_000);
  const last = counted(reports({ sent: 300, back: 282, bytes: 550_000 }), 5_000);
  assert.deepEqual(measured(first, last), { way: "udp", loss_percent: 4, round_trip_ms: 50, kbit_s: 1_000 });
});

test("a picture of which less than half comes back was too much for the way", () => {
  const first = counted(reports({ sent: 100, back: 100, bytes: 50_000, picture: 60_000 }), 1_000);
  const after = (/** @type {number} */ bytes) => counted(reports({ sent: 300, back: 300, bytes: 50_000 + bytes, picture: 1_060_000 }), 5_000);
  assert.deepEqual([0, 499_999, 500_000, 1_000_000].map((bytes) => isTooMuch(first, after(bytes))), [true, true, false, false]);
  assert.equal(isTooMuch(first, counted(reports({ sent: 300, back: 300, bytes: 50_000, picture: 60_000 }), 5_000)), false, "a picture that does not go out is not too much");
});

test("the address in use says whether it is TCP, in Chromium's words and in Firefox's", () => {
  for (const firefox of [false, true]) {
    const [first, last] = [1_000, 5_000].map((at) => counted(reports({ sent: at, back: at, bytes: at * 200, protocol: "tcp", firefox }), at));
    assert.equal(first && last && measured(first, last).way, "tcp");
    assert.equal(last?.round_trip_ms, 50);
  }
});

test("a check never says that something works of which nothing was seen", () => {
  const moment = (/** @type {number} */ at, /** @type {number} */ sent) => counted(reports({ sent, back: 10, bytes: 1_000 }), at);
  assert.equal(measured(moment(1_000, 10), moment(5_000, 210)).loss_percent, 100, "nothing came back");
  assert.equal(measured(moment(1_000, 10), moment(5_000, 10)).loss_percent, 100, "nothing even went out");
  assert.equal(verdict(measured(moment(1_000, 10), moment(5_000, 10))), "lossy");
  const more = measured(counted(reports({ sent: 0, back: 0, bytes: 0 }), 0), counted(reports({ sent: 100, back: 103, bytes: 9_000 }), 1_000));
  assert.equal(more.loss_percent, 0, "what was on its way before is no gain");
});
