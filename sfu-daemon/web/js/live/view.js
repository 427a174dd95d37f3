// Live text under the pictures: what others write, letter by letter, and a field of one's own.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live as asIs } from "../../vendor/lit-html/directives/live.js";
import { stayAtEnd } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";
import { callButton } from "../view.js";
import { LINE_CHARS_MAX } from "./live.js";

/** @import { Live } from "./live.js" */

/** Beside the chat. @param {Live} live @param {string} [look] */
export function liveButton(live, look = "") {
  return callButton({ action: "live", icon: "pen", label: t("live-button"), expanded: live.mode === "writing", look, act: () => live.toggle() });
}

/** Lines are read out when they are finished: a voice that spells letters is understood by nobody. @param {{ live: Live, nameOf: (peer: number) => string, writable: boolean }} what */
export function liveText({ live, nameOf, writable }) {
  if (live.mode === "off") return nothing;
  const by = (/** @type {number | null} */ peer) => html`<strong class="by">${t("live-by", { name: peer === null ? t("you") : nameOf(peer) })}</strong>`;
  const written = (/** @type {Event} */ event) => live.write(/** @type {HTMLInputElement} */ (event.target).value);
  const pressed = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    live.finish();
  };
  return html`<section class="livetext" aria-label=${t("live-title")} data-testid="live" data-mode=${live.mode}>
    <div class="lines" tabindex="0" ${stayAtEnd()}>
      <div role="log" aria-label=${t("live-title")}>${live.lines.filter(({ done }) => done).map(({ peer, text }) => html`<p data-live=${peer ?? "own"}>${by(peer)} <bdi>${text}</bdi></p>`)}</div>
      ${live.lines.filter(({ done, text }) => !done && text !== "").map(({ peer, text }) => html`<p class="now" data-live=${peer ?? "own"} data-now>${by(peer)} <bdi>${text}</bdi></p>`)}
    </div>
    <div class="composer">
      ${live.mode === "writing"
        ? html`<input class="input" name="live" autocomplete="off" maxlength=${LINE_CHARS_MAX} aria-label=${t("live-write")} placeholder=${t(writable ? "live-write" : "chat-alone")} .value=${asIs(live.draft)} @input=${written} @keydown=${pressed}>
          <button class="btn btn--icon" type="button" data-action="live-close" aria-label=${t("live-close")} @click=${() => live.toggle()}>${icon("x")}</button>`
        : html`<button class="btn btn--s" type="button" data-action="live-write" @click=${() => live.toggle()}>${icon("pen")}${t("live-answer")}</button>`}
    </div>
  </section>`;
}
