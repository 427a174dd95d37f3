// Something to look at for those who wait: a picture, a video or a PDF of the practice. Nothing plays by itself, and nothing leaves the page.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { Pages } from "../forms/pages.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";
import { addressOf } from "../look.js";

/** @import { Ui } from "./corridor.js" */

/** The PDF, while somebody reads it. */
export class Sheet {
  /** @type {Pages | null} */ pages = null;
  /** @type {"shut" | "opening" | "open" | "failed"} */ is = "shut";
  #changed;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  /** Opens it, or closes it. @param {string} address */
  async turn(address) {
    if (this.is === "opening") return;
    if (this.is === "open") return this.close();
    this.is = "opening";
    this.#changed();
    try {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      this.pages = await Pages.open(new Uint8Array(await answer.arrayBuffer()));
      this.is = "open";
    } catch {
      this.is = "failed";
    }
    this.#changed();
  }

  close() {
    this.pages?.close();
    this.pages = null;
    this.is = "shut";
    this.#changed();
  }
}

/** @param {Ui} ui */
export function show({ state, act, sheet, redraw }) {
  const file = state.area?.look.show;
  const [image, video, pdf] = [addressOf(file, "image"), addressOf(file, "video"), addressOf(file, "pdf")];
  if (image !== null) return html`<img class="show" data-show="image" src=${image} alt=${t("p3-show-picture")}>`;
  if (video !== null) return html`<video class="show" data-show="video" controls playsinline preload="metadata" src=${video} aria-label=${t("p3-show-video")}></video>`;
  if (pdf === null) return nothing;
  const zoom = () => {
    sheet.pages?.zoom();
    redraw();
  };
  return html`<div class="stack stack--s" data-show="pdf" data-sheet=${sheet.is}>
    <button class="btn btn--wide" type="button" data-action="sheet" aria-expanded=${sheet.is === "open" ? "true" : "false"} aria-disabled=${sheet.is === "opening" ? "true" : nothing} @click=${act.sheet}>${icon("file")}${t(sheet.is === "open" ? "p3-show-close" : "p3-show-read")}</button>
    ${sheet.is === "failed" ? html`<p class="banner" role="alert">${icon("info")}<span>${t("p3-show-failed")}</span></p>` : nothing}
    ${sheet.is !== "open" ? nothing : html`<div class="paperform paperform--pages" tabindex="0" role="region" aria-label=${t("p3-show-sheet")}>${sheet.pages?.element}</div>
      <button class="btn btn--wide" type="button" data-action="sheet-larger" @click=${zoom}>${icon("eye")}${t(sheet.pages?.largest ? "form-smaller" : "form-larger")}</button>`}
  </div>`;
}
