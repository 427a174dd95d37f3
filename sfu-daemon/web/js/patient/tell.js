// For who puts the phone away while waiting: to be written to, once, when it is their turn. Where the operator allows it.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { takeFocus } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";

/** @import { By } from "../types.d.ts" */
/** @import { Ui } from "./corridor.js" */

const ADDRESS_CHARS_MAX = 254; // what the daemon accepts
/** How a field is filled in for each way, and for both. */
const FIELDS = {
  mail: { type: "email", inputmode: "email", autocomplete: "email" },
  sms: { type: "tel", inputmode: "tel", autocomplete: "tel" },
  both: { type: "text", inputmode: "email", autocomplete: "email" },
};

/** @param {Ui} ui */
export function tell({ state, act }) {
  const ways = state.patient?.tell_by ?? [];
  switch (state.patient?.turn_message) {
    case "asked":
      return html`<section class="card card--flat card--tight stack stack--s" data-tell="asked">
        <p tabindex="-1" ${state.telling === "set" ? takeFocus() : nothing}><strong>${t("p3-tell-set")}</strong> ${t("p3-tell-set-text")}</p>
        <button class="btn btn--wide" type="button" data-action="tell-off" @click=${act.tellMeNot}>${icon("x")}${t("p3-tell-off")}</button></section>`;
    case "not_asked":
      return ways.length === 0 ? nothing : offer(ways.length === 1 ? /** @type {By} */ (ways[0]) : "both", state.telling, act);
    case "sent":
    case undefined:
      return nothing;
  }
}

/** @param {By | "both"} way @param {Ui["state"]["telling"]} telling @param {Ui["act"]} act */
function offer(way, telling, act) {
  const problem = telling === "address" ? t(`p3-tell-wrong-${way}`) : telling === "many" ? t("p3-tell-many") : null;
  const busy = telling === "asked";
  const { type, inputmode, autocomplete } = FIELDS[way];
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const input = /** @type {HTMLInputElement} */ (/** @type {HTMLFormElement} */ (event.target).elements.namedItem("to"));
    if (busy) return;
    act.tellMe(input.value.trim());
    input.focus(); // Whoever is told of a mistake is where it can be mended.
  };
  return html`<details class="card card--flat card--tight" data-tell="offer"><summary ${telling === "back" ? takeFocus() : nothing}>${t("p3-tell")}</summary>
    <form class="stack stack--s" novalidate @submit=${submit}>
      <p>${t("p3-tell-text")}</p>
      <div class="field"><label for="tell-to">${t(`p3-tell-to-${way}`)}</label>
        <input class="input" id="tell-to" name="to" type=${type} inputmode=${inputmode} autocomplete=${autocomplete} autocapitalize="none" spellcheck="false" required maxlength=${ADDRESS_CHARS_MAX}
          aria-invalid=${problem === null ? nothing : "true"} aria-describedby=${problem === null ? "tell-hint" : "tell-problem tell-hint"}>
        ${problem === null ? nothing : html`<p class="error" id="tell-problem" role="alert">${icon("warn", "i--s")}${problem}</p>`}
        <p class="hint" id="tell-hint">${t("p3-tell-hint")}</p></div>
      <button class="btn btn--go btn--wide" data-action="tell" aria-disabled=${busy ? "true" : nothing}>${icon("bell")}${t("p3-tell-send")}</button>
    </form></details>`;
}
