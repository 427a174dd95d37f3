// The clinician's own camera and microphone: opened before a visit starts, so that picture and sound are there at once.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { play } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";
import "../meter.js";
import { deviceSelects } from "../view.js";

/** @import { IconName } from "../icons.js" */
/** @import { DeviceState } from "../types.d.ts" */
/** @import { Acts, Outside } from "./main.js" */

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

/** The same with a choice, where there is one. @param {Outside} outside @param {Acts} acts */
export function ownDevicesToChoose(outside, acts) {
  return html`${ownDevices(outside, acts)}${deviceSelects(outside.choices, outside.devices, acts)}`;
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
