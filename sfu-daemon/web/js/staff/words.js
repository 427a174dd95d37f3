// From facts to words: what the staff views have in common about one visit.

import { html, svg } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../icons.js";
import { clockTime, language, minutes, t } from "../i18n.js";
import { verdict } from "../network.js";
import { waitedMs, worstFact } from "./state.js";

/** @import { IconName } from "../icons.js" */
/** @import { DeviceState, NetworkCheck, Presence } from "../types.d.ts" */
/** @import { Fact, State, Visit } from "./state.js" */

/** @type {readonly Presence[]} */
export const PRESENCES = ["open", "busy", "away", "closed"];

/** How each fact is shown: its icon and the colour of its chip. @type {Record<Fact, [IconName, "" | "chip--ok" | "chip--lamp" | "chip--bad" | "chip--info"]>} */
const FACTS = {
  setting_up: ["cam", ""], place_kept: ["clock", ""], lost: ["net", "chip--lamp"], called: ["bell", "chip--info"], minute: ["clock", "chip--lamp"],
  with_other: ["people", ""], in_call: ["live", "chip--ok"], held: ["hold", "chip--info"], mic_blocked: ["micoff", "chip--bad"], no_mic: ["micoff", "chip--bad"],
  mic_silent: ["micoff", "chip--bad"], net_blocked: ["off", "chip--bad"], net_weak: ["net", "chip--lamp"], hears_nothing: ["sound", "chip--bad"],
  cam_blocked: ["camoff", "chip--lamp"], no_camera: ["camoff", "chip--lamp"], ready: ["check", "chip--ok"],
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
    case "ready": return t(short || visit.camera !== "works" || visit.microphone !== "works" ? "staff-fact-ready" : visit.network === null ? "staff-fact-works" : "staff-fact-tested");
    case "net_blocked": case "net_weak": return networkText(visit.network);
    case "hears_nothing": return t("staff-fact-hears-nothing");
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
    visit.hears === false ? html`<li class="chip chip--bad">${icon("sound", "i--s")}${t("staff-fact-hears-nothing")}</li>` : "",
    networkChip(visit.network),
  ];
}

/** What the patient's page has found out about its network. @param {NetworkCheck | null} network */
export function networkText(network) {
  if (network === null) return t("staff-network-unknown");
  const { loss_percent, round_trip_ms, kbit_s } = network;
  switch (verdict(network)) {
    case "good": return t("staff-network-good");
    case "tcp": return t("staff-network-tcp");
    case "lossy": return t("staff-network-lossy", { loss: loss_percent });
    case "slow": return t("staff-network-slow", { delay: round_trip_ms });
    case "narrow": return t("staff-network-narrow", { rate: kbit_s });
    case "blocked": return t("staff-network-blocked");
  }
}

/** @param {NetworkCheck | null} network */
function networkChip(network) {
  if (network === null) return html`<li class="chip">${icon("net", "i--s")}${networkText(network)}</li>`;
  const is = verdict(network);
  const colour = is === "good" || is === "tcp" ? "chip--ok" : is === "blocked" ? "chip--bad" : "chip--lamp";
  return html`<li class="chip ${colour}" data-network=${is}>${icon(is === "blocked" ? "off" : "net", "i--s")}${networkText(network)}</li>`;
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
