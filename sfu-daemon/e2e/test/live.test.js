// Real-time text and the mode for sign language, in browsers: letters are seen while they are written, beside voice, picture and chat.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { firefoxTab, launchChromium, launchFirefox } from "../lib/browsers.js";
import { fits } from "../lib/flaws.js";
import { consultation, enterCall, openChat, practice } from "../lib/people.js";
import { hears, sees } from "../lib/proof.js";
import { eventually } from "../lib/wait.js";

/** @typedef {import("../lib/browsers.js").Tab} Tab */
/** @type {import("playwright-core").Browser} */ let chromium;

before(async () => {
  chromium = await launchChromium();
});
after(() => chromium?.close());

/** When each further letter of this text was there first, from now on: in the field, or in the line of somebody else. @param {Tab} tab @param {string} selector @param {string} text */
const watch = (tab, selector, text) => tab.run(({ selector, text }) => {
  /** @type {number[]} */ const times = [];
  Object.assign(window, { times });
  const look = () => {
    const found = document.querySelector(selector);
    const shown = found instanceof HTMLInputElement ? found.value : found?.querySelector("bdi")?.textContent ?? "";
    if (text.startsWith(shown)) while (times.length < shown.length) times.push(Date.now());
    if (times.length < text.length) setTimeout(look, 5);
  };
  look();
}, { selector, text });

/** @param {Tab} tab @returns {Promise<number[]>} */
const times = (tab) => tab.run(() => /** @type {any} */ (window).times);

/** What a page shows of live text. @param {Tab} tab */
const shown = (tab) => tab.run(() => [...document.querySelectorAll("[data-live]")].map((line) => /** @type {HTMLElement} */ (line).innerText));

const TEXT = "She asks if she can take the tablets with food.";
/** What EN 301 549 asks for, and the patience of a machine that does three things at once. */
const [WANTED_MS, BOUND_MS] = [500, 5_000];

test("letters of both sides are seen while they are written, with who writes, beside voice, picture and chat; the other side hears of it, and lines are read out whole", async (t) => {
  const { staff, patient } = await consultation(t, chromium);
  await Promise.all([sees(patient, "the patient"), sees(staff, "the clinician")]);
  await openChat(patient); // Keys are there.
  await patient.act("chat-close");
  for (const [writer, reader, name, own] of /** @type {const} */ ([[patient, staff, "Maria Castro", "patient"], [staff, patient, "Dr. Hoffmann", "staff"]])) {
    if (writer === patient) await writer.act("live");
    else await writer.act("live-write");
    await writer.see('[name="live"]');
    await Promise.all([watch(writer, '[name="live"]', TEXT), watch(reader, '[data-live]:not([data-live="own"])[data-now]', TEXT)]);
    await writer.page.locator('[name="live"]').pressSequentially(TEXT, { delay: 90 });
    const seen = await eventually(() => times(reader), ({ length }) => length === TEXT.length, "all letters");
    const typed = await times(writer);
    const waits = seen.map((at, index) => at - (typed[index] ?? at)).sort((one, other) => one - other);
    const p95 = waits[Math.ceil(waits.length * 0.95) - 1] ?? 0;
    console.log(`live text of the ${own}: median ${waits[Math.floor(waits.length / 2)]} ms, p95 ${p95} ms, at most ${waits.at(-1)} ms (wanted: p95 below ${WANTED_MS} ms)`);
    assert.ok(p95 < BOUND_MS, `${p95} ms`);
    assert.ok((await shown(reader)).includes(`${name}: ${TEXT}`), (await shown(reader)).join(" | "));
    assert.equal(await reader.run((text) => [...document.querySelectorAll("[role=log]")].some((log) => log.textContent?.includes(text)), TEXT), false, "nothing is read out letter by letter");

    await writer.page.keyboard.press("Backspace");
    await writer.page.keyboard.type("!");
    await writer.page.keyboard.press("Backspace");
    await writer.page.keyboard.press("Enter");
    await reader.see(`[role="log"] [data-live]:not([data-live="own"]):has-text("${TEXT.slice(0, -1)}")`);
    assert.ok((await shown(writer)).includes(`You: ${TEXT.slice(0, -1)}`));
  }
  await fits(patient, "live-patient");
  await fits(staff, "live-staff");
  await openChat(patient);
  await patient.fill('[name="text"]', "beside it");
  await patient.act("chat-send");
  await patient.page.locator('[name="live"]').fill("and at the same time");
  await staff.see('[data-live][data-now]:has-text("and at the same time")');
  await staff.see('[data-action="chat"] .count');
  await fits(patient, "live-chat-patient");
  await Promise.all([sees(patient, "the patient"), hears(staff, "the clinician")]);
  await patient.act("live-close");
  await staff.see('[role="log"] [data-live]:has-text("and at the same time")');
  assert.deepEqual([patient.complaints, staff.complaints], [[], []]);
});

test("live text passes between Firefox and Chromium", async (t) => {
  const firefox = await launchFirefox();
  t.after(() => firefox.close());
  const { daemon, staff } = await practice(t, chromium);
  const patient = await firefoxTab(firefox);
  await enterCall(daemon, staff, patient);
  await openChat(patient);
  await patient.act("live");
  await patient.see('[name="live"]');
  await patient.page.locator('[name="live"]').fill("Grüß Gott");
  await staff.see('[data-live][data-now]:has-text("Grüß Gott")');
  await staff.act("live-write");
  await staff.page.locator('[name="live"]').fill("Guten Tag");
  await patient.see('[data-live]:not([data-live="own"])[data-now]');
  await eventually(() => shown(patient), (lines) => lines.includes("Dr. Hoffmann: Guten Tag"), "the answer");
});

/** How this page sends its camera. @param {Tab} tab */
const camera = (tab) => tab.run(() => {
  const sender = /** @type {any} */ (window).connections.at(-1).getSenders().find((/** @type {RTCRtpSender} */ { track }) => track?.kind === "video");
  const { degradationPreference, encodings } = sender.getParameters();
  return { preference: degradationPreference ?? "", modes: encodings.map((/** @type {any} */ { scalabilityMode }) => scalabilityMode ?? ""), hint: sender.track.contentHint, height: sender.track.getSettings().height };
});

test("in the mode for sign language both cameras give up sharpness before movement, both sides are told, and it ends for both", async (t) => {
  const { staff, patient } = await consultation(t, chromium);
  await Promise.all([sees(patient, "the patient"), sees(staff, "the clinician")]);
  const before = await camera(patient);
  await staff.act("tools");
  await staff.see('[data-action="sign"]');
  await openChat(patient);
  await patient.act("chat-close");
  await staff.act("sign");
  for (const tab of [patient, staff]) {
    await tab.see("[data-sign-on]");
    const now = await eventually(() => camera(tab), ({ preference, hint }) => preference === "maintain-framerate" && hint === "motion", "movement first");
    assert.ok(now.modes.every((mode) => mode === "L1T1"), now.modes.join());
  }
  await fits(staff, "sign-staff");
  await Promise.all([sees(patient, "the patient"), sees(staff, "the clinician")]);
  await patient.reload();
  await patient.see("[data-sign-on]"); // Staff say it again to a page that was loaded anew.
  await eventually(() => camera(patient), ({ preference }) => preference === "maintain-framerate", "movement first, after a reload");
  await patient.act("options");
  await patient.see('[data-action="sign"][aria-pressed="true"]');
  await fits(patient, "sign-patient");
  await patient.act("sign");
  await patient.act("close");
  for (const tab of [patient, staff]) {
    const now = await eventually(() => camera(tab), ({ preference, hint }) => preference === "balanced" && hint === "", "as before");
    assert.deepEqual(now.modes, before.modes);
    assert.equal(await tab.run(() => document.querySelector("[data-sign-on]")), null);
  }
});
