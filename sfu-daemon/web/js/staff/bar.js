// The frame around the desk views: the bar, what lasts (banners), what just happened (one line), and the language.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../icons.js";
import { clockTime, t } from "../i18n.js";
import { languagePicker } from "../view.js";
import { screen, waiting } from "./state.js";
import { nameText } from "./words.js";

/** @import { Acts } from "./main.js" */
/** @import { News, State } from "./state.js" */

/** Views with a bar on top. @param {State} state @param {Acts} acts @param {unknown} main @param {unknown} [dialog] */
export function desk(state, acts, main, dialog = nothing) {
  return html`<div class="staff">
    <a class="skip" href="#main">${t("staff-skip")}</a>
    ${bar(state, acts)}
    ${main}
    <footer class="desk-foot row">${languagePicker()}<button class="btn btn--s" type="button" data-action="keys" @click=${() => acts.tell({ kind: "ask", dialog: { kind: "keys" } })}>${t("staff-keys")}</button></footer>
    ${newsLine(state)}
    ${dialog}
  </div>`;
}

export const logo = html`<svg viewBox="0 0 28 32" aria-hidden="true"><path d="M2 31V14a12 12 0 0 1 24 0v17z" fill="#ffc24d"></path><path d="M2 31V14A12 12 0 0 1 14 2c1 0 2 .1 3 .4V27z" fill="#0b7a66"></path><circle cx="13.4" cy="17" r="1.4" fill="#fff"></circle></svg>`;

/** @param {State} state @param {Acts} acts */
function bar(state, acts) {
  const several = state.areas.length > 1;
  return html`<header class="bar on-dark">
    <span class="brand">${logo}Anteroom</span>
    <nav aria-label=${t("staff-areas")} class="grow"><ul class="row row--s">${state.areas.map((area) => {
      const shown = area.slug === state.area;
      const count = shown ? waiting(state) : area.waiting;
      return html`<li><a href="/staff" aria-current=${shown ? "page" : nothing} data-area=${area.slug} @click=${(/** @type {Event} */ e) => {
        e.preventDefault();
        acts.tell({ kind: "after_done" });
        acts.tell({ kind: "show_area", area: area.slug });
      }}>${icon("door", "i--s")}${several ? area.title || area.slug : t("staff-room")}${count > 0
        ? html` <span class="count"><span aria-hidden="true">${count}</span><span class="sr">, ${t("staff-waiting", { count })}</span></span>` : nothing}</a></li>`;
    })}</ul></nav>
    <span class="row row--s"><span class="only-wide">${state.me}</span><button class="btn btn--s" type="button" data-action="account" @click=${acts.account}>${t("staff-account-short")}</button><button class="btn btn--s" type="button" data-action="sign-out" @click=${acts.signOut}>${t("staff-sign-out")}</button></span>
  </header>`;
}

/** States that last. @param {State} state @param {Acts} acts */
export function banners(state, acts) {
  return html`
    ${state.link === "lost" ? html`<div class="banner banner--bad" data-banner="lost">${icon("net")}<div><p><strong>${t("staff-lost")}</strong></p>
      <p>${t("staff-lost-since", { time: clockTime((state.lostSince ?? state.now) + state.ahead) })}</p>
      <button class="btn btn--s" type="button" data-action="try-now" @click=${acts.tryNow}>${t("staff-try-now")}</button></div></div>` : nothing}
    ${state.drainsAt !== null ? html`<div class="banner banner--lamp" data-banner="draining">${icon("info")}<p>${t("staff-draining", { time: clockTime(state.drainsAt + state.ahead) })}</p></div>` : nothing}
    ${state.link === "live" && screen(state) !== "V3" && state.call?.state === "held" ? html`<div class="banner" data-banner="held">${icon("hold")}<div><p>${t("staff-held-banner", { name: nameText(state.call.name) })}</p></div></div>` : nothing}`;
}

/** One line for six seconds. Screen readers get the same words from the page's live region. @param {State} state */
function newsLine(state) {
  const text = newsText(state.news);
  return text === null ? nothing : html`<p class="toast" aria-hidden="true" data-news=${state.news?.what ?? ""}>${text}</p>`;
}

/** @param {News | null} news @returns {string | null} */
export function newsText(news) {
  switch (news?.what) {
    case undefined: return null;
    case "arrived": return t("staff-news-arrived", { name: nameText(news.name) });
    case "left": return t("staff-news-left", { name: nameText(news.name) });
    case "lost": return t("staff-news-lost", { name: nameText(news.name) });
    case "back": return t("staff-news-back", { name: nameText(news.name) });
    case "minute": return t("staff-news-minute", { name: nameText(news.name) });
    case "offline": return t("staff-news-offline");
    case "saved": return t("staff-news-saved");
    case "not_written": return t("staff-memo-not-written");
    case "not_copied": return t("staff-news-not-copied");
    case "copied": return t("staff-news-copied");
    case "refused": return refusalText(news);
  }
}

/** What a refused wish means for the person, and what to do now. @param {News} news */
function refusalText(news) {
  switch (news.code) {
    case "wrong_state": case "ticket_unknown": return t("staff-refused-late");
    case "not_allowed": return t("staff-refused-not-allowed");
    case "area_closed": case "area_full": case "area_unknown": return t("staff-refused-area");
    case "too_many": return t("staff-refused-too-many");
    case "room_full": return t("staff-refused-room-full");
    case "draining": return t("staff-refused-draining");
    case "bad_message": case "bad_name": case "bad_address": case "pass_wrong": case "guest_link_over": return t("staff-refused-text");
    case "unsupported_protocol": case "place_unknown": case "bad_offer": case "replaced": case null: return t("staff-refused");
  }
}
