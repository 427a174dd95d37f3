// The comparison aloud: both see the same words, and whoever sits in the middle has one try in four thousand million.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { toBase64 } from "../js/e2ee/bytes.js";
import { Words } from "../js/e2ee/words.js";

/** @import { Peer, Use } from "../js/e2ee/boxes.js" */

const [PATIENT, STAFF] = [1, 2];
const ROOT = new Uint8Array(32).fill(7);
const [VISIT, DEVICE] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];

/** Two pages and what is between them. @param {(use: Use, body: Record<string, unknown>) => Record<string, unknown>} [between] */
function pair(between = (_, body) => body) {
  /** @type {Promise<unknown>[]} */ const arriving = [];
  /** @param {Uint8Array<ArrayBuffer>} own @param {Uint8Array<ArrayBuffer>} other @param {"patient" | "staff"} role of the other @param {number} me @param {() => Words} to */
  const page = (own, other, role, me, to) => new Words({
    tell: (_, use, body) => void arriving.push(to().heard(me, use, between(use, body))),
    who: () => /** @type {Peer} */ (/** @type {unknown} */ ({ role, id: other })),
    id: () => own, root: async () => ROOT, language: () => "de", changed: () => {},
  });
  /** @type {Words} */ const patient = page(VISIT, DEVICE, "staff", PATIENT, () => staff);
  /** @type {Words} */ const staff = page(DEVICE, VISIT, "patient", STAFF, () => patient);
  const calm = async () => {
    for (let turn = 0; turn < 20; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      await Promise.all(arriving);
    }
  };
  return { patient, staff, calm };
}

test("both see the same four words, in the patient's language, each time others", async () => {
  const { patient, staff, calm } = pair();
  staff.begin(PATIENT);
  await calm();
  assert.deepEqual(patient.view, staff.view);
  assert.deepEqual([staff.view.step, staff.view.numbers.length, staff.view.language], ["shown", 4, "de"]);
  const first = staff.view.numbers;
  for (const words of [patient, staff]) words.answer(true);
  assert.deepEqual([patient.view.step, staff.view.step], ["same", "same"]);
  staff.begin(PATIENT);
  await calm();
  assert.notDeepEqual(staff.view.numbers, first);
});

test("whoever puts a number of its own in between makes words differ, or is caught", async () => {
  const own = toBase64(new Uint8Array(16).fill(9));
  const answer = pair((use, body) => (use === "words-answer" ? { ...body, round: own } : body));
  answer.staff.begin(PATIENT);
  await answer.calm();
  assert.notDeepEqual(answer.patient.view.numbers, answer.staff.view.numbers);
  const open = pair((use, body) => (use === "words-open" ? { round: own } : body));
  open.staff.begin(PATIENT);
  await open.calm();
  assert.equal(open.patient.view.step, "failed");
});

test("words come from a comparison that was asked for, and from nothing else", async () => {
  const { patient, staff, calm } = pair();
  const round = toBase64(new Uint8Array(16));
  await patient.heard(STAFF, "words-open", { round });
  await staff.heard(PATIENT, "words-answer", { round });
  await staff.heard(PATIENT, "words-commit", { commit: toBase64(new Uint8Array(32)) });
  await patient.heard(STAFF, "words-commit", { commit: 7 });
  await calm();
  assert.deepEqual([patient.view.step, staff.view.step], ["idle", "idle"]);
  patient.answer(true);
  assert.equal(patient.view.step, "idle", "nobody can say yes to what was not shown");
});

test("each language has 256 different words", () => {
  const locales = new URL("../locales/", import.meta.url);
  for (const language of readdirSync(locales)) {
    const words = readFileSync(new URL(`${language}/words.txt`, locales), "utf8").trim().split("\n");
    assert.equal(new Set(words).size, 256, language);
    assert.equal(words.length, 256, language);
  }
});
