// P3 and P4: in line, and called. While the daemon is out of reach, no place is shown.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../icons.js";
import { clockTime, minutes, ordinal, t } from "../i18n.js";
import { NOTE_CHARS_MAX } from "../e2ee/note.js";
import { trustOf, waited } from "../state.js";
import { helpLink, languagePicker } from "../view.js";
import { callPractice, corridor, phoneOf, presence, pulse, sceneWall, whoFirst } from "./corridor.js";
import { corridorScene } from "./scene.js";
import { show } from "./show.js";
import { tell } from "./tell.js";

/** @import { Ui } from "./corridor.js" */

const PORTRAIT = new URL("../../img/clinician.svg", import.meta.url).pathname;

/** P3. @param {Ui} ui */
export function waiting(ui) {
  const { state, act } = ui;
  const position = state.patient?.position ?? null;
  const closed = state.area?.presence === "closed"; // for others: who is inside is still served
  const here = closed || state.area?.presence === "open" || state.area?.presence === "busy";
  const away_words = here ? "" : (state.area?.presence_text ?? "");
  return corridor(ui, "P3", {
    wall: sceneWall(state, presence(state), corridorScene({ open: here, position })),
    main: html`${state.draining ? html`<div class="banner banner--lamp" role="status">${icon("warn")}<p>${t("draining-waiting")}</p></div>` : nothing}
      ${state.met ? html`<div class="banner" role="status" data-back-in-line>${icon("info")}<p>${t("p3-back-in-line")}</p></div>` : nothing}
      ${closed ? html`<div class="banner" data-closed-inside>${icon("info")}<p>${t("p3-closed-inside")}</p></div>` : nothing}
      ${away_words ? html`<div class="banner banner--lamp">${icon("info")}<p>${away_words}</p></div>` : nothing}
      <div class="stack stack--s"><h1>${t(here ? "p3-title" : "p3-title-away", { who: whoFirst(state) })}</h1><p class="lead">${t(here ? "p3-text" : "p3-text-away")}</p></div>
      ${messages(ui)}
      <dl class="facts">
        ${position === null ? nothing : html`<div class="you"><dt>${t("p3-place")}</dt><dd data-testid="place" data-position=${position}>${t("p3-place-is", { place: ordinal(position), count: position })}</dd></div>`}
        <div><dt>${t("p3-waited")}</dt><dd>${t("p3-minutes", { minutes: minutes(waited(state)) })}</dd></div>
      </dl>
      ${show(ui)}
      <ul class="promise"><li>${icon("sms")}<span>${t("p3-lock")}</span></li><li>${icon("bell")}<span>${t("p3-bell")}</span></li></ul>
      ${tell(ui)}
      <div class="stack stack--s">
        ${state.writing || state.notes.length !== 0 ? nothing : html`<button class="btn btn--wide" type="button" data-action="write-note" @click=${act.writing}>${icon("chat")}${t("note-write")}</button>`}
        <button class="btn btn--wide" type="button" data-action="check-again" @click=${act.checkAgain}>${icon("cam")}${t("p3-check-again")}</button>
        <button class="btn btn--wide btn--stop" type="button" data-action="leave" @click=${act.leave}>${icon("leave")}${t("p3-leave")}</button>
      </div>`,
  });
}

/** What the desk writes, and what this person answers. @param {Ui} ui */
function messages({ state, act }) {
  if (!state.writing && state.notes.length === 0) return nothing;
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const input = /** @type {HTMLInputElement} */ (/** @type {HTMLFormElement} */ (event.target).elements.namedItem("text"));
    const text = input.value.trim();
    if (text !== "") void act.writeNote(text).then((sent) => sent && input.value.trim() === text && (input.value = ""));
  };
  return html`<section class="card stack stack--s" aria-labelledby="notes" data-notes=${state.notes.length}><h2 id="notes">${t("note-title")}</h2>
    ${state.notes.map(({ by, text, at }) => html`<div class="msg ${by === "" ? "msg--me" : ""}"><span class="by">${t("chat-by", { name: by === "" ? t("you") : by, time: clockTime(at) })}</span>${text}</div>`)}
    ${trustOf(state) === "unverified" && state.notes.some(({ by }) => by !== "") ? html`<p class="small soft">${t("note-unverified")}</p>` : nothing}
    <form class="composer" @submit=${submit}><input class="input" name="text" autocomplete="off" maxlength=${NOTE_CHARS_MAX} aria-label=${t("note-answer")} placeholder=${t("note-answer")}>
      <button class="btn btn--go" data-action="note-send">${icon("send")}${t("chat-send")}</button></form>
  </section>`;
}

/** The clinician has put the consultation on hold. @param {Ui} ui */
export function held(ui) {
  const { state, act } = ui;
  return corridor(ui, "held", {
    wall: sceneWall(state, pulse(t("held-pill"), true), corridorScene({ open: false, position: 1 })),
    main: html`<div class="stack stack--s"><h1>${t("held-title", { who: whoFirst(state) })}</h1><p class="lead">${t("held-text")}</p></div>
      <ul class="promise"><li>${icon("camoff")}<span>${t("held-nobody")}</span></li><li>${icon("bell")}<span>${t("p3-bell")}</span></li></ul>
      <div class="stack stack--s"><button class="btn btn--wide btn--stop" type="button" data-action="leave" @click=${act.leave}>${icon("leave")}${t("held-leave")}</button></div>`,
  });
}

/** In line or called, and out of reach. @param {Ui} ui */
export function offline(ui) {
  const { state, act } = ui;
  const position = state.patient?.position ?? null;
  const known = state.patient !== null;
  return corridor(ui, "offline", {
    wall: sceneWall(state, pulse(t("presence-not-connected"), false), corridorScene({ open: false })),
    main: html`<div class="banner banner--bad">${icon("off")}<div><p><strong>${t("offline-title")}</strong></p><p>${t(known ? "offline-trying-place" : "offline-trying")}</p></div></div>
      <div class="stack stack--s"><h1>${t("offline-check")}</h1>${
        position !== null
          ? html`<p class="lead">${t("offline-place-was", { time: clockTime(state.heard_at), place: ordinal(position), count: position })}</p>`
          : known ? html`<p class="lead">${t("offline-place-unknown")}</p>` : nothing}</div>
      <ul class="promise"><li>${icon("net")}<span>${t("offline-wifi")}</span></li><li>${icon("home")}<span>${t("offline-nearer")}</span></li></ul>
      <div class="stack"><button class="btn btn--go btn--big btn--wide" type="button" data-action="try-now" @click=${act.tryNow}>${icon("again")}${t("try-now")}</button>${callPractice(state)}</div>`,
  });
}

/** P4: the brightest screen. @param {Ui} ui */
export function yourTurn({ state, act }) {
  const turn = state.turn;
  const seconds = turn?.ends_at == null ? null : Math.max(1, Math.ceil((turn.ends_at - state.now) / 1000));
  const busy = turn?.going_in === true;
  const camera = !state.call.camera_off;
  return html`<div class="turn on-dark">
    <header class="top on-dark"><div class="grow">${languagePicker()}</div>${helpLink(phoneOf(state))}</header>
    <main data-screen="P4">
      <div class="say">
        <div class="arch"><img src=${PORTRAIT} alt=""></div>
        <div class="stack stack--s center"><h1>${t("p4-title")}</h1><p class="lead">${t(turn?.not_yet ? "p4-minute" : "p4-ready", { who: whoFirst(state) })}</p></div>
        ${seconds === null ? nothing : html`<p class="count">${t(camera ? "p4-count" : "p4-count-sound")} <strong class="big" data-testid="countdown">${seconds}</strong></p>`}
      </div>
      <div class="acts">
        <button class="btn btn--lamp btn--big" type="button" data-action="go-in" aria-disabled=${busy ? "true" : nothing} @click=${() => busy || act.goIn(camera)}>${icon("door")}${t(busy ? "p4-going-in" : "p4-go-in")}</button>
        ${camera ? html`<button class="btn" type="button" data-action="go-in-without-camera" aria-disabled=${busy ? "true" : nothing} @click=${() => busy || act.goIn(false)}>${icon("camoff")}${t("p4-without-camera")}</button>` : nothing}
        ${turn?.not_yet ? nothing : html`<button class="btn" type="button" data-action="not-yet" aria-disabled=${busy ? "true" : nothing} @click=${() => busy || act.notYet()}>${icon("hold")}${t("p4-not-yet")}</button>`}
      </div>
    </main>
  </div>`;
}
