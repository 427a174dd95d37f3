// The link to an area, with the fingerprint of its root behind the `#`, and what mail programs make of it.

import { fromToken, toToken } from "./keys.js";

/** @import { Bytes } from "./bytes.js" */

/** `visit`: the token of a link for one visit, null in all others. `fingerprint`: null if there is none, or one that was cut. `repaired`: the address as it should have been, if it was not; null otherwise.
 * @typedef {{ area: string | null, visit: string | null, fingerprint: Bytes | null, damaged: boolean, repaired: string | null }} Link */

/** A `#` or what was made of it, once or several times over, then `k=`; some programs make `=3D` of the latter. */
const FRAGMENT = /(?:#|%(?:25)*23)k(?:=|%(?:25)*3d)([\w=-]+)/i;
const TOKEN_CHARS = 24;
/** Of a link for one visit, behind the fingerprint. */
const VISIT = /(?:&|%(?:25)*26)v(?:=|%(?:25)*3d)(?:3d)?([0-9a-f]{32})/i;

/** @param {string} href @returns {Link} */
export function readLink(href) {
  const found = FRAGMENT.exec(href);
  const before = found === null ? href.split("#")[0] ?? "" : href.slice(0, found.index);
  const area = /\/a\/([^/?#%]+)/.exec(before)?.[1] ?? null;
  const visit = (found === null ? null : VISIT.exec(href.slice(found.index)))?.[1]?.toLowerCase() ?? null;
  if (found === null) return { area, visit, fingerprint: null, damaged: false, repaired: null };
  const text = found[1] ?? "";
  const fingerprint = fingerprintIn(text) ?? fingerprintIn(text.replace(/^3d/i, ""));
  if (fingerprint === null) return { area, visit, fingerprint, damaged: true, repaired: null };
  const whole = `${before}#k=${toToken(fingerprint)}${visit === null ? "" : `&v=${visit}`}`;
  return { area, visit, fingerprint, damaged: false, repaired: whole === href ? null : whole };
}

/** What follows a token was stuck to it on the way. @param {string} text */
function fingerprintIn(text) {
  return fromToken(text.slice(0, TOKEN_CHARS));
}

/** @param {string} url of an area, such as `https://clinic.example/a/reception` @param {Bytes} fingerprint @param {string | null} [visit] the token of a link for one visit */
export function writeLink(url, fingerprint, visit = null) {
  const home = `${url.split("#")[0]}#k=${toToken(fingerprint)}`;
  return visit === null ? home : writeVisit(home, visit);
}

/** For one visit. @param {string} home the whole link to the area @param {string} token */
export function writeVisit(home, token) {
  return `${home}&v=${token}`;
}
