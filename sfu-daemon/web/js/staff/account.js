// The own account: how one signs in, and where one is signed in.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../icons.js";
import { clockTime, t } from "../i18n.js";
import { done, sheet } from "./sheet.js";
import { askedIn, minutesIn, newSecret } from "./sign-in.js";
import { codeField, factorSteps, passwordField, problem, wordsToKeep } from "./sign-in-view.js";

/** @import { StaffRole } from "../types.d.ts" */
/** @import { Acts } from "./main.js" */
/** @import { Post, Problem } from "./sign-in.js" */

/** @typedef {{ id: string, label: string, means: "link" | "password", began_ms: number, seen_ms: number, own: boolean }} Session */
/** @typedef {{ login: string, name: string, role: StaffRole, has_password: boolean, has_factor: boolean, sessions: Session[] }} Own */

const DAY_MS = 24 * 3_600_000;

export class Account {
  /** @type {Own | null} null: not heard yet */ own = null;
  /** What the dialog shows. @type {"list" | "password" | "factor" | "words"} */ part = "list";
  /** @type {Problem | null} */ problem = null;
  /** At which step of it. @type {"password" | "new_password" | "code"} */ step = "password";
  minutes = 0;
  busy = false;
  saved = false;
  secret = "";
  /** @type {string[]} */ words = [];
  #post;
  #get;
  #changed;

  /** @param {{ post: Post, get: (url: string) => Promise<Response | null>, changed: () => void }} options */
  constructor({ post, get, changed }) {
    this.#post = post;
    this.#get = get;
    this.#changed = changed;
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

  /** @param {string} what @param {object} body @returns {Promise<{ recovery_codes: string[] } | null>} null if it was not taken */
  async #say(what, body) {
    if (this.busy) return null;
    Object.assign(this, { busy: true, problem: null });
    this.#changed();
    const answer = await this.#post(`/staff/account/${what}`, body);
    this.busy = false;
    if (answer?.ok) return answer.json();
    const asked = answer?.status === 422 ? askedIn(await answer.json().catch(() => null)) : null;
    this.minutes = minutesIn(answer);
    this.step = asked?.step === "new_password" ? "new_password" : asked?.step === "factor" ? "code" : "password";
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
  const wrong = problem(account.step, account.problem, account.minutes);
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
  }
}

/** @param {Account} account @param {Own} own */
function list(account, own) {
  return html`<p><strong>${own.name || own.login}</strong> <span class="soft">${own.login} · ${t(`staff-role-${own.role}`)}</span></p>
    ${account.saved ? html`<p class="banner" role="status" data-saved>${icon("check")}<span>${t("staff-news-saved")}</span></p>` : nothing}
    <div class="row row--s">
      <button class="btn btn--s" type="button" data-action="account-password" @click=${() => account.show("password")}>${icon("key", "i--s")}${t(own.has_password ? "staff-account-password" : "staff-account-password-new")}</button>
      ${own.has_password ? html`<button class="btn btn--s" type="button" data-action="account-factor" @click=${() => account.show("factor")}>${icon("phone", "i--s")}${t(own.has_factor ? "staff-account-factor" : "staff-account-factor-new")}</button>` : nothing}
    </div>
    <h3>${t("staff-sessions")}</h3>
    <ul class="list stack stack--s">${own.sessions.map((session) => html`<li class="row row--between" data-session=${session.own ? "own" : "other"}><span><strong>${session.label || t(`staff-session-by-${session.means}`)}</strong>
      <span class="soft small">${session.own ? t("staff-session-own") : t("staff-session-used", { time: since(session.seen_ms) })}</span></span>
      ${session.own ? nothing : html`<button class="btn btn--s btn--stop" type="button" data-action="session-out" @click=${() => account.signOut(session.id)}>${t("staff-sign-out")}<span class="sr"> ${session.label}</span></button>`}</li>`)}</ul>
    <button class="btn btn--s btn--stop" type="button" data-action="sessions-out" @click=${() => account.signOut(null)}>${t("staff-sessions-out")}</button>`;
}

/** Today by the clock, before that by the day. @param {number} at_ms */
function since(at_ms) {
  return Date.now() - at_ms < DAY_MS ? clockTime(at_ms) : new Date(at_ms).toLocaleDateString(document.documentElement.lang);
}
