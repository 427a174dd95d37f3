// Inviting a patient: a link, perhaps a time, the patient's language, and the ways to hand it over. All of them work from the own device.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { writeVisit } from "../e2ee/link.js";
import { icon } from "../icons.js";
import { LANGUAGES, clockTime, language, regional, t } from "../i18n.js";
import { inviting, letter, mailto, momentIn, shortText, sms, subjectOf } from "./invite.js";
import { sendByServer } from "./invite-send.js";
import { qr } from "./link.js";
import { done, sheet } from "./sheet.js";

/** @import { Language } from "../i18n.js" */
/** @import { Invitation, Inviting } from "./invite.js" */
/** @import { Acts, Outside } from "./main.js" */
/** @import { State } from "./state.js" */

/** @param {State} state @param {Inviting} dialog @param {Outside} outside @param {Acts} acts */
export function inviteDialog(state, dialog, outside, acts) {
  const { visit } = dialog;
  const home = outside.links[dialog.area];
  const title = t(visit === null ? "staff-invite" : "staff-visit-link-made");
  const say = outside.invitations?.[dialog.reads ?? language()];
  if (home === undefined || say === undefined) return sheet(screenOf(visit), title, acts, html`<p>${t("staff-link-unknown")}</p>`, done(acts));
  const area = state.areas.find(({ slug }) => slug === dialog.area);
  const link = visit === null ? home : writeVisit(home, visit.token);
  const reads = dialog.reads ?? language();
  /** @type {Invitation} */
  const invitation = { who: area?.title || area?.practice || "", phone: area?.help_phone ?? "", link, at: momentIn(dialog.at), once: visit !== null };
  const text = letter(invitation, say, regional(reads));
  const change = (/** @type {Partial<Inviting>} */ to) => acts.tell({ kind: "ask", dialog: { ...dialog, ...to } });
  return sheet(screenOf(visit), title, acts, html`
    ${visit === null ? html`<p class="soft">${t("staff-invite-say")} <button class="link" type="button" data-action="invite-once" @click=${() => acts.tell({ kind: "ask", dialog: { kind: "visit_link_new" } })}>${t("staff-invite-instead")}</button></p>`
      : html`<p>${t("staff-visit-link-until", { day: new Intl.DateTimeFormat(language(), { day: "numeric", month: "long" }).format(visit.ends_ms), time: clockTime(visit.ends_ms) })} <span class="soft">${t("staff-visit-link-once")}</span></p>`}
    <div class="pair">
      <div class="field"><label for="invite-reads">${t("staff-invite-reads")}</label><select class="input" id="invite-reads" data-action="invite-reads" @change=${(/** @type {Event} */ e) => change({ reads: /** @type {Language} */ (/** @type {HTMLSelectElement} */ (e.target).value) })}>
        ${Object.entries(LANGUAGES).map(([tag, name]) => html`<option value=${tag} lang=${tag} .selected=${live(tag === reads)}>${name}</option>`)}</select></div>
      <div class="field"><label for="invite-at">${t("staff-invite-at")}</label><input class="input" id="invite-at" type="datetime-local" .value=${live(dialog.at)} aria-describedby="invite-at-hint" @change=${(/** @type {Event} */ e) => change({ at: /** @type {HTMLInputElement} */ (e.target).value })}>
        <p class="hint" id="invite-at-hint">${t("staff-invite-at-hint")}</p></div>
    </div>
    <details class="stack stack--s"><summary>${t("staff-invite-text")}</summary><p class="linkbox letter" lang=${reads} data-letter>${text}</p></details>
    <p class="linkbox" data-invite-link=${link} data-visit-link=${visit === null ? nothing : link}>${link.replace(/^https?:\/\//, "")}</p>
    ${ways(invitation, text, dialog, outside, acts, change)}
    <p class="tiny soft">${t("staff-own-device")}</p>
    ${sendByServer(outside.inviteSend, {
      mail: { area: dialog.area, subject: subjectOf(invitation, say), text, agreed: dialog.agreed },
      sms: { area: dialog.area, subject: subjectOf(invitation, say), text: shortText(invitation, say, regional(reads)), agreed: dialog.agreed },
    })}`, done(acts));
}

/** @param {Inviting["visit"]} visit */
const screenOf = (visit) => (visit === null ? "invite" : "visit-link");

/** @param {Invitation} invitation @param {string} text @param {Inviting} dialog @param {Outside} outside @param {Acts} acts @param {(to: Partial<Inviting>) => void} change */
function ways(invitation, text, dialog, outside, acts, change) {
  const reads = dialog.reads ?? language();
  const say = outside.invitations?.[reads];
  if (say === undefined) return nothing;
  const subject = subjectOf(invitation, say);
  const save = () => invitation.at !== null && acts.saveInvitation(invitation, say, regional(reads));
  return html`<div class="ways">
      <a class="btn" data-action="mail" href=${mailto(subject, text)}>${icon("mail", "i--s")}${t("staff-mail")}</a>
      <button class="btn" type="button" data-action="invite-calendar" aria-disabled=${invitation.at === null ? "true" : nothing} aria-describedby="invite-at-hint" @click=${save}>${icon("cal", "i--s")}${t("staff-invite-calendar")}</button>
      <button class="btn" type="button" data-action=${dialog.visit === null ? "copy-invite-link" : "copy-visit-link"} @click=${() => acts.copy(invitation.link)}>${icon("copy", "i--s")}${t("staff-invite-copy")}</button>
      <button class="btn" type="button" data-action="copy-letter" @click=${() => acts.copy(text)}>${icon("copy", "i--s")}${t("staff-invite-copy-text")}</button>
      <button class="btn" type="button" data-action="invite-code" aria-expanded=${dialog.code ? "true" : "false"} @click=${() => change({ code: !dialog.code })}>${icon("swatch", "i--s")}${t("staff-qr")}</button>
    </div>
    ${dialog.code ? html`<div class="center stack stack--s" data-print><p class="strong print-only" lang=${reads}>${subject}</p>${qr(invitation.link, t("staff-invite-qr-alt"), "qr--large")}
      <p class="noprint"><button class="btn btn--s" type="button" data-action="print-code" @click=${acts.printPage}>${icon("print", "i--s")}${t("staff-invite-print")}</button></p></div>` : nothing}
    <div class="card card--flat stack stack--s"><label class="switch"><span>${t("staff-invite-agreed")}<span class="hint">${t("staff-invite-agreed-hint")}</span></span><input type="checkbox" data-action="invite-agreed" .checked=${live(dialog.agreed)} @change=${(/** @type {Event} */ e) => change({ agreed: /** @type {HTMLInputElement} */ (e.target).checked })}></label>
      ${dialog.agreed ? html`<a class="btn" data-action="sms" href=${sms(shortText(invitation, say, regional(reads)))}>${icon("sms", "i--s")}${t("staff-sms")}</a>`
        : html`<button class="btn" type="button" data-action="sms-locked" aria-disabled="true">${icon("sms", "i--s")}${t("staff-sms")}</button>`}</div>`;
}

/** The way in, where the link stands. @param {State} state @param {Acts} acts @param {string} [look] */
export function inviteButton(state, acts, look = "") {
  const area = state.area;
  return area === null ? nothing : html`<button class="btn btn--s ${look}" type="button" data-action="invite" @click=${() => acts.tell({ kind: "ask", dialog: inviting(area) })}>${icon("mail", "i--s")}${t("staff-invite")}</button>`;
}
