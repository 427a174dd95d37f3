// Opening hours in words: the week as a table, and when it goes on. Times are the practice's, on its own clock.

import { language } from "./i18n.js";

/** @import { OpeningHours, OpenSpan } from "./types.d.ts" */

const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;
const WEEK = [1, 2, 3, 4, 5, 6, 7];
/** From so far on, a weekday alone could mean this week's or the next. */
const WITH_DATE_FROM_MS = 6 * DAY_MS;

/** @typedef {{ from: number, to: number, times: { from: number, to: number }[] }} Days  days of the week with the same times, from one to the other */

/** The days on which it is open, with those that follow each other and are alike in one. @param {Pick<OpeningHours, "spans">} hours @returns {Days[]} */
export function weekOf({ spans }) {
  /** @type {Days[]} */ const week = [];
  for (const day of WEEK) {
    const times = timesOn(spans, day);
    if (times.length === 0) continue;
    const last = week.at(-1);
    if (last !== undefined && last.to === day - 1 && JSON.stringify(last.times) === JSON.stringify(times)) last.to = day;
    else week.push({ from: day, to: day, times });
  }
  return week;
}

/** @param {OpenSpan[]} spans @param {number} day */
export function timesOn(spans, day) {
  return spans.filter((span) => span.day === day).map(({ from, to }) => ({ from, to })).sort((a, b) => a.from - b.from);
}

/** "Monday". @param {number} day from 1 @param {"long" | "short"} [weekday] */
export function dayName(day, weekday = "long") {
  return new Intl.DateTimeFormat(regional(), { weekday, timeZone: "UTC" }).format(MONDAY + (day - 1) * DAY_MS);
}

/** "8:00" of minutes since midnight. @param {number} minutes */
export function minuteTime(minutes) {
  return new Intl.DateTimeFormat(regional(), { hour: "numeric", minute: "2-digit", timeZone: "UTC" }).format(minutes * 60_000);
}

/** A moment in the practice's words: its day, with the date if that is needed, and its time. @param {number} ms since the Unix epoch @param {string} zone @param {number} now */
export function momentOf(ms, zone, now) {
  const far = WITH_DATE_FROM_MS <= ms - now;
  const say = (/** @type {Intl.DateTimeFormatOptions} */ options) => new Intl.DateTimeFormat(regional(), { ...options, timeZone: known(zone) }).format(ms);
  return { day: say(far ? { weekday: "long", day: "numeric", month: "long" } : { weekday: "long" }), time: say({ hour: "numeric", minute: "2-digit" }) };
}

/** Whether the device shows another time than the practice's clock does then. @param {number} ms @param {string} zone */
export function isElsewhere(ms, zone) {
  const clock = (/** @type {string | undefined} */ timeZone) => new Intl.DateTimeFormat("en", { dateStyle: "short", timeStyle: "short", timeZone }).format(ms);
  return clock(known(zone)) !== clock(undefined);
}

/** A zone's place, such as "Los Angeles". @param {string} zone */
export function placeOfZone(zone) {
  return (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
}

/** A zone that this browser has not heard of must not stop the page. @param {string} zone */
function known(zone) {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone;
  } catch {
    return undefined;
  }
}

function regional() {
  return globalThis.navigator?.languages?.find((tag) => tag.toLowerCase().split("-")[0] === language()) ?? language();
}
