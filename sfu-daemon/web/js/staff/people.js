// Who is in the call, and who may come: letting in, holding and letting go one person, and the link for a guest.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { writeGuest } from "../e2ee/link.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";
import { done, sheet } from "./sheet.js";
import { areaOf, findVisit, isLetIn, mayAdd, ownVisits } from "./state.js";
import { nameText } from "./words.js";

/** @import { Acts, Outside } from "./main.js" */
/** @import { Call, State, Visit } from "./state.js" */

/** Beside the name of a guest. @param {State} state @param {Pick<Visit, "guest_of">} visit */
export function guestChip(state, { guest_of }) {
  return guest_of === null ? nothing : html`<span class="chip" data-guest-of=${guest_of}>${icon("people", "i--s")}${t("staff-guest-of", { name: nameText(findVisit(state, guest_of)?.name ?? null) })}</span>`;
}

/** A part of the tools. @param {State} state @param {Call} call @param {Acts} acts */
export function peopleOfCall(state, call, acts) {
  const there = ownVisits(state).map(({ visit }) => visit);
  const waiting = state.queues[call.area]?.visits.filter((visit) => mayAdd(state, visit)) ?? [];
  const host = there.find(({ guest_of }) => guest_of === null);
  const several = 1 < there.length;
  return html`<section class="stack stack--s" aria-labelledby="people" data-people-of-call><h3 id="people">${t("staff-people")}</h3>
    <ul class="list">
      ${repeat(there, ({ ticket }) => ticket, (visit) => person(state, visit, call.joined ? nothing : [
        isLetIn(state, visit) ? nothing : button("let-in", t("staff-let-in"), visit, () => acts.tell({ kind: "let_in", ticket: visit.ticket }), "btn--go"),
        several && visit.state === "in_call" ? button("hold-one", t("staff-hold"), visit, () => acts.send({ action: "hold", ticket: visit.ticket })) : nothing,
        several && visit.state === "held" ? button("resume-one", t("staff-resume"), visit, () => acts.send({ action: "unhold", ticket: visit.ticket })) : nothing,
        several ? button("let-go", t("staff-let-go"), visit, () => acts.letGo(visit.ticket), "btn--stop") : nothing,
      ]))}
      ${repeat(waiting, ({ ticket }) => ticket, (visit) => person(state, visit, button("add", t("staff-add"), visit, () => acts.add(visit.ticket))))}
    </ul>
    ${host === undefined ? nothing : html`<button class="btn btn--s" type="button" data-action="invite-guest" @click=${() => acts.inviteGuest(host.ticket)}>${icon("plus", "i--s")}${t("staff-guest-invite")}</button>`}
  </section>`;
}

/** @param {State} state @param {Visit} visit @param {unknown} actions */
function person(state, visit, actions) {
  const unknown = visit.mine && !isLetIn(state, visit);
  return html`<li class="stack stack--s" data-person=${visit.ticket} data-state=${visit.state}>
    <div class="row row--s"><strong class="grow">${nameText(visit.name)}</strong>${guestChip(state, visit)}${visit.mine ? nothing : html`<span class="chip">${t("staff-person-waits")}</span>`}</div>
    ${unknown ? html`<p class="small soft" data-not-let-in>${t("staff-not-let-in", { name: nameText(visit.name) })}</p>` : nothing}
    <div class="row row--s">${actions}</div></li>`;
}

/** @param {string} action @param {string} label @param {Visit} visit @param {() => void} run @param {string} [look] */
function button(action, label, visit, run, look = "") {
  return html`<button class="btn btn--s ${look}" type="button" data-action=${action} @click=${run}>${label}<span class="sr">: ${nameText(visit.name)}</span></button>`;
}

/** The link for a guest: it is shown once. @param {State} state @param {{ ticket: string, token: string }} link @param {Outside} outside @param {Acts} acts */
export function guestLink(state, { ticket, token }, outside, acts) {
  const home = outside.links[areaOf(state, ticket) ?? ""];
  const url = home === undefined ? "" : writeGuest(home, token);
  return sheet("guest-link", t("staff-guest-title", { name: nameText(findVisit(state, ticket)?.name ?? null) }), acts, url === "" ? html`<p>${t("staff-guest-none")}</p>` : html`<p>${t("staff-guest-say")}</p>
    <p class="linkbox" data-guest-link=${url}>${url}</p>
    <button class="btn" type="button" data-action="copy-guest-link" @click=${() => acts.copy(url)}>${icon("copy", "i--s")}${t("staff-invite-copy")}</button>`, done(acts));
}
