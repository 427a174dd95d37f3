// Debian's own browsers with devices of their own making: a moving picture and a beep instead of a camera and a microphone.

import { chromium } from "playwright-core";
import puppeteer from "puppeteer-core";
import { watchConnections } from "./proof.js";
import { PATIENCE_MS } from "./wait.js";

/** Where Debian puts them. */
const { ANTEROOM_CHROMIUM = "/usr/bin/chromium", ANTEROOM_FIREFOX = "/usr/bin/firefox-esr" } = process.env;

// Off: what the machine lacks (sandbox as root, graphics) and what would talk to the outside.
const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
/** One camera: a sender that is handed the picture of a second one stands still in Chromium, without any server as well. Several microphones. */
const FAKE_DEVICES = "--use-fake-device-for-media-stream";
/** On this machine both ends of a call are 127.0.0.1; autoplay as for a person who has touched the page. */
const CALLS = ["--allow-loopback-in-peer-connection", "--autoplay-policy=no-user-gesture-required"];

/** Instead of a person who chooses what to share; it also answers every other question with yes. */
const FAKE_PERSON = "--use-fake-ui-for-media-stream";

/** @param {{ devices?: boolean, screen?: boolean }} [machine] without devices it is a desktop without camera and microphone; with a screen, sharing it is not asked about */
export function launchChromium({ devices = true, screen = false } = {}) {
  const args = [...QUIET, ...CALLS, ...(devices ? [FAKE_DEVICES] : []), ...(screen ? [FAKE_PERSON] : [])];
  return chromium.launch({ executablePath: ANTEROOM_CHROMIUM, headless: true, args });
}

/** In the namespace behind a network's router. There the daemon is only to be had with the certificate that it has made itself.
 * @param {import("./netns.js").Network} network */
export function launchChromiumBehind(network) {
  const args = [...QUIET, "--autoplay-policy=no-user-gesture-required", FAKE_DEVICES, "--ignore-certificate-errors"];
  return chromium.launch({ executablePath: network.behind(ANTEROOM_CHROMIUM), headless: true, args });
}

/** As [`launchChromiumBehind`]. Firefox is told what to do through a port, which is one of its namespace. @param {import("./netns.js").Network} network */
export async function launchFirefoxBehind(network) {
  return launchFirefox({ executablePath: network.behind(ANTEROOM_FIREFOX), acceptInsecureCerts: true, debuggingPort: await network.passage() });
}

/** @param {import("puppeteer-core").LaunchOptions} [options] */
export function launchFirefox(options) {
  return puppeteer.launch({
    browser: "firefox",
    executablePath: ANTEROOM_FIREFOX,
    headless: true,
    ...options,
    extraPrefsFirefox: {
      "media.navigator.streams.fake": true,
      "media.navigator.permission.disabled": true,
      "permissions.default.camera": 1, // Without these two it leaves out loopback addresses.
      "permissions.default.microphone": 1,
      "media.peerconnection.ice.loopback": true,
      "media.autoplay.default": 0,
      "media.gmp-manager.updateEnabled": false,
      "app.update.enabled": false,
      "browser.safebrowsing.downloads.remote.enabled": false,
      "network.captive-portal-service.enabled": false,
      "network.connectivity-service.enabled": false,
      "toolkit.telemetry.enabled": false,
    },
  });
}

/** A new person at a new device. What is not permitted is refused, as if the person had said no.
 * @param {import("playwright-core").Browser} browser @param {import("playwright-core").BrowserContextOptions} [options] */
export async function chromiumTab(browser, options = {}) {
  const context = await browser.newContext({ permissions: ["camera", "microphone"], locale: "en-GB", ...options });
  await context.addInitScript(watchConnections);
  return new Tab(await context.newPage());
}

/** @param {import("puppeteer-core").Browser} browser */
export async function firefoxTab(browser) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.evaluateOnNewDocument(watchConnections);
  return new Tab(page);
}

/** One page, driven alike in both browsers. */
export class Tab {
  /** @param {any} page of Playwright or Puppeteer: what is used here is spelt the same in both */
  constructor(page) {
    this.page = page;
    page.setDefaultTimeout(PATIENCE_MS);
    /** What the page complained about; a test can look whether it is empty. @type {string[]} */
    this.complaints = [];
    page.on("pageerror", (/** @type {Error} */ error) => this.complaints.push(String(error)));
    page.on("console", (/** @type {any} */ message) => message.type() === "error" && this.complaints.push(message.text()));
  }

  /** @param {string} url */
  async open(url) {
    // What is on its way when a machine's networks change is dropped, the page itself or a part of it, and tests change them:
    // load it again, as a person would.
    const is_dropped = (/** @type {unknown} */ complaint) => String(complaint).includes("ERR_NETWORK_CHANGED");
    let load = () => this.page.goto(url);
    for (;;) {
      try {
        await load();
        load = () => this.page.reload();
        if (!this.complaints.some(is_dropped)) return;
      } catch (error) {
        if (!is_dropped(error)) throw error;
      }
      this.complaints = this.complaints.filter((complaint) => !is_dropped(complaint));
    }
  }

  /** Waits until `selector` can be seen. @param {string} selector */
  async see(selector) {
    try {
      await this.page.waitForSelector(selector, { state: "visible", visible: true, timeout: PATIENCE_MS });
    } catch {
      const screens = await this.run(() => [...document.querySelectorAll("[data-screen]")].map((element) => element.getAttribute("data-screen")).join(" + "));
      throw new Error(`waited for ${selector}, but the page shows ${screens}; it complained: ${this.complaints.join("; ") || "nothing"}`);
    }
  }

  /** @param {string} selector */
  async click(selector) {
    await this.see(selector);
    await this.page.locator(selector).click();
  }

  /** @param {string} name of a `data-action` */
  async act(name) {
    await this.click(`[data-action="${name}"]`);
  }

  /** @param {string} selector @param {string} text */
  async fill(selector, text) {
    await this.see(selector);
    await this.page.locator(selector).fill(text);
  }

  /** Runs a function in the page. @template T, A @param {(argument: A) => T | Promise<T>} run @param {A} [argument] @returns {Promise<T>} */
  run(run, argument) {
    return this.page.evaluate(run, argument);
  }

  async reload() {
    await this.page.reload();
  }

  async close() {
    await (this.page.context?.() ?? this.page.browserContext()).close();
  }
}
