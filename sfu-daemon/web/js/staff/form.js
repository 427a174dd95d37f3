// The consent form at the staff's page: choose one, see what becomes of it, keep the PDF.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { FORM_CHARS_MAX } from "../forms/markdown.js";
import { formBody } from "../forms/view.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";
import { nameText } from "./words.js";

/** @import { Asking } from "../forms/exchange.js" */
/** @import { Call } from "./state.js" */
/** @import { Acts, Outside } from "./main.js" */

/** In the tools of a call. @param {Call} call @param {Outside} outside @param {Acts} acts */
export function formOfCall(call, outside, acts) {
  const { asking } = outside;
  const may = call.state === "in_call" && outside.reaches;
  return html`<h3>${t("staff-form")}</h3>
    ${asking.form === null ? html`
      <button class="tool" type="button" data-action="form-template" aria-disabled=${may ? nothing : "true"} @click=${() => may && acts.formTemplate()}>${icon("pen")}${t("staff-form-template")}</button>
      <div class="field"><label for="form-own">${t("staff-form-own")}</label><input class="input" id="form-own" type="file" accept=".md,.txt,text/markdown,text/plain" @change=${(/** @type {Event} */ event) => acts.formOwn(/** @type {HTMLInputElement} */ (event.target).files?.[0] ?? null)}>
      <p class="small soft">${t("staff-form-limit", { chars: FORM_CHARS_MAX })}</p></div>` : state(call, asking, acts)}`;
}

/** @param {Call} call @param {Asking} asking @param {Acts} acts */
function state(call, asking, acts) {
  return html`<p role="status" data-form=${asking.step} data-hash=${asking.hash}>${t(`staff-form-${asking.step}`, { name: nameText(call.name) })}</p>
    <details><summary>${t("staff-form-show")}</summary><div class="paperform" tabindex="0" role="region" aria-label=${t("staff-form")} lang=${asking.form?.language ?? nothing}>${formBody(asking.form?.text ?? "")}</div></details>
    ${asking.pdf === null ? nothing : html`<p class="small soft mono">SHA-256 ${asking.hash}</p>
      <button class="btn ${asking.saved ? "" : "btn--go"} btn--wide" type="button" data-action="form-save" @click=${acts.formSave}>${icon("save")}${t("staff-form-save")}</button>`}
    ${asking.unsaved ? html`<p class="small soft">${t("staff-form-unsaved")}</p>` : html`<button class="btn btn--wide" type="button" data-action="form-done" @click=${() => asking.close()}>${t("staff-form-done")}</button>`}`;
}
