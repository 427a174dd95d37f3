// Bad networks between a patient and the daemon: loss, firewalls, forgetful routers, tunnels, narrow links, dead batteries.
// The patient's browser sits behind a router of its own, the clinician's on the server's side. Each test prints what it measured.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromiumTab, firefoxTab, launchChromium, launchChromiumBehind, launchFirefoxBehind } from "../lib/browsers.js";
import { Daemon } from "../lib/daemon.js";
import { note, noted, saved } from "../lib/files.js";
import { Gauge, read } from "../lib/gauge.js";
import { Network } from "../lib/netns.js";
import { admit, checkIn, choose, clinician, inCall, MARIA, openChat } from "../lib/people.js";
import { connections, firstPicture, hears, sees } from "../lib/proof.js";
import { eventually, pause } from "../lib/wait.js";

/** How long a server may go on sending to somebody who does not answer: 15 s (RFC 7675, section 5.1, with some lost checks), and a second to notice. */
const CONSENT_MS = 16_000;

/** The height of a camera's picture. */
const FULL = 720;

const skip = Network.unavailable();

/** @type {Network} */ let network;
/** @type {import("playwright-core").Browser} */ let desk;
/** @type {import("playwright-core").Browser} */ let phone;

before(async () => {
  if (skip) return;
  network = new Network();
  [desk, phone] = await Promise.all([launchChromium(), launchChromiumBehind(network)]);
});
after(async () => {
  await Promise.all([desk?.close(), phone?.close()]);
  network?.close();
});

/** A patient in line, and a clinician who may call them.
 * @param {import("node:test").TestContext} t @param {() => Promise<import("../lib/browsers.js").Tab>} [tab] of the patient */
async function line(t, tab = () => chromiumTab(phone)) {
  t.after(() => network.mend());
  const daemon = await Daemon.startAt(network.server_address);
  t.after(() => daemon.stop());
  const staff = await clinician(desk, daemon);
  const patient = await tab();
  t.after(() => Promise.all([staff.close(), patient.close()]));
  await checkIn(patient, { patientLink: daemon.patientLinkFromAfar }, MARIA);
  return { daemon, staff, patient };
}

/** Two people who see and hear each other, and how the call flows at each. @param {import("node:test").TestContext} t @param {Parameters<typeof line>[1]} [tab] of the patient */
async function call(t, tab) {
  const { daemon, staff, patient } = await line(t, tab);
  await admit(staff, MARIA);
  await inCall(patient);
  await Promise.all([sees(patient, "the patient"), sees(staff, "the clinician"), hears(patient, "the patient"), hears(staff, "the clinician")]);
  const gauges = await Promise.all([Gauge.start(patient), Gauge.start(staff)]);
  t.after(() => Promise.all(gauges.map((gauge) => gauge.stop())));
  const [at_patient, at_staff] = /** @type {[Gauge, Gauge]} */ (gauges);
  return { daemon, staff, patient, at_patient, at_staff };
}

/** Two browsers on two cores steal time from each other: what is promised is printed, twice of it fails. */
const BUSY = 2;

for (const browser of /** @type {const} */ (["Chromium", "Firefox"])) {
  test(`with 5 % of the packets lost each way, a patient with ${browser} and the clinician see and hear each other, and what was lost is repeated`, { skip }, async (t) => {
    const { patient, staff, at_patient, at_staff } = await call(t, browser === "Firefox" ? () => firefoxBehind(t) : undefined);
    network.lose(5);
    const since = Date.now();
    await pause(8_000);
    for (const [who, gauge] of /** @type {const} */ ([["patient", at_patient], ["clinician", at_staff]])) {
      const { nacks, nacked, repeats, lost, concealed } = gauge.last;
      const [picture, sound] = [gauge.longestGap("frames", since), gauge.longestGap("sounds", since)];
      t.diagnostic(`${who}: no new picture for ${picture} ms at most, no sound for ${sound} ms; ${lost} packets lost, ${nacks} NACKs sent, ${nacked} received, ${repeats} packets repeated, ${(concealed * 100).toFixed(1)} % of the sound concealed`);
      assert.ok(picture < BUSY * 3_000);
      assert.ok(sound < BUSY * 1_000);
    }
    assert.ok(0 < at_patient.last.nacks, "what the patient missed was asked for");
    assert.ok(browser === "Firefox" || 0 < at_patient.last.repeats, "and sent again, which Firefox does not count");
    assert.ok(0 < at_patient.last.nacked, "what the server missed was asked for");
    await patient.see('[data-quality="lossy"]');
    await staff.see('[data-quality="theirs"]');
  });
}

/** A tab of a Firefox of its own, in the patient's place. @param {import("node:test").TestContext} t */
async function firefoxBehind(t) {
  const firefox = await launchFirefoxBehind(network);
  t.after(() => firefox.close());
  return firefoxTab(firefox);
}

test("a link of 300 kbit/s costs the picture its size and nothing else, and gives it back", { skip }, async (t) => {
  const { at_patient } = await call(t);
  const is_full = (/** @type {number} */ height) => height === FULL;
  assert.ok((await at_patient.heightAfter(is_full, Date.now(), 30_000)) < Infinity, "the full picture before");
  await pause(5_000);
  network.narrow(300);
  const since = Date.now();
  const smaller = await at_patient.heightAfter((height) => height < FULL, since, 10_000);
  await pause(since + 10_000 - Date.now());
  const [picture, sound] = [at_patient.longestGap("frames", since + 1_000), at_patient.longestGap("sounds", since)];
  const narrow = at_patient.readings.filter(({ at }) => since < at);
  network.mend();
  const back = await at_patient.heightAfter(is_full, Date.now(), 40_000);
  const slowest = (/** @type {number} */ from) => Math.max(...narrow.filter(({ at }) => since + from < at).map(({ rtt }) => rtt * 1_000));
  t.diagnostic(`smaller after ${smaller} ms; no new picture for ${picture} ms at most, no sound for ${sound} ms; a round trip of ${slowest(0)} ms at most, ${slowest(6_000)} ms in the end; back after ${back} ms`);
  assert.ok(smaller < BUSY * 2_000);
  assert.ok(picture < BUSY * 2_000);
  assert.ok(sound < BUSY * 1_000);
  assert.ok(slowest(6_000) < BUSY * 500);
  assert.ok(back < BUSY * 20_000);
});

test("where no UDP passes, the check before the call says so, and the call comes up over TCP", { skip }, async (t) => {
  const { staff, patient } = await line(t);
  network.blockUdp();
  await patient.act("check-again");
  await patient.see('[data-network="tcp"]');
  await patient.act("set-up-done");
  await patient.see('[data-screen="P3"]');
  const first = firstPicture(patient);
  await admit(staff, MARIA);
  await inCall(patient);
  await Promise.all([sees(patient, "the patient"), hears(patient, "the patient"), sees(staff, "the clinician"), hears(staff, "the clinician")]);
  assert.equal((await read(patient)).protocol, "tcp");
  await patient.see('[data-quality="tcp"]');
  t.diagnostic(`first picture at the patient after ${await first} ms`);
});

test("a practice whose line carries less than 2,000 kbit/s both ways is warned by its own check, in numbers, and not when it carries more", { skip }, async (t) => {
  t.after(() => network.mend());
  const daemon = await Daemon.startAt(network.server_address);
  t.after(() => daemon.stop());
  const staff = await clinician(phone, { staffLink: daemon.staffLinkFromAfar }, await chromiumTab(phone));
  t.after(() => staff.close());
  const measured = () => staff.run(() => Number(document.querySelector("[data-measured]")?.textContent?.replaceAll(",", "").match(/\d+/)?.[0]));
  network.narrow(1_200);
  await staff.act("check-devices");
  await staff.see('[data-own-network="narrow"], [data-own-network="lossy"]');
  const narrow = await measured();
  network.mend();
  await staff.act("try-network");
  await staff.see('[data-own-network="good"]');
  t.diagnostic(`${narrow} kbit/s of 1,200`);
  assert.ok(500 < narrow && narrow < 1_300);
});

test("a router that forgets its mappings costs less than three seconds, and no new path", { skip }, async (t) => {
  const { patient, at_patient, at_staff } = await call(t);
  const { ufrag } = at_patient.last;
  const made = await connections(patient);
  const since = Date.now();
  network.rebind();
  await pause(6_000);
  const gaps = [at_patient, at_staff].map((gauge) => gauge.longestGap("frames", since));
  t.diagnostic(`no new picture for ${gaps.join(" and ")} ms at most (patient, clinician)`);
  assert.ok(0 < network.mappings(), "the server sees another port");
  assert.equal(await connections(patient), made, "no new connection");
  assert.equal(at_patient.last.ufrag, ufrag, "no ICE restart");
  assert.ok(Math.max(...gaps) < BUSY * 3_000);
});

test("after 15 seconds without network the call goes on within two seconds, over the same connections", { skip }, async (t) => {
  const { patient, staff, at_patient, at_staff } = await call(t);
  const made = await Promise.all([connections(patient), connections(staff)]);
  network.cut();
  const cut_at = Date.now();
  await pause(15_000);
  network.mend();
  const since = Date.now();
  const times = await Promise.all([at_patient, at_staff].map((gauge) => gauge.grownAfter("frames", since, 30_000)));
  t.diagnostic(`${since - cut_at} ms of outage; pictures again after ${times.join(" and ")} ms (patient, clinician)`);
  assert.deepEqual(await Promise.all([connections(patient), connections(staff)]), made);
  assert.ok(Math.max(...times) < BUSY * 2_000);
});

test("a file each way arrives whole at 5 % loss with 15 seconds without network in the middle, and the pages say nothing wrong meanwhile", { skip }, async (t) => {
  const { patient, staff } = await call(t);
  const both = [patient, staff];
  await Promise.all(both.map(openChat));
  network.lose(5);
  const plan = await choose(staff, "plan.bin", 1_000_000);
  await patient.see('dialog[data-topic="file"]');
  await patient.act("consent-yes");
  const scan = await choose(patient, "scan.bin", 1_000_000);
  const came = (/** @type {typeof patient} */ tab) => tab.run(() => /** @type {HTMLProgressElement | null} */ (document.querySelector('[data-file][data-own="false"] progress'))?.value ?? 0);
  await Promise.all(both.map((tab) => eventually(() => came(tab), (value) => 0 < value, "a part of it")));
  await Promise.all(both.map(note));
  network.cut();
  const before = await Promise.all(both.map(came));
  await pause(15_000);
  network.lose(5);
  const since = Date.now();
  const times = await Promise.all(both.map(async (tab) => {
    await tab.see('[data-file][data-own="false"][data-phase="here"]');
    return Date.now() - since;
  }));
  t.diagnostic(`${before.map((part) => `${Math.round(part * 100)} %`).join(" and ")} before the outage, whole ${times.join(" and ")} ms after it (patient, clinician)`);
  assert.ok(before.every((part) => part < 1), "in the middle");
  assert.deepEqual([(await saved(patient)).hash, (await saved(staff)).hash], [plan, scan]);
  for (const file of (await Promise.all(both.map(noted))).flat()) {
    assert.deepEqual(file.filter(({ phase, why }) => phase === "over" || why !== null), [], "it was never over");
    const phases = file.map(({ phase }) => phase).filter((phase, at, all) => phase !== all[at - 1]);
    assert.equal(phases.length, new Set(phases).size, `it went on and not back: ${phases}`);
    const [{ own }] = /** @type {[typeof file[0]]} */ (file);
    assert.ok(own || file.some(({ progress }) => progress !== null), "how far it has come was shown"); // What has left the page may be stored long before.
  }
});

test("to a device that has died, nothing is sent for longer than 16 seconds", { skip }, async (t) => {
  await call(t);
  network.die();
  const since = Date.now();
  let [sent, last_at] = [network.sentToPerson(), since];
  const silence_ms = 3_000; // Checks, feedback and reports come more often than that, media anyway.
  while (Date.now() < last_at + silence_ms && Date.now() < since + 2 * CONSENT_MS) {
    await pause(100);
    const now = network.sentToPerson();
    if (sent < now) [sent, last_at] = [now, Date.now()];
  }
  t.diagnostic(`the last packet left ${last_at - since} ms after the end`);
  assert.ok(0 < last_at - since && last_at - since < CONSENT_MS);
});
