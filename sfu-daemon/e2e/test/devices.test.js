// Nobody is turned away for want of a camera or a microphone.

import { after, before, test } from "node:test";
import { chromiumTab, launchChromium } from "../lib/browsers.js";
import { admit, arrive, inCall, MARIA, practice } from "../lib/people.js";
import { hears, sees } from "../lib/proof.js";

/** @type {import("playwright-core").Browser} */ let chromium;
/** @type {import("playwright-core").Browser} */ let bare;

before(async () => {
  [chromium, bare] = await Promise.all([launchChromium(), launchChromium({ devices: false })]);
});
after(() => Promise.all([chromium?.close(), bare?.close()]));

test("who refuses the camera is heard, and sees and hears", async (t) => {
  const { daemon, staff } = await practice(t, chromium);
  const patient = await chromiumTab(chromium, { permissions: ["microphone"] });
  t.after(() => patient.close());
  await arrive(patient, daemon, MARIA);
  await patient.act("allow");
  await patient.see('[data-problem="camera-denied"]');
  await patient.act("without-device");
  await patient.act("set-up-done");
  await patient.see('[data-screen="P3"]');
  await admit(staff, MARIA);
  await inCall(patient);
  await Promise.all([sees(patient, "the patient"), hears(patient, "the patient"), hears(staff, "the clinician")]);
});

test("who goes without camera from the start is never asked for it", async (t) => {
  const { daemon, staff } = await practice(t, chromium);
  const patient = await chromiumTab(chromium, { permissions: ["microphone"] });
  t.after(() => patient.close());
  await arrive(patient, daemon, MARIA);
  await patient.act("without-camera");
  await patient.see('[data-screen="P2"] [data-device="microphone"]');
  await patient.act("set-up-done");
  await patient.see('[data-screen="P3"]');
  await admit(staff, MARIA);
  await inCall(patient);
  await Promise.all([sees(patient, "the patient"), hears(staff, "the clinician")]);
});

test("a machine without camera and microphone sees and hears", async (t) => {
  const { daemon, staff } = await practice(t, chromium);
  const patient = await chromiumTab(bare);
  t.after(() => patient.close());
  await arrive(patient, daemon, MARIA);
  await patient.act("allow");
  await patient.see('[data-problem="camera-absent"]');
  await patient.act("without-device");
  await patient.act("set-up-done");
  await patient.see('[data-screen="P3"]');
  await admit(staff, MARIA);
  await inCall(patient);
  await Promise.all([sees(patient, "the patient"), hears(patient, "the patient")]);
});
