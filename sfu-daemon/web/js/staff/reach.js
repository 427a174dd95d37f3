// How this person wants to be told that somebody waits when no page of theirs is open: by e-mail, where the operator has made it possible.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../icons.js";
import { language, t } from "../i18n.js";
import { done, sheet, words } from "./sheet.js";

/** @import { Acts } from "./main.js" */

/** @import { By } from "./invite-send.js" */
/** What the operator has made possible, as `/staff/session` says it: also by which ways the server sends invitations. @typedef {{ mail: boolean, invite: By[] }} Ways */

/** As the daemon takes it. */
const ADDRESS_CHARS_MAX = 254;

export class Reach {
  /** @type {Ways} */ ways = { mail: false, invite: [] };
  /** Where mails go; null: nowhere. @type {string | null} */ mail = null;
  /** @type {"refused" | "busy" | "offline" | null} */ problem = null;
  /** What became of the last change. @type {"sent" | "later" | "off" | null} */ news = null;
  busy = false;
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
  if (!reach.ways.mail) return nothing;
  return html`<button class="btn btn--s btn--wide" type="button" data-action="reach" @click=${acts.reach}>${icon("mail", "i--s")}${t("staff-reach")}</button>`;
}

/** @param {Reach} reach @param {Acts} acts */
export function reachDialog(reach, acts) {
  const { mail, problem, news, busy } = reach;
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    void reach.setMail(words(event, "address"));
  };
  return sheet("reach", t("staff-reach"), acts, html`<form id="reach-mail" class="stack" method="post" action="/staff/account/mail" novalidate @submit=${submit}>
    <p>${t("staff-reach-say")}</p>
    ${problem === null ? nothing : html`<p class="banner banner--bad" role="alert" data-problem=${problem}>${icon("warn")}<span>${t(`staff-reach-${problem}`)}</span></p>`}
    ${news === null ? nothing : html`<p class="banner" role="status" data-news=${news}>${icon("check")}<span>${t(`staff-reach-${news}`)}</span></p>`}
    <div class="field"><label for="reach-address">${t("staff-reach-address")}</label>
      <input class="input" id="reach-address" name="address" type="email" maxlength=${ADDRESS_CHARS_MAX} autocomplete="email" .value=${mail ?? ""}></div>
    <div class="row row--s"><button class="btn btn--s" data-action="reach-mail" aria-disabled=${busy ? "true" : nothing}>${t("staff-reach-set")}</button>
      ${mail === null ? nothing : html`<button class="btn btn--s btn--stop" type="button" data-action="reach-mail-off" @click=${() => reach.setMail("")}>${t("staff-reach-end")}</button>`}</div>
    <p class="small soft">${t("staff-reach-kept")}</p></form>`, done(acts));
}
