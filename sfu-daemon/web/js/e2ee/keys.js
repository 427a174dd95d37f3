// Long keys and how people compare them: roots of areas, identities of devices and visits, fingerprints as links, codes and words.

import { concat, fromBase32, fromBase64, random, sha256, toBase32, toBase64, utf8 } from "./bytes.js";
import { kemFromSeed, makeKem } from "./hpke.js";

/** @import { Bytes } from "./bytes.js" */
/** @import { Kem } from "./hpke.js" */

/** @typedef {{ sign: Bytes, kem: Bytes }} PublicIdentity Ed25519 and X25519 */
/** Of a device or a visit. Private keys cannot be exported; IndexedDB can hold it as it is. @typedef {{ signer: CryptoKey, kem: Kem, public: PublicIdentity, id: Bytes }} Identity */
/** Of an area. @typedef {{ seed: Bytes, signer: CryptoKey, public: Bytes }} Root */

export const FINGERPRINT_BYTES = 16;
/** Of a fingerprint, for those who type: 2^80 tries find another key, which nobody has. */
const CODE_BYTES = 10;
export const SEED_BYTES = 32;

/** For a device: nobody else can ever have it. @returns {Promise<Identity>} */
export async function makeIdentity() {
  const { privateKey, publicKey } = /** @type {CryptoKeyPair} */ (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]));
  return identity(privateKey, new Uint8Array(await crypto.subtle.exportKey("raw", publicKey)), await makeKem());
}

/** For a visit, whose tab remembers the seed and so survives a reload. @param {Bytes} seed @returns {Promise<Identity>} */
export async function identityFromSeed(seed) {
  const [for_signing, for_sealing] = await Promise.all([sha256(utf8("anteroom/1/seed/sign\0"), seed), sha256(utf8("anteroom/1/seed/kem\0"), seed)]);
  const { signer, verifier } = await signerFromSeed(for_signing);
  return identity(signer, verifier, await kemFromSeed(for_sealing));
}

/** @param {CryptoKey} signer @param {Bytes} sign @param {Kem} kem @returns {Promise<Identity>} */
async function identity(signer, sign, kem) {
  const all = { sign, kem: kem.public };
  return { signer, kem, public: all, id: await idOf(all) };
}

/** @param {PublicIdentity} identity */
export function idOf({ sign, kem }) {
  return fingerprint("identity", sign, kem);
}

/** @returns {Promise<Root>} */
export function makeRoot() {
  return rootFromSeed(random(SEED_BYTES));
}

/** @param {Bytes} seed @returns {Promise<Root>} */
export async function rootFromSeed(seed) {
  const { signer, verifier } = await signerFromSeed(seed);
  return { seed, signer, public: verifier };
}

/** @param {Bytes} root its public key */
export function fingerprintOf(root) {
  return fingerprint("root", root);
}

/** @param {string} of @param {Bytes[]} keys */
async function fingerprint(of, ...keys) {
  return (await sha256(utf8(`anteroom/1/${of}\0`), ...keys)).slice(0, FINGERPRINT_BYTES);
}

/** RFC 8410 around a seed: WebCrypto has no other way in. */
const PKCS8 = Uint8Array.of(0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20);

/** @param {Bytes} seed */
async function signerFromSeed(seed) {
  const load = (/** @type {boolean} */ extractable) => crypto.subtle.importKey("pkcs8", concat(PKCS8, seed), "Ed25519", extractable, ["sign"]);
  const { x } = await crypto.subtle.exportKey("jwk", await load(true)); // The one way to the public key.
  return { signer: await load(false), verifier: /** @type {Bytes} */ (fromBase64(x, 32)) };
}

/** The 16 characters that people type and compare. @param {Bytes} fingerprint of a root or an identity */
export function toCode(fingerprint) {
  return toBase32(fingerprint.subarray(0, CODE_BYTES));
}

/** @param {string} typed @returns {Bytes | null} the beginning of a fingerprint; null if these cannot be 16 such characters */
export function fromCode(typed) {
  return fromBase32(typed, CODE_BYTES);
}

/** For the sheet of paper. @param {Bytes} seed */
export function toSheet(seed) {
  return toBase32(seed);
}

/** @param {string} typed @returns {Bytes | null} */
export function fromSheet(typed) {
  return fromBase32(typed, SEED_BYTES);
}

/** One for each byte. @param {Bytes} bytes @param {readonly string[]} list of 256 words */
export function toWords(bytes, list) {
  return Array.from(bytes, (byte) => list[byte] ?? String(byte));
}

/** For a link: with a checksum, so that one that was cut is not taken for one that was changed. @param {Bytes} fingerprint */
export function toToken(fingerprint) {
  const sum = crc16(fingerprint);
  return toBase64(concat(fingerprint, Uint8Array.of(sum >> 8, sum & 255)));
}

/** @param {string} token @returns {Bytes | null} */
export function fromToken(token) {
  const bytes = fromBase64(token, FINGERPRINT_BYTES + 2);
  const fingerprint = bytes?.slice(0, FINGERPRINT_BYTES);
  return fingerprint !== undefined && toToken(fingerprint) === token ? fingerprint : null;
}

/** X.25's. @param {Uint8Array} bytes */
export function crc16(bytes) {
  let sum = 0xffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum & 1) === 0 ? sum >> 1 : (sum >> 1) ^ 0x8408;
  }
  return sum ^ 0xffff;
}
