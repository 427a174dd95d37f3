// How a call does: what the browser counts, in one calm word with its cause.

import assert from "node:assert/strict";
import test from "node:test";
import { BETTER_AFTER, CALM, isWeak, judged, reading, steadied, WORSE_AFTER } from "../js/quality.js";

/** @import { Quality, Reading, Steady } from "../js/quality.js" */

/** @type {Reading} */
const FINE = { received: 100, lost: 0, up_loss: 0, round_trip_ms: 40, is_tcp: false, is_narrow: false };
/** @param {Partial<Reading>} change */
const later = (change) => ({ ...FINE, received: 200, ...change });

test("each cause has its word", () => {
  assert.equal(judged(FINE, later({}), false), "good");
  assert.equal(judged(FINE, later({ is_tcp: true }), false), "tcp");
  assert.equal(judged(FINE, later({ up_loss: 0.05 }), false), "lossy", "what is sent does not arrive");
  assert.equal(judged(FINE, later({ received: 190, lost: 10 }), false), "lossy", "what is sent here does not come");
  assert.equal(judged(FINE, later({ round_trip_ms: 900 }), false), "slow");
  assert.equal(judged(FINE, later({ is_narrow: true }), false), "narrow");
});

test("what got lost on the other side is not said of this one", () => {
  assert.equal(judged(FINE, later({ received: 190, lost: 10 }), true), "theirs");
  assert.equal(judged(FINE, later({ up_loss: 0.05 }), true), "lossy", "the own comes first: here the person can do something");
  assert.ok(!isWeak("theirs") && !isWeak("tcp") && isWeak("lossy"), "nobody says that they are weak because the other is");
});

test("a few packets and the first look say nothing", () => {
  assert.equal(judged(null, later({ lost: 100 }), false), "good");
  assert.equal(judged(FINE, { ...FINE, received: 105, lost: 5 }, false), "good");
});

test("a moment is not shown, what lasts is, and it goes as calmly as it came", () => {
  const after = (/** @type {Steady} */ from, /** @type {Quality[]} */ ...seen) => seen.reduce(steadied, from);
  const many = (/** @type {Quality} */ one, /** @type {number} */ count) => Array.from({ length: count }, () => one);
  assert.equal(after(CALM, ...many("lossy", WORSE_AFTER - 1), "good", "lossy").shown, "good");
  const lossy = after(CALM, ...many("lossy", WORSE_AFTER));
  assert.equal(lossy.shown, "lossy");
  assert.equal(after(lossy, ...many("good", BETTER_AFTER - 1)).shown, "lossy");
  assert.equal(after(lossy, ...many("good", BETTER_AFTER)).shown, "good");
  assert.equal(after(CALM, "lossy", "slow", "lossy", "slow", "lossy").shown, "good", "what changes with each look has no name");
});

test("a browser's counts are read of sound only, and of the pair in use", () => {
  const reports = new Map(Object.entries({
    a: { type: "inbound-rtp", kind: "audio", packetsReceived: 90, packetsLost: 10 },
    b: { type: "inbound-rtp", kind: "video", packetsReceived: 900, packetsLost: 100 },
    c: { type: "remote-inbound-rtp", kind: "audio", fractionLost: 0.02 },
    e: { type: "candidate-pair", id: "e", state: "succeeded", nominated: true, currentRoundTripTime: 0.1, availableOutgoingBitrate: 90_000, localCandidateId: "f" },
    f: { type: "local-candidate", protocol: "tcp" },
  }));
  assert.deepEqual(reading(reports), { received: 90, lost: 10, up_loss: 0.02, round_trip_ms: 100, is_tcp: true, is_narrow: true });
});
