// The icon set, drawn from icons.svg. An icon never stands without a word or a name beside it, so it is hidden from screen readers.

import { html } from "../vendor/lit-html/lit-html.js";

const SHEET = new URL("../icons.svg", import.meta.url).pathname;

/** @typedef {"mic"|"micoff"|"cam"|"camoff"|"chat"|"file"|"clip"|"leave"|"door"|"lock"|"lockq"|"check"|"checkc"|"warn"|"info"|"phone"|"clock"|"person"|"people"|"plus"|"screen"|"photo"|"pen"|"hold"|"move"|"copy"|"mail"|"sms"|"cal"|"print"|"bell"|"belloff"|"gear"|"globe"|"down"|"right"|"x"|"save"|"trash"|"eye"|"sound"|"again"|"net"|"key"|"flip"|"live"|"more"|"send"|"off"|"shield"|"home"|"hand"|"star"|"swatch"} IconName */

/** @param {IconName} name @param {"" | "i--s" | "i--l"} [size] */
export function icon(name, size = "") {
  return html`<svg class="i ${size}" viewBox="0 0 24 24" aria-hidden="true"><use href="${SHEET}#${name}"></use></svg>`;
}
