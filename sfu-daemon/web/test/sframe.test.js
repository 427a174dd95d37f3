// SFrame as RFC 9605 has it: its own test vectors (appendix C), for the suites that we have.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { AES_128_GCM_SHA256_128, AES_256_GCM_SHA512_128, deriveKey, importBaseKey, open, readHeader, seal, writeHeader } from "../js/e2ee/sframe.js";

const vectors = JSON.parse(readFileSync(new URL("vectors/sframe.json", import.meta.url), "utf8"));
const TAG = new Uint8Array(16);

test("headers are written and read as in the RFC", () => {
  for (const [kid, ctr, encoded] of vectors.header) {
    assert.equal(hex(writeHeader(BigInt(kid), BigInt(ctr))), encoded);
    assert.deepEqual(readHeader(new Uint8Array([...bytes(encoded), ...TAG])), { kid: BigInt(kid), ctr: BigInt(ctr), size: encoded.length / 2 });
  }
});

for (const suite of [AES_128_GCM_SHA256_128, AES_256_GCM_SHA512_128]) {
  const vector = vectors.sframe.find((/** @type {{ cipher_suite: number }} */ { cipher_suite }) => cipher_suite === suite.id);

  test(`suite ${suite.id} derives, seals and opens as in the RFC`, async () => {
    const key = await deriveKey(suite, await importBaseKey(bytes(vector.base_key)), BigInt(vector.kid));
    assert.equal(hex(key.salt), vector.sframe_salt);
    const sealed = await seal(key, BigInt(vector.ctr), bytes(vector.pt), bytes(vector.metadata));
    assert.equal(hex(sealed), vector.ct);
    const header = readHeader(sealed);
    assert.ok(header);
    assert.equal(hex(/** @type {Uint8Array} */ (await open(key, header, sealed, bytes(vector.metadata)))), vector.pt);
  });
}

test("whatever bit is turned, nothing opens", async () => {
  const key = await deriveKey(AES_256_GCM_SHA512_128, await importBaseKey(new Uint8Array(32)), 5n);
  const sealed = await seal(key, 300n, bytes("00112233"));
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const turned = sealed.slice();
    turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const header = readHeader(turned);
    assert.ok(header === null || header.kid !== 5n || (await open(key, header, turned)) === null, `bit ${bit}`);
  }
});

test("what is too short to be sealed has no header", () => {
  assert.equal(readHeader(new Uint8Array()), null);
  assert.equal(readHeader(new Uint8Array(16)), null);
  assert.equal(readHeader(new Uint8Array(24).fill(0xff)), null, "a header of 17 bytes and half a tag");
  assert.notEqual(readHeader(new Uint8Array(17)), null);
});

/** @param {string} text */
function bytes(text) {
  return Uint8Array.from(Buffer.from(text, "hex"));
}

/** @param {Uint8Array} data */
function hex(data) {
  return Buffer.from(data).toString("hex");
}
