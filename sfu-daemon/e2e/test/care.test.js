// A photo and a signature in the call: nothing happens without the patient's click, and both sides have the same bytes.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { PDFDocument, StandardFonts } from "../../web/vendor/pdf-lib/dist/pdf-lib.esm.min.js";
import { chromiumTab, firefoxTab, launchChromium, launchFirefox } from "../lib/browsers.js";
import { fits } from "../lib/flaws.js";
import { card, checkIn, CLINICIAN, consultation, enterCall, MARIA, practice } from "../lib/people.js";
import { listen } from "../lib/proof.js";
import { DESK } from "../lib/tour.js";
import { eventually } from "../lib/wait.js";

/** @typedef {import("../lib/browsers.js").Tab} Tab */
/** @type {import("playwright-core").Browser} */ let chromium;

before(async () => {
  chromium = await launchChromium();
});
after(() => chromium?.close());

/** What a page downloads when something is pressed. @param {Tab} tab @param {() => Promise<void>} press */
async function downloaded(tab, press) {
  const [download] = await Promise.all([tab.page.waitForEvent("download"), press()]);
  return readFile(await download.path());
}

/** @param {Tab} tab @param {string} selector @param {string} name */
const attribute = (tab, selector, name) => tab.run(([selector, name]) => document.querySelector(selector ?? "")?.getAttribute(name ?? "") ?? null, [selector, name]);

test("a photo is taken by the patient's click, seen before it is sent, and holds no metadata", async (t) => {
  const { staff, patient } = await consultation(t, chromium);
  await staff.act("tools");
  await staff.act("photo-ask");
  await patient.see('[data-screen="consent"][data-topic="photo"]');
  await patient.act("consent-yes");
  await patient.see('[data-screen="photo"][data-step="look"]');
  await staff.see('[data-photo="looking"]');
  await fits(patient, "photo-look");
  await patient.act("shutter");
  await patient.see('[data-screen="photo"][data-step="agree"] canvas');
  await fits(patient, "photo-agree");
  assert.equal(await attribute(staff, "[data-photo]", "data-photo"), "looking", "not sent before the patient agrees");
  await patient.act("photo-send");
  await staff.see("[data-photo='sent'], .panel[data-testid='chat']");
  await staff.see('[data-action="save-file"]');
  const photo = await downloaded(staff, () => staff.act("save-file"));
  assert.deepEqual([...photo.subarray(0, 2)], [0xff, 0xd8]);
  assert.ok(!photo.includes("Exif") && !photo.includes("http://ns.adobe.com"), "no EXIF, no XMP");

  await staff.act("tools");
  await staff.act("photo-ask");
  await patient.see('[data-screen="photo"][data-step="look"]'); // Not asked for consent twice.
  await patient.page.keyboard.press("Escape");
  await staff.see('[data-photo="declined"]');
});

for (const mode of ["draw", "type"]) {
  test(`a form is signed (${mode}), and both sides save the same bytes`, async (t) => {
    const { staff, patient } = await consultation(t, chromium);
    await staff.act("tools");
    await staff.act("form-template");
    await patient.see('[data-screen="form"]');
    assert.equal(await attribute(patient, '[data-action="form-sign"]', "aria-disabled"), "true", "nothing to sign with");
    if (mode === "type") {
      await staff.see('[data-form="asked"]');
      await patient.reload();
      await staff.see('[data-form="lost"]');
      await fits(staff, "form-lost");
      await staff.act("form-again");
      await patient.see('[data-screen="form"]');
      await staff.see('[data-form="asked"]');
      await patient.act("form-type");
      await patient.fill("#form-name", "Zoë Łukasz 王");
    } else {
      const box = await patient.page.locator(".pad").boundingBox();
      const { mouse } = patient.page;
      await mouse.move(box.x + 40, box.y + 60);
      await mouse.down();
      for (let step = 1; step <= 10; step += 1) await mouse.move(box.x + 40 + 15 * step, box.y + 60 + (step % 2) * 25);
      await mouse.up();
    }
    await fits(patient, `form-${mode}`);
    await patient.act("form-sign");
    await patient.see('[data-screen="form-signed"][data-step="kept"]');
    await fits(patient, "form-signed");
    await patient.act("form-close");
    await patient.see('[data-screen="form-signed"] [role="alert"]'); // Not saved: asked once.
    const theirs = await downloaded(patient, () => patient.act("form-save"));
    await staff.see('[data-form="signed"]');
    await fits(staff, "form-staff");
    const ours = await downloaded(staff, () => staff.act("form-save"));
    assert.ok(theirs.equals(ours), "byte by byte");
    const hash = createHash("sha256").update(ours).digest("hex");
    assert.deepEqual([await attribute(staff, "[data-form]", "data-hash"), await attribute(patient, '[data-screen="form-signed"]', "data-hash")], [hash, hash]);
    assert.equal(ours.subarray(0, 5).toString(), "%PDF-");
  });
}

test("a no to photos can be made a yes: staff are told, and may ask again; a yes can be made a no", async (t) => {
  const { staff, patient } = await consultation(t, chromium);
  await staff.act("tools");
  await staff.act("photo-ask");
  await patient.see('[data-screen="consent"][data-topic="photo"]');
  await patient.act("consent-no");
  await staff.see('[data-photo="declined"]');
  await staff.act("photo-ask");
  await patient.act("options"); // Nothing is in front of it: nobody asks again.
  await patient.see('[data-answer="photo"][data-is="no"]');
  await fits(patient, "answers");
  await patient.act("answer-photo");
  await patient.see('[data-answer="photo"][data-is="yes"]');
  await staff.see('[data-photo="allowed"]');
  await patient.act("close");
  await staff.act("photo-ask");
  await patient.see('[data-screen="photo"][data-step="look"]');
  await patient.page.keyboard.press("Escape");
  await patient.act("options");
  await patient.act("answer-photo");
  await patient.act("close");
  await staff.act("photo-ask");
  await staff.see('[data-photo="declined"]');
  assert.equal(await patient.run(() => document.querySelectorAll("dialog").length), 0);
});

test("a note on a card is for colleagues and nobody else, messages between desk and line are for both, and the server reads neither", async (t) => {
  const { daemon, staff } = await practice(t, chromium);
  const [colleague, patient] = [await chromiumTab(chromium, { viewport: DESK }), await chromiumTab(chromium)];
  t.after(() => Promise.all([colleague.close(), patient.close()]));
  const heard = listen(patient);
  await colleague.open(daemon.newStaffLink());
  await colleague.act("enrol-save");
  await colleague.act("open-room");
  await staff.act("offer-answer");
  await staff.act("accept");
  await colleague.see("[data-link]");
  await checkIn(patient, daemon, MARIA);
  const memo = async (/** @type {Tab} */ tab, /** @type {string} */ text) => {
    await tab.click(`${card(MARIA, "waiting")} [data-action="menu"]`);
    await tab.act("memo");
    await tab.see('dialog[data-screen="memo"]');
    if (text === "") return tab.act("memo-delete");
    await tab.fill("#memo", text);
    if (tab === staff) await fits(tab, "memo");
    await tab.act("memo-save");
  };
  const shown = (/** @type {string} */ text) => `${card(MARIA, "waiting")} [data-memo="read"]:has-text("${text}")`;
  await memo(staff, "Zyrtecallergie seit Mai");
  for (const tab of [staff, colleague]) await tab.see(shown("Zyrtecallergie seit Mai"));
  await colleague.see(shown(CLINICIAN));
  await fits(colleague, "memo-card");
  assert.ok(!daemon.remembers("Zyrtecallergie"), "the server cannot read it");
  await patient.act("knows");
  await patient.see('[data-what="memo"]'); // That there is one, the patient may know.
  await patient.act("close");
  await memo(colleague, "Doch keine Allergie");
  await staff.see(shown("Doch keine Allergie"));
  await staff.reload();
  await staff.see(shown("Doch keine Allergie"));
  await memo(staff, "");
  await eventually(() => colleague.run(() => document.querySelectorAll("[data-memo]").length), (count) => count === 0, "deleted");
  assert.ok(![...heard.sent, ...heard.received].some((text) => text.includes("memos")), "no word of it to the patient's page");

  await staff.click(`${card(MARIA, "waiting")} [data-action="menu"]`);
  await staff.act("line");
  await staff.fill('dialog [name="text"]', "Zehn Minuten Verspaetung");
  await staff.act("line-send");
  await staff.see('dialog [data-line="read"]:has-text("Zehn Minuten")');
  await staff.act("close");
  await patient.see('[data-notes="1"]:has-text("Zehn Minuten Verspaetung")');
  await patient.see(`[data-notes]:has-text("${CLINICIAN}")`);
  await patient.fill('[data-notes] [name="text"]', "Dankeschoen, ich warte");
  await patient.act("note-send");
  await patient.see('[data-notes="2"]:has-text("Dankeschoen")');
  for (const tab of [staff, colleague]) await tab.see(`${card(MARIA, "waiting")} [data-unread="1"]`);
  await colleague.act("notes-open");
  await colleague.see('dialog:has-text("Zehn Minuten Verspaetung"):has-text("Dankeschoen")');
  await fits(colleague, "line");
  await colleague.act("close");
  await colleague.see('[data-unread="0"]');
  await patient.reload();
  await patient.see('[data-notes="2"]');
  await fits(patient, "p3-notes");
  for (const text of ["Verspaetung", "Dankeschoen"]) {
    assert.ok(!daemon.remembers(text), "the server cannot read it");
    assert.ok(![...heard.sent, ...heard.received].some((said) => said.includes(text)), "nor is it said in clear");
  }
});

/** A clinic's own form, with a picture that fills it up to this size. @param {(pdf: PDFDocument) => unknown} [change] @param {number} [bytes] */
async function ownPdf(change = () => {}, bytes = 0) {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  for (const clause of ["First clause", "Second clause"]) pdf.addPage().drawText(clause, { x: 50, y: 700, font });
  if (0 < bytes) pdf.context.register(pdf.context.stream(randomBytes(bytes)));
  await change(pdf);
  return Buffer.from(await pdf.save());
}

/** @param {Tab} staff @param {Buffer} buffer @param {string} [name] */
const choose = (staff, buffer, name = "Aufklärung.pdf") => staff.page.setInputFiles("#form-own", { name, mimeType: "application/pdf", buffer });

test("a clinic's own PDF is read and signed in the page, and both sides save the same bytes, of which the server keeps none", async (t) => {
  const { daemon, staff, patient } = await consultation(t, chromium);
  await staff.act("tools");
  await eventually(() => attribute(staff, '[data-action="form-template"]', "aria-disabled"), (off) => off === null, "keys");
  for (const [why, buffer] of /** @type {[string, Buffer][]} */ ([["active", await ownPdf((pdf) => pdf.addJavaScript("x", "app.alert(1)"))], ["broken", Buffer.from("%PDF-1.7 nothing")], ["too_large", await ownPdf(() => {}, 5_000_000)]])) {
    await choose(staff, buffer);
    await staff.see(`[data-refused="${why}"]`);
  }
  await fits(staff, "form-refused");
  const form = await ownPdf(() => {}, 3_000_000);
  await choose(staff, form);
  await patient.see('[data-screen="form"] .pages [data-drawn]');
  await staff.see('[data-form="asked"]');
  assert.equal(await patient.run(() => document.querySelectorAll('[data-screen="consent"], [data-file]').length), 0, "nobody is asked for files");
  assert.ok((await patient.run(() => document.querySelector(".pages")?.textContent ?? "")).includes("Second clause"), "screen readers have the text");
  const width = () => patient.run(() => document.querySelector(".pages canvas")?.getBoundingClientRect().width ?? 0);
  const before = await width();
  await fits(patient, "form-own");
  await patient.act("form-larger");
  assert.ok(before * 1.4 < (await width()), "larger");
  await fits(patient, "form-own-larger");
  await patient.act("form-type");
  await patient.fill("#form-name", "Maria Castro");
  await patient.act("form-sign");
  await patient.see('[data-screen="form-signed"][data-step="kept"]');
  const theirs = await downloaded(patient, () => patient.act("form-save"));
  await staff.see('[data-form="signed"]');
  const ours = await downloaded(staff, () => staff.act("form-save"));
  assert.ok(theirs.equals(ours), "byte by byte");
  const signed = await PDFDocument.load(ours, { updateMetadata: false });
  assert.equal(signed.getPageCount(), 3);
  for (const what of [form.subarray(0, 4_000), ours.subarray(-4_000), "First clause"]) assert.ok(!daemon.remembers(what), "the server has seen none of it");
});

test("a photo and a signed PDF come out of Firefox too", async (t) => {
  const firefox = await launchFirefox();
  t.after(() => firefox.close());
  const { daemon, staff } = await practice(t, chromium);
  const patient = await firefoxTab(firefox);
  await enterCall(daemon, staff, patient);
  await staff.act("tools");
  await eventually(() => attribute(staff, '[data-action="photo-ask"]', "aria-disabled"), (off) => off === null, "keys");
  await staff.act("photo-ask");
  await patient.act("consent-yes");
  await patient.act("shutter");
  await patient.see('[data-screen="photo"][data-step="agree"] canvas');
  await patient.act("photo-send");
  await staff.see('[data-action="save-file"]');
  const photo = await downloaded(staff, () => staff.act("save-file"));
  assert.ok(photo[0] === 0xff && photo[1] === 0xd8 && !photo.includes("Exif"));
  await staff.act("tools");
  await choose(staff, await ownPdf());
  await patient.see('[data-screen="form"] .pages [data-drawn]');
  await patient.act("form-type");
  await patient.fill("#form-name", "Maria Castro");
  await patient.act("form-sign");
  await staff.see('[data-form="signed"]');
});
