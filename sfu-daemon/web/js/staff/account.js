// The own account: how one signs in, and where one is signed in.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../icons.js";
import { clockTime, t } from "../i18n.js";
import { knowsPasskeys, makePasskey } from "./passkey.js";
import { leave } from "./provider.js";
import { done, sheet } from "./sheet.js";
import { askedIn, minutesIn, newSecret } from "./sign-in.js";
import { codeField, factorSteps, passwordField, problem, wordsToKeep } from "./sign-in-view.js";

/** @import { StaffRole } from "../types.d.ts" */
/** @import { Acts } from "./main.js" */
/** @import { Credentials } from "./passkey.js" */
/** @import { Returned } from "./provider.js" */
/** @import { Leaving, Post, Problem } from "./sign-in.js" */

/** @typedef {{ id: string, label: string, means: "link" | "password" | "passkey" | "provider", began_ms: number, seen_ms: number, own: boolean }} Session */
/** @typedef {{ id: string, label: string, made_ms: number }} Passkey */
/** @typedef {{ login: string, name: string, role: StaffRole, has_password: boolean, has_factor: boolean, passkeys: Passkey[], provider: boolean, sessions: Session[] }} Own */

const DAY_MS = 24 * 3_600_000;

export class Account {
  /** @type {Own | null} null: not heard yet */ own = null;
  /** What the dialog shows. @type {"list" | "password" | "factor" | "words" | "passkey" | "passkey-gone" | "provider" | "provider-gone"} */ part = "list";
  /** @type {Problem | null} */ problem = null;
  /** The passkey that is to be removed. @type {Passkey | null} */ leaving = null;
  /** At which step of it. @type {"password" | "new_password" | "code" | "passkey-new"} */ step = "password";
  minutes = 0;
  busy = false;
  saved = false;
  secret = "";
  /** @type {string[]} */ words = [];
  #post;
  #get;
  #changed;
  #credentials;
  /** What this browser is. */ label;
  #leaving;
  /** What staff call the provider of identities, if there is one. @type {string | null} */ provider = null;

  /** @param {{ post: Post, get: (url: string) => Promise<Response | null>, changed: () => void, credentials?: Credentials | undefined, label: string, leaving?: Leaving | undefined }} options */
  constructor({ post, get, changed, credentials, label, leaving }) {
    this.#post = post;
    this.#get = get;
    this.#changed = changed;
    this.#credentials = credentials;
    this.label = label;
    this.#leaving = leaving;
  }

  /** @param {Account["part"]} part */
  show(part) {
    Object.assign(this, { part, problem: null, saved: false, words: [], secret: part === "factor" ? newSecret() : "" });
    this.#changed();
    if (part === "list") void this.load();
  }

  async load() {
    const answer = await this.#get("/staff/account");
    if (answer?.ok) this.own = await answer.json().catch(() => this.own);
    this.#changed();
  }

  /** @param {string} old empty if there is none @param {string} password */
  async setPassword(old, password) {
    const set = await this.#say("password", { ...(old === "" ? {} : { old }), new: password });
    if (set !== null) await this.#back();
  }

  /** @param {string} password @param {string} code that the app shows */
  async setFactor(password, code) {
    const set = await this.#say("factor", { password, secret: this.secret, code });
    if (set === null) return;
    Object.assign(this, { words: set.recovery_codes, part: "words", secret: "" });
    this.#changed();
  }

  get hasPasskeys() {
    return this.#credentials !== undefined && knowsPasskeys();
  }

  /** @param {string} password empty if there is none @param {string} label what its owner calls it */
  async addPasskey(password, label) {
    const question = await this.#say("passkey", password === "" ? {} : { password });
    if (question === null || this.#credentials === undefined) return;
    this.busy = true;
    this.#changed();
    const made = await makePasskey(this.#credentials, question);
    Object.assign(this, { busy: false, step: "passkey-new" });
    if (typeof made === "string") {
      this.problem = made;
      this.#changed();
    } else if ((await this.#say("passkey/add", { ...made, label })) !== null) await this.#back();
  }

  /** @param {Passkey} passkey */
  askToRemove(passkey) {
    this.show("passkey-gone");
    this.leaving = passkey;
    this.#changed();
  }

  /** @param {string} password empty if there is none */
  async removePasskey(password) {
    if (this.leaving === null) return;
    if ((await this.#say(`passkey/${this.leaving.id}/remove`, password === "" ? {} : { password })) !== null) await this.#back();
  }

  /** Goes to the provider, to link the account. @param {string} password empty if there is none */
  async toProvider(password) {
    const begun = await this.#say("provider", password === "" ? {} : { password });
    const url = begun === null || this.#leaving === undefined ? null : leave(this.#leaving.store, "link", begun);
    if (url !== null) this.#leaving?.go(url);
  }

  /** This tab is back from there. @param {Returned["back"]} back */
  async returned(back) {
    this.show("list");
    if (typeof back === "string") this.problem = back;
    else if ((await this.#say("provider/link", back)) !== null) return this.#back();
    this.#changed();
  }

  /** @param {string} password empty if there is none */
  async unlink(password) {
    if ((await this.#say("provider/remove", password === "" ? {} : { password })) !== null) await this.#back();
  }

  /** @param {string | null} id null: everywhere */
  async signOut(id) {
    await this.#post("/staff/account/sign-out", id === null ? {} : { id });
    await this.load();
  }

  async #back() {
    this.show("list");
    this.saved = true;
    this.#changed();
  }

  /** @param {string} what @param {object} body @returns {Promise<any>} null if it was not taken */
  async #say(what, body) {
    if (this.busy) return null;
    Object.assign(this, { busy: true, problem: null });
    this.#changed();
    const answer = await this.#post(`/staff/account/${what}`, body);
    this.busy = false;
    if (answer?.ok) return answer.json();
    const asked = answer?.status === 422 ? askedIn(await answer.json().catch(() => null)) : null;
    this.minutes = minutesIn(answer);
    this.step = asked?.step === "new_password" ? "new_password" : asked?.step === "factor" ? "code" : asked?.step === "passkey" ? "passkey-new" : "password";
    this.problem = asked?.problem ?? (answer === null ? "offline" : answer.status === 429 ? "blocked" : "busy");
    this.#changed();
    return null;
  }
}

/** @param {Account} account @param {Acts} acts */
export function accountDialog(account, acts) {
  const { own, part } = account;
  const back = html`<button class="btn" type="button" data-action="account-back" @click=${() => account.show("list")}>${t("staff-not-now")}</button>`;
  const send = (/** @type {string} */ form) => html`<button class="btn btn--go" form=${form} data-action="account-save" aria-disabled=${account.busy ? "true" : nothing}>${t("staff-continue")}</button>`;
  const texts = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    return (/** @type {string} */ name) => String(form.get(name) ?? "");
  };
  const wrong = problem(account.step, account.problem, account.minutes, account.provider);
  const provider = { name: account.provider ?? "" };
  const password = own?.has_password ? passwordField("password", t("staff-password"), "current-password") : nothing;
  const username = html`<input type="text" name="username" autocomplete="username" .value=${own?.login ?? ""} hidden>`;
  switch (part) {
    case "list": return sheet("account", t("staff-account"), acts, own === null ? html`<p role="status">${t("staff-wait-say")}</p>` : list(account, own), done(acts));
    case "words": return sheet("account", t("staff-recovery-title"), acts, wordsToKeep(account.words), html`<button class="btn btn--go" type="button" data-action="words-written" @click=${() => account.show("list")}>${t("staff-recovery-done")}</button>`);
    case "password": return sheet("account", t("staff-account-password"), acts, html`<form id="account-password" class="stack" method="post" action="/staff/account/password" @submit=${(/** @type {SubmitEvent} */ event) => {
      const text = texts(event);
      void account.setPassword(text("password"), text("new-password"));
    }}>${wrong}${username}${own?.has_password ? passwordField("password", t("staff-password"), "current-password") : nothing}
      ${passwordField("new-password", t("staff-new-password"), "new-password", t("staff-new-password-hint"))}<p class="small soft">${t("staff-account-password-out")}</p></form>`, html`${send("account-password")}${back}`);
    case "factor": return sheet("account", t("staff-factor-title"), acts, html`<form id="account-factor" class="stack" method="post" action="/staff/account/factor" @submit=${(/** @type {SubmitEvent} */ event) => {
      const text = texts(event);
      void account.setFactor(text("password"), text("code"));
    }}>${wrong}${username}${factorSteps(own?.login ?? "", account.secret)}${codeField()}${passwordField("password", t("staff-password"), "current-password")}</form>`, html`${send("account-factor")}${back}`);
    case "passkey": return sheet("account", t("staff-passkey-add"), acts, html`<form id="account-passkey" class="stack" method="post" action="/staff/account/passkey" @submit=${(/** @type {SubmitEvent} */ event) => {
      const text = texts(event);
      void account.addPasskey(text("password"), text("label"));
    }}>${wrong}${username}<p>${t("staff-passkey-say")}</p>
      <div class="field"><label for="passkey-label">${t("staff-passkey-name")}</label><input class="input" id="passkey-label" name="label" type="text" maxlength="100" required .value=${account.label} aria-describedby="h-passkey-label"><p class="hint" id="h-passkey-label">${t("staff-passkey-name-hint")}</p></div>
      ${password}</form>`, html`${send("account-passkey")}${back}`);
    case "passkey-gone": return sheet("account", t("staff-passkey-remove-title", { name: account.leaving?.label ?? "" }), acts, html`<form id="account-passkey-gone" class="stack" method="post" action="/staff/account/passkey" @submit=${(/** @type {SubmitEvent} */ event) => {
      void account.removePasskey(texts(event)("password"));
    }}>${wrong}${username}<p>${t("staff-passkey-remove-say")} ${t("staff-account-password-out")}</p>${password}</form>`, html`${send("account-passkey-gone")}${back}`);
    case "provider": return sheet("account", t("staff-provider-title", provider), acts, html`<form id="account-provider" class="stack" method="post" action="/staff/account/provider" @submit=${(/** @type {SubmitEvent} */ event) => {
      void account.toProvider(texts(event)("password"));
    }}>${wrong}${username}<p>${t("staff-provider-say", provider)}</p>${password}</form>`, html`${send("account-provider")}${back}`);
    case "provider-gone": return sheet("account", t("staff-provider-unlink-title", provider), acts, html`<form id="account-provider-gone" class="stack" method="post" action="/staff/account/provider" @submit=${(/** @type {SubmitEvent} */ event) => {
      void account.unlink(texts(event)("password"));
    }}>${wrong}${username}<p>${t("staff-provider-unlink-say")} ${t("staff-account-password-out")}</p>${password}</form>`, html`${send("account-provider-gone")}${back}`);
  }
}

/** @param {Account} account @param {Own} own */
function list(account, own) {
  return html`<p><strong>${own.name || own.login}</strong> <span class="soft">${own.login} · ${t(`staff-role-${own.role}`)}</span></p>
    ${problem("provider", account.problem, account.minutes, account.provider)}
    ${account.saved ? html`<p class="banner" role="status" data-saved>${icon("check")}<span>${t("staff-news-saved")}</span></p>` : nothing}
    <div class="row row--s">
      <button class="btn btn--s" type="button" data-action="account-password" @click=${() => account.show("password")}>${icon("key", "i--s")}${t(own.has_password ? "staff-account-password" : "staff-account-password-new")}</button>
      ${own.has_password ? html`<button class="btn btn--s" type="button" data-action="account-factor" @click=${() => account.show("factor")}>${icon("phone", "i--s")}${t(own.has_factor ? "staff-account-factor" : "staff-account-factor-new")}</button>` : nothing}
    </div>
    ${own.passkeys.length === 0 && !account.hasPasskeys ? nothing : html`<h3>${t("staff-passkeys")}</h3>
    <ul class="list stack stack--s">${own.passkeys.map((passkey) => html`<li class="row row--between" data-passkey=${passkey.id}><span><strong>${passkey.label}</strong>
      <span class="soft small">${t("staff-passkey-made", { time: since(passkey.made_ms) })}</span></span>
      <button class="btn btn--s btn--stop" type="button" data-action="passkey-gone" @click=${() => account.askToRemove(passkey)}>${t("staff-passkey-remove")}<span class="sr"> ${passkey.label}</span></button></li>`)}</ul>
    ${account.hasPasskeys ? html`<button class="btn btn--s" type="button" data-action="passkey" @click=${() => account.show("passkey")}>${icon("key", "i--s")}${t("staff-passkey-add")}</button>` : nothing}`}
    ${account.provider === null ? nothing : html`<div class="row row--between">${own.provider ? html`<span>${t("staff-provider-linked", { name: account.provider })}</span>
      <button class="btn btn--s btn--stop" type="button" data-action="provider-gone" @click=${() => account.show("provider-gone")}>${t("staff-provider-unlink")}</button>`
      : html`<button class="btn btn--s" type="button" data-action="provider" @click=${() => account.show("provider")}>${t("staff-provider-link", { name: account.provider })}</button>`}</div>`}
    <h3>${t("staff-sessions")}</h3>
    <ul class="list stack stack--s">${own.sessions.map((session) => html`<li class="row row--between" data-session=${session.own ? "own" : "other"}><span><strong>${session.label || t(`staff-session-by-${session.means}`)}</strong>
      <span class="soft small">${session.own ? t("staff-session-own") : t("staff-session-used", { time: since(session.seen_ms) })}</span></span>
      ${session.own ? nothing : html`<button class="btn btn--s btn--stop" type="button" data-action="session-out" @click=${() => account.signOut(session.id)}>${t("staff-sign-out")}<span class="sr"> ${session.label}</span></button>`}</li>`)}</ul>
    <button class="btn btn--s btn--stop" type="button" data-action="sessions-out" @click=${() => account.signOut(null)}>${t("staff-sessions-out")}</button>
    <p><a href="/staff/account/export" download data-action="account-export">${t("staff-account-export")}</a> <span class="soft small">${t("staff-account-export-say")}</span></p>`;
}

/** Today by the clock, before that by the day. @param {number} at_ms */
function since(at_ms) {
  return Date.now() - at_ms < DAY_MS ? clockTime(at_ms) : new Date(at_ms).toLocaleDateString(document.documentElement.lang);
}
