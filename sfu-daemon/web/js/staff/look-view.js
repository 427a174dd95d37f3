// What an area looks like to patients, for its admins: a colour, a welcome, a logo, and something for those who wait.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { markdown } from "../forms/view.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";
import { CONTRAST_MIN, accentOf, addressOf, contrastWithWhite } from "../look.js";
import { banners } from "./bar.js";
import { TYPES, WELCOME_CHARS_MAX } from "./look.js";
import { shownArea } from "./state.js";

/** @import { AreaLook, AreaView } from "../types.d.ts" */
/** @import { LookEditor, Part, Problem } from "./look.js" */
/** @import { Acts, Outside } from "./main.js" */
/** @import { State } from "./state.js" */

/** Where the picker of a colour begins: the page's own. */
const OWN_COLOUR = "#0b5a4c";

/** @param {State} state @param {Outside} outside @param {Acts} acts */
export function lookView(state, { look: editor }, acts) {
  const area = shownArea(state);
  if (area === null) return nothing;
  const { look } = area;
  const draft = editor.draft ?? { accent: look.accent, welcome: look.welcome };
  return html`<main id="main" class="desk desk--one" data-screen="look"><div class="stack stack--l">
    <div class="headline"><h1>${t("staff-look")}</h1></div>
    ${banners(state, acts)}
    ${texts(area, draft, editor)}
    ${fileCard(area, "logo", editor)}
    ${fileCard(area, "show", editor)}
    <p><button class="btn" type="button" data-action="look-back" @click=${() => acts.tell({ kind: "place", place: "room" })}>${t("staff-rules-back")}</button></p>
  </div></main>`;
}

/** @param {AreaView} area @param {{ accent: string, welcome: string }} draft @param {LookEditor} editor */
function texts({ slug }, draft, editor) {
  const has_colour = draft.accent !== "";
  const ratio = contrastWithWhite(draft.accent);
  const fits = !has_colour || accentOf(draft.accent) !== null;
  /** @param {SubmitEvent} event */
  const save = (event) => {
    event.preventDefault();
    if (fits) void editor.saveTexts(slug);
  };
  return html`<form class="card stack" @submit=${save}><h2>${t("staff-look-words")}</h2>
    <label class="switch"><span>${t("staff-look-colour")}<span class="hint">${t("staff-look-colour-hint")}</span></span><input type="checkbox" role="switch" data-action="has-colour" .checked=${live(has_colour)} @change=${(/** @type {Event} */ e) => editor.write({ ...draft, accent: /** @type {HTMLInputElement} */ (e.target).checked ? OWN_COLOUR : "" })}></label>
    ${has_colour ? html`<div class="field"><label for="accent">${t("staff-look-pick")}</label><input class="colour" type="color" id="accent" .value=${live(draft.accent)} aria-describedby="accent-says" @input=${(/** @type {Event} */ e) => editor.write({ ...draft, accent: /** @type {HTMLInputElement} */ (e.target).value })}>
      <p id="accent-says" class=${fits ? "hint" : "error"} role="status" data-contrast=${ratio ?? ""}>${fits ? nothing : icon("warn", "i--s")}${t(fits ? "staff-look-readable" : "staff-look-pale", { ratio: ratio ?? 0, least: CONTRAST_MIN })}</p></div>` : nothing}
    <div class="field"><label for="welcome">${t("staff-look-welcome")}</label><textarea class="input" id="welcome" rows="5" maxlength=${WELCOME_CHARS_MAX} aria-describedby="welcome-hint" .value=${live(draft.welcome)} @input=${(/** @type {Event} */ e) => editor.write({ ...draft, welcome: /** @type {HTMLTextAreaElement} */ (e.target).value })}></textarea>
      <p class="hint" id="welcome-hint">${t("staff-look-welcome-hint")}</p></div>
    ${draft.welcome.trim() === "" ? nothing : html`<div class="card card--flat welcome" data-preview>${markdown(draft.welcome)}</div>`}
    ${outcome(editor, "texts")}
    <p><button class="btn btn--go" data-action="look-save" aria-disabled=${editor.draft === null || !fits || editor.busy !== null ? "true" : nothing}>${t("staff-rules-save")}</button></p>
  </form>`;
}

/** @param {AreaView} area @param {"logo" | "show"} part @param {LookEditor} editor */
function fileCard({ slug, look }, part, editor) {
  const file = look[part];
  const busy = editor.busy === part;
  const take = (/** @type {Event} */ event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const chosen = input.files?.[0];
    if (chosen !== undefined) void editor.setFile(slug, part, chosen);
    input.value = "";
  };
  return html`<section class="card stack"><h2>${t(`staff-look-${part}`)}</h2>
    <p class="soft" id="hint-${part}">${t(`staff-look-${part}-hint`)}</p>
    ${file === null ? nothing : shown(look, part)}
    ${outcome(editor, part)}
    <div class="row row--s"><label class="btn" aria-disabled=${busy ? "true" : nothing}>${icon("file", "i--s")}${t(busy ? "staff-look-busy" : "staff-look-choose")}<input class="sr" type="file" id="look-${part}" accept=${TYPES[part]} aria-describedby="hint-${part}" ?disabled=${busy} @change=${take}></label>
      ${file === null ? nothing : html`<button class="btn btn--stop" type="button" data-action="remove-${part}" @click=${() => void editor.setFile(slug, part, null)}>${icon("trash", "i--s")}${t("staff-look-remove")}</button>`}</div>
  </section>`;
}

/** @param {AreaLook} look @param {"logo" | "show"} part */
function shown(look, part) {
  const file = look[part];
  const [image, video] = [addressOf(file, "image"), addressOf(file, "video")];
  if (image !== null) return html`<p><img class=${part === "logo" ? "logo logo--set" : "show"} data-set=${part} src=${image} alt=${t(`staff-look-${part}-alt`)}></p>`;
  if (video !== null) return html`<video class="show" data-set=${part} controls playsinline preload="metadata" src=${video} aria-label=${t("staff-look-show-alt")}></video>`;
  return html`<p class="row row--s" data-set=${part}>${icon("file")}<span>${t("staff-look-pdf")}</span></p>`;
}

/** @param {LookEditor} editor @param {Part} part */
function outcome({ refused, saved }, part) {
  if (saved === part) return html`<p class="banner banner--ok" role="status" data-saved=${part}>${icon("check")}<span>${t("staff-look-saved")}</span></p>`;
  return refused?.part !== part ? nothing : html`<p class="banner banner--bad" role="alert" data-refused=${refused.problem.why}>${icon("warn")}<span>${problemText(refused.problem)}</span></p>`;
}

/** @param {Problem} problem */
function problemText({ why, max = 0, ratio = 0 }) {
  switch (why) {
    case "pale": return t("staff-look-pale", { ratio, least: CONTRAST_MIN });
    case "large": return t("staff-look-large", { size: max < 1_000_000 ? `${Math.round(max / 1_024)} KB` : `${Math.round(max / 1_000_000)} MB` });
    case "colour": return t("staff-look-not-colour");
    case "text": case "kind": case "pixels": case "full": case "failed": return t(`staff-look-${why}`);
  }
}
