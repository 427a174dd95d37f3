// V1, the waiting room as staff see it: who waits, since when, and the worst thing that is known about each of them.

import { html, nothing, svg } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { icon } from "../icons.js";
import { clockTime, dayText, language, t } from "../i18n.js";
import { notesAllowed } from "./alerts.js";
import { banners } from "./bar.js";
import { keyBanners, keysCard } from "./browsers.js";
import { linkCard } from "./link.js";
import { heldBackBanner, hoursLine, rulesCard } from "./rules.js";
import { mayWriteMemo, memoButton, memoLine } from "./memo.js";
import { notesChip, notesItem } from "./notes.js";
import { guestChip } from "./people.js";
import { reachButton } from "./reach.js";
import { DENSE_FROM, WAIT_LONG_MS, inLine, isSnoozed, mayAdd, mayJoin, mayStart, mayTell, nextVisit, shownArea, shownVisits, waitedMs, waiting } from "./state.js";
import { PRESENCES, door, factChip, languageName, nameText, waitedMinutes } from "./words.js";

/** @import { Announced } from "./announced.js" */
/** @import { IconName } from "../icons.js" */
/** @import { Acts, Outside } from "./main.js" */
/** @import { State, Visit } from "./state.js" */

/** @param {State} state @param {Outside} outside @param {Acts} acts */
export function queueView(state, outside, acts) {
  const visits = shownVisits(state);
  const count = waiting(state);
  return html`<main id="main" class="desk" data-screen="V1" data-area=${state.area ?? ""}>
    <div class="stack stack--l">
      <div class="headline"><h1>${t("staff-waiting", { count })}</h1>${presence(state, acts)}${hoursLine(state, acts)}</div>
      ${banners(state, acts)}
      ${announcedView(outside.announced)}
      ${heldBackBanner(state)}
      ${keyBanners(state, acts)}
      ${state.role === "assistant" ? html`<p class="soft" data-assistant>${t("staff-assistant-say")}</p>` : nothing}
      ${visits.length === 0 ? empty(state, outside, acts) : sections(state, visits, acts)}
      ${state.link === "live" ? html`<p class="pulse small soft" data-live>${t("staff-live")}</p>` : nothing}
    </div>
    <aside class="stack stack--l" aria-label=${t("staff-aside")}>
      ${linkCard(state, outside, acts)}
      ${keysCard(state, acts, outside.paperSeen)}
      ${rulesCard(state, acts)}
      ${bellCard(state, outside, acts)}
      ${state.role === "assistant" ? nothing : devicesCard(outside, acts)}
    </aside>
  </main>`;
}

/** What will change of what the server keeps. @param {Announced} announced */
function announcedView(announced) {
  return announced.unread.map(({ number, effective_ms, text }) => html`<section class="banner" data-announcement=${number} aria-labelledby="announcement-${number}">
    ${icon("info")}<div><p id="announcement-${number}"><strong>${t("staff-announced", { day: dayText(effective_ms) })}</strong></p>
      <p>${text}</p>
      <p><a href="/privacy" target="_blank" rel="noopener">${t("staff-announced-see")}</a></p>
      <button class="btn btn--s" type="button" data-action="announcement-read" @click=${() => announced.read(number)}>${t("staff-announced-read")}</button></div></section>`);
}

/** What the tab says: how many wait, never who. @param {State} state */
export function queueTitle(state) {
  const count = waiting(state);
  return `${count > 0 ? `(${count}) ` : ""}${t("staff-room")} · Anteroom`;
}

/** @param {State} state @param {Acts} acts */
function presence(state, acts) {
  const area = shownArea(state);
  return html`<fieldset class="presence" aria-describedby="presence-text"><legend class="sr">${t("staff-presence")}</legend>
    ${PRESENCES.map((p) => html`<label><input type="radio" name="presence" data-action="presence-${p}" .checked=${live(area?.presence === p)} @change=${() => acts.presence(p)}>${t(`staff-presence-${p}`)}</label>`)}
  </fieldset>${area !== null && !area.out_of_hours && (area.presence === "away" || area.presence === "closed")
    ? html`<p id="presence-text" class="small soft presence-text">${t("staff-patients-read", { text: area.presence_text || t(`staff-text-${area.presence}`) })}
      <button class="link" type="button" @click=${() => acts.presence(area.presence)}>${t("staff-change")}</button></p>` : nothing}`;
}

/** @param {State} state @param {Visit[]} visits @param {Acts} acts */
function sections(state, visits, acts) {
  const line = visits.filter((v) => v.state !== "in_call" && v.state !== "held");
  const inCall = visits.filter((v) => v.state === "in_call");
  const held = visits.filter((v) => v.state === "held");
  const dense = visits.length >= DENSE_FROM;
  const others = inCall.length + held.length > 0;
  const lead = nextVisit(state);
  const list = (/** @type {string} */ name, /** @type {string} */ title, /** @type {Visit[]} */ part, /** @type {boolean} */ quiet) => part.length === 0 ? nothing
    : html`<section class="stack stack--s" data-section=${name}><h2 class=${quiet ? "sr" : ""}>${title}</h2>
      <ol class="queue ${dense ? "queue--dense" : ""}">${repeat(part, (v) => v.ticket, (v) => card(state, v, v === lead, dense, acts))}</ol></section>`;
  return html`<div class="stack stack--l" @pointerenter=${() => acts.tell({ kind: "pointer", inside: true })} @pointerleave=${() => acts.tell({ kind: "pointer", inside: false })}>
    ${list("in-call", t("staff-section-in-call", { count: inCall.length }), inCall, false)}
    ${list("held", t("staff-section-held", { count: held.length }), held, false)}
    ${list("line", t("staff-section-line", { count: line.length }), line, !dense && !others)}
  </div>`;
}

/** @param {State} state @param {Visit} visit @param {boolean} lead @param {boolean} dense @param {Acts} acts */
function card(state, visit, lead, dense, acts) {
  const away = visit.state === "away" || visit.gone;
  const long = inLine(visit) && waitedMs(visit, state.now) >= WAIT_LONG_MS;
  const marks = `${lead && mayStart(state, visit) ? "qcard--next" : ""} ${away ? "qcard--away" : ""} ${long ? "qcard--long" : ""}`;
  return html`<li class="qcard ${marks}" data-ticket=${visit.ticket} data-state=${visit.state} data-gone=${visit.gone ? "" : nothing}>
    ${door(visit)}
    <div class="who"><h3 class="name ${visit.name === null ? "soft" : ""}" title=${nameText(visit.name)}>${nameText(visit.name)}</h3></div>
    <div class="wait"><span class="n">${waitedMinutes(visit, state.now)}</span><span class="u">${t("staff-min")}<span class="sr"> ${t("staff-count-waiting")}</span></span></div>
    <div class="tags">${visit.old ? html`<span class="chip chip--lamp" data-old>${icon("warn", "i--s")}${t("staff-name-old")}</span>` : nothing}${guestChip(state, visit)}${visit.gone ? html`<span class="chip">${icon("x", "i--s")}${t("staff-fact-gone")}</span>` : factChip(state, visit, dense)}${visit.state === "away" && visit.turn_message === "sent" ? html`<span class="chip" data-told>${icon("sms", "i--s")}${t("staff-told-turn")}</span>` : nothing}${inLine(visit) && isSnoozed(state, visit.ticket) ? html`<span class="chip" data-snoozed>${icon("bell", "i--s")}${t("staff-snoozed", { time: clockTime((state.snoozed[visit.ticket] ?? 0) + state.ahead) })}</span>` : nothing}${visit.gone ? nothing : notesChip(state, visit.ticket, acts)}${dense && visit.language.split("-")[0] === language()
      ? nothing : html`<span class="chip">${icon("globe", "i--s")}${languageName(visit.language)}</span>`}</div>
    <div class="acts">${visit.gone ? nothing : actions(state, visit, lead, acts)}</div>
    ${visit.gone ? nothing : memoLine(state, visit.ticket)}
    ${state.menu === visit.ticket && !visit.gone ? menu(state, visit, acts) : nothing}
  </li>`;
}

/** @param {State} state @param {Visit} visit @param {boolean} lead @param {Acts} acts */
function actions(state, visit, lead, acts) {
  const connected = state.link === "live";
  const named = (/** @type {string} */ label) => html`${label}<span class="sr"> ${nameText(visit.name)}</span>`;
  const main = (/** @type {string} */ action, /** @type {string} */ label, /** @type {() => void} */ run, look = "") =>
    html`<button class="btn btn--s main ${look}" type="button" data-action=${action} data-main aria-disabled=${connected ? nothing : "true"} @click=${() => connected && run()}>${named(label)}</button>`;
  const first = () => {
    // Keeps the columns of the list in line where there is nothing to press.
    const room = html`<span class="btn btn--s main nothing" aria-hidden="true">${t("staff-start")}</span>`;
    switch (visit.state) {
      case "arriving": case "waiting": return mayStart(state, visit)
        ? main("start", t("staff-start"), () => acts.start(visit.ticket), lead ? "btn--lamp" : "")
        : mayAdd(state, visit) ? main("add", t("staff-add"), () => acts.add(visit.ticket)) : room;
      case "called": return visit.mine ? main("cancel-call", t("staff-cancel-call"), () => acts.cancelCall(visit.ticket)) : room;
      case "in_call": return visit.mine ? main("to-call", t("staff-to-call"), () => acts.tell({ kind: "to_call" }), "btn--go")
        : mayJoin(state, visit) ? main("join", t("staff-join"), () => acts.join(visit.ticket)) : room;
      case "held": return visit.mine ? main("resume", t("staff-resume"), () => acts.resume(visit.ticket)) : room;
      case "away": return mayTell(state, visit) ? main("tell-turn", t("staff-tell-turn"), () => acts.tellTurn(visit.ticket)) : room;
      case "ended": case "removed": case "expired": return room;
    }
  };
  const open = state.menu === visit.ticket;
  const engaged = visit.state === "in_call" || visit.state === "held";
  if (engaged && !visit.mine) return html`${first()}<span class="btn btn--icon nothing" aria-hidden="true"></span>`;
  return html`${first()}<button class="btn btn--icon btn--plain" type="button" data-action="menu" aria-label=${t("staff-more", { name: nameText(visit.name) })} aria-expanded=${open ? "true" : "false"}
    @click=${() => acts.tell({ kind: "menu", ticket: open ? null : visit.ticket })}>${icon("more")}</button>`;
}

/** What is seldom wanted, below the card's own row so that it covers no other card. @param {State} state @param {Visit} visit @param {Acts} acts */
function menu(state, visit, acts) {
  const item = (/** @type {string} */ action, /** @type {IconName} */ sign, /** @type {string} */ label, /** @type {() => void} */ run, look = "") =>
    html`<button class="btn btn--s ${look}" type="button" data-action=${action} @click=${run}>${icon(sign, "i--s")}${label}</button>`;
  const engaged = visit.state === "in_call" || visit.state === "held";
  const memo = memoButton(state, visit.ticket, acts);
  const line = notesItem(visit.ticket, acts);
  return html`<div class="more row row--s">
    ${inLine(visit) ? item("snooze", "bell", t(isSnoozed(state, visit.ticket) ? "staff-snooze-end" : "staff-snooze"), () => acts.tell({ kind: "snooze", ticket: visit.ticket, on: !isSnoozed(state, visit.ticket) })) : nothing}
    ${mayWriteMemo(state, visit.ticket) && !engaged ? item("line", "chat", line.label, line.run) : nothing}
    ${mayWriteMemo(state, visit.ticket) ? item("memo", "pen", memo.label, memo.run) : nothing}
    ${state.areas.length > 1 && (inLine(visit) || visit.mine) ? item("hand-over", "move", t("staff-hand-over"), () => acts.tell({ kind: "ask", dialog: { kind: "hand_over", ticket: visit.ticket } })) : nothing}
    ${inLine(visit) && visit.guest_of === null && state.link === "live" ? item("invite-guest", "people", t("staff-guest-invite"), () => acts.inviteGuest(visit.ticket)) : nothing}
    ${engaged && visit.mine && state.call?.joined !== true ? item("end-visit", "leave", t("staff-end-visit"), () => acts.endVisit(visit.ticket), "btn--stop") : nothing}
    ${engaged ? nothing : item("remove", "x", t("staff-remove"), () => acts.tell({ kind: "ask", dialog: { kind: "remove", ticket: visit.ticket } }), "btn--stop")}
  </div>`;
}

/** @param {State} state @param {Outside} outside @param {Acts} acts */
function empty(state, outside, acts) {
  const area = shownArea(state);
  const closed = area?.presence === "closed";
  const url = outside.links[state.area ?? ""];
  return html`<section class="card empty">
    <svg viewBox="0 96 480 214" aria-hidden="true"><rect x="0" y="96" width="480" height="214" rx="24" fill="#0b4a40"></rect><path d="M0 272h480v14a24 24 0 0 1-24 24H24a24 24 0 0 1-24-24z" fill="#06332c"></path><path d="M0 270h480v3H0z" fill="#2c7565"></path><g fill="#39776a"><rect x="66" y="186" width="48" height="46" rx="14"></rect><rect x="62" y="232" width="56" height="14" rx="7"></rect><rect x="142" y="186" width="48" height="46" rx="14"></rect><rect x="138" y="232" width="56" height="14" rx="7"></rect><path d="M68 244h7v27h-7zM105 244h7v27h-7zM144 244h7v27h-7zM181 244h7v27h-7z"></path></g><path d="M290 271V176a46 46 0 0 1 92 0v95z" fill="#f4faf6"></path>${closed
      ? svg`<path d="M299 271V176a37 37 0 0 1 74 0v95z" fill="#0f6d5c"></path><circle cx="314" cy="222" r="3" fill="#ffe3a8"></circle>`
      : svg`<path d="M299 271V176a37 37 0 0 1 74 0v95z" fill="#ffd27a"></path><path d="M299 274V176a37 37 0 0 1 28-36v144z" fill="#0f6d5c"></path><circle cx="321" cy="222" r="3" fill="#ffe3a8"></circle>`}</svg>
    <div class="stack stack--s center"><h2>${t(closed ? "staff-empty-closed" : "staff-empty-open")}</h2><p class="soft">${t(closed ? "staff-empty-closed-say" : "staff-empty-say")}</p></div>
    ${url === undefined ? nothing : html`<div class="row row--s">
      <button class="btn btn--go" type="button" data-action="copy-link" @click=${() => acts.copy(url)}>${icon("copy", "i--s")}${t("staff-copy-my-link")}</button>
      <a class="btn" href=${url} target="_blank" rel="noopener noreferrer">${icon("eye", "i--s")}${t("staff-as-patient")}</a></div>`}
  </section>`;
}

/** @param {State} state @param {Outside} outside @param {Acts} acts */
function bellCard(state, outside, acts) {
  return html`<section class="card"><h2>${t("staff-arrives")}</h2>
    <label class="switch"><span>${t("staff-bell")}<span class="hint">${t("staff-bell-hint")}</span></span><input type="checkbox" role="switch" data-action="bell" .checked=${live(state.bellOn)}
      @change=${(/** @type {Event} */ e) => acts.bellSwitch(/** @type {HTMLInputElement} */ (e.target).checked)}></label>
    <label class="switch"><span>${t("staff-notes")}<span class="hint">${t("staff-notes-hint")}</span></span><input type="checkbox" role="switch" data-action="notes" .checked=${live(state.notesOn)}
      @change=${(/** @type {Event} */ e) => acts.notesSwitch(/** @type {HTMLInputElement} */ (e.target).checked)}></label>
    ${notesAllowed() === "denied" ? html`<p class="small soft" data-notes-blocked>${t("staff-notes-blocked")}</p>` : nothing}
    ${state.bellOn && !outside.bellReady ? html`<p class="small soft bell-locked" data-bell-locked>${t("staff-bell-locked")}</p>` : nothing}
    <div class="stack stack--s"><button class="btn btn--s btn--wide" type="button" data-action="test-bell" @click=${acts.testBell}>${icon("bell", "i--s")}${t("staff-test-bell")}</button>
    ${reachButton(outside.reach, acts)}</div>
  </section>`;
}

/** @param {Outside} outside @param {Acts} acts */
function devicesCard(outside, acts) {
  const both = [outside.camera, outside.microphone];
  const good = both.every((is) => is === "works");
  const bad = both.some((is) => is === "denied" || is === "absent" || is === "busy" || is === "silent");
  return html`<section class="card stack stack--s"><h2>${t("staff-own-devices")}</h2>
    <p class="small soft">${t(good ? "staff-own-devices-work" : bad ? "staff-own-devices-look" : "staff-own-devices-new")}</p>
    <button class="btn btn--s btn--wide" type="button" data-action="check-devices" @click=${() => acts.tell({ kind: "ask", dialog: { kind: "devices" } })}>${icon("cam", "i--s")}${t("staff-check-devices")}</button>
  </section>`;
}
