// Who the practice is, before a name is given: the code for a link without its key, and what stops when the key is another's.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { modal } from "../dom.js";
import { icon } from "../icons.js";
import { rich, t } from "../i18n.js";
import { trustOf } from "../state.js";
import { tel } from "../view.js";
import { callPractice, corridor, lostBanner, phoneOf, whoFirst } from "./corridor.js";
import { doorScene } from "./scene.js";

/** @import { State } from "../state.js" */
/** @import { Ui } from "./corridor.js" */

const PARTS = [0, 1, 2, 3];
const PART_CHARS = 4;

/** The practice insists on link or code. @param {Ui} ui */
export function codeFirst(ui) {
  return corridor(ui, "P0-code", {
    short: true, wall: doorScene("lockq"),
    main: html`${lostBanner(ui.state)}
      <div class="stack stack--s"><h1>${t("code-first-title")}</h1><p class="lead">${t("code-first-text")}</p></div>
      ${codeForm(ui, "btn--go btn--big")}
      ${whatFor(ui.state)}`,
  });
}

/** Under the name: what is known of the practice, and where to type the code. @param {Ui} ui */
export function trustLine({ state, act }) {
  if (trustOf(state) === "unverified") {
    return html`<li>${icon("eye")}<span>${t("p0-who-sees")}</span></li>
      <li data-trust="unverified">${icon("lockq")}<span>${t("p0-not-verified")} <button class="link" type="button" data-action="have-code" @click=${() => act.dialog("code")}>${t("p0-have-code")}</button></span></li>`;
  }
  return html`<li data-trust=${trustOf(state)}>${icon("lock")}<span>${t(trustOf(state) === "code" ? "p0-verified-code" : "p0-verified-link")}</span></li>`;
}

/** @param {Ui} ui */
export function codeDialog(ui) {
  const close = () => ui.act.dialog("");
  return html`<dialog class="dialog" data-screen="code" aria-labelledby="code-title" ${modal(close)}>
    <h2 id="code-title">${t("code-title")}</h2>
    ${codeForm(ui, "btn--go")}
    ${whatFor(ui.state)}
    <div class="acts"><button class="btn" type="button" data-action="close" @click=${close}>${t("close")}</button></div></dialog>`;
}

/** @param {Ui} ui @param {string} look of its button */
function codeForm({ state, act }, look) {
  const problem = state.code_problem;
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    act.typeCode(new FormData(/** @type {HTMLFormElement} */ (event.target)).getAll("part").join(""));
  };
  // A whole code that is pasted into the first part fills all.
  const paste = (/** @type {ClipboardEvent} */ event) => {
    const text = (event.clipboardData?.getData("text") ?? "").replaceAll(/[^\p{L}\d]/gu, "");
    const parts = /** @type {HTMLElement} */ (event.currentTarget).querySelectorAll("input");
    if (text.length <= PART_CHARS || event.target !== parts[0]) return;
    event.preventDefault();
    for (const [at, part] of parts.entries()) part.value = text.slice(at * PART_CHARS, (at + 1) * PART_CHARS);
  };
  return html`<form class="stack" novalidate @submit=${submit}>
    <fieldset class="field"><legend class="label">${t("code-parts")}</legend>
      <div class="codebox" @paste=${paste}>${PARTS.map((at) => html`<input class="input" name="part" aria-label=${t("code-part", { part: at + 1 })} maxlength=${at === 0 ? 19 : PART_CHARS} autocomplete="off" autocapitalize="characters" spellcheck="false"
        aria-invalid=${problem === "" ? nothing : "true"} aria-describedby=${problem === "" ? "code-hint" : "code-problem"}>`)}</div>
      ${problem === "" ? nothing : html`<p class="error" id="code-problem" role="alert">${icon("warn", "i--s")}${t(`code-${problem}`)}</p>`}
      <p class="hint" id="code-hint">${t("code-paste")}</p>
    </fieldset>
    <button class="btn btn--wide ${look}" data-action="code-send">${t("code-go-on")}</button>
  </form>`;
}

/** @param {State} state */
function whatFor(state) {
  const phone = phoneOf(state);
  return html`<div class="banner">${icon("info")}<p>${t("code-what-for", { who: whoFirst(state) })} ${phone === "" ? nothing : html`${t("code-none")} <a href=${tel(phone)}>${t("call-practice")}</a>`}</p></div>`;
}

/** The key is another's, or none that can be believed. Nothing was sent. @param {Ui} ui */
export function different(ui) {
  const { state, act } = ui;
  const why = state.judged?.kind === "different" ? state.judged.why : "other_key";
  const old = why === "out_of_date";
  const text = old ? t("different-old-text") : t(why === "not_referred" ? "different-elsewhere-text" : "different-text");
  return corridor(ui, "different", {
    short: true, wall: doorScene("warn"),
    main: html`<div class="stack stack--s" data-why=${why}><h1>${t(old ? "different-old-title" : "different-title")}</h1><p class="lead">${text}</p></div>
      <ul class="promise">${state.patient === null ? html`<li>${icon("shield")}<span>${t("different-nothing")}</span></li>` : nothing}<li>${icon("phone")}<span>${rich("different-ask")}</span></li></ul>
      <div class="stack">${callPractice(state, "btn--go btn--big")}<button class="btn btn--wide" type="button" data-action="reload" @click=${act.reload}>${icon("again")}${t("outdated-reload")}</button></div>`,
  });
}
