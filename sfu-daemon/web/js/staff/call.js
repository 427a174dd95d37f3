// V3, the consultation: the other person fills the stage, the waiting room stays a silent strip, the controls never move.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { dropTarget } from "../files/view.js";
import { icon } from "../icons.js";
import { clockTime, duration, t } from "../i18n.js";
import { liveButton, liveText } from "../live/view.js";
import { Screen } from "../media.js";
import { canShrink } from "../small-window.js";
import { everybody, initials, people, selfTile, sharingBanner } from "../tiles.js";
import { callButton, chatPanel, deviceSelects, lockButton, ownSwitches, qualityMark, qualityNote, shareButton, signMark, writableBy } from "../view.js";
import { devicesOfCall } from "./device.js";
import { formOfCall } from "./form.js";
import { mayWriteMemo, memoButton, memoLine } from "./memo.js";
import { peopleOfCall } from "./people.js";
import { findVisit, inLine, isLetIn, otherPerson, ownVisits, shownVisits, waitingGuests } from "./state.js";
import { door, nameText, waitedMinutes } from "./words.js";

/** @import { IconName } from "../icons.js" */
/** @import { Acts, Outside } from "./main.js" */
/** @import { Call, State } from "./state.js" */

/** @param {State} state @param {Call} call @param {Outside} outside @param {Acts} acts @param {unknown} dialog */
export function callView(state, call, outside, acts, dialog) {
  const name = nameText(call.name);
  const writable = writableBy(call.path === "connected" && call.state === "in_call", outside.reaches);
  const target = dropTarget(acts.files, writable !== "yes");
  return html`<div class="staff" @dragover=${target.over} @drop=${target.drop}><div class="call call--staff ${call.panel === "none" ? "" : "call--panel"}">
    <header class="head on-dark">
      ${lockButton(outside.lock, () => acts.tell({ kind: "ask", dialog: { kind: "lock" } }))}
      ${signMark(outside.signLanguage)}
      ${call.state === "in_call" ? qualityMark(outside.quality) : nothing}
      <span class="grow"></span>
      ${call.since === null ? nothing : html`<span class="clock"><span class="sr">${t("call-time")} </span>${duration(state.now - call.since)}</span>`}
    </header>
    ${strip(state)}
    <main class="stage on-dark" id="main" data-screen="V3" data-ticket=${call.ticket} data-state=${call.state} data-path=${call.path} data-sign=${outside.signLanguage.on ? "" : nothing}><h1 class="sr">${t("staff-call-with", { name })}</h1>
      ${outside.sharing ? sharingBanner(acts.share) : nothing}
      ${tiles(state, call, outside, acts)}
      ${note(state, call, outside, acts)}
      ${call.state === "in_call" ? liveText({ live: outside.live, nameOf: outside.nameOfNumber, writable: writable === "yes" }) : nothing}
    </main>
    ${call.panel === "chat" ? chatPanel({ messages: state.chats[call.first] ?? [], name: everybody(call.peers, outside.nameOf) || name, writable, write: acts.write, files: outside.files, file_acts: acts.files, files_note: filesNote(call, outside), close: () => acts.panel("none") }) : call.panel === "devices" ? toolsPanel(state, call, outside, acts) : nothing}
    ${callBar(call, outside, acts)}
  </div>${dialog}</div>`;
}

/** The title of the tab names nobody. @param {State} state */
export function callTitle(state) {
  const count = shownVisits(state).filter(inLine).length;
  return `${count > 0 ? `(${count}) ` : ""}${t("staff-in-call-title")} · Anteroom`;
}

/** Who waits meanwhile. Silent, and a picture only: nothing to press by mistake. @param {State} state */
function strip(state) {
  const line = shownVisits(state).filter((v) => inLine(v) && !v.gone);
  return html`<aside class="strip on-dark" aria-label=${t("staff-room")} tabindex="0" data-count=${line.length}>
    <span class="chip chip--lamp">${icon("belloff", "i--s")}${t("staff-silent")}</span>
    ${state.link !== "live" ? html`<span class="pulse pulse--off small">${t("staff-strip-lost")}</span>`
      : line.length === 0 ? html`<span class="small">${t("staff-waiting", { count: 0 })}</span>`
      : html`<ul>${repeat(line, (v) => v.ticket, (v) => html`<li>${door(v)}<span><strong>${nameText(v.name)}</strong> ${waitedMinutes(v, state.now)} ${t("staff-min")}</span></li>`)}</ul>`}
  </aside>`;
}

/** Everybody; nothing of the others is shown or heard while the visit is on hold, nor of one who is. @param {State} state @param {Call} call @param {Outside} outside @param {Acts} acts */
function tiles(state, call, outside, acts) {
  const self = call.cameraOff ? null : outside.preview;
  if (call.state === "held") return html`<figure class="tile tile--off"><div class="dark"><span class="arch" aria-hidden="true">${initials(nameText(call.name))}</span></div><figcaption class="name">${nameText(call.name)}</figcaption></figure>${selfTile(self)}`;
  const coming = { peer: 0, name: null, ticket: null, staff: false, guest: false, muted: false, camera_off: false, connected: false, page_lost: false, device: false };
  const peers = call.peers.map((peer) => (findVisit(state, peer.ticket ?? "")?.state === "held" ? { ...peer, camera_off: true } : peer));
  const room = { me: call.me, peers: peers.length === 0 ? [coming] : peers, slots: call.slots };
  const { path, views, devices, nameOf, keyless } = outside;
  return people({ room, voices: call.voices, nameOf, keyless: (peer) => peer !== coming && keyless(peer), path, views, self, speaker: devices.speaker, blocked: acts.soundBlocked });
}

/** While on hold nobody would see it. @param {Call} call */
const mayShare = (call) => call.state === "in_call" && Screen.possible();

/** The one thing about this call that staff must know now. @param {State} state @param {Call} call @param {Outside} outside @param {Acts} acts */
function note(state, call, outside, acts) {
  const say = (/** @type {string} */ name, /** @type {IconName} */ sign, /** @type {string} */ text, /** @type {unknown} */ more = nothing) =>
    html`<p class="note" role="status" data-note=${name}>${icon(sign)}<span>${text}</span>${more}</p>`;
  const visit = findVisit(state, call.ticket);
  if (call.state === "held") {
    return say("held", "hold", t("staff-note-held", { name: nameText(call.name) }), html`<button class="btn btn--s btn--go" type="button" data-action="resume" @click=${acts.holdOrResume}>${t("staff-resume")}</button>
      <button class="btn btn--s btn--plain" type="button" data-action="back-to-room" @click=${() => acts.tell({ kind: "to_room" })}>${t("staff-to-room")}</button>`);
  }
  if (call.path === "lost") return lostVeil(state, call, acts);
  if (state.link === "lost") return say("lost", "net", t("staff-lost"));
  if (call.path !== "connected") return say("connecting", "net", t("staff-note-connecting"));
  if (visit?.connection === "lost") return say("other-lost", "net", t("staff-note-other-lost", { name: nameText(call.name) }));
  if (otherPerson(call)?.connected !== true) return say("other-connecting", "net", t("staff-note-other-connecting", { name: nameText(call.name) }));
  if (outside.soundBlocked) return say("sound-blocked", "sound", t("staff-note-sound-blocked"), html`<button class="btn btn--s" type="button" data-action="unblock-sound" @click=${acts.unblockSound}>${t("staff-sound-on")}</button>`);
  if (outside.microphone === "denied" || outside.microphone === "absent" || outside.microphone === "busy") return say("no-mic", "micoff", t("staff-note-no-mic", { name: nameText(call.name) }));
  const unknown = ownVisits(state).find(({ visit }) => visit.state === "in_call" && !isLetIn(state, visit))?.visit;
  if (unknown !== undefined) return say("not-let-in", "lockq", t("staff-not-let-in", { name: nameText(unknown.name) }), html`<button class="btn btn--s" type="button" data-action="let-in" @click=${() => acts.tell({ kind: "let_in", ticket: unknown.ticket })}>${t("staff-let-in")}</button>`);
  const [guest] = waitingGuests(state);
  if (guest !== undefined) return say("guest-waits", "people", t("staff-guest-waits", { name: nameText(guest.name) }), html`<button class="btn btn--s btn--go" type="button" data-action="add" @click=${() => acts.add(guest.ticket)}>${t("staff-let-in")}</button>`);
  const weak = qualityNote(outside.quality);
  if (weak !== null) return say("quality", "warn", weak);
  if (state.drainsAt !== null) return say("draining", "info", t("staff-draining", { time: clockTime(state.drainsAt + state.ahead) }));
  return nothing;
}

/** The picture is old, so words cover it until the path is back. @param {State} state @param {Call} call @param {Acts} acts */
function lostVeil(state, call, acts) {
  return html`<div class="veil" role="alert" data-note="path-lost"><div class="stack center"><h2>${t("staff-lost")}</h2><p>${t("staff-veil-say", { name: nameText(call.name) })}</p>
    ${state.link === "live" ? nothing : html`<button class="btn btn--go" type="button" data-action="try-now" @click=${acts.tryNow}>${icon("again", "i--s")}${t("staff-try-now")}</button>`}</div></div>`;
}

/** @param {Call} call @param {Outside} outside @param {Acts} acts */
function callBar(call, outside, acts) {
  const held = call.state === "held";
  return html`<nav class="sill" aria-label=${t("bar-call")}><div class="callbar">
    ${ownSwitches({ muted: call.muted, camera_off: call.cameraOff, mute: acts.mute, camera: acts.camera })}
    ${mayShare(call) ? shareButton({ sharing: outside.sharing, share: acts.share, look: "only-wide" }) : nothing}
    ${callButton({ action: "chat", icon: "chat", label: t("bar-chat"), expanded: call.panel === "chat", count: call.unread, act: () => acts.panel("chat") })}
    ${held ? nothing : liveButton(outside.live, "only-wide")}
    ${callButton({ action: "tools", icon: "gear", label: t("staff-tools"), expanded: call.panel === "devices", act: () => acts.panel("devices") })}
    ${call.joined ? nothing : callButton({ action: "hold", icon: "hold", label: t(held ? "staff-resume" : "staff-hold"), look: "only-wide", act: acts.holdOrResume })}
    ${callButton({ action: "end", icon: "leave", label: t(call.joined ? "staff-leave" : "staff-end"), look: "callbtn--leave", act: acts.askEnd })}
  </div></nav>`;
}

/** @param {State} state @param {Call} call @param {Outside} outside @param {Acts} acts */
function toolsPanel(state, call, outside, acts) {
  const memo = memoButton(state, call.ticket, acts);
  return html`<section class="panel" aria-label=${t("staff-tools")} data-panel="tools">
    <header><h2>${t("staff-tools")}</h2>${closeButton(acts)}</header>
    <div class="body">
      <div class="tools">
        ${call.joined ? nothing : html`<button class="tool only-narrow" type="button" data-action="hold" @click=${acts.holdOrResume}>${icon("hold")}${t(call.state === "held" ? "staff-resume" : "staff-hold")}</button>`}
        ${mayShare(call) ? html`<button class="tool only-narrow" type="button" data-action="share-tool" @click=${acts.share}>${icon("screen")}${t(outside.sharing ? "share-stop" : "share-begin")}</button>` : nothing}
        ${call.state === "in_call" ? html`<button class="tool only-narrow" type="button" data-action="live-tool" aria-expanded=${outside.live.mode === "writing"} @click=${() => outside.live.toggle()}>${icon("pen")}${t("live-button")}</button>` : nothing}
        ${call.state === "in_call" ? html`<button class="tool" type="button" data-action="sign" aria-pressed=${outside.signLanguage.on} title=${t("sign-text")} @click=${() => outside.signLanguage.choose(!outside.signLanguage.on)}>${icon(outside.signLanguage.on ? "check" : "hand")}${t(outside.signLanguage.on ? "sign-is-on" : "sign-button")}</button>` : nothing}
        ${canShrink() ? html`<button class="tool" type="button" data-action="small-window" @click=${acts.smallWindow}>${icon("copy")}${t("small-window")}</button>` : nothing}
        ${outside.fullScreen ? html`<button class="tool" type="button" data-action="full-screen" @click=${acts.fullScreen}>${icon("screen")}${t("staff-full-screen")}</button>` : nothing}
        ${call.state === "in_call" && !call.joined ? html`<button class="tool" type="button" data-action="screen-ask" aria-disabled=${outside.reaches ? nothing : "true"} @click=${() => outside.reaches && acts.askScreen()}>${icon("screen")}${t("staff-show-ask")}</button>` : nothing}
        ${call.state === "in_call" ? html`<button class="tool" type="button" data-action="photo-ask" aria-disabled=${outside.reaches ? nothing : "true"} @click=${() => outside.reaches && acts.askPhoto()}>${icon("photo")}${t("staff-photo-ask")}</button>` : nothing}
        ${state.areas.length > 1 && !call.joined ? html`<button class="tool" type="button" data-action="hand-over" @click=${() => acts.tell({ kind: "ask", dialog: { kind: "hand_over", ticket: call.ticket } })}>${icon("move")}${t("staff-hand-over")}</button>` : nothing}
        ${mayWriteMemo(state, call.ticket) ? html`<button class="tool" type="button" data-action="memo" @click=${memo.run}>${icon("pen")}${memo.label}</button>` : nothing}
        <button class="tool" type="button" data-action="keys" @click=${() => acts.tell({ kind: "ask", dialog: { kind: "keys" } })}>${icon("info")}${t("staff-keys")}</button>
      </div>
      ${memoLine(state, call.ticket)}
      ${outside.screen === null ? nothing : html`<p class="small soft" role="status" data-screen-answer=${outside.screen}>${t(`staff-show-${outside.screen}`, { name: nameText(call.name) })}</p>`}
      ${outside.photo === null ? nothing : html`<p class="small soft" role="status" data-photo=${outside.photo}>${t(`staff-photo-${outside.photo}`, { name: nameText(call.name) })}</p>`}
      ${outside.consents.screen === null ? nothing : html`<p class="small soft" role="status" data-consent-screen=${outside.consents.screen}>${t(outside.consents.screen ? "staff-screen-agreed" : "staff-screen-declined", { name: nameText(call.name) })}</p>`}
      ${peopleOfCall(state, call, acts)}
      ${formOfCall(call, outside, acts)}
      ${call.joined ? nothing : devicesOfCall(state, call, acts)}
      <h3>${t("staff-own-devices")}</h3>
      ${deviceSelects(outside.choices, outside.devices, acts)}
    </div>
  </section>`;
}

/** What the patient has said about files. @param {Call} call @param {Outside} outside */
function filesNote(call, { consents }) {
  if (consents.file === null) return nothing;
  return html`<p class="small soft" role="status" data-consent=${consents.file}>${t(consents.file ? "staff-files-agreed" : "staff-files-declined", { name: nameText(call.name) })}</p>`;
}

/** @param {Acts} acts */
function closeButton(acts) {
  return html`<button class="btn btn--plain btn--icon" type="button" data-action="close-panel" aria-label=${t("close")} @click=${() => acts.panel("none")}>${icon("x")}</button>`;
}
