// Messages between the desk and somebody who waits: the sign on the card, and the conversation in which staff answer.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { stayAtEnd } from "../dom.js";
import { NOTE_CHARS_MAX } from "../e2ee/note.js";
import { icon } from "../icons.js";
import { clockTime, t } from "../i18n.js";
import { done, sheet, words } from "./sheet.js";
import { findVisit, unreadNotes } from "./state.js";
import { nameText } from "./words.js";

/** @import { Acts } from "./main.js" */
/** @import { State } from "./state.js" */

/** Nothing while nobody has written. @param {State} state @param {string} ticket @param {Acts} acts */
export function notesChip(state, ticket, acts) {
  const all = state.lineNotes[ticket] ?? [];
  if (all.length === 0) return nothing;
  const unread = unreadNotes(state, ticket);
  return html`<button class="chip ${unread === 0 ? "" : "chip--info"}" type="button" data-action="notes-open" data-unread=${unread} @click=${() => open(ticket, acts)}>${icon("chat", "i--s")}${unread === 0 ? t("staff-line-count", { count: all.length }) : t("staff-line-new", { count: unread })}</button>`;
}

/** @param {string} ticket @param {Acts} acts */
function open(ticket, acts) {
  acts.tell({ kind: "ask", dialog: { kind: "line", ticket } });
}

/** @param {string} ticket @param {Acts} acts */
export function notesItem(ticket, acts) {
  return { label: t("staff-line-write"), run: () => open(ticket, acts) };
}

/** @param {State} state @param {string} ticket @param {Acts} acts */
export function notesDialog(state, ticket, acts) {
  const name = nameText(findVisit(state, ticket)?.name ?? null);
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const text = words(event, "text");
    if (text !== "") void acts.writeNote(ticket, text).then((sent) => sent && form.reset());
  };
  return sheet("line", t("staff-line-title", { name }), acts, html`
    <div class="stack stack--s lines" tabindex="0" role="log" aria-label=${t("chat-log")} ${stayAtEnd()}>${(state.lineNotes[ticket] ?? []).map(({ sealed, own }) => {
      const note = state.lineRead[sealed];
      return note === undefined
        ? html`<p class="says soft small" data-line="unread">${t("staff-line-unread")}</p>`
        : html`<div class="msg ${own ? "msg--me" : ""}" data-line="read"><span class="by">${t("chat-by", { name: own ? note.by : name, time: clockTime(note.at) })}</span>${note.text}</div>`;
    })}</div>
    <form class="composer" @submit=${submit}><input class="input" name="text" autocomplete="off" maxlength=${NOTE_CHARS_MAX} aria-label=${t("chat-write")} placeholder=${t("chat-write")}>
      <button class="btn btn--icon" data-action="line-send" aria-label=${t("chat-send")}>${icon("send")}</button></form>
    <p class="soft small">${t("staff-line-say", { name })}</p>`, done(acts));
}
