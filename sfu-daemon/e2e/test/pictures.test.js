// Pictures in the sizes that people see them, and screens beside cameras.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromiumTab, launchChromium } from "../lib/browsers.js";
import { admit, checkIn, inCall, MARIA, practice } from "../lib/people.js";
import { connections, layers, lineOf, pictures, sees } from "../lib/proof.js";
import { eventually } from "../lib/wait.js";

/** @typedef {import("../lib/browsers.js").Tab} Tab */

const REMOTE = 'video[data-video="remote"]';
const SCREEN = 'video[data-video="screen"]';

/** @type {import("playwright-core").Browser} */ let chromium;

before(async () => {
  chromium = await launchChromium({ screen: true });
});
after(() => chromium?.close());

/** A consultation that is under way. @param {import("node:test").TestContext} t @param {import("playwright-core").BrowserContextOptions} [options] of the patient's device */
async function consultation(t, options) {
  const { daemon, staff } = await practice(t, chromium);
  const patient = await chromiumTab(chromium, options);
  t.after(() => patient.close());
  await checkIn(patient, daemon, MARIA);
  await admit(staff, MARIA);
  await inCall(patient);
  await Promise.all([sees(patient, "the patient"), sees(staff, "the clinician")]);
  return { daemon, staff, patient };
}

/** @param {Tab} tab @param {string} selector of a video on the page */
async function picture(tab, selector) {
  return (await pictures(tab))[(await lineOf(tab, selector)) ?? ""] ?? { width: 0, height: 0, frames: 0 };
}

test("a shared screen arrives in full size beside the camera, ends for everybody, and can begin again", async (t) => {
  const { staff, patient } = await consultation(t);
  for (const by of ["share-stop", "share"]) {
    await staff.act("share");
    await staff.see('[data-note="sharing"]');
    await patient.see(SCREEN);
    const { width } = await staff.run(() => {
      const tracks = /** @type {any} */ (window).connections.at(-1).getSenders().map((/** @type {RTCRtpSender} */ { track }) => track);
      return tracks.find((/** @type {MediaStreamTrack | null} */ track) => track?.contentHint === "detail").getSettings();
    });
    assert.ok(1_000 < width, "a screen is larger than any camera here");
    await eventually(() => picture(patient, SCREEN), (shown) => shown.width === width && 0 < shown.frames, "the screen in full size");
    const { frames } = await picture(patient, REMOTE);
    await eventually(() => picture(patient, REMOTE), (shown) => frames + 10 <= shown.frames, "the camera beside the screen");
    await staff.act(by);
    await eventually(() => patient.run(() => document.querySelector(".share")), (share) => share === null, "the end of the screen");
    await sees(patient, "the patient");
  }
  assert.deepEqual([await connections(staff), await connections(patient)], [1, 1], "another offer, and not another connection");
  assert.deepEqual([...patient.complaints, ...staff.complaints], []);
});
