// Who is trusted for what: areas by their fingerprint, devices by their area, boxes by both ends. In the middle sits a server that tries everything.

import assert from "node:assert/strict";
import test from "node:test";
import { NOTE_CHARS_MAX, openNote, sealNote } from "../js/e2ee/note.js";
import { readNote, writeNote } from "../js/patient/notes.js";
import { certified, certify, judge, judgedBy, openName, passSeed, referred, refer, sealName, stateArea, stateMoved, takeSeed } from "../js/e2ee/area.js";
import { box, commitment, drawRound, enter, meet, sayHello, senderKey, senderKeyIn, unbox, wordBytes } from "../js/e2ee/boxes.js";
import { equal, fromBase64, toBase64 } from "../js/e2ee/bytes.js";
import { kemFromSeed } from "../js/e2ee/hpke.js";
import { fingerprintOf, fromCode, fromSheet, identityFromSeed, makeIdentity, makeRoot, rootFromSeed, toCode, toSheet, toWords } from "../js/e2ee/keys.js";
import { heard, state } from "../js/e2ee/statements.js";

/** @import { AreaState } from "../js/e2ee/area.js" */
/** @import { Seal } from "../js/types.d.ts" */
/** @import { Root } from "../js/e2ee/keys.js" */
/** @import { Statement } from "../js/e2ee/statements.js" */

const NOW_S = 1_790_000_000;
const DAY_S = 24 * 3600;
const AREA = "reception";
const DESK_SEED = new Uint8Array(32).fill(3);

/** An area with a root, a desk, and a device of a clinician. */
async function practice() {
  const [root, desk, device] = await Promise.all([makeRoot(), kemFromSeed(DESK_SEED), makeIdentity()]);
  const seal = await sealOf(root);
  const certificate = await certify(root, { area: AREA, epoch: 1, device: device.public, name: "Dr. Hoffmann", call: true });
  return { root, desk, device, seal, certificate, fingerprint: await fingerprintOf(root.public), by: { root: root.public, state: { area: AREA, epoch: 1 } } };
}

/** @param {Root} root @param {Partial<Parameters<typeof stateArea>[1]>} [other] */
async function sealOf(root, other) {
  const desk = (await kemFromSeed(DESK_SEED)).public;
  return { root: toBase64(root.public), state: JSON.stringify(await stateArea(root, { area: AREA, epoch: 1, serial: 1, desk, policy: "require", ...other }, NOW_S)), moved: /** @type {string[]} */ ([]) };
}

/** A clinician and a patient who have met in a call. */
async function call() {
  const place = await practice();
  const visit = await identityFromSeed(new Uint8Array(32).fill(9));
  const grounds = { ...place.by, people: [{ id: visit.id, name: "Maria" }] };
  const [staff, patient] = [enter(place.device), enter(visit)];
  const to_staff = await meet(await sayHello(staff, "staff", place.certificate), grounds);
  const to_patient = await meet(await sayHello(patient, "patient", null), grounds);
  assert.ok(to_staff && to_patient);
  return { ...place, visit, grounds, staff, patient, to_staff, to_patient };
}

test("an area is trusted by the fingerprint of its link, by the code, and without either only so far", async () => {
  const { seal, fingerprint } = await practice();
  const known = { area: AREA, now_s: NOW_S };
  for (const [by, trust] of /** @type {[Uint8Array<ArrayBuffer> | null, string][]} */ ([[fingerprint, "verified"], [fromCode(toCode(fingerprint)), "verified"], [null, "unverified"]])) {
    const judged = await judge(seal, { ...known, fingerprint: by });
    assert.ok(typeof judged === "object");
    assert.equal(judged.trust, trust);
    assert.equal(judged.state.policy, "require");
  }
  assert.equal(await judge(seal, { ...known, fingerprint: fingerprint.slice(0, 9) }), "other_key", "what is shorter than a code is none");
});

test("a server that puts its own key, another area's, an old one or a changed one in its place is found out", async () => {
  const [{ root, seal, fingerprint }, theirs] = await Promise.all([practice(), practice()]);
  const judged = (/** @type {Seal} */ seal, /** @type {number} */ now_s = NOW_S) => judge(seal, { area: AREA, fingerprint, now_s });
  assert.equal(await judged(theirs.seal), "other_key");
  assert.equal(await judged({ ...seal, state: theirs.seal.state }), "bad_state");
  assert.equal(await judged({ ...seal, root: "AAAA" }), "bad_state");
  assert.equal(await judged(await sealOf(root, { area: "dermatology" })), "bad_state");
  assert.equal(await judged(await sealOf(root, { policy: /** @type {any} */ ("whatever") })), "bad_state");
  assert.equal(await judged({ ...seal, state: JSON.stringify({ ...JSON.parse(seal.state), body: JSON.parse((await sealOf(root, { policy: "prefer" })).state).body }) }), "bad_state");
  assert.equal(await judged(seal, NOW_S + 32 * DAY_S), "out_of_date");
  assert.equal(await judged(seal, NOW_S - 2 * DAY_S), "out_of_date");
  for (const rubbish of /** @type {any[]} */ ([{}, { root: seal.root }, { ...seal, state: null }, { ...seal, moved: 7 }, { ...seal, state: '{"kind":"area","body":"e30","signature":""}' }, { ...seal, state: "{" }])) assert.equal(typeof (await judged(rubbish)), rubbish.moved === 7 ? "object" : "string");
});

test("old links follow a planned change of the root, signed by the old one, and nothing else", async () => {
  const [old, middle, latest, stranger] = await Promise.all([makeRoot(), makeRoot(), makeRoot(), makeRoot()]);
  const fingerprint = await fingerprintOf(old.public);
  const moved = [await stateMoved(old, AREA, middle.public), await stateMoved(middle, AREA, latest.public)];
  const judged = async (/** @type {Statement[]} */ moved, /** @type {Root} */ root = latest) => judge({ ...(await sealOf(root)), moved: moved.map((one) => JSON.stringify(one)) }, { area: AREA, fingerprint, now_s: NOW_S });
  assert.ok(typeof (await judged(moved)) === "object");
  assert.equal(await judged(moved.slice(0, 1)), "other_key");
  assert.equal(await judged(moved.slice(1)), "other_key");
  assert.equal(await judged([await stateMoved(old, "dermatology", latest.public)]), "other_key");
  assert.equal(await judged([await state(stranger.signer, "moved", { area: AREA, by: toBase64(old.public), root: toBase64(stranger.public) })], stranger), "other_key");
});

test("a device counts by its certificate, in its area, until the next epoch", async () => {
  const { root, device, certificate, by } = await practice();
  assert.equal((await certified(certificate, by))?.name, "Dr. Hoffmann");
  assert.equal(await certified(certificate, { ...by, state: { area: AREA, epoch: 2 } }), null);
  assert.equal(await certified(certificate, { ...by, state: { area: "dermatology", epoch: 1 } }), null);
  assert.equal(await certified(certificate, { ...by, root: (await makeRoot()).public }), null);
  assert.equal(await certified(await state(root.signer, "area", { sign: toBase64(device.public.sign) }), by), null, "another kind of statement");
});

test("seeds reach the device for which they are, and no other", async () => {
  const [device, other] = await Promise.all([makeIdentity(), makeIdentity()]);
  const sealed = await passSeed("desk-key", DESK_SEED, device.public);
  assert.ok(sealed);
  assert.deepEqual(await takeSeed("desk-key", sealed, device), DESK_SEED);
  assert.equal(await takeSeed("root-seed", sealed, device), null);
  assert.equal(await takeSeed("desk-key", sealed, other), null);
});

test("staff read a name and whose it is; the length of the blob says nothing of it", async () => {
  const { desk } = await practice();
  const visit = await identityFromSeed(new Uint8Array(32).fill(9));
  const sealed = async (/** @type {string} */ name) => (await sealName(desk.public, AREA, { name, visit: visit.public, made: "2026-11-28" })) ?? "";
  const [short, long] = [await sealed("Bo"), await sealed("Maximiliane von und zu Hohenstein")];
  assert.equal(short.length, long.length);
  assert.ok((await sealed("👩🏽".repeat(50))).length <= 1_400, "200 characters fit the limit of the protocol");
  assert.deepEqual(await openName(desk, AREA, long), { name: "Maximiliane von und zu Hohenstein", made: "2026-11-28", visit: visit.public, id: visit.id });
  assert.equal(await openName(desk, "dermatology", long), null);
  assert.equal(await openName(await kemFromSeed(new Uint8Array(32)), AREA, long), null);
  assert.equal(await openName(desk, AREA, `${long.slice(0, -1)}!`), null);
});

test("messages of the queue are read by whom they are for, of their visit and in their direction, and tell who has signed them", async () => {
  const { desk, device } = await practice();
  const [visit, other] = await Promise.all([9, 10].map((byte) => identityFromSeed(new Uint8Array(32).fill(byte))));
  if (visit === undefined || other === undefined) return assert.fail();
  const up = /** @type {const} */ ({ direction: "up", visit: visit.id });
  const sealed = (await sealNote(visit, desk.public, up, { text: "I am late\n\u202e", at: 1 }, null)) ?? "";
  assert.deepEqual(await openNote(desk, up, sealed), { by: visit.public.sign, certificate: null, text: "I am late", at: 1 });
  assert.equal(await openNote(desk, { ...up, direction: "down" }, sealed), null);
  assert.equal(await openNote(desk, { ...up, visit: other.id }, sealed), null, "of another card");
  assert.equal(await openNote(visit.kem, up, sealed), null);
  const forged = (await sealNote(device, desk.public, up, { text: "I am Maria", at: 1 }, null)) ?? "";
  assert.deepEqual((await openNote(desk, up, forged))?.by, device.public.sign, "who has signed it is told, and is not the visit");
});

test("a message to a patient is of somebody whom the practice has certified, and 140 letters of any script fit", async () => {
  const { root, desk, device } = await practice();
  const state = /** @type {AreaState} */ ({ area: AREA, epoch: 1, serial: 1, from: 0, until: 0, desk: desk.public, policy: "require" });
  const visit = await identityFromSeed(new Uint8Array(32).fill(9));
  const certificate = await certify(root, { area: AREA, epoch: 1, device: device.public, name: "Dr. Maximiliane von und zu Hohenstein-Waldburg, Kardiologie", call: true });
  const trusted = /** @type {const} */ ({ trust: "verified", root: root.public, state });
  const down = /** @type {const} */ ({ direction: "down", visit: visit.id });
  const sealed = (await sealNote(device, visit.public.kem, down, { text: "話".repeat(NOTE_CHARS_MAX), at: 5 }, certificate)) ?? "";
  assert.ok(0 < sealed.length && sealed.length <= 2_000);
  assert.deepEqual(await readNote(visit, trusted, { ticket: null, sealed, own: false }), { key: sealed, by: "Dr. Maximiliane von und zu Hohenstein-Waldburg, Kardiologie", text: "話".repeat(NOTE_CHARS_MAX), at: 5 });
  const stranger = await makeIdentity();
  const forged = (await sealNote(stranger, visit.public.kem, down, { text: "Send money", at: 5 }, certificate)) ?? "";
  assert.equal(await readNote(visit, trusted, { ticket: null, sealed: forged, own: false }), null, "somebody else's certificate");
  const bare = (await sealNote(device, visit.public.kem, down, { text: "Hello", at: 5 }, null)) ?? "";
  assert.equal(await readNote(visit, trusted, { ticket: null, sealed: bare, own: false }), null, "no certificate");
  const written = await writeNote(visit, trusted, { text: "I must leave soon", at: 6 });
  assert.equal((await readNote(visit, trusted, { ticket: null, sealed: written?.copy ?? "", own: true }))?.text, "I must leave soon");
});

test("a visit survives a reload by its seed", async () => {
  const [one, other, third] = await Promise.all([7, 7, 8].map((byte) => identityFromSeed(new Uint8Array(32).fill(byte))));
  assert.deepEqual(one?.public, other?.public);
  assert.notDeepEqual(one?.id, third?.id);
});

test("a sender key goes in a box from one to the other", async () => {
  const { staff, patient, to_patient, to_staff } = await call();
  const sealed = await box(staff, to_patient, "sender-key", senderKey(1, 0, new Uint8Array(32).fill(5)));
  assert.ok(sealed && sealed.length < 1_900);
  const opened = await unbox(patient, to_staff, sealed);
  assert.deepEqual(opened && senderKeyIn(opened.body, 1), { member: 1, generation: 0, key: new Uint8Array(32).fill(5), others: [] });
  assert.equal(opened && senderKeyIn(opened.body, 2), null, "the server says that it came from somebody else");
});

test("a box that is replayed in a later call, turned around, or handed on opens for nobody", async () => {
  const { device, visit, grounds, certificate, staff, patient, to_patient, to_staff } = await call();
  const sealed = (await box(staff, to_patient, "sender-key", senderKey(1, 0, new Uint8Array(32)))) ?? "";
  assert.equal(await unbox(enter(visit), to_staff, sealed), null, "the patient's page has a new nonce");
  const again = await meet(await sayHello(enter(device), "staff", certificate), grounds);
  assert.equal(again && (await unbox(patient, again, sealed)), null, "the clinician's page has a new nonce");
  assert.equal(await unbox(staff, to_patient, sealed), null, "reflected");
  assert.equal(await unbox(patient, { ...to_staff, public: to_patient.public, id: to_patient.id }, sealed), null, "under another's name");
});

test("a server between a verified practice and its patient gets a key from neither", async () => {
  const { visit, grounds, staff, patient, to_staff, certificate } = await call();
  const middle = enter(await makeIdentity());
  assert.equal(await meet(await sayHello(middle, "patient", null), grounds), null, "it is not whose name is on the ticket");
  assert.equal(await meet(await sayHello(middle, "staff", certificate), grounds), null, "the certificate is another device's");
  assert.equal(await meet(await sayHello(middle, "staff", null), grounds), null);
  // It has checked in as a patient of its own, and now has a box from the practice.
  const false_visit = { ...grounds, people: [{ id: middle.identity.id, name: "Maria" }] };
  const to_middle = await meet(await sayHello(middle, "patient", null), false_visit);
  assert.ok(to_middle);
  const sealed = (await box(staff, to_middle, "sender-key", senderKey(1, 0, new Uint8Array(32)))) ?? "";
  const opened = await unbox(middle, to_staff, sealed);
  assert.ok(opened, "it is that patient");
  // Sealed anew for the true patient, as it was said, or as its own word: neither is the practice's word to this patient.
  const forged = (await box(middle, { ...to_middle, public: visit.public, id: visit.id, nonce: patient.nonce }, "sender-key", opened.body)) ?? "";
  assert.equal(await unbox(patient, to_staff, forged), null);
});

test("an assistant's device gets no key, and neither does a guest for whom nobody has vouched", async () => {
  const { root, grounds } = await call();
  const [assistant, guest] = [await makeIdentity(), await makeIdentity()];
  const certificate = await certify(root, { area: AREA, epoch: 1, device: assistant.public, name: "Desk", call: false });
  assert.equal(await meet(await sayHello(enter(assistant), "staff", certificate), grounds), null);
  const hello = await sayHello(enter(guest), "patient", null);
  assert.equal(await meet(hello, grounds), null);
  assert.equal((await meet(hello, { ...grounds, people: [...grounds.people, { id: guest.id, name: "Interpreter" }] }))?.name, "Interpreter");
});

test("who else is in a call goes with the key of staff, by ids and names, in a box that the server takes however long the names are", async () => {
  const { staff, patient, to_patient, to_staff } = await call();
  const names = ["Ana", null, "Ada \u202e\n王", '"\\'.repeat(200), "王".repeat(200), "x".repeat(200), "\ud83e\udd12".repeat(90), "Ö".repeat(200)];
  const people = await Promise.all(names.map(async (name) => ({ id: (await makeIdentity()).id, name })));
  const sealed = (await box(staff, to_patient, "sender-key", senderKey(1023, 0xf_ffff, new Uint8Array(32), people))) ?? "";
  assert.ok(0 < sealed.length && sealed.length <= 1_900, `${sealed.length} characters`);
  const { others } = senderKeyIn((await unbox(patient, to_staff, sealed))?.body ?? {}, 1023) ?? { others: [] };
  assert.deepEqual(others.map(({ id }) => toBase64(id)), people.map(({ id }) => toBase64(id)));
  assert.deepEqual(others.slice(0, 3).map(({ name }) => name), ["Ana", null, "Ada  王"]);
  assert.ok(others.slice(3).every(({ name }) => /^.+…$/u.test(name ?? "")), "cut, and marked so");
  assert.equal("with" in senderKey(1, 0, new Uint8Array(32)), false, "two people say no more than they did");
});

test("whatever else comes as the word of staff is nobody, and no error", () => {
  const body = senderKey(1, 0, new Uint8Array(32));
  for (const rubbish of [null, 7, "x", {}, [null], [[]], [["AAAA", "Ana"]], [[7, 7]], [{ id: "x" }]]) assert.deepEqual(senderKeyIn({ ...body, with: rubbish }, 1)?.others, []);
  const many = Array.from({ length: 1_000 }, () => [toBase64(new Uint8Array(16)), "x".repeat(10_000)]);
  const taken = senderKeyIn({ ...body, with: many }, 1)?.others ?? [];
  assert.deepEqual([taken.length, taken[0]?.name?.length], [8, 200]);
});

test("whatever else comes as a hello or a box is nobody, and no error", async () => {
  const { grounds, patient, to_staff, staff, certificate } = await call();
  const hello = await sayHello(staff, "staff", certificate);
  for (const rubbish of [null, 7, "", {}, { ...hello, body: "" }, { ...hello, signature: "AA" }, { ...hello, kind: "box" }, { ...hello, body: `${hello.body}A` }]) assert.equal(await meet(rubbish, grounds), null);
  for (const rubbish of ["", "AAAA", "=", "A".repeat(400)]) assert.equal(await unbox(patient, to_staff, rubbish), null);
});

test("words are the same on both sides, and others with somebody between", async () => {
  const { root, device, visit } = await call();
  const [first, second] = [drawRound(), drawRound()];
  const both = { root: root.public, staff: device.id, visit: visit.id, first, second };
  const words = await wordBytes(both);
  assert.equal(words.length, 4);
  for (const other of [{ root: (await makeRoot()).public }, { staff: visit.id }, { visit: device.id }, { first: second }, { second: first }]) assert.notDeepEqual(await wordBytes({ ...both, ...other }), words);
  assert.equal(equal(await commitment(first), await commitment(second)), false);
  assert.deepEqual(toWords(Uint8Array.of(0, 255, 7), Array.from({ length: 256 }, (_, at) => `w${at}`)), ["w0", "w255", "w7"]);
});

test("a referral leads to the other area, for this visit, by who is certified, and tells whether they may take part in calls", async () => {
  const { root, device, certificate, by, visit } = await call();
  const other = await makeRoot();
  const referral = await refer(device, certificate, { visit: visit.id, area: "dermatology", root: other.public });
  assert.ok(referral.length <= 6_000);
  assert.deepEqual(await referred(referral, by, visit.id), { area: "dermatology", fingerprint: await fingerprintOf(other.public), by: "Dr. Hoffmann", call: true });
  assert.equal(await referred(referral, by, device.id), null, "another visit's");
  assert.equal(await referred(referral, { ...by, root: other.public }, visit.id), null, "not of this practice");
  const assistant = await makeIdentity();
  const no_calls = await certify(root, { area: AREA, epoch: 1, device: assistant.public, name: "Desk", call: false });
  assert.equal((await referred(await refer(assistant, no_calls, { visit: visit.id, area: "dermatology", root: other.public }), by, visit.id))?.call, false);
  assert.equal(await referred(await refer(assistant, certificate, { visit: visit.id, area: "dermatology", root: other.public }), by, visit.id), null, "under another's certificate");
  for (const rubbish of ["", "{", "7", "{}", '{"certificate":7,"referral":null}']) assert.equal(await referred(rubbish, by, visit.id), null);
});

test("another area than the link's is believed of a visit only, and where the practice was verified by the word of its staff only", () => {
  const [fingerprint, word, pinned] = [1, 2, 3].map((byte) => new Uint8Array(16).fill(byte));
  assert.ok(fingerprint && word && pinned);
  const led = { area: "dermatology", fingerprint: word, by: "Dr. Hoffmann", call: true };
  const known = { area: "dermatology", home: AREA, fingerprint, pinned, led, has_visit: true };
  for (const [other, by] of /** @type {[Partial<typeof known> & { led?: typeof led | null, fingerprint?: Uint8Array<ArrayBuffer> | null, pinned?: Uint8Array<ArrayBuffer> | null }, ReturnType<typeof judgedBy>][]} */ ([
    [{ area: AREA }, { fingerprint }], [{ area: AREA, fingerprint: null }, { fingerprint: pinned }], [{ area: AREA, fingerprint: null, pinned: null, has_visit: false }, { fingerprint: null }],
    [{}, { fingerprint: word }], [{ fingerprint: null }, { fingerprint: word }], [{ fingerprint: null, led: null }, { fingerprint: null }],
    [{ led: null }, "not_referred"], [{ area: "surgery" }, "not_referred"], [{ has_visit: false }, "not_referred"], [{ has_visit: false, fingerprint: null, led: null }, "not_referred"],
  ])) assert.deepEqual(judgedBy({ ...known, ...other }), by, JSON.stringify(other));
});

test("codes are read as people type them, and the sheet of paper brings the root back", async () => {
  const { root, fingerprint } = await practice();
  const code = toCode(fingerprint);
  assert.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
  for (const typed of [code, code.toLowerCase(), code.replaceAll("-", " "), code.replaceAll("-", ""), ` ${code.replaceAll("0", "o").replaceAll("1", "l")}.`, code.replaceAll("-", "–")]) assert.deepEqual(fromCode(typed), fingerprint.slice(0, 10), typed);
  for (const wrong of ["", code.slice(1), `${code}0`, code.replace(/./, "U")]) assert.equal(fromCode(wrong), null);
  const seed = fromSheet(toSheet(root.seed));
  assert.ok(seed);
  assert.deepEqual((await rootFromSeed(seed)).public, root.public);
});

test("a statement is heard from its speaker only, in its kind only", async () => {
  const [root, other] = await Promise.all([makeRoot(), makeRoot()]);
  const said = await state(root.signer, "area", { number: 1 });
  assert.deepEqual(await heard(root.public, "area", said), { number: 1 });
  assert.equal(await heard(other.public, "area", said), null);
  assert.equal(await heard(root.public, "moved", { ...said, kind: "moved" }), null);
  assert.equal(await heard(new Uint8Array(3), "area", said), null);
  await assert.rejects(state(root.signer, "area", { text: "x".repeat(4_096) }), RangeError);
  assert.equal(fromBase64("AB"), null, "two texts for one value");
});
