// What a dump of the daemon's memory would show in the middle of a call: no key, and nothing that people seal.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromiumTab, launchChromium } from "../lib/browsers.js";
import { enterCall, practice } from "../lib/people.js";
import { hears, sees } from "../lib/proof.js";

/** @type {import("playwright-core").Browser} */ let chromium;

before(async () => {
  chromium = await launchChromium();
});
after(() => chromium?.close());

test("the daemon's memory has none of the keys that a call is sealed with", async (t) => {
  const { daemon, staff } = await practice(t, chromium);
  const patient = await chromiumTab(chromium);
  t.after(() => patient.close());
  await patient.page.addInitScript(rememberKeys);
  await enterCall(daemon, staff, patient, "Zyxwina Canarova");
  await Promise.all([sees(patient, "the patient"), hears(staff, "the clinician")]);
  await patient.see('[data-lock="unverified"]'); // The link of the terminal has no key in it.
  const keys = await patient.run(() => /** @type {any} */ (window).keys);
  assert.ok(0 < keys.length, "the page has drawn a key");
  assert.ok(daemon.remembers("Dr. Hoffmann") || daemon.remembers("reception"), "what is there in clear is found");
  for (const key of keys) assert.ok(!daemon.remembers(Uint8Array.from(key)), "a key of the call is in the daemon's memory");
});

/** Runs in the page before its own code: keeps the keys that its worker draws. */
function rememberKeys() {
  /** @type {number[][]} */ const keys = [];
  Object.assign(window, { keys });
  window.Worker = class extends window.Worker {
    /** @param {string | URL} url @param {WorkerOptions} [options] */
    constructor(url, options) {
      super(url, options);
      this.addEventListener("message", ({ data }) => data.kind === "drawn" && data.key && keys.push([...data.key]));
    }
  };
}
