// "What the server knows about you" is there at any time of a visit, is what the server holds, and ends with one touch.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromiumTab, launchChromium } from "../lib/browsers.js";
import { flawsAt } from "../lib/flaws.js";
import { admit, card, checkIn, consultation, inCall, MARIA, practice, silence } from "../lib/people.js";
import { DESK, PHONE } from "../lib/tour.js";
import { eventually } from "../lib/wait.js";

/** @typedef {import("../lib/browsers.js").Tab} Tab */
/** @type {import("playwright-core").Browser} */ let chromium;

before(async () => {
  chromium = await launchChromium();
});
after(() => chromium?.close());

/** The value of a row, as shown. @param {Tab} tab @param {string} what */
async function row(tab, what) {
  const selector = `[data-screen="knows"] [data-what="${what}"] td`;
  await eventually(() => tab.run((selector) => document.querySelector(selector) !== null, selector), Boolean, `the row ${what}`);
  return tab.run((selector) => document.querySelector(selector)?.textContent ?? "", selector);
}

/** @param {Tab} tab @param {string} screen @returns {Promise<string[]>} */
async function flaws(tab, screen) {
  const found = [];
  const usual = tab.page.viewportSize();
  for (const viewport of [PHONE, DESK, { width: 320, height: 640 }]) {
    found.push(...(await flawsAt(tab, screen, viewport)));
    const wide = await tab.run(() => Math.max(...[document.documentElement, ...document.querySelectorAll("dialog")].map((one) => one.scrollWidth - one.clientWidth)));
    if (1 < wide) found.push(`${screen} at ${viewport.width}: ${wide} px too wide`);
  }
  await tab.page.setViewportSize(usual ?? DESK);
  return found;
}

test("a patient reads what the server holds in line, in the call and after it, and it is live", async (t) => {
  const { daemon, staff } = await practice(t, chromium);
  const patient = await chromiumTab(chromium);
  t.after(() => patient.close());
  await checkIn(patient, daemon, MARIA);
  await patient.act("knows");
  assert.match(await row(patient, "name"), /bytes/);
  assert.equal((await row(patient, "state")).startsWith("Waiting"), true);
  assert.match(await row(patient, "camera"), /works/);
  assert.doesNotMatch(await patient.run(() => document.querySelector("dialog")?.textContent ?? ""), new RegExp(MARIA), "the server does not repeat the name");
  assert.deepEqual(await flaws(patient, "knows"), []);
  await patient.act("close");

  await admit(staff, MARIA);
  await inCall(patient);
  await patient.act("options");
  await patient.act("knows");
  assert.match(await row(patient, "state"), /In the call/);
  assert.match(await row(patient, "staff"), /./);
  await staff.act("hold");
  await eventually(() => row(patient, "state"), (state) => state.startsWith("On hold"), "the state on an open list");
  await patient.act("close");
  await staff.act("resume");
  await inCall(patient);

  await patient.act("leave");
  await patient.see('[data-screen="P6"]');
  await patient.act("knows");
  assert.match(await row(patient, "name"), /nothing/);
  assert.match(await row(patient, "state"), /Over/);
});

test("everything is deleted with one touch and one question, from a call too, by keyboard", async (t) => {
  const { daemon, staff, patient } = await consultation(t, chromium);
  await patient.act("options");
  await patient.act("knows");
  await row(patient, "media");
  await patient.page.locator('[data-action="erase"]').focus();
  await patient.page.keyboard.press("Enter");
  await patient.see('dialog[data-screen="erase"]');
  assert.deepEqual(await flaws(patient, "erase"), []);
  await patient.page.keyboard.press("Escape"); // The safe choice.
  await patient.see('dialog[data-screen="knows"]');
  await patient.act("erase");
  await patient.page.locator('[data-action="erase-yes"]').focus();
  await patient.page.keyboard.press("Enter");

  await patient.see('[data-screen="erased"]');
  assert.deepEqual(await flaws(patient, "erased"), []);
  assert.deepEqual(await patient.run(() => Object.keys(sessionStorage)), []);
  await silence(daemon);
  assert.equal(await staff.run((selector) => document.querySelector(selector), card(MARIA, "in_call").split(":has-text")[0] ?? ""), null, "nobody is in the queue");
  await patient.act("check-in-again");
  await patient.see('[data-screen="P0"]');
  assert.equal(await patient.run(() => /** @type {HTMLInputElement} */ (document.querySelector("#name")).value), "");
});
