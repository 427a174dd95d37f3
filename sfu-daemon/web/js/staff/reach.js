// How this person wants to be told that somebody waits when no page of theirs is open: by e-mail or by their browser's push service, where the operator
// has made it possible.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { icon } from "../icons.js";
import { language, t } from "../i18n.js";
import { askForNotes } from "./alerts.js";
import { canPush, endpoint, subscribe, unsubscribe } from "./push.js";
import { done, sheet, words } from "./sheet.js";

/** @import { Acts } from "./main.js" */

/** @import { By } from "./invite-send.js" */
/** What the operator has made possible, as `/staff/session` says it: also by which ways the server sends invitations. @typedef {{ mail: boolean, push: string | null, invite: By[] }} Ways */

/** As the daemon takes it. */
const ADDRESS_CHARS_MAX = 254;

export class Reach {
  /** @type {Ways} */ ways = { mail: false, push: null, invite: [] };
  /** Where mails go; null: nowhere. @type {string | null} */ mail = null;
  /** @type {"refused" | "busy" | "offline" | null} */ problem = null;
  /** What became of the last change. @type {"sent" | "later" | "off" | null} */ news = null;
  busy = false;
  /** This browser is told. */ pushed = false;
  /** @type {"blocked" | "failed" | null} */ pushProblem = null;
  #post;
  #get;
  #changed;

  /** @param {{ post: (url: string, body: object) => Promise<Response | null>, get: (url: string) => Promise<Response | null>, changed: () => void }} options */
  constructor({ post, get, changed }) {
    this.#post = post;
    this.#get = get;
    this.#changed = changed;
  }

  /** The dialog opens. */
  async open() {
    Object.assign(this, { problem: null, news: null });
    const answer = await this.#get("/staff/account");
    if (answer?.ok) this.mail = (await answer.json().catch(() => null))?.mail ?? null;
    this.#changed();
  }

  /** The page has come up, signed in: the server forgets browsers whose page nobody opens any more. @param {boolean} wanted the person has asked for it in this browser */
  async greet(wanted) {
    if (this.ways.push === null || !canPush()) return;
    try {
      // After a new version of the page the worker is another one, and subscribes anew.
      const told = (await endpoint()) ?? (wanted && Notification.permission === "granted" ? await subscribe(this.ways.push, language()) : null);
      this.pushed = told !== null && (await this.#post("/staff/account/push", { endpoint: told, on: true }))?.ok === true;
    } catch {
      this.pushed = false; // Its push service does not answer: the dialog shows that it is off.
    }
    this.#changed();
  }

  /** @param {boolean} on @returns {Promise<boolean>} whether this browser is told now */
  async setPush(on) {
    if (this.busy || this.ways.push === null) return this.pushed;
    Object.assign(this, { busy: true, pushProblem: null });
    this.#changed();
    try {
      if (on && !(await askForNotes())) this.pushProblem = "blocked";
      else {
        const told = on ? await subscribe(this.ways.push, language()) : await endpoint();
        const set = told === null ? null : await this.#post("/staff/account/push", { endpoint: told, on });
        if (!on || !set?.ok) await unsubscribe();
        if (on && !set?.ok) this.pushProblem = "failed";
        this.pushed = on && set?.ok === true;
      }
    } catch {
      this.pushProblem = "failed";
    }
    this.busy = false;
    this.#changed();
    return this.pushed;
  }

  /** @param {string} address empty: no more mails */
  async setMail(address) {
    if (this.busy) return;
    Object.assign(this, { busy: true, problem: null, news: null });
    this.#changed();
    const answer = await this.#post("/staff/account/mail", { address, language: language() });
    this.busy = false;
    if (answer?.ok) Object.assign(this, { mail: address === "" ? null : address, news: address === "" ? "off" : answer.status === 202 ? "later" : "sent" });
    else this.problem = answer === null ? "offline" : answer.status === 422 || answer.status === 502 ? "refused" : "busy";
    this.#changed();
  }
}

/** The way to it, beside bell and note. @param {Reach} reach @param {Acts} acts */
export function reachButton(reach, acts) {
  if (!reach.ways.mail && reach.ways.push === null) return nothing;
  return html`<button class="btn btn--s btn--wide" type="button" data-action="reach" @click=${acts.reach}>${icon("mail", "i--s")}${t("staff-reach")}</button>`;
}

/** @param {Reach} reach @param {Acts} acts */
export function reachDialog(reach, acts) {
  return sheet("reach", t("staff-reach"), acts, html`${reach.ways.push === null ? nothing : pushSwitch(reach, acts)}${reach.ways.mail ? mailForm(reach) : nothing}`, done(acts));
}

/** @param {Reach} reach @param {Acts} acts */
function pushSwitch(reach, acts) {
  const { pushed, pushProblem } = reach;
  return html`<label class="switch"><span>${t("staff-push")}<span class="hint">${t("staff-push-hint")}</span></span><input type="checkbox" role="switch" data-action="push" .checked=${live(pushed)} ?disabled=${!canPush()}
      @change=${(/** @type {Event} */ e) => acts.pushSwitch(/** @type {HTMLInputElement} */ (e.target).checked)}></label>
    ${canPush() ? nothing : html`<p class="small soft">${t("staff-push-cannot")}</p>`}
    ${pushProblem === null ? nothing : html`<p class="banner banner--bad" role="alert" data-push-problem=${pushProblem}>${icon("warn")}<span>${t(pushProblem === "blocked" ? "staff-notes-blocked" : "staff-push-failed")}</span></p>`}`;
}

/** @param {Reach} reach */
function mailForm(reach) {
  const { mail, problem, news, busy } = reach;
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    void reach.setMail(words(event, "address"));
  };
  return html`<form id="reach-mail" class="stack" method="post" action="/staff/account/mail" novalidate @submit=${submit}>
    <p>${t("staff-reach-say")}</p>
    ${problem === null ? nothing : html`<p class="banner banner--bad" role="alert" data-problem=${problem}>${icon("warn")}<span>${t(`staff-reach-${problem}`)}</span></p>`}
    ${news === null ? nothing : html`<p class="banner" role="status" data-news=${news}>${icon("check")}<span>${t(`staff-reach-${news}`)}</span></p>`}
    <div class="field"><label for="reach-address">${t("staff-reach-address")}</label>
      <input class="input" id="reach-address" name="address" type="email" maxlength=${ADDRESS_CHARS_MAX} autocomplete="email" .value=${mail ?? ""}></div>
    <div class="row row--s"><button class="btn btn--s" data-action="reach-mail" aria-disabled=${busy ? "true" : nothing}>${t("staff-reach-set")}</button>
      ${mail === null ? nothing : html`<button class="btn btn--s btn--stop" type="button" data-action="reach-mail-off" @click=${() => reach.setMail("")}>${t("staff-reach-end")}</button>`}</div>
    <p class="small soft">${t("staff-reach-kept")}</p></form>`;
}
