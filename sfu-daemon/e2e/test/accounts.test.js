// Accounts of staff, in real browsers: a password, a second factor, too many tries, and what an assistant sees.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { chromiumTab, firefoxTab, launchChromium, launchFirefox } from "../lib/browsers.js";
import { Daemon } from "../lib/daemon.js";
import { card, checkIn, clinician, practice } from "../lib/people.js";
import { eventually } from "../lib/wait.js";

const TEMPORARY = "lamp river seventeen";
const PASSWORD = "green teapot by the window";

/** @type {import("playwright-core").Browser} */ let chromium;

before(async () => {
  chromium = await launchChromium();
});
after(() => chromium.close());

/** What an app with this secret shows so many half minutes from now (RFC 6238). @param {string} secret base32 @param {number} [ahead] */
function code(secret, ahead = 0) {
  const bits = [...secret].map((sign) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(sign).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g)?.map((byte) => parseInt(byte, 2)) ?? []);
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
  const tag = createHmac("sha1", key).update(step).digest();
  const word = tag.readUInt32BE((tag[19] ?? 0) & 15) & 0x7fffffff;
  return String(word % 1_000_000).padStart(6, "0");
}

/** @param {import("../lib/browsers.js").Tab} tab @param {string} login @param {string} password */
async function enter(tab, login, password) {
  await tab.fill("#username", login);
  await tab.fill("#password", password);
  await tab.act("sign-in");
}

/** The first sign-in, up to the words for a lost phone; gives the secret. @param {import("../lib/browsers.js").Tab} tab @param {string} url */
async function firstSignIn(tab, url) {
  await tab.open(url);
  await enter(tab, "ada", TEMPORARY);
  await tab.see('form[data-step="new_password"]');
  await tab.fill("#new-password", "password1");
  await tab.act("sign-in");
  await tab.see('[data-problem="common"]');
  await tab.fill("#new-password", PASSWORD);
  await tab.act("sign-in");
  await tab.see('form[data-step="factor"] svg.qr');
  const secret = (await tab.run(() => document.querySelector("[data-secret]")?.getAttribute("data-secret"))) ?? "";
  await tab.fill("#code", "000000");
  await tab.act("sign-in");
  await tab.see('[data-problem="mistyped"]');
  await tab.fill("#code", code(secret));
  await tab.act("sign-in");
  await tab.see('[data-step="words"] [data-recovery]');
  return secret;
}

for (const [name, launch] of /** @type {const} */ ([["Chromium", null], ["Firefox", launchFirefox]])) {
  test(`whoever gets a temporary password changes it, sets up an app, and signs in with both, in ${name}`, async (t) => {
    const daemon = await Daemon.start();
    t.after(() => daemon.stop());
    daemon.manage(["user", "add", "ada", "--name", "Dr. Ada", "--password"], TEMPORARY);
    const firefox = launch === null ? null : await launch();
    if (firefox !== null) t.after(() => firefox.close());
    const tab = firefox === null ? await chromiumTab(chromium) : await firefoxTab(firefox);
    t.after(() => tab.close());
    const url = new URL("/staff", daemon.patientLink).href;
    const secret = await firstSignIn(tab, url);
    await tab.act("words-written");
    await tab.see('[data-screen="V1"]');
    await tab.act("sign-out");
    await tab.see('form[data-step="password"]');
    assert.equal(await tab.run(() => document.querySelector("#password")?.getAttribute("autocomplete")), "current-password");
    await enter(tab, "ada", PASSWORD);
    await tab.see('form[data-step="code"]');
    await tab.fill("#code", code(secret, 1));
    await tab.act("sign-in");
    await tab.see('[data-screen="V1"]');
    await tab.act("account");
    await tab.see('[data-screen="account"] [data-session="own"]');
    await tab.act("sessions-out");
    await tab.see('form[data-step="password"]');
    // Of refused sign-ins the browser itself complains.
    assert.deepEqual(tab.complaints.filter((complaint) => !/40[13]|401/.test(complaint)), []);
  });
}

test("who came by a link adds a passkey, signs in with it alone, and removes it", async (t) => {
  const daemon = await Daemon.start();
  t.after(() => daemon.stop());
  const tab = await chromiumTab(chromium);
  t.after(() => tab.close());
  // A device that knows its owner, who always says yes.
  const device = await tab.page.context().newCDPSession(tab.page);
  await device.send("WebAuthn.enable");
  await device.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
  await tab.open(daemon.staffLink);
  await tab.see('[data-screen="V0"]');
  await tab.open(new URL("/staff", daemon.patientLink).href);
  await tab.act("account");
  await tab.act("passkey");
  await tab.fill("#passkey-label", "My laptop");
  await tab.act("account-save");
  await tab.see("[data-saved]");
  await tab.see("[data-passkey]");
  await tab.act("passkey");
  await tab.act("account-save");
  await tab.see('[data-problem="known"]');
  await tab.act("account-back");
  await tab.act("sessions-out");
  await tab.act("sign-in-passkey");
  await tab.act("account");
  await tab.act("passkey-gone");
  await tab.act("account-save");
  await tab.see("[data-saved]");
  assert.equal(await tab.run(() => document.querySelectorAll("[data-passkey]").length), 0);
  await tab.act("sessions-out");
  await tab.act("sign-in-passkey");
  await tab.see('[data-problem="unknown"]');
  // By a number instead of a name there are none, and the page says why.
  const byNumber = new URL("/staff", daemon.patientLink);
  byNumber.hostname = "127.0.0.1";
  await tab.open(byNumber.href);
  await tab.act("sign-in-passkey");
  await tab.see('[data-problem="address"]');
  assert.deepEqual(tab.complaints.filter((complaint) => !/40[13]|422/.test(complaint)), []);
});

test("twenty wrong passwords block sign-ins, and patients check in all the same", async (t) => {
  const { daemon, staff } = await practice(t, chromium);
  const [tab, patient] = [await chromiumTab(chromium), await chromiumTab(chromium)];
  t.after(() => Promise.all([tab.close(), patient.close()]));
  await tab.open(new URL("/staff", daemon.patientLink).href);
  for (let tries = 1; tries < 20; tries++) {
    await enter(tab, "admin", `wrong ${tries}`);
    await eventually(() => daemon.metric("anteroom_limit_reached_total", 'limit="sign_in_refused"'), (count) => count === tries, "failures that are counted");
    await tab.see('form[data-step="password"] [data-action="sign-in"]:not([aria-disabled])');
  }
  await enter(tab, "admin", "wrong");
  await tab.see('[data-problem="blocked"]');
  await checkIn(patient, daemon, "Maria");
  await staff.see(card("Maria", "waiting"));
});

test("an assistant sees the line and can start nobody", async (t) => {
  const { daemon, staff } = await practice(t, chromium);
  const link = daemon.manage(["user", "add", "front", "--name", "Front desk", "--role", "assistant"]).trim();
  const [assistant, patient] = [await chromiumTab(chromium), await chromiumTab(chromium)];
  t.after(() => Promise.all([assistant.close(), patient.close()]));
  await assistant.open(new URL(new URL(link).pathname + new URL(link).hash, daemon.patientLink).href);
  await assistant.see("[data-assistant]");
  await checkIn(patient, daemon, "Maria");
  await staff.see(card("Maria", "waiting"));
  await assistant.see('li[data-ticket][data-state="waiting"]');
  assert.equal(await assistant.run(() => document.querySelectorAll('[data-action="start"], [data-action="edit-area"], [data-action="check-devices"]').length), 0);
  await staff.see('[data-action="start"]');
});
