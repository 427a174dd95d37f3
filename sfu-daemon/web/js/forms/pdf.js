// The signed form as a PDF, made in the patient's browser. pdf-lib (vendor/) is loaded when somebody signs, and at no other time.

import { parse } from "./markdown.js";

/** @import { Bytes } from "../e2ee/bytes.js" */
/** @import { Span } from "./markdown.js" */

/** A4, in points. */
const [WIDTH, HEIGHT, MARGIN] = [595, 842, 56];
const LEADING = 1.4;
const SIZES = { 1: 18, 2: 14, 3: 12 };
const BODY = 11;
const SIGNATURE = { width: 300, height: 90 };

/**
 * @typedef {object} Signed
 * @property {string} title of the document
 * @property {string | Bytes} form in Markdown, or a PDF, to which a page is added
 * @property {Uint8Array} signature the drawing, as PNG
 * @property {string} above a heading above the signature, if it has a page of its own
 * @property {string[]} below what stands under the signature: who, when, the form's hash
 * @property {Date} at
 * @property {string} language
 */

/** pdf-lib, as one file of its own. @returns {Promise<typeof import("pdf-lib")>} */
export const library = () => import(new URL("../../vendor/pdf-lib/dist/pdf-lib.esm.min.js", import.meta.url).href);

/** @param {typeof import("pdf-lib")} lib @param {Signed} signed @returns {Promise<Bytes>} */
export async function signedPdf({ PDFDocument, StandardFonts }, { title, form, signature, above, below, at, language }) {
  const is_own = typeof form !== "string"; // Its author, title and language are the clinic's.
  const pdf = is_own ? await PDFDocument.load(form, { updateMetadata: false }) : await PDFDocument.create();
  if (!is_own) {
    pdf.setTitle(title);
    pdf.setLanguage(language);
    pdf.setCreationDate(at);
  }
  pdf.setModificationDate(at);
  const fonts = {
    plain: await pdf.embedFont(StandardFonts.Helvetica),
    bold: await pdf.embedFont(StandardFonts.HelveticaBold),
    italic: await pdf.embedFont(StandardFonts.HelveticaOblique),
  };
  const can = new Set(fonts.plain.getCharacterSet());
  let page = pdf.addPage([WIDTH, HEIGHT]);
  let y = HEIGHT - MARGIN;
  /** Goes down by a line, to the next page if this one is full. @param {number} height */
  const down = (height) => {
    if (y - height < MARGIN) {
      page = pdf.addPage([WIDTH, HEIGHT]);
      y = HEIGHT - MARGIN;
    }
    y -= height;
  };
  /** Words in lines as wide as the page. @param {Span[]} spans @param {number} size @param {number} indent */
  const write = (spans, size, indent) => {
    const space = fonts.plain.widthOfTextAtSize(" ", size);
    let x = MARGIN + indent;
    down(size * LEADING);
    for (const { text, bold, italic } of spans) {
      const font = bold ? fonts.bold : italic ? fonts.italic : fonts.plain;
      for (const word of words(printable(text, can), (part) => font.widthOfTextAtSize(part, size), WIDTH - 2 * MARGIN - indent)) {
        const width = font.widthOfTextAtSize(word, size);
        if (MARGIN + indent < x && WIDTH - MARGIN < x + width) {
          x = MARGIN + indent;
          down(size * LEADING);
        }
        page.drawText(word, { x, y, size, font });
        x += width + space;
      }
    }
  };
  const plain = (/** @type {string} */ text) => [{ text, bold: false, italic: false }];

  for (const block of parse(is_own ? `# ${above}` : form)) {
    switch (block.kind) {
      case "heading":
        y -= BODY;
        write(block.spans.map((span) => ({ ...span, bold: true })), SIZES[block.level], 0);
        break;
      case "paragraph":
        y -= BODY / 2;
        write(block.spans, BODY, 0);
        break;
      case "item":
        write([...plain(block.mark), ...block.spans], BODY, 14);
        break;
    }
  }
  const image = await pdf.embedPng(signature);
  const { width, height } = image.scaleToFit(SIGNATURE.width, SIGNATURE.height);
  down(SIGNATURE.height + 2 * BODY);
  page.drawImage(image, { x: MARGIN, y, width, height });
  page.drawLine({ start: { x: MARGIN, y: y - 2 }, end: { x: MARGIN + SIGNATURE.width, y: y - 2 } });
  for (const line of below) write(plain(line), 9, 0);
  return /** @type {Bytes} */ (await pdf.save());
}

/** What the font can write: Helvetica has the letters of western Europe. An accent that it lacks is left out, any other letter becomes a question mark; the
 * signature is a picture and shows every script. @param {string} text @param {Set<number>} can */
export function printable(text, can) {
  const letter = (/** @type {string} */ letter) => {
    if (can.has(letter.codePointAt(0) ?? 0)) return letter;
    const bare = letter.normalize("NFD").replace(/\p{M}/gu, "");
    return bare !== "" && [...bare].every((part) => can.has(part.codePointAt(0) ?? 0)) ? bare : /\s/u.test(letter) ? " " : /\p{M}/u.test(letter) ? "" : "?";
  };
  return [...text.normalize("NFC")].map(letter).join("");
}

/** @param {string} text @param {(text: string) => number} measure @param {number} width @returns {string[]} the words, of which none is wider than a line */
function words(text, measure, width) {
  return text.split(/\s+/).filter((word) => word !== "").flatMap((word) => {
    const parts = [""];
    for (const letter of measure(word) <= width ? [] : word) {
      if (width < measure(parts.at(-1) + letter)) parts.push("");
      parts[parts.length - 1] += letter;
    }
    return measure(word) <= width ? [word] : parts;
  });
}
