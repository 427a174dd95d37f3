// Screens without a waiting room: signed out, a used link, another window, an old page, and the moment before the first answer.

import { html, nothing, svg } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";
import { languagePicker } from "../view.js";
import { logo } from "./bar.js";
import { signInView } from "./sign-in-view.js";

/** @import { Acts } from "./main.js" */
/** @import { SignIn } from "./sign-in.js" */

/** @typedef {"signed-out" | "link-used" | "enrol-failed" | "mail-off" | "mail-is-off" | "mail-off-failed" | "replaced" | "outdated" | "garbled" | "unsupported" | "wait"} GoneScreen */

/** @param {GoneScreen} which @param {Acts} acts @param {SignIn} signIn */
export function goneView(which, acts, signIn) {
  return html`<div class="staff"><div class="corridor">
    <header class="top"><div class="grow">${languagePicker()}</div></header>
    <aside class="wall on-dark wall--short" aria-label="Anteroom"><div class="host"><div class="who"><p class="brand">${logo}Anteroom</p></div></div>${scene}</aside>
    <main id="main" data-screen=${which}>${body(which, acts, signIn)}</main>
    <footer><div class="row"><span>${t("staff-one-cookie")}</span></div></footer>
  </div></div>`;
}

/** @param {GoneScreen} which @param {Acts} acts @param {SignIn} signIn */
function body(which, acts, signIn) {
  const retry = (/** @type {string} */ label, /** @type {() => void} */ run) => html`<button class="btn btn--go btn--big btn--wide" type="button" data-action="retry" @click=${run}>${icon("again")}${label}</button>`;
  switch (which) {
    case "signed-out": return html`${signInView(signIn)}${signIn.step === "words" ? nothing : html`<details><summary>${t("staff-no-password")}</summary>${newLink()}</details>`}`;
    case "link-used": return html`<div class="stack stack--s"><h1>${t("staff-link-used")}</h1><p>${t("staff-link-used-say")}</p></div>${newLink()}
      <button class="btn btn--wide" type="button" data-action="to-sign-in" @click=${acts.toSignIn}>${t("staff-to-sign-in")}</button>`;
    case "enrol-failed": return html`<div class="stack stack--s"><h1>${t("staff-no-answer")}</h1><p>${t("staff-no-answer-say")}</p></div>${retry(t("staff-try-again"), acts.enrolAgain)}`;
    case "mail-off": return html`<div class="stack stack--s"><h1>${t("staff-mail-off")}</h1><p>${t("staff-mail-off-say")}</p></div>
      <button class="btn btn--go btn--big btn--wide" type="button" data-action="mail-off" @click=${acts.mailOff}>${t("staff-reach-end")}</button>`;
    case "mail-is-off": return html`<div class="stack stack--s"><h1>${t("staff-mail-is-off")}</h1><p role="status">${t("staff-mail-is-off-say")}</p></div>`;
    case "mail-off-failed": return html`<div class="stack stack--s"><h1>${t("staff-mail-off-failed")}</h1><p role="alert">${t("staff-mail-off-failed-say")}</p></div>${retry(t("staff-try-again"), acts.mailOff)}`;
    case "replaced": return html`<div class="stack stack--s"><h1>${t("staff-replaced")}</h1><p>${t("staff-replaced-say")}</p></div>${retry(t("staff-use-here"), acts.useHere)}`;
    case "outdated": return html`<div class="stack stack--s"><h1>${t("staff-outdated")}</h1><p>${t("staff-outdated-say")}</p></div>${retry(t("staff-reload"), acts.reload)}`;
    case "garbled": return html`<div class="stack stack--s"><h1>${t("staff-garbled")}</h1><p>${t("staff-garbled-say")}</p></div>${retry(t("staff-reload"), acts.reload)}`;
    case "unsupported": return html`<div class="stack stack--s"><h1>${t("staff-unsupported")}</h1><p>${t("staff-unsupported-say")}</p></div>`;
    case "wait": return html`<div class="stack stack--s"><h1>${t("staff-wait")}</h1><p class="soft" role="status">${t("staff-wait-say")}</p></div>`;
  }
}

/** Whoever has the server's terminal decides who is staff. */
function newLink() {
  return html`<div class="card stack stack--s"><h2>${t("staff-new-link")}</h2><p>${t("staff-new-link-say")}</p><p class="linkbox">anteroom staff-link</p><p class="small soft">${t("staff-new-link-once")}</p></div>`;
}

const scene = html`<svg class="scene" viewBox="0 0 480 340" preserveAspectRatio="xMidYMax meet" overflow="visible" aria-hidden="true">
  <path d="M-600 286h1800v400H-600z" fill="#06332c"></path><path d="M-600 284h1800v4H-600z" fill="#2c7565"></path>
  <path d="M276 286V122a64 64 0 0 1 128 0v164z" fill="#f4faf6"></path><path d="M288 286V122a52 52 0 0 1 104 0v164z" fill="#ffd27a"></path><path d="M318 286h70l-70 74H160z" fill="#ffc24d" opacity=".28"></path><path d="M288 290V122a52 52 0 0 1 40-50.6V306z" fill="#0f6d5c"></path><circle cx="319" cy="200" r="4.5" fill="#ffe3a8"></circle>
  ${[212, 136, 60].map((x) => svg`<g transform="translate(${x} 0)"><rect x="6" y="186" width="48" height="56" rx="14" fill="#39776a"></rect><path d="M10 262v26M50 262v26" stroke="#39776a" stroke-width="7" stroke-linecap="round"></path><rect x="2" y="246" width="56" height="16" rx="8" fill="#39776a"></rect></g>`)}
</svg>`;
