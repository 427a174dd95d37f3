// P1 and P2: camera and sound. The place in line is already taken, and nobody sees the person yet.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import "../meter.js";
import { browserKind } from "../browser.js";
import { play } from "../dom.js";
import { icon } from "../icons.js";
import { rich, t } from "../i18n.js";
import { verdict } from "../network.js";
import { failing, usable } from "../state.js";
import { blurSwitch, deviceSelect } from "../view.js";
import { callPractice, corridor, lostBanner, whoFirst } from "./corridor.js";
import { doorScene, permissionScene } from "./scene.js";

/** @import { DeviceState } from "../types.d.ts" */
/** @import { BrowserKind } from "../browser.js" */
/** @import { Ui } from "./corridor.js" */

/** P1: the picture of the browser's question. @param {Ui} ui */
export function permission(ui) {
  const { state, act } = ui;
  const asking = state.set_up.step === "asking";
  return corridor(ui, "P1", {
    short: true,
    wall: permissionScene(location.host),
    main: html`${lostBanner(state)}${steps()}
      <div class="stack stack--s"><h1>${t("p1-title")}</h1><p class="lead">${rich("p1-text")}</p></div>
      <div class="stack">
        <button type="button" class="btn btn--go btn--big btn--wide" data-action="allow" aria-disabled=${asking ? "true" : nothing} @click=${() => asking || act.ask(true)}>${icon("cam")}${t(asking ? "p1-asking" : "p1-turn-on")}</button>
        <button type="button" class="btn btn--wide" data-action="without-camera" aria-disabled=${asking ? "true" : nothing} @click=${() => asking || act.ask(false)}>${t("p1-without-camera")}</button>
      </div>
      <p class="soft">${t("p1-nobody-sees", { who: whoFirst(state) })}</p>`,
  });
}

/** P2: mirror, meter, test sound. @param {Ui} ui */
export function preview(ui) {
  const { state, act, devices } = ui;
  const settled = state.set_up.speaker !== null && state.devices.microphone !== "unknown" && state.devices.camera !== "unknown";
  return corridor(ui, "P2", {
    wall: html`<div class="arch mirror">${devices.camera === null
      ? html`<div class="none">${icon("camoff", "i--l")}<p>${t("p2-no-camera")}</p></div>`
      : html`<video data-video="self" autoplay playsinline .muted=${true} aria-label=${t("tile-self")} @timeupdate=${() => act.works("camera")} ${play(streamOf(devices.camera))}></video>
          <span class="chip chip--stage">${icon("eye", "i--s")}${t("p2-only-you")}</span>`}</div>`,
    main: html`${lostBanner(state)}${steps()}
      <h1>${t("p2-title")}</h1>
      <ul class="devices">${speakerRow(ui)}${microphoneRow(ui)}${cameraRow(ui)}${networkRow(ui)}</ul>
      <div class="stack"><button type="button" class="btn btn--big btn--wide ${settled ? "btn--go" : ""}" data-action="set-up-done" @click=${act.setUpDone}>${icon("door")}${t(state.set_up.again ? "p2-back" : "p2-done")}</button></div>`,
  });
}

/** @param {Ui} ui */
function speakerRow({ state, act, choices, devices }) {
  const heard = state.set_up.speaker;
  const select = heard === false && "setSinkId" in HTMLMediaElement.prototype ? deviceSelect("speaker", choices.speakers, devices.speaker, act.speak) : null;
  const go = usable(state.devices.microphone) && heard === null ? "btn--go" : "";
  return html`<li class="device ${heard === null ? "device--ask" : heard ? "device--ok" : "device--bad"}">
    <span class="badge">${icon("sound")}</span>
    <span><span class="what">${t("p2-hear-music")}</span><span class="say">${t(heard === false ? "p2-hear-no" : heard ? "p2-hear-yes" : "p2-hear-ask")}</span></span>
    <button class="btn btn--icon" type="button" data-action="test-sound" aria-label=${t("p2-play")} @click=${act.melody}>${icon(heard === null ? "sound" : "again")}</button>
    <span class="wide row row--s">
      <button class="btn ${go} grow" type="button" data-action="hear-yes" aria-pressed=${heard === true} @click=${() => act.speaker(true)}>${t("p2-yes")}</button>
      <button class="btn grow" type="button" data-action="hear-no" aria-pressed=${heard === false} @click=${() => act.speaker(false)}>${t("p2-no")}</button>
    </span>
    ${select === null ? nothing : html`<span class="wide">${select}</span>`}
  </li>`;
}

/** @param {Ui} ui */
function microphoneRow({ state, act, devices, choices }) {
  const is = state.devices.microphone;
  const select = !usable(is) ? null : deviceSelect("microphone", choices.microphones, devices.using("microphone"), (id) => act.use("microphone", id));
  return html`<li class="device ${look(is)}" data-device="microphone" data-state=${is}>
    <span class="badge">${icon(usable(is) ? "mic" : "micoff")}</span>
    <span><span class="what">${t(usable(is) ? "p2-say-hello" : "p2-no-microphone")}</span><span class="say" role="status">${t(`p2-microphone-${is}`)}</span></span>
    ${chip(is)}
    ${devices.microphone === null ? nothing : html`<span class="wide"><level-meter .words=${{ none: t("p2-level-none"), good: t("p2-level-good") }} .track=${devices.microphone} @heard=${() => act.works("microphone")} @silent=${act.silent}></level-meter></span>`}
    ${select === null ? nothing : html`<span class="wide">${select}</span>`}
  </li>`;
}

/** @param {Ui} ui */
function cameraRow({ state, act, devices, choices }) {
  const is = state.devices.camera;
  const select = !usable(is) ? null : deviceSelect("camera", choices.cameras, devices.using("camera"), (id) => act.use("camera", id));
  return html`<li class="device ${look(is)}" data-device="camera" data-state=${is}>
    <span class="badge">${icon(usable(is) ? "cam" : "camoff")}</span>
    <span><span class="what">${t("camera")}</span><span class="say">${t(`p2-camera-${is}`)}</span></span>
    ${usable(is) && choices.cameras.length > 1 ? html`<button class="btn btn--icon" type="button" data-action="flip" aria-label=${t("p2-flip")} @click=${act.flip}>${icon("flip")}</button>` : chip(is)}
    ${select === null ? nothing : html`<span class="wide">${select}</span>`}
    ${!usable(is) || devices.blur === null ? nothing : html`<span class="wide">${blurSwitch(devices, act.blur)}</span>`}
  </li>`;
}

/** What the check of the network has come to. @param {Ui} ui */
function networkRow({ state, act }) {
  const is = state.echo === "failed" ? "failed" : state.network === null || state.echo === "running" ? "running" : verdict(state.network);
  const works = is === "good" || is === "tcp";
  const again = works || is === "running" ? nothing : html`<button class="btn wide" type="button" data-action="try-network" @click=${act.tryNetwork}>${icon("again")}${t("p2-network-again")}</button>`;
  return html`<li class="device ${works ? "device--ok" : is === "blocked" ? "device--bad" : ""}" data-network=${is}>
    <span class="badge">${icon(is === "blocked" ? "off" : "net")}</span>
    <span><span class="what">${t(`p2-network-${is}`)}</span><span class="say" role="status">${t(`p2-network-${is}-text`)}</span></span>
    ${works ? chip("works") : html`<span></span>`}${again}</li>`;
}

/** @param {DeviceState} is */
function chip(is) {
  return is === "works" ? html`<span class="chip chip--ok">${icon("check", "i--s")}${t("p2-works")}</span>` : html`<span></span>`;
}

/** @param {DeviceState} is */
function look(is) {
  switch (is) {
    case "works":
      return "device--ok";
    case "denied":
    case "absent":
    case "busy":
    case "silent":
      return "device--bad";
    case "unknown":
    case "skipped":
      return "";
  }
}

function steps() {
  return html`<ol class="steps" aria-label=${t("steps")}>
    <li class="done"><span class="dot">${icon("check", "i--s")}</span><span class="txt">${t("step-checked-in")}</span></li>
    <li aria-current="step"><span class="dot">2</span><span class="txt">${t("step-set-up")}</span></li>
    <li><span class="dot">3</span><span class="txt">${t("step-waiting")}</span></li>
  </ol>`;
}

/** What went wrong, at most three steps, and always a way on. @param {Ui} ui */
export function blocked(ui) {
  const { state, act, devices } = ui;
  const device = failing(state.devices) ?? "camera";
  const problem = state.devices[device];
  const kind = browserKind(navigator.userAgent, navigator.maxTouchPoints > 1);
  const both = device === "camera" && failing({ ...state.devices, camera: "skipped" }) !== null;
  const key = both && problem === "denied" ? "blocked-both-denied" : `blocked-${device}-${problem}`;
  return html`${corridor(ui, "blocked", {
    short: true,
    wall: doorScene(device === "camera" ? "camoff" : "micoff"),
    main: html`${lostBanner(state)}
      <div class="stack stack--s" data-problem=${`${device}-${problem}`}><h1>${t(`${key}-title`)}</h1><p class="lead">${t(`${key}-text`)} ${t("keep-place")}</p></div>
      ${problem === "denied" ? permissionSteps(kind, devices.denied_by_system) : nothing}
      <div class="stack">
        <button type="button" class="btn btn--go btn--big btn--wide" data-action="try-again" @click=${() => act.ask(state.devices.camera !== "skipped")}>${icon("again")}${t("try-again")}</button>
        <button type="button" class="btn btn--wide" data-action="without-device" @click=${() => {
          if (both) act.skip("microphone");
          act.skip(device);
        }}>${t(both ? "blocked-without-both" : device === "camera" ? "p1-without-camera" : "blocked-without-microphone")}</button>
        ${callPractice(state)}
      </div>`,
  })}`;
}

/** The menu words of this browser. @param {BrowserKind} kind @param {boolean} by_system */
function permissionSteps(kind, by_system) {
  const words = by_system ? `steps-system-${kind === "ios" || kind === "android" ? "phone" : "computer"}` : `steps-${kind}`;
  return html`<ol class="devices">${[1, 2, 3].map((n) => html`<li class="device"><span class="badge strong" aria-hidden="true">${n}</span><span>${rich(`${words}-${n}`)}</span></li>`)}</ol>`;
}

/** One stream per track, so that a redraw does not restart the video. @param {MediaStreamTrack} track */
export function streamOf(track) {
  let stream = streams.get(track);
  if (stream === undefined) streams.set(track, (stream = new MediaStream([track])));
  return stream;
}
/** @type {WeakMap<MediaStreamTrack, MediaStream>} */
const streams = new WeakMap();
