// When there is nothing to do here: what is wrong, at most three steps, one button, and the phone.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { browserKind, cannotCall } from "../browser.js";
import { icon } from "../icons.js";
import { rich, t } from "../i18n.js";
import { callPractice, corridor, sceneWall } from "./corridor.js";
import { corridorScene, doorScene } from "./scene.js";

/** @import { Ui } from "./corridor.js" */

/** @param {Ui} ui @param {import("../icons.js").IconName} picture @param {string} screen @param {unknown} words @param {unknown} actions */
function wrong(ui, picture, screen, words, actions) {
  return corridor(ui, screen, { short: true, wall: doorScene(picture), main: html`${words}<div class="stack">${actions}</div>` });
}

/** @param {string} key @param {Record<string, string>} [args] */
const heading = (key, args) => html`<div class="stack stack--s"><h1>${t(`${key}-title`, args)}</h1><p class="lead">${t(`${key}-text`, args)}</p></div>`;

/** Before the daemon has answered. @param {Ui} ui */
export function opening(ui) {
  return corridor(ui, "opening", { wall: sceneWall(ui.state, nothing, corridorScene({ open: false })), main: html`<h1>${t("opening-title")}</h1><p class="lead" role="status">${t("opening-text")}</p>` });
}

/** @param {Ui} ui */
export function wrongLink(ui) {
  return wrong(
    ui, "door", "wrong-link",
    html`${heading("wrong-link")}<ul class="promise"><li>${icon("mail")}<span>${t("wrong-link-open")}</span></li><li>${icon("phone")}<span>${t("wrong-link-call")}</span></li></ul>`,
    callPractice(ui.state, "btn--go btn--big"),
  );
}

/** Who came for a visit that is over, or by a link that somebody has used. @param {Ui} ui */
export function guestOver(ui) {
  return wrong(ui, "door", "guest-over", heading("guest-over"), callPractice(ui.state, "btn--go btn--big"));
}

/** The page is older or newer than the daemon, or what comes is not what a daemon says. @param {Ui} ui @param {"outdated" | "garbled"} why */
export function outdated(ui, why) {
  return wrong(ui, "again", why, heading(why), html`<button class="btn btn--go btn--big btn--wide" type="button" data-action="reload" @click=${ui.act.reload}>${icon("again")}${t("outdated-reload")}</button>${callPractice(ui.state)}`);
}

/** The same place is open in another window. @param {Ui} ui */
export function replaced(ui) {
  return wrong(ui, "copy", "replaced", heading("replaced"), html`<button class="btn btn--go btn--big btn--wide" type="button" data-action="use-here" @click=${ui.act.useHere}>${icon("door")}${t("replaced-here")}</button>`);
}

/** @param {Ui} ui */
export function unsupported(ui) {
  const insecure = cannotCall() === "insecure";
  const kind = browserKind(navigator.userAgent, navigator.maxTouchPoints > 1);
  return wrong(ui, "globe", "unsupported", heading(insecure ? "insecure" : "unsupported", { browser: browserFor(kind) }), html`${insecure ? nothing : copyButton(ui)}${callPractice(ui.state)}`);
}

/** Opened inside another app. @param {Ui} ui */
export function inApp(ui) {
  const browser = browserFor(browserKind(navigator.userAgent, navigator.maxTouchPoints > 1));
  return wrong(
    ui, "globe", "in-app",
    html`${heading("in-app", { browser })}<ol class="devices">${[1, 2, 3].map((n) => html`<li class="device"><span class="badge strong" aria-hidden="true">${n}</span><span>${rich(`in-app-${n}`, { browser })}</span></li>`)}</ol>`,
    html`${copyButton(ui)}${callPractice(ui.state)}`,
  );
}

/** @param {import("../browser.js").BrowserKind} kind */
function browserFor(kind) {
  return kind === "ios" || kind === "computer-safari" ? "Safari" : kind === "computer-firefox" ? "Firefox" : "Chrome";
}

/** @param {Ui} ui */
function copyButton({ act }) {
  const copy = (/** @type {Event} */ event) => {
    const button = /** @type {HTMLElement} */ (event.currentTarget);
    const say = (/** @type {string} */ key) => (/** @type {HTMLElement} */ (button.querySelector("[role=status]")).textContent = t(key));
    act.copyLink().then(() => say("copied"), () => say("copy-failed"));
  };
  return html`<button class="btn btn--go btn--big btn--wide" type="button" data-action="copy-link" @click=${copy}>${icon("copy")}<span>${t("copy-link")}</span><span role="status"></span></button>`;
}
