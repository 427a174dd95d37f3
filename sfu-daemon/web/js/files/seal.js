// How a file is sealed: a key of its own, pieces whose place and end are part of what is sealed, a size that is rounded up. "Files" in docs/e2ee.md.

import { concat, fromBase64, random, spaced, toBase64, utf8 } from "../e2ee/bytes.js";
import { bytesOf, CHUNK_BYTES } from "./wire.js";

/** @import { Bytes } from "../e2ee/bytes.js" */

/** What only the pages know of a file. `hash`: SHA-256 of the file; `form`: the consent form that it is, or null. @typedef {{ name: string, type: string, size: number, hash: Bytes, form: string | null }} Manifest */
/** @typedef {{ chunks: CryptoKey, manifest: CryptoKey }} FileKey */

const TAG_BYTES = 16;
/** Bytes of the file in a chunk. */
export const PIECE_BYTES = CHUNK_BYTES - TAG_BYTES;
const SIZE_MIN = 1024;
const MANIFEST_STEP = 256;
const FORM = /^[0-9a-f]{32}$/;

export function drawKey() {
  return random(32);
}

/** @param {Uint8Array} key @param {string} id of the transfer: one key under two ids makes other keys @returns {Promise<FileKey>} */
export async function fileKey(key, id) {
  const base = await crypto.subtle.importKey("raw", concat(key), "HKDF", false, ["deriveKey"]);
  const derive = (/** @type {string} */ use) =>
    crypto.subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt: bytesOf(id), info: utf8(`anteroom/1/file/${use}`) }, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const [chunks, manifest] = await Promise.all([derive("chunks"), derive("manifest")]);
  return { chunks, manifest };
}

/** A size with which many share theirs: at most an eighth more (Padmé: the last bits of a length are rounded up). @param {number} size */
export function padded(size) {
  const least = Math.max(size, SIZE_MIN);
  const exponent = Math.floor(Math.log2(least));
  const step = 2 ** (exponent - (Math.floor(Math.log2(exponent)) + 1));
  return Math.ceil(least / step) * step;
}

/** Bytes of all chunks of a file of this size. @param {number} size */
export function sealedBytes(size) {
  return padded(size) + Math.ceil(padded(size) / PIECE_BYTES) * TAG_BYTES;
}

/** The plain bytes of one chunk, with zeros behind the end of the file. @param {Uint8Array} bytes of the file in this place, fewer at its end @param {number} index @param {number} size of the file @returns {Bytes} */
export function piece(bytes, index, size) {
  const whole = new Uint8Array(Math.min(PIECE_BYTES, padded(size) - index * PIECE_BYTES));
  whole.set(bytes);
  return whole;
}

/** @param {FileKey} key @param {number} index @param {boolean} is_last @param {Bytes} plain @returns {Promise<Bytes>} */
export async function sealChunk({ chunks }, index, is_last, plain) {
  return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce(index, is_last) }, chunks, plain));
}

/** @param {FileKey} key @param {number} index @param {boolean} is_last @param {Bytes} sealed @returns {Promise<Bytes | null>} null if it is not what the sender has put in this place */
export async function openChunk({ chunks }, index, is_last, sealed) {
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce(index, is_last) }, chunks, sealed));
  } catch {
    return null;
  }
}

/** @param {FileKey} key @param {Manifest} manifest @returns {Promise<Bytes>} */
export async function sealManifest({ manifest: key }, { name, type, size, hash, form }) {
  const text = utf8(JSON.stringify({ name, type, size, hash: toBase64(hash), ...(form === null ? {} : { form }) }));
  return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce(0, true) }, key, spaced(text, MANIFEST_STEP)));
}

/** @param {FileKey} key @param {Bytes} sealed @param {number} bytes of all chunks, as the server says @returns {Promise<Manifest | null>} */
export async function openManifest({ manifest: key }, sealed, bytes) {
  try {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce(0, true) }, key, sealed);
    const { name, type, size, hash, form = null } = JSON.parse(new TextDecoder().decode(plain));
    const hashed = fromBase64(hash, 32);
    if (typeof name !== "string" || typeof type !== "string" || !Number.isSafeInteger(size) || size < 0 || hashed === null) return null;
    if (form !== null && (typeof form !== "string" || !FORM.test(form))) return null;
    return sealedBytes(size) === bytes ? { name, type, size, hash: hashed, form } : null;
  } catch {
    return null;
  }
}

/** No two chunks of one key have the same; a chunk in another place, or an end that is none, does not open. @param {number} index @param {boolean} is_last */
function nonce(index, is_last) {
  const iv = new Uint8Array(12);
  new DataView(iv.buffer).setUint32(7, index);
  iv[11] = is_last ? 1 : 0;
  return iv;
}

/** As much of a name as a manifest holds. @param {string} name */
export function shortName(name) {
  const NAME_CHARS_MAX = 255;
  return name.length <= NAME_CHARS_MAX ? name : `${name.slice(0, NAME_CHARS_MAX - 16)}${name.slice(-16)}`;
}

