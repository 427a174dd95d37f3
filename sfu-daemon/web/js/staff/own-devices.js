// The clinician's own camera and microphone, opened before a visit starts, so that picture and sound are there at once; and the own network.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { play } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";
import "../meter.js";
import { PRACTICE_KBIT_S_MIN, verdict } from "../network.js";
import { deviceSelects } from "../view.js";

/** @import { IconName } from "../icons.js" */
/** @import { DeviceState, NetworkCheck } from "../types.d.ts" */
/** @import { Acts, Outside } from "./main.js" */

/** null: not tried. @typedef {NetworkCheck | "running" | "failed" | null} OwnNetwork */

/** Picture, level and what to do if one of them is missing. @param {Outside} outside @param {Acts} acts */
export function ownDevices(outside, acts) {
  return html`<div class="own-devices" data-own-camera=${outside.camera} data-own-microphone=${outside.microphone}>
    ${outside.preview === null ? nothing : html`<div class="own-preview"><video class="mirrored" data-video="preview" autoplay playsinline .muted=${true} aria-label=${t("tile-self")} @loadeddata=${() => acts.deviceIs("camera", "works")} ${play(outside.preview)}></video></div>`}
    <ul class="devices">
      ${row("mic", "micoff", t("microphone"), outside.microphone, outside.devices.microphone === null ? nothing : html`<level-meter .track=${outside.devices.microphone} .words=${{ none: t("staff-level-none"), good: t("staff-level-good") }} @heard=${() => acts.deviceIs("microphone", "works")} @silent=${() => acts.deviceIs("microphone", "silent")}></level-meter>`)}
      ${row("cam", "camoff", t("camera"), outside.camera, nothing)}
    </ul>
    ${blocked(outside) ? html`<div class="banner banner--lamp help">${icon("info")}<div><p>${t("staff-blocked-help")}</p>
      <button class="btn btn--s" type="button" data-action="devices-again" @click=${acts.openDevices}>${t("staff-try-again")}</button></div></div>` : nothing}
  </div>`;
}

/** The same with a choice, where there is one, and with the network. @param {Outside} outside @param {Acts} acts */
export function ownDevicesToChoose(outside, acts) {
  return html`${ownDevices(outside, acts)}${deviceSelects(outside.choices, outside.devices, acts)}<ul class="devices">${ownNetwork(outside.network, acts)}</ul>`;
}

/** What the real way to the server carries, in numbers, and what to do about it. @param {OwnNetwork} network @param {Pick<Acts, "tryNetwork">} acts */
function ownNetwork(network, acts) {
  if (network === null) return nothing;
  const is = typeof network === "string" ? network : verdict(network, PRACTICE_KBIT_S_MIN);
  const works = is === "good" || is === "tcp";
  const measured = typeof network === "string" || is === "blocked" ? nothing : html`<span class="say" data-measured>${t(network.kbit_s < PRACTICE_KBIT_S_MIN ? "staff-network-carries" : "staff-network-carries-more", { rate: network.kbit_s, needed: PRACTICE_KBIT_S_MIN, loss: network.loss_percent, delay: network.round_trip_ms })}</span>`;
  return html`<li class="device ${works ? "device--ok" : is === "blocked" ? "device--bad" : ""}" data-own-network=${is}><span class="badge">${icon(is === "blocked" ? "off" : "net")}</span>
    <span role="status"><span class="what">${t(`staff-own-network-${is}`)}</span>${is === "good" ? nothing : html`<span class="say">${t(`staff-own-network-${is}-say`, { needed: PRACTICE_KBIT_S_MIN })}</span>`}${measured}</span>
    ${is === "running" ? nothing : html`<button class="btn btn--s wide" type="button" data-action="try-network" @click=${acts.tryNetwork}>${icon("again", "i--s")}${t("staff-try-again")}</button>`}</li>`;
}

/** @param {Outside} outside */
function blocked(outside) {
  return outside.camera === "denied" || outside.microphone === "denied" || outside.camera === "busy" || outside.microphone === "busy";
}

/** @param {IconName} good @param {IconName} bad @param {string} what @param {DeviceState} is @param {unknown} more */
function row(good, bad, what, is, more) {
  const broken = is === "denied" || is === "absent" || is === "busy";
  return html`<li class="device ${is === "works" ? "device--ok" : broken ? "device--bad" : ""}"><span class="badge">${icon(broken ? bad : good)}</span><span><span class="what">${what}</span><span class="say">${stateText(is)}</span></span>${more === nothing ? nothing : html`<span class="wide">${more}</span>`}</li>`;
}

/** @param {DeviceState} is */
function stateText(is) {
  switch (is) {
    case "works": return t("staff-device-works");
    case "unknown": case "skipped": return t("staff-device-asking");
    case "denied": return t("staff-device-denied");
    case "absent": return t("staff-device-absent");
    case "busy": return t("staff-device-busy");
    case "silent": return t("staff-device-silent");
  }
}
