// Sealing to a key: the library speaks RFC 9180, and our uses keep apart.

import assert from "node:assert/strict";
import test from "node:test";
import { utf8 } from "../js/e2ee/bytes.js";
import { kemFromSeed, makeKem, openWith, sealTo } from "../js/e2ee/hpke.js";
import * as HPKE from "../vendor/hpke/index.js";

const TEXT = utf8("Maria Keller");

test("the library opens what RFC 9180 seals (A.1.1)", async () => {
  const suite = new HPKE.CipherSuite(HPKE.KEM_DHKEM_X25519_HKDF_SHA256, HPKE.KDF_HKDF_SHA256, HPKE.AEAD_AES_128_GCM);
  const pair = await suite.DeriveKeyPair(bytes("6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037"));
  const enc = bytes("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431");
  const ciphertext = bytes("f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a");
  const plain = await suite.Open(pair, enc, ciphertext, { info: utf8("Ode on a Grecian Urn"), aad: utf8("Count-0") });
  assert.equal(new TextDecoder().decode(plain), "Beauty is truth, truth beauty");
});

test("what was sealed opens with the same key, use and circumstances, and with no others", async () => {
  const kem = await makeKem();
  const sealed = await sealTo(kem.public, "name", TEXT, utf8("reception"));
  assert.ok(sealed);
  assert.deepEqual(await openWith(kem, "name", sealed, utf8("reception")), TEXT);
  assert.equal(await openWith(await makeKem(), "name", sealed, utf8("reception")), null);
  assert.equal(await openWith(kem, "box", sealed, utf8("reception")), null);
  assert.equal(await openWith(kem, "name", sealed, utf8("dermatology")), null);
  for (const at of [0, 31, 32, sealed.length - 1]) {
    const changed = sealed.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.equal(await openWith(kem, "name", changed, utf8("reception")), null, `byte ${at}`);
  }
  for (const size of [0, 31, 32, 47]) assert.equal(await openWith(kem, "name", sealed.subarray(0, size), utf8("reception")), null, `${size} bytes`);
});

test("a key from a seed is the same again, and no private key leaves", async () => {
  const [one, other] = await Promise.all([kemFromSeed(new Uint8Array(32).fill(7)), kemFromSeed(new Uint8Array(32).fill(7))]);
  assert.deepEqual(one.public, other.public);
  for (const { pair } of [one, await makeKem()]) await assert.rejects(crypto.subtle.exportKey("pkcs8", pair.privateKey));
});

test("nothing is sealed to what is no key", async () => {
  assert.equal(await sealTo(new Uint8Array(31), "name", TEXT), null);
  assert.equal(await sealTo(new Uint8Array(32), "name", TEXT), null, "a point that gives everybody the same secret");
});

/** @param {string} text */
function bytes(text) {
  return Uint8Array.from(Buffer.from(text, "hex"));
}
