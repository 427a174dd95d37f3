// The link that a practice gives to its patients, and the ways to hand it over. All of them work from the own device.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";
import { encode } from "../../vendor/uqr/dist/index.mjs";
import { inviteButton } from "./invite-view.js";
import { keysOf } from "./state.js";

/** @import { Acts, Outside } from "./main.js" */
/** @import { State } from "./state.js" */

/** @param {State} state @param {Outside} outside @param {Acts} acts */
export function linkCard(state, outside, acts) {
  const url = outside.links[state.area ?? ""];
  return html`<section class="card stack stack--s"><h2>${t("staff-my-link")}</h2>
    ${url === undefined ? html`<p class="soft small">${t(keysOf(state, state.area).role === "stranger" ? "staff-link-later" : "staff-link-unknown")}</p>` : html`
      <p class="linkbox" data-link=${url}>${url.replace(/^https?:\/\//, "")}</p>
      ${inviteButton(state, acts, "btn--go btn--wide")}
      <div class="row row--s"><button class="btn btn--s grow" type="button" data-action="copy-link" @click=${() => acts.copy(url)}>${icon("copy", "i--s")}${t("staff-copy")}</button><button class="btn btn--s grow" type="button" data-action="show-qr" @click=${() => acts.tell({ kind: "ask", dialog: { kind: "qr" } })}>${icon("door", "i--s")}${t("staff-qr")}</button></div>
      ${codeLine(state)}`}
    ${state.role !== "admin" ? nothing : html`<button class="link small" type="button" data-action="edit-area" @click=${() => acts.tell({ kind: "place", place: "setup" })}>${t("staff-edit-area")}</button>
      <button class="link small" type="button" data-action="look" @click=${() => acts.tell({ kind: "place", place: "look" })}>${t("staff-look-change")}</button>`}
  </section>`;
}

/** Drawn here: what makes the link safe stays out of addresses that a server sees. @param {string | undefined} url @param {string} [label] @param {string} [look] */
export function qr(url, label = t("staff-qr-alt"), look = "") {
  if (url === undefined) return nothing;
  const { size, data } = encode(url, { ecc: "M", border: 4 });
  const modules = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return html`<svg class="qr ${look}" viewBox="0 0 ${size} ${size}" role="img" aria-label=${label} shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"></path><path fill="#000" d=${modules.join("")}></path></svg>`;
}

/** For those who have the address from the phone. @param {State} state */
export function codeLine(state) {
  const { code, role } = keysOf(state, state.area);
  return code === null || role === "stranger" ? nothing : html`<p class="small soft">${t("staff-link-code")} <span class="mono" data-code>${code}</span></p>`;
}
