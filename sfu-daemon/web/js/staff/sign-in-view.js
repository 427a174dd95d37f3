// The form with which staff sign in: a password, and what else is asked for. Password managers fill it in, and nothing forbids to paste.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";
import { qr } from "./link.js";
import { factorUrl } from "./sign-in.js";

/** @import { SignIn, Problem, Step } from "./sign-in.js" */

/** As the daemon takes them. */
const LOGIN_CHARS_MAX = 64;
const PASSWORD_CHARS_MAX = 128;

/** @param {SignIn} signIn */
export function signInView(signIn) {
  if (signIn.step === "words") {
    return html`<div class="stack" data-step="words"><h1>${t("staff-recovery-title")}</h1>${wordsToKeep(signIn.words)}
      <button class="btn btn--go btn--big btn--wide" type="button" data-action="words-written" @click=${() => signIn.written()}>${t("staff-recovery-done")}</button></div>`;
  }
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const text = (/** @type {string} */ name) => (form.has(name) ? String(form.get(name)) : undefined);
    void signIn.say({ login: text("username"), password: text("password"), newPassword: text("new-password"), code: text("code") });
  };
  return html`<h1>${t(title(signIn.step))}</h1>
    <form class="card stack" method="post" action="/staff/sign-in" data-step=${signIn.step} @submit=${submit}>
      ${problem(signIn.ofPasskey ? "passkey" : signIn.step, signIn.problem, signIn.minutes, signIn.provider)}
      ${fields(signIn)}
      <button class="btn btn--go btn--big btn--wide" data-action="sign-in" aria-disabled=${signIn.busy ? "true" : nothing}>${t(signIn.step === "password" ? "staff-sign-in" : "staff-continue")}</button>
      ${signIn.step === "password" && signIn.hasPasskeys ? html`<button class="btn btn--wide" type="button" data-action="sign-in-passkey" aria-disabled=${signIn.busy ? "true" : nothing} @click=${() => signIn.passkey()}>${icon("key", "i--s")}${t("staff-passkey-sign-in")}</button>` : nothing}
      ${signIn.step === "password" && signIn.provider !== null ? html`<button class="btn btn--wide" type="button" data-action="sign-in-provider" aria-disabled=${signIn.busy ? "true" : nothing} @click=${() => signIn.toProvider()}>${t("staff-provider-sign-in", { name: signIn.provider })}</button>` : nothing}
      ${signIn.step === "password" ? nothing : html`<button class="link small" type="button" data-action="sign-in-other" @click=${() => location.reload()}>${t("staff-sign-in-other")}</button>`}
    </form>`;
}

/** @param {Step} step */
function title(step) {
  return /** @type {const} */ ({ password: "staff-sign-in", new_password: "staff-new-password-title", code: "staff-code-title", factor: "staff-factor-title" })[step];
}

/** @param {SignIn} signIn */
function fields(signIn) {
  switch (signIn.step) {
    case "words": return nothing;
    case "password": return html`
      <div class="field"><label for="username">${t("staff-login")}</label>
        <input class="input" id="username" name="username" type="text" maxlength=${LOGIN_CHARS_MAX} autocomplete="username" autocapitalize="none" spellcheck="false" required .value=${signIn.login}></div>
      ${passwordField("password", t("staff-password"), "current-password")}`;
    case "new_password": return html`<p>${t("staff-new-password-say")}</p>
      <input type="text" name="username" autocomplete="username" .value=${signIn.login} hidden>
      ${passwordField("new-password", t("staff-new-password"), "new-password", t("staff-new-password-hint"))}`;
    case "code": return html`<p>${t("staff-code-say")}</p>${codeField(t("staff-code-hint"))}`;
    case "factor": return html`${factorSteps(signIn.login, signIn.secret)}${codeField()}`;
  }
}

/** How an app gets a new secret. @param {string} login @param {string} secret */
export function factorSteps(login, secret) {
  return html`<p>${t("staff-factor-say")}</p>
    <div class="center">${qr(factorUrl(login, secret), t("staff-factor-qr"))}</div>
    <p class="small soft">${t("staff-factor-by-hand")}</p><p class="linkbox code" data-secret=${secret}>${secret.replace(/(.{4})(?=.)/g, "$1 ")}</p>`;
}

/** @param {string} name @param {string} label @param {"current-password" | "new-password"} autocomplete @param {string} [hint] */
export function passwordField(name, label, autocomplete, hint) {
  const show = (/** @type {Event} */ event) => {
    const input = document.getElementById(name);
    if (input instanceof HTMLInputElement) input.type = /** @type {HTMLInputElement} */ (event.target).checked ? "text" : "password";
  };
  return html`<div class="field"><label for=${name}>${label}</label>
    <input class="input" id=${name} name=${name} type="password" maxlength=${PASSWORD_CHARS_MAX} autocomplete=${autocomplete} required aria-describedby=${hint === undefined ? nothing : `h-${name}`}>
    ${hint === undefined ? nothing : html`<p class="hint" id="h-${name}">${hint}</p>`}
    <label class="switch"><span>${t("staff-password-show")}</span><input type="checkbox" role="switch" data-action="show-${name}" @change=${show}></label></div>`;
}

/** @param {string} [hint] */
export function codeField(hint) {
  return html`<div class="field"><label for="code">${t("staff-code")}</label>
    <input class="input" id="code" name="code" type="text" maxlength="40" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" required aria-describedby=${hint === undefined ? nothing : "h-code"}>
    ${hint === undefined ? nothing : html`<p class="hint" id="h-code">${hint}</p>`}</div>`;
}

/** Shown once. @param {readonly string[]} words */
export function wordsToKeep(words) {
  return html`<p>${t("staff-recovery-say")}</p><ul class="linkbox list" data-recovery>${words.map((word) => html`<li class="mono">${word}</li>`)}</ul>`;
}

/** @typedef {Step | "words" | "passkey" | "passkey-new" | "provider"} At */

/** @param {At} step @param {Problem | null} problem @param {number} minutes @param {string | null} [provider] what staff call it */
export function problem(step, problem, minutes, provider = null) {
  return problem === null ? nothing : html`<p class="banner banner--lamp" role="alert" data-problem=${problem}>${icon("warn")}<span>${text(step, problem, minutes, provider ?? "")}</span></p>`;
}

/** @param {At} step @param {Problem} problem @param {number} minutes @param {string} provider */
function text(step, problem, minutes, provider) {
  switch (problem) {
    case "wrong": return t(step === "code" ? "staff-problem-code" : step === "password" ? "staff-problem-wrong" : "staff-problem-passkey");
    case "mistyped": return t("staff-problem-code");
    case "blocked": return t("staff-problem-blocked", { count: minutes });
    case "too_short": return t("staff-problem-too-short");
    case "too_long": return t("staff-problem-too-long");
    case "common": return t("staff-problem-common");
    case "same": return t("staff-problem-same");
    case "cancelled": return t(step === "passkey-new" ? "staff-problem-passkey-not-made" : "staff-problem-passkey-none");
    case "unknown": case "late": case "copied": case "address": case "full": case "known": case "stale": case "unsupported": return t(`staff-problem-passkey-${problem}`);
    case "none": case "denied": case "silent": case "browser": case "replayed": case "stranger": case "admin": return t("staff-problem-provider", { why: problem, name: provider });
    case "garbled": case "unlisted": case "refused": case "malformed": case "algorithm": case "signature": case "issuer": case "audience": case "time": case "nonce": case "manner": case "taken":
      return `${t("staff-problem-provider", { why: problem, name: provider })} ${t("staff-problem-provider-tell")}`;
    case "busy": return t("staff-problem-busy");
    case "offline": return t("staff-no-answer");
  }
}
