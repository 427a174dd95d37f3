// Bytes as text and back. What comes from outside and is no such text is null, never an exception.

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

/** @param {string} text @returns {Bytes} */
export function utf8(text) {
  return new TextEncoder().encode(text);
}

/** @param {Uint8Array[]} parts @returns {Bytes} */
export function concat(...parts) {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Of values that are no secret. @param {Uint8Array} one @param {Uint8Array} other */
export function equal(one, other) {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** @param {Uint8Array[]} data @returns {Promise<Bytes>} */
export async function sha256(...data) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", concat(...data)));
}

/** @param {number} length @returns {Bytes} */
export function random(length) {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** With spaces up to the next multiple of `step`, so that what is sealed tells little by its length. JSON bears them. @param {Uint8Array} text @param {number} step @returns {Bytes} */
export function spaced(text, step) {
  const bytes = new Uint8Array(Math.ceil(text.length / step) * step).fill(0x20);
  bytes.set(text);
  return bytes;
}

/** @param {Uint8Array} data */
export function toHex(data) {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** RFC 4648, section 5, without padding. @param {Uint8Array} data */
export function toBase64(data) {
  const text = data.reduce((text, byte) => text + String.fromCharCode(byte), "");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Only what `toBase64` writes: one text for each value. @param {unknown} text @param {number} [length] of the bytes, if only one will do @returns {Bytes | null} */
export function fromBase64(text, length) {
  if (typeof text !== "string" || !/^[\w-]*$/.test(text) || text.length % 4 === 1) return null;
  const data = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  if (toBase64(data) !== text) return null;
  return length === undefined || data.length === length ? data : null;
}

/** Crockford's: no I, L, O or U. */
const BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** In groups of four, for people. @param {Uint8Array} data */
export function toBase32(data) {
  let text = "";
  let [held, bits] = [0, 0];
  for (const byte of data) {
    held = (held << 8) | byte;
    bits += 8;
    while (5 <= bits) {
      bits -= 5;
      text += BASE32[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  if (0 < bits) text += BASE32[(held << (5 - bits)) & 31];
  return (text.match(/.{1,4}/g) ?? []).join("-");
}

/** As people type it: in any case, with spaces or dashes, O for 0, and I or L for 1. @param {string} text @param {number} length of the bytes @returns {Bytes | null} */
export function fromBase32(text, length) {
  const plain = text.toUpperCase().replaceAll(/[\s\p{Pd}.]/gu, "").replaceAll("O", "0").replaceAll(/[IL]/g, "1");
  if (plain.length !== Math.ceil((length * 8) / 5)) return null;
  const data = new Uint8Array(length);
  let [held, bits, at] = [0, 0, 0];
  for (const char of plain) {
    const value = BASE32.indexOf(char);
    if (value < 0) return null;
    held = (held << 5) | value;
    bits += 5;
    if (8 <= bits) {
      bits -= 8;
      data[at++] = held >> bits;
    }
    held &= (1 << bits) - 1;
  }
  return held === 0 ? data : null;
}
