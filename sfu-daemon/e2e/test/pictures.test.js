// Pictures in the sizes that people see them, and screens beside cameras.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromiumTab, launchChromium } from "../lib/browsers.js";
import { addDevice, consultation, examination } from "../lib/people.js";
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
async function seeingEachOther(t, options) {
  const { daemon, staff, patient } = await consultation(t, chromium, options);
  await Promise.all([sees(patient, "the patient"), sees(staff, "the clinician")]);
  return { daemon, staff, patient };
}

/** @param {Tab} tab @param {string} selector of a video on the page */
async function picture(tab, selector) {
  return (await pictures(tab))[(await lineOf(tab, selector)) ?? ""] ?? { width: 0, height: 0, frames: 0 };
}

test("a shared screen arrives in full size beside the camera, ends for everybody, and can begin again", async (t) => {
  const { staff, patient } = await seeingEachOther(t);
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

test("a small tile gets the small picture, a large one the large, and what nobody needs is not encoded", async (t) => {
  const { staff, patient } = await seeingEachOther(t);
  /** What arrives at the clinician's page beside what leaves the patient's, by rid. */
  const both = async () => ({ shown: (await picture(staff, REMOTE)).height, sent: Object.fromEntries((await layers(patient, "camera")).map((layer) => [layer.rid, layer])) });
  const large = () => eventually(both, ({ shown, sent }) => sent.f?.active === true && sent.f.height === shown && (sent.q?.height ?? 0) < shown, "the full picture in a large tile");
  await large();
  await staff.page.setViewportSize({ width: 320, height: 320 }); // Not more than 180 lines of it are seen: a layer more would be too much.
  const small = await eventually(both, ({ shown, sent }) => sent.q?.height === shown && sent.f?.active === false, "the small picture in a small tile");
  await eventually(both, ({ sent }) => (small.sent.q?.bytes ?? 0) + 20_000 < (sent.q?.bytes ?? 0), "the small layer goes on");
  const { sent } = await both();
  const grown = await eventually(both, ({ sent: now }) => (sent.q?.bytes ?? 0) + 10_000 < (now.q?.bytes ?? 0), "the small layer goes on");
  assert.equal(grown.sent.f?.bytes, sent.f?.bytes, "the full layer rests");
  await staff.page.setViewportSize({ width: 1280, height: 800 });
  await large();
  assert.deepEqual([...patient.complaints, ...staff.complaints], []);
});

test("a device that staff add is seen whole by both sides, with an open lock, and gone when it is taken out", async (t) => {
  const { daemon, staff, patient } = await examination(t, chromium);
  await staff.act("tools");
  await staff.act("device-new");
  await staff.fill("#device-name", "Ultrasound");
  await staff.act("device-add");
  await staff.see('dialog[data-screen="device-added"]');
  const [url, token] = await Promise.all(["publish", "token"].map((what) => staff.run((what) => document.querySelector(`[data-device="${what}"] .linkbox`)?.textContent ?? "", what)));
  await staff.act("close");
  const device = await chromiumTab(chromium);
  t.after(() => device.close());
  await device.open(daemon.patientLink); // any page of this origin may publish
  assert.equal(await device.run(publish, { url: url ?? "", token: token ?? "" }), 201);
  for (const tab of [staff, patient]) {
    const tile = ".tile--whole video";
    await tab.see(tile);
    assert.equal(await tab.run((tile) => getComputedStyle(/** @type {Element} */ (document.querySelector(tile))).objectFit, tile), "contain");
    await eventually(() => picture(tab, tile), ({ frames }) => 10 < frames, "the device's picture");
  }
  for (const tab of [staff, patient]) await tab.see('[data-lock="clear"]');
  await staff.act("device-remove");
  await eventually(() => patient.run(() => document.querySelector(".tile--whole")), (tile) => tile === null, "the end of the device");
  await sees(patient, "the patient");
  await patient.see('[data-lock="link"]');
});

test("where the practice has not allowed devices, staff read why, and the server adds none", async (t) => {
  const { staff } = await consultation(t, chromium);
  await staff.act("tools");
  await staff.see("[data-no-devices]");
  await assert.rejects(addDevice(staff, "Ultrasound"), /encrypt/);
  await staff.act("browsers");
  await staff.see('dialog [data-action="policy-require"]:checked');
  await staff.act("policy-prefer");
  await staff.act("not-now");
  await staff.see('dialog [data-action="policy-require"]:checked');
});

/** Runs in a page: publishes its camera by WHIP. @param {{ url: string, token: string }} where */
async function publish({ url, token }) {
  const connection = new RTCPeerConnection();
  const stream = await navigator.mediaDevices.getUserMedia({ video: true });
  for (const track of stream.getTracks()) connection.addTransceiver(track, { direction: "sendonly" });
  await connection.setLocalDescription();
  const headers = { "content-type": "application/sdp", authorization: `Bearer ${token}` };
  const answer = await fetch(url, { method: "POST", headers, body: connection.localDescription?.sdp ?? "" });
  if (answer.status === 201) await connection.setRemoteDescription({ type: "answer", sdp: await answer.text() });
  return answer.status;
}
