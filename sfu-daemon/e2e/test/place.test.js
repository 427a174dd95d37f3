// The place in line survives what happens to pages: reloads, dead networks, a reload in the middle of the call.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { chromiumTab, launchChromium, Tab } from "../lib/browsers.js";
import { Daemon } from "../lib/daemon.js";
import { admit, card, checkIn, clinician, FARID, inCall, MARIA, place } from "../lib/people.js";
import { hears, sees } from "../lib/proof.js";
import { eventually, pause } from "../lib/wait.js";

/** @type {import("playwright-core").Browser} */ let chromium;

before(async () => {
  chromium = await launchChromium();
});
after(() => chromium?.close());

/** Two people in line. @param {import("node:test").TestContext} t */
async function line(t) {
  const daemon = await Daemon.start();
  t.after(() => daemon.stop());
  const staff = await clinician(chromium, daemon);
  const first = await chromiumTab(chromium);
  const second = await chromiumTab(chromium);
  t.after(() => Promise.all([staff, first, second].map((tab) => tab.close())));
  await checkIn(first, daemon, MARIA);
  await checkIn(second, daemon, FARID);
  assert.deepEqual([await place(first), await place(second)], [1, 2]);
  return { daemon, staff, first, second };
}

// Two side by side: one of them is a minute in which nothing happens.
describe("the place in line survives", { concurrency: 2 }, () => {
  test("a minute without network keeps the place", async (t) => {
    const { staff, first, second } = await line(t);
    const back_at = Date.now() + 60_000;
    await first.page.context().setOffline(true);
    await first.see('[data-screen="offline"]');
    await staff.see(card(MARIA, "away"));
    await eventually(() => place(second), (place) => place === 2, "the place of who comes next");
    await pause(back_at - Date.now()); // The minute is what is tested.
    await first.page.context().setOffline(false);
    await first.see('[data-screen="P3"]');
    assert.deepEqual([await place(first), await place(second)], [1, 2]);
    await admit(staff, MARIA);
    await first.see('[data-screen="P4"]');
  });

  test("a reload keeps the place", async (t) => {
    const { first, second } = await line(t);
    await first.reload();
    assert.deepEqual([await place(first), await place(second)], [1, 2]);
  });

  test("a page that was closed and opened again by its link in the same tab keeps the place", async (t) => {
    const { daemon, first } = await line(t);
    await first.open("about:blank");
    await first.open(daemon.patientLink);
    assert.equal(await place(first), 1);
  });

  test("after a restart of the server, three patients have their old places within ten seconds", async (t) => {
    const { daemon, staff, first, second } = await line(t);
    const third = await chromiumTab(chromium);
    t.after(() => third.close());
    await checkIn(third, daemon, "Zoë Third");
    const sat = await Promise.all([first, second, third].map((tab) => tab.run(() => sessionStorage.length)));
    assert.deepEqual(sat, [1, 1, 1]);
    await daemon.restart();
    const up_at = Date.now();
    await eventually(() => daemon.metric("anteroom_places_restored_total"), (count) => count === 3, "places that came again");
    for (const tab of [first, second, third]) await tab.see('[data-screen="P3"]');
    assert.ok(Date.now() - up_at < 10_000, `${Date.now() - up_at} ms`);
    assert.deepEqual([await place(first), await place(second), await place(third)], [1, 2, 3]);
    assert.ok(!daemon.files().some(({ bytes }) => bytes.includes(MARIA)), "no name on the disk");
    for (const name of [MARIA, FARID, "Zoë Third"]) await staff.see(card(name, "waiting"));
    await third.reload();
    assert.equal(await place(third), 3, "and keep them as before");
    await admit(staff, MARIA);
    await first.see('[data-screen="P4"]');
  });

  test("a tab that the browser restores keeps the place", async (t) => {
    const { daemon, first } = await line(t);
    const kept = await first.run(() => ({ ...sessionStorage })); // As a browser does when it was closed or has crashed.
    const restored = new Tab(await first.page.context().newPage());
    await restored.page.addInitScript((/** @type {Record<string, string>} */ kept) => Object.assign(sessionStorage, kept), kept);
    await first.page.close();
    await restored.open(daemon.patientLink);
    assert.equal(await place(restored), 1);
  });

  test("a reload in the call leads back into the call", async (t) => {
    const { staff, first } = await line(t);
    await admit(staff, MARIA);
    await inCall(first);
    await Promise.all([sees(first, "the patient"), sees(staff, "the clinician")]);
    await first.reload();
    await inCall(first);
    await Promise.all([sees(first, "the patient"), sees(staff, "the clinician"), hears(staff, "the clinician")]);
  });

  test("a clinician's reload in the call leads back into the call", async (t) => {
    const { staff, first } = await line(t);
    await admit(staff, MARIA);
    await inCall(first);
    await Promise.all([sees(first, "the patient"), sees(staff, "the clinician")]);
    await staff.reload();
    await staff.see('[data-screen="V3"][data-path="connected"]');
    await Promise.all([sees(first, "the patient"), sees(staff, "the clinician")]);
  });
});
