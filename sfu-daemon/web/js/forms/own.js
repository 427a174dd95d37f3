// A clinic's own PDF as a consent form: whether it is one that a patient can read and sign. It is looked at before it is sent, and by whoever gets it.

/** @import { Bytes } from "../e2ee/bytes.js" */

export const PDF_BYTES_MAX = 5_000_000;
/** What was signed has a page more. */
export const SIGNED_BYTES_MAX = PDF_BYTES_MAX + 1_000_000;
/** What nobody reads in a call need not be sent in one. */
export const PDF_PAGES_MAX = 30;

/** Why a PDF is none that can be signed: `active` does something by itself, `hidden` has files or pages in it that are not seen, `pictures` has some that the page cannot show.
 * @typedef {"too_large" | "no_pdf" | "locked" | "broken" | "active" | "hidden" | "pictures" | "pages"} Unfit */

/** By the key that it stands under, or as a name that is the value of one. @type {[Unfit, Set<string>][]} */
const UNFIT = [
  ["active", new Set(["JS", "JavaScript", "Launch", "SubmitForm", "ImportData", "GoToE", "GoToR", "RichMedia", "Rendition", "Movie", "Sound", "3D"])],
  ["hidden", new Set(["EmbeddedFiles", "EmbeddedFile", "EF", "XFA", "Collection", "FileAttachment"])],
  ["pictures", new Set(["JPXDecode"])],
];

/** @param {typeof import("pdf-lib")} lib @param {Bytes} bytes @returns {Promise<Unfit | null>} null: it can be shown and signed */
export async function unfit(lib, bytes) {
  if (PDF_BYTES_MAX < bytes.length) return "too_large";
  if (!isPdf(bytes)) return "no_pdf";
  let pdf;
  try {
    pdf = await lib.PDFDocument.load(bytes, { throwOnInvalidObject: true, updateMetadata: false });
    if (pdf.getPageCount() < 1) return "broken";
    if (PDF_PAGES_MAX < pdf.getPageCount()) return "pages";
  } catch {
    return new TextDecoder("latin1").decode(bytes).includes("/Encrypt") ? "locked" : "broken";
  }
  const names = namesIn(lib, pdf.context);
  return UNFIT.find(([, unfit]) => [...unfit].some((name) => names.has(name)))?.[0] ?? null;
}

/** @param {Uint8Array} bytes */
export function isPdf(bytes) {
  return [..."%PDF-"].every((letter, at) => bytes[at] === letter.charCodeAt(0));
}

/** Every name in a document, whatever leads to it: a viewer may find ways that we do not. @param {typeof import("pdf-lib")} lib @param {import("pdf-lib").PDFContext} context */
function namesIn({ PDFArray, PDFDict, PDFName, PDFStream }, context) {
  /** @type {Set<string>} */ const names = new Set();
  /** @type {import("pdf-lib").PDFObject[]} */ const rest = context.enumerateIndirectObjects().map(([, object]) => object);
  for (let object = rest.pop(); object !== undefined; object = rest.pop()) {
    if (object instanceof PDFName) names.add(object.decodeText());
    else if (object instanceof PDFArray) rest.push(...object.asArray());
    else if (object instanceof PDFStream) rest.push(object.dict);
    else if (object instanceof PDFDict) for (const entry of object.entries()) rest.push(...entry);
  }
  return names;
}
