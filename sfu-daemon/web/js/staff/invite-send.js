// The server sends an invitation, where the operator has made that possible. It comes after the own ways: by those the server learns nothing.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";
import { words } from "./sheet.js";

/** By which way. @typedef {"mail" | "sms"} By */
/** @typedef {{ area: string, subject: string, text: string, agreed: boolean }} Written */

/** As the daemon takes them. */
const ADDRESS_CHARS_MAX = 254;

export class InviteSend {
  /** What the operator has made possible. @type {By[]} */ ways = [];
  /** @type {By | null} under way */ busy = null;
  /** What became of the last one. @type {"sent" | "failed" | "unfit" | "many" | null} */ news = null;
  #post;
  #changed;

  /** @param {{ post: (url: string, body: object) => Promise<Response | null>, changed: () => void }} options */
  constructor({ post, changed }) {
    this.#post = post;
    this.#changed = changed;
  }

  /** Somebody else is invited. */
  forget() {
    this.news = null;
    this.#changed();
  }

  /** @param {By} by @param {string} to @param {Written} written @returns {Promise<boolean>} whether it is sent */
  async send(by, to, written) {
    if (this.busy !== null) return false;
    Object.assign(this, { busy: by, news: null });
    this.#changed();
    const answer = await this.#post("/staff/invite", { by, to, ...written });
    this.busy = null;
    this.news = answer?.ok ? "sent" : answer?.status === 422 ? "unfit" : answer?.status === 429 ? "many" : "failed";
    this.#changed();
    return this.news === "sent";
  }
}

/** @param {InviteSend} sending @param {Record<By, Written>} written */
export function sendByServer(sending, written) {
  if (sending.ways.length === 0) return nothing;
  const toggled = (/** @type {Event} */ event) => /** @type {HTMLDetailsElement} */ (event.target).open && sending.forget();
  return html`<details data-by-server @toggle=${toggled}><summary>${t("staff-invite-server")}</summary><div class="stack">
    <p class="small">${t("staff-invite-server-say")}</p>
    ${sending.ways.map((by) => form(by, sending, written[by]))}
    ${sending.news === null ? nothing : html`<p class="banner ${sending.news === "sent" ? "" : "banner--bad"}" role=${sending.news === "sent" ? "status" : "alert"} data-invited=${sending.news}>${icon(sending.news === "sent" ? "check" : "warn")}<span>${t(`staff-invite-${sending.news}`)}</span></p>`}
  </div></details>`;
}

/** @param {By} by @param {InviteSend} sending @param {Written} written */
function form(by, sending, written) {
  const locked = by === "sms" && !written.agreed;
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const to = words(event, "to");
    if (locked || to === "") return;
    if (await sending.send(by, to, written)) form.reset(); // The address stays nowhere.
  };
  return html`<form class="stack stack--s" method="post" action="/staff/invite" novalidate autocomplete="off" @submit=${submit}>
    <div class="field"><label for=${`invite-to-${by}`}>${t(`staff-invite-to-${by}`)}</label>
      <input class="input" id=${`invite-to-${by}`} name="to" type=${by === "mail" ? "email" : "tel"} maxlength=${ADDRESS_CHARS_MAX} autocomplete="off"></div>
    <button class="btn btn--s" data-action=${`invite-by-${by}`} aria-disabled=${locked || sending.busy !== null ? "true" : nothing}>${icon(by, "i--s")}${t(sending.busy === by ? "staff-invite-sending" : `staff-invite-by-${by}`)}</button>
    ${locked ? html`<p class="small soft">${t("staff-invite-first-agreed")}</p>` : nothing}</form>`;
}
