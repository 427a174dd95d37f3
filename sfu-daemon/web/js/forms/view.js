// A form as both sides see it.

import { html } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";
import { parse } from "./markdown.js";

/** @import { Form } from "./exchange.js" */
/** @import { Span } from "./markdown.js" */
/** @import { Pages } from "./pages.js" */

/** A form to read, as large as the reader wants it. @param {Form} form @param {Pages | null} pages of one that is a PDF @param {string} label @param {() => void} changed */
export function formPaper(form, pages, label, changed) {
  if (form.pdf === null) return html`<div class="paperform" tabindex="0" role="region" aria-label=${label} lang=${form.language}>${markdown(form.text, true)}</div>`;
  const zoom = () => {
    pages?.zoom();
    changed();
  };
  return html`<div class="paperform paperform--pages" tabindex="0" role="region" aria-label=${label}>${pages?.element}</div>
    <button class="btn btn--wide" type="button" data-action="form-larger" @click=${zoom}>${icon("eye")}${t(pages?.largest ? "form-smaller" : "form-larger")}</button>`;
}

/** @param {string} text in the few words of Markdown that markdown.js knows @param {boolean} [below] another heading of the page */
export function markdown(text, below = false) {
  return parse(text).map((block) => {
    switch (block.kind) {
      case "heading":
        return below ? html`<h3>${spans(block.spans)}</h3>` : html`<h2>${spans(block.spans)}</h2>`;
      case "paragraph":
        return html`<p>${spans(block.spans)}</p>`;
      case "item":
        return html`<p class="item"><span aria-hidden=${block.mark === "•"}>${block.mark}</span> ${spans(block.spans)}</p>`;
    }
  });
}

/** @param {Span[]} all */
function spans(all) {
  return all.map(({ text, bold, italic }) => (bold ? html`<strong>${text}</strong>` : italic ? html`<em>${text}</em>` : text));
}
