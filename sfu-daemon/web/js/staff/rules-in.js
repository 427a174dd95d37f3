// What staff have filled in about who may come in, and when, as the daemon takes it.

/** @import { AreaRules, Entry, OpenSpan } from "../types.d.ts" */

export const DAYS = [1, 2, 3, 4, 5, 6, 7];
const DAY_MINUTES = 1_440;
/** A morning and an afternoon. */
export const TIMES_A_DAY = 2;
export const TEXT_CHARS_MAX = 200; // as the daemon takes it, like the others
export const PASSCODE_CHARS_MIN = 6;
export const WAITING_MAX = 200;
/** @type {readonly Entry[]} */
export const ENTRIES = ["anyone", "passcode", "invited"];
/** @type {AreaRules} */
export const NO_RULES = { hours: null, closed_text: "", waiting_max: null, entry: "anyone", passcode: "" };

/** What somebody has filled in. @param {{ get: (name: string) => unknown }} form @returns {AreaRules} */
export function rulesIn(form) {
  const text = (/** @type {string} */ name) => String(form.get(name) ?? "").replace(/\s+/g, " ").trim();
  const entry = ENTRIES.find((entry) => entry === text("entry")) ?? "anyone";
  const waiting_max = Number.parseInt(text("waiting_max"), 10);
  return {
    hours: text("has_hours") === "" ? null : { zone: text("zone"), spans: spansIn(text) },
    closed_text: text("closed_text"),
    waiting_max: Number.isFinite(waiting_max) ? Math.min(WAITING_MAX, Math.max(1, waiting_max)) : null,
    entry,
    passcode: entry === "passcode" ? text("passcode").replace(/[^\p{L}\p{N}]/gu, "") : "",
  };
}

/** Times with a beginning and an end; the end "0:00" is midnight. @param {(name: string) => string} text @returns {OpenSpan[]} */
function spansIn(text) {
  return DAYS.flatMap((day) => [...Array(TIMES_A_DAY).keys()].flatMap((which) => {
    const [from, to] = [minutesIn(text(`from-${day}-${which}`)), minutesIn(text(`to-${day}-${which}`))];
    if (from === null || to === null) return [];
    return [{ day, from, to: to === 0 ? DAY_MINUTES : to }].filter((span) => span.from < span.to);
  }));
}

/** @param {string} time as "08:30" */
function minutesIn(time) {
  const found = /^(\d\d?):(\d\d)/.exec(time);
  return found === null ? null : Number(found[1]) * 60 + Number(found[2]);
}
