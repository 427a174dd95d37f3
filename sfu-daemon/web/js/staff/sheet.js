// The frame of a question to staff: a heading, a body, buttons; Esc is always the safe answer.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { modal } from "../dom.js";
import { t } from "../i18n.js";

/** @import { Acts } from "./main.js" */

/** @param {string} name @param {string} title @param {Acts} acts @param {unknown} body @param {unknown} buttons @param {unknown} [lead] @param {() => void} [onEnter] */
export function sheet(name, title, acts, body, buttons, lead = nothing, onEnter = undefined) {
  /** @param {KeyboardEvent} event */
  const key = (event) => {
    if (event.key !== "Enter" || onEnter === undefined || !(event.target instanceof HTMLHeadingElement || event.target instanceof HTMLDialogElement)) return;
    event.preventDefault();
    onEnter();
  };
  return html`<dialog class="dialog" data-screen=${name} aria-labelledby="dialog-title" @keydown=${key} ${modal(acts.close)}>
    <div class="row">${lead}<h2 id="dialog-title" class="grow">${title}</h2></div>
    ${body}
    <div class="acts">${buttons}</div>
  </dialog>`;
}

/** @param {Acts} acts */
export function done(acts) {
  return html`<button class="btn btn--go" type="button" data-action="close" @click=${acts.close}>${t("staff-done")}</button>`;
}

/** One line of text from a form: the daemon takes no line breaks. @param {SubmitEvent} event @param {string} field */
export function words(event, field) {
  return String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get(field) ?? "").replace(/\s+/g, " ").trim();
}
