// Whose keys they are: the link, the code, the browsers of the practice, and names that only these read.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromiumTab, firefoxTab, launchChromium, launchFirefox } from "../lib/browsers.js";
import { Daemon } from "../lib/daemon.js";
import { admit, arrive, card, checkIn, CLINICIAN, clinician, consultation, enterCall, inCall, MARIA, practice, wholeLink } from "../lib/people.js";
import { listen, sees } from "../lib/proof.js";
import { OTHER_KEY } from "../lib/tour.js";
import { eventually } from "../lib/wait.js";

/** @typedef {import("../lib/browsers.js").Tab} Tab */

/** @type {import("playwright-core").Browser} */ let chromium;
/** @type {import("puppeteer-core").Browser} */ let firefox;

before(async () => {
  [chromium, firefox] = await Promise.all([launchChromium(), launchFirefox()]);
});
after(() => Promise.all([chromium?.close(), firefox?.close()]));

/** @param {import("node:test").TestContext} t */
async function patientOf(t) {
  const tab = await chromiumTab(chromium);
  t.after(() => tab.close());
  return tab;
}

for (const [name, tabOf] of /** @type {const} */ ([["Chromium", () => chromiumTab(chromium)], ["Firefox", () => firefoxTab(firefox)]])) {
  test(`the link of the practice leads ${name} into a call that says that it is verified, with the certified name`, async (t) => {
    const { staff } = await practice(t, chromium);
    const patient = await tabOf();
    t.after(() => patient.close());
    await arrive(patient, { patientLink: await wholeLink(staff) }, MARIA);
    await patient.act("allow");
    await patient.act("set-up-done");
    await admit(staff, MARIA);
    await inCall(patient);
    await patient.see('[data-lock="link"]');
    await staff.see('[data-lock="name"]');
    await eventually(() => text(patient, "[data-peer] figcaption"), (name) => name.includes(CLINICIAN), "the certified name");
    await staff.see(`figcaption:has-text("${MARIA}")`);
    await Promise.all([sees(patient, "the patient"), sees(staff, "the clinician")]);
    await patient.act("lock");
    await patient.see('dialog[data-screen="lock"]');
    assert.deepEqual([...patient.complaints, ...staff.complaints], []);
  });
}

test("a link with another key stops before a name is given, and says what to do", async (t) => {
  const { daemon } = await practice(t, chromium);
  const patient = await patientOf(t);
  const heard = listen(patient);
  await patient.open(daemon.patientLink + OTHER_KEY);
  await patient.see('[data-screen="different"] [data-why="other_key"]');
  assert.equal(await patient.run(() => document.querySelector("#name")), null);
  assert.ok(!heard.sent.some((text) => text.includes("check_in")));
});

test("a link that a mail program has mangled is repaired, and counts as whole", async (t) => {
  const { staff } = await practice(t, chromium);
  const whole = await wholeLink(staff);
  for (const mangled of [whole.replace("#", "%23"), whole.replace("#k=", "%2523k%3D"), `${whole}.`]) {
    const patient = await patientOf(t);
    await patient.open(mangled);
    await patient.see('[data-screen="P0"] [data-trust="link"]');
    assert.equal(patient.page.url(), whole);
  }
});

test("without its key a link leads on, not verified; the typed code verifies, also after a reload", async (t) => {
  const { daemon, staff } = await practice(t, chromium);
  await staff.see("[data-code]");
  const code = (await staff.run(() => document.querySelector("[data-code]")?.textContent)) ?? "";
  const patient = await patientOf(t);
  await patient.open(daemon.patientLink);
  await patient.see('[data-trust="unverified"]');
  await patient.act("have-code");
  const wrong = code.replace(/^./, (first) => (first === "0" ? "2" : "0"));
  for (const typed of [code.slice(0, 7), wrong]) {
    await type(patient, typed);
    await patient.see("#code-problem");
  }
  await type(patient, code.toLowerCase());
  await patient.see('[data-screen="P0"] [data-trust="code"]');
  assert.equal(patient.page.url(), await wholeLink(staff));
  await patient.reload();
  await patient.see('[data-screen="P0"] [data-trust="link"]');
});

test("a practice that insists lets nobody go on without link or code", async (t) => {
  const { daemon, staff } = await practice(t, chromium);
  const code = await text(staff, "[data-code]");
  const patient = await patientOf(t);
  await patient.open(daemon.patientLink);
  await patient.see('[data-screen="P0"]');
  await staff.act("browsers");
  await staff.act("policy-insist");
  await patient.see('[data-screen="P0-code"]');
  await patient.page.locator(".codebox input >> nth=0").focus();
  await patient.run((code) => {
    const data = new DataTransfer();
    data.setData("text", code);
    document.activeElement?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, code);
  await patient.act("code-send");
  await patient.see('[data-screen="P0"] [data-trust="code"]');
});

test("without link and code the lock says that nobody has verified the call, which is sealed all the same", async (t) => {
  const { staff, patient } = await consultation(t, chromium);
  await patient.see('[data-lock="unverified"]');
  await Promise.all([sees(patient, "the patient"), sees(staff, "the clinician")]);
});

test("words that both find the same verify the call; where they differ the page says what to do", async (t) => {
  const { staff, patient } = await consultation(t, chromium);
  await patient.see('[data-lock="unverified"]');
  for (const [answer, lock] of /** @type {const} */ ([["other", "unverified"], ["same", "words"]])) {
    await staff.see('[data-lock="name"]');
    await staff.act("lock");
    await staff.act("compare-words");
    const words = (/** @type {Tab} */ tab) => text(tab, "[data-words]");
    assert.equal(await words(patient), await words(staff));
    for (const tab of [patient, staff]) {
      await tab.act(`words-${answer}`);
      await tab.act("close");
    }
    await patient.see(`[data-lock="${lock}"]`);
  }
  await staff.see('[data-lock="words"]');
});

test("before staff have opened the waiting room for the first time patients wait, and go on by themselves", async (t) => {
  const daemon = await Daemon.start();
  t.after(() => daemon.stop());
  const patient = await patientOf(t);
  await patient.open(daemon.patientLink);
  await patient.see('[data-screen="P0-unopened"]');
  const staff = await clinician(chromium, daemon);
  t.after(() => staff.close());
  await patient.see('[data-screen="P0"]');
});

test("the server never gets the name: not in what pages say and hear, not in its memory", async (t) => {
  const daemon = await Daemon.start();
  t.after(() => daemon.stop());
  const staff = await clinician(chromium, daemon);
  const patient = await patientOf(t);
  t.after(() => staff.close());
  const heard = [listen(patient), listen(staff)];
  await staff.reload();
  await staff.see('[data-screen="V1"]');
  const name = "Zyxwina Canarova-Qvist";
  await checkIn(patient, daemon, name);
  await patient.reload();
  await patient.see('[data-screen="P3"]');
  await admit(staff, name);
  await inCall(patient);
  await sees(patient, "the patient");
  assert.ok(heard.every(({ sent, received }) => 0 < sent.length && 0 < received.length));
  const frames = heard.flatMap(({ sent, received }) => [...sent, ...received]);
  assert.ok(frames.some((text) => text.includes("check_in")));
  for (const part of [name, "Zyxwina", "Canarova"]) assert.ok(!frames.some((text) => text.includes(part)), `a frame holds ${part}`);
  assert.ok(daemon.remembers("reception"), "what it holds would be found: the area's name is");
  assert.ok(!daemon.remembers("Zyxwina") && !daemon.remembers("Canarova"));
});

test("a patient's page that is loaded anew is the same visit, with the same keys", async (t) => {
  const { daemon, staff } = await practice(t, chromium);
  const patient = await patientOf(t);
  const heard = listen(patient);
  await enterCall(daemon, staff, patient);
  await sees(patient, "the patient");
  await patient.reload();
  await inCall(patient);
  await Promise.all([sees(patient, "the patient"), sees(staff, "the clinician")]);
  const hellos = heard.sent.map((text) => JSON.parse(text)).filter(({ kind }) => kind === "seal_hello").map(({ hello }) => JSON.parse(Buffer.from(JSON.parse(hello).body, "base64url").toString()));
  assert.ok(2 <= hellos.length);
  assert.equal(new Set(hellos.map(({ sign }) => sign)).size, 1);
  assert.equal(new Set(hellos.map(({ nonce }) => nonce)).size, 2);
});

test("a second browser of staff reads no name until a key holder has compared its code; as assistant it reads, and starts nothing", async (t) => {
  const { daemon, staff } = await practice(t, chromium);
  const patient = await patientOf(t);
  await checkIn(patient, daemon, MARIA);
  const second = await chromiumTab(chromium, { viewport: { width: 1280, height: 800 } });
  t.after(() => second.close());
  await second.open(daemon.newStaffLink());
  await second.act("enrol-save");
  await second.act("open-room");
  await second.see('[data-banner="stranger"]');
  await second.see('li[data-ticket] .name.soft');
  assert.ok(!(await second.run(() => document.body.innerText)).includes(MARIA));
  assert.equal(await second.run(() => document.querySelector("[data-link]")), null, "nor has it a link that nobody has compared");
  const [own, offered] = await Promise.all([text(second, "[data-own-code]"), text(staff, "[data-offer-code]")]);
  assert.equal(own, offered);
  await accept(staff, "assistant");
  await second.see(card(MARIA, "waiting"));
  assert.equal(await second.run(() => document.querySelector('[data-action="start"]')), null);

  await staff.act("browsers");
  await staff.act("revoke");
  await staff.act("confirm-revoke");
  await second.see('[data-banner="stranger"]');
  await accept(staff, "clinician");
  await second.see(card(MARIA, "waiting"));
  await admit(second, MARIA);
  await inCall(patient);
  await patient.see('figcaption:has-text("Dr. Weber")');
  await Promise.all([sees(patient, "the patient"), sees(second, "the second browser")]);
  assert.deepEqual([...second.complaints, ...patient.complaints], []);
});

test("with the sheet of paper a new browser begins where the old one is lost, and old links stay right", async (t) => {
  const { daemon, staff } = await practice(t, chromium);
  const link = await wholeLink(staff);
  await staff.act("paper");
  const seed = await text(staff, "[data-seed]");
  await staff.close();
  const fresh = await chromiumTab(chromium, { viewport: { width: 1280, height: 800 } });
  t.after(() => fresh.close());
  await fresh.open(daemon.newStaffLink());
  await fresh.act("enrol-save");
  await fresh.act("open-room");
  await fresh.act("keys-lost");
  await fresh.fill("#seed", "0000");
  await fresh.act("restore");
  await fresh.see("#seed-problem");
  await fresh.fill("#seed", seed);
  await fresh.act("restore");
  await eventually(() => wholeLink(fresh), (now) => now === link, "the link");
  const patient = await patientOf(t);
  await enterCall({ patientLink: link }, fresh, patient);
  await patient.see('[data-lock="link"]');
});

/** @param {Tab} staff @param {"assistant" | "clinician" | "holder"} part */
async function accept(staff, part) {
  await staff.act("offer-answer");
  await staff.fill("#accept-name", part === "assistant" ? "Front desk" : "Dr. Weber");
  await staff.act(`part-${part}`);
  await staff.act("accept");
}

/** @param {Tab} tab @param {string} selector */
async function text(tab, selector) {
  await tab.see(selector);
  return (await tab.run((selector) => document.querySelector(selector)?.textContent, selector)) ?? "";
}

/** @param {Tab} patient @param {string} code */
async function type(patient, code) {
  await patient.see('dialog[data-screen="code"]');
  for (const [at, part] of code.split("-").entries()) await patient.page.locator(`.codebox input >> nth=${at}`).fill(part);
  await patient.act("code-send");
}
