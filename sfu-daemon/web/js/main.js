// The page's front door: picks the role and the language, then hands over. Nothing else happens here.

import { loadLanguage, preferredLanguage } from "./i18n.js";

const language = preferredLanguage(navigator.languages);
if (location.pathname === "/staff" || location.pathname.startsWith("/staff/")) {
  const [{ start }] = await Promise.all([import("./staff/main.js"), loadLanguage(language, "staff")]);
  start();
} else {
  const [{ start }] = await Promise.all([import("./patient/main.js"), loadLanguage(language, "patient")]);
  start(slugOf(location.pathname));
}

/** The readable part of a patient link. Mail scanners turn `#` into `%23`; what follows it is not part of the slug.
 * @param {string} path such as "/a/dr-hoffmann" @returns {string} "" if there is none */
function slugOf(path) {
  const match = /^\/a\/([^/]+)\/?$/.exec(path.replace(/%23.*$/, ""));
  return match?.[1] ?? "";
}
