// What axe finds wrong with a screen; and pictures of it, for who wants to look (`SHOTS` names a folder).

import axe from "axe-core";
import assert from "node:assert/strict";
import { DESK, PHONE } from "./tour.js";

/** @typedef {import("./browsers.js").Tab} Tab */

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Leaves the page at this size. @param {Tab} tab @param {string} screen @param {{ width: number, height: number }} viewport @returns {Promise<string[]>} */
export async function flawsAt(tab, screen, viewport) {
  await tab.page.setViewportSize(viewport);
  const violations = await violationsOf(tab);
  if (process.env["SHOTS"]) await tab.page.screenshot({ path: `${process.env["SHOTS"]}/${screen}-${viewport.width}.png` });
  return violations.map(({ id, targets }) => `${screen} at ${viewport.width}: ${id}: ${targets.join(", ")}`);
}

/** Right in the page, which has no frames: the wrapper for Playwright opens a window for each look, and carries there all that was found to be right. @param {Tab} tab */
async function violationsOf(tab) {
  if (!(await tab.run(() => "axe" in window))) await tab.page.evaluate(axe.source);
  return tab.run(async (/** @type {string[]} */ tags) => {
    if (window.length !== 0) throw new Error("a frame, of which nothing would be looked at");
    // What is still fading in is pale, and not for long.
    const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(ending.map(({ finished }) => finished));
    const { axe } = /** @type {{ axe: typeof import("axe-core") }} */ (/** @type {unknown} */ (window));
    const { violations } = await axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => ({ id, targets: nodes.map(({ target }) => String(target)) }));
  }, RULES);
}

/** Without flaws on a phone and a desk, and to be looked at. @param {Tab} tab @param {string} screen */
export async function fits(tab, screen) {
  const usual = tab.page.viewportSize();
  for (const viewport of [PHONE, DESK]) assert.deepEqual(await flawsAt(tab, screen, viewport), []);
  await tab.page.setViewportSize(usual ?? DESK);
}
