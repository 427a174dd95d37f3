// Files in a call, in real browsers: both directions, through cuts, with consent; what is saved is what was sent, and the daemon has nothing of it that could be read.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { chromiumTab, firefoxTab, launchChromium, launchFirefox } from "../lib/browsers.js";
import { saved } from "../lib/files.js";
import { flawsAt } from "../lib/flaws.js";
import { choose, consultation, end, enterCall, inCall, openChat, practice } from "../lib/people.js";
import { connections } from "../lib/proof.js";
import { DESK, PHONE } from "../lib/tour.js";
import { eventually } from "../lib/wait.js";

/** @typedef {import("../lib/browsers.js").Tab} Tab */

/** @type {import("playwright-core").Browser} */ let chromium;
/** @type {import("puppeteer-core").Browser} */ let firefox;

before(async () => {
  [chromium, firefox] = await Promise.all([launchChromium(), launchFirefox()]);
});
after(() => Promise.all([chromium?.close(), firefox?.close()]));

/** What the list of files says. @param {Tab} tab */
function rows(tab) {
  return tab.run(() => [...document.querySelectorAll("[data-file]")].map((row) => ({ ...(/** @type {HTMLElement} */ (row).dataset), text: /** @type {HTMLElement} */ (row).innerText })));
}

for (const [name, tabOf] of /** @type {const} */ ([["Chromium", () => chromiumTab(chromium)], ["Firefox", () => firefoxTab(firefox)]])) {
  test(`files go both ways between ${name} and Chromium, after the patient has agreed once`, async (t) => {
    const { daemon, staff } = await practice(t, chromium);
    const patient = await tabOf();
    t.after(() => patient.close());
    await enterCall(daemon, staff, patient);
    await Promise.all([openChat(patient), openChat(staff)]);

    const canary = "zyxwina-kvetsal-canary";
    const plan = await choose(staff, `${canary}.pdf`, 300_000, canary);
    await patient.see('dialog[data-topic="file"]');
    await patient.act("consent-yes");
    await patient.see('[data-file][data-phase="here"]');
    assert.deepEqual(await saved(patient), { name: `${canary}.pdf`, hash: plan });
    await staff.see('[data-file][data-delivered="true"]');
    await staff.see('[data-consent="true"]');

    const pills = await choose(patient, "../../pills\u202Egpj.exe", 2_000_000, canary);
    await staff.see('[data-file][data-own="false"][data-phase="here"]');
    assert.equal(await patient.run(() => document.querySelector('dialog[data-topic="file"]')), null, "asked once");
    assert.deepEqual(await saved(staff), { name: "_.._pillsgpj.exe", hash: pills });
    await staff.see('[data-danger="runs"]');
    const [row] = (await rows(staff)).filter(({ own }) => own === "false");
    const left = Number(row?.left);
    assert.ok(0 < left && left <= 900_000, `deleted in ${left} ms`);

    for (const text of [daemon.stderr, daemon.stdout, await daemon.metricsText()]) assert.ok(!text.includes(canary), "a log or metric holds it");
    for (const { path, bytes } of daemon.files()) assert.ok(!bytes.includes(canary), `${path} holds it`);
    assert.ok(daemon.remembers("room"), "what it holds would be found");
    assert.ok(!daemon.remembers(canary), "the daemon's memory holds it");
    await end(staff);
    await staff.see('[data-screen="V4"] [data-file][data-own="false"] [data-action="save-file"]');
    await patient.see('[data-screen="P6"] [data-file] [data-action="save-file"]');
    assert.deepEqual([...patient.complaints, ...staff.complaints], []);
  });
}

test("20 MB go on where they were after the network was cut, and begin anew after a reload", async (t) => {
  const { daemon, staff } = await practice(t, chromium);
  const patient = await chromiumTab(chromium);
  t.after(() => patient.close());
  await patient.page.addInitScript(() => {
    const make = RTCPeerConnection.prototype.createDataChannel;
    RTCPeerConnection.prototype.createDataChannel = function (/** @type {[string]} */ ...how) {
      const channel = make.apply(this, how);
      Object.assign(window, { channel });
      return channel;
    };
  });
  await enterCall(daemon, staff, patient);
  await Promise.all([openChat(patient), openChat(staff)]);
  const hash = await choose(staff, "scan.bin", 20_000_000);
  await patient.see('dialog[data-topic="file"]');
  await patient.act("consent-yes");
  const progress = () => patient.run(() => /** @type {HTMLProgressElement | null} */ (document.querySelector("[data-file] progress"))?.value ?? 0);
  await eventually(progress, (value) => 0.2 < value, "a fifth of it");
  // As when a network is gone for good: the page builds another path, and goes on where it was.
  await patient.run(() => /** @type {any} */ (window).channel.close());
  const [before, paths] = [await progress(), await connections(patient)];
  await eventually(() => connections(patient), (count) => paths < count, "another path");
  await eventually(progress, (value) => before + 0.1 < value, "more of it");
  assert.ok((await progress()) < 1, "it is still on its way");
  await patient.reload();
  await inCall(patient);
  await openChat(patient);
  await patient.see('[data-file][data-phase="here"]');
  assert.equal(await patient.run(() => document.querySelector('dialog[data-topic="file"]')), null, "not asked again after a reload");
  assert.equal((await saved(patient)).hash, hash);
  await staff.see('[data-file][data-delivered="true"]');
});

test("what is taken back is gone at both ends, and its receipt is one that the program verifies", async (t) => {
  const { daemon, staff, patient } = await consultation(t, chromium);
  await Promise.all([openChat(patient), openChat(staff)]);
  await choose(staff, "plan.pdf", 50_000);
  await patient.see('dialog[data-topic="file"]');
  await patient.act("consent-yes");
  await staff.see('[data-delivered="true"]');
  await staff.act("cancel-file");
  await staff.see('[data-why="taken_back"]');
  await patient.see('[data-action="save-receipts"]');
  const list = await patient.run(async () => {
    /** @type {Blob[]} */ const blobs = [];
    const url = URL.createObjectURL;
    URL.createObjectURL = (blob) => (blobs.push(/** @type {Blob} */ (blob)), url.call(URL, blob));
    HTMLAnchorElement.prototype.click = () => {};
    /** @type {HTMLElement} */ (document.querySelector('[data-action="save-receipts"]')).click();
    return /** @type {Blob} */ (blobs[0]).text();
  });
  const path = join(mkdtempSync(join(tmpdir(), "anteroom-receipts-")), "receipts.jsonl");
  t.after(() => rmSync(dirname(path), { recursive: true }));
  writeFileSync(path, list);
  const verify = () => daemon.ask("receipt", "verify", path, "--key", daemon.receiptKey());
  assert.equal(verify().status, 0, verify().said);
  writeFileSync(path, list.replace(/"size_class": \d+/, '"size_class": 9'));
  assert.notEqual(verify().status, 0, "a receipt that was changed is none");
});

test("who declines gets nothing, staff see it, and it can be changed", async (t) => {
  const { staff, patient } = await consultation(t, chromium);
  await Promise.all([openChat(patient), openChat(staff)]);
  await choose(staff, "plan.pdf", 1_000);
  await patient.see('dialog[data-topic="file"]');
  await patient.act("consent-no");
  await staff.see('[data-why="declined"]');
  await staff.see('[data-consent="false"]');
  await choose(staff, "plan2.pdf", 1_000);
  await eventually(() => rows(staff), (list) => list.filter(({ why }) => why === "declined").length === 2, "both declined");
  await patient.act("files-allow");
  await staff.see('[data-consent="true"]');
  await choose(staff, "plan3.pdf", 1_000);
  await patient.see('[data-file][data-phase="here"]');
});

test("messages on the channel hold nothing in clear, and the files panel is fit for everybody", async (t) => {
  const { staff, patient } = await consultation(t, chromium);
  await Promise.all([openChat(patient), openChat(staff)]);
  await patient.run(() => {
    /** @type {string[]} */ const sent = [];
    Object.assign(window, { sent });
    const send = RTCDataChannel.prototype.send;
    RTCDataChannel.prototype.send = function (/** @type {any} */ data) {
      sent.push(typeof data === "string" ? data : Array.from(new Uint8Array(data.buffer ?? data), (byte) => String.fromCharCode(byte)).join(""));
      return send.call(this, data);
    };
  });
  await patient.fill('[name="text"]', "kvetsal-words");
  await patient.act("chat-send");
  await eventually(() => staff.run(() => document.body.innerText), (text) => text.includes("kvetsal-words"), "the message");
  await choose(patient, "kvetsal-name.pdf", 40_000, "kvetsal-content");
  await patient.see('dialog[data-topic="file"]');
  const found = [];
  const look = async (/** @type {Tab} */ tab, /** @type {string} */ what) => {
    for (const viewport of [PHONE, DESK]) found.push(...(await flawsAt(tab, what, viewport)));
    await tab.page.setViewportSize({ width: 320, height: 640 });
    if (0 < (await tab.run(() => document.documentElement.scrollWidth - innerWidth))) found.push(`${what} is too wide`);
    await tab.page.setViewportSize(DESK);
  };
  await look(patient, "p5-consent");
  await patient.act("consent-yes");
  await staff.see('[data-file][data-phase="here"]');
  await patient.see('[data-delivered="true"]');
  await look(patient, "p5-files");
  await look(staff, "v3-files");
  const sent = await patient.run(() => /** @type {any} */ (window).sent.join("\n"));
  assert.ok(sent.includes('"sealed"'));
  assert.ok(!sent.includes("kvetsal"), "nothing in clear on the channel");
  assert.deepEqual(found, []);
});
