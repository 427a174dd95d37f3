// The patient's frame: language and help on top, the wall of the corridor, the words, and the footer. Every screen but the turn and the call stands in it.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";
import { markdown } from "../forms/view.js";
import { addressOf } from "../look.js";
import { disconnected } from "../state.js";
import { helpLink, languagePicker, tel } from "../view.js";
import { knows } from "./known.js";

/** @import { Lock } from "../e2ee/call.js" */
/** @import { WordsView } from "../e2ee/words.js" */
/** @import { State } from "../state.js" */
/** @import { RoomPeer } from "../types.d.ts" */
/** @import { DeviceKind, Devices } from "../media.js" */
/** @import { Consents, Topic } from "../consent.js" */
/** @import { Files } from "../files/files.js" */
/** @import { FileActs } from "../files/view.js" */
/** @import { Live } from "../live/live.js" */
/** @import { MediaPath } from "../path.js" */
/** @import { SignLanguage } from "../sign-language.js" */
/** @import { Quality } from "../quality.js" */
/** @import { Choices } from "../view.js" */
/** @import { Signing } from "../forms/exchange.js" */
/** @import { Pages } from "../forms/pages.js" */
/** @import { Sheet } from "./show.js" */
/** @import { Photo } from "./photo.js" */
/** @import { Pad } from "./sign.js" */
/** @import { Views } from "../views.js" */

/**
 * Everything that a person can do on the page; main.js does it.
 * @typedef {object} Actions
 * @property {(name: string, passcode?: string) => void} checkIn `passcode`: where the practice asks for one
 * @property {(name: string) => void} rejoin back to the old place
 * @property {() => void} startOver a new place
 * @property {(same: boolean) => void} answerWords the words on both screens are the same, or are not
 * @property {() => void} closeWords
 * @property {(typed: string) => void} typeCode the 16 characters by which the practice is known
 * @property {() => void} leave
 * @property {() => void} erase ends the visit, and has everything of it deleted
 * @property {(camera: boolean) => void} ask has the browser ask for microphone and, if wanted, camera
 * @property {(device: DeviceKind) => void} skip goes on without
 * @property {(device: DeviceKind) => void} works real frames or a real level were seen
 * @property {() => void} silent nothing is heard
 * @property {(hears: boolean | null) => void} speaker
 * @property {() => void} melody
 * @property {() => void} tryNetwork once more
 * @property {() => void} setUpDone
 * @property {() => void} checkAgain
 * @property {(camera: boolean) => void} goIn
 * @property {() => void} notYet
 * @property {() => void} mute switches
 * @property {() => void} camera switches
 * @property {(open: boolean) => void} chat
 * @property {() => void} share begins or ends sharing the screen
 * @property {(text: string) => Promise<boolean>} write false if it could not be sent
 * @property {() => void} writing begins a message to the desk
 * @property {(text: string) => Promise<boolean>} writeNote false if it could not be sent
 * @property {(to: string) => void} tellMe wants to be written to when it is their turn
 * @property {() => void} tellMeNot
 * @property {FileActs} files
 * @property {(topic: Topic, yes: boolean) => void} consent what the person agrees to, or not
 * @property {(dialog: State["dialog"]) => void} dialog "" closes
 * @property {(kind: DeviceKind, id: string) => void} use
 * @property {() => void} flip
 * @property {(on: boolean) => void} blur what is behind the person
 * @property {(id: string) => void} speak through this loudspeaker
 * @property {() => void} soundBlocked the browser wants a touch first
 * @property {() => void} unblockSound
 * @property {() => void} bringSoundBack
 * @property {() => void} tryNow
 * @property {() => void} useHere takes the place back from another window
 * @property {() => void} reload
 * @property {() => void} fullScreen
 * @property {() => void} smallWindow
 * @property {() => Promise<void>} copyLink
 * @property {() => void} sheet opens or closes the PDF that the practice shows to those who wait
 */
/** What a view is drawn from.
 * @typedef {{ state: State, act: Actions, devices: Devices, path: MediaPath, views: Views, choices: Choices, sound_blocked: boolean, lock: Lock, words: WordsView, word_list: string[], nameOf: (peer: RoomPeer) => string,
 * met: (peer: RoomPeer) => boolean, keyless: (peer: RoomPeer) => boolean, sharing: boolean, screen_asked: boolean, reaches: boolean, photo: Photo, signing: Signing, pages: Pages | null, sheet: Sheet, pad: Pad, saveForm: () => void, redraw: () => void, files: Files, live: Live, quality: Quality, sign_language: SignLanguage, nameOfNumber: (peer: number) => string, consents: Consents }} Ui `met`: staff, by their keys; `keyless`: who is there without the keys of this call `pages`: of a form that is a PDF */

/** @param {State} state */
export const phoneOf = (state) => state.area?.help_phone ?? "";
/** What to call the clinician. @param {State} state */
export const who = (state) => known(state) || t("the-practice");
/** The same where a sentence begins. @param {State} state */
export const whoFirst = (state) => known(state) || t("the-practice-first");
/** @param {State} state */
const known = (state) => state.patient?.clinician || state.area?.title || state.area?.practice;

/** @param {Ui} ui @param {string} screen @param {{ wall: unknown, main: unknown, short?: boolean }} parts */
export function corridor(ui, screen, { wall, main, short = false }) {
  const { state, act } = ui;
  return html`<div class="corridor">
    <header class="top"><div class="grow">${languagePicker()}</div>${helpLink(phoneOf(state))}</header>
    <aside class="wall on-dark ${short ? "wall--short" : ""}" aria-label=${t("practice")}>${wall}</aside>
    <main data-screen=${screen}>${main}</main>
    <footer><div class="row">
      ${phoneOf(state) === "" ? nothing : html`<a class="footphone" href=${tel(phoneOf(state))}>${t("help-by-phone", { phone: phoneOf(state) })}</a>`}
      <button type="button" class="link" data-action="knows" @click=${() => act.dialog("knows")}>${t("knows-title")}</button>
      <a href="/privacy" target="_blank" rel="noopener" data-action="privacy">${t("privacy-link")}</a>
    </div></footer>
    ${state.dialog === "knows" || state.dialog === "erase" ? knows(ui) : nothing}
  </div>`;
}

/** The line under the practice's name, with the live dot only while we are connected. @param {string} text @param {boolean} live */
export function pulse(text, live) {
  return html`<p class="pulse ${live ? "" : "pulse--off"}" data-testid="presence">${text}</p>`;
}

/** What the clinician does now. @param {State} state */
export function presence(state) {
  if (disconnected(state)) return pulse(t("presence-not-connected"), false);
  switch (state.area?.presence) {
    case "open":
      return pulse(t("presence-open"), true);
    case "busy":
      return pulse(t(state.is_guest ? "presence-busy-guest" : "presence-busy"), true); // It may well be whom they come for.
    case "away":
      return pulse(t("presence-away"), false);
    case "closed":
      return pulse(t("presence-closed"), false);
    case undefined:
      return nothing;
  }
}

/** The wall with the name over a picture. @param {State} state @param {unknown} line under the name @param {unknown} scene */
export function sceneWall(state, line, scene) {
  return html`<div class="host host--scene"><div class="who">${names(state)}${line}</div></div>${scene}`;
}

/** @param {State} state */
export function names(state) {
  const { practice = "", title = "" } = state.area ?? {};
  const logo = addressOf(state.area?.look.logo, "image");
  return html`${logo === null ? nothing : html`<img class="logo" src=${logo} alt="">`}${practice && title ? html`<p class="role">${practice}</p>` : nothing}<p class="name">${title || practice}</p>`;
}

/** What the practice says to who comes in. @param {State} state */
export function welcome({ area }) {
  const text = area?.look.welcome ?? "";
  return text === "" ? nothing : html`<section class="card card--flat welcome" data-welcome aria-label=${t("message-from-practice")}>${markdown(text)}</section>`;
}

/** @param {State} state @param {"btn--go btn--big" | ""} [look] */
export function callPractice(state, look = "") {
  const phone = phoneOf(state);
  return phone === "" ? nothing : html`<a class="btn btn--wide ${look}" href=${tel(phone)} data-action="call-practice">${icon("phone")}${t("call-practice")}</a>`;
}

/** Over any screen that stays usable while the connection is gone. @param {State} state */
export function lostBanner(state) {
  if (!disconnected(state)) return nothing;
  return html`<div class="banner banner--bad" data-testid="lost">${icon("off")}<div><p><strong>${t("offline-title")}</strong></p><p>${t("offline-trying")}</p></div></div>`;
}
