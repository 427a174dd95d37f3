// A signed form reaches the other page byte by byte or not at all.

import assert from "node:assert/strict";
import test from "node:test";
import { Asking, PIECE_BYTES, PIECES_MAX, Signing } from "../js/forms/exchange.js";
import { PDF_BYTES_MAX, SIGNED_BYTES_MAX } from "../js/forms/own.js";
import { sha256, toHex } from "../js/e2ee/bytes.js";

/** @typedef {{ kind: string } & Record<string, unknown>} Message */

const FORM = { title: "Consent", text: "# Consent\n\nYes.", language: "de" };
/** @param {number} length */
const bytes = (length) => Uint8Array.from({ length }, (_, index) => (index * 7) % 251);

/** Both pages, and what is between them. @param {(message: Message) => Message | null} [between] */
function pages(between = (message) => message) {
  /** @type {Promise<unknown>[]} */
  const work = [];
  /** What went as files. @type {{ to: string, form: string, title: string, pdf: Uint8Array<ArrayBuffer> }[]} */
  const handed = [];
  const pass = (/** @type {(message: Message) => unknown} */ to) => async (/** @type {Message} */ message) => {
    const passed = between(JSON.parse(JSON.stringify(message)));
    if (passed !== null) work.push(Promise.resolve(to(passed)));
    return true;
  };
  /** @type {Asking} */
  const asking = new Asking(pass((message) => (message.kind === "form" ? signing.shown(message) : signing.got(message))), (form, title, pdf) => {
    handed.push({ to: "patient", form, title, pdf });
    return `t${handed.length}`;
  }, () => {});
  const answer = pass((message) => (message.kind === "form_declined" ? asking.declined(message) : message.kind === "form_open" ? asking.opened(message) : asking.piece(message)));
  const load = () => new Signing(answer, (form, title, pdf) => {
    handed.push({ to: "staff", form, title, pdf });
    return `t${handed.length}`;
  }, () => {}, async () => {});
  let signing = load();
  const reload = () => {
    signing = load();
    signing.tell();
  };
  const settled = async () => {
    for (let done = 0; done < work.length; done = work.length) await Promise.all(work);
  };
  return { asking, signing, settled, handed, reload, current: () => signing };
}

test("staff learn that the patient's page was loaded anew and has lost the form, and can show it again", async () => {
  const { asking, settled, reload, current, handed } = pages();
  current().tell();
  await settled();
  assert.equal(asking.step, "asked", "no form, and none is lost");
  await asking.show(FORM);
  await settled();
  assert.deepEqual([asking.step, current().form?.text], ["asked", FORM.text]);
  reload();
  await settled();
  assert.deepEqual([asking.step, current().form], ["lost", null]);
  await asking.again();
  await settled();
  assert.deepEqual([asking.step, current().form?.text], ["asked", FORM.text]);
  await current().sign(async () => bytes(10));
  await settled();
  reload();
  await settled();
  assert.equal(asking.step, "signed", "what staff have stays");
  await asking.again();
  assert.equal(asking.step, "signed");

  asking.showPdf("Own.pdf", bytes(100));
  asking.handed([{ id: "t1", phase: "over", delivered: true }]);
  asking.opened({ id: null });
  assert.equal(asking.step, "lost");
  await asking.again();
  assert.deepEqual([asking.step, handed.map(({ title }) => title)], ["sending", ["Own.pdf", "Own.pdf"]]);
});

for (const length of [1, PIECE_BYTES, PIECE_BYTES + 1, PIECES_MAX * PIECE_BYTES]) {
  test(`${length} bytes: both have the same bytes and the same hash`, async () => {
    const { asking, signing, settled } = pages();
    await asking.show(FORM);
    assert.equal(signing.form?.text, FORM.text);
    await signing.sign(async () => bytes(length));
    await settled();
    assert.deepEqual(asking.pdf, signing.pdf);
    assert.equal(asking.hash, toHex(await sha256(bytes(length))));
    assert.deepEqual([asking.hash, asking.step, signing.step], [signing.hash, "signed", "kept"]);
    assert.deepEqual([asking.unsaved, signing.unsaved], [true, true]);
    signing.markSaved();
    assert.equal(signing.unsaved, false);
  });
}

test("a flipped bit is never shown as signed, and sending again mends it", async () => {
  let flip = true;
  const { asking, signing, settled } = pages((message) => (flip && message.kind === "form_signed" ? { ...message, piece: `Z${String(message.piece).slice(1)}` } : message));
  await asking.show(FORM);
  await signing.sign(async () => bytes(20_000));
  await settled();
  assert.deepEqual([asking.pdf, asking.step, signing.step], [null, "failed", "sent"]);
  flip = false;
  await signing.send();
  await settled();
  assert.deepEqual([asking.pdf, signing.step], [signing.pdf, "kept"]);
});

test("a lost piece, a lost answer: what is sent again completes it", async () => {
  for (const lost of [(/** @type {Message} */ m) => m.index === 1, (/** @type {Message} */ m) => m.kind === "form_got"]) {
    let loses = true;
    const { asking, signing, settled } = pages((message) => (loses && lost(message) ? null : message));
    await asking.show(FORM);
    await signing.sign(async () => bytes(20_000));
    await settled();
    assert.equal(signing.step, "sent");
    loses = false;
    await signing.send();
    await settled();
    assert.deepEqual([asking.pdf, signing.step], [signing.pdf, "kept"]);
  }
});

test("declined is told, and nothing is signed", async () => {
  const { asking, signing, settled } = pages();
  await asking.show(FORM);
  signing.decline();
  await settled();
  assert.deepEqual([asking.step, asking.pdf, signing.form], ["declined", null, null]);
});

test("a form that is signed and not saved is not replaced", async () => {
  const { asking, signing, settled } = pages();
  await asking.show(FORM);
  await signing.sign(async () => bytes(10));
  await settled();
  await asking.show({ ...FORM, text: "Something else" });
  assert.equal(signing.form?.text, FORM.text);
});

test("forms and pieces that nobody meant are ignored", async () => {
  const { asking, signing } = pages();
  const id = "0".repeat(32);
  for (const bad of [{}, { id: 1 }, { id, title: "a", text: "", language: "de" }, { id, title: "a", text: "x".repeat(8_001), language: "de" }, { id, title: "a", text: "a\u202e", language: "de" }, { id, title: "a", text: "a", language: "../x" }, { id: "x", title: "a", text: "a", language: "de" }]) {
    assert.equal(signing.shown(bad), false, JSON.stringify(bad).slice(0, 80));
  }
  await asking.show(FORM);
  const own = asking.form?.id;
  for (const bad of [{ id, index: 0, count: 1, hash: "", piece: "AA" }, { id: own, index: 0, count: PIECES_MAX + 1, piece: "AA" }, { id: own, index: -1, count: 1, piece: "AA" }, { id: own, index: 1, count: 1, piece: "AA" }, { id: own, index: 0.5, count: 1, piece: "AA" }, { id: own, index: 0, count: 1, piece: "!" }, { id: own, index: 0, count: 1, piece: "A".repeat(20_000) }]) {
    await asking.piece(bad);
    assert.deepEqual([asking.pdf, asking.step], [null, "asked"], JSON.stringify(bad).slice(0, 80));
  }
});

test("a form that cannot be sent says so", async () => {
  const asking = new Asking(async () => false, () => "", () => {});
  await asking.show(FORM);
  assert.equal(asking.step, "failed");
  const signing = new Signing(async () => false, () => "", () => {});
  signing.shown({ ...FORM, id: "0".repeat(32) });
  await signing.sign(async () => bytes(10));
  assert.deepEqual([signing.step, signing.unsaved], ["failed", true], "the own copy is there to be saved");
});

test("a PDF goes to the patient as a file, comes back signed as a file, and is confirmed by its hash", async () => {
  const { asking, signing, settled, handed } = pages();
  asking.showPdf("Own.pdf", bytes(100_000));
  const id = asking.form?.id ?? "";
  assert.deepEqual([asking.step, handed.length, handed[0]?.form], ["sending", 1, id]);
  asking.handed([{ id: "t1", phase: "sending", delivered: false }]);
  assert.equal(asking.step, "sending");
  asking.handed([{ id: "t1", phase: "over", delivered: true }]);
  assert.equal(asking.step, "asked");
  assert.equal(signing.shownPdf(id, "Own.pdf", bytes(100_000)), true);
  await signing.sign(async (form) => /** @type {Uint8Array<ArrayBuffer>} */ (new Uint8Array([...(form.pdf ?? []), 1])));
  assert.deepEqual([signing.step, handed[1]?.to, handed[1]?.form], ["working", "staff", id]);
  signing.handed([{ id: "t2", phase: "over", delivered: false }]);
  assert.equal(signing.step, "failed", "not arrived: the person may send it again");
  await signing.send();
  signing.handed([{ id: "t2", phase: "over", delivered: false }, { id: "t3", phase: "sending", delivered: false }]);
  assert.equal(signing.step, "working", "of the one before nothing follows");
  signing.handed([{ id: "t3", phase: "over", delivered: true }]);
  assert.equal(signing.step, "sent");
  const signed = /** @type {Uint8Array<ArrayBuffer>} */ (handed[2]?.pdf);
  await asking.signed(id, signed);
  await settled();
  assert.deepEqual([asking.step, signing.step, asking.pdf, asking.hash], ["signed", "kept", signing.pdf, signing.hash]);
  await asking.signed(id, bytes(7));
  assert.deepEqual(asking.pdf, signing.pdf, "what was signed is not replaced");
});

test("a PDF is taken where one is awaited, within its size, and not over a form that is signed", async () => {
  const { asking, signing } = pages();
  assert.deepEqual([asking.wants("0".repeat(32), 10), signing.wants(PDF_BYTES_MAX), signing.wants(PDF_BYTES_MAX + 1)], [false, true, false]);
  await asking.show(FORM);
  assert.equal(asking.wants(asking.form?.id ?? "", 10), false, "of a text the signed form comes in pieces");
  asking.showPdf("Own.pdf", bytes(10));
  const id = asking.form?.id ?? "";
  assert.deepEqual([asking.wants(id, SIGNED_BYTES_MAX), asking.wants(id, SIGNED_BYTES_MAX + 1), asking.wants("1".repeat(32), 10)], [true, false, false]);
  signing.shownPdf(id, "Own.pdf", bytes(10));
  await signing.sign(async () => bytes(11));
  assert.equal(signing.wants(10), false);
  assert.equal(signing.shownPdf("2".repeat(32), "Other.pdf", bytes(10)), false);
});

test("staff are told whether a patient does not want to sign, or could not see the form", async () => {
  for (const [unread, step] of /** @type {const} */ ([[false, "declined"], [true, "unread"]])) {
    const { asking, signing, settled } = pages();
    await asking.show(FORM);
    signing.decline(unread);
    await settled();
    assert.equal(asking.step, step);
  }
});
