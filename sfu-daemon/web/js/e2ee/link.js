// The link to an area, with the fingerprint of its root behind the `#`, and what mail programs make of it.

import { fromToken, toToken } from "./keys.js";

/** @import { Bytes } from "./bytes.js" */

/** `visit`: the token of a link for one visit, `guest`: of one for a guest of somebody's visit; null in all others. `fingerprint`: null if there is none, or one that was cut. `repaired`: the address as it should have been, if it was not; null otherwise.
 * @typedef {{ area: string | null, visit: string | null, guest: string | null, fingerprint: Bytes | null, damaged: boolean, repaired: string | null }} Link */

/** A `#` or what was made of it, once or several times over, then `k=`; some programs make `=3D` of the latter. */
const FRAGMENT = /(?:#|%(?:25)*23)k(?:=|%(?:25)*3d)([\w=-]+)/i;
const TOKEN_CHARS = 24;
/** Of a link for one visit or for a guest, behind the fingerprint. */
const PASS = /(?:&|%(?:25)*26)([vg])(?:=|%(?:25)*3d)(?:3d)?([0-9a-f]{32})/i;

/** @param {string} href @returns {Link} */
export function readLink(href) {
  const found = FRAGMENT.exec(href);
  const before = found === null ? href.split("#")[0] ?? "" : href.slice(0, found.index);
  const area = /\/a\/([^/?#%]+)/.exec(before)?.[1] ?? null;
  const pass = found === null ? null : PASS.exec(href.slice(found.index));
  const token = (/** @type {string} */ kind) => (pass?.[1]?.toLowerCase() === kind ? (pass[2]?.toLowerCase() ?? null) : null);
  const [visit, guest] = [token("v"), token("g")];
  if (found === null) return { area, visit, guest, fingerprint: null, damaged: false, repaired: null };
  const text = found[1] ?? "";
  const fingerprint = fingerprintIn(text) ?? fingerprintIn(text.replace(/^3d/i, ""));
  if (fingerprint === null) return { area, visit, guest, fingerprint, damaged: true, repaired: null };
  const whole = writeLink(before, fingerprint, { visit, guest });
  return { area, visit, guest, fingerprint, damaged: false, repaired: whole === href ? null : whole };
}

/** What follows a token was stuck to it on the way. @param {string} text */
function fingerprintIn(text) {
  return fromToken(text.slice(0, TOKEN_CHARS));
}

/** @param {string} url of an area, such as `https://clinic.example/a/reception` @param {Bytes} fingerprint @param {{ visit?: string | null, guest?: string | null }} [pass] */
export function writeLink(url, fingerprint, { visit = null, guest = null } = {}) {
  const home = `${url.split("#")[0]}#k=${toToken(fingerprint)}`;
  return visit !== null ? writeVisit(home, visit) : guest !== null ? writeGuest(home, guest) : home;
}

/** For one visit. @param {string} home the whole link to the area @param {string} token */
export function writeVisit(home, token) {
  return `${home}&v=${token}`;
}

/** For a guest of a visit. @param {string} home the whole link to the area @param {string} token */
export function writeGuest(home, token) {
  return `${home}&g=${token}`;
}
