// A form as both sides see it.

import { html } from "../../vendor/lit-html/lit-html.js";
import { parse } from "./markdown.js";

/** @import { Span } from "./markdown.js" */

/** @param {string} text in the few words of Markdown that markdown.js knows */
export function formBody(text) {
  return parse(text).map((block) => {
    switch (block.kind) {
      case "heading":
        return html`<h3>${spans(block.spans)}</h3>`;
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
