// V0, the first minutes of a new waiting room: who you are, then the link for your patients.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";
import { banners } from "./bar.js";
import { inviteButton } from "./invite-view.js";
import { codeLine, qr } from "./link.js";
import { shownArea } from "./state.js";

/** @import { Acts, Outside } from "./main.js" */
/** @import { State } from "./state.js" */

/** As the daemon accepts it; what patients read must fit on a phone. */
const TEXT_CHARS_MAX = 100;

/** What a new database calls its waiting room: patients should read a name. */
const NOT_SAID = "Reception";

/** @param {State} state @param {Outside} outside @param {Acts} acts */
export function firstRunView(state, outside, acts) {
  return html`<main id="main" class="desk desk--one" data-screen="V0" data-step=${state.place}><div class="stack stack--l">
    ${steps(state.place === "setup" ? 1 : 2)}
    ${banners(state, acts)}
    ${state.place === "setup" ? nameStep(state, acts) : linkStep(state, outside, acts)}
  </div></main>`;
}

/** @param {1 | 2} current */
function steps(current) {
  const step = (/** @type {number} */ n, /** @type {string} */ text) => html`<li class=${n < current ? "done" : ""} aria-current=${n === current ? "step" : nothing}><span class="dot">${n < current
    ? icon("check", "i--s") : n}</span><span class="txt">${text}</span></li>`;
  return html`<ol class="steps" aria-label=${t("staff-steps")}>${step(1, t("staff-step-name"))}${step(2, t("staff-step-link"))}</ol>`;
}

/** @param {State} state @param {Acts} acts */
function nameStep(state, acts) {
  const area = shownArea(state);
  /** @param {SubmitEvent} event */
  const save = (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const text = (/** @type {string} */ name) => String(form.get(name) ?? "").trim();
    if (area !== null) acts.saveArea({ action: "set_area", area: area.slug, title: text("title"), practice: text("practice"), help_phone: text("help_phone") });
  };
  const field = (/** @type {string} */ name, /** @type {string} */ value, /** @type {Record<"label" | "hint", string>} */ words, type = "text", autocomplete = "off") => html`<div class="field">
    <label for="f-${name}">${words.label}</label>
    <input class="input" id="f-${name}" name=${name} type=${type} maxlength=${TEXT_CHARS_MAX} autocomplete=${autocomplete} ?required=${name === "title"} .value=${value} aria-describedby="h-${name}">
    <p class="hint" id="h-${name}">${words.hint}</p></div>`;
  return html`<h1>${t("staff-setup-title")}</h1>
    <form class="card stack stack--l" @submit=${save}>
      ${field("title", area === null || area.title === NOT_SAID ? "" : area.title, { label: t("staff-setup-name"), hint: t("staff-setup-name-hint") }, "text", "name")}
      ${field("practice", area?.practice ?? "", { label: t("staff-setup-practice"), hint: t("staff-setup-practice-hint") }, "text", "organization")}
      ${field("help_phone", area?.help_phone ?? "", { label: t("staff-setup-phone"), hint: t("staff-setup-phone-hint") }, "tel", "tel")}
      <button class="btn btn--go btn--big" data-action="enrol-save" aria-disabled=${state.link === "live" ? nothing : "true"}>${t("staff-setup-save")}</button>
    </form>`;
}

/** @param {State} state @param {Outside} outside @param {Acts} acts */
function linkStep(state, outside, acts) {
  const url = outside.links[state.area ?? ""];
  return html`<h1>${t("staff-link-title")}</h1>
    <section class="card stack stack--l">
      ${url === undefined ? html`<p>${t("staff-link-unknown")}</p>` : html`<div class="linkqr">
        <div class="stack"><h2>${t("staff-link-this")}</h2><p class="linkbox" data-link=${url}>${url}</p><p class="small soft">${t("staff-link-say")}</p>
          <div class="row row--s"><button class="btn btn--s" type="button" data-action="copy-link" @click=${() => acts.copy(url)}>${icon("copy", "i--s")}${t("staff-copy")}</button>${inviteButton(state, acts)}</div></div>
        ${qr(url)}</div>
      <div class="banner">${icon("phone")}<p><strong>${t("staff-link-phone")}</strong> ${t("staff-link-phone-say")} <span class="mono">${url.replace(/^https?:\/\//, "").replace(/#.*/, "")}</span></p></div>
      ${codeLine(state)}
      <div class="row row--s"><a class="btn" href=${url} target="_blank" rel="noopener noreferrer">${icon("eye", "i--s")}${t("staff-as-patient")}</a></div>`}
    </section>
    <button class="btn btn--lamp btn--big" type="button" data-action="open-room" @click=${() => acts.tell({ kind: "place", place: "room" })}>${icon("door")}${t("staff-open-room")}</button>`;
}
