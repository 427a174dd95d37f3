// The few words of Markdown that a consent form needs: headings, paragraphs, lists, bold and italic. Everything else, HTML and links included, is
// text as it was written: it is shown to a patient, and may come from anywhere.

/** @typedef {{ text: string, bold: boolean, italic: boolean }} Span */
/** @typedef {{ kind: "heading", level: 1 | 2 | 3, spans: Span[] } | { kind: "paragraph", spans: Span[] } | { kind: "item", mark: string, spans: Span[] }} Block */

/** A form has a few pages; what is longer is cut nowhere, but refused. */
export const FORM_CHARS_MAX = 8_000;

/** @param {string} source @returns {Block[]} */
export function parse(source) {
  /** @type {Block[]} */
  const blocks = [];
  /** @type {string[]} */
  let lines = [];
  const paragraph = () => {
    if (lines.length !== 0) blocks.push({ kind: "paragraph", spans: spansOf(lines.join(" ")) });
    lines = [];
  };
  for (const raw of clean(source).split("\n")) {
    const line = raw.trim();
    const heading = /^(#{1,3})\s+(.+)$/.exec(line);
    const item = /^([-*]|\d{1,3}\.)\s+(.+)$/.exec(line);
    if (heading?.[1] !== undefined && heading[2] !== undefined) {
      paragraph();
      blocks.push({ kind: "heading", level: /** @type {1 | 2 | 3} */ (heading[1].length), spans: spansOf(heading[2]) });
    } else if (item?.[1] !== undefined && item[2] !== undefined) {
      paragraph();
      blocks.push({ kind: "item", mark: item[1].endsWith(".") ? item[1] : "•", spans: spansOf(item[2]) });
    } else if (line === "") paragraph();
    else lines.push(line);
  }
  paragraph();
  return blocks;
}

/** Bold by two stars, italic by one. A star that nothing closes is a star. @param {string} text @returns {Span[]} */
function spansOf(text) {
  return text
    .split(/(\*\*[^*]+\*\*|\*[^*\s][^*]*\*)/)
    .filter((part) => part !== "")
    .map((part) => {
      if (part.length > 4 && part.startsWith("**") && part.endsWith("**")) return { text: part.slice(2, -2), bold: true, italic: false };
      if (part.length > 2 && /^\*[^*\s].*\*$/.test(part)) return { text: part.slice(1, -1), bold: false, italic: true };
      return { text: part, bold: false, italic: false };
    });
}

/** Without what could turn the direction of a text or hide in it. Line ends are those of Unix, so that the hash is the same everywhere. @param {string} source */
export function clean(source) {
  return source.replace(/\r\n?/g, "\n").replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, " ");
}

/** Puts names into a template. @param {string} template @param {Record<string, string>} values */
export function filled(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, key) => values[key]?.replace(/[*#\n]/g, " ") ?? whole);
}
