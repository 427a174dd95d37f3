// The examples for embedders do in a browser what their first lines say: two tabs see and hear each other.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromiumTab, launchChromium } from "../lib/browsers.js";
import { serve } from "../lib/example.js";
import { sample } from "../lib/proof.js";
import { eventually } from "../lib/wait.js";

/** More than any start-up shows, far less than a minute of it. */
const FRAMES = 30;

/** @type {import("playwright-core").Browser} */ let chromium;

before(async () => {
  chromium = await launchChromium();
});
after(() => chromium?.close());

/** @param {import("node:test").TestContext} t @param {string} link */
async function open(t, link) {
  const tab = await chromiumTab(chromium);
  t.after(() => tab.close());
  await tab.open(link);
  return tab;
}

/** @param {import("../lib/browsers.js").Tab} tab @param {string} who */
async function seesAndHears(tab, who) {
  await eventually(() => sample(tab), ({ frames, energy }) => FRAMES < frames && 0 < energy, `${who} sees and hears`);
  assert.deepEqual(tab.complaints, []);
}

test("the smallest SFU shows two tabs to each other", async (t) => {
  const link = await serve(t, "smallest_sfu");
  const [ana, ben] = [await open(t, link), await open(t, link)];
  await seesAndHears(ana, "Ana");
  await seesAndHears(ben, "Ben");
});

test("rooms inside an axum server name who is in them, and notice a tab that closes", async (t) => {
  const link = (await serve(t, "embed_in_axum")).replace(/\?.*/, "");
  const [ana, ben] = [await open(t, `${link}?name=Ana`), await open(t, `${link}?name=Ben`)];
  await seesAndHears(ana, "Ana");
  await seesAndHears(ben, "Ben");
  const names = () => ana.run(() => [...document.querySelectorAll(".used figcaption")].map((caption) => caption.textContent));
  assert.deepEqual(await names(), ["", "Ben"]);
  await ben.close();
  await eventually(names, (names) => names.length === 1, "Ben's picture is gone");
});
