// P0: one field, one button. Or why there is none today.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../icons.js";
import { dayName, isElsewhere, minuteTime, momentOf, placeOfZone, weekOf } from "../hours.js";
import { rich, t } from "../i18n.js";
import { disconnected } from "../state.js";
import { codeDialog, trustLine } from "./code.js";
import { callPractice, corridor, lostBanner, names, presence, pulse, welcome, whoFirst } from "./corridor.js";

/** @import { State } from "../state.js" */
/** @import { Ui } from "./corridor.js" */

const PORTRAIT = new URL("../../img/clinician.svg", import.meta.url).pathname;
const NAME_CHARS_MAX = 200; // what the daemon accepts
const PASSCODE_CHARS_MAX = 200; // likewise

/** @param {Ui} ui */
export function checkIn(ui) {
  const { state, act } = ui;
  const busy = state.asked === "check_in" && !disconnected(state);
  return corridor(ui, "P0", {
    wall: portraitWall(state),
    main: html`${lostBanner(state)}
      ${state.place_lost ? html`<div class="banner banner--lamp" role="status">${icon("info")}<p>${t("p0-place-lost")}</p></div>` : nothing}
      ${state.too_many_until === null ? nothing : html`<div class="banner" role="status">${icon("people")}<p>${t("p0-too-many")}</p></div>`}
      ${state.pass_problem === "link" ? linkUsed() : nothing}
      ${state.is_guest ? html`<div class="stack stack--s" data-guest><h1>${t("p0-guest-title")}</h1><p class="lead">${t("p0-guest-text", { who: whoFirst(state) })}</p></div>` : html`<h1>${t("p0-title")}</h1>`}
      ${nameForm(state, { action: "check-in", label: t(busy ? "p0-checking-in" : "p0-check-in"), busy: busy || disconnected(state), submit: act.checkIn, passcode: state.area?.entry === "passcode" && !state.has_link && !state.is_guest })}
      ${welcome(state)}
      <ul class="promise">
        <li>${icon("check")}<span>${t("p0-no-app")}</span></li>
        ${trustLine(ui)}
        <li>${icon("shield")}<span>${t("p0-no-record")}</span></li>
      </ul>
      ${state.dialog === "code" ? codeDialog(ui) : nothing}`,
  });
}

/** The name and the one button, also for coming back. @param {State} state
 * @param {{ action: string, label: string, busy: boolean, submit: (name: string, passcode?: string) => void, passcode?: boolean }} what `passcode`: it is asked for */
export function nameForm(state, { action, label, busy, submit, passcode = false }) {
  const problem = state.name_problem;
  const send = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    if (busy) return;
    const { elements } = /** @type {HTMLFormElement} */ (event.target);
    const input = /** @type {HTMLInputElement} */ (elements.namedItem("name"));
    const code = /** @type {HTMLInputElement | null} */ (elements.namedItem("passcode"));
    submit(input.value, code?.value.trim() ?? "");
    if (input.value.trim() === "") input.focus();
  };
  return html`<form class="stack" novalidate @submit=${send}>
    <div class="field">
      <label for="name">${t("p0-name")}</label>
      <input class="input input--big" id="name" name="name" .defaultValue=${state.name} autocomplete="name" autocapitalize="words" spellcheck="false" required maxlength=${NAME_CHARS_MAX}
        aria-invalid=${problem === "" ? nothing : "true"} aria-describedby=${problem === "" ? nothing : "name-problem"}>
      ${problem === "" ? nothing : html`<p class="error" id="name-problem" role="alert">${icon("warn", "i--s")}${t(problem === "empty" ? "p0-name-empty" : "p0-name-refused")}</p>`}
    </div>
    ${passcode ? passcodeField(state.pass_problem === "code") : nothing}
    <button class="btn btn--go btn--big btn--wide" data-action=${action} aria-disabled=${busy ? "true" : nothing}>${icon("door")}${label}</button>
  </form>`;
}

/** @param {boolean} is_wrong */
function passcodeField(is_wrong) {
  return html`<div class="field">
    <label for="passcode">${t("p0-passcode")}</label>
    <input class="input input--big" id="passcode" name="passcode" autocomplete="off" autocapitalize="none" spellcheck="false" required maxlength=${PASSCODE_CHARS_MAX} aria-invalid=${is_wrong ? "true" : nothing} aria-describedby=${is_wrong ? "passcode-problem passcode-hint" : "passcode-hint"}>
    <p class="hint" id="passcode-hint">${t("p0-passcode-hint")}</p>
    ${is_wrong ? html`<p class="error" id="passcode-problem" role="alert">${icon("warn", "i--s")}${t("p0-passcode-wrong")}</p>` : nothing}
  </div>`;
}

function linkUsed() {
  return html`<div class="banner banner--lamp" role="alert" data-link-used>${icon("warn")}<p>${t("p0-link-used")}</p></div>`;
}

/** When it opens again, as far as the hours say. @param {State} state */
function opensAgain({ area, now, server_ahead_ms }) {
  const zone = area?.hours?.zone;
  if (area?.opens_ms == null || zone === undefined) return html`<p class="lead">${t("p0-closed-text")}</p>`;
  return html`<p class="lead" data-opens=${area.opens_ms}>${rich("p0-closed-opens", momentOf(area.opens_ms, zone, now + server_ahead_ms))}
    ${isElsewhere(area.opens_ms, zone) ? t("p0-closed-zone", { place: placeOfZone(zone) }) : nothing}</p>`;
}

/** The practice's week. @param {State} state */
function weekTable({ area }) {
  const week = area?.hours ? weekOf(area.hours) : [];
  return week.length === 0 ? nothing : html`<table class="table" data-hours><caption class="sr">${t("p0-hours")}</caption><tbody>${week.map(({ from, to, times }) => html`<tr>
    <th scope="row">${from === to ? dayName(from) : t("p0-hours-days", { from: dayName(from), to: dayName(to) })}</th>
    <td>${times.map((time) => t("p0-hours-time", { from: minuteTime(time.from), to: minuteTime(time.to) })).join(", ")}</td></tr>`)}</tbody></table>`;
}

/** No check-ins now. @param {Ui} ui @param {"P0-closed" | "P0-unopened" | "P0-invited" | "P0-full" | "P0-draining"} screen */
export function noCheckIn(ui, screen) {
  const { state } = ui;
  const key = screen.toLowerCase();
  const by_hours = screen === "P0-closed" && state.area?.out_of_hours === true;
  const words = by_hours ? state.area?.closed_text : screen === "P0-closed" ? state.area?.presence_text : "";
  return corridor(ui, screen, {
    wall: portraitWall(state),
    main: html`${lostBanner(state)}
      <div class="stack stack--s"><h1>${t(`${key}-title`)}</h1>${by_hours ? opensAgain(state) : html`<p class="lead">${t(`${key}-text`)}</p>`}</div>
      ${screen === "P0-invited" && state.pass_problem === "link" ? linkUsed() : nothing}
      ${words ? html`<div class="banner">${icon("info")}<div><p><strong>${t("message-from-practice")}</strong></p><p>${words}</p></div></div>` : nothing}
      ${screen === "P0-unopened" ? html`<p class="pulse soft">${t("p0-unopened-wait")}</p>` : nothing}
      <div class="stack">${callPractice(state, "btn--go btn--big")}</div>
      ${welcome(state)}
      ${screen === "P0-closed" ? weekTable(state) : nothing}
      <p class="soft small">${t("p0-emergency")}</p>`,
  });
}

/** The clinician in the door. @param {State} state */
function portraitWall(state) {
  const waiting = state.area?.waiting ?? 0;
  const unopened = state.judged?.kind === "unopened" && !disconnected(state);
  const open = state.area?.presence === "open" && !disconnected(state);
  return html`<div class="host">
    <div class="arch"><img src=${PORTRAIT} alt=""></div>
    <div class="who">${names(state)}${unopened ? pulse(t("presence-closed"), false) : open ? pulse(t("p0-open", { waiting }), true) : presence(state)}</div>
  </div>`;
}

