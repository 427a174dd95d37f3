// What this server keeps, and for how long: made from the list that the server makes of its own schedule. For everybody, without a sign-in.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { show } from "./dom.js";
import { dayText, onLanguage, rich, t } from "./i18n.js";
import { languagePicker } from "./view.js";

/** How long something is kept: a word, and a number where it has one. @typedef {{ kind: string, days?: number, seconds?: number, minutes?: number }} Kept */
/** @import { Change } from "./staff/announced.js" */
/** @typedef {{ name: string, purpose: string, legal_basis: string | null, kept: Kept, sealed?: boolean }} Entry */
/** @typedef {{ stored: Entry[], in_memory: Entry[], cookies: { name: string }[], outbound: { name: string, purpose: string, region: string }[], changes: Change[] }} Report */

export const REPORT = "/.well-known/privacy.json";

/** The page at `/privacy`. */
export async function start() {
  /** @type {Report | null} */ let report = null;
  let failed = false;
  const draw = () => show("privacy", view(report, failed), t("privacy-title"));
  onLanguage(draw);
  draw();
  try {
    const answer = await fetch(REPORT);
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    report = await answer.json();
  } catch {
    failed = true;
  }
  draw();
}

/** @param {Report | null} report @param {boolean} failed */
function view(report, failed) {
  return html`<div class="sheet">
    <header class="top"><div class="grow">${languagePicker()}</div></header>
    <main data-screen="privacy">
      <h1>${t("privacy-title")}</h1>
      <p>${rich("privacy-first")}</p>
      ${failed ? html`<p role="alert">${t("privacy-failed")}</p>` : nothing}
      ${report === null ? nothing : html`
        ${changes(report)}
        ${outside(report)}
        <p>${t("privacy-rights")}</p>
        <p>${t("privacy-children")}</p>
        <h2>${t("privacy-memory")}</h2>${table("memory", report.in_memory)}
        <h2>${t("privacy-stored")}</h2>${table("stored", report.stored)}
        <h2>${t("privacy-cookies")}</h2>
        <p>${t("privacy-cookies-text", { name: report.cookies.map(({ name }) => name).join(", ") })}</p>
        <p class="soft small">${t("privacy-program")} <a href=${REPORT}>${REPORT}</a></p>`}
    </main></div>`;
}

/** What was announced, in the practice's own words. @param {Report} report */
function changes({ changes }) {
  if (changes.length === 0) return nothing;
  return html`<h2>${t("privacy-changes")}</h2>
    <dl>${changes.map(({ announced_ms, effective_ms, text }) => html`<dt>${t("privacy-change-from", { day: dayText(effective_ms) })}</dt>
      <dd>${text} <span class="soft small plain">${t("privacy-change-announced", { day: dayText(announced_ms) })}</span></dd>`)}</dl>`;
}

/** To whom the server itself connects. @param {Report} report */
function outside({ outbound }) {
  if (outbound.length === 0) return html`<p>${t("privacy-outside-none")}</p>`;
  return html`<p>${t("privacy-outside")}</p>
    <ul>${outbound.map(({ name, purpose, region }) => html`<li>${[name, purpose, region].filter((text) => text !== "").join(" · ")}</li>`)}</ul>`;
}

/** @param {"memory" | "stored"} where @param {Entry[]} entries */
function table(where, entries) {
  return html`<table class="table table--stack"><thead><tr><th scope="col">${t("privacy-what")}</th><th scope="col">${t("privacy-until")}</th></tr></thead>
    <tbody>${entries.map((entry) => html`<tr data-class=${entry.name}>
      <th scope="row"><span class="plain">${t(`privacy-${where}-${entry.name}`)}</span>
        ${entry.legal_basis === null ? nothing : html`<br><span class="soft small plain">${t("privacy-basis", { basis: entry.legal_basis })}</span>`}
        ${entry.sealed === true ? html`<br><span class="soft small plain">${t("privacy-sealed")}</span>` : nothing}</th>
      <td><span class="only-phone">${t("privacy-until")} </span>${t(`privacy-kept-${entry.kept.kind}`, { count: entry.kept.days ?? entry.kept.seconds ?? entry.kept.minutes ?? 0 })}</td></tr>`)}</tbody></table>`;
}
