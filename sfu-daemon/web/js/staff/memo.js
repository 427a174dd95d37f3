// The note of colleagues on a card: what it says, who wrote it when, and the question in which it is written.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { MEMO_CHARS_MAX } from "../e2ee/memo.js";
import { icon } from "../icons.js";
import { clockTime, t } from "../i18n.js";
import { sheet, words } from "./sheet.js";
import { areaOf, findVisit, keysOf } from "./state.js";
import { nameText } from "./words.js";

/** @import { Acts } from "./main.js" */
/** @import { State } from "./state.js" */

/** @param {State} state @param {string} ticket */
export function memoLine(state, ticket) {
  const sealed = state.memos[ticket];
  if (sealed === undefined) return nothing;
  const memo = state.memosRead[sealed];
  return memo === undefined
    ? html`<p class="says soft small" data-memo="unread">${icon("pen", "i--s")}<span>${t("staff-memo-unread")}</span></p>`
    : html`<p class="says" data-memo="read">${icon("pen", "i--s")}<span>${memo.text} <span class="small soft">${t("staff-memo-by", { name: memo.by, time: clockTime(memo.at * 1_000) })}</span></span></p>`;
}

/** Whether this browser can write one. @param {State} state @param {string} ticket */
export function mayWriteMemo(state, ticket) {
  const visit = findVisit(state, ticket);
  const { role } = keysOf(state, areaOf(state, ticket) ?? "");
  return visit !== null && visit.sealed !== null && visit.name !== null && (role === "holder" || role === "clinician" || role === "assistant");
}

/** @param {State} state @param {string} ticket @param {Acts} acts */
export function memoButton(state, ticket, acts) {
  return { label: t(state.memos[ticket] === undefined ? "staff-memo-write" : "staff-memo-change"), run: () => acts.tell({ kind: "ask", dialog: { kind: "memo", ticket } }) };
}

/** @param {State} state @param {string} ticket @param {Acts} acts */
export function memoDialog(state, ticket, acts) {
  const sealed = state.memos[ticket];
  const memo = sealed === undefined ? undefined : state.memosRead[sealed];
  const name = nameText(findVisit(state, ticket)?.name ?? null);
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    acts.writeMemo(ticket, words(event, "memo"));
  };
  return sheet("memo", t("staff-memo-title", { name }), acts, html`
    <form id="memo-form" class="field" @submit=${submit}><label for="memo">${t("staff-memo-label")}</label>
      <textarea class="input" id="memo" name="memo" maxlength=${MEMO_CHARS_MAX} rows="3" aria-describedby="memo-hint" .value=${memo?.text ?? ""}></textarea>
      <p class="hint" id="memo-hint">${t("staff-memo-hint", { chars: MEMO_CHARS_MAX })}</p></form>
    <p class="soft small">${t("staff-memo-say", { name })}</p>`, html`
    <button class="btn btn--go" form="memo-form" data-action="memo-save">${t("staff-memo-save")}</button>
    ${sealed === undefined ? nothing : html`<button class="btn btn--stop" type="button" data-action="memo-delete" @click=${() => acts.writeMemo(ticket, "")}>${icon("trash", "i--s")}${t("staff-memo-delete")}</button>`}
    <button class="btn" type="button" data-action="not-now" @click=${acts.close}>${t("staff-not-now")}</button>`);
}
