// Who opens what: keys by sender, generation and source, changes without a gap, and nothing in clear.

import assert from "node:assert/strict";
import test from "node:test";
import { kidOf, OLD_KEY_MS, partsOf, Sealer } from "../js/e2ee/sealer.js";

/** @import { Source } from "../js/e2ee/sealer.js" */

const [ANA, BEN] = [1, 2];
const VP9 = "video/VP9";
const PICTURE = Uint8Array.of(1, 2, 3, 4);
const CAMERA = { member: ANA, source: /** @type {Source} */ ("camera") };

/** Ana sends, Ben receives. Time passes when the test says so. */
async function pair() {
  /** @type {{ act: () => void, wait_ms: number }[]} */
  const waiting = [];
  const ana = new Sealer({ require: true });
  const ben = new Sealer({ require: true, later: (act, wait_ms) => waiting.push({ act, wait_ms }) });
  const change = async (/** @type {number} */ generation) => {
    const key = await ana.draw(ANA, generation);
    assert.ok(key);
    await ben.take(ANA, generation, key);
  };
  await change(0);
  ana.use(0);
  const pass = () => {
    for (const { act } of waiting.splice(0)) act();
  };
  return { ana, ben, change, waiting, pass };
}

/** @param {Sealer} sealer @param {Source} [source] */
async function sealed(sealer, source = "camera") {
  const outcome = await sealer.seal(source, VP9, PICTURE);
  assert.ok("bytes" in outcome);
  return outcome.bytes;
}

test("what Ana seals, Ben opens, and it is not what it was on its way", async () => {
  const { ana, ben } = await pair();
  const wire = await sealed(ana);
  assert.equal(Buffer.from(wire).includes(Buffer.from(PICTURE)), false);
  assert.deepEqual(await ben.open(CAMERA, VP9, wire), { bytes: PICTURE });
});

test("a frame opens once", async () => {
  const { ana, ben } = await pair();
  const wire = await sealed(ana);
  const both = await Promise.all([ben.open(CAMERA, VP9, wire), ben.open(CAMERA, VP9, wire)]);
  assert.deepEqual(both.filter((outcome) => "bytes" in outcome).length, 1, "even if both come at once");
  assert.deepEqual(await ben.open(CAMERA, VP9, wire), { drop: "replayed" });
});

test("a frame of another person, or of another source, is not shown", async () => {
  const { ana, ben } = await pair();
  for (const expected of [{ ...CAMERA, member: BEN }, { ...CAMERA, source: /** @type {Source} */ ("screen") }, null]) {
    assert.deepEqual(await ben.open(expected, VP9, await sealed(ana)), { drop: "unexpected" });
  }
});

test("another key, a changed frame and a foreign frame are dropped and told apart", async () => {
  const { ana, ben } = await pair();
  const wire = await sealed(ana);
  const changed = wire.slice();
  changed[wire.length - 1] = (changed[wire.length - 1] ?? 0) ^ 1;
  assert.deepEqual(await ben.open(CAMERA, VP9, changed), { drop: "failed" });
  assert.deepEqual(await ben.open(CAMERA, VP9, PICTURE), { drop: "malformed" });
  assert.deepEqual(await ben.open(CAMERA, VP9, new Uint8Array()), { drop: "empty" });
  const stranger = new Sealer({ require: true });
  await stranger.take(ANA, 0, new Uint8Array(32));
  assert.deepEqual(await stranger.open(CAMERA, VP9, wire), { drop: "failed" });
  assert.deepEqual(await new Sealer({ require: true }).open(CAMERA, VP9, wire), { drop: "no_key" });
});

test("keys change without a gap, and the old one opens nothing when its time is over", async () => {
  const { ana, ben, change, waiting, pass } = await pair();
  const [late, too_late] = [await sealed(ana), await sealed(ana)];
  await change(1);
  assert.ok("bytes" in (await ben.open(CAMERA, VP9, await sealed(ana))), "the new key is not used yet");
  ana.use(1);
  assert.ok("bytes" in (await ben.open(CAMERA, VP9, await sealed(ana))));
  assert.ok("bytes" in (await ben.open(CAMERA, VP9, late)));
  assert.deepEqual(waiting.map(({ wait_ms }) => wait_ms), [OLD_KEY_MS]);
  pass();
  assert.deepEqual(await ben.open(CAMERA, VP9, too_late), { drop: "no_key" });
  assert.ok("bytes" in (await ben.open(CAMERA, VP9, await sealed(ana))));
});

test("who has left is heard no more", async () => {
  const { ana, ben } = await pair();
  ben.forget(ANA);
  assert.deepEqual(await ben.open(CAMERA, VP9, await sealed(ana)), { drop: "no_key" });
});

test("nothing passes in clear where encryption is required, whatever is asked", async () => {
  const strict = new Sealer({ require: true });
  assert.equal(strict.sendClear(), false);
  assert.deepEqual(await strict.seal("camera", VP9, PICTURE), { drop: "no_key" });
  assert.deepEqual(await strict.open("clear", VP9, PICTURE), { drop: "unexpected" });
  assert.deepEqual(await (await pair()).ana.seal("camera", "video/H265", PICTURE), { drop: "malformed" });
});

test("without that, frames pass in clear only when it is said", async () => {
  const lenient = new Sealer({ require: false });
  assert.deepEqual(await lenient.seal("camera", VP9, PICTURE), { drop: "no_key" });
  assert.deepEqual(await lenient.open(CAMERA, VP9, PICTURE), { drop: "malformed" });
  assert.equal(lenient.sendClear(), true);
  assert.deepEqual(await lenient.seal("camera", VP9, PICTURE), { bytes: PICTURE });
  assert.deepEqual(await lenient.open("clear", VP9, PICTURE), { bytes: PICTURE });
});

test("a key is never drawn twice for one generation, and a key that was taken is not changed", async () => {
  const { ana, ben } = await pair();
  assert.equal(await ana.draw(ANA, 0), null);
  await ben.take(ANA, 0, new Uint8Array(32));
  assert.ok("bytes" in (await ben.open(CAMERA, VP9, await sealed(ana))));
});

test("messages of the chat are sealed with a key of their own", async () => {
  const { ana, ben } = await pair();
  const text = await ana.sealMessage("message", PICTURE);
  assert.ok(text);
  assert.deepEqual(await ben.openMessage({ member: ANA, source: "message" }, text), { bytes: PICTURE });
  assert.deepEqual(await ben.openMessage(CAMERA, text), { drop: "unexpected" });
});

test("messages open in the order in which they were said: one that was held back opens no more, over a change of keys too", async () => {
  const { ana, ben, change } = await pair();
  const say = async () => /** @type {Uint8Array} */ (await ana.sealMessage("message", PICTURE));
  const hear = async (/** @type {Uint8Array} */ text) => ben.openMessage({ member: ANA, source: "message" }, text);
  const [first, second, third] = [await say(), await say(), await say()];
  await change(1);
  ana.use(1);
  const fourth = await say();
  const camera = [await sealed(ana), await sealed(ana)];
  assert.deepEqual(await hear(second), { bytes: PICTURE });
  assert.deepEqual(await hear(first), { drop: "replayed" });
  assert.deepEqual(await hear(fourth), { bytes: PICTURE });
  assert.deepEqual(await hear(third), { drop: "replayed" }, "under the old key, which still opens frames");
  for (const frame of camera.reverse()) assert.deepEqual(await ben.open(CAMERA, VP9, frame), { bytes: PICTURE }, "frames come in any order");
  ben.forget(ANA);
  await change(2);
  ana.use(2);
  assert.deepEqual(await hear(await say()), { bytes: PICTURE });
});

test("a KID says who, when and what, and nothing beyond its limits", () => {
  for (const [member, generation] of /** @type {[number, number][]} */ ([[0, 0], [1023, 0], [1, 0xf_ffff], [1023, 0xf_ffff]])) {
    for (const source of /** @type {Source[]} */ (["microphone", "camera", "screen", "message"])) {
      assert.deepEqual(partsOf(/** @type {bigint} */ (kidOf(member, generation, source))), { member, generation, source });
    }
  }
  for (const [member, generation] of /** @type {[number, number][]} */ ([[1024, 0], [-1, 0], [0.5, 0], [0, 0x10_0000], [0, NaN]])) assert.equal(kidOf(member, generation, "camera"), null);
  assert.equal(partsOf(2n ** 32n), null);
});
