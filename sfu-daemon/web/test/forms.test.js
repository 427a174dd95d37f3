// The consent form: a safe little Markdown, five templates, and a PDF that holds the text, the signature and the hash, whatever is written in it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { inflateSync } from "node:zlib";
import { clean, filled, FORM_CHARS_MAX, parse } from "../js/forms/markdown.js";
import { sha256, toHex, utf8 } from "../js/e2ee/bytes.js";
import { isPdf, PDF_BYTES_MAX, PDF_PAGES_MAX, unfit } from "../js/forms/own.js";
import { library, printable, signedPdf } from "../js/forms/pdf.js";

const LANGUAGES = ["de", "en", "es", "fr", "pt"];
const template = (/** @type {string} */ language) => readFileSync(new URL(`../locales/${language}/consent.md`, import.meta.url), "utf8");
/** One transparent point. */
const PNG = Uint8Array.from(atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="), (c) => c.charCodeAt(0));
const AT = new Date("2026-03-01T10:00:00Z");

test("headings, paragraphs, lists, bold and italic are understood, and nothing else", () => {
  assert.deepEqual(parse("# A\n\none\ntwo **three** *four*\n- five\n2. six"), [
    { kind: "heading", level: 1, spans: [{ text: "A", bold: false, italic: false }] },
    { kind: "paragraph", spans: [{ text: "one two ", bold: false, italic: false }, { text: "three", bold: true, italic: false }, { text: " ", bold: false, italic: false }, { text: "four", bold: false, italic: true }] },
    { kind: "item", mark: "•", spans: [{ text: "five", bold: false, italic: false }] },
    { kind: "item", mark: "2.", spans: [{ text: "six", bold: false, italic: false }] },
  ]);
  for (const bad of ["<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "![x](https://tracker)", "&lt;b&gt;", "**", "*", "****", "* *", "####### x"]) {
    const said = parse(bad).map((block) => block.spans.map((span) => span.text).join("")).join("");
    assert.ok(bad.includes(said) || said === bad, bad);
  }
});

test("control characters, and those that turn or hide text, are gone; line ends do not change the hash", async () => {
  assert.equal(clean("a\u202eb\u0000c\u200bd"), "a b c d");
  const hash = async (/** @type {string} */ text) => toHex(await sha256(utf8(clean(text))));
  assert.equal(await hash("a\r\nb"), await hash("a\nb"));
  assert.equal(toHex(await sha256(utf8("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("every language has the whole template, short enough to send", () => {
  const shape = (/** @type {string} */ language) => parse(template(language)).map((block) => block.kind + ("level" in block ? block.level : ""));
  for (const language of LANGUAGES) {
    const text = template(language);
    assert.deepEqual(shape(language), shape("en"), language);
    assert.ok(text.includes("{practice}") && text.includes("{title}") && text.length < FORM_CHARS_MAX, language);
    assert.ok(filled(text, { practice: "Praxis # *", title: "Dr. X" }).includes("Dr. X") && !filled(text, { practice: "P", title: "T" }).includes("{"));
  }
});

test("the PDF parses again and holds the whole text, the signature and the hash", async () => {
  const lib = await library();
  for (const language of LANGUAGES) {
    const form = filled(template(language), { practice: "Praxis am Lindenhof", title: "Dr. Lena Hoffmann" });
    const hash = toHex(await sha256(utf8(form)));
    const pdf = await signedPdf(lib, { title: "Consent", form, signature: PNG, above: "", below: ["Maria Castro", hash], at: AT, language });
    const read = await lib.PDFDocument.load(pdf);
    assert.equal(read.getTitle(), "Consent");
    assert.deepEqual(read.getCreationDate(), AT);
    const shown = textOf(pdf);
    const font = await read.embedFont(lib.StandardFonts.Helvetica);
    const can = new Set(font.getCharacterSet());
    const encoded = (/** @type {string} */ word) => Buffer.from(font.encodeText(word).asString(), "hex").toString("latin1");
    for (const block of parse(form)) for (const span of block.spans) for (const word of printable(span.text, can).split(/\s+/)) assert.ok(shown.includes(encoded(word)), `${language}: ${word}`);
    assert.ok(shown.includes(hash) && shown.includes("Maria"));
    assert.ok(!shown.includes("?"), `${language}: Helvetica has every letter of the template`);
  }
});

test("hostile and foreign letters do not break the PDF", async () => {
  const lib = await library();
  const form = `# ${"\u202e"}א ب 中 😀 Łukasz\n${"x".repeat(5_000)}\n\u0000\n- ${"word ".repeat(2_000)}`;
  const pdf = await signedPdf(lib, { title: "\ud800 😀", form, signature: PNG, above: "", below: ["Nguyễn Thị 中\n"], at: AT, language: "de" });
  const read = await lib.PDFDocument.load(pdf);
  assert.ok(1 < read.getPageCount());
  assert.ok(textOf(pdf).includes("Nguyen"));
});

/** A clinic's own form. @param {(pdf: import("pdf-lib").PDFDocument, lib: typeof import("pdf-lib")) => unknown} [change] @param {number} [pages] */
async function ownPdf(change = () => {}, pages = 2) {
  const lib = await library();
  const pdf = await lib.PDFDocument.create();
  const font = await pdf.embedFont(lib.StandardFonts.Helvetica);
  for (let page = 1; page <= pages; page += 1) pdf.addPage().drawText(`Clause ${page}`, { x: 50, y: 700, font });
  await change(pdf, lib);
  return /** @type {Uint8Array<ArrayBuffer>} */ (await pdf.save());
}

test("an own PDF is signed by a page more: its pages stay, and name, signature and hash stand on the last", async () => {
  const lib = await library();
  const form = await ownPdf((pdf) => pdf.setTitle("Clinic"));
  const hash = toHex(await sha256(form));
  assert.equal(await unfit(lib, form), null);
  const signed = await signedPdf(lib, { title: "x.pdf", form, signature: PNG, above: "Signature", below: ["Maria Castro", hash], at: AT, language: "de" });
  const read = await lib.PDFDocument.load(signed, { updateMetadata: false });
  assert.deepEqual([read.getPageCount(), read.getTitle(), read.getModificationDate()], [3, "Clinic", AT]);
  const shown = textOf(signed);
  for (const word of ["Clause 1", "Clause 2", "Signature", "Maria", hash]) assert.ok(shown.includes(word), word);
  assert.ok(isPdf(signed) && signed.length < form.length + 100_000);
});

test("a PDF that is locked, broken, too large, or more than pages to read is refused, and says why", async () => {
  const lib = await library();
  const whole = await ownPdf();
  const dict = (/** @type {import("pdf-lib").PDFDocument} */ pdf, /** @type {any} */ entries) => pdf.context.register(pdf.context.obj(entries));
  const { PDFName, PDFString } = lib;
  /** @type {[string, string, Uint8Array<ArrayBuffer>][]} */
  const bad = [
    ["too_large", "a byte too many", new Uint8Array(PDF_BYTES_MAX + 1)],
    ["no_pdf", "a text", utf8("Hello")],
    ["no_pdf", "nothing", new Uint8Array()],
    ["broken", "its beginning", whole.slice(0, 200)],
    ["broken", "noise", utf8(`%PDF-1.7\n${"\u0000x<<".repeat(1_000)}`)],
    ["broken", "no page", utf8("%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\ntrailer\n<</Root 1 0 R>>\n")],
    ["pages", "a book", await ownPdf(() => {}, PDF_PAGES_MAX + 1)],
    ["locked", "encrypted", await ownPdf((pdf) => void (pdf.context.trailerInfo.Encrypt = dict(pdf, { Filter: "Standard", V: 1, R: 2 })))],
    ["active", "JavaScript at opening", await ownPdf((pdf) => pdf.addJavaScript("x", "app.alert(1)"))],
    ["active", "a program at opening", await ownPdf((pdf) => pdf.catalog.set(PDFName.of("OpenAction"), dict(pdf, { S: "Launch", F: PDFString.of("calc.exe") })))],
    ["active", "JavaScript at a page", await ownPdf((pdf) => pdf.getPage(1).node.set(PDFName.of("AA"), pdf.context.obj({ O: { S: "JavaScript", JS: PDFString.of("1") } })))],
    ["active", "an escaped name", await ownPdf((pdf) => pdf.catalog.set(PDFName.of("OpenAction"), dict(pdf, { S: PDFName.of("J#61vaScript") })))],
    ["active", "a form that sends itself", await ownPdf((pdf) => dict(pdf, { S: "SubmitForm", F: PDFString.of("https://x") }))],
    ["hidden", "an attachment", await ownPdf((pdf) => pdf.attach(utf8("MZ"), "x.exe"))],
    ["hidden", "XFA", await ownPdf((pdf) => pdf.catalog.set(PDFName.of("AcroForm"), pdf.context.obj({ Fields: [], XFA: PDFString.of("x") })))],
    ["pictures", "JPEG 2000", await ownPdf((pdf) => pdf.context.register(pdf.context.stream(new Uint8Array(9), { Filter: "JPXDecode" })))],
  ];
  for (const [why, what, bytes] of bad) assert.equal(await unfit(lib, bytes), why, what);
  const opens = await ownPdf((pdf) => pdf.catalog.set(PDFName.of("OpenAction"), pdf.context.obj([pdf.getPage(0).ref, "Fit"])));
  assert.equal(await unfit(lib, opens), null, "to open at a page is no harm");
});

/** The text that a PDF draws: its streams, inflated, with their hexadecimal strings, byte by byte. @param {Uint8Array} pdf */
function textOf(pdf) {
  const latin = Buffer.from(pdf).toString("latin1");
  let shown = "";
  for (const { index, 0: lead } of latin.matchAll(/stream\r?\n/g)) {
    if (latin.slice(index - 3, index) === "end") continue;
    const start = index + lead.length;
    const end = latin.indexOf("endstream", start);
    try {
      const content = inflateSync(Buffer.from(pdf.subarray(start, end))).toString("latin1");
      for (const [, digits = ""] of content.matchAll(/<([0-9A-F]*)> Tj/g)) shown += Buffer.from(digits, "hex").toString("latin1") + " ";
    } catch {
      // A picture, or another kind of stream.
    }
  }
  return shown;
}
