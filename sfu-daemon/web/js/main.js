// The page's front door: picks the role and the language, then hands over. Nothing else happens here.

import { loadLanguage, preferredLanguage } from "./i18n.js";

const language = preferredLanguage(navigator.languages);
if (location.pathname === "/staff" || location.pathname.startsWith("/staff/")) {
  const [{ start }] = await Promise.all([import("./staff/main.js"), loadLanguage(language, "staff")]);
  start();
} else if (location.pathname === "/privacy") {
  const [{ start }] = await Promise.all([import("./privacy.js"), loadLanguage(language, "privacy")]);
  await start();
} else {
  const [{ start }] = await Promise.all([import("./patient/main.js"), loadLanguage(language, "patient")]);
  start();
}
