// "What the server knows about you": the list that the server makes of its own memory, in words, and the way to have all of it deleted.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { modal } from "../dom.js";
import { icon } from "../icons.js";
import { clockTime, LANGUAGES, rich, t } from "../i18n.js";
import { disconnected } from "../state.js";
import { FIELDS } from "./fields.js";

/** @import { Language } from "../i18n.js" */
/** @import { KnownField, KnownItem, KnownUntil, KnownValue } from "../types.d.ts" */
/** @import { Ui } from "./corridor.js" */

/** @param {Ui} ui */
export function knows(ui) {
  const { state, act } = ui;
  if (state.dialog === "erase") return erase(ui);
  const close = () => act.dialog("");
  const items = state.patient === null ? null : (state.known?.items ?? []);
  const main = items?.filter(({ what }) => !FIELDS[what].technical) ?? [];
  const technical = items?.filter(({ what }) => FIELDS[what].technical) ?? [];
  return html`<dialog class="dialog dialog--wide" data-screen="knows" aria-labelledby="knows" ${modal(close)}>
    <h2 id="knows">${t("knows-title")}</h2>
    ${items === null ? html`<p>${t("knows-nothing")}</p><p class="soft small">${rich("knows-address")}</p>` : html`
      <p>${t("knows-everything")} ${state.known === null ? nothing : t("knows-live", { time: clockTime(state.known.now_ms) })}</p>
      ${table(main)}
      <details><summary>${t("knows-details")}</summary>${table(technical)}</details>
      <div class="stack stack--s"><button class="btn btn--stop btn--wide" type="button" data-action="erase" @click=${() => act.dialog("erase")}>${icon("trash")}${t("knows-erase")}</button>
      <p class="soft small">${t("knows-erase-note")}</p></div>`}
    <div class="acts"><button class="btn" type="button" data-action="close" @click=${close}>${t("close")}</button></div>
  </dialog>`;
}

/** The last question before everything goes. @param {Ui} ui */
function erase({ state, act }) {
  const back = () => act.dialog("knows");
  const busy = state.erasing || disconnected(state);
  return html`<dialog class="dialog" data-screen="erase" aria-labelledby="erase" ${modal(back)}>
    <h2 id="erase">${t("knows-erase-title")}</h2>
    <p>${t("knows-erase-text")}</p>
    ${disconnected(state) ? html`<p role="status">${t("offline-title")}</p>` : nothing}
    <div class="acts"><button class="btn btn--big" type="button" data-action="erase-no" @click=${back}>${t("knows-erase-no")}</button>
    <button class="btn btn--big btn--stop" type="button" data-action="erase-yes" aria-disabled=${busy ? "true" : nothing} @click=${() => busy || act.erase()}>${icon("trash")}${t(state.erasing ? "knows-erase-busy" : "knows-erase-yes")}</button></div>
  </dialog>`;
}

/** @param {KnownItem[]} items */
function table(items) {
  const column = (/** @type {string} */ name) => html`<th scope="col">${t(name)}</th>`;
  return html`<table class="table table--stack"><thead><tr>${column("knows-what-column")}${column("knows-value-column")}${column("knows-until-column")}</tr></thead>
    <tbody>${items.map((item) => html`<tr data-what=${item.what}>
      <th scope="row">${t(`knows-what-${item.what}`)}<br><span class="soft small plain">${t("knows-why", { why: t(`knows-why-${FIELDS[item.what].why}`) })}</span></th>
      <td class="anywhere">${value(item)}${item.since_ms === null ? nothing : html`<br><span class="soft small">${t("knows-since", { time: clockTime(item.since_ms) })}</span>`}</td>
      <td><span class="only-phone">${t("knows-until-column")} </span>${until(item.until)}</td></tr>`)}</tbody></table>`;
}

/** @param {{ what: KnownField, value: KnownValue }} item */
export function value({ what, value }) {
  switch (value.kind) {
    case "nothing":
      return t("knows-none");
    case "flag":
      return t(value.yes ? "knows-yes" : "knows-no");
    case "count":
      return String(value.count);
    case "bytes":
      return t("knows-bytes", { bytes: value.bytes });
    case "text":
      return what === "language" ? (LANGUAGES[/** @type {Language} */ (value.text)] ?? value.text) : value.text;
    case "time":
      return clockTime(value.at_ms);
    case "state":
      return t(`knows-state-${value.state}`);
    case "device":
      return t(`knows-device-${value.device}`);
    case "file":
      return t(value.mine ? "knows-file-mine" : "knows-file-theirs", { size: size(value.bytes) });
  }
}

/** @param {KnownUntil} until */
export function until(until) {
  return until.kind === "at" ? t("knows-until-at", { time: clockTime(until.at_ms) }) : t(`knows-until-${until.kind}`);
}

/** @param {number} bytes */
function size(bytes) {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
