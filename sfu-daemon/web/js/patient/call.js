// P5: the consultation. Two people, four buttons that never move, and one honest word about the lock.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { TOPICS } from "../consent.js";
import { modal } from "../dom.js";
import { dropTarget } from "../files/view.js";
import { icon } from "../icons.js";
import { clockTime, duration, t } from "../i18n.js";
import { liveButton, liveText } from "../live/view.js";
import { disconnected, usable } from "../state.js";
import { Screen } from "../media.js";
import { canShrink } from "../small-window.js";
import { everybody, people, selfTile, sharingBanner } from "../tiles.js";
import { callButton, chatPanel, deviceSelects, helpLink, lockButton, lockText, ownSwitches, qualityMark, qualityNote, shareButton, signMark, tel, wordsActs, wordsText, writableBy } from "../view.js";
import { phoneOf, who, whoFirst } from "./corridor.js";
import { knows } from "./known.js";
import { photoDialog } from "./photo.js";
import { signDialog } from "./sign.js";
import { streamOf } from "./set-up.js";

/** @import { Topic } from "../consent.js" */
/** @import { Ui } from "./corridor.js" */

/** Staff who are met by their keys come first, in whatever order the server lists people. @param {Ui} ui */
function otherName({ state, nameOf, met }) {
  const peers = state.call.room?.peers ?? [];
  const first = peers.find(met) ?? peers.find(({ staff }) => staff) ?? peers[0];
  return first === undefined ? who(state) : nameOf(first);
}

/** @param {Ui} ui */
export function call(ui) {
  const { state, act } = ui;
  const { call } = state;
  const other = otherName(ui);
  const writable = writableBy(call.path === "connected" && !disconnected(state), ui.reaches);
  const target = dropTarget(act.files, writable !== "yes");
  return html`<div class="call ${call.chat_open ? "call--panel" : ""}" @dragover=${target.over} @drop=${target.drop}>
    <header class="head on-dark">
      ${lockButton(ui.lock, () => act.dialog("lock"))}
      ${signMark(ui.sign_language)}
      ${qualityMark(ui.quality)}
      <span class="grow"></span>
      <span class="clock"><span class="sr">${t("call-time")} </span>${duration(state.now - (call.began_at ?? state.now))}</span>
      <button class="lock" type="button" data-action="options" aria-label=${t("p5-options")} @click=${() => act.dialog("options")}>${icon("more")}</button>
      ${helpLink(phoneOf(state), true)}
    </header>
    <main class="stage on-dark" data-screen="P5" data-path=${call.path} data-sign=${ui.sign_language.on ? "" : nothing}><h1 class="sr">${t("p5-title", { who: other })}</h1>
      ${ui.sharing ? sharingBanner(act.share) : nothing}
      ${tiles(ui)}
      ${note(ui)}
      ${liveText({ live: ui.live, nameOf: ui.nameOfNumber, writable: writable === "yes" })}
    </main>
    ${call.chat_open ? chatPanel({ messages: call.messages, name: everybody(call.room?.peers ?? [], ui.nameOf) || other, writable, write: act.write, files: ui.files, file_acts: act.files, files_note: filesNote(ui), close: () => act.chat(false) }) : nothing}
    <nav class="sill" aria-label=${t("bar-call")}><div class="callbar">
      ${ownSwitches({ muted: call.muted || !usable(state.devices.microphone), camera_off: call.camera_off || !usable(state.devices.camera), mute: act.mute, camera: act.camera })}
      ${callButton({ action: "chat", icon: "chat", label: t("bar-chat"), expanded: call.chat_open, count: call.unread, act: () => act.chat(!call.chat_open) })}
      ${liveButton(ui.live)}
      ${Screen.possible() && (ui.screen_asked || ui.sharing) ? shareButton({ sharing: ui.sharing, share: act.share }) : nothing}
      ${callButton({ action: "leave", icon: "leave", label: t("bar-leave"), look: "callbtn--leave", act: act.leave })}
    </div></nav>
    ${dialog(ui)}
  </div>`;
}

/** @param {Ui} ui */
function tiles({ state, act, path, views, devices, nameOf, keyless }) {
  const self = state.call.camera_off || devices.camera === null ? null : streamOf(devices.camera);
  const { room, voices } = state.call;
  if (room === null || room.peers.length === 0) {
    return html`<figure class="tile tile--off"><div class="dark"><p>${t("p5-waiting-for", { who: whoFirst(state) })}</p></div><figcaption class="name">${who(state)}</figcaption></figure>${selfTile(self)}`;
  }
  return people({ room, voices, nameOf, keyless, path, views, self, speaker: devices.speaker, blocked: act.soundBlocked });
}

/** At most one thing at a time that asks for a touch. @param {Ui} ui */
function note({ state, act, devices, sound_blocked, nameOf, quality }) {
  const asks = (/** @type {string} */ text, /** @type {string} */ label, /** @type {string} */ action, /** @type {() => void} */ touch) =>
    html`<div class="note" role="alert"><span>${text}</span><button type="button" class="btn btn--s" data-action=${action} @click=${touch}>${label}</button></div>`;
  if (sound_blocked) return asks(t("p5-sound-blocked"), t("p5-hear-now"), "unblock-sound", act.unblockSound);
  const stopped = devices.microphone?.muted === true || state.devices.microphone === "busy";
  if (stopped) return asks(t("p5-sound-stopped"), t("p5-sound-back"), "bring-sound-back", act.bringSoundBack);
  if (state.devices.camera === "denied" || state.devices.camera === "absent" || state.devices.camera === "busy") return html`<div class="note" role="status"><span>${t(`p5-camera-${state.devices.camera}`)}</span></div>`;
  if (state.devices.microphone === "denied" || state.devices.microphone === "absent") return html`<div class="note" role="status"><span>${t(`p5-microphone-${state.devices.microphone}`)}</span></div>`;
  const lost = state.call.room?.peers.find(({ staff, page_lost }) => staff && page_lost);
  if (lost !== undefined) return html`<div class="note" role="status" data-note="clinician-lost"><span>${t("p5-clinician-lost", { name: nameOf(lost) })}</span></div>`;
  const weak = qualityNote(quality);
  if (weak !== null) return html`<div class="note" role="status" data-note="quality"><span>${weak}</span></div>`;
  if (state.draining) return html`<div class="note" role="status"><span>${t("draining-call")}</span></div>`;
  return nothing;
}

/** @param {Ui} ui */
function dialog(ui) {
  const { state, act } = ui;
  const close = () => act.dialog("");
  if (disconnected(state) || state.call.path === "lost") return reconnecting(ui);
  if (ui.consents.question !== null) return question(ui.consents.question, act);
  if (ui.photo.step !== "") return photoDialog(ui);
  if (ui.signing.form !== null) return signDialog({ signing: ui.signing, pages: ui.pages, pad: ui.pad, name: state.name, save: ui.saveForm, redraw: ui.redraw });
  if (ui.words.step !== "idle") {
    return html`<dialog class="dialog" data-screen="words" aria-labelledby="words" ${modal(act.closeWords)}>
      <h2 id="words">${t("words-title")}</h2>
      ${wordsText(ui.words, ui.word_list, otherName(ui))}
      <div class="acts">${wordsActs(ui.words, act.answerWords, act.closeWords)}</div></dialog>`;
  }
  switch (state.dialog) {
    case "lock":
      return html`<dialog class="dialog" data-screen="lock" aria-labelledby="lock" ${modal(close)}>
        <h2 id="lock">${t("lock-title")}</h2>
        ${lockText(ui.lock)}
        ${ui.lock === "unverified" ? html`<p>${t("lock-ask-words")}</p>` : nothing}
        <div class="acts"><button class="btn" type="button" data-action="close" @click=${close}>${t("close")}</button></div></dialog>`;
    case "options": {
      const selects = deviceSelects(ui.choices, ui.devices, act);
      return html`<dialog class="dialog" data-screen="options" aria-labelledby="options" ${modal(close)}>
        <h2 id="options">${t("p5-options-title")}</h2>
        <p class="soft" data-quality-text>${t(`quality-${ui.quality}`)}</p>
        ${selects.length === 0 ? html`<p>${t("p5-no-choice")}</p>` : selects}
        ${document.fullscreenEnabled ? html`<button class="btn btn--wide" type="button" data-action="full-screen" @click=${act.fullScreen}>${icon("screen")}${t("p5-full-screen")}</button>` : nothing}
        ${canShrink() ? html`<button class="btn btn--wide" type="button" data-action="small-window" @click=${act.smallWindow}>${icon("copy")}${t("small-window")}</button>` : nothing}
        <button class="btn btn--wide" type="button" data-action="sign" aria-pressed=${ui.sign_language.on} @click=${() => ui.sign_language.choose(!ui.sign_language.on)}>${icon(ui.sign_language.on ? "check" : "hand")}${t(ui.sign_language.on ? "sign-is-on" : "sign-button")}</button>
        <p class="small soft">${t("sign-text")}</p>
        ${answers(ui)}
        <button class="btn btn--wide" type="button" data-action="knows" @click=${() => act.dialog("knows")}>${icon("eye")}${t("knows-title")}</button>
        <div class="acts"><button class="btn" type="button" data-action="close" @click=${close}>${t("close")}</button></div></dialog>`;
    }
    case "knows":
    case "erase":
      return knows(ui);
    case "code":
    case "":
      return nothing;
  }
}

/** What the person is asked once. Esc says no. @param {Topic} topic @param {Ui["act"]} act */
function question(topic, act) {
  return html`<dialog class="dialog" data-screen="consent" data-topic=${topic} aria-labelledby="consent" aria-describedby="consent-text" ${modal(() => act.consent(topic, false))}>
    <h2 id="consent">${t(`consent-${topic}-title`)}</h2>
    <p id="consent-text">${t(`consent-${topic}-text`)}</p>
    <p class="small soft">${t("consent-once")}</p>
    <div class="acts"><button class="btn btn--go btn--big" type="button" data-action="consent-yes" @click=${() => act.consent(topic, true)}>${icon("check")}${t("consent-yes")}</button>
    <button class="btn btn--big" type="button" data-action="consent-no" @click=${() => act.consent(topic, false)}>${t("consent-no")}</button></div>
  </dialog>`;
}

/** What the person has been asked and has answered; each answer can be changed. @param {Ui} ui */
function answers({ consents, act }) {
  const given = TOPICS.filter((topic) => consents.of[topic] !== null);
  if (given.length === 0) return nothing;
  return html`<section class="stack stack--s" aria-labelledby="answers"><h3 id="answers">${t("answers-title")}</h3>
    ${given.map((topic) => {
      const is = consents.of[topic] === true ? "yes" : "no";
      return html`<div class="row row--between" data-answer=${topic} data-is=${is}><span>${t(`answer-${topic}-${is}`)}</span>
        <button class="btn btn--plain" type="button" data-action="answer-${topic}" @click=${() => act.consent(topic, is === "no")}>${t(`answer-${topic}-to-${is === "no" ? "yes" : "no"}`)}</button></div>`;
    })}</section>`;
}

/** Whoever has said no can change that, and is not asked to. @param {Ui} ui */
function filesNote({ consents, act }) {
  if (consents.of.file !== false) return nothing;
  return html`<p class="small soft" data-note="files-blocked">${t("files-blocked")} <button class="btn btn--s btn--plain" type="button" data-action="files-allow" @click=${() => act.consent("file", true)}>${t("files-allow")}</button></p>`;
}

/** Over the frozen stage: the connection to the practice, or the media path, is gone. @param {Ui} ui */
function reconnecting({ state, act }) {
  const phone = phoneOf(state);
  const since = disconnected(state) ? (state.lost_since ?? state.heard_at) : null;
  return html`<dialog class="dialog" role="alertdialog" data-screen="reconnecting" aria-labelledby="lost" aria-describedby="lost-text" ${modal(() => {})}>
    <h2 id="lost">${t("reconnecting-title")}</h2>
    <p id="lost-text">${t("reconnecting-text")}</p>
    ${since === null ? nothing : html`<p class="pulse soft small">${t("reconnecting-since", { time: clockTime(since) })}</p>`}
    <div class="acts"><button class="btn btn--go btn--big" type="button" data-action="try-now" @click=${act.tryNow}>${icon("again")}${t("try-now")}</button>
    ${phone === "" ? nothing : html`<a class="btn btn--big" href=${tel(phone)}>${icon("phone")}${t("call-phone", { phone })}</a>`}
    <button class="btn btn--big btn--stop" type="button" data-action="leave" @click=${act.leave}>${icon("leave")}${t("bar-leave")}</button></div>
  </dialog>`;
}
