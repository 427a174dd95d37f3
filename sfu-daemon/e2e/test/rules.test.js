// Who may come in, and when, as staff set it and patients meet it; and how staff learn that somebody waits.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { chromiumTab, launchChromium } from "../lib/browsers.js";
import { admit, arrive, card, checkIn, end, FARID, inCall, MARIA, openElsewhen, practice, setRules, wholeLink } from "../lib/people.js";
import { eventually } from "../lib/wait.js";

/** @type {import("playwright-core").Browser} */ let chromium;

before(async () => {
  chromium = await launchChromium();
});
after(() => chromium?.close());

test("hours close the door and say when it opens, a passcode and a link for one visit open it", async (t) => {
  const { staff } = await practice(t, chromium);
  const patient = await chromiumTab(chromium);
  t.after(() => patient.close());
  const link = await wholeLink(staff);
  const rules = (/** @type {() => Promise<unknown>} */ fill) => setRules(staff, fill);
  await inviteInSecret(staff, link);

  await rules(() => openElsewhen(staff));
  await staff.see("[data-out-of-hours]");
  await patient.open(link);
  await patient.see('[data-screen="P0-closed"] [data-opens]');
  await patient.see('[data-hours]:has-text("8:00")');
  await patient.see('[data-screen="P0-closed"]:has-text("In an emergency please call 112.")');

  await rules(async () => {
    await staff.act("has-hours");
    await staff.act("entry-passcode");
    await staff.fill("#passcode", "abc");
    await staff.act("rules-save");
    await staff.see('[data-screen="rules"] #passcode:invalid');
    await staff.fill("#passcode", "Linden2026");
  });
  await patient.see('[data-screen="P0"] #passcode');
  await patient.fill("#name", MARIA);
  await patient.fill("#passcode", "wrong");
  await patient.act("check-in");
  await patient.see("#passcode-problem");
  await patient.fill("#passcode", "linden 2026");
  await patient.act("check-in");
  await patient.see('[data-screen="P1"]');
  await staff.see(card(MARIA, "arriving"));

  await staff.act("visit-link");
  await staff.click('[data-action="visit-link-make"][data-days="7"]');
  await staff.see("[data-visit-link]");
  const once = (await staff.run(() => document.querySelector("[data-visit-link]")?.getAttribute("data-visit-link"))) ?? "";
  await staff.act("close");
  await rules(() => staff.act("entry-invited"));
  const [invited, late, stranger] = await Promise.all([1, 2, 3].map(() => chromiumTab(chromium)));
  if (invited === undefined || late === undefined || stranger === undefined) throw new Error("no tabs");
  t.after(() => Promise.all([invited, late, stranger].map((tab) => tab.close())));
  await stranger.open(link);
  await stranger.see('[data-screen="P0-invited"]');
  await arrive(invited, { patientLink: once }, FARID);
  await late.open(once);
  await late.see('[data-screen="P0"]');
  await late.fill("#name", "Eve");
  await late.act("check-in");
  await late.see('[data-screen="P0-invited"] [data-link-used]');
});

/** Every way to hand a link over is built in the page: the server is asked for nothing. @param {import("../lib/browsers.js").Tab} staff @param {string} link */
async function inviteInSecret(staff, link) {
  /** @type {string[]} */ const asked = [];
  const listen = (/** @type {import("playwright-core").Request} */ request) => /^http(?!.*\/icons\.svg$)/.test(request.url()) && asked.push(request.url()); // The icons are kept, if not by a page from a folder.
  staff.page.on("request", listen);
  await staff.run(() => {
    const send = WebSocket.prototype.send;
    Object.assign(window, { said: [] });
    WebSocket.prototype.send = function (data) {
      /** @type {any} */ (window).said.push(data);
      send.call(this, data);
    };
  });
  await staff.act("invite");
  await staff.see('[data-action="sms-locked"]');
  await staff.page.locator("#invite-reads").selectOption("de");
  await staff.fill("#invite-at", "2026-12-01T10:30");
  await staff.act("invite-agreed");
  await staff.act("invite-code");
  await staff.see("dialog .qr");
  const href = (/** @type {string} */ action) => staff.page.locator(`dialog [data-action="${action}"]`).getAttribute("href");
  const [mail, text] = [new URL((await href("mail")) ?? ""), new URL((await href("sms")) ?? "")];
  for (const { searchParams } of [mail, text]) assert.ok(searchParams.get("body")?.split(/\r?\n/).includes(link), "the whole link");
  assert.match(mail.searchParams.get("subject") ?? "", /^Ihre Videosprechstunde bei Dr. Hoffmann$/);
  const [file] = await Promise.all([staff.page.waitForEvent("download"), staff.act("invite-calendar")]);
  const calendar = readFileSync(await file.path(), "utf8").replaceAll("\r\n ", "");
  assert.ok(file.suggestedFilename().endsWith(".ics") && calendar.includes(`LOCATION:${link}\r\n`), calendar);
  await staff.act("close");
  staff.page.off("request", listen);
  const said = await staff.run(() => /** @type {string[]} */ (/** @type {any} */ (window).said).filter((message) => !/"(ping|touched)"/.test(message)));
  assert.deepEqual([asked, said], [[], []]);
}

test("staff who look elsewhere are told that somebody waits, never who, and nothing rings in a call", async (t) => {
  const { daemon, staff } = await practice(t, chromium);
  // A spy in the place of what the computer would show and play.
  await staff.run(() => {
    const told = { notes: /** @type {string[]} */ ([]), tones: 0 };
    Object.assign(globalThis, {
      told,
      Notification: class {
        static permission = "granted";
        static requestPermission = async () => "granted";
        /** @param {string} title @param {object} more */
        constructor(title, more) {
          told.notes.push(JSON.stringify([title, more]));
        }
        close() {}
      },
    });
    document.hasFocus = () => false;
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) {
      told.tones += 1;
      return start.apply(this, when);
    };
  });
  const told = () => staff.run(() => /** @type {{ told: { notes: string[], tones: number } }} */ (/** @type {unknown} */ (globalThis)).told);
  await staff.act("notes");
  await staff.see('[data-action="notes"]:checked');
  const [first, second] = [await chromiumTab(chromium), await chromiumTab(chromium)];
  t.after(() => Promise.all([first, second].map((tab) => tab.close())));
  await checkIn(first, daemon, MARIA);
  const { notes } = await eventually(told, ({ notes, tones }) => notes.length === 1 && 0 < tones, "a note and a bell");
  assert.ok(!notes.join().includes("Maria"), notes.join());
  assert.match(await staff.page.title(), /^\(1\)/);
  assert.match(await staff.run(() => document.querySelector("link[rel=icon]")?.getAttribute("href") ?? ""), /icon-waiting\.svg$/);

  await admit(staff, MARIA);
  await inCall(first);
  await staff.see('[data-screen="V3"][data-path="connected"]');
  const before = await told();
  await arrive(second, daemon, FARID);
  await eventually(() => staff.page.title(), (title) => title.startsWith("(1)"), "the count in the call");
  assert.deepEqual((await told()).notes, before.notes);
  await end(staff);
});
