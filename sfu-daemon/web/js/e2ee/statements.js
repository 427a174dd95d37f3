// What somebody signs: a JSON object of a kind. The bytes that were signed are the bytes that are read, so there is no canonical form.

import { concat, fromBase64, toBase64, utf8 } from "./bytes.js";

/** @import { Bytes } from "./bytes.js" */

/** @typedef {{ kind: string, body: string, signature: string }} Statement `body`: base64url of JSON in UTF-8 */

/** The largest, the hello of staff, is far below. */
const BODY_BYTES_MAX = 4_096;
const SIGNATURE_BYTES = 64;

/** @param {CryptoKey} signer @param {string} kind @param {Record<string, unknown>} body @returns {Promise<Statement>} */
export async function state(signer, kind, body) {
  const bytes = utf8(JSON.stringify(body));
  if (BODY_BYTES_MAX < bytes.length) throw new RangeError(`a statement of ${bytes.length} bytes`);
  const signature = await crypto.subtle.sign("Ed25519", signer, signed(kind, bytes));
  return { kind, body: toBase64(bytes), signature: toBase64(new Uint8Array(signature)) };
}

/** @param {Bytes} by the public key of who should have said it @param {string} kind @param {unknown} statement as it came @returns {Promise<Record<string, unknown> | null>} null if this key has not said anything of this kind */
export async function heard(by, kind, statement) {
  const { kind: said, body, signature } = /** @type {Partial<Record<keyof Statement, unknown>>} */ (statement ?? {});
  const [bytes, mark] = [fromBase64(body), fromBase64(signature, SIGNATURE_BYTES)];
  if (said !== kind || bytes === null || mark === null || BODY_BYTES_MAX < bytes.length) return null;
  try {
    const key = await crypto.subtle.importKey("raw", by, "Ed25519", false, ["verify"]);
    if (!(await crypto.subtle.verify("Ed25519", key, mark, signed(kind, bytes)))) return null;
    return objectIn(bytes);
  } catch {
    return null;
  }
}

/** Who says that they say it: for statements that carry the key of their speaker. @param {unknown} statement @param {string} field @returns {Bytes | null} */
export function speakerIn(statement, field) {
  const body = fromBase64(/** @type {Partial<Statement>} */ (statement ?? {}).body);
  return body === null ? null : fromBase64(objectIn(body)?.[field], 32);
}

/** @param {Uint8Array} bytes @returns {Record<string, unknown> | null} */
export function objectIn(bytes) {
  try {
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** @param {string} kind @param {Uint8Array} bytes */
function signed(kind, bytes) {
  return concat(utf8(`anteroom/1/statement/${kind}\0`), bytes);
}

/** A statement as it comes in a message. @param {unknown} text @returns {unknown} */
export function statementIn(text) {
  try {
    return typeof text === "string" ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
