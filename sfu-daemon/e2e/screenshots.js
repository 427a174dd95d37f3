// Draws every screen into target/screenshots, as a phone and a desk show it: `cargo xtask screenshots`.

import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launchChromium } from "./lib/browsers.js";
import { Daemon } from "./lib/daemon.js";
import { DESK, PHONE, tour } from "./lib/tour.js";

const FOLDER = process.argv[2] ?? fileURLToPath(new URL("../../target/screenshots/", import.meta.url));

mkdirSync(FOLDER, { recursive: true });
const browser = await launchChromium();
const daemon = await Daemon.start();
try {
  await tour(browser, daemon, async (screen, tab) => {
    const usual = tab.page.viewportSize();
    for (const [device, viewport] of Object.entries({ phone: PHONE, desk: DESK })) {
      await tab.page.setViewportSize(viewport);
      await tab.page.screenshot({ path: `${FOLDER}/${screen}--${device}.png` });
    }
    await tab.page.setViewportSize(usual);
    console.log(screen);
  });
} finally {
  await browser.close();
  await daemon.stop();
}
