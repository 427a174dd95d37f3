// The place token: all that a patient's browser keeps, for this tab only. With it a reload, a closed lid or a restored tab comes back to the same place.

/** @param {string} slug the area of the link */
export function placeOf(slug) {
  const key = `anteroom.place.${slug}`;
  /** @type {string | null} where storage is forbidden, the place lasts as long as the page */
  let held = null;
  try {
    held = sessionStorage.getItem(key);
  } catch {
    held = null;
  }
  return {
    token: () => held,
    /** @param {string} token */
    keep(token) {
      held = token;
      try {
        sessionStorage.setItem(key, token);
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
