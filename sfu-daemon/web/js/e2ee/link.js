// The link to an area, with the fingerprint of its root behind the `#`, and what mail programs make of it.

import { fromToken, toToken } from "./keys.js";

/** @import { Bytes } from "./bytes.js" */

/** `fingerprint`: null if there is none, or one that was cut. `repaired`: the address as it should have been, if it was not; null otherwise.
 * @typedef {{ area: string | null, fingerprint: Bytes | null, damaged: boolean, repaired: string | null }} Link */

/** A `#` or what was made of it, once or several times over, then `k=`; some programs make `=3D` of the latter. */
const FRAGMENT = /(?:#|%(?:25)*23)k(?:=|%(?:25)*3d)([\w=-]+)/i;
const TOKEN_CHARS = 24;

/** @param {string} href @returns {Link} */
export function readLink(href) {
  const found = FRAGMENT.exec(href);
  const before = found === null ? href.split("#")[0] ?? "" : href.slice(0, found.index);
  const area = /\/a\/([^/?#%]+)/.exec(before)?.[1] ?? null;
  if (found === null) return { area, fingerprint: null, damaged: false, repaired: null };
  const text = found[1] ?? "";
  const fingerprint = fingerprintIn(text) ?? fingerprintIn(text.replace(/^3d/i, ""));
  if (fingerprint === null) return { area, fingerprint, damaged: true, repaired: null };
  const whole = `${before}#k=${toToken(fingerprint)}`;
  return { area, fingerprint, damaged: false, repaired: whole === href ? null : whole };
}

/** What follows a token was stuck to it on the way. @param {string} text */
function fingerprintIn(text) {
  return fromToken(text.slice(0, TOKEN_CHARS));
}

/** @param {string} url of an area, such as `https://clinic.example/a/reception` @param {Bytes} fingerprint */
export function writeLink(url, fingerprint) {
  return `${url.split("#")[0]}#k=${toToken(fingerprint)}`;
}
