// All that a patient's browser keeps, for this tab only: the place token, and the seed of the visit's keys. With them a reload, a closed lid or a
// restored tab comes back to the same place, as the same person.

import { fromBase64, toBase64 } from "../e2ee/bytes.js";
import { SEED_BYTES } from "../e2ee/keys.js";

/** @import { Bytes } from "../e2ee/bytes.js" */

/** `root`: the key of the practice to which the name was sealed. @typedef {{ token: string, seed: Bytes, root: Bytes }} Place */

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
  return {
    get: () => held,
    /** @param {Place} place */
    keep(place) {
      held = place;
      try {
        sessionStorage.setItem(key, JSON.stringify({ token: place.token, seed: toBase64(place.seed), root: toBase64(place.root) }));
      } catch {
        // Forbidden or full: a reload will lose the place, which the page cannot change.
      }
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
  const { token, seed: seed_text, root: root_text } = JSON.parse(text ?? "{}");
  const [seed, root] = [fromBase64(seed_text, SEED_BYTES), fromBase64(root_text, 32)];
  return typeof token !== "string" || seed === null || root === null ? null : { token, seed, root };
}
