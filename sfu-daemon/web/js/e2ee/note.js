// A message between the line and the desk: sealed to one of them, signed by who wrote it, and bound to the visit, so that a server can neither read it
// nor show it to others. Staff send their certificate along, since who waits has met nobody. "Messages between line and desk" in docs/e2ee.md.

import { fromBase64, spaced, toBase64, utf8 } from "./bytes.js";
import { openWith, sealTo } from "./hpke.js";
import { heard, objectIn, speakerIn, state } from "./statements.js";

/** @import { Bytes } from "./bytes.js" */
/** @import { Kem } from "./hpke.js" */
/** @import { Identity } from "./keys.js" */
/** @import { Statement } from "./statements.js" */

/** Lengths are told apart by these steps only; three of them, sealed, are what the server takes. */
const STEP_BYTES = 484;
const PLAIN_BYTES_MAX = 3 * STEP_BYTES;
/** In any script it fits, beside a certificate. */
export const NOTE_CHARS_MAX = 140;

/** `up`: to the desk; `visit`: the id of the patient's keys. @typedef {{ direction: "up" | "down", visit: Bytes }} Where */
/** `by`: the signing key of who says so, and `certificate` what they show for it: both are still to be known. @typedef {{ by: Bytes, certificate: unknown, text: string, at: number }} Note */

/** @param {Identity} by @param {Bytes} to the desk, or the visit: the other side, or for a copy the own @param {Where} where @param {{ text: string, at: number }} note `at`: ms since 1970 @param {Statement | null} certificate of staff @returns {Promise<string | null>} null if it is too long */
export async function sealNote(by, to, where, { text, at }, certificate) {
  const note = await state(by.signer, "note", { sign: toBase64(by.public.sign), to: toBase64(to), visit: toBase64(where.visit), text: cut(text), at });
  const plain = utf8(JSON.stringify({ note, certificate }));
  const sealed = PLAIN_BYTES_MAX < plain.length ? null : await sealTo(to, "note", spaced(plain, STEP_BYTES), utf8(where.direction));
  return sealed === null ? null : toBase64(sealed);
}

/** @param {Kem} own @param {Where} where @param {string} sealed @returns {Promise<Note | null>} */
export async function openNote(own, where, sealed) {
  const bytes = fromBase64(sealed);
  const plain = bytes === null ? null : await openWith(own, "note", bytes, utf8(where.direction));
  const { note, certificate } = (plain === null ? null : objectIn(plain)) ?? {};
  const by = speakerIn(note, "sign");
  const { to, visit, text, at } = (by === null ? null : await heard(by, "note", note)) ?? {};
  if (by === null || to !== toBase64(own.public) || visit !== toBase64(where.visit)) return null;
  return typeof text === "string" && Number.isSafeInteger(at) && 0 <= Number(at) ? { by, certificate, text: cut(text), at: Number(at) } : null;
}

/** One line, without what hides or turns a text. @param {string} text */
function cut(text) {
  return text.slice(0, NOTE_CHARS_MAX).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, " ").trim();
}
