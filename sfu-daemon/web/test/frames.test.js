// The covers of sealed frames: what packetizers need is there, and what was sealed is found again.

import assert from "node:assert/strict";
import test from "node:test";
import { dressOf } from "../js/e2ee/frames.js";

/** Zeros and small numbers, which H264 must escape. */
const SEALED = Uint8Array.of(0, 0, 0, 0, 1, 7, 0, 0, 3, 0, 0, 2, 255, 0, 0, 0);
const VP8_KEY = bytes("f0 16 00 9d 01 2a 40 01 f0 00 39 33 00 12");
const VP8_DELTA = bytes("f1 0a 00 e4 d8 b8");
const H264_KEY = bytes("00 00 00 01 67 42 c0 15 8c 00 00 00 01 68 ce 3c 80 00 00 01 65 b8 00 04 00 00 05 38");
const H264_DELTA = bytes("00 00 00 01 61 e0 00 40 00 be");
const AV1_KEY = bytes("12 00 0a 0a 00 00 00 04 3c ff bc 01 a0 08 32 02 10 10");
const AV1_DELTA = bytes("12 00 32 03 30 c0 40");
const AV1_UPPER = bytes("36 08 03 31 e0 40");

for (const [codec, frame, cover] of /** @type {[string, Uint8Array, string][]} */ ([
  ["video/VP8", VP8_KEY, "10 00 00 9d 01 2a 40 01 f0 00"],
  ["video/VP8", VP8_DELTA, "11"],
  ["video/AV1", AV1_KEY, "08"],
  ["video/AV1", AV1_DELTA, "30"],
  ["video/AV1", AV1_UPPER, "30"],
  ["video/VP9", VP8_KEY, ""],
  ["audio/opus", VP8_KEY, ""],
])) {
  test(`${codec}: the cover of ${frame.length} bytes is "${cover}"`, () => {
    const dress = dressOf(codec);
    const wire = dress?.dress(frame, SEALED);
    assert.ok(dress && wire);
    const size = bytes(cover).length;
    assert.deepEqual([...wire.subarray(0, size)], [...bytes(cover)]);
    assert.deepEqual([...wire.subarray(size)], [...SEALED]);
    assert.deepEqual([...(dress.undress(wire) ?? [])], [...SEALED]);
  });
}

for (const [name, frame, cover] of /** @type {[string, Uint8Array, string][]} */ ([
  ["keyframe", H264_KEY, "00 00 00 01 67 42 c0 15 8c 00 00 00 01 68 ce 3c 80 00 00 00 01 65 b8"],
  ["other frame", H264_DELTA, "00 00 00 01 61 e0"],
])) {
  test(`H264: a ${name} keeps its parameters and the head of its slice, and has no start code in what is sealed`, () => {
    const dress = dressOf("video/H264");
    const wire = dress?.dress(frame, SEALED);
    assert.ok(dress && wire);
    const size = bytes(cover).length;
    assert.deepEqual([...wire.subarray(0, size)], [...bytes(cover)]);
    assert.doesNotMatch(Buffer.from(wire.subarray(size - 2)).toString("hex").replaceAll(/../g, "$& "), /00 00 0[012] /);
    assert.notEqual(wire.at(-1), 0);
    assert.deepEqual([...(dress.undress(wire) ?? [])], [...SEALED]);
  });
}

test("H264: every run of zeros and small numbers comes back", () => {
  const dress = dressOf("video/H264");
  assert.ok(dress);
  for (let number = 0; number < 4 ** 6; number += 1) {
    const sealed = Uint8Array.from({ length: 6 }, (_, place) => (number >> (2 * place)) & 3);
    const wire = dress.dress(H264_DELTA, sealed);
    assert.deepEqual(dress.undress(wire ?? new Uint8Array()), sealed);
  }
});

test("AV1: the size that a depacketizer adds is taken off, and a wrong one refused", () => {
  const dress = dressOf("video/AV1");
  const body = new Uint8Array(300).fill(9);
  assert.deepEqual(dress?.undress(Uint8Array.of(0x0a, 0xac, 0x02, ...body)), body);
  for (const wrong of [[0x0a, 0xad, 0x02], [0x0a, 0xab, 0x02], [0x0a, 0xff], [0x12, 0xac, 0x02]]) assert.equal(dress?.undress(Uint8Array.of(...wrong, ...body)), null);
});

test("what is no frame of its codec is refused, both ways, and so is a codec that we do not know", () => {
  assert.equal(dressOf("video/H265"), null);
  assert.equal(dressOf(undefined), null);
  for (const codec of ["video/VP8", "video/AV1", "video/H264"]) {
    assert.equal(dressOf(codec)?.dress(new Uint8Array(), SEALED), null, codec);
    assert.equal(dressOf(codec)?.undress(new Uint8Array()), null, codec);
  }
  assert.equal(dressOf("video/VP8")?.dress(VP8_KEY.subarray(0, 9), SEALED), null);
  assert.equal(dressOf("video/VP8")?.undress(VP8_KEY.subarray(0, 5)), null);
  assert.equal(dressOf("video/H264")?.dress(bytes("00 00 00 01 06 05 04"), SEALED), null, "no slice");
  assert.equal(dressOf("video/H264")?.undress(bytes("00 00 00 01 61 e0 01 02 03")), null, "no end");
});

/** @param {string} text */
function bytes(text) {
  return Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));
}
