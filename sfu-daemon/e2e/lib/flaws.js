// What axe finds wrong with a screen; and pictures of it, for who wants to look (`SHOTS` names a folder).

import { AxeBuilder } from "@axe-core/playwright";
import assert from "node:assert/strict";
import { DESK, PHONE } from "./tour.js";

/** @typedef {import("./browsers.js").Tab} Tab */

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Leaves the page at this size. @param {Tab} tab @param {string} screen @param {{ width: number, height: number }} viewport @returns {Promise<string[]>} */
export async function flawsAt(tab, screen, viewport) {
  await tab.page.setViewportSize(viewport);
  const { violations } = await new AxeBuilder({ page: tab.page }).withTags(RULES).analyze();
  if (process.env["SHOTS"]) await tab.page.screenshot({ path: `${process.env["SHOTS"]}/${screen}-${viewport.width}.png` });
  return violations.map(({ id, nodes }) => `${screen} at ${viewport.width}: ${id}: ${nodes.map(({ target }) => target).join(", ")}`);
}

/** Without flaws on a phone and a desk, and to be looked at. @param {Tab} tab @param {string} screen */
export async function fits(tab, screen) {
  const usual = tab.page.viewportSize();
  for (const viewport of [PHONE, DESK]) assert.deepEqual(await flawsAt(tab, screen, viewport), []);
  await tab.page.setViewportSize(usual ?? DESK);
}
