// A consultation from check-in to end: who is admitted is seen and heard, who is not gets and gives nothing, and the end is the end.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromiumTab, firefoxTab, launchChromium, launchFirefox } from "../lib/browsers.js";
import { admit, arrive, card, checkIn, consultation, end, FARID, inCall, MARIA, practice, silence } from "../lib/people.js";
import { firstPicture, hears, open, sample, sees } from "../lib/proof.js";
import { eventually, pause } from "../lib/wait.js";

/** @type {import("playwright-core").Browser} */ let chromium;
/** @type {import("puppeteer-core").Browser} */ let firefox;

before(async () => {
  [chromium, firefox] = await Promise.all([launchChromium(), launchFirefox()]);
});
after(() => Promise.all([chromium?.close(), firefox?.close()]));

for (const [name, tabOf] of /** @type {const} */ ([["Chromium", () => chromiumTab(chromium)], ["Firefox", () => firefoxTab(firefox)]])) {
  test(`a patient with ${name} and a clinician with Chromium see and hear each other`, async (t) => {
    const { daemon, staff } = await practice(t, chromium);
    const patient = await tabOf();
    t.after(() => patient.close());
    await checkIn(patient, daemon, MARIA);
    const first = Promise.all([firstPicture(patient), firstPicture(staff)]);
    await admit(staff, MARIA);
    await inCall(patient);
    await Promise.all([sees(patient, "the patient"), hears(patient, "the patient"), sees(staff, "the clinician"), hears(staff, "the clinician")]);
    const [at_patient, at_staff] = await first;
    t.diagnostic(`first picture after ${at_patient} ms at the patient, ${at_staff} ms at the clinician`);
    await end(staff);
    await patient.see('[data-screen="P6"]');
    await staff.see('[data-screen="V4"]');
    await silence(daemon);
    assert.deepEqual([...patient.complaints, ...staff.complaints], []);
  });
}

test("no packet goes to or comes from anybody else before admission", async (t) => {
  const { daemon, staff } = await practice(t, chromium);
  const [first, second] = [await chromiumTab(chromium), await chromiumTab(chromium)];
  t.after(() => Promise.all([first.close(), second.close()]));
  await checkIn(second, daemon, FARID);
  await arrive(first, daemon, MARIA);
  await first.act("allow");
  await eventually(() => daemon.participants(), (count) => count === 1, "somebody alone who tries the network");
  assert.equal(await daemon.metric("anteroom_media_rooms"), 1);
  await first.see('[data-network="good"]');
  assert.deepEqual([await open(second), await open(staff)], [0, 0], "nobody else has a connection for media");
  await first.act("set-up-done");
  await staff.see(`${card(MARIA, "waiting")} [data-fact="ready"]:has-text("connection tested")`);
  await eventually(() => daemon.participants(), (count) => count === 0, "nobody in any room while both wait");
  const media = async () => ({ datagrams: await daemon.metric("anteroom_media_datagrams_total"), forwarded: await daemon.forwarded() });
  const before = await media();
  await pause(500);
  assert.deepEqual(await media(), before, "while both wait, the media port is silent");
  assert.equal(await open(first), 0, "who waits has no connection for media");

  await admit(staff, MARIA);
  await first.see('[data-screen="P4"]');
  await first.act("not-yet"); // The page would go in by itself.
  await eventually(() => daemon.metric("anteroom_media_packets_total", 'what="gated"'), (packets) => 0 < packets, "packets that wait at the gate");
  assert.equal(await daemon.forwarded(), before.forwarded, "who is called has not gone in");
  await first.act("go-in");
  await inCall(first);
  await sees(first, "the patient");
  assert.equal(await open(second), 0, "who still waits has no connection for media");
  assert.equal(await daemon.participants(), 2);
});

test("hold stops pictures and sound both ways, and resume brings them back", async (t) => {
  const { daemon, staff, patient } = await consultation(t, chromium);
  await sees(patient, "the patient");
  await staff.act("hold");
  await patient.see('[data-screen="held"]');
  await pause(200); // The counter is up to 50 ms behind, and would grow by what was forwarded before.
  const forwarded = await daemon.forwarded();
  await pause(1_000); // A call forwards a hundred packets in this time.
  assert.equal(await daemon.forwarded(), forwarded);
  await staff.act("resume");
  await inCall(patient);
  await Promise.all([sees(patient, "the patient"), hears(staff, "the clinician")]);
});

test("what is switched off does not arrive, and comes back when it is switched on", async (t) => {
  const { staff, patient } = await consultation(t, chromium);
  await hears(staff, "the clinician");
  await patient.act("mute");
  await eventually(() => sample(staff), settled(({ energy }) => energy), "sound after mute");
  await sees(staff, "the clinician");
  await patient.act("camera");
  await eventually(() => sample(staff), settled(({ frames }) => frames), "pictures after camera off");
  await patient.act("mute");
  await patient.act("camera");
  await Promise.all([hears(staff, "the clinician"), sees(staff, "the clinician")]);
});

/** Instead of the screen's own lock: how many are held. */
function watchLocks() {
  const held = new Set();
  Object.assign(window, { locks: held });
  Object.defineProperty(navigator, "wakeLock", { value: { request: async () => {
    const lock = { onrelease: null, release: async () => void held.delete(lock) };
    held.add(lock);
    return lock;
  } } });
}

test("the screen stays lit in line and in the call, and only there; another microphone can be chosen, the other person goes into a small window where the browser can, and the call fills the screen", async (t) => {
  const { daemon, staff } = await practice(t, chromium);
  const patient = await chromiumTab(chromium);
  t.after(() => patient.close());
  await patient.page.context().addInitScript(watchLocks);
  const lit = (/** @type {number} */ count, /** @type {string} */ when) => eventually(() => patient.run(() => /** @type {any} */ (window).locks.size), (held) => held === count, `locks ${when}`);
  await checkIn(patient, daemon, MARIA);
  await lit(1, "in line");
  await admit(staff, MARIA);
  await inCall(patient);
  await lit(1, "in the call");
  await hears(staff, "the clinician");
  await sees(patient, "the patient");
  await patient.act("options");
  assert.equal(await patient.run(() => document.pictureInPictureEnabled), true);
  await patient.see('[data-action="small-window"]');
  await patient.act("close");
  await patient.run(() => void Object.defineProperty(document, "pictureInPictureEnabled", { value: undefined }));
  await patient.act("options");
  await patient.see('[data-action="full-screen"]');
  assert.equal(await patient.run(() => document.querySelector('[data-action="small-window"]')), null, "as in Firefox");
  const choice = patient.page.locator('dialog[data-screen="options"] [data-action="choose-microphone"]');
  const before = await microphone(patient);
  await choice.selectOption({ index: 1 });
  await eventually(() => microphone(patient), (now) => now !== null && now !== before, "the other microphone");
  await hears(staff, "the clinician");
  await patient.act("full-screen");
  await eventually(() => patient.run(() => document.fullscreenElement !== null), (full) => full, "the full screen");
  await end(staff);
  await patient.see('[data-screen="P6"]');
  await lit(0, "after the call");
});

for (const who of /** @type {const} */ (["the clinician", "the patient"])) {
  test(`the end by ${who} stops forwarding within a second and frees the room`, async (t) => {
    const { daemon, staff, patient } = await consultation(t, chromium);
    await Promise.all([sees(patient, "the patient"), sees(staff, "the clinician")]);
    await (who === "the clinician" ? end(staff) : patient.act("leave"));
    await pause(1_000); // The second that is promised.
    const forwarded = await daemon.forwarded();
    assert.equal(await daemon.participants(), 0);
    assert.equal(await daemon.metric("anteroom_media_rooms"), 0);
    const { frames } = await sample(patient);
    await pause(1_000);
    assert.equal(await daemon.forwarded(), forwarded);
    assert.equal((await sample(patient)).frames, frames);
    await patient.see('[data-screen="P6"]');
    await staff.see('[data-screen="V4"]');
  });
}

test("after the end the patient can come back to the old place", async (t) => {
  const { staff, patient } = await consultation(t, chromium);
  await end(staff);
  await patient.see('[data-screen="P6"]');
  await patient.act("rejoin");
  await staff.act("back-to-room");
  await staff.see(`${card(MARIA, "waiting")}, ${card(MARIA, "arriving")}`);
});

test("what is written in the call arrives, and what people are called and write is kept nowhere", async (t) => {
  const { daemon, staff } = await practice(t, chromium);
  const patient = await chromiumTab(chromium);
  t.after(() => patient.close());
  const [name, words] = ["Zyxwina Canarova-Qvist", "kvetsal-pogrimmo-secret"];
  await checkIn(patient, daemon, name);
  await admit(staff, name);
  await inCall(patient);
  await patient.act("chat");
  await patient.see('[data-action="chat-send"]:not([aria-disabled])'); // Somebody has the key.
  await patient.fill('[name="text"]', words);
  await patient.act("chat-send");
  await staff.act("chat");
  await eventually(() => staff.run(() => document.body.innerText), (text) => text.includes(words), "the message");
  const during = await daemon.metricsText();
  await end(staff);
  await patient.see('[data-screen="P6"]');
  await silence(daemon);

  const kept = await patient.run(async () => [document.cookie, localStorage.length, (await indexedDB.databases()).length, Object.keys(sessionStorage)]);
  assert.deepEqual(kept, ["", 0, 0, ["anteroom.place.reception"]], "a patient's browser keeps the place, in this tab, and nothing else");
  const files = daemon.files();
  assert.ok(files.some(({ bytes }) => bytes.includes("reception")), "what is kept would be found: the area's name is");
  for (const secret of [name, "Zyxwina", "Canarova", words]) {
    for (const { path, bytes } of files) assert.ok(!bytes.includes(secret), `${path} holds ${secret}`);
    for (const text of [daemon.stderr, daemon.stdout, during, await daemon.metricsText()]) assert.ok(!text.includes(secret), `a log or metric holds ${secret}`);
  }
});

/** Pleased when a number that a call makes grow has been the same for a second. @param {(sample: import("../lib/proof.js").Sample) => number} number */
function settled(number) {
  let [last, since] = [NaN, 0];
  return (/** @type {import("../lib/proof.js").Sample} */ sample) => {
    if (number(sample) !== last) [last, since] = [number(sample), Date.now()];
    return 1_000 < Date.now() - since;
  };
}

/** The name of the microphone whose sound is sent. @param {import("../lib/browsers.js").Tab} tab @returns {Promise<string | null>} */
function microphone(tab) {
  return tab.run(() => {
    const tracks = /** @type {any} */ (window).connections.at(-1).getSenders().map((/** @type {RTCRtpSender} */ sender) => sender.track);
    return tracks.find((/** @type {MediaStreamTrack | null} */ track) => track?.kind === "audio")?.label ?? null;
  });
}
