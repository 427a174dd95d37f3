// What an area looks like to patients, beside what the page looks like by itself. The server is not believed blindly: a colour is six digits on which
// white text can be read, a file is one of our own server by its hash, and nothing else gets near a style or an address.

/** @import { LookFile } from "./types.d.ts" */

/** WCAG 2.2, 1.4.3. */
export const CONTRAST_MIN = 4.5;

/** Of white text on this colour, rounded down to two places; null if it is no colour. @param {string} colour such as "#0b5a4c" */
export function contrastWithWhite(colour) {
  const digits = /^#([0-9a-f]{6})$/i.exec(colour)?.[1];
  if (digits === undefined) return null;
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(digits.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return Math.floor(105 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)) / 100;
}

/** The colour, if it may be used. @param {string} colour */
export function accentOf(colour) {
  const ratio = contrastWithWhite(colour);
  return ratio !== null && CONTRAST_MIN <= ratio ? colour : null;
}

/** Where a file is to be had. @param {LookFile | null | undefined} file @param {LookFile["kind"]} kind that it must be */
export function addressOf(file, kind) {
  return file?.kind === kind && /^[0-9a-f]{64}$/.test(file.hash) ? `/look/${file.hash}` : null;
}

/** Gives the document the area's colour. @param {string} colour empty: the page's own */
export function paint(colour) {
  const { classList, style } = document.documentElement;
  const accent = accentOf(colour);
  classList.toggle("accented", accent !== null);
  if (accent === null) style.removeProperty("--accent");
  else style.setProperty("--accent", accent);
}
