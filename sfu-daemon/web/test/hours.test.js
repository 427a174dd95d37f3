// Opening hours as patients read them, and as staff fill them in.

import assert from "node:assert/strict";
import test from "node:test";
import { rulesIn } from "../js/staff/rules-in.js";

Object.assign(globalThis, { document: { createTreeWalker: () => null } }); // What the library for views wants to be there when it is loaded.
const { dayName, isElsewhere, minuteTime, momentOf, placeOfZone, weekOf } = await import("../js/hours.js");

/** @param {[day: number, from: number, to: number][]} spans */
const hours = (...spans) => ({ spans: spans.map(([day, from, to]) => ({ day, from, to })) });

test("days that follow each other and are alike are one row, and closed days are none", () => {
  const week = weekOf(hours([2, 840, 1020], [1, 480, 720], [1, 840, 1020], [2, 480, 720], [4, 480, 720], [5, 480, 720], [7, 480, 720]));
  const morning = { from: 480, to: 720 };
  assert.deepEqual(week, [{ from: 1, to: 2, times: [morning, { from: 840, to: 1020 }] }, { from: 4, to: 5, times: [morning] }, { from: 7, to: 7, times: [morning] }]);
  assert.deepEqual(weekOf(hours()), []);
});

test("times are those of the practice's clock, whatever the device's is", () => {
  const monday = Date.UTC(2026, 10, 30, 7);
  assert.equal(momentOf(monday, "Europe/Berlin", monday - 3_600_000).day, "Monday");
  assert.match(momentOf(monday, "Europe/Berlin", monday).time, /^8:00/);
  assert.match(momentOf(monday, "America/Los_Angeles", monday).time, /^11:00/);
  assert.match(momentOf(monday, "Europe/Berlin", monday - 6 * 86_400_000).day, /November 30|30 November/, "far away it has a date");
  assert.doesNotThrow(() => momentOf(monday, "Mars/Olympus_Mons", monday));
  assert.notEqual(isElsewhere(monday, "Pacific/Kiritimati"), isElsewhere(monday, Intl.DateTimeFormat().resolvedOptions().timeZone));
  assert.deepEqual([dayName(1), dayName(7), placeOfZone("America/Los_Angeles")], ["Monday", "Sunday", "Los Angeles"]);
  assert.match(minuteTime(510), /^8:30/);
});

test("what staff fill in becomes rules, and what is half filled in does not", () => {
  const form = (/** @type {Record<string, string>} */ filled) => ({ get: (/** @type {string} */ name) => filled[name] ?? null });
  assert.deepEqual(rulesIn(form({})), { hours: null, closed_text: "", waiting_max: null, entry: "anyone", passcode: "" });
  const times = { "from-1-0": "08:00", "to-1-0": "12:00", "from-1-1": "20:00", "to-1-1": "00:00", "from-2-0": "08:00", "from-3-0": "12:00", "to-3-0": "08:00" };
  const rules = rulesIn(form({ ...times, has_hours: "on", zone: "Europe/Berlin", closed_text: " Call\n112 ", waiting_max: "900", entry: "passcode", passcode: " Linden-2026 " }));
  assert.deepEqual(rules, {
    hours: { zone: "Europe/Berlin", spans: [{ day: 1, from: 480, to: 720 }, { day: 1, from: 1200, to: 1440 }] },
    closed_text: "Call 112", waiting_max: 200, entry: "passcode", passcode: "Linden2026",
  });
  assert.equal(rulesIn(form({ ...times, zone: "Europe/Berlin" })).hours, null, "switched off");
  assert.equal(rulesIn(form({ entry: "invited", passcode: "Linden2026" })).passcode, "", "nothing is kept that nobody needs");
});
