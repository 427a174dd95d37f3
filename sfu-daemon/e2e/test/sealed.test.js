// Calls are sealed from page to page: every frame, in both browsers, with keys that the daemon hands on and does not have; and the page says so.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromiumTab, firefoxTab, launchChromium, launchFirefox } from "../lib/browsers.js";
import { addDevice, enterCall, examination, inCall, practice } from "../lib/people.js";
import { frames, hears, sees } from "../lib/proof.js";
import { eventually } from "../lib/wait.js";

/** @type {import("playwright-core").Browser} */ let chromium;
/** @type {import("puppeteer-core").Browser} */ let firefox;

before(async () => {
  [chromium, firefox] = await Promise.all([launchChromium(), launchFirefox()]);
});
after(() => Promise.all([chromium?.close(), firefox?.close()]));

const ENOUGH = 20;

/** Every frame that this page has taken was sealed, and none that it sent was not. @param {import("../lib/browsers.js").Tab} tab @param {string} who */
async function sealed(tab, who) {
  await tab.see('[data-lock]:not([data-lock="waiting"]):not([data-lock="clear"])');
  const { sent, received, clear, dropped } = await frames(tab);
  assert.ok(ENOUGH < sent && ENOUGH < received, `${who}: ${sent} sealed, ${received} opened`);
  assert.equal(clear, 0, who);
  for (const drop of ["sent_malformed", "received_malformed", "received_failed"]) assert.equal(dropped[drop] ?? 0, 0, `${who}: ${JSON.stringify(dropped)}`);
}

for (const [name, tabOf] of /** @type {const} */ ([["Chromium", () => chromiumTab(chromium)], ["Firefox", () => firefoxTab(firefox)]])) {
  test(`every frame between ${name} and Chromium is sealed, both ways, and after a reload too`, async (t) => {
    const { daemon, staff } = await practice(t, chromium);
    const patient = await tabOf();
    t.after(() => patient.close());
    await enterCall(daemon, staff, patient);
    const see = () => Promise.all([sees(patient, "the patient"), hears(patient, "the patient"), sees(staff, "the clinician"), hears(staff, "the clinician")]);
    await see();
    await sealed(patient, "the patient");
    await sealed(staff, "the clinician");
    t.diagnostic(JSON.stringify([await frames(patient), await frames(staff)]));

    await patient.reload();
    await inCall(patient);
    await see();
    assert.equal((await frames(patient)).clear, 0);
    assert.deepEqual([...patient.complaints, ...staff.complaints], []);
  });
}

test("who plays without a key gets what the daemon has: packets, and nothing to see", async (t) => {
  const { daemon, staff, patient } = await examination(t, chromium);
  await sees(patient, "the patient");
  const { play, token } = await addDevice(staff, "Wall");
  const wall = await chromiumTab(chromium);
  t.after(() => wall.close());
  await wall.open(daemon.patientLink);
  await wall.run(watch, { url: play, token });
  const arrived = () => wall.run(async () => {
    const video = /** @type {HTMLVideoElement} */ (document.querySelector("#wall"));
    const reports = [.../** @type {any} */ (await /** @type {any} */ (window).wall.getStats()).values()];
    const inbound = reports.find(({ type, kind }) => type === "inbound-rtp" && kind === "video");
    return { packets: inbound?.packetsReceived ?? 0, decoded: inbound?.framesDecoded ?? 0, width: video.videoWidth };
  });
  const { decoded } = await eventually(arrived, ({ packets }) => 100 < packets, "packets at the wall");
  assert.equal(decoded, 0);
  await sealed(staff, "the clinician");
});

/** Runs in a page: plays what WHEP gives. @param {{ url: string, token: string }} what */
async function watch({ url, token }) {
  const pc = new RTCPeerConnection();
  const tracks = ["audio", "video"].map((kind) => pc.addTransceiver(kind, { direction: "recvonly" }).receiver.track);
  document.body.append(Object.assign(document.createElement("video"), { id: "wall", srcObject: new MediaStream(tracks), autoplay: true, muted: true }));
  Object.assign(window, { wall: pc });
  await pc.setLocalDescription();
  const reply = await fetch(url, { method: "POST", headers: { "content-type": "application/sdp", authorization: `Bearer ${token}` }, body: pc.localDescription?.sdp });
  const sdp = await reply.text();
  if (reply.status !== 201) throw new Error(`${reply.status} ${sdp}`);
  await pc.setRemoteDescription({ type: "answer", sdp });
}
