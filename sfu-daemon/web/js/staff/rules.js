// Who may come into the waiting room, and when: the hours, how many may wait, and what lets people in.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { dayName, momentOf, timesOn } from "../hours.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";
import { banners } from "./bar.js";
import { DAYS, ENTRIES, NO_RULES, PASSCODE_CHARS_MIN, TEXT_CHARS_MAX, TIMES_A_DAY, WAITING_MAX, rulesIn } from "./rules-in.js";
import { sheet } from "./sheet.js";
import { shownArea } from "./state.js";

/** @import { AreaRules } from "../types.d.ts" */
/** @import { Acts } from "./main.js" */
/** @import { State } from "./state.js" */

/** For how many days a link for one visit lasts. */
const LINK_DAYS = [1, 7, 30, 90];

/** @param {number | undefined} minutes as an input of a time wants it */
function timeValue(minutes) {
  if (minutes === undefined) return "";
  const pad = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${pad(Math.floor(minutes / 60) % 24)}:${pad(minutes % 60)}`;
}

/** @param {State} state @param {Acts} acts */
export function rulesView(state, acts) {
  const area = shownArea(state);
  const rules = state.rules[state.area ?? ""] ?? NO_RULES;
  /** @param {SubmitEvent} event */
  const save = (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const rules = rulesIn(new FormData(form));
    const passcode = /** @type {HTMLInputElement} */ (form.elements.namedItem("passcode"));
    const is_short = rules.entry === "passcode" && rules.passcode.length < PASSCODE_CHARS_MIN;
    passcode.setCustomValidity(is_short ? t("staff-passcode-hint", { chars: PASSCODE_CHARS_MIN }) : "");
    if (is_short) passcode.reportValidity();
    else if (area !== null) acts.saveRules(area.slug, rules);
  };
  return html`<main id="main" class="desk desk--one" data-screen="rules"><form class="stack stack--l" novalidate @submit=${save}>
    <div class="headline"><h1>${t("staff-rules")}</h1></div>
    ${banners(state, acts)}
    ${hoursCard(rules)}
    ${entryCard(rules)}
    <p class="row row--s"><button class="btn btn--go" data-action="rules-save" aria-disabled=${state.link === "live" ? nothing : "true"}>${t("staff-rules-save")}</button>
      <button class="btn" type="button" data-action="rules-back" @click=${() => acts.tell({ kind: "place", place: "room" })}>${t("staff-rules-back")}</button></p>
  </form></main>`;
}

/** @param {AreaRules} rules */
function hoursCard({ hours, closed_text }) {
  const zone = hours?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = new Set([zone, ...Intl.supportedValuesOf("timeZone")]);
  const time = (/** @type {number} */ day, /** @type {"from" | "to"} */ end, /** @type {number} */ which, /** @type {number | undefined} */ minutes) => html`<input class="input" type="time" name="${end}-${day}-${which}" .defaultValue=${timeValue(minutes)}
    aria-label=${t(`staff-hours-${end}`, { day: dayName(day), which: which + 1 })}>`;
  return html`<section class="card stack"><h2>${t("staff-hours")}</h2>
    <label class="switch"><span>${t("staff-hours-on")}<span class="hint">${t("staff-hours-on-hint")}</span></span><input type="checkbox" role="switch" name="has_hours" data-action="has-hours" .defaultChecked=${hours !== null}></label>
    <div class="hours">${DAYS.map((day) => {
      const times = timesOn(hours?.spans ?? [], day);
      return html`<div class="day" role="group" aria-label=${dayName(day)}><span class="strong">${dayName(day)}</span><div class="stack stack--s">${[...Array(TIMES_A_DAY).keys()].map((which) => html`<span class="row row--s">${time(day, "from", which, times[which]?.from)}<span>${t("staff-hours-until")}</span>${time(day, "to", which, times[which]?.to)}</span>`)}</div></div>`;
    })}</div>
    <p class="hint">${t("staff-hours-empty")}</p>
    <div class="field"><label for="zone">${t("staff-hours-zone")}</label><select class="input" id="zone" name="zone">${[...zones].map((name) => html`<option value=${name} .defaultSelected=${name === zone}>${name.replaceAll("_", " ")}</option>`)}</select></div>
    <div class="field"><label for="closed_text">${t("staff-hours-text")}</label><textarea class="input" id="closed_text" name="closed_text" rows="2" maxlength=${TEXT_CHARS_MAX} aria-describedby="closed-hint" .defaultValue=${closed_text}></textarea><p class="hint" id="closed-hint">${t("staff-hours-text-hint")}</p></div>
  </section>`;
}

/** @param {AreaRules} rules */
function entryCard({ entry, passcode, waiting_max }) {
  return html`<section class="card stack"><h2>${t("staff-entry")}</h2>
    <fieldset class="stack stack--s"><legend class="sr">${t("staff-entry")}</legend>${ENTRIES.map((one) => html`<label class="switch"><span>${t(`staff-entry-${one}`)}<span class="hint">${t(`staff-entry-${one}-say`)}</span></span><input type="radio" name="entry" value=${one} data-action="entry-${one}" .defaultChecked=${one === entry}></label>`)}</fieldset>
    <div class="field"><label for="passcode">${t("staff-passcode")}</label><input class="input" id="passcode" name="passcode" .defaultValue=${passcode} autocomplete="off" autocapitalize="none" spellcheck="false" minlength=${PASSCODE_CHARS_MIN} maxlength=${TEXT_CHARS_MAX} aria-describedby="passcode-hint"><p class="hint" id="passcode-hint">${t("staff-passcode-hint", { chars: PASSCODE_CHARS_MIN })}</p></div>
    <div class="field"><label for="waiting_max">${t("staff-waiting-max")}</label><input class="input" id="waiting_max" name="waiting_max" type="number" inputmode="numeric" min="1" max=${WAITING_MAX} .defaultValue=${waiting_max === null ? "" : String(waiting_max)} aria-describedby="waiting-max-hint"><p class="hint" id="waiting-max-hint">${t("staff-waiting-max-hint", { max: WAITING_MAX })}</p></div>
  </section>`;
}

/** What of it matters beside the queue. @param {State} state @param {Acts} acts */
export function rulesCard(state, acts) {
  const rules = state.rules[state.area ?? ""] ?? NO_RULES;
  return html`<section class="card stack stack--s"><h2>${t("staff-rules")}</h2>
    <p class="small soft">${t(rules.hours === null ? "staff-rules-no-hours" : "staff-rules-hours")} ${t(`staff-rules-${rules.entry}`)}${rules.entry === "passcode" ? html` <strong class="mono">${rules.passcode}</strong>` : nothing}</p>
    ${state.role !== "admin" ? nothing : html`<button class="btn btn--s btn--wide" type="button" data-action="rules" @click=${() => acts.tell({ kind: "place", place: "rules" })}>${icon("clock", "i--s")}${t("staff-rules-change")}</button>`}
    <button class="btn btn--s btn--wide" type="button" data-action="visit-link" @click=${() => acts.tell({ kind: "ask", dialog: { kind: "visit_link_new" } })}>${icon("key", "i--s")}${t("staff-visit-link")}</button>
  </section>`;
}

/** Under the presence, where the hours overrule it. @param {State} state @param {Acts} acts */
export function hoursLine(state, acts) {
  const area = shownArea(state);
  if (area === null || !area.out_of_hours) return nothing;
  const zone = area.hours?.zone ?? "UTC";
  return html`<p class="small soft presence-text" data-out-of-hours>${area.opens_ms === null ? t("staff-out-of-hours") : t("staff-out-of-hours-until", momentOf(area.opens_ms, zone, state.now + state.ahead))}
    ${state.role !== "admin" ? nothing : html`<button class="link" type="button" @click=${() => acts.tell({ kind: "place", place: "rules" })}>${t("staff-change")}</button>`}</p>`;
}

/** Somebody floods the door, or a school checks in at once. @param {State} state */
export function heldBackBanner(state) {
  return state.heldBackUntil <= state.now ? nothing : html`<div class="banner banner--lamp" data-banner="held-back" role="status">${icon("people")}<div><p><strong>${t("staff-held-back")}</strong></p><p>${t("staff-held-back-say")}</p></div></div>`;
}

/** @param {State} state @param {Acts} acts */
export function newVisitLink(state, acts) {
  return sheet("visit-link-new", t("staff-visit-link"), acts, html`<p>${t("staff-visit-link-say")}</p>
    <div class="stack stack--s">${LINK_DAYS.map((days) => html`<button class="choice" type="button" data-action="visit-link-make" data-days=${days} @click=${() => state.area !== null && acts.send({ action: "make_visit_link", area: state.area, days })}>${icon("clock", "i--l")}<span class="t">${t("staff-visit-link-days", { days })}</span></button>`)}</div>`,
    html`<button class="btn" type="button" data-action="not-now" @click=${acts.close}>${t("staff-not-now")}</button>`);
}
