// What staff's browsers do with the keys of an area: begin, share, lose, find again. In the middle a server that stores, and one that lies.

import assert from "node:assert/strict";
import test from "node:test";
import { certified, judge, referred, sealName } from "../js/e2ee/area.js";
import { equal, fromBase64 } from "../js/e2ee/bytes.js";
import { fingerprintOf, identityFromSeed } from "../js/e2ee/keys.js";
import { MEMO_CHARS_MAX, sealMemo } from "../js/e2ee/memo.js";
import { StaffKeys } from "../js/staff/keys.js";

const AREA = "reception";
const DAY_MS = 24 * 3600 * 1000;

/** Stores what has a higher serial, and shows it to everybody. */
class Server {
  now_ms = Date.parse("2026-11-28T10:00:00Z");
  /** @type {any} */ seal = null;
  /** @type {any[]} */ devices = [];
  /** @type {any[]} */ offers = [];
  /** @type {Browser[]} */ browsers = [];
  said = 0;

  /** @param {any} command */
  take(command) {
    this.said += 1;
    if (command.action === "offer_key") this.offers.push({ sign: command.sign, kem: command.kem, label: command.label });
    if (command.action === "set_seal" && serialOf(this.seal) < serialOf(command)) {
      this.seal = { root: command.root, state: command.state, moved: command.moved };
      this.devices = command.devices;
    }
    this.tell();
  }

  tell() {
    for (const { keys } of this.browsers) {
      keys.heard(AREA, this.seal, "Dr. Hoffmann");
      keys.devices(/** @type {any} */ ({ kind: "seal_devices", area: AREA, offers: this.offers, devices: this.devices }));
    }
  }

  async calm() {
    for (let said = -1; said !== this.said; ) {
      said = this.said;
      for (let turn = 0; turn < 5; turn += 1) {
        await Promise.all(this.browsers.map(({ keys }) => keys.settled()));
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    }
  }
}

/** @param {any} seal */
function serialOf(seal) {
  return seal === null ? 0 : JSON.parse(new TextDecoder().decode(fromBase64(JSON.parse(seal.state).body) ?? undefined)).serial;
}

/** A browser that may be closed and opened again. */
class Browser {
  /** @type {Map<string, any>} */ disk = new Map();
  /** @type {StaffKeys} */ keys;

  /** @param {Server} server */
  constructor(server) {
    this.server = server;
    this.keys = this.open();
    server.browsers.push(this);
  }

  /** @returns {StaffKeys} */
  open() {
    const { disk, server } = this;
    const vault = { get: async (/** @type {string} */ key) => disk.get(key), put: async (/** @type {string} */ key, /** @type {unknown} */ value) => void disk.set(key, value) };
    this.keys = new StaffKeys({
      vault: Promise.resolve(vault), label: "Firefox, Linux", changed: () => {}, now_ms: () => server.now_ms,
      send: (command) => {
        queueMicrotask(() => server.take(command));
        return true;
      },
    });
    return this.keys;
  }

  view() {
    return this.keys.view(AREA);
  }

  /** @param {string} sealed */
  async reads(sealed) {
    return (await this.keys.name(AREA, sealed))?.name ?? null;
  }
}

async function practice() {
  const server = new Server();
  const first = new Browser(server);
  server.tell();
  await server.calm();
  return { server, first };
}

/** @param {Server} server @param {string} name @param {string} [made] */
async function checkIn(server, name, made = "2026-11-28") {
  const trusted = await judge(server.seal, { area: AREA, fingerprint: null, now_s: null });
  assert.ok(typeof trusted === "object");
  const visit = await identityFromSeed(new Uint8Array(32).fill(name.length));
  return (await sealName(trusted.state.desk, AREA, { name, visit: visit.public, made })) ?? "";
}

/** Somebody compares, and says what the new browser is. @param {Server} server @param {Browser} holder @param {Browser} fresh @param {import("../js/staff/keys.js").Part} part */
async function accept(server, holder, fresh, part) {
  const [offer] = holder.view().offers;
  assert.ok(offer);
  assert.equal(offer.code, fresh.view().own);
  holder.keys.accept(AREA, offer.id, "Desk", part);
  await server.calm();
}

test("the first browser of an area makes its keys by itself, and is certified for calls under its name", async () => {
  const { server, first } = await practice();
  assert.equal(first.view().role, "holder");
  assert.deepEqual(first.view().members.map(({ name, part, own }) => [name, part, own]), [["Dr. Hoffmann", "holder", true]]);
  const trusted = await judge(server.seal, { area: AREA, fingerprint: first.view().fingerprint, now_s: server.now_ms / 1000 });
  assert.ok(typeof trusted === "object");
  const device = await certified(await first.keys.certificate(AREA), trusted);
  assert.deepEqual([device?.name, device?.call], ["Dr. Hoffmann", true]);
  assert.equal(await first.reads(await checkIn(server, "Maria")), "Maria");
});

test("two browsers that begin at once: one wins, the other asks to take part", async () => {
  const server = new Server();
  const [one, other] = [new Browser(server), new Browser(server)];
  server.tell();
  await server.calm();
  assert.deepEqual([one.view().role, other.view().role].sort(), ["holder", "stranger"]);
  assert.ok(equal(one.view().fingerprint ?? new Uint8Array(), other.view().fingerprint ?? new Uint8Array(1)), "both have the same link");
});

test("a browser that is opened again is who it was, and says nothing anew", async () => {
  const { server, first } = await practice();
  const { said } = server;
  first.open();
  server.tell();
  await server.calm();
  assert.deepEqual([first.view().role, server.said], ["holder", said]);
  assert.equal(await first.reads(await checkIn(server, "Maria")), "Maria");
});

test("a state is renewed when it is older than a day, also long after it was valid", async () => {
  const { server, first } = await practice();
  for (const [days, serial] of [[0.9, 1], [0.2, 2], [60, 3]]) {
    server.now_ms += Number(days) * DAY_MS;
    first.open();
    server.tell();
    await server.calm();
    assert.equal(serialOf(server.seal), serial);
  }
  assert.equal(typeof (await judge(server.seal, { area: AREA, fingerprint: null, now_s: server.now_ms / 1000 })), "object");
});

test("who is accepted reads names: as assistant without calls, as clinician with them, as key holder with the root", async () => {
  const { server, first } = await practice();
  const sealed = await checkIn(server, "Maria");
  for (const [part, call] of /** @type {const} */ ([["assistant", false], ["clinician", true], ["holder", true]])) {
    const fresh = new Browser(server);
    server.tell();
    await server.calm();
    assert.deepEqual([fresh.view().role, await fresh.reads(sealed)], ["stranger", null]);
    await accept(server, first, fresh, part);
    assert.deepEqual([fresh.view().role, await fresh.reads(sealed), fresh.keys.sheet(AREA) !== null], [part, "Maria", part === "holder"]);
    const trusted = await judge(server.seal, { area: AREA, fingerprint: first.view().fingerprint, now_s: null });
    assert.ok(typeof trusted === "object");
    assert.equal((await certified(await fresh.keys.certificate(AREA), trusted))?.call, call);
  }
  assert.deepEqual(first.view().offers, []);
});

test("a revoked device reads nothing new; the others do, and what came before", async () => {
  const { server, first } = await practice();
  const [kept, lost] = [new Browser(server), new Browser(server)];
  server.tell();
  await server.calm();
  for (const fresh of [kept, lost]) {
    const offer = first.view().offers.find(({ code }) => code === fresh.view().own);
    first.keys.accept(AREA, offer?.id ?? "", "Desk", "clinician");
    await server.calm();
  }
  const before = await checkIn(server, "Maria");
  const old = first.view().fingerprint;
  const lost_id = first.view().members.find(({ id }) => id !== first.view().members[0]?.id && lost.view().members.some((own) => own.own && own.id === id))?.id;
  first.keys.revoke(AREA, lost_id ?? "");
  await server.calm();
  const after = await checkIn(server, "Farid");
  assert.deepEqual(first.view().fingerprint, old, "links stay as they are");
  assert.deepEqual([await first.reads(after), await kept.reads(after), await lost.reads(after)], ["Farid", "Farid", null]);
  assert.deepEqual([await first.reads(before), await kept.reads(before)], ["Maria", "Maria"]);
  assert.equal(lost.view().role, "stranger");
  kept.open();
  server.tell();
  await server.calm();
  assert.equal(await kept.reads(before), "Maria", "after a reload too");
});

test("a name that was sealed on another day is marked, one of yesterday before midnight is not", async () => {
  const { server, first } = await practice();
  const marks = await Promise.all(["2026-11-28", "2026-11-27", "2026-11-29", "2026-11-20"].map(async (made) => (await first.keys.name(AREA, await checkIn(server, "Maria", made)))?.old));
  assert.deepEqual(marks, [false, false, false, true]);
});

test("with the sheet of paper a new browser begins where all are lost, and links stay as they are", async () => {
  const { server, first } = await practice();
  const sheet = first.keys.sheet(AREA) ?? "";
  const { fingerprint } = first.view();
  server.browsers = [];
  const fresh = new Browser(server);
  server.tell();
  await server.calm();
  assert.equal(await fresh.keys.restore(AREA, "0000", "Dr. Hoffmann"), false);
  assert.equal(await fresh.keys.restore(AREA, sheet.toLowerCase(), "Dr. Hoffmann"), true);
  await server.calm();
  assert.equal(fresh.view().role, "holder");
  assert.deepEqual(fresh.view().fingerprint, fingerprint);
  assert.equal(await fresh.reads(await checkIn(server, "Maria")), "Maria");
});

test("without the sheet new keys can be made, of which old links and other browsers warn", async () => {
  const { server, first } = await practice();
  const { fingerprint } = first.view();
  const fresh = new Browser(server);
  server.tell();
  await server.calm();
  fresh.keys.startAnew(AREA, "Dr. Hoffmann");
  await server.calm();
  assert.deepEqual([fresh.view().role, first.view().role], ["holder", "wrong"]);
  assert.equal(await judge(server.seal, { area: AREA, fingerprint, now_s: null }), "other_key");
  first.keys.compareAnew(AREA);
  await server.calm();
  await accept(server, fresh, first, "clinician");
  assert.equal(first.view().role, "clinician");
});

test("a server that shows another root, or an older state, is told from the practice, and gets nothing", async () => {
  const { server, first } = await practice();
  const [seal, devices] = [server.seal, server.devices];
  first.keys.rename(AREA, "Dr. Lena Hoffmann");
  await server.calm();
  assert.equal(serialOf(server.seal), 2);
  const other = await practice();
  for (const lie of [{ seal, devices }, { seal: other.server.seal, devices: other.server.devices }]) {
    Object.assign(server, lie);
    const { said } = server;
    first.open();
    server.tell();
    await server.calm();
    assert.deepEqual([first.view().role, first.view().fingerprint, server.said], ["wrong", null, said]);
  }
});

test("the root whose code a new browser has shown is the only one by which it is accepted", async () => {
  const { server, first } = await practice();
  const fresh = new Browser(server);
  server.tell();
  await server.calm();
  assert.ok(fresh.view().own);
  const middle = await practice();
  middle.server.browsers.push(fresh);
  middle.server.offers = server.offers;
  middle.server.tell();
  await middle.server.calm();
  assert.equal(fresh.view().role, "wrong");
  const offer = middle.first.view().offers[0];
  assert.notEqual(offer?.code, first.view().offers[0]?.code, "and the codes differ");
});

test("a server that has lost everything gets the keys back from a key holder", async () => {
  const { server, first } = await practice();
  const { fingerprint } = first.view();
  Object.assign(server, { seal: null, devices: [] });
  first.open();
  server.tell();
  await server.calm();
  assert.deepEqual([first.view().role, first.view().fingerprint], ["holder", fingerprint]);
});

test("rubbish from the server is no error", async () => {
  const { server, first } = await practice();
  server.offers = [{ sign: "", kem: 7, label: "" }];
  server.devices = [...server.devices, { certificate: "{", blobs: [] }, { certificate: '{"kind":"device","body":"e30","signature":""}', blobs: ["!"] }];
  first.open();
  server.tell();
  await server.calm();
  assert.equal(first.view().role, "holder");
  assert.equal(await fingerprintOf(new Uint8Array(32)).then((print) => print.length), 16);
  assert.equal(await first.reads("!"), null);
});

test("a visit is handed over with its name sealed for the other desk, and with a word for the other root; else with neither", async () => {
  const { server, first } = await practice();
  const sealed = await checkIn(server, "Maria");
  assert.deepEqual(await first.keys.handOver(AREA, sealed, "dermatology"), { sealed: null, referral: null }, "of which this browser knows nothing");
  const other = { seal: /** @type {any} */ (null), devices: /** @type {any[]} */ ([]) };
  const take = server.take.bind(server);
  server.take = (command) => {
    if (command.area !== "dermatology") return take(command);
    Object.assign(other, { seal: { root: command.root, state: command.state, moved: command.moved }, devices: command.devices });
    first.keys.heard("dermatology", other.seal, "");
    first.keys.devices({ kind: "seal_devices", area: "dermatology", offers: [], devices: other.devices });
  };
  first.keys.heard("dermatology", null, "Dr. Weber");
  await server.calm();
  const along = await first.keys.handOver(AREA, sealed, "dermatology");
  assert.equal((await first.keys.name("dermatology", along.sealed ?? ""))?.name, "Maria");
  const trusted = await judge(server.seal, { area: AREA, fingerprint: null, now_s: null });
  const { id } = await identityFromSeed(new Uint8Array(32).fill("Maria".length));
  assert.ok(typeof trusted === "object");
  const led = await referred(along.referral ?? "", trusted, id);
  assert.deepEqual([led?.area, led?.by, led?.fingerprint], ["dermatology", "Dr. Hoffmann", first.keys.view("dermatology").fingerprint]);
});

test("a key holder says what patients need and whether devices may come, and takes it back", async () => {
  const { server, first } = await practice();
  for (const policy of /** @type {const} */ (["insist", "prefer", "require"])) {
    first.keys.setPolicy(AREA, policy);
    await server.calm();
    const trusted = await judge(server.seal, { area: AREA, fingerprint: null, now_s: null });
    assert.deepEqual([first.view().policy, typeof trusted === "object" && trusted.state.policy], [policy, policy]);
  }
});

test("a note is read by everybody of the area, with who wrote it, and on no other card, and written by nobody else", async () => {
  const { server, first } = await practice();
  const second = new Browser(server);
  server.tell();
  await server.calm();
  await accept(server, first, second, "assistant");
  const [maria, jonas] = [await checkIn(server, "Maria"), await checkIn(server, "Jonas Weber")];
  const sealed = (await second.keys.writeMemo(AREA, maria, "Allergy to penicillin \u202e王")) ?? "";
  assert.equal(sealed.length, (await second.keys.writeMemo(AREA, maria, "x"))?.length, "its length tells nothing");
  const longest = (await second.keys.writeMemo(AREA, maria, "王".repeat(MEMO_CHARS_MAX + 9))) ?? "";
  assert.ok(0 < longest.length && longest.length <= 1_400, "as the server takes it");
  assert.deepEqual([...(await first.keys.memo(AREA, maria, longest))?.text ?? ""].length, MEMO_CHARS_MAX);
  const by = first.view().members.find(({ part }) => part === "assistant")?.name;
  const read = { text: "Allergy to penicillin  王", by, at: Math.floor(server.now_ms / 1_000) };
  for (const browser of [first, second]) assert.deepEqual(await browser.keys.memo(AREA, maria, sealed), read);
  assert.equal(await first.keys.memo(AREA, jonas, sealed), null, "put on another card");
  assert.equal(await first.keys.memo("dermatology", maria, sealed), null);

  const stranger = new Browser(server);
  server.tell();
  await server.calm();
  assert.deepEqual([await stranger.keys.memo(AREA, maria, sealed), await stranger.keys.writeMemo(AREA, maria, "I was here")], [null, null]);
  const trusted = await judge(server.seal, { area: AREA, fingerprint: null, now_s: null });
  assert.ok(typeof trusted === "object");
  const visit = (await first.keys.grounds(AREA, [maria], true))?.people[0]?.id;
  assert.ok(visit !== undefined);
  const forged = (await sealMemo(await stranger.keys.identity(), trusted.state.desk, { area: AREA, visit }, { text: "Give 10 mg", at: 1 })) ?? "";
  assert.equal(await first.keys.memo(AREA, maria, forged), null, "the desk key is public: who is not certified writes nothing");

  first.keys.revoke(AREA, first.view().members.find(({ part }) => part === "assistant")?.id ?? "");
  await server.calm();
  assert.equal(await second.keys.memo(AREA, maria, (await first.keys.writeMemo(AREA, maria, "New")) ?? ""), null, "a lost device");
});
