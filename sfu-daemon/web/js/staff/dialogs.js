// Questions that staff answer: V2 (start with this person?), what next after End, and the small ones. Esc is always the safe answer.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { icon } from "../icons.js";
import { rich, t } from "../i18n.js";
import { accountDialog } from "./account.js";
import { acceptDialog, browsersDialog, keysLostDialog, paperDialog, preferDialog, revokeDialog } from "./browsers.js";
import { addDevice, addedDevice } from "./device.js";
import { qr } from "./link.js";
import { memoDialog, memoLine } from "./memo.js";
import { notesDialog } from "./notes.js";
import { ownDevices, ownDevicesToChoose } from "./own-devices.js";
import { guestLink } from "./people.js";
import { lockText, wordsActs, wordsText } from "../view.js";
import { inviteDialog } from "./invite-view.js";
import { newVisitLink } from "./rules.js";
import { reachDialog } from "./reach.js";
import { done, sheet, words } from "./sheet.js";
import { areaOf, findVisit, mayStart, shownArea } from "./state.js";
import { deviceChips, door, languageName, nameText, waitedMinutes } from "./words.js";

/** @import { Acts, Outside } from "./main.js" */
/** @import { State } from "./state.js" */

/** The clinic's words for patients, as long as the daemon accepts them. */
const WORDS_CHARS_MAX = 200;

/** @param {State} state @param {Outside} outside @param {Acts} acts */
export function dialogView(state, outside, acts) {
  // One element per question, so that the focus goes in and comes back each time (`keyed` would not tell `modal` of the end).
  return repeat(state.dialog === null ? [] : [state.dialog], (dialog) => dialog.kind, () => which(state, outside, acts));
}

/** @param {State} state @param {Outside} outside @param {Acts} acts */
function which(state, outside, acts) {
  const dialog = state.dialog;
  switch (dialog?.kind) {
    case undefined: return nothing;
    case "confirm": return confirm(state, dialog.ticket, outside, acts);
    case "remove": return remove(state, dialog.ticket, acts);
    case "hand_over": return handOver(state, dialog.ticket, acts);
    case "memo": return memoDialog(state, dialog.ticket, acts);
    case "line": return notesDialog(state, dialog.ticket, acts);
    case "guest_link": return guestLink(state, dialog, outside, acts);
    case "device_new": return addDevice(dialog, acts);
    case "device_added": return addedDevice(dialog, acts);
    case "visit_link_new": return newVisitLink(state, acts);
    case "invite": return inviteDialog(state, dialog, outside, acts);
    case "end": return endChoice(state, acts);
    case "presence": return presenceText(state, dialog.presence, acts);
    case "devices": return sheet("devices", t("staff-own-computer"), acts, ownDevicesToChoose(outside, acts), done(acts));
    case "qr": return sheet("qr", t("staff-my-link"), acts, html`<div class="center stack">${qr(outside.links[state.area ?? ""])}<p class="linkbox">${outside.links[state.area ?? ""] ?? ""}</p></div>`, done(acts));
    case "account": return accountDialog(outside.account, acts);
    case "reach": return reachDialog(outside.reach, acts);
    case "browsers": return browsersDialog(state, acts);
    case "accept": return acceptDialog(state, dialog.area, dialog.id, acts);
    case "revoke": return revokeDialog(state, dialog.id, acts);
    case "prefer": return preferDialog(state, acts);
    case "paper": return paperDialog(state, outside.paper, acts);
    case "keys_lost": return keysLostDialog(dialog.wrong, state, acts);
    case "keys": return sheet("keys", t("staff-keys"), acts, keyList(state, acts), done(acts));
    case "lock": return sheet("lock", t("lock-title"), acts, html`${lockText(outside.lock)}${outside.met && outside.lock !== "words" ? html`<p>${t("staff-words-say")}</p><button class="btn btn--s" type="button" data-action="compare-words" @click=${acts.compareWords}>${icon("key", "i--s")}${t("staff-words")}</button>` : nothing}`, done(acts));
    case "words": return sheet("words", t("words-title"), { ...acts, close: acts.closeWords }, wordsText(outside.words, outside.wordsListed, nameText(state.call?.name ?? null)), wordsActs(outside.words, acts.answerWords, acts.closeWords));
  }
}

/** V2. @param {State} state @param {string} ticket @param {Outside} outside @param {Acts} acts */
function confirm(state, ticket, outside, acts) {
  const visit = findVisit(state, ticket);
  if (visit === null || visit.gone || !mayStart(state, visit)) {
    return sheet("V2", t("staff-confirm-gone"), acts, html`<p>${t("staff-confirm-gone-say")}</p>`, html`<button class="btn btn--go" type="button" data-action="not-now" @click=${acts.close}>${t("staff-not-now")}</button>`);
  }
  const go = () => acts.admit(ticket);
  const body = html`
    <p class="soft">${t("staff-waited", { count: waitedMinutes(visit, state.now) })} · ${languageName(visit.language)}</p>
    <ul class="row row--s" aria-label=${t("staff-patients-devices")}>${deviceChips(visit)}</ul>
    ${memoLine(state, ticket)}
    ${visit.state === "arriving" ? html`<p class="banner banner--lamp" data-unfinished>${icon("info")}<span>${t("staff-confirm-unfinished")}</span></p>` : nothing}
    ${visit.connection === "lost" ? html`<p class="banner banner--lamp">${icon("net")}<span>${t("staff-confirm-lost")}</span></p>` : nothing}
    <label class="switch"><span>${t("staff-my-camera")}</span><input type="checkbox" role="switch" data-action="own-camera" .checked=${!outside.cameraOff} @change=${acts.camera}></label>
    ${outside.camera === "works" && outside.microphone === "works" ? nothing : ownDevices(outside, acts)}
    <p class="tiny soft only-desk"><kbd>Enter</kbd> ${t("staff-enter-starts")} <kbd>Esc</kbd> ${t("staff-esc-back")}</p>`;
  return sheet("V2", t("staff-confirm", { name: nameText(visit.name) }), acts, body, html`
    <button class="btn btn--lamp btn--big" type="button" data-action="confirm" @click=${go}>${icon("door")}${t("staff-start")}</button>
    <button class="btn btn--big" type="button" data-action="not-now" @click=${acts.close}>${t("staff-not-now")}</button>`, door(visit), go);
}

/** @param {State} state @param {string} ticket @param {Acts} acts */
function remove(state, ticket, acts) {
  const visit = findVisit(state, ticket);
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    const reason = words(event, "reason");
    if (acts.send({ action: "remove", ticket, reason })) acts.close();
  };
  return sheet("remove", t("staff-remove-title", { name: nameText(visit?.name ?? null) }), acts, html`<p>${t("staff-remove-say")}</p>
    <form id="remove" class="field" @submit=${submit}><label for="reason">${t("staff-remove-reason")}</label><textarea class="input" id="reason" name="reason" maxlength=${WORDS_CHARS_MAX} rows="2" aria-describedby="reason-hint"></textarea>
      <p class="hint" id="reason-hint">${t("staff-remove-hint")}</p></form>`, html`
    <button class="btn btn--stop" form="remove" data-action="confirm-remove">${t("staff-remove")}</button>
    <button class="btn" type="button" data-action="not-now" @click=${acts.close}>${t("staff-not-now")}</button>`);
}

/** @param {State} state @param {string} ticket @param {Acts} acts */
function handOver(state, ticket, acts) {
  const home = areaOf(state, ticket);
  const others = state.areas.filter((a) => a.slug !== home);
  return sheet("hand-over", t("staff-hand-over-title", { name: nameText(findVisit(state, ticket)?.name ?? null) }), acts, html`<p>${t("staff-hand-over-say")}</p>${state.memos[ticket] === undefined ? nothing : html`<p data-memo-stays>${t("staff-memo-stays")}</p>`}
    <div class="stack stack--s">${others.map((area) => html`<button class="choice" type="button" data-action="hand-over-to" data-area=${area.slug} aria-disabled=${area.presence === "closed" || area.full ? "true" : nothing}
      @click=${() => { if (area.presence !== "closed" && !area.full) acts.handOver(ticket, area.slug); }}>${icon("move", "i--l")}<span class="t">${area.title || area.slug}</span><span class="d">${t(`staff-presence-${area.presence}`)}</span></button>`)}</div>`,
    html`<button class="btn" type="button" data-action="not-now" @click=${acts.close}>${t("staff-not-now")}</button>`);
}

/** V4, first half: what next? @param {State} state @param {Acts} acts */
function endChoice(state, acts) {
  const call = state.call;
  if (call === null) return nothing;
  const choice = (/** @type {string} */ action, /** @type {import("../icons.js").IconName} */ sign, /** @type {string} */ title, /** @type {string} */ say, /** @type {() => void} */ run, look = "") =>
    html`<button class="choice ${look}" type="button" data-action=${action} @click=${run}>${icon(sign, "i--l")}<span class="t">${title}</span><span class="d">${say}</span></button>`;
  return sheet("V4-choice", t("staff-end-title", { name: nameText(call.name) }), acts, html`<div class="stack stack--s">
    ${choice("end-visit", "leave", t("staff-end-visit"), t("staff-end-visit-say"), () => acts.endVisit(call.ticket), "choice--stop")}
    ${choice("end-hold", "hold", t("staff-end-hold"), t("staff-end-hold-say"), acts.holdAndLook)}
    ${state.areas.length > 1 ? choice("hand-over", "move", t("staff-hand-over"), t("staff-hand-over-say"), () => acts.tell({ kind: "ask", dialog: { kind: "hand_over", ticket: call.ticket } })) : nothing}
  </div>`, html`<button class="btn" type="button" data-action="end-stay" @click=${acts.close}>${t("staff-end-stay")}</button>`);
}

/** @param {State} state @param {"away" | "closed"} presence @param {Acts} acts */
function presenceText(state, presence, acts) {
  const area = shownArea(state);
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    if (area !== null && acts.send({ action: "set_presence", area: area.slug, presence, text: words(event, "text") })) acts.close();
  };
  return sheet("presence", t(`staff-presence-title-${presence}`), acts, html`<form id="presence-form" class="field" @submit=${submit}>
    <label for="presence-words">${t("staff-presence-words")}</label>
    <textarea class="input" id="presence-words" name="text" maxlength=${WORDS_CHARS_MAX} rows="3" aria-describedby="presence-hint" .value=${area?.presence === presence ? area.presence_text : ""}></textarea>
    <p class="hint" id="presence-hint">${t("staff-presence-default", { text: t(`staff-text-${presence}`) })}</p></form>
    ${presence === "closed" ? html`<p class="soft small">${t("staff-closed-say")}</p>` : nothing}`, html`
    <button class="btn btn--go" form="presence-form" data-action="presence-save">${t("staff-presence-save")}</button>
    <button class="btn" type="button" data-action="not-now" @click=${acts.close}>${t("staff-not-now")}</button>`);
}

/** @param {State} state @param {Acts} acts */
function keyList(state, acts) {
  const keys = /** @type {const} */ (["n", "arrows", "m", "v", "c", "h", "e", "help"]);
  return html`<ul class="list">${keys.map((key) => html`<li>${rich(`staff-key-${key}`)}</li>`)}</ul>
    <label class="switch"><span>${t("staff-keys-on")}</span><input type="checkbox" role="switch" data-action="keys-on" .checked=${state.keysOn}
      @change=${(/** @type {Event} */ e) => acts.tell({ kind: "keys_switch", on: /** @type {HTMLInputElement} */ (e.target).checked })}></label>`;
}
