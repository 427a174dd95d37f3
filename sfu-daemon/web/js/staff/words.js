// From facts to words: what the staff views have in common about one visit.

import { html, svg } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../icons.js";
import { clockTime, language, minutes, t } from "../i18n.js";
import { waitedMs, worstFact } from "./state.js";

/** @import { IconName } from "../icons.js" */
/** @import { DeviceState, Presence } from "../types.d.ts" */
/** @import { Fact, State, Visit } from "./state.js" */

/** @type {readonly Presence[]} */
export const PRESENCES = ["open", "busy", "away", "closed"];

/** How each fact is shown: its icon and the colour of its chip. @type {Record<Fact, [IconName, "" | "chip--ok" | "chip--lamp" | "chip--bad" | "chip--info"]>} */
const FACTS = {
  setting_up: ["cam", ""], place_kept: ["clock", ""], lost: ["net", "chip--lamp"], called: ["bell", "chip--info"], minute: ["clock", "chip--lamp"],
  with_other: ["people", ""], in_call: ["live", "chip--ok"], held: ["hold", "chip--info"], mic_blocked: ["micoff", "chip--bad"], no_mic: ["micoff", "chip--bad"],
  mic_silent: ["micoff", "chip--bad"], cam_blocked: ["camoff", "chip--lamp"], no_camera: ["camoff", "chip--lamp"], ready: ["check", "chip--ok"],
};

/** The one chip that says the worst. @param {State} state @param {Visit} visit @param {boolean} [short] */
export function factChip(state, visit, short = false) {
  const fact = worstFact(visit);
  const [name, colour] = FACTS[fact];
  return html`<span class="chip ${colour}" data-fact=${fact}>${icon(name, "i--s")}${factText(state, visit, fact, short)}</span>`;
}

/** @param {State} state @param {Visit} visit @param {Fact} fact @param {boolean} short */
function factText(state, visit, fact, short) {
  switch (fact) {
    case "place_kept": return t("staff-fact-place-kept", { time: clockTime(visit.seen + state.ahead + (visit.place_kept_ms ?? 0)) });
    case "called": return t("staff-fact-called", { seconds: Math.max(0, Math.round((state.now - (visit.calledAt ?? state.now)) / 1000)) });
    case "with_other": return t("staff-fact-with-other", { clinician: visit.clinician ?? "" });
    case "ready": return t(short || visit.camera !== "works" || visit.microphone !== "works" ? "staff-fact-ready" : "staff-fact-works");
    case "setting_up": return t("staff-fact-setting-up");
    case "lost": return t("staff-fact-lost");
    case "minute": return t("staff-fact-minute");
    case "in_call": return t("staff-fact-in-call");
    case "held": return t("staff-fact-held");
    case "mic_blocked": return t("staff-fact-mic-blocked");
    case "no_mic": return t("staff-fact-no-mic");
    case "mic_silent": return t("staff-fact-mic-silent");
    case "cam_blocked": return t("staff-fact-cam-blocked");
    case "no_camera": return t("staff-fact-no-camera");
  }
}

/** Both devices, each with its own chip, for the moment before a visit. @param {Visit} visit */
export function deviceChips(visit) {
  if (visit.state === "arriving" && visit.camera === "unknown" && visit.microphone === "unknown") {
    return html`<li class="chip">${icon("cam", "i--s")}${t("staff-fact-setting-up")}</li>`;
  }
  const chip = (/** @type {DeviceState} */ is, /** @type {IconName} */ good, /** @type {IconName} */ bad, /** @type {string} */ text, /** @type {string} */ colour) =>
    html`<li class="chip ${is === "works" ? "chip--ok" : is === "unknown" ? "" : colour}">${icon(is === "works" || is === "unknown" ? good : bad, "i--s")}${text}</li>`;
  return [
    chip(visit.camera, "cam", "camoff", cameraText(visit), "chip--lamp"),
    chip(visit.microphone, "mic", "micoff", microphoneText(visit), "chip--bad"),
  ];
}

/** @param {Visit} visit */
function cameraText(visit) {
  switch (visit.camera) {
    case "works": return t("staff-camera-works");
    case "denied": case "busy": return t("staff-fact-cam-blocked");
    case "absent": case "skipped": return t("staff-fact-no-camera");
    case "unknown": case "silent": return t("staff-camera-unknown");
  }
}

/** @param {Visit} visit */
function microphoneText(visit) {
  switch (visit.microphone) {
    case "works": return t("staff-sound-works");
    case "denied": case "busy": return t("staff-fact-mic-blocked");
    case "absent": case "skipped": return t("staff-fact-no-mic");
    case "silent": return t("staff-fact-mic-silent");
    case "unknown": return t("staff-sound-unknown");
  }
}

/** The door of one person: a picture of what the words beside it say. @param {Visit} visit */
export function door(visit) {
  const look = visit.state === "arriving" ? "setup" : visit.state === "away" || visit.connection === "lost" ? "away"
    : visit.state === "in_call" || visit.state === "held" ? "incall" : "ready";
  return html`<svg class="door door--${look}" viewBox="0 0 44 52" aria-hidden="true">${svg`<path class="frame" d="M3 50V22a19 19 0 0 1 38 0v28z"></path><text x="22" y="36">${visit.position ?? ""}</text>`}</svg>`;
}

/** "English" for "en", in the language of the page. @param {string} tag */
export function languageName(tag) {
  try {
    return new Intl.DisplayNames([language()], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag; // Not a language tag; what the patient's page sent is the best that we know.
  }
}

/** @param {Visit} visit @param {number} now */
export function waitedMinutes(visit, now) {
  return minutes(waitedMs(visit, now));
}

/** @param {string | null} name */
export function nameText(name) {
  return name ?? t("staff-name-unread");
}
