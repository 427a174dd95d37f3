// The note of an area's staff on a visit: sealed to the desk, signed by who wrote it, and bound to the area and the visit, so that a server can neither
// read it nor put it on another patient's card. "Notes for colleagues" in docs/e2ee.md.

import { concat, fromBase64, spaced, toBase64, utf8 } from "./bytes.js";
import { openWith, sealTo } from "./hpke.js";
import { heard, objectIn, speakerIn, state } from "./statements.js";

/** @import { Bytes } from "./bytes.js" */
/** @import { Kem } from "./hpke.js" */
/** @import { Identity } from "./keys.js" */

/** Every note is sealed in as many bytes, so that its length tells nothing; they fit what the server takes. */
const PLAIN_BYTES = 992;
/** In any script it fits. */
export const MEMO_CHARS_MAX = 120;

/** @typedef {{ area: string, visit: Bytes }} Where `visit`: the id of the patient's keys */

/** @param {Identity} by @param {Bytes} desk @param {Where} where @param {{ text: string, at: number }} memo `at`: seconds since 1970 @returns {Promise<string | null>} */
export async function sealMemo(by, desk, where, { text, at }) {
  const memo = utf8(JSON.stringify(await state(by.signer, "memo", { sign: toBase64(by.public.sign), to: toBase64(desk), area: where.area, visit: toBase64(where.visit), text: cut(text), at })));
  if (PLAIN_BYTES < memo.length) return null;
  const sealed = await sealTo(desk, "memo", spaced(memo, PLAIN_BYTES), aadOf(where));
  return sealed === null ? null : toBase64(sealed);
}

/** @param {Kem} desk @param {Where} where @param {string} sealed @returns {Promise<{ by: Bytes, text: string, at: number } | null>} `by`: the signing key of who says so, which is still to be known */
export async function openMemo(desk, where, sealed) {
  const bytes = fromBase64(sealed);
  const plain = bytes === null ? null : await openWith(desk, "memo", bytes, aadOf(where));
  const statement = plain === null ? null : objectIn(plain);
  const by = speakerIn(statement, "sign");
  const { to, area, visit, text, at } = (by === null ? null : await heard(by, "memo", statement)) ?? {};
  if (by === null || to !== toBase64(desk.public) || area !== where.area || visit !== toBase64(where.visit)) return null;
  return typeof text === "string" && Number.isSafeInteger(at) ? { by, text: cut(text), at: Number(at) } : null;
}

/** @param {Where} where */
function aadOf({ area, visit }) {
  return concat(utf8(`${area}\0`), visit);
}

/** One line, without what hides or turns a text. @param {string} text */
function cut(text) {
  return text.slice(0, MEMO_CHARS_MAX).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, " ");
}
