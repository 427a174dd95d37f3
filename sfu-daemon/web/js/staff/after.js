// V4, second half: the visit is over, and the next one is one click away.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { fileList } from "../files/view.js";
import { icon } from "../icons.js";
import { minutes, t } from "../i18n.js";
import { chatMessages } from "../view.js";
import { banners } from "./bar.js";
import { nextVisit } from "./state.js";
import { door, factChip, languageName, nameText, waitedMinutes } from "./words.js";

/** @import { Files } from "../files/files.js" */
/** @import { Asking } from "../forms/exchange.js" */
/** @import { Acts } from "./main.js" */
/** @import { After, State } from "./state.js" */

/** @param {State} state @param {After} after @param {Files} files @param {Asking} asking @param {Acts} acts */
export function afterView(state, after, files, asking, acts) {
  const lines = state.chats[after.ticket] ?? [];
  return html`<main id="main" class="desk" data-screen="V4"><div class="stack stack--l">
    <div class="headline"><h1>${after.lastedMs === null ? t("staff-ended") : t("staff-ended-lasted", { count: minutes(after.lastedMs) })}</h1></div>
    ${banners(state, acts)}
    ${reason(after)}
    ${nextCard(state, acts)}
    ${lines.length === 0 ? nothing : html`<section class="card stack"><div class="row row--between"><h2>${t("chat-title")}</h2>
      <button class="btn btn--s" type="button" data-action="copy-chat" @click=${() => acts.copyChat(after.ticket)}>${icon("copy", "i--s")}${t("staff-copy")}</button>
      <button class="btn btn--s" type="button" data-action="save-chat" @click=${() => acts.saveChat(after.ticket)}>${icon("save", "i--s")}${t("staff-save-chat")}</button></div>
      <div class="chat">${chatMessages(lines)}</div><p class="tiny soft">${t("staff-chat-gone")}</p></section>`}
    ${asking.pdf === null ? nothing : html`<section class="card stack"><h2>${t("staff-form")}</h2><button class="btn ${asking.saved ? "" : "btn--go"}" type="button" data-action="form-save" @click=${acts.formSave}>${icon("save")}${t("staff-form-save")}</button>${asking.unsaved ? html`<p class="small soft">${t("staff-form-unsaved")}</p>` : nothing}</section>`}
    ${fileList(files.state, acts.files, nameText(after.name))}
    <div class="row"><button class="btn" type="button" data-action="back-to-room" @click=${() => acts.tell({ kind: "after_done" })}>${icon("door", "i--s")}${t("staff-to-room")}</button></div>
  </div>
  <aside class="stack stack--l" aria-label=${t("staff-kept")}><section class="card stack stack--s"><h2>${t("staff-kept")}</h2><p>${t("staff-kept-say")}</p></section>
    ${after.reason === null || after.reason === "server_stopped" ? nothing : html`<section class="card stack stack--s"><h2>${t("staff-return")}</h2><p>${t("staff-return-say", { name: nameText(after.name) })}</p></section>`}</aside></main>`;
}

/** @param {State} state @param {Acts} acts */
function nextCard(state, acts) {
  const next = nextVisit(state);
  if (next === null) return html`<section class="card"><h2>${t("staff-waiting", { count: 0 })}</h2></section>`;
  return html`<section class="card stack" data-next=${next.ticket}><div class="row row--between"><h2>${t("staff-next", { name: nameText(next.name) })}</h2><span class="soft">${t("staff-waited", { count: waitedMinutes(next, state.now) })}</span></div>
    <div class="row"><div class="grow grow--m row row--s">${door(next)}${factChip(state, next)}<span class="chip">${icon("globe", "i--s")}${languageName(next.language)}</span></div>
      <button class="btn btn--lamp" type="button" data-action="next-patient" @click=${() => acts.start(next.ticket)}>${icon("door")}${t("staff-start-with", { name: nameText(next.name) })}</button></div></section>`;
}

/** @param {After} after */
function reason(after) {
  switch (after.reason) {
    case "patient_left": return html`<p class="soft" data-reason="patient_left">${t("staff-ended-patient-left", { name: nameText(after.name) })}</p>`;
    case "connection_lost": return html`<p class="banner banner--lamp" data-reason="connection_lost">${icon("net")}<span>${t("staff-ended-lost", { name: nameText(after.name) })}</span></p>`;
    case "server_stopped": return html`<p class="banner banner--lamp" data-reason="server_stopped">${icon("info")}<span>${t("staff-ended-stopped")}</span></p>`;
    case "clinician_ended": case "visit_over": case null: return nothing;
  }
}
