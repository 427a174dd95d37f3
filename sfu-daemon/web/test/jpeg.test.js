// A photo leaves the page without a word of where, when and with what it was taken.

import assert from "node:assert/strict";
import test from "node:test";
import { segmentsOf, withoutMetadata } from "../js/jpeg.js";

const segment = (/** @type {number} */ marker, /** @type {string} */ text) => {
  const body = new TextEncoder().encode(text);
  return [0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255, ...body];
};
const PICTURE = [0x12, 0xff, 0x00, 0x34, 0xff, 0xd9];
const jpeg = (/** @type {number[][]} */ ...segments) => new Uint8Array([0xff, 0xd8, ...segments.flat(), ...segment(0xda, "scan"), ...PICTURE]);
const JFIF = segment(0xe0, "JFIF\0");
const TABLE = segment(0xdb, "quantities");

test("EXIF, GPS, XMP, profiles and comments are taken out, and the picture stays as it is", () => {
  const told = jpeg(JFIF, segment(0xe1, "Exif\0\0GPS 52.5 13.4"), segment(0xe1, "http://ns.adobe.com/xap"), segment(0xe2, "ICC"), segment(0xed, "IPTC"), segment(0xef, "x"), segment(0xfe, "by Maria"), TABLE);
  const bare = withoutMetadata(told);
  assert.deepEqual([...(bare ?? [])], [...jpeg(JFIF, TABLE)]);
  assert.deepEqual(segmentsOf(bare ?? new Uint8Array())?.map(({ marker }) => marker), [0xe0, 0xdb, 0xda]);
});

test("a picture without metadata is handed on byte by byte", () => {
  const plain = jpeg(JFIF, TABLE);
  assert.deepEqual(withoutMetadata(plain), plain);
});

test("what is not a JPEG, or is cut, is no picture", () => {
  const whole = jpeg(JFIF, TABLE);
  for (let length = 0; length < whole.length - PICTURE.length; length += 1) assert.equal(withoutMetadata(whole.subarray(0, length)), null, `${length} bytes`);
  for (const bad of [new Uint8Array([0x89, 0x50, 0x4e, 0x47]), new Uint8Array([0xff, 0xd8, 0xff, 0xe1, 0, 1]), new Uint8Array([0xff, 0xd8, 0xff, 0xd9, 0, 0])]) assert.equal(withoutMetadata(bad), null);
});
