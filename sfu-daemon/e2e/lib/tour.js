// A walk through every screen, as one visit and its mishaps bring them up. Whoever walks along may look at each in any size.

import { PDFDocument, StandardFonts } from "../../web/vendor/pdf-lib/dist/pdf-lib.esm.min.js";
import { chromiumTab, Tab } from "./browsers.js";
import { Daemon } from "./daemon.js";
import { admit, arrive, card, clinician, CLINICIAN, FARID, inCall, MARIA, openElsewhen, setRules, wholeLink } from "./people.js";
import { hears, sees } from "./proof.js";

/** @typedef {import("playwright-core").Browser} Browser */
/** Called at each screen, which stays as it is meanwhile. @typedef {(screen: string, tab: Tab) => Promise<void>} Look */

/** As a link to another practice has it. */
export const OTHER_KEY = "#k=DVqn9EGO2yh1wg9cqfZDkLx2";
export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1440, height: 900 };

/** Two walks side by side, which meet nobody of each other. @param {Browser} browser @param {Daemon} daemon of the visit @param {Look} look */
export async function tour(browser, daemon, look) {
  await Promise.all([visit(browser, daemon, look), wrongTurns(browser, look)]);
}

/** @param {Browser} browser @param {Daemon} daemon @param {Look} look */
async function visit(browser, daemon, look) {
  const unopened = await chromiumTab(browser, { viewport: PHONE });
  await unopened.open(daemon.patientLink);
  await unopened.see('[data-screen="P0-unopened"]');
  await look("p0-unopened", unopened);
  daemon.manage(["privacy", "announce", "--from", "2999-01-01", "We will send text messages by Example SMS in Zürich."]);
  await unopened.open(new URL("/privacy", daemon.patientLink).href);
  await unopened.see('[data-screen="privacy"] [data-class="accounts"]');
  await look("privacy", unopened);
  await unopened.close();
  const staff = await firstRun(browser, daemon, look);
  await keys(browser, staff, daemon, look);
  const patient = await chromiumTab(browser, { viewport: PHONE });
  await intoTheLine(patient, staff, browser, daemon, look);
  await call(patient, staff, look);
  await ends(patient, staff, browser, daemon, look);
}

/** V0 and the empty V1. @param {Browser} browser @param {Daemon} daemon @param {Look} look */
async function firstRun(browser, daemon, look) {
  const staff = await chromiumTab(browser, { viewport: DESK });
  await staff.open(daemon.staffLink);
  await staff.see('[data-screen="V0"] #f-title');
  await look("v0-who", staff);
  await staff.fill("#f-title", CLINICIAN);
  await staff.fill("#f-practice", "Praxis am Park");
  await staff.fill("#f-help_phone", "030 12 34 56");
  await staff.act("enrol-save");
  await staff.see("[data-link]");
  await look("v0-link", staff);
  await staff.act("open-room");
  await staff.see('[data-screen="V1"]');
  await staff.see("[data-announcement]");
  await look("v1-empty", staff);
  await staff.act("announcement-read");
  await staff.see("main:not(:has([data-announcement]))");
  await staff.act("account");
  await staff.see('[data-screen="account"] [data-session]');
  await look("v-account", staff);
  await staff.act("close");
  await staff.act("check-devices");
  await staff.see("dialog [data-own-camera]");
  await look("v1-devices", staff);
  await staff.act("close");
  return staff;
}

/** What the practice and its patients see of the practice's keys. @param {Browser} browser @param {Tab} staff @param {Daemon} daemon @param {Look} look */
async function keys(browser, staff, daemon, look) {
  await staff.act("show-qr");
  await staff.see("dialog .qr");
  await look("v1-qr", staff);
  await staff.act("close");
  await staff.act("invite");
  await staff.see('dialog[data-screen="invite"]');
  await look("v1-invite", staff);
  await staff.fill("#invite-at", "2026-12-01T10:30");
  await staff.click("dialog summary");
  await staff.act("invite-agreed");
  await staff.act("invite-code");
  await staff.see("dialog .qr");
  await look("v1-invite-ways", staff);
  await staff.act("close");
  await staff.act("paper");
  await staff.see("dialog [data-seed]");
  await look("v1-paper", staff);
  await staff.act("close");

  const second = await chromiumTab(browser, { viewport: DESK });
  await second.open(daemon.newStaffLink());
  await second.act("enrol-save");
  await second.act("open-room");
  await second.see('[data-banner="stranger"]');
  await look("v1-stranger", second);
  await second.act("keys-lost");
  await second.see("dialog #seed");
  await look("v1-keys-lost", second);
  await staff.see('[data-banner="offer"]');
  await look("v1-offer", staff);
  await staff.act("offer-answer");
  await staff.see("dialog #accept-name");
  await look("v1-accept", staff);
  await staff.act("accept");
  await second.see("[data-link]");
  await second.close();
  await staff.act("browsers");
  await staff.see('dialog [data-member="clinician"]');
  await look("v1-browsers", staff);
  await staff.act("policy-prefer");
  await staff.see('dialog[data-screen="prefer"]');
  await look("v1-prefer", staff);
  await staff.act("not-now");
  await staff.act("policy-insist");
  const insisted = await chromiumTab(browser, { viewport: PHONE });
  await insisted.open(daemon.patientLink);
  await insisted.see('[data-screen="P0-code"]');
  await look("p0-code-first", insisted);
  await insisted.close();
  await staff.act("policy-require");
  await staff.act("revoke");
  await staff.see('dialog[data-screen="revoke"]');
  await look("v1-revoke", staff);
  await staff.act("confirm-revoke");
  await staff.act("paper-later");

  const link = await wholeLink(staff);
  const patient = await chromiumTab(browser, { viewport: PHONE });
  await patient.open(daemon.patientLink);
  await patient.act("have-code");
  await patient.see('dialog[data-screen="code"]');
  await patient.act("code-send");
  await patient.see("#code-problem");
  await look("p0-code", patient);
  await patient.close();
  const warned = await chromiumTab(browser, { viewport: PHONE });
  await warned.open(daemon.patientLink + OTHER_KEY);
  await warned.see('[data-screen="different"]');
  await look("e-different", warned);
  await warned.open(link);
  await warned.see('[data-trust="link"]');
  await look("p0-verified", warned);
  await warned.close();
}

/** A page to which the daemon says something else than it did: what takes it two hundred visits, ten minutes or another version.
 * @param {Browser} browser @param {(message: any) => object} change */
async function changing(browser, change) {
  const tab = await chromiumTab(browser, { viewport: PHONE });
  await tab.page.routeWebSocket(/\/ws$/, (/** @type {import("playwright-core").WebSocketRoute} */ page) => {
    const daemon = page.connectToServer();
    daemon.onMessage((text) => page.send(JSON.stringify(change(JSON.parse(String(text))))));
  });
  return tab;
}

/** What goes wrong before anything went right, at a practice of its own. @param {Browser} browser @param {Look} look */
async function wrongTurns(browser, look) {
  const daemon = await Daemon.start();
  try {
    const staff = await clinician(browser, daemon);
    await turnWrong(browser, daemon, look);
    await staff.close();
  } finally {
    await daemon.stop();
  }
}

/** @param {Browser} browser @param {Daemon} daemon whose link for staff is used @param {Look} look */
async function turnWrong(browser, daemon, look) {
  const lost = await chromiumTab(browser, { viewport: PHONE });
  await lost.open(new URL("/a/nobody-here", daemon.patientLink).href);
  await lost.see('[data-screen="wrong-link"]');
  await look("e-wrong-link", lost);
  await lost.open(daemon.staffLink); // Used by now.
  await lost.see('[data-screen="link-used"]');
  await look("v-link-used", lost);
  await lost.close();

  const old = await chromiumTab(browser, { viewport: PHONE });
  await old.page.addInitScript(() => Reflect.deleteProperty(window, "RTCPeerConnection"));
  await old.open(daemon.patientLink);
  await old.see('[data-screen="unsupported"]');
  await look("e-unsupported", old);
  await old.close();

  const inside = await chromiumTab(browser, { viewport: PHONE, userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 350.0" });
  await inside.open(daemon.patientLink);
  await inside.see('[data-screen="in-app"]');
  await look("e-in-app", inside);
  await inside.close();

  const old_page = await changing(browser, (message) => message.kind === "welcome" ? { kind: "error", code: "unsupported_protocol", text: "", request: null } : message);
  await old_page.open(daemon.patientLink);
  await old_page.see('[data-screen="outdated"]');
  await look("e-outdated", old_page);
  await old_page.close();

  const crowded = await changing(browser, (message) => message.kind === "area" ? { ...message, area: { ...message.area, waiting: 200, full: true } } : message);
  await crowded.open(daemon.patientLink);
  await crowded.see('[data-screen="P0-full"]');
  await look("p0-full", crowded);
  await crowded.close();

  const late = await changing(browser, (message) => message.patient ? { ...message, patient: { ...message.patient, state: "expired", position: null, rejoin_ms: 1_200_000 } } : message);
  await late.open(daemon.patientLink);
  await late.see('[data-screen="P0"]');
  await late.fill("#name", "Mia Lang");
  await late.act("check-in");
  await late.see('[data-screen="expired"]');
  await look("e-expired", late);
  await late.close();

  const pocket = await changing(browser, (message) => message.patient ? { ...message, patient: { ...message.patient, state: "waiting", tell_by: ["mail", "sms"] } } : message);
  await pocket.open(daemon.patientLink);
  await pocket.see('[data-screen="P0"]');
  await pocket.fill("#name", "Ole Berg");
  await pocket.act("check-in");
  await pocket.click("[data-tell] summary");
  await pocket.act("tell");
  await pocket.see("#tell-problem");
  await look("p3-tell", pocket);
  await pocket.close();

  const poor = await chromiumTab(browser, { viewport: PHONE });
  await poor.page.addInitScript(() => (navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotFoundError"))));
  await arrive(poor, daemon, "Jan Novak");
  await poor.act("allow");
  await poor.see('[data-problem="camera-absent"]');
  await look("e-absent", poor);
  await poor.close();

  const refusing = await chromiumTab(browser, { viewport: PHONE, permissions: ["geolocation"] });
  await arrive(refusing, daemon, FARID);
  await refusing.act("allow");
  await refusing.see("[data-problem]");
  await look("e-denied", refusing);
  await refusing.close();
}

/** P0 to P4, V1 with people in line, V2. @param {Tab} patient @param {Tab} staff @param {Browser} browser @param {Daemon} daemon @param {Look} look */
async function intoTheLine(patient, staff, browser, daemon, look) {
  await patient.open(daemon.patientLink);
  await patient.see('[data-screen="P0"]');
  await look("p0-check-in", patient);
  await dressed(patient, staff, browser, look);
  await patient.act("knows");
  await patient.see('dialog[data-screen="knows"]');
  await look("p0-knows", patient);
  await patient.act("close");
  await patient.fill("#name", MARIA);
  await patient.act("check-in");
  await patient.see('[data-screen="P1"]');
  await look("p1-permission", patient);
  await patient.act("allow");
  await patient.see('[data-device="camera"][data-state="works"]');
  await look("p2-preview", patient);
  await patient.act("set-up-done");
  await patient.see('[data-screen="P3"]');
  await look("p3-waiting", patient);

  const later = await chromiumTab(browser, { viewport: PHONE });
  await arrive(later, daemon, "Ines Ferreira");
  await staff.see(card("Ines Ferreira", "arriving"));
  await look("v1-queue", staff);
  await staff.click(`${card(MARIA, "waiting")} [data-action="menu"]`);
  await staff.see('[data-action="remove"]');
  await look("v1-menu", staff);
  await staff.act("memo");
  await staff.see('dialog[data-screen="memo"]');
  await look("v1-memo", staff);
  await staff.fill("#memo", "Is hard of hearing. Please speak slowly.");
  await staff.act("memo-save");
  await staff.see('[data-memo="read"]');
  await look("v1-memo-card", staff);
  await later.close();

  await patient.page.context().setOffline(true);
  await patient.see('[data-screen="offline"]');
  await look("e-offline", patient);
  await staff.see(card(MARIA, "away"));
  await look("v1-away", staff);
  await patient.page.context().setOffline(false);
  await patient.see('[data-screen="P3"]');

  await staff.click(`${card(MARIA, "waiting")} [data-action="start"]`);
  await staff.see('[data-screen="V2"]');
  await look("v2-confirm", staff);
  await staff.act("confirm");
  await patient.see('[data-screen="P4"]');
  await patient.page.keyboard.press("Shift"); // A touch stops the countdown.
  await look("p4-your-turn", patient);
  await staff.see(card(MARIA, "called"));
  await look("v1-called", staff);
}

/** The practice's own look, at the desk and for those who come in; undressed again at the end. @param {Tab} patient at P0 @param {Tab} staff @param {Browser} browser @param {Look} look */
async function dressed(patient, staff, browser, look) {
  const [logo, sheet] = [await drawnLogo(staff), await PDFDocument.create()];
  sheet.addPage().drawText("How to measure your blood pressure", { x: 50, y: 700 });
  await staff.act("look");
  await staff.act("has-colour");
  await staff.fill("#accent", "#9aa5ff");
  await staff.see('#accent-says.error');
  await look("v-look-pale", staff);
  await staff.fill("#accent", "#5b2a86");
  await staff.fill("#welcome", "# Welcome\nPlease have ready:\n- your **health card**\n- a list of your medicines");
  await staff.act("look-save");
  await staff.see('[data-saved="texts"]');
  await staff.page.setInputFiles("#look-logo", { name: "logo.png", mimeType: "image/png", buffer: logo });
  await staff.see('[data-set="logo"]');
  await staff.page.setInputFiles("#look-show", { name: "sheet.pdf", mimeType: "application/pdf", buffer: Buffer.from(await sheet.save()) });
  await staff.see('[data-set="show"]');
  await look("v-look", staff);
  await patient.see(".accented .corridor .logo");
  await patient.see("[data-welcome]");
  await look("p0-dressed", patient);
  const waiting = await chromiumTab(browser, { viewport: PHONE });
  await waiting.open(patient.page.url());
  await waiting.fill("#name", "Ines Ferreira");
  await waiting.act("check-in");
  await waiting.act("allow");
  await waiting.act("set-up-done");
  await waiting.act("sheet");
  await waiting.see('[data-sheet="open"] [data-drawn]');
  await look("p3-dressed", waiting);
  await waiting.act("leave");
  await waiting.close();
  await staff.act("remove-logo");
  await staff.see('[data-saved="logo"]');
  await staff.act("remove-show");
  await staff.see('[data-saved="show"]');
  await staff.act("has-colour");
  await staff.fill("#welcome", "");
  await staff.act("look-save");
  await staff.see('[data-saved="texts"]');
  await staff.act("look-back");
  await patient.see('.corridor main:not(:has([data-welcome]))');
}

/** @param {Tab} tab @returns {Promise<Buffer>} a PNG */
async function drawnLogo(tab) {
  const url = await tab.run(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 400, height: 120 });
    const brush = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    Object.assign(brush, { fillStyle: "#5b2a86", font: "bold 56px sans-serif" }).fillText("Park clinic", 20, 80);
    return canvas.toDataURL("image/png");
  });
  return Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
}

/** P5, V3 and what opens over them. @param {Tab} patient @param {Tab} staff @param {Look} look */
async function call(patient, staff, look) {
  await patient.act("go-in");
  await inCall(patient);
  await staff.see('[data-screen="V3"][data-path="connected"]');
  await Promise.all([sees(patient, "the patient"), sees(staff, "the clinician"), hears(patient, "the patient")]);
  await look("p5-call", patient);
  await look("v3-call", staff);
  for (const dialog of ["lock", "options"]) {
    await patient.act(dialog);
    await patient.see(`dialog[data-screen="${dialog}"]`);
    await look(`p5-${dialog}`, patient);
    await patient.act("close");
  }
  await staff.act("lock");
  await staff.act("compare-words");
  for (const tab of [staff, patient]) await tab.see("dialog [data-words]");
  await look("v3-words", staff);
  await look("p5-words", patient);
  for (const tab of [staff, patient]) {
    await tab.act("words-same");
    await tab.act("close");
    await tab.see('[data-lock="words"]');
  }
  await patient.act("chat");
  await patient.see('[data-action="chat-send"]:not([aria-disabled])');
  await patient.fill('[name="text"]', "Good morning, doctor. Can you hear me well?");
  await patient.act("chat-send");
  await patient.see(".msg--me");
  await look("p5-chat", patient);
  await patient.act("chat-close");
  await staff.act("chat");
  await staff.see(".msg");
  await look("v3-chat", staff);
  await staff.act("chat-close");
  await photo(patient, staff, look);
  await forms(patient, staff, look);
  await patient.act("options");
  await patient.see('[data-answer="photo"]');
  await look("p5-answers", patient);
  await patient.act("knows");
  await patient.see('dialog[data-screen="knows"] [data-what="name"]');
  await look("p5-knows", patient);
  await patient.act("close");
  await staff.run(fakeScreen);
  await staff.act("share");
  await staff.see('[data-note="sharing"]');
  await patient.see('video[data-video="screen"]');
  await look("v3-sharing", staff);
  await look("p5-screen", patient);
  await staff.act("share-stop");
  await staff.act("hold");
  await patient.see('[data-screen="held"]');
  await look("p5-held", patient);
  await look("v3-held", staff);
  await staff.act("resume");
  await inCall(patient);
  await patient.page.context().setOffline(true);
  await patient.see('dialog[data-screen="reconnecting"]');
  await look("e-reconnecting", patient);
  await patient.page.context().setOffline(false);
  await inCall(patient);
}

/** Staff ask for a photo, and the patient agrees twice. @param {Tab} patient @param {Tab} staff @param {Look} look */
async function photo(patient, staff, look) {
  await staff.act("tools");
  await look("v3-tools", staff);
  await staff.act("photo-ask");
  await patient.see('[data-screen="consent"]');
  await look("p5-consent", patient);
  await patient.act("consent-yes");
  await patient.see('[data-screen="photo"][data-step="look"]');
  await look("p5-photo", patient);
  await patient.act("shutter");
  await patient.see('[data-screen="photo"][data-step="agree"] canvas');
  await look("p5-photo-agree", patient);
  await patient.act("photo-send");
  await staff.see('[data-action="save-file"]');
  await look("v3-files", staff);
  await staff.act("chat-close");
  await patient.act("chat");
  await patient.see("[data-file]");
  await look("p5-files", patient);
  await patient.act("chat-close");
}

/** A form that comes with the page is signed; one of the clinic, a PDF, is read and not signed. @param {Tab} patient @param {Tab} staff @param {Look} look */
async function forms(patient, staff, look) {
  await staff.act("tools");
  await staff.act("form-template");
  await patient.see('[data-screen="form"]');
  await look("p5-form", patient);
  await patient.act("form-type");
  await patient.fill("#form-name", MARIA);
  await look("p5-form-typed", patient);
  await patient.act("form-sign");
  await patient.see('[data-screen="form-signed"][data-step="kept"]');
  await look("p5-form-signed", patient);
  await patient.act("form-close");
  await patient.act("form-close"); // Without saving: it asks once.
  await staff.see('[data-form="signed"]');
  await look("v3-form", staff);
  await staff.act("form-save");
  await staff.act("form-done");
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  for (const clause of ["I have read what the treatment is for.", "I may withdraw at any time."]) pdf.addPage().drawText(clause, { x: 50, y: 700, font });
  await staff.page.setInputFiles("#form-own", { name: "Consent.pdf", mimeType: "application/pdf", buffer: Buffer.from(await pdf.save()) });
  await patient.see('[data-screen="form"] .pages [data-drawn]');
  await look("p5-form-pdf", patient);
  await patient.act("form-no");
  await staff.see('[data-form="declined"]');
  await staff.act("form-done");
  await staff.act("close-panel");
}

/** Runs in a page: whatever it shares from now on is a sheet of results with a clock that ticks. */
function fakeScreen() {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1280, height: 720 });
  const brush = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const rows = ["Haemoglobin 13.9 g/dl", "Leukocytes 6.2 /nl", "CRP below 5 mg/l", "TSH 2.1 mU/l"];
  const paint = () => {
    Object.assign(brush, { fillStyle: "#ffffff" }).fillRect(0, 0, 1280, 720);
    Object.assign(brush, { fillStyle: "#0f2f2a", font: "40px sans-serif" });
    [`Results, ${new Date().toLocaleTimeString("en-GB")}`, ...rows].forEach((row, at) => brush.fillText(row, 80, 120 + 100 * at));
  };
  setInterval(paint, 200);
  paint();
  navigator.mediaDevices.getDisplayMedia = async () => canvas.captureStream(5);
}

/** P6, V4, and every other way to be out. @param {Tab} patient @param {Tab} staff @param {Browser} browser @param {Daemon} daemon @param {Look} look */
async function ends(patient, staff, browser, daemon, look) {
  await staff.act("end");
  await staff.see('[data-action="end-visit"]');
  await look("v4-choice", staff);
  await staff.act("end-visit");
  await staff.see('[data-screen="V4"]');
  await look("v4-end", staff);
  await patient.see('[data-screen="P6"]');
  await look("p6-after", patient);
  await staff.act("back-to-room");

  // Somebody is taken out of the line; somebody leaves; somebody opens a second window.
  const removed = await chromiumTab(browser, { viewport: PHONE });
  await arrive(removed, daemon, "Jonas Weber");
  await staff.click(`${card("Jonas Weber", "arriving")} [data-action="menu"]`);
  await staff.act("remove");
  await staff.see('[data-action="confirm-remove"]');
  await look("v1-remove", staff);
  await staff.act("confirm-remove");
  await removed.see('[data-screen="removed"]');
  await look("e-removed", removed);
  await removed.close();

  const leaving = await chromiumTab(browser, { viewport: PHONE });
  await arrive(leaving, daemon, "Lea Roth");
  await leaving.act("allow");
  await leaving.act("set-up-done");
  const second = await leaving.page.context().newPage();
  const token = await leaving.run(() => ({ ...sessionStorage }));
  await second.addInitScript((/** @type {Record<string, string>} */ kept) => Object.assign(sessionStorage, kept), token);
  await second.goto(daemon.patientLink);
  await leaving.see('[data-screen="replaced"]');
  await look("e-replaced", leaving);
  await leaving.act("use-here");
  await leaving.see('[data-screen="P3"]');
  await leaving.act("leave");
  await leaving.see('[data-screen="left"]');
  await look("p6-left", leaving);
  await leaving.close();

  await staff.act("presence-closed");
  await staff.act("presence-save");
  const early = await chromiumTab(browser, { viewport: PHONE });
  await early.open(daemon.patientLink);
  await early.see('[data-screen="P0-closed"]');
  await look("p0-closed", early);
  await staff.act("presence-open");
  await setRules(staff, async () => {
    await openElsewhen(staff);
    await staff.act("entry-passcode");
    await staff.fill("#passcode", "Linden2026");
    await look("v1-rules", staff);
  });
  await early.see("[data-opens]");
  await look("p0-closed-hours", early);
  await look("v1-out-of-hours", staff);
  await setRules(staff, () => staff.act("has-hours"));
  await early.see("#passcode");
  await early.fill("#name", "Eve");
  await early.fill("#passcode", "wrong");
  await early.act("check-in");
  await early.see("#passcode-problem");
  await look("p0-passcode", early);
  await staff.act("visit-link");
  await staff.see('[data-action="visit-link-make"]');
  await look("v1-visit-link-new", staff);
  await staff.click('[data-action="visit-link-make"][data-days="7"]');
  await staff.see("[data-visit-link]");
  await look("v1-visit-link", staff);
  await staff.act("close");
  await setRules(staff, () => staff.act("entry-invited"));
  await early.see('[data-screen="P0-invited"]');
  await look("p0-invited", early);
  await setRules(staff, () => staff.act("entry-anyone"));
  await early.close();

  await staff.page.context().setOffline(true);
  await staff.see('[data-banner="lost"]');
  await look("v1-lost", staff);
  await staff.page.context().setOffline(false);
  await staff.see("[data-live]");
  await staff.act("sign-out");
  await staff.see('[data-screen="signed-out"]');
  await look("v-signed-out", staff);
  await staff.open(daemon.newStaffLink());
  await staff.act("enrol-save");
  await staff.act("open-room");
  await lastCall(patient, staff, browser, daemon, look);
}

/** A call that moves to another window of the clinician, and goes on while the daemon is told to stop.
 * @param {Tab} patient whose visit is over @param {Tab} staff @param {Browser} browser @param {Daemon} daemon @param {Look} look */
async function lastCall(patient, staff, browser, daemon, look) {
  await patient.act("rejoin");
  await admit(staff, MARIA);
  await inCall(patient);
  await staff.see('[data-screen="V3"][data-path="connected"]');
  const other = new Tab(await staff.page.context().newPage());
  await other.page.setViewportSize(DESK);
  await other.open(new URL("/staff", daemon.patientLink).href);
  await other.see('[data-screen="V3"][data-path="connected"]');
  await staff.see('[data-screen="replaced"]');
  await look("v-replaced", staff);

  daemon.signal("SIGTERM");
  const late = await chromiumTab(browser, { viewport: PHONE });
  await late.open(daemon.patientLink);
  await late.see('[data-screen="P0-draining"]');
  await look("p0-draining", late);
  await patient.see(".note");
  await look("p5-draining", patient);
  await Promise.all([late, patient, staff].map((tab) => tab.close()));
}
