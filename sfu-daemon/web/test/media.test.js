// What a browser's refusal means to a person, and which browser needs which words.

import assert from "node:assert/strict";
import test from "node:test";
import { browserKind, inApp } from "../js/browser.js";
import { problemOf } from "../js/media.js";

test("denied, absent and busy are three different problems", () => {
  const named = (/** @type {string} */ name) => problemOf(Object.assign(new Error(), { name }));
  assert.equal(named("NotAllowedError"), "denied");
  assert.equal(named("SecurityError"), "denied");
  assert.equal(named("NotFoundError"), "absent");
  assert.equal(named("OverconstrainedError"), "absent");
  assert.equal(named("NotReadableError"), "busy");
  assert.equal(named("AbortError"), "busy");
});

const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1";
const ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36";
const MAC_SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15";

test("help names the browser that is there", () => {
  assert.equal(browserKind(IPHONE, true), "ios");
  assert.equal(browserKind(MAC_SAFARI, true), "ios", "an iPad says it is a Mac");
  assert.equal(browserKind(MAC_SAFARI, false), "computer-safari");
  assert.equal(browserKind(ANDROID, true), "android");
  assert.equal(browserKind("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", false), "computer-firefox");
  assert.equal(browserKind("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0", false), "computer-chrome");
});

test("pages inside other apps are recognised, browsers are not mistaken for them", () => {
  assert.ok(inApp(`${IPHONE} [FBAN/FBIOS;FBAV/500]`));
  assert.ok(inApp(`${IPHONE} Instagram 400.0`));
  assert.ok(inApp(ANDROID.replace("Pixel 9", "Pixel 9; wv")));
  for (const agent of [IPHONE, ANDROID, MAC_SAFARI]) assert.ok(!inApp(agent));
});
