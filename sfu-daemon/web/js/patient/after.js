// P6 and its relatives: the visit is over, and how to come back.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { fileList } from "../files/view.js";
import { icon } from "../icons.js";
import { clockTime, minutes, t } from "../i18n.js";
import { disconnected, rejoinable } from "../state.js";
import { chatMessages } from "../view.js";
import { nameForm } from "./check-in.js";
import { callPractice, corridor, lostBanner, sceneWall, who } from "./corridor.js";
import { corridorScene } from "./scene.js";

/** @import { Ui } from "./corridor.js" */

/** P6. @param {Ui} ui */
export function after(ui) {
  const { state } = ui;
  const lasted = state.end === null ? nothing : html`<p class="role">${t("p6-lasted", { minutes: minutes(state.end.lasted_ms) })}</p>`;
  const lost = state.end?.reason === "connection_lost" || state.end?.reason === "server_stopped";
  return corridor(ui, "P6", {
    wall: sceneWall(state, lasted, corridorScene({ open: false })),
    main: html`${lostBanner(state)}
      <div class="stack stack--s"><h1>${t(lost ? "p6-title-lost" : "p6-title")}</h1><p class="lead">${t("p6-text")}</p></div>
      ${state.call.messages.length === 0 ? nothing : html`<section class="card card--tight stack" aria-label=${t("chat-log")}><div class="chat">${chatMessages(state.call.messages)}</div></section>`}
      ${fileList(ui.files.state, ui.act.files, who(state))}
      ${ui.signing.pdf === null ? nothing : html`<div class="stack stack--s"><button class="btn btn--wide ${ui.signing.saved ? "" : "btn--go"}" type="button" data-action="form-save" @click=${ui.saveForm}>${icon("save")}${t("form-save")}</button>${ui.signing.unsaved ? html`<p class="soft small">${t("form-unsaved")}</p>` : nothing}</div>`}
      ${state.end?.reason === "visit_over" ? html`<p>${t("p6-visit-over")}</p>` : nothing}
      ${comeBack(ui, t("p6-go-back"))}
      <p class="soft small">${t("p6-close")}</p>`,
  });
}

/** The person left the line by themselves. @param {Ui} ui */
export function left(ui) {
  return farewell(ui, "left", html`<div class="stack stack--s"><h1>${t("left-title")}</h1><p class="lead">${t("left-text")}</p></div>`, t("left-back"));
}

/** The daemon has given up on us after the grace period. @param {Ui} ui */
export function expired(ui) {
  return farewell(ui, "expired", html`<div class="stack stack--s"><h1>${t("expired-title")}</h1><p class="lead">${t("expired-text")}</p></div>`, t("check-in-again"));
}

/** Staff took the person out, with a reason if they gave one. @param {Ui} ui */
export function removed(ui) {
  const reason = ui.state.patient?.reason ?? "";
  return farewell(
    ui,
    "removed",
    html`<div class="stack stack--s"><h1>${t("removed-title")}</h1><p class="lead">${t("removed-text", { time: clockTime(ui.state.patient_at) })}</p></div>
      ${reason === "" ? nothing : html`<div class="banner banner--lamp">${icon("chat")}<div><p><strong>${t("message-from-practice")}</strong></p><p>${reason}</p></div></div>`}
      ${callPractice(ui.state, "btn--go btn--big")}`,
    t("check-in-again"),
  );
}

/** The person had everything deleted. @param {Ui} ui */
export function erased(ui) {
  return corridor(ui, "erased", {
    wall: sceneWall(ui.state, nothing, corridorScene({ open: false })),
    main: html`<div class="stack stack--s"><h1>${t("erased-title")}</h1><p class="lead">${t("erased-text")}</p></div>
      ${ui.state.is_guest ? nothing : html`<div class="stack stack--s"><button class="btn btn--wide" type="button" data-action="check-in-again" @click=${ui.act.startOver}>${icon("door")}${t("check-in-again")}</button></div>`}`,
  });
}

/** @param {Ui} ui @param {string} screen @param {unknown} words @param {string} label */
function farewell(ui, screen, words, label) {
  return corridor(ui, screen, {
    wall: sceneWall(ui.state, nothing, corridorScene({ open: false })),
    main: html`${lostBanner(ui.state)}${words}${comeBack(ui, label)}<p class="soft small">${t("name-deleted")}</p>`,
  });
}

/** Back to the old place while the daemon keeps it, else to a new one. A guest's link has worked once. @param {Ui} ui @param {string} label */
function comeBack({ state, act }, label) {
  if (state.is_guest || state.patient?.guest === true) return nothing;
  const left_ms = rejoinable(state);
  if (left_ms === 0) {
    return html`<div class="stack stack--s"><button class="btn btn--wide" type="button" data-action="check-in-again" @click=${act.startOver}>${icon("door")}${t("check-in-again")}</button></div>`;
  }
  const until = html`<p class="soft small center">${t("back-until", { time: clockTime(state.now + left_ms) })}</p>`;
  const busy = state.asked === "rejoin" || disconnected(state);
  // A reloaded page does not know the name, and the daemon has forgotten it.
  if (state.name === "") return html`<div class="stack stack--s">${nameForm(state, { action: "rejoin", label, busy, submit: act.rejoin })}${until}</div>`;
  return html`<div class="stack stack--s"><button class="btn btn--wide" type="button" data-action="rejoin" aria-disabled=${busy ? "true" : nothing} @click=${() => busy || act.rejoin(state.name)}>${icon("again")}${label}</button>${until}</div>`;
}
