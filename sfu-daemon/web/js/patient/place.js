// What a patient's browser keeps of a visit, for this tab only: the place token, the seed of the visit's keys, and which of the own switches were off.
// With them a reload, a closed lid or a restored tab comes back to the same place, as the same person, unseen and unheard where they were.

import { fromBase64, toBase64 } from "../e2ee/bytes.js";
import { SEED_BYTES } from "../e2ee/keys.js";

/** @import { Bytes } from "../e2ee/bytes.js" */

/** @typedef {{ muted: boolean, camera_off: boolean }} Switches */
/** `root`: the key of the practice to which the name was sealed. @typedef {{ token: string, seed: Bytes, root: Bytes, off?: Switches }} Place */

/** @param {string} slug the area of the link */
export function placeOf(slug) {
  const key = `anteroom.place.${slug}`;
  /** @type {Place | null} where storage is forbidden, the place lasts as long as the page */
  let held = null;
  try {
    held = placeIn(sessionStorage.getItem(key));
  } catch {
    held = null;
  }
  /** @param {Place} place */
  function keep(place) {
    held = place;
    try {
      sessionStorage.setItem(key, JSON.stringify({ ...place, seed: toBase64(place.seed), root: toBase64(place.root) }));
    } catch {
      // Forbidden or full: a reload will lose the place, which the page cannot change.
    }
  }
  return {
    get: () => held,
    keep,
    /** What the person has switched off. @param {Switches} off */
    left(off) {
      if (held !== null) keep({ ...held, off });
    },
    /** The server remembers the switches of a page that was loaded anew, and cannot turn on by that what was off. @param {Switches} told @returns {Switches} */
    asLeft({ muted, camera_off }) {
      return { muted: muted || held?.off?.muted === true, camera_off: camera_off || held?.off?.camera_off === true };
    },
    forget() {
      held = null;
      try {
        sessionStorage.removeItem(key);
      } catch {
        // As above.
      }
    },
  };
}

/** @param {string | null} text @returns {Place | null} */
function placeIn(text) {
  const { token, seed: seed_text, root: root_text, off } = JSON.parse(text ?? "{}");
  const [seed, root] = [fromBase64(seed_text, SEED_BYTES), fromBase64(root_text, 32)];
  return typeof token !== "string" || seed === null || root === null ? null : { token, seed, root, off };
}
