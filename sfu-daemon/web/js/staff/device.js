// A device of the practice in the consultation, such as an ultrasound or a second camera: it comes by WHIP, with an address and a token.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";
import { done, sheet, words } from "./sheet.js";
import { keysOf } from "./state.js";

/** @import { Acts } from "./main.js" */
/** @import { AddedDevice, Call, State } from "./state.js" */

/** As long as the daemon accepts it. */
const NAME_CHARS_MAX = 100;

/** @param {{ ticket: string, waits: boolean }} asked `waits`: it was sent, and a second time would add a second device @param {Acts} acts */
export function addDevice({ ticket, waits }, acts) {
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    const name = words(event, "device");
    if (name === "" || waits) return;
    if (acts.send({ action: "add_device", ticket, name })) acts.tell({ kind: "ask", dialog: { kind: "device_new", ticket, waits: true } });
  };
  return sheet("device-new", t("staff-device-add"), acts, html`<p>${t("staff-device-say")}</p>
    <form id="device" class="field" @submit=${submit}><label for="device-name">${t("staff-device-name")}</label>
      <input class="input" id="device-name" name="device" maxlength=${NAME_CHARS_MAX} autocomplete="off" required aria-describedby="device-hint">
      <p class="hint" id="device-hint">${t("staff-device-hint")}</p></form>`, html`
    <button class="btn btn--go" form="device" data-action="device-add" ?disabled=${waits}>${t("staff-device-add")}</button>
    <button class="btn" type="button" data-action="not-now" @click=${acts.close}>${t("staff-not-now")}</button>`);
}

/** @param {AddedDevice} added @param {Acts} acts */
export function addedDevice({ publish, play, token }, acts) {
  const address = (/** @type {string} */ path) => new URL(path, location.href).href;
  return sheet("device-added", t("staff-device-ready"), acts, html`<p>${t("staff-device-enter")}</p>
    <dl class="stack">${copied("publish", t("staff-device-publish"), address(publish), acts)}${copied("token", t("staff-device-token"), token, acts)}${copied("play", t("staff-device-play"), address(play), acts)}</dl>
    <p class="soft small">${t("staff-device-once")}</p>`, done(acts));
}

/** @param {string} name @param {string} label @param {string} text @param {Acts} acts */
function copied(name, label, text, acts) {
  return html`<div class="stack stack--s" data-device=${name}><dt>${label}</dt><dd class="row row--s"><span class="linkbox grow">${text}</span>
    <button class="btn btn--s" type="button" data-action="copy-${name}" @click=${() => acts.copy(text)}>${icon("copy", "i--s")}${t("staff-copy")}<span class="sr">: ${label}</span></button></dd></div>`;
}

/** The devices of the consultation, and another one, where the practice allows them. @param {State} state @param {Call} call @param {Acts} acts */
export function devicesOfCall(state, call, acts) {
  const { policy, role } = keysOf(state, call.area);
  const devices = call.peers.filter(({ device }) => device);
  return html`<h3>${t("staff-devices")}</h3>
    ${devices.length === 0 ? nothing : html`<ul class="list">${repeat(devices, ({ peer }) => peer, ({ peer, name, connected }) => html`<li class="row row--s" data-device=${peer}><span class="grow"><strong>${name}</strong> <span class="soft">${t(connected ? "staff-device-in-use" : "staff-device-waits")}</span></span>
      <button class="btn btn--s btn--stop" type="button" data-action="device-remove" @click=${() => acts.send({ action: "remove_device", ticket: call.ticket, device: peer })}>${t("staff-device-remove")}<span class="sr">: ${name}</span></button></li>`)}</ul>`}
    ${policy === "require" || policy === "insist" ? html`<p class="small soft" data-no-devices>${t(role === "holder" ? "staff-device-none-holder" : "staff-device-none")}</p>
      ${role === "holder" ? html`<button class="btn" type="button" data-action="browsers" @click=${() => acts.tell({ kind: "ask", dialog: { kind: "browsers" } })}>${icon("key")}${t("staff-browsers-show")}</button>` : nothing}` : html`<button class="btn" type="button" data-action="device-new" @click=${() => acts.tell({ kind: "ask", dialog: { kind: "device_new", ticket: call.ticket, waits: false } })}>${icon("plus")}${t("staff-device-add")}</button>`}`;
}
