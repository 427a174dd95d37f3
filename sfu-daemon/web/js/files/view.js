// What people see of the files of a call: a row for each, with what became of it, and a button that sends more.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { download } from "../dom.js";
import { icon } from "../icons.js";
import { duration, language, t } from "../i18n.js";
import { safeName } from "./names.js";
import { progress } from "./state.js";

/** @import { Files } from "./files.js" */
/** @import { File, State } from "./state.js" */

/** @typedef {{ send: (files: globalThis.File[]) => void, take: (id: string) => void, cancel: (id: string) => void, save: (id: string) => void, receipts: () => void }} FileActs */

/** What people do with these files, on either side. @param {Files} files @param {FileActs["send"]} send @returns {FileActs} */
export function fileActs(files, send) {
  return {
    send,
    take: (id) => files.take(id),
    cancel: (id) => files.cancel(id),
    save: (id) => {
      const saved = files.saved(id, t("file-nameless"));
      if (saved !== null) download(saved.name, saved.blob);
    },
    receipts: () => download(t("receipts-file"), new Blob([files.receipts()], { type: "application/x-ndjson" })),
  };
}

/** @param {State} state @param {FileActs} act @param {string} name of who gets what is sent */
export function fileList(state, act, name) {
  const files = state.files.filter(({ form }) => form === null);
  if (files.length === 0 && state.turned_away === 0) return nothing;
  return html`<section class="files stack stack--s" aria-label=${t("files-title")} data-testid="files">
    ${repeat(files, ({ id }) => id, (file) => row(file, state.now, act, name))}
    ${state.turned_away === 0 ? nothing : html`<p class="small soft" role="status">${t("files-turned-away", { count: state.turned_away })}</p>`}
    ${state.receipts.length === 0 ? nothing : html`<button class="btn btn--s btn--plain" type="button" data-action="save-receipts" @click=${act.receipts}>${icon("shield", "i--s")}${t("receipts-save")}</button>`}
  </section>`;
}

/** Chooses files; several at once. @param {FileActs} act @param {boolean} disabled */
export function fileButton(act, disabled) {
  const chosen = (/** @type {Event} */ event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const files = [...(input.files ?? [])];
    input.value = ""; // The same file may be chosen again.
    if (files.length !== 0) act.send(files);
  };
  return html`<label class="btn btn--icon" aria-disabled=${disabled ? "true" : nothing}>${icon("clip")}<span class="sr">${t("files-send")}</span>
    <input class="sr" type="file" multiple name="files" data-action="send-file" ?disabled=${disabled} @change=${chosen}></label>`;
}

/** Files may be dropped here. @param {FileActs} act @param {boolean} disabled */
export function dropTarget(act, disabled) {
  return {
    over: (/** @type {DragEvent} */ event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); // Or the browser would leave the page and open the file.
    },
    drop: (/** @type {DragEvent} */ event) => {
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      if (!disabled) act.send(files);
    },
  };
}

/** @param {File} file @param {number} now @param {FileActs} act @param {string} name */
function row(file, now, act, name) {
  const { id, own, phase, deletes_at, danger } = file;
  const left = deletes_at === null ? null : Math.max(0, deletes_at - now);
  const moves = phase === "sending" || phase === "coming";
  const who = own ? name : file.by || name;
  const shown = phase === "locked" ? t("file-coming-soon") : safeName(file.name, t("file-nameless"));
  return html`<div class="file ${phase === "over" ? "file--gone" : ""}" data-file=${id} data-own=${own} data-phase=${phase} data-why=${file.why ?? nothing} data-delivered=${file.delivered} data-left=${left ?? nothing}>
    <span>${icon(phase === "over" ? "x" : own ? "clip" : "file")}</span>
    <span><span class="fname">${shown}</span><span class="meta">${said(file, who)}${left === null ? nothing : html` ${t("file-deletes", { time: duration(left) })}`}${phase !== "over" && file.deleted ? html` ${t("file-deleted")}` : nothing}</span>
      ${danger === null ? nothing : html`<span class="meta file-danger" data-danger=${danger}>${icon("warn", "i--s")}<span>${t(`file-danger-${danger}`)}</span></span>`}
      ${moves ? html`<progress max="1" .value=${progress(file)} aria-label=${shown}></progress>` : nothing}</span>
    <span class="row row--s">${buttons(file, act, shown)}</span>
  </div>`;
}

/** @param {File} file @param {FileActs} act @param {string} shown */
function buttons({ id, own, phase }, act, shown) {
  const button = (/** @type {string} */ action, /** @type {string} */ look, /** @type {string} */ label, /** @type {() => void} */ touch) =>
    html`<button class="btn btn--s ${look}" type="button" data-action=${action} @click=${touch}>${label}<span class="sr"> ${shown}</span></button>`;
  switch (phase) {
    case "here":
      return button("save-file", "btn--go", t("file-save"), () => act.save(id));
    case "offered":
      return [button("take-file", "btn--go", t("file-take"), () => act.take(id)), button("cancel-file", "", t("file-decline"), () => act.cancel(id))];
    case "over":
    case "checking":
      return nothing;
    case "stored":
      return button("cancel-file", "", t("file-take-back"), () => act.cancel(id));
    default:
      return button("cancel-file", "", t(own ? "file-cancel" : "file-decline"), () => act.cancel(id));
  }
}

/** @param {File} file @param {string} name */
function said(file, name) {
  const size = sizeText(file.size);
  const percent = Math.floor(progress(file) * 100);
  switch (file.phase) {
    case "locked":
      return t("file-locked");
    case "stored":
      return t(file.delivered ? "file-delivered" : "file-stored", { size, name });
    case "sending":
    case "coming":
      return t(`file-${file.phase}`, { size, percent, name });
    case "here":
    case "offered":
      return t(`file-${file.phase}`, { size, name });
    case "waiting":
    case "preparing":
    case "offering":
    case "checking":
      return t(`file-${file.phase}`, { size });
    case "over":
      return t(`file-why-${whyText(file)}`, { name });
  }
}

/** The words for why a file is over. @param {File} file */
export function whyText({ why, own }) {
  switch (why) {
    case "taken_back":
    case "declined":
      return `${why}-${(why === "taken_back") === own ? "by-you" : "by-them"}`;
    case "sent":
    case "deleted":
    case "changed":
    case "unreadable":
    case "too_large":
      return why;
    case null:
      return "failed";
    default:
      if (why === 6 || why === 7) return "too_large";
      if (8 <= why && why <= 20) return "full";
      return why === 5 ? "visit_over" : "failed";
  }
}

/** @param {number} bytes */
export function sizeText(bytes) {
  const is_large = 1_000_000 <= bytes;
  const value = is_large ? bytes / 1_000_000 : Math.max(1, Math.ceil(bytes / 1_000));
  return new Intl.NumberFormat(language(), { style: "unit", unit: is_large ? "megabyte" : "kilobyte", maximumFractionDigits: 1 }).format(value);
}
