// The pages of a PDF as pictures, in this page and nowhere else: no viewer of the browser, which phones may lack, and no script, link or file of the
// PDF's own. pdf.js (vendor/) is loaded when there is such a form, and at no other time.

import { t } from "../i18n.js";

/** @import { Bytes } from "../e2ee/bytes.js" */

/**
 * What we need of pdf.js.
 * @typedef {{ width: number, height: number }} Viewport
 * @typedef {{ getViewport: (how: { scale: number }) => Viewport, render: (how: { canvas: HTMLCanvasElement, viewport: Viewport }) => { promise: Promise<void> },
 *   getTextContent: () => Promise<{ items: { str?: string, hasEOL?: boolean }[] }>, cleanup: () => boolean }} PdfPage
 * @typedef {{ numPages: number, getPage: (number: number) => Promise<PdfPage> }} PdfDocument
 * @typedef {{ promise: Promise<PdfDocument>, destroy: () => Promise<void> }} Loading
 * @typedef {{ GlobalWorkerOptions: { workerSrc: string }, getDocument: (how: Record<string, unknown>) => Loading }} PdfJs
 */

/** As sharp as small print needs when it is made twice as large; no phone refuses a canvas of this size. */
const PIXELS = { width: 1_600, height: 4_000 };
/** How large a page may be shown, in widths of what is there. */
const ZOOMS = [1, 1.5, 2, 3];

const folder = "../../vendor/pdfjs-dist/legacy/build/";

/** @returns {Promise<PdfJs>} */
async function library() {
  const pdfjs = await import(new URL(`${folder}pdf.min.mjs`, import.meta.url).href);
  pdfjs.GlobalWorkerOptions.workerSrc = new URL(`${folder}pdf.worker.min.mjs`, import.meta.url).href;
  return pdfjs;
}

export class Pages {
  /** Put it anywhere; it stays the same. */
  element = Object.assign(document.createElement("div"), { className: "pages" });
  #loading;
  #zoom = 0;
  /** One page after the other. */
  #turn = Promise.resolve();
  /** A page is drawn when it is near, and its picture dropped when it is far. */
  #near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) this.#turn = this.#turn.then(() => this.#draw(/** @type {HTMLElement} */ (target), isIntersecting)).catch(() => {});
  }, { rootMargin: "50%" });
  /** @type {Map<Element, PdfPage>} */ #pages = new Map();

  /** @param {Loading} loading */
  constructor(loading) {
    this.#loading = loading;
  }

  /** Fails if any of its pages cannot be shown whole. @param {Bytes} bytes */
  static async open(bytes) {
    const { getDocument } = await library();
    const pages = new Pages(getDocument({ data: bytes.slice(), isEvalSupported: false, enableXfa: false, stopAtErrors: true, useWasm: false, useWorkerFetch: false, disableAutoFetch: true, verbosity: 0 }));
    try {
      await pages.#read();
      return pages;
    } catch (error) {
      pages.close();
      throw error;
    }
  }

  async #read() {
    const pdf = await this.#loading.promise;
    for (let number = 1; number <= pdf.numPages; number += 1) {
      const page = await pdf.getPage(number);
      const { width, height } = page.getViewport({ scale: 1 });
      const figure = document.createElement("figure");
      figure.style.aspectRatio = `${width} / ${height}`;
      const { items } = await page.getTextContent();
      const text = items.map(({ str = "", hasEOL }) => str + (hasEOL ? "\n" : "")).join("");
      const canvas = document.createElement("canvas");
      canvas.ariaHidden = "true";
      figure.append(canvas, Object.assign(document.createElement("div"), { className: "sr", textContent: `${t("form-page", { page: number, pages: pdf.numPages })}\n${text}` }));
      this.#pages.set(figure, page);
      if (number === 1) await this.#draw(figure, true); // So that what cannot be drawn is known before it is shown.
      this.element.append(figure);
    }
    for (const figure of this.#pages.keys()) this.#near.observe(figure);
  }

  /** @param {HTMLElement} figure @param {boolean} near */
  async #draw(figure, near) {
    const [page, canvas] = [this.#pages.get(figure), figure.querySelector("canvas")];
    if (page === undefined || canvas === null) return;
    if (!near) {
      canvas.width = canvas.height = 0;
      delete figure.dataset["drawn"];
      page.cleanup();
      return;
    }
    if (figure.dataset["drawn"] !== undefined) return;
    const { width, height } = page.getViewport({ scale: 1 });
    const viewport = page.getViewport({ scale: Math.min(PIXELS.width / width, PIXELS.height / height) });
    [canvas.width, canvas.height] = [Math.round(viewport.width), Math.round(viewport.height)];
    await page.render({ canvas, viewport }).promise;
    figure.dataset["drawn"] = "";
  }

  get largest() {
    return this.#zoom + 1 === ZOOMS.length;
  }

  /** Larger by a step, and after the largest as it was. */
  zoom() {
    this.#zoom = (this.#zoom + 1) % ZOOMS.length;
    this.element.style.inlineSize = `${100 * (ZOOMS[this.#zoom] ?? 1)}%`;
  }

  close() {
    this.#near.disconnect();
    this.#pages.clear();
    this.element.replaceChildren();
    void this.#loading.destroy();
  }
}
