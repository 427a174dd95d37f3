// The consent form at the staff's page: choose one, see what becomes of it, keep the PDF.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { FORM_CHARS_MAX } from "../forms/markdown.js";
import { PDF_BYTES_MAX, PDF_PAGES_MAX } from "../forms/own.js";
import { formPaper } from "../forms/view.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";
import { progress } from "../files/state.js";
import { sizeText } from "../files/view.js";
import { nameText } from "./words.js";

/** @import { Call } from "./state.js" */
/** @import { Acts, Outside } from "./main.js" */

/** In the tools of a call. @param {Call} call @param {Outside} outside @param {Acts} acts */
export function formOfCall(call, outside, acts) {
  const { asking } = outside;
  const may = call.state === "in_call" && outside.reaches;
  const chosen = (/** @type {Event} */ event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const file = input.files?.[0] ?? null;
    input.value = ""; // The same file may be chosen again.
    if (file !== null) acts.formOwn(file);
  };
  return html`<h3>${t("staff-form")}</h3>
    ${asking.form === null ? html`
      <button class="tool" type="button" data-action="form-template" aria-disabled=${may ? nothing : "true"} @click=${() => may && acts.formTemplate()}>${icon("pen")}${t("staff-form-template")}</button>
      <div class="field"><label for="form-own">${t("staff-form-own")}</label><input class="input" id="form-own" type="file" accept=".pdf,.md,.txt,application/pdf,text/markdown,text/plain" ?disabled=${!may} aria-describedby="form-limit" @change=${chosen}>
      <p class="small soft" id="form-limit">${t("staff-form-limit", { size: sizeText(PDF_BYTES_MAX), pages: PDF_PAGES_MAX, chars: FORM_CHARS_MAX })}</p>
      ${asking.refused === null ? nothing : html`<p class="banner banner--lamp" role="alert" data-refused=${asking.refused}>${icon("warn")}<span>${t(`staff-form-not-${asking.refused}`)}</span></p>`}</div>` : state(call, outside, acts)}`;
}

/** @param {Call} call @param {Outside} outside @param {Acts} acts */
function state(call, outside, acts) {
  const { asking, formPages, files } = outside;
  if (asking.form === null) return nothing;
  const sent = asking.step === "sending" ? files.state.files.find(({ own, form, phase }) => own && phase !== "over" && form === asking.form?.id) : undefined;
  return html`<p role="status" data-form=${asking.step} data-hash=${asking.hash}>${t(`staff-form-${asking.step}`, { name: nameText(call.name) })}</p>
    ${asking.step === "sending" ? html`<progress max="1" .value=${sent === undefined ? 0 : progress(sent)} aria-label=${t("staff-form")}></progress>` : nothing}
    ${asking.step === "lost" ? html`<button class="btn btn--go btn--wide" type="button" data-action="form-again" aria-disabled=${outside.reaches ? nothing : "true"} @click=${() => outside.reaches && acts.formAgain()}>${icon("again")}${t("staff-form-again")}</button>` : nothing}
    <details><summary>${t("staff-form-show")}</summary>${formPaper(asking.form, formPages, t("staff-form"), acts.redraw)}</details>
    ${asking.pdf === null ? nothing : html`<p class="small soft mono">SHA-256 ${asking.hash}</p>
      <button class="btn ${asking.saved ? "" : "btn--go"} btn--wide" type="button" data-action="form-save" @click=${acts.formSave}>${icon("save")}${t("staff-form-save")}</button>`}
    ${asking.unsaved ? html`<p class="small soft">${t("staff-form-unsaved")}</p>` : html`<button class="btn btn--wide" type="button" data-action="form-done" @click=${() => asking.close()}>${t("staff-form-done")}</button>`}`;
}
