// SFrame (RFC 9605): one frame sealed under the key that its header names. Without state: counters are kept by sealer.js, and replays are found by replay.js.

import { concat, utf8 } from "./bytes.js";

/** @import { Bytes } from "./bytes.js" */

/** What differs between suites; those with AES-CTR and HMAC are for devices without AES-GCM. RFC 9605, section 4.5.
 * @typedef {{ id: number, hash: string, key_bytes: number }} Suite */
/** @type {Suite} */
export const AES_128_GCM_SHA256_128 = { id: 4, hash: "SHA-256", key_bytes: 16 };
/** @type {Suite} */
export const AES_256_GCM_SHA512_128 = { id: 5, hash: "SHA-512", key_bytes: 32 };
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const NOTHING = new Uint8Array();

/** @typedef {{ kid: bigint, key: CryptoKey, salt: Bytes }} FrameKey */
/** @typedef {{ kid: bigint, ctr: bigint, size: number }} Header `size`: in bytes */

/** A sender key, from which the keys of frames are derived. @param {Uint8Array} base_key @returns {Promise<CryptoKey>} */
export function importBaseKey(base_key) {
  return crypto.subtle.importKey("raw", concat(base_key), "HKDF", false, ["deriveBits"]);
}

/** Section 4.4.2. A key of its own for each KID. @param {Suite} suite @param {CryptoKey} base_key @param {bigint} kid @returns {Promise<FrameKey>} */
export async function deriveKey({ id, hash, key_bytes }, base_key, kid) {
  const suffix = new Uint8Array(10);
  new DataView(suffix.buffer).setBigUint64(0, kid);
  new DataView(suffix.buffer).setUint16(8, id);
  const derive = (/** @type {string} */ label, /** @type {number} */ bytes) =>
    crypto.subtle.deriveBits({ name: "HKDF", hash, salt: NOTHING, info: concat(utf8(label), suffix) }, base_key, bytes * 8);
  const [key, salt] = await Promise.all([derive("SFrame 1.0 Secret key ", key_bytes), derive("SFrame 1.0 Secret salt ", NONCE_BYTES)]);
  return { kid, key: await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]), salt: new Uint8Array(salt) };
}

/** Section 4.4.3. A counter must never be used twice with one key. @param {FrameKey} key @param {bigint} ctr @param {Uint8Array} plaintext @param {Uint8Array} [metadata] @returns {Promise<Bytes>} header, ciphertext and tag */
export async function seal({ kid, key, salt }, ctr, plaintext, metadata = NOTHING) {
  const header = writeHeader(kid, ctr);
  const sealed = await crypto.subtle.encrypt(parameters(salt, ctr, header, metadata), key, /** @type {Bytes} */ (plaintext));
  return concat(header, new Uint8Array(sealed));
}

/** Section 4.4.4. @param {FrameKey} key of the header's KID @param {Header} header of `sealed` @param {Uint8Array} sealed @param {Uint8Array} [metadata] @returns {Promise<Bytes | null>} null if it was not sealed with this key, or not like this */
export async function open({ key, salt }, { ctr, size }, sealed, metadata = NOTHING) {
  try {
    const body = /** @type {Bytes} */ (sealed.subarray(size));
    return new Uint8Array(await crypto.subtle.decrypt(parameters(salt, ctr, sealed.subarray(0, size), metadata), key, body));
  } catch {
    return null;
  }
}

/** @param {Bytes} salt @param {bigint} ctr @param {Uint8Array} header @param {Uint8Array} metadata */
function parameters(salt, ctr, header, metadata) {
  const iv = salt.slice();
  const low = new DataView(iv.buffer, NONCE_BYTES - 8);
  low.setBigUint64(0, low.getBigUint64(0) ^ ctr);
  return { name: "AES-GCM", iv, additionalData: concat(header, metadata), tagLength: TAG_BYTES * 8 };
}

/** Section 4.3: X and K say where the KID is, Y and C the counter: inside of these three bits, or how many bytes follow. @param {bigint} kid @param {bigint} ctr @returns {Bytes} */
export function writeHeader(kid, ctr) {
  const [k, c] = [outside(kid), outside(ctr)];
  const part = (/** @type {bigint} */ value, /** @type {number[]} */ bytes) => (bytes.length === 0 ? Number(value) : 8 | (bytes.length - 1));
  return Uint8Array.of((part(kid, k) << 4) | part(ctr, c), ...k, ...c);
}

/** Big-endian, none for what fits three bits. @param {bigint} value */
function outside(value) {
  const bytes = [];
  if (7n < value) for (let rest = value; 0n < rest; rest >>= 8n) bytes.unshift(Number(rest & 0xffn));
  return bytes;
}

/** @param {Uint8Array} sealed @returns {Header | null} null if this is too short to be a sealed frame */
export function readHeader(sealed) {
  const config = sealed[0] ?? 0;
  let size = 1;
  const part = (/** @type {number} */ bits) => {
    if ((bits & 8) === 0) return BigInt(bits);
    let value = 0n;
    for (let left = (bits & 7) + 1; 0 < left; left -= 1) value = (value << 8n) | BigInt(sealed[size++] ?? 0);
    return value;
  };
  const kid = part(config >> 4);
  const ctr = part(config & 15);
  return size + TAG_BYTES <= sealed.length ? { kid, ctr, size } : null;
}
