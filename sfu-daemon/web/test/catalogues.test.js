// Every language says everything, with the same names, numbers and emphasis in it.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { FIELDS } from "../js/patient/fields.js";
import { FluentBundle, FluentNumber, FluentResource } from "../vendor/@fluent/bundle/esm/index.js";

/** @typedef {import("../vendor/@fluent/bundle/esm/ast.js").Message["value"]} Pattern */

const HERE = new URL("../locales/", import.meta.url);
const LANGUAGES = readdirSync(HERE).sort();
const CATALOGUES = ["common", "patient", "staff", "invite", "mail", "privacy"];

/** @param {string} language @param {string} catalogue */
function texts(language, catalogue) {
  const source = readFileSync(new URL(`${language}/${catalogue}.ftl`, HERE), "utf8");
  const resource = new FluentResource(source);
  /** @type {Map<string, Pattern>} */
  const found = new Map();
  for (const entry of resource.body) {
    assert.ok(!found.has(entry.id), `${language}/${catalogue}: ${entry.id} twice`);
    found.set(entry.id, entry.value);
  }
  const written = source.split("\n").filter((line) => /^[a-zA-Z][\w-]* *=/.test(line)).length;
  assert.equal(found.size, written, `${language}/${catalogue}: a message does not parse`);
  return found;
}

/** The variables that reach the reader; a variable that only chooses between forms is the language's own affair.
 * @param {any} pattern @param {Set<string>} into */
function shown(pattern, into = new Set()) {
  if (pattern === null || typeof pattern !== "object") return into;
  if (Array.isArray(pattern)) for (const part of pattern) shown(part, into);
  else if (pattern.type === "var") into.add(pattern.name);
  else if (pattern.type === "select") for (const variant of pattern.variants) shown(variant.value, into);
  else if (pattern.type === "func") for (const arg of pattern.args) shown(arg, into);
  return into;
}

test("there are five languages", () => assert.deepEqual(LANGUAGES, ["de", "en", "es", "fr", "pt"]));

for (const catalogue of CATALOGUES) {
  const english = texts("en", catalogue);
  for (const language of LANGUAGES) {
    test(`${language}/${catalogue} has the keys of English`, () => {
      assert.deepEqual([...texts(language, catalogue).keys()].sort(), [...english.keys()].sort());
    });
    test(`${language}/${catalogue} shows the values that English shows, and no markup but strong`, () => {
      for (const [key, pattern] of texts(language, catalogue)) {
        assert.deepEqual([...shown(pattern)].sort(), [...shown(english.get(key))].sort(), key);
        const raw = JSON.stringify(pattern);
        assert.equal(raw.split("<strong>").length, raw.split("</strong>").length, key);
        assert.ok(!/<(?!\/?strong>)/.test(raw), `${key}: markup`);
      }
    });
  }
}

test("no key is in two catalogues", () => {
  const keys = CATALOGUES.flatMap((catalogue) => [...texts("en", catalogue).keys()]);
  assert.equal(new Set(keys).size, keys.length);
});

test("every text that the page asks for exists", () => {
  const keys = new Set(CATALOGUES.flatMap((catalogue) => [...texts("en", catalogue).keys()]));
  const js = new URL("../js/", import.meta.url);
  for (const file of readdirSync(js, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".js"))) {
    for (const [, key] of readFileSync(new URL(file, js), "utf8").matchAll(/\b(?:t|rich)\("([a-z0-9-]+)"/g)) {
      assert.ok(keys.has(/** @type {string} */ (key)), `${file}: ${key}`);
    }
  }
});

test("everything that the server can say that it knows has words, what it is and why", () => {
  const keys = new Set(texts("en", "patient").keys());
  const types = readFileSync(new URL("../js/types.d.ts", import.meta.url), "utf8");
  const words = (/** @type {string} */ name) => [...(new RegExp(`export type ${name} = ([^;]*);`).exec(types)?.[1] ?? "").matchAll(/"(\w+)"/g)].map(([, word]) => String(word));
  assert.deepEqual(Object.keys(FIELDS).sort(), words("KnownField").sort());
  const wanted = [
    ...words("KnownField").map((word) => `knows-what-${word}`),
    ...Object.values(FIELDS).map(({ why }) => `knows-why-${why}`),
    ...words("TicketState").map((word) => `knows-state-${word}`),
    ...words("DeviceState").map((word) => `knows-device-${word}`),
  ];
  assert.ok(60 < wanted.length);
  for (const key of wanted) assert.ok(keys.has(key), key);
});

/** @param {string} language */
function bundleOf(language) {
  const bundle = new FluentBundle(language, { useIsolating: false });
  for (const catalogue of CATALOGUES) bundle.addResource(new FluentResource(readFileSync(new URL(`${language}/${catalogue}.ftl`, HERE), "utf8")));
  return (/** @type {string} */ key, /** @type {Record<string, any>} */ args) => bundle.formatPattern(/** @type {NonNullable<Pattern>} */ (bundle.getMessage(key)?.value), args);
}

test("places are said as each language says them", () => {
  const place = (/** @type {string} */ language, /** @type {number} */ n) =>
    bundleOf(language)("p3-place-is", { count: n, place: new FluentNumber(n, /** @type {Intl.NumberFormatOptions} */ ({ type: "ordinal" })) });
  assert.equal(place("en", 1), "Next");
  assert.deepEqual([2, 3, 4, 11, 22].map((n) => place("en", n)), ["2nd", "3rd", "4th", "11th", "22nd"]);
  assert.equal(place("de", 2), "Nr. 2");
  assert.equal(place("fr", 2), "2e");
});

const WORDS_MAX = 14;
const FIGURES_OF_SPEECH = /\{[^}]*\}/g;

test("a patient reads no sentence of more than 14 words", () => {
  for (const [key, pattern] of texts("en", "patient")) {
    for (const text of [pattern].flat().filter((part) => typeof part === "string")) {
      for (const sentence of text.replaceAll(FIGURES_OF_SPEECH, "x").split(/[.?!]/)) {
        assert.ok(sentence.trim().split(/\s+/).length <= WORDS_MAX, `${key}: ${sentence}`);
      }
    }
  }
});

for (const language of LANGUAGES) {
  test(`${language}: 256 words to compare, of which no two differ in one letter only`, () => {
    const words = readFileSync(new URL(`${language}/words.txt`, HERE), "utf8").trimEnd().split("\n");
    assert.equal(words.length, 256);
    /** @type {Map<string, string>} */
    const shapes = new Map();
    for (const word of words) {
      assert.match(word, /^\p{L}{2,14}$/u);
      const lower = word.toLowerCase();
      // Two words that one letter changes, adds or takes away share a shape; "." stands for that letter.
      for (let at = 0; at <= lower.length; at += 1) {
        for (const shape of new Set([`${lower.slice(0, at)}.${lower.slice(at)}`, `${lower.slice(0, at)}.${lower.slice(at + 1)}`])) {
          assert.equal(shapes.get(shape) ?? word, word);
          shapes.set(shape, word);
        }
      }
    }
  });
}
