// The words for people: Fluent catalogues, one language at a time, and numbers and times as that language writes them.
// Nothing is stored: a chosen language lasts as long as the page.

import { FluentBundle, FluentNumber, FluentResource } from "../vendor/@fluent/bundle/esm/index.js";
import { html } from "../vendor/lit-html/lit-html.js";

/** The languages there is a catalogue for, with their own names, in the order of those names. */
export const LANGUAGES = /** @type {const} */ ({ de: "Deutsch", en: "English", es: "Español", fr: "Français", pt: "Português" });
/** @typedef {keyof typeof LANGUAGES} Language */
/** @typedef {Record<string, string | number | FluentNumber>} Args */

/** Each language has these files; a role needs the common one and its own. @typedef {"patient" | "staff" | "privacy"} Role */
/** @type {Role} */
let role = "patient";

/** @type {Language} */
let current = "en";
/** @type {FluentBundle} */
let bundle = new FluentBundle("en", { useIsolating: false });
/** @type {Set<() => void>} */
const listeners = new Set();

/** The first language of `wanted` that we speak, or English.
 * @param {readonly string[]} wanted BCP 47 tags, best first @returns {Language} */
export function preferredLanguage(wanted) {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split("-")[0];
    if (language !== undefined && language in LANGUAGES) return /** @type {Language} */ (language);
  }
  return "en";
}

/** Loads the catalogues of `language`, then makes it the page's language.
 * @param {Language} language @param {Role} [of] whose words; stays as it was if left out */
export async function loadLanguage(language, of = role) {
  role = of;
  const loaded = new FluentBundle(language, { useIsolating: false });
  const texts = await Promise.all(["common", role].map((name) => catalogue(language, name)));
  for (const text of texts) loaded.addResource(new FluentResource(text));
  bundle = loaded;
  current = language;
  document.documentElement.lang = language;
  for (const listener of listeners) listener();
}

/** What a catalogue says in each language, for texts that go to somebody else. @param {string} name @returns {Promise<Record<Language, (key: string, args?: Args) => string>>} */
export async function everyLanguage(name) {
  const said = await Promise.all(Object.keys(LANGUAGES).map(async (language) => {
    const of = new FluentBundle(language, { useIsolating: false });
    of.addResource(new FluentResource(await catalogue(language, name)));
    return [language, (/** @type {string} */ key, /** @type {Args | undefined} */ args) => textIn(of, key, args)];
  }));
  return Object.fromEntries(said);
}

/** @param {string} language @param {string} name */
async function catalogue(language, name) {
  const answer = await fetch(new URL(`../locales/${language}/${name}.ftl`, import.meta.url));
  if (!answer.ok) throw new Error(`catalogue ${language}/${name}: HTTP ${answer.status}`);
  return answer.text();
}

/** The 256 words that people compare. @param {string} tag of the language @returns {Promise<string[]>} none if they do not come: there are numbers beside them */
export async function wordList(tag) {
  try {
    const answer = await fetch(new URL(`../locales/${preferredLanguage([tag])}/words.txt`, import.meta.url));
    return answer.ok ? (await answer.text()).trim().split("\n") : [];
  } catch {
    return [];
  }
}

/** @returns {Language} */
export function language() {
  return current;
}

/** Calls `listener` after each change of the language. @param {() => void} listener */
export function onLanguage(listener) {
  listeners.add(listener);
}

/** The text for `key`; the key itself if there is none, which the catalogue test excludes.
 * @param {string} key @param {Args} [args] @returns {string} */
export function t(key, args) {
  return textIn(bundle, key, args);
}

/** @param {FluentBundle} of @param {string} key @param {Args} [args] */
function textIn(of, key, args) {
  const message = of.getMessage(key);
  return message?.value ? of.formatPattern(message.value, args, []) : key;
}

/** As `t`, with the parts between <strong> and </strong> emphasised. No other markup is understood.
 * @param {string} key @param {Args} [args] */
export function rich(key, args) {
  const parts = t(key, args).split(/<strong>(.*?)<\/strong>/);
  return parts.map((part, index) => (index % 2 === 1 ? html`<strong>${part}</strong>` : part));
}

/** A number that a catalogue selects by its ordinal form: 1st, 2nd.
 * @param {number} n */
export function ordinal(n) {
  // The catalogues choose between forms of place; @fluent/bundle hands the options on to Intl.PluralRules, which its own types leave out.
  return new FluentNumber(n, /** @type {Intl.NumberFormatOptions} */ ({ type: "ordinal" }));
}

/** Whole minutes, at least 0. @param {number} ms */
export function minutes(ms) {
  return Math.max(0, Math.floor(ms / 60_000));
}

/** A language as it is written where the device is at home. @param {Language} language */
export function regional(language) {
  return navigator.languages.find((tag) => tag.toLowerCase().split("-")[0] === language) ?? language;
}

/** A time of day, such as "10:36", as people write it where the device is at home. @param {number} ms since the Unix epoch */
export function clockTime(ms) {
  return new Intl.DateTimeFormat(regional(current), { hour: "numeric", minute: "2-digit" }).format(ms);
}

/** A day, such as "15 January 2027". @param {number} ms since the Unix epoch, of its beginning in UTC */
export function dayText(ms) {
  return new Intl.DateTimeFormat(regional(current), { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(ms);
}

/** How long something has lasted, such as "06:24" or "1:06:24". @param {number} ms */
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const pad = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const rest = `${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
  return seconds < 3600 ? rest : `${Math.floor(seconds / 3600)}:${rest}`;
}
