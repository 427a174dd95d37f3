// More than two: a guest comes by a link into the visit of somebody, staff add another patient, and all see and hear each other, sealed; who leaves
// or is let go, leaves alone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromiumTab, firefoxTab, launchChromium, launchFirefox } from "../lib/browsers.js";
import { fits } from "../lib/flaws.js";
import { checkIn, CLINICIAN, enterCall, FARID, inCall, MARIA, practice, wholeLink } from "../lib/people.js";
import { frames } from "../lib/proof.js";
import { eventually } from "../lib/wait.js";

/** @typedef {import("../lib/browsers.js").Tab} Tab */
/** @type {import("playwright-core").Browser} */ let chromium;
/** @type {Awaited<ReturnType<typeof launchFirefox>>} */ let firefox;

before(async () => {
  [chromium, firefox] = await Promise.all([launchChromium(), launchFirefox()]);
});
after(() => Promise.all([chromium?.close(), firefox?.close()]));

const ANA = "Ana Lima";

const FRAMES_MIN = 10;

/** What of each person has been decoded so far, by m-line. @param {Tab} tab @returns {Promise<Record<string, number>>} frames of a picture, or energy of a sound */
const received = (tab) => tab.run(async () => {
  const reports = [...(await /** @type {any} */ (window).connections.at(-1).getStats()).values()].filter(({ type }) => type === "inbound-rtp");
  return Object.fromEntries(reports.map(({ kind, mid, framesDecoded, totalAudioEnergy }) => [`${kind} ${mid}`, (kind === "video" ? framesDecoded : totalAudioEnergy) ?? 0]));
});

/** So many pictures move, no more, and as many voices are heard, from now on. (What a browser makes up for a voice that has stopped has energy, too.) @param {Tab} tab @param {string} who @param {number} people */
async function seesAndHears(tab, who, people) {
  const before = await received(tab);
  const grown = (/** @type {Record<string, number>} */ now, /** @type {string} */ kind, /** @type {number} */ by) => Object.entries(now).filter(([line, count]) => line.startsWith(kind) && (before[line] ?? 0) + by < count).length;
  await eventually(() => received(tab), (now) => grown(now, "video", FRAMES_MIN) === people && people <= grown(now, "audio", 0), `${who} to see and hear ${people}`);
}

/** Everybody's names by their tiles. @param {Tab} tab */
const names = (tab) => tab.run(() => [...document.querySelectorAll("[data-peer]")].map((tile) => {
  const caption = /** @type {HTMLElement} */ (tile.querySelector("figcaption")?.cloneNode(true));
  for (const more of caption.querySelectorAll(".sr, .chip")) more.remove();
  return caption.innerText.trim();
}).sort());

test("a guest comes by a link into the call, and another patient: all see and hear each other, sealed and by name; who leaves or is let go, leaves alone", async (t) => {
  const { staff } = await practice(t, chromium);
  const [patient, second, guest] = await Promise.all([chromiumTab(chromium), chromiumTab(chromium), firefoxTab(firefox)]);
  t.after(() => Promise.all([patient.close(), second.close(), guest.close()]));
  const home = await wholeLink(staff);
  await enterCall({ patientLink: home }, staff, patient);
  await staff.act("tools");
  await staff.act("invite-guest");
  await staff.see("dialog [data-guest-link]");
  const link = (await staff.run(() => document.querySelector("[data-guest-link]")?.getAttribute("data-guest-link"))) ?? "";
  await fits(staff, "v3-guest-link");
  await staff.act("close");

  await second.open(link);
  await second.see('[data-screen="P0"] [data-guest]');
  await fits(second, "p0-guest");
  await second.open("about:blank"); // To a browser, another link to the same page is the page that is there.
  await checkIn(guest, { patientLink: link }, FARID);
  await staff.see(`[data-note="guest-waits"]:has-text("${FARID}")`);
  assert.deepEqual(await names(patient), [CLINICIAN], "who waits is in no room with anybody");
  await staff.click('[data-note="guest-waits"] [data-action="add"]');
  await inCall(guest);
  const three = /** @type {const} */ ([[staff, "the clinician", [FARID, MARIA]], [patient, "the patient", [CLINICIAN, FARID]], [guest, "the guest", [CLINICIAN, MARIA]]]);
  await Promise.all(three.map(async ([tab, who, others]) => {
    await seesAndHears(tab, who, 2);
    assert.deepEqual(await names(tab), [...others].sort(), who);
    await tab.see("[data-peer].tile--speaks");
    assert.equal(await tab.run(() => document.querySelector("[data-keyless]")), null, who);
    await tab.see('[data-lock="link"], [data-lock="name"]');
    assert.equal((await frames(tab)).clear, 0, who);
  }));
  await guest.act("chat");
  await guest.fill('[name="text"]', "I interpret");
  await guest.act("chat-send");
  await patient.act("chat");
  await patient.see(`[data-testid="chat"] .msg:has-text("${FARID}"):has-text("I interpret")`);

  await Promise.all([fits(staff, "v3-people"), fits(patient, "p5-three")]);

  const person = `[data-person]:has-text("${FARID}")`;
  await staff.click(`${person} [data-action="hold-one"]`);
  await guest.see('[data-screen="held"]');
  await seesAndHears(patient, "the patient, while the guest is on hold", 1);
  await staff.click(`${person} [data-action="resume-one"]`);
  await inCall(guest);
  await seesAndHears(guest, "the guest, after the hold", 2);

  await checkIn(second, { patientLink: home }, ANA);
  await staff.click(`[data-person]:has-text("${ANA}") [data-action="add"]`);
  await inCall(second);
  const four = /** @type {const} */ ([...three, [second, "the second patient", [CLINICIAN, FARID, MARIA]]]);
  await Promise.all(four.map(([tab, who]) => seesAndHears(tab, who, 3)));
  await staff.click(`[data-person]:has-text("${ANA}") [data-action="let-go"]`);
  await second.see('[data-screen="P6"]');
  await Promise.all(three.map(async ([tab, who, others]) => {
    await eventually(() => names(tab), (now) => now.join() === [...others].sort().join(), `${who} to be with two again`);
    await seesAndHears(tab, who, 2);
  }));

  await guest.act("leave");
  await guest.see('[data-screen="P6"]');
  await Promise.all(three.slice(0, 2).map(async ([tab, who]) => {
    await eventually(() => names(tab), ({ length }) => length === 1, `${who} to be with one`);
    await seesAndHears(tab, who, 1);
  }));
  assert.equal(await guest.run(() => document.querySelector('[data-action="rejoin"], [data-action="check-in-again"]')), null, "the link has worked once");
  assert.deepEqual([...staff.complaints, ...patient.complaints, ...second.complaints, ...guest.complaints], []);
});
