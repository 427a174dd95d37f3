// Pieces of view that both roles use: the language and the help, the bar of a call, the chat, the choice of devices.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { stayAtEnd } from "./dom.js";
import { icon } from "./icons.js";
import { clockTime, LANGUAGES, language, loadLanguage, t } from "./i18n.js";
import { toWords } from "./e2ee/keys.js";
import { fileButton, fileList } from "./files/view.js";
import { TEXT_CHARS_MAX } from "./messages.js";

/** @import { TemplateResult } from "../vendor/lit-html/lit-html.js" */
/** @import { Lock } from "./e2ee/call.js" */
/** @import { Files } from "./files/files.js" */
/** @import { FileActs } from "./files/view.js" */
/** @import { WordsView } from "./e2ee/words.js" */
/** @import { Language } from "./i18n.js" */
/** @import { DeviceKind, Devices } from "./media.js" */
/** @import { Quality } from "./quality.js" */

/** The language is the first thing on every page. */
export function languagePicker() {
  return html`<label class="lang"><span class="sr">${t("language")}</span>${icon("globe", "i--s")}
    <select class="select" name="lang" data-action="language" @change=${(/** @type {Event} */ event) => void loadLanguage(/** @type {Language} */ (/** @type {HTMLSelectElement} */ (event.target).value))}>
      ${Object.entries(LANGUAGES).map(([code, name]) => html`<option lang=${code} value=${code} ?selected=${code === language()}>${name}</option>`)}
    </select></label>`;
}

/** Where a phone number leads. @param {string} phone as people write it */
export function tel(phone) {
  return `tel:${phone.replace(/[^+\d*#]/g, "")}`;
}

/** @param {string} phone "" if the practice has set none @param {boolean} [short] without the number */
export function helpLink(phone, short = false) {
  if (phone === "") return nothing;
  return html`<a class="help" href=${tel(phone)} data-action="help">${icon("phone", "i--s")}<span>${t("help")}${short ? nothing : html` <span class="num">${phone}</span>`}</span></a>`;
}

/** One button of the call bar. `hint` completes the label for screen readers.
 * @param {{ action: string, icon: import("./icons.js").IconName, label: string, hint?: string, look?: string, expanded?: boolean, count?: number, act: () => void }} button */
export function callButton({ action, icon: name, label, hint = "", look = "", expanded, count = 0, act }) {
  return html`<button type="button" class="callbtn ${look}" data-action=${action} aria-expanded=${expanded ?? nothing} @click=${act}>
    ${icon(name)}<span>${label}</span>${hint === "" ? nothing : html`<span class="sr">${hint}</span>`}
    ${count === 0 ? nothing : html`<span class="count" aria-hidden="true">${count}</span><span class="sr">, ${t("bar-new", { count })}</span>`}
  </button>`;
}

/** The two buttons that every call bar begins with. @param {{ muted: boolean, camera_off: boolean, mute: () => void, camera: () => void }} call */
export function ownSwitches({ muted, camera_off, mute, camera }) {
  return [
    callButton(
      muted
        ? { action: "mute", icon: "micoff", label: t("bar-muted"), hint: t("bar-muted-hint"), look: "callbtn--off", act: mute }
        : { action: "mute", icon: "mic", label: t("bar-mute"), act: mute },
    ),
    callButton(
      camera_off
        ? { action: "camera", icon: "camoff", label: t("bar-camera-off"), hint: t("bar-camera-off-hint"), look: "callbtn--off", act: camera }
        : { action: "camera", icon: "cam", label: t("bar-camera"), hint: t("bar-camera-hint"), act: camera },
    ),
  ];
}

/** @param {{ sharing: boolean, share: () => void, look?: string }} call */
export function shareButton({ sharing, share, look = "" }) {
  return sharing
    ? callButton({ action: "share", icon: "screen", label: t("share-stop"), look: `callbtn--on ${look}`, act: share })
    : callButton({ action: "share", icon: "screen", label: t("share-begin"), look, act: share });
}

/** Says that movement comes before sharpness, for as long as it does. @param {{ on: boolean }} sign_language */
export function signMark({ on }) {
  return on ? html`<span class="lock" data-sign-on>${icon("hand", "i--s")}<span class="only-desk">${t("sign-mark")}</span><span class="sr">${t("sign-text")}</span></span>` : nothing;
}

/** How the call does, in a sign and, where there is room, a word; in a whole sentence for those who do not see it. A phone has room for what is wrong. @param {Quality} quality */
export function qualityMark(quality) {
  const fine = quality === "good" || quality === "tcp";
  return html`<span class="lock ${fine ? "only-desk" : ""}" data-quality=${quality}>${icon(fine ? "net" : "warn", "i--s")}<span class="only-desk" aria-hidden="true">${t(`quality-short-${quality}`)}</span><span class="sr">${t(`quality-${quality}`)}</span></span>`;
}

/** The sentence over the stage, while something is weak. @param {Quality} quality @returns {string | null} */
export function qualityNote(quality) {
  return quality === "good" || quality === "tcp" ? null : t(`quality-${quality}`);
}

/** Whether a message can be sent, and if not, why: the connection is lost, or nobody has a key that opens it. @typedef {"yes" | "lost" | "alone"} Writable */

/** @param {boolean} is_connected @param {boolean} reaches @returns {Writable} */
export function writableBy(is_connected, reaches) {
  return !is_connected ? "lost" : reaches ? "yes" : "alone";
}

/** @param {{ messages: Written[], name: string, writable: Writable, write: (text: string) => Promise<boolean>, files: Files, file_acts: FileActs, files_note?: unknown, close: () => void }} chat `name`: who gets what is sent; `files_note`: what there is to say about files */
export function chatPanel({ messages, name, writable, write, files, file_acts, files_note = nothing, close }) {
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const input = /** @type {HTMLInputElement} */ (/** @type {HTMLFormElement} */ (event.target).elements.namedItem("text"));
    const text = input.value.trim();
    if (text === "") return;
    void write(text).then((sent) => {
      if (sent && input.value.trim() === text) input.value = "";
    });
  };
  return html`<section class="panel" aria-label=${t("chat-title")} data-testid="chat">
    <header><h2>${t("chat-title")}</h2><button class="btn btn--plain btn--icon" type="button" data-action="chat-close" aria-label=${t("chat-close")} @click=${close}>${icon("x")}</button></header>
    <div class="body" tabindex="0" role="log" aria-label=${t("chat-log")} ${stayAtEnd()}>
      ${messages.length === 0 ? html`<p class="sys">${t("chat-empty")}</p>` : nothing}
      ${chatMessages(messages)}
      ${fileList(files.state, file_acts, name)}
    </div>
    <footer>${files_note}
      ${writable === "yes" ? nothing : html`<p class="small soft" role="status">${t(writable === "lost" ? "chat-not-sent" : "chat-alone")}</p>`}
      <form class="composer" @submit=${submit}>${fileButton(file_acts, writable !== "yes")}<input class="input" name="text" autocomplete="off" maxlength=${TEXT_CHARS_MAX} aria-label=${t("chat-write")} placeholder=${t("chat-write")}>
      <button class="btn btn--icon" data-action="chat-send" aria-label=${t("chat-send")} aria-disabled=${writable === "yes" ? nothing : "true"}>${icon("send")}</button></form>
    </footer>
  </section>`;
}

/** Of a chat; `by`: who wrote it, if not this person. @typedef {{ mine: boolean, by: string, text: string, at: number }} Written */

/** @param {Written[]} messages */
export function chatMessages(messages) {
  return messages.map(({ mine, by, text, at }) => html`<div class="msg ${mine ? "msg--me" : ""}"><span class="by">${t("chat-by", { name: mine ? t("you") : by, time: clockTime(at) })}</span>${text}</div>`);
}

/** What can be chosen for each device; nothing where there is no choice.
 * @typedef {{ microphones: MediaDeviceInfo[], cameras: MediaDeviceInfo[], speakers: MediaDeviceInfo[] }} Choices
 * @param {Choices} choices @param {Devices} devices @param {{ use: (kind: DeviceKind, id: string) => void, speak: (id: string) => void, blur: (on: boolean) => void }} act @returns {TemplateResult[]} */
export function deviceSelects(choices, devices, { use, speak, blur }) {
  const selects = [
    deviceSelect("microphone", choices.microphones, devices.using("microphone"), (id) => use("microphone", id)),
    deviceSelect("camera", choices.cameras, devices.using("camera"), (id) => use("camera", id)),
    blurSwitch(devices, blur),
    "setSinkId" in HTMLMediaElement.prototype ? deviceSelect("speaker", choices.speakers, devices.speaker, speak) : null,
  ];
  return selects.filter((select) => select !== null);
}

/** Only where the camera lets a page choose. @param {Pick<Devices, "blur">} devices @param {(on: boolean) => void} blur */
export function blurSwitch(devices, blur) {
  if (devices.blur === null) return null;
  return html`<label class="switch"><span>${t("blur")}<span class="hint">${t("blur-hint")}</span></span><input type="checkbox" role="switch" data-action="blur" .checked=${live(devices.blur)} @change=${(/** @type {Event} */ event) => blur(/** @type {HTMLInputElement} */ (event.target).checked)}></label>`;
}

/** @param {"microphone" | "camera" | "speaker"} kind @param {MediaDeviceInfo[]} options @param {string} chosen @param {(id: string) => void} use */
export function deviceSelect(kind, options, chosen, use) {
  if (options.length < 2) return null;
  return html`<div class="field"><label for="choose-${kind}">${t(kind)}</label>
    <select class="select" id="choose-${kind}" data-action="choose-${kind}" @change=${(/** @type {Event} */ event) => use(/** @type {HTMLSelectElement} */ (event.target).value)}>
      ${options.map((option, index) => html`<option value=${option.deviceId} ?selected=${option.deviceId === chosen}>${option.label || `${t(kind)} ${index + 1}`}</option>`)}
    </select></div>`;
}

/** What the lock says: an open one where somebody else could see, a question where nobody has compared keys. @param {Lock} lock @param {() => void} act */
export function lockButton(lock, act) {
  return html`<button class="lock" type="button" data-action="lock" data-lock=${lock} @click=${act}>${icon(lock === "clear" ? "warn" : lock === "waiting" || lock === "unverified" ? "lockq" : "lock", "i--s")}<span><span class="only-phone">${t(`lock-short-${lock}`)}</span><span class="only-desk">${t(`lock-long-${lock}`)}</span></span></button>`;
}

/** @param {Lock} lock */
export function lockText(lock) {
  return html`${lock === "clear" ? html`<p><strong>${t("lock-text-clear")}</strong></p>` : nothing}<p>${t(`lock-text-${lock === "clear" ? "unverified" : lock}`)}</p><p>${t("lock-text-1")}</p><p>${t("lock-text-2")}</p><p>${t("lock-text-4")}</p>`;
}

/** The comparison aloud. @param {WordsView} words @param {string[]} list @param {string} name of the other person */
export function wordsText({ step, numbers }, list, name) {
  switch (step) {
    case "idle":
    case "asked":
      return html`<p class="pulse" role="status">${t("words-wait")}</p>`;
    case "shown":
      return html`<p>${t("words-read", { name })}</p>
        <ol class="words" data-words=${numbers.join(" ")}>${toWords(Uint8Array.from(numbers), list).map((word, at) => html`<li><strong>${word}</strong> <span class="soft small">${numbers[at]}</span></li>`)}</ol>
        <p>${t("words-ask")}</p>`;
    case "same":
      return html`<p role="status">${t("words-same-say")}</p>`;
    case "other":
    case "failed":
      return html`<p role="alert"><strong>${t("words-other-say")}</strong></p><p>${t("words-other-do")}</p>`;
  }
}

/** @param {WordsView} words @param {(same: boolean) => void} answer @param {() => void} close */
export function wordsActs({ step }, answer, close) {
  return step === "shown"
    ? html`<button class="btn btn--go" type="button" data-action="words-same" @click=${() => answer(true)}>${t("words-same")}</button>
      <button class="btn" type="button" data-action="words-other" @click=${() => answer(false)}>${t("words-other")}</button>`
    : html`<button class="btn" type="button" data-action="close" @click=${close}>${t("close")}</button>`;
}
