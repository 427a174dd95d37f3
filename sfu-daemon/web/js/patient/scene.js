// The pictures on the wall. Decoration: every fact in them is also said in words, so screen readers skip them.

import { html, nothing, svg } from "../../vendor/lit-html/lit-html.js";
import { t } from "../i18n.js";

const CHAIRS = 3; // from the door: x = 212, 136, 60
const FLOOR = svg`<path d="M-600 286h1800v400H-600z" fill="#06332c"/><path d="M-600 284h1800v4H-600z" fill="#2c7565"/>`;
const FRAME = svg`<path d="M276 286V122a64 64 0 0 1 128 0v164z" fill="#f4faf6"/><path d="M288 286V122a52 52 0 0 1 104 0v164z" fill="#ffd27a"/>`;
const OPEN = svg`<ellipse cx="345" cy="150" rx="34" ry="60" fill="#fff0cf" opacity=".8"/><path d="M318 286h70l-70 74H160z" fill="#ffc24d" opacity=".28"/><path d="M288 290V122a52 52 0 0 1 40-50.6V306z" fill="#0f6d5c"/><circle cx="319" cy="200" r="4.5" fill="#ffe3a8"/>`;
const SHUT = svg`<path d="M288 286V122a52 52 0 0 1 104 0v164z" fill="#0f6d5c"/><circle cx="376" cy="206" r="5" fill="#ffe3a8"/>`;
const PLANT = svg`<path d="M424 286l4-34h24l4 34z" fill="#c9764f"/><path d="M440 252c-4-26-22-30-26-50 16 2 24 14 26 28 0-22 2-36 16-48 6 20-2 36-14 50 8-10 16-14 26-12-4 16-16 22-26 32z" fill="#3f9a72"/>`;
const CHAIR = svg`<rect x="6" y="186" width="48" height="56" rx="14" fill="#39776a"/><path d="M10 262v26M50 262v26" stroke="#39776a" stroke-width="7" stroke-linecap="round"/><rect x="2" y="246" width="56" height="16" rx="8" fill="#39776a"/>`;

/** @param {string} head @param {string} body */
const person = (head, body) => svg`<circle cx="30" cy="160" r="17" fill=${head}/><path d="M8 252v-42a22 22 0 0 1 44 0v42z" fill=${body}/><path d="M12 250h36v18H12z" fill=${body}/><path d="M17 266v22M43 266v22" stroke=${body} stroke-width="10" stroke-linecap="round"/>`;
/** @param {string} text */
const sign = (text) => svg`<rect x=${30 - signWidth(text) / 2} y="104" width=${signWidth(text)} height="32" rx="16" fill="#ffc24d"/><path d="M24 135h12l-6 8z" fill="#ffc24d"/><text x="30" y="126" text-anchor="middle" font-size="19" font-weight="700" fill="#2b1c00" font-family="Atkinson Next, sans-serif">${text}</text>`;
/** @param {string} text */
const signWidth = (text) => Math.max(68, text.length * 11 + 28);

/** The corridor. @param {{ open: boolean, position?: number | null }} what `position`: 1 sits next to the door; null: nobody is shown */
export function corridorScene({ open, position = null }) {
  const ahead = (position ?? 1) - 1;
  const own = position === null ? -1 : Math.min(ahead, CHAIRS - 1);
  const more = ahead - (CHAIRS - 1);
  return html`<svg class="scene" viewBox="0 0 480 340" preserveAspectRatio="xMidYMax meet" overflow="visible" aria-hidden="true">
    ${FLOOR}${FRAME}${open ? OPEN : SHUT}<g>${PLANT}</g>
    ${[212, 136, 60].map((x, chair) => svg`<g transform="translate(${x} 0)">${CHAIR}
      ${chair === own ? svg`${person("#ffe3a8", "#ffc24d")}${sign(t("you"))}` : nothing}
      ${chair < own ? person("#a9c9bf", "#86b0a4") : nothing}
      ${chair === 0 && more > 0 ? sign(`+${more}`) : nothing}</g>`)}
  </svg>`;
}

/** A closed door with a sign on it. @param {import("../icons.js").IconName} name */
export function doorScene(name) {
  const sheet = new URL("../../icons.svg", import.meta.url).pathname;
  return html`<svg class="scene" viewBox="0 0 480 340" preserveAspectRatio="xMidYMax meet" overflow="visible" aria-hidden="true">
    ${FLOOR}<path d="M166 286V124a74 74 0 0 1 148 0v162z" fill="#f4faf6"/><path d="M178 286V124a62 62 0 0 1 124 0v162z" fill="#ffd27a"/>
    <svg x="192" y="136" width="96" height="96" viewBox="0 0 24 24" fill="none" stroke="#0b4a40" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"><use href="${sheet}#${name}"></use></svg>
  </svg>`;
}

/** The question that the browser will ask, with "Allow" marked. @param {string} host */
export function permissionScene(host) {
  const short = host.length > 24 ? `${host.slice(0, 23)}…` : host;
  return html`<svg class="scene" viewBox="0 0 480 340" preserveAspectRatio="xMidYMid meet" role="img" aria-label=${t("p1-picture")}>
    <rect x="60" y="42" width="360" height="252" rx="22" fill="#fff"/><rect x="60" y="42" width="360" height="48" rx="22" fill="#dfe9e4"/><path d="M60 68h360v22H60z" fill="#dfe9e4"/><circle cx="86" cy="66" r="8" fill="#7fa397"/><rect x="106" y="55" width="230" height="22" rx="11" fill="#fff"/>
    <g font-family="Atkinson Next, sans-serif" fill="#0f2f2a"><text x="122" y="72" font-size="15">${short}</text><text x="86" y="126" font-size="21" font-weight="700">${t("p1-picture-wants", { host: short })}</text><text x="128" y="165" font-size="20">${t("p1-picture-camera")}</text><text x="128" y="201" font-size="20">${t("p1-picture-microphone")}</text></g>
    <g fill="none" stroke="#0b5a4c" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round"><rect x="88" y="150" width="18" height="16" rx="4"/><path d="M106 156l8-4v12l-8-4z"/><rect x="96" y="184" width="9" height="14" rx="4.5"/><path d="M91 194a9.5 9.5 0 0 0 19 0M100.5 203v4"/></g>
    <rect x="86" y="232" width="120" height="44" rx="22" fill="#fff" stroke="#7fa397" stroke-width="2"/><text x="146" y="260" font-size="19" text-anchor="middle" fill="#3f5d57" font-family="Atkinson Next, sans-serif">${t("p1-picture-block")}</text>
    <rect x="222" y="232" width="172" height="44" rx="22" fill="#0b5a4c"/><text x="308" y="260" font-size="19" font-weight="700" text-anchor="middle" fill="#fff" font-family="Atkinson Next, sans-serif">${t("p1-picture-allow")}</text>
    <rect x="212" y="222" width="192" height="64" rx="32" fill="none" stroke="#ffc24d" stroke-width="6"/>
  </svg>`;
}
