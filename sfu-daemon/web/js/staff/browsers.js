// Whose browsers read names and make calls: how one asks to take part, how it is accepted or removed, and the sheet of paper for the day when all are lost.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";
import { done, sheet, words } from "./sheet.js";
import { keysOf, shownArea } from "./state.js";

/** @import { Acts } from "./main.js" */
/** @import { Policy } from "../e2ee/area.js" */
/** @import { Part } from "./keys.js" */
/** @import { State } from "./state.js" */

/** As a certificate takes it. */
const NAME_CHARS_MAX = 60;
/** @type {readonly Part[]} */
const PARTS = ["assistant", "clinician", "holder"];
/** @type {readonly Policy[]} */
const POLICIES = ["require", "insist", "prefer"];

/** What staff should know of the keys of the shown area. @param {State} state @param {Acts} acts */
export function keyBanners(state, acts) {
  const { area } = state;
  const { role, own, offers } = keysOf(state, area);
  if (area === null || state.link !== "live") return nothing;
  const unread = state.queues[area]?.visits.some((visit) => !visit.gone && visit.name === null) === true;
  switch (role) {
    case "opening":
      return nothing;
    case "stranger":
      return html`<section class="banner banner--lamp" data-banner="stranger">${icon("key")}<div class="stack stack--s"><p><strong>${t("staff-stranger")}</strong></p><p>${t("staff-stranger-say")}</p>
        <p class="linkbox code" data-own-code>${own}</p><p>${t("staff-stranger-compare")}</p>
        <div class="row row--s"><button class="btn btn--s" type="button" data-action="keys-lost" @click=${() => acts.tell({ kind: "ask", dialog: { kind: "keys_lost", wrong: false } })}>${t("staff-keys-lost")}</button></div></div></section>`;
    case "wrong":
      return html`<section class="banner banner--bad" data-banner="wrong-keys">${icon("warn")}<div class="stack stack--s"><p><strong>${t("staff-wrong-keys")}</strong></p><p>${t("staff-wrong-keys-say")}</p>
        <div class="row row--s"><button class="btn btn--s" type="button" data-action="compare-anew" @click=${() => acts.compareAnew(area)}>${t("staff-compare-anew")}</button></div></div></section>`;
    case "assistant":
    case "clinician":
    case "holder":
      return html`${offers.map((offer) => html`<section class="banner" data-banner="offer">${icon("key")}<div class="stack stack--s"><p><strong>${t("staff-offer")}</strong> ${offer.label}</p><p>${t("staff-offer-compare")}</p><p class="linkbox code" data-offer-code>${offer.code}</p>
          <div class="row row--s"><button class="btn btn--s btn--go" type="button" data-action="offer-answer" @click=${() => acts.tell({ kind: "ask", dialog: { kind: "accept", area, id: offer.id } })}>${t("staff-offer-same")}</button></div>
          <p class="small soft">${t("staff-offer-else")}</p></div></section>`)}
        ${unread ? html`<section class="banner banner--lamp" data-banner="unread">${icon("lockq")}<div><p><strong>${t("staff-name-unread")}</strong></p><p>${t("staff-name-unread-say")}</p></div></section>` : nothing}`;
  }
}

/** Beside the queue: who takes part, and the calm advice to print the sheet. @param {State} state @param {Acts} acts @param {boolean} put_off the advice was seen */
export function keysCard(state, acts, put_off) {
  const { role, members } = keysOf(state, state.area);
  if (role !== "holder" && role !== "clinician" && role !== "assistant") return nothing;
  return html`<section class="card stack stack--s"><h2>${t("staff-browsers")}</h2>
    <p class="small soft">${t("staff-browsers-count", { count: members.length })}</p>
    ${role === "holder" && !put_off ? html`<div class="banner" data-paper-hint>${icon("print")}<div class="stack stack--s"><p><strong>${t("staff-paper-hint")}</strong></p><p>${t("staff-paper-hint-say")}</p>
      <div class="row row--s"><button class="btn btn--s" type="button" data-action="paper" @click=${() => acts.tell({ kind: "ask", dialog: { kind: "paper" } })}>${t("staff-paper-show")}</button>
      <button class="btn btn--s btn--plain" type="button" data-action="paper-later" @click=${acts.paperSeen}>${t("staff-paper-later")}</button></div></div></div>` : nothing}
    <button class="btn btn--s btn--wide" type="button" data-action="browsers" @click=${() => acts.tell({ kind: "ask", dialog: { kind: "browsers" } })}>${icon("key", "i--s")}${t("staff-browsers-show")}</button>
  </section>`;
}

/** @param {State} state @param {Acts} acts */
export function browsersDialog(state, acts) {
  const { role, members, policy } = keysOf(state, state.area);
  const holder = role === "holder";
  /** @param {Policy} one */
  const choose = (one) => {
    if (one === "prefer") acts.tell({ kind: "ask", dialog: { kind: "prefer" } });
    else acts.setPolicy(state.area ?? "", one);
  };
  return sheet("browsers", t("staff-browsers"), acts, html`<p>${t("staff-browsers-say")}</p>
    <ul class="list stack stack--s">${members.map((member) => html`<li class="row row--between" data-member=${member.part}><span><strong>${member.name || t("staff-browser-unnamed")}</strong> <span class="soft small">${t(`staff-part-${member.part}`)}${member.own ? html`, ${t("staff-browser-own")}` : nothing}</span></span>
      ${holder && !member.own ? html`<button class="btn btn--s btn--stop" type="button" data-action="revoke" @click=${() => acts.tell({ kind: "ask", dialog: { kind: "revoke", id: member.id } })}>${t("staff-device-remove")}<span class="sr"> ${member.name}</span></button>` : nothing}</li>`)}</ul>
    <p class="small soft">${t("staff-browsers-add")}</p>
    ${holder ? html`<fieldset class="field"><legend class="label">${t("staff-policy")}</legend>${POLICIES.map((one) => html`<label class="pick"><input type="radio" name="policy" data-action="policy-${one}" .checked=${live(policy === one)} @change=${() => choose(one)}><span><strong>${t(`staff-policy-${one}`)}</strong> <span class="soft">${t(`staff-policy-${one}-say`)}</span></span></label>`)}</fieldset>
      <button class="btn btn--s" type="button" data-action="paper" @click=${() => acts.tell({ kind: "ask", dialog: { kind: "paper" } })}>${icon("print", "i--s")}${t("staff-paper-show")}</button>` : nothing}`, done(acts));
}

/** What devices cost is said before, not after. @param {State} state @param {Acts} acts */
export function preferDialog(state, acts) {
  const browsers = () => acts.tell({ kind: "ask", dialog: { kind: "browsers" } });
  const allow = () => {
    acts.setPolicy(state.area ?? "", "prefer");
    browsers();
  };
  return sheet("prefer", t("staff-prefer-title"), { ...acts, close: browsers }, html`<p>${t("staff-prefer-server")}</p><p>${t("staff-prefer-people")}</p><p>${t("staff-prefer-lock")}</p>`, html`
    <button class="btn btn--stop" type="button" data-action="prefer-allow" @click=${allow}>${t("staff-prefer-allow")}</button>
    <button class="btn" type="button" data-action="not-now" @click=${browsers}>${t("staff-not-now")}</button>`);
}

/** @param {State} state @param {string} area @param {string} id @param {Acts} acts */
export function acceptDialog(state, area, id, acts) {
  const offer = keysOf(state, area).offers.find((offer) => offer.id === id);
  if (offer === undefined) return sheet("accept", t("staff-offer-gone"), acts, nothing, done(acts));
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    const part = PARTS.find((part) => part === words(event, "part"));
    if (part !== undefined) acts.accept(area, id, words(event, "name"), part);
  };
  return sheet("accept", t("staff-accept"), acts, html`<form id="accept" class="stack" @submit=${submit}>
    <p>${offer.label} <span class="linkbox code">${offer.code}</span></p>
    <div class="field"><label for="accept-name">${t("staff-accept-name")}</label><input class="input" id="accept-name" name="name" maxlength=${NAME_CHARS_MAX} autocomplete="off" required .value=${state.me} aria-describedby="accept-hint">
      <p class="hint" id="accept-hint">${t("staff-accept-hint")}</p></div>
    <fieldset class="field"><legend class="label">${t("staff-accept-part")}</legend>${PARTS.map((part) => html`<label class="pick"><input type="radio" name="part" value=${part} data-action="part-${part}" ?checked=${part === "clinician"}><span><strong>${t(`staff-part-${part}`)}</strong> <span class="soft">${t(`staff-part-${part}-say`)}</span></span></label>`)}</fieldset></form>`, html`
    <button class="btn btn--go" form="accept" data-action="accept">${t("staff-accept-do")}</button>
    <button class="btn" type="button" data-action="not-now" @click=${acts.close}>${t("staff-not-now")}</button>`);
}

/** @param {State} state @param {string} id @param {Acts} acts */
export function revokeDialog(state, id, acts) {
  const member = keysOf(state, state.area).members.find((member) => member.id === id);
  return sheet("revoke", t("staff-revoke", { name: member?.name ?? "" }), acts, html`<p>${t("staff-revoke-say")}</p>`, html`
    <button class="btn btn--stop" type="button" data-action="confirm-revoke" @click=${() => state.area !== null && acts.revoke(state.area, id)}>${t("staff-device-remove")}</button>
    <button class="btn" type="button" data-action="not-now" @click=${acts.close}>${t("staff-not-now")}</button>`);
}

/** What is printed. @param {State} state @param {string | null} seed @param {Acts} acts */
export function paperDialog(state, seed, acts) {
  const area = shownArea(state);
  const { code } = keysOf(state, state.area);
  return sheet("paper", t("staff-paper"), acts, html`<div class="paper stack" data-paper>
      <p>${area?.practice} ${area?.title}</p><p>${t("staff-paper-what")}</p><p class="linkbox code" data-seed>${seed}</p><p>${t("staff-paper-how")}</p>
      <p class="soft small">${t("staff-paper-code", { code: code ?? "" })}</p></div><p class="soft small noprint">${t("staff-paper-safe")}</p>`, html`
    <button class="btn btn--go" type="button" data-action="print" @click=${acts.print}>${icon("print", "i--s")}${t("staff-paper-print")}</button>
    <button class="btn" type="button" data-action="close" @click=${acts.close}>${t("staff-done")}</button>`);
}

/** A browser that nobody can accept any more. `wrong`: what was typed is not this area's. @param {boolean} wrong @param {State} state @param {Acts} acts */
export function keysLostDialog(wrong, state, acts) {
  const area = state.area ?? "";
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    acts.restore(area, words(event, "seed"));
  };
  return sheet("keys-lost", t("staff-keys-lost"), acts, html`<form id="restore" class="field" @submit=${submit}><label for="seed">${t("staff-restore")}</label>
      <textarea class="input code" id="seed" name="seed" rows="3" autocomplete="off" autocapitalize="characters" spellcheck="false" required aria-invalid=${wrong ? "true" : nothing} aria-describedby=${wrong ? "seed-problem" : "seed-hint"}></textarea>
      ${wrong ? html`<p class="error" id="seed-problem" role="alert">${icon("warn", "i--s")}${t("staff-restore-wrong")}</p>` : nothing}
      <p class="hint" id="seed-hint">${t("staff-restore-hint")}</p></form>
    <details class="stack stack--s"><summary>${t("staff-anew")}</summary><p>${t("staff-anew-say")}</p>
      <button class="btn btn--s btn--stop" type="button" data-action="start-anew" @click=${() => acts.startAnew(area)}>${t("staff-anew-do")}</button></details>`, html`
    <button class="btn btn--go" form="restore" data-action="restore">${t("staff-restore-do")}</button>
    <button class="btn" type="button" data-action="not-now" @click=${acts.close}>${t("staff-not-now")}</button>`);
}
