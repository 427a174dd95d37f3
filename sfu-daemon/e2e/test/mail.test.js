// Mails that somebody waits and invitations, by a real mail server: when they come, what they say, how they end, and what is left of an address anywhere.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import test from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { chromiumTab, launchChromium } from "../lib/browsers.js";
import { Daemon } from "../lib/daemon.js";
import { certificate, Mailbox } from "../lib/mailbox.js";
import { admit, card, checkIn as checkInBy, clinician, MARIA } from "../lib/people.js";
import { checkIn, PlainStaff, wait } from "../lib/plain.js";
import { eventually } from "../lib/wait.js";

const LISTED = '[{name = "Mail", host = "localhost", purpose = "mails to staff", region = "in-house"}]';
const PUBLIC = "https://video.clinic.example";
const [LENA, ADA] = ["lena.canary@clinic.example", "ada.canary@clinic.example"];

/** @param {Mailbox} mailbox @param {string[]} more */
const start = (mailbox, ...more) => Daemon.start("--public-url", PUBLIC, "--subprocessors", LISTED, "--smtp-host", "localhost", "--smtp-port", String(mailbox.port),
  "--smtp-from", "Praxis <video@clinic.example>", ...more);

const SMS_SECRET = "a secret of the gateway, 32 characters and more";

/** A mail server, a gateway for text messages (`busy`: how many it does not take at first), and a daemon that invites by both. @param {import("node:test").TestContext} t @param {string[]} more */
async function byBothWays(t, ...more) {
  const mailbox = await Mailbox.open({ disabledCommands: ["STARTTLS", "AUTH"], authOptional: true });
  /** What the gateway was sent. @type {{ signature: string, body: string }[]} */
  const texts = [];
  const sms = Object.assign(new EventEmitter(), { texts, busy: 0 });
  const gateway = createServer(async (request, response) => {
    texts.push({ signature: String(request.headers["anteroom-signature"]), body: await text(request) });
    response.writeHead(sms.busy-- > 0 ? 503 : 204).end();
    sms.emit("text");
  }).listen(0, "127.0.0.1");
  await once(gateway, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (gateway.address());
  const tls = certificate();
  const secret = `${tls.path}.secret`;
  writeFileSync(secret, SMS_SECRET);
  const daemon = await start(mailbox, "--smtp-tls", "none", "--invite-by-mail", "true", "--sms-url", `http://localhost:${port}/sms`, "--sms-secret-file", secret, ...more);
  t.after(async () => {
    await daemon.stop();
    gateway.close();
    await mailbox.close();
    tls.forget();
  });
  return { daemon, mailbox, sms };
}

test("staff who ask for it are written to within two seconds, without a name, until they follow the link in the mail", async (t) => {
  const tls = certificate();
  const password = `${tls.path}.password`;
  writeFileSync(password, "right\n");
  const mailbox = await Mailbox.open({ cert: tls.cert, key: tls.key, onAuth: (auth, _, done) => done(auth.password === "right" ? null : Object.assign(new Error("no"), { responseCode: 535 }), { user: auth.username }) });
  const daemon = await start(mailbox, "--smtp-roots", tls.path, "--smtp-user", "anteroom", "--smtp-password-file", password);
  t.after(async () => {
    await daemon.stop();
    await mailbox.close();
    tls.forget();
  });
  const lena = await PlainStaff.enter(daemon);
  const link = daemon.manage(["user", "add", "ada", "--name", "Dr. Ada"]).trim().split("\n").at(-1);
  const ada = await PlainStaff.enter(daemon, link);
  assert.deepEqual((await lena.get("/staff/session")).ways, { mail: true, push: null, invite: [] });

  assert.equal((await lena.post("/staff/account/mail", { address: "nobody@clinic.example", language: "en" })).status, 502, "the mail server has said so");
  assert.equal((await lena.post("/staff/account/mail", { address: `${LENA}, ${ADA}`, language: "en" })).status, 422);
  assert.equal((await lena.get("/staff/account")).mail, null);
  assert.equal((await lena.post("/staff/account/mail", { address: LENA, language: "de" })).status, 204);
  assert.equal((await ada.post("/staff/account/mail", { address: ADA, language: "en" })).status, 204);
  const first = await mailbox.mail(({ to }) => to.includes(LENA));
  assert.equal(first.subject, "Sie bekommen eine E-Mail, wenn jemand wartet");
  assert.ok(first.secure, "by STARTTLS");

  const before = Date.now();
  const patients = [await checkIn(daemon, "Canary Äpfel")];
  const mail = await mailbox.mail(({ subject, to }) => subject === "Jemand wartet" && to.includes(LENA));
  const took = Date.now() - before;
  assert.ok(took < 2_000, `${took} ms`);
  t.diagnostic(`from check-in to the mailbox: ${took} ms`);
  const off = /https:\S+\/staff\/mail-off\/\w+/.exec(mail.text ?? "")?.[0] ?? "";
  assert.ok(mail.text?.includes(`${PUBLIC}/staff\n`), mail.text);
  assert.match(off, new RegExp(`^${PUBLIC}`));
  assert.equal(mail.from?.text, '"Praxis" <video@clinic.example>');
  assert.match(JSON.stringify([...mail.headers]), /List-Unsubscribe=One-Click|list-unsubscribe/i);
  assert.ok(!/Canary|Äpfel|reception/.test(mail.text ?? ""), mail.text);
  await mailbox.mail(({ subject, to }) => subject === "Somebody is waiting" && to.includes(ADA));

  // The link works without a sign-in; the next arrivals are silent, for this person alone.
  const path = new URL(off).pathname;
  const here = daemon.origin;
  assert.equal((await fetch(here + path, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: "List-Unsubscribe=One-Click" })).status, 204);
  assert.equal((await fetch(here + path, { method: "POST" })).status, 404, "and is over");
  mailbox.mails = [];
  mailbox.busy = 1; // Not taken at the first try: it comes with the next one.
  patients.push(await checkIn(daemon, "Second"));
  await mailbox.mail(({ to }) => to.includes(ADA));
  patients.push(await checkIn(daemon, "Third"));
  await mailbox.mail(({ to }) => mailbox.mails.length === 2 && to.includes(ADA));
  assert.ok(mailbox.mails.every(({ to }) => !to.includes(LENA)));
  for (const patient of patients) patient.close();

  // What is kept is exported, as the published schema says, and can be read in no file, no log and no metric.
  const exported = JSON.parse(daemon.manage(["user", "export", "ada"]));
  assert.equal(exported.account.alert_mail, ADA);
  const fits = new Ajv2020({ allErrors: true }).compile(JSON.parse(daemon.ask("user", "export-schema").said));
  for (const one of [exported, JSON.parse(daemon.manage(["user", "export", "admin"]))]) assert.ok(fits(one), JSON.stringify(fits.errors));
  assert.ok(!fits({ ...exported, other: 1 }), "and nothing else");
  const said = daemon.stdout + daemon.stderr + (await daemon.metricsText());
  for (const canary of [ADA, LENA, "ada.canary", "nobody@", "Canary"]) {
    assert.ok(!said.includes(canary), canary);
    assert.ok(daemon.files().every(({ bytes }) => !bytes.includes(canary)), canary);
  }
  daemon.manage(["user", "erase", "ada"]);
  assert.ok(!JSON.stringify(daemon.manage(["user", "list"])).includes("ada"));
});

test("a mail server may take TLS from the first byte, or none on this machine; one that refuses the sign-in has nothing set", async (t) => {
  const mailbox = await Mailbox.open({ disabledCommands: ["STARTTLS"], authOptional: true, allowInsecureAuth: true, onAuth: (_, __, done) => done(Object.assign(new Error("no"), { responseCode: 535 })) });
  const tls = certificate();
  const password = `${tls.path}.password`;
  writeFileSync(password, "wrong");
  const encrypted = await Mailbox.open({ secure: true, cert: tls.cert, key: tls.key, disabledCommands: ["AUTH"], authOptional: true });
  const [wrapped, open, refused, unencrypted] = await Promise.all([
    start(encrypted, "--smtp-tls", "wrapper", "--smtp-roots", tls.path),
    start(mailbox, "--smtp-tls", "none"),
    start(mailbox, "--smtp-tls", "none", "--smtp-user", "anteroom", "--smtp-password-file", password),
    start(mailbox, "--smtp-roots", tls.path),
  ]);
  t.after(async () => {
    await Promise.all([wrapped, open, refused, unencrypted].map((daemon) => daemon.stop()));
    await Promise.all([mailbox.close(), encrypted.close()]);
    tls.forget();
  });
  const status = async (/** @type {Daemon} */ daemon) => (await (await PlainStaff.enter(daemon)).post("/staff/account/mail", { address: LENA, language: "en" })).status;
  assert.equal(await status(wrapped), 204);
  assert.ok(encrypted.mails[0]?.secure, "from the first byte");
  assert.equal(await status(open), 204);
  assert.equal(await status(refused), 502);
  assert.equal(mailbox.mails.length, 1);
  assert.notEqual(await status(unencrypted), 204, "who wants TLS sends nothing without");
  assert.equal(mailbox.mails.length, 1);
});

test("the server sends an invitation by mail or text message, says whether it is sent, and nothing is left of whom it went to", async (t) => {
  const { daemon, mailbox, sms } = await byBothWays(t);
  const { texts } = sms;
  sms.busy = 1;
  const staff = await PlainStaff.enter(daemon);
  assert.deepEqual((await staff.get("/staff/session")).ways.invite, ["mail", "sms"]);
  const link = `${PUBLIC}/a/reception#k=abcdefgh`;
  const [mail, number] = ["patient.canary@home.example", "+49 170 5550123"];
  const invite = async (/** @type {object} */ with_) => (await staff.post("/staff/invite", { by: "mail", area: "reception", to: mail, subject: "Ihre Videosprechstunde", text: `Öffnen Sie diesen Link:\n${link}\n`, agreed: false, ...with_ })).status;

  assert.equal(await invite({}), 204);
  const got = await mailbox.mail(({ to }) => to.includes(mail));
  assert.deepEqual([got.subject, got.text?.includes(`\n${link}\n`)], ["Ihre Videosprechstunde", true]);
  assert.equal(await invite({ to: "nobody@home.example" }), 502, "the mail server has refused it for good");
  assert.equal(await invite({ by: "sms", to: number }), 422, "not before the patient has agreed");
  assert.equal(texts.length, 0);
  assert.equal(await invite({ by: "sms", to: number, agreed: true }), 204, "at the second try");
  const [first, second] = texts;
  assert.ok(first !== undefined && second !== undefined && texts.length === 2);
  assert.equal(second.body, first.body, "with the same id");
  const { event, to, text: sent } = JSON.parse(second.body);
  assert.deepEqual([event, to, sent.includes(link)], ["text_message", "+491705550123", true]);
  const [, time, tag] = /^t=(\d+),v1=(\w+)$/.exec(second.signature) ?? [];
  assert.equal(tag, createHmac("sha256", SMS_SECRET).update(`${time}.${second.body}`).digest("hex"));

  // It is no post office for anything else.
  assert.equal(await invite({ text: "Win a prize: https://elsewhere.example" }), 422);
  assert.equal(await invite({ text: `${link}\nhttps://elsewhere.example` }), 422);
  assert.equal(await invite({ area: "annex" }), 403);
  assert.equal(await invite({ to: `${mail}, ${LENA}` }), 422);
  assert.equal(await invite({ by: "sms", to: mail, agreed: true }), 422);
  /** @type {number[]} */ const statuses = [];
  for (let at = 0; at < 10; at += 1) statuses.push(await invite({ to: "nobody@home.example" }));
  assert.equal(statuses.at(-1), 429, "ten a minute");

  const audit = daemon.manage(["audit", "list"]);
  assert.equal(audit.match(/invitation_sent/g)?.length, 2);
  const said = daemon.stdout + daemon.stderr + audit + (await daemon.metricsText());
  for (const canary of [mail, "patient.canary", "491705550123", "170 5550123", "nobody@", "abcdefgh"]) {
    assert.ok(!said.includes(canary), canary);
    assert.ok(daemon.files().every(({ bytes }) => !bytes.includes(canary)), canary);
  }
  assert.ok(daemon.remembers("reception"), "what it holds would be found");
  for (const canary of [mail, "patient.canary", "491705550123"]) assert.ok(!daemon.remembers(canary), `${canary} is still in memory`);
});

test("a patient who has asked for it is written to within two seconds of being called, once, and nothing is left of the address", async (t) => {
  const { daemon, mailbox, sms } = await byBothWays(t, "--tell-patients", "true");
  const desk = await (await PlainStaff.enter(daemon)).watch();
  const [mail, number] = ["patient.canary@home.example", "+49 170 5550123"];
  /** @param {import("../lib/plain.js").Line} patient @param {object} [message] @param {string} [becomes] */
  const tell = async (patient, message = {}, becomes = "asked") => {
    patient.say({ kind: "tell_me", ...message });
    await patient.hears((heard) => heard.patient?.turn_message === becomes && heard === patient.heard.findLast(({ patient }) => patient));
  };
  const ticketOf = async (/** @type {string} */ name) => {
    const tickets = (/** @type {any} */ { tickets, upserted }) => tickets ?? upserted ?? [];
    const named = (/** @type {any} */ ticket) => ticket.name === name;
    return tickets(await desk.hears((message) => tickets(message).some(named))).find(named).ticket;
  };
  const act = async (/** @type {string} */ action, /** @type {string} */ name) => desk.say({ kind: "staff", command: { action, ticket: await ticketOf(name) } });

  const maria = await wait(daemon, "Canary Maria", "de");
  maria.say({ kind: "tell_me", by: "mail", to: "patient.canary" });
  assert.equal((await maria.hears(({ kind }) => kind === "error")).code, "bad_address");
  await tell(maria, { by: "mail", to: mail });
  assert.equal(mailbox.mails.length, 0);
  const before = Date.now();
  await act("admit", "Canary Maria");
  const got = await mailbox.mail(({ to }) => to.includes(mail));
  const took = Date.now() - before;
  assert.ok(took < 2_000, `${took} ms`);
  t.diagnostic(`from the call to the mailbox: ${took} ms`);
  assert.equal(got.subject, "Sie sind an der Reihe");
  assert.ok(got.text?.includes(`\n${PUBLIC}/a/reception\n`), got.text);
  assert.ok(!/Canary|Maria/.test(JSON.stringify([got.text, got.subject, ...got.headers])), got.text);

  // By text message; and not to who has taken it back, at the next call, or to who has left.
  await act("cancel_call", "Canary Maria");
  await act("admit", "Canary Maria");
  await act("end", "Canary Maria");
  const farid = await wait(daemon, "Canary Farid");
  await tell(farid, { by: "sms", to: number });
  const ines = await wait(daemon, "Canary Ines");
  await tell(ines, { by: "mail", to: mail });
  await tell(ines, {}, "not_asked");
  await act("admit", "Canary Ines");
  await act("end", "Canary Ines");
  await act("admit", "Canary Farid");
  if (sms.texts.length === 0) await once(sms, "text", { signal: AbortSignal.timeout(2_000) });
  const [{ body } = assert.fail()] = sms.texts;
  const { to, text: said } = JSON.parse(body);
  assert.equal(to, "+491705550123");
  assert.ok(said.includes(`\n${PUBLIC}/a/reception\n`), said);
  assert.ok(!said.includes("Canary"));
  assert.deepEqual([mailbox.mails.length, sms.texts.length], [1, 1]);
  for (const line of [maria, farid, ines, desk]) line.close();

  // The gateway has a message before the server has its answer.
  const taken = (/** @type {string} */ channel) => `anteroom_turn_messages_total{channel="${channel}",outcome="taken"} 1\n`;
  const both = (/** @type {string} */ counted) => counted.includes(taken("mail")) && counted.includes(taken("sms"));
  const metrics = await eventually(() => daemon.metricsText(), both, "both are counted");
  const everything = daemon.stdout + daemon.stderr + daemon.manage(["audit", "list"]) + metrics + JSON.stringify(desk.heard);
  for (const canary of [mail, "patient.canary", "491705550123", "170 5550123"]) {
    assert.ok(!everything.includes(canary), canary);
    assert.ok(daemon.files().every(({ bytes }) => !bytes.includes(canary)), canary);
  }
});

test("with the keyboard alone a patient asks to be told, mends a wrong address, and puts the phone away; staff tell them", async (t) => {
  const { daemon, mailbox } = await byBothWays(t, "--tell-patients", "true");
  const chromium = await launchChromium();
  const [staff, patient] = [await chromiumTab(chromium), await chromiumTab(chromium, { viewport: { width: 320, height: 640 } })];
  t.after(() => chromium.close());
  const { hash, pathname } = new URL(daemon.manage(["staff-link"]).trim());
  await clinician(chromium, { staffLink: daemon.origin + pathname + hash }, staff);
  await checkInBy(patient, { patientLink: `${daemon.origin}/a/reception` }, MARIA);
  const { keyboard } = patient.page;
  const focus = () => patient.run(() => document.activeElement?.matches("#tell-to, [data-tell] *") ? document.activeElement.id || document.activeElement.tagName : "");
  await patient.page.focus("[data-tell] summary");
  await keyboard.press("Enter");
  await keyboard.press("Tab");
  await keyboard.type("maria.canary");
  await keyboard.press("Enter");
  await patient.see('#tell-to[aria-invalid="true"] + .error[role="alert"]');
  assert.equal(await focus(), "tell-to");
  await keyboard.type("@home.example");
  assert.ok(await patient.run(() => document.documentElement.scrollWidth <= innerWidth), "it fits a small phone");
  await keyboard.press("Enter");
  await patient.see('[data-tell="asked"]');
  assert.equal(await focus(), "P", "read aloud, and a keyboard goes on from here");
  await patient.act("tell-off");
  await patient.see('[data-tell="offer"]:not([open])');
  assert.equal(await focus(), "SUMMARY");
  await keyboard.press("Enter");
  await patient.fill("#tell-to", "maria.canary@home.example");
  await keyboard.press("Enter");
  await patient.see('[data-tell="asked"]');

  // A phone in the pocket.
  await patient.page.context().setOffline(true);
  await staff.see(card(MARIA, "away"));
  await staff.click(`${card(MARIA, "away")} [data-action="tell-turn"]`);
  await mailbox.mail(({ to, subject }) => subject === "It is your turn" && to.includes("maria.canary@home.example"));
  await staff.see(`${card(MARIA, "away")} [data-told]`);
  await patient.page.context().setOffline(false);
  await staff.see(card(MARIA, "waiting"));
  await admit(staff, MARIA);
  await patient.see('[data-screen="P4"]');
  assert.equal(mailbox.mails.length, 1);
});
