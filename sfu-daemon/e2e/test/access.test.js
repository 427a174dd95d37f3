// Everybody can use the page: axe finds nothing on any screen, nothing scrolls sideways, and a keyboard is enough.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromiumTab, launchChromium } from "../lib/browsers.js";
import { Daemon } from "../lib/daemon.js";
import { flawsAt } from "../lib/flaws.js";
import { admit, clinician, inCall, MARIA } from "../lib/people.js";
import { DESK, PHONE, tour } from "../lib/tour.js";

/** The narrowest screen that WCAG 2.2 (1.4.10) asks for. */
const NARROW = { width: 320, height: 640 };

/** @type {import("playwright-core").Browser} */ let chromium;

before(async () => {
  chromium = await launchChromium();
});
after(() => chromium?.close());

test("every screen is free of axe violations on a phone and a desk, and fits a narrow screen", async (t) => {
  const daemon = await Daemon.start();
  t.after(() => daemon.stop());
  /** @type {string[]} */
  const found = [];
  await tour(chromium, daemon, async (screen, tab) => {
    const usual = tab.page.viewportSize();
    for (const viewport of [PHONE, DESK]) found.push(...(await flawsAt(tab, screen, viewport)));
    await tab.page.setViewportSize(NARROW);
    const wide = await tab.run(() => document.documentElement.scrollWidth - innerWidth);
    if (0 < wide) found.push(`${screen} at ${NARROW.width}: ${wide} px too wide`);
    await tab.page.setViewportSize(usual);
  });
  assert.deepEqual(found, []);
});

test("who looks for flaws finds them", async (t) => {
  const tab = await chromiumTab(chromium);
  t.after(() => tab.close());
  await tab.page.setContent('<!doctype html><html lang="en"><title>A page</title><main><h1>Hello</h1><img src="data:,"><p style="color: #bbb">Too pale.</p></main></html>');
  const found = (await flawsAt(tab, "bad", PHONE)).map((flaw) => flaw.split(": ")[1]);
  assert.deepEqual(found, ["color-contrast", "image-alt"]);
});

test("a patient needs only a keyboard from check-in to the end", async (t) => {
  const daemon = await Daemon.start();
  t.after(() => daemon.stop());
  const staff = await clinician(chromium, daemon);
  const patient = await chromiumTab(chromium);
  t.after(() => Promise.all([staff.close(), patient.close()]));
  const { keyboard } = patient.page;
  const press = async (/** @type {string} */ selector) => {
    await tabTo(patient, selector);
    await keyboard.press("Enter");
  };

  await patient.open(daemon.patientLink);
  await patient.see('[data-screen="P0"]');
  await tabTo(patient, "#name");
  await keyboard.type(MARIA);
  await keyboard.press("Enter");
  await patient.see('[data-screen="P1"]');
  await press('[data-action="allow"]');
  await patient.see('[data-screen="P2"]');
  await press('[data-action="hear-yes"]');
  await press('[data-action="set-up-done"]');
  await patient.see('[data-screen="P3"]');
  await admit(staff, MARIA);
  await patient.see('[data-screen="P4"]');
  await press('[data-action="go-in"]');
  await inCall(patient);
  await press('[data-action="chat"]');
  await patient.see('[data-action="chat-send"]:not([aria-disabled])');
  await tabTo(patient, '[name="text"]');
  await keyboard.type("Good morning");
  await keyboard.press("Enter");
  await patient.see(".msg--me");
  await press('[data-action="chat-close"]');
  await press('[data-action="mute"]');
  await press('[data-action="leave"]');
  await patient.see('[data-screen="P6"]');
});

/** Presses Tab until `selector` has the focus. @param {import("../lib/browsers.js").Tab} tab @param {string} selector */
async function tabTo(tab, selector) {
  const STOPS_MAX = 40; // No screen has so many stops: beyond it the element cannot be reached.
  await tab.see(selector);
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    if (await tab.run((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    await tab.page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not lead to ${selector}`);
}
