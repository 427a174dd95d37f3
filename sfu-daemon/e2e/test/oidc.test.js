// Signing in at a provider of identities: a real one, and one that says what no honest one would.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { chromiumTab, launchChromium } from "../lib/browsers.js";
import { Daemon } from "../lib/daemon.js";
import { CLIENT, SECRET, forger, realProvider } from "../lib/provider.js";

const ADA = "ada@directory.example";

/** @typedef {{ url: string, sealed: string }} Begun */
/** @typedef {{ sealed: string, code: string, state: string, iss?: string }} Back */

/** A daemon whose staff may sign in there. @param {import("node:test").TestContext} t @param {string} issuer */
async function practice(t, issuer) {
  const folder = mkdtempSync(join(tmpdir(), "anteroom-oidc-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const secret = join(folder, "secret");
  writeFileSync(secret, `${SECRET}\n`);
  const listed = `[{name = "Our directory", host = "127.0.0.1", purpose = "sign-in of staff", region = "in-house"}]`;
  const daemon = await Daemon.start("--oidc-issuer", issuer, "--oidc-client-id", CLIENT, "--oidc-client-secret-file", secret, "--oidc-label", "Our directory", "--subprocessors", listed);
  t.after(() => daemon.stop());
  const link = daemon.manage(["user", "add", "lena", "--name", "Dr. Lena"]).trim();
  return { daemon, link, staff: new Staff(new URL(daemon.patientLink).origin) };
}

/** A page of staff without a browser: what it says, and its cookie. */
class Staff {
  cookie = "";

  /** @param {string} origin */
  constructor(origin) {
    this.origin = origin;
  }

  /** @param {string} path @param {object} said */
  async post(path, said = {}) {
    const headers = { "content-type": "application/json", origin: this.origin, cookie: this.cookie };
    const answer = await fetch(new URL(path, this.origin), { method: "POST", headers, body: JSON.stringify(said) });
    const cookie = answer.headers.getSetCookie()[0];
    if (cookie !== undefined) this.cookie = cookie.split(";")[0] ?? "";
    const text = await answer.text();
    return { status: answer.status, body: text.startsWith("{") ? JSON.parse(text) : null };
  }

  async account() {
    const answer = await fetch(new URL("/staff/account", this.origin), { headers: { cookie: this.cookie } });
    return answer.ok ? answer.json() : null;
  }

  /** @param {string} link that works once */
  async enrol(link) {
    assert.equal((await this.post("/staff/enrol", { token: new URL(link).hash.slice(1) })).status, 204);
  }
}

/** Signs in at the real provider by its own pages, as a browser with its cookies. @param {Begun} begun @param {string} login @returns {Promise<Back>} */
async function signInThere({ url, sealed }, login) {
  /** @type {Map<string, string>} */ const jar = new Map();
  /** @param {string} at @param {RequestInit} [init] @returns {Promise<{ at: string, page: string | null }>} */
  const go = async (at, init = {}) => {
    const answer = await fetch(at, { redirect: "manual", ...init, headers: { ...init.headers, cookie: [...jar].map((pair) => pair.join("=")).join("; ") } });
    for (const cookie of answer.headers.getSetCookie()) {
      const [name = "", value = ""] = (cookie.split(";")[0] ?? "").split(/=(.*)/s);
      jar.set(name, value);
    }
    const to = answer.headers.get("location");
    if (to === null) return { at, page: await answer.text() };
    const next = new URL(to, at);
    return next.pathname === "/staff/provider/callback" ? { at: next.href, page: null } : go(next.href);
  };
  let { at, page } = await go(url);
  for (let steps = 0; page !== null && steps < 4; steps++) {
    const [, action = ""] = page.match(/action="([^"]+)"/) ?? [];
    const [, prompt = ""] = page.match(/name="prompt" value="([^"]+)"/) ?? [];
    ({ at, page } = await go(action, { method: "POST", body: new URLSearchParams({ prompt, login, password: "anything" }) }));
  }
  const { code = "", state = "", iss = "" } = Object.fromEntries(new URL(at).searchParams);
  return { sealed, code, state, iss };
}

test("who has linked an account signs in at a real provider, nobody else does, and nothing of it is kept", async (t) => {
  const provider = await realProvider();
  t.after(provider.stop);
  const { daemon, link, staff } = await practice(t, provider.issuer);
  provider.serve(`${staff.origin}/staff/provider/callback`);
  const begin = async () => (await staff.post("/staff/provider")).body;
  const stranger = await staff.post("/staff/provider/sign-in", await signInThere(await begin(), ADA));
  assert.deepEqual([stranger.status, stranger.body.problem], [401, "stranger"], "no account is made for anybody");

  await staff.enrol(link);
  const linked = await signInThere((await staff.post("/staff/account/provider")).body, ADA);
  const elsewhere = await new Staff(staff.origin).post("/staff/account/provider/link", linked);
  assert.equal(elsewhere.status, 401, "not without the session that has asked");
  const asSignIn = await new Staff(staff.origin).post("/staff/provider/sign-in", linked);
  assert.equal(asSignIn.body.problem, "browser", "asked for something else");
  assert.equal((await staff.post("/staff/account/provider/link", linked)).status, 200);
  assert.equal((await staff.account()).provider, true);

  const browser = new Staff(staff.origin);
  const there = await signInThere((await browser.post("/staff/provider")).body, ADA);
  const other = (await staff.post("/staff/provider")).body;
  assert.equal((await browser.post("/staff/provider/sign-in", { ...there, sealed: other.sealed })).body.problem, "browser", "the state of another browser");
  assert.equal((await browser.post("/staff/provider/sign-in", { ...there, iss: "https://evil.example" })).body.problem, "issuer", "mixed up with another provider");
  assert.equal((await browser.post("/staff/provider/sign-in", there)).status, 200);
  assert.equal((await browser.account()).sessions.find((/** @type {any} */ one) => one.own).means, "provider");
  assert.equal((await browser.post("/staff/provider/sign-in", there)).body.problem, "replayed");
  const bea = await signInThere(await begin(), "bea");
  assert.equal((await browser.post("/staff/provider/sign-in", bea)).body.problem, "stranger");

  const stored = Buffer.concat(daemon.files().map(({ bytes }) => bytes));
  for (const secret of [ADA, there.code, SECRET]) assert.ok(!stored.includes(secret) && !daemon.stderr.includes(secret), secret);
  const log = daemon.manage(["audit", "list"]);
  for (const event of ["identity_linked", "signed_in  provider"]) assert.ok(log.includes(event), log);
  assert.match(daemon.manage(["user", "show", "lena"]), /signs in at http:\/\/127\.0\.0\.1/);
  daemon.manage(["user", "set", "lena", "--unlink"]);
  assert.equal(await browser.account(), null, "all browsers of the account are out");
  daemon.manage(["user", "set", "lena", "--role", "admin"]);
  await staff.enrol(daemon.manage(["user", "link", "lena"]).trim());
  const asAdmin = await signInThere((await staff.post("/staff/account/provider")).body, ADA);
  assert.equal((await staff.post("/staff/account/provider/link", asAdmin)).status, 200);
  const unproved = await signInThere(await begin(), ADA);
  assert.equal((await browser.post("/staff/provider/sign-in", unproved)).body.problem, "admin", "an admin has a second factor");
  daemon.manage(["user", "set", "lena", "--role", "provider", "--unlink"]);
  const again = await signInThere(await begin(), ADA);
  assert.equal((await browser.post("/staff/provider/sign-in", again)).body.problem, "stranger");
});

test("what no honest provider says is refused, each in its own words", async (t) => {
  const provider = await forger();
  t.after(provider.stop);
  const { daemon, link, staff } = await practice(t, provider.issuer);
  await staff.enrol(link);
  /** @param {string} [path] @returns {Promise<Back>} */
  const there = async (path = "/staff/provider") => {
    const { url, sealed } = (await staff.post(path)).body;
    const { state = "", nonce = "" } = Object.fromEntries(new URL(url).searchParams);
    provider.next.nonce = nonce;
    return { sealed, code: "canary-code", state };
  };
  assert.equal((await staff.post("/staff/account/provider/link", await there("/staff/account/provider"))).status, 200);
  const now = Math.floor(Date.now() / 1_000);
  for (const [lie, problem] of /** @type {[typeof provider.next.lie, string][]} */ ([
    [{ claims: { aud: "another program" } }, "audience"],
    [{ claims: { aud: [CLIENT, "another"], azp: "another" } }, "audience"],
    [{ claims: { nonce: "another" } }, "nonce"],
    [{ claims: { iss: "https://evil.example" } }, "issuer"],
    [{ claims: { exp: now - 300 } }, "time"],
    [{ claims: { iat: now - 3_600 } }, "time"],
    [{ claims: { sub: "bea" } }, "stranger"],
    [{ claims: { sub: "" } }, "malformed"],
    [{ alg: "none" }, "algorithm"],
    [{ alg: "HS256" }, "algorithm"],
    [{ answers: 400 }, "garbled"],
  ])) {
    provider.next.lie = lie;
    const answer = await staff.post("/staff/provider/sign-in", await there());
    assert.deepEqual([answer.status, answer.body], [401, { step: "provider", problem }], JSON.stringify(lie));
  }
  provider.next.lie = {};
  const honest = await there();
  assert.equal((await staff.post("/staff/provider/sign-in", honest)).status, 200);
  const again = await staff.post("/staff/provider/sign-in", honest);
  assert.equal(again.body.problem, "replayed", "a provider that takes a code twice does not let anybody in twice");
  assert.ok(!/canary|eyJ/.test(daemon.stderr), "no code and no token in the log");
});

test("the page goes to the provider and comes back, to link the account and to sign in", async (t) => {
  const provider = await realProvider();
  t.after(provider.stop);
  const { daemon, link, staff } = await practice(t, provider.issuer);
  provider.serve(`${staff.origin}/staff/provider/callback`);
  const chromium = await launchChromium();
  t.after(() => chromium.close());
  const tab = await chromiumTab(chromium);
  // What the provider's own pages load from elsewhere is not asked for here.
  await tab.page.route("https://**", (/** @type {any} */ route) => route.abort());
  const there = async () => {
    await tab.fill('input[name="login"]', ADA);
    await tab.fill('input[name="password"]', "anything");
    await tab.click('button[type="submit"]');
    await tab.see('input[name="prompt"][value="consent"] ~ button, form[action] button[autofocus]');
    await tab.click('button[type="submit"]');
  };
  await tab.open(new URL(new URL(link).hash, `${staff.origin}/staff/enrol`).href);
  await tab.see('[data-screen="V0"], [data-screen="V1"]');
  await tab.open(new URL("/staff", daemon.patientLink).href);
  await tab.act("account");
  await tab.act("provider");
  await tab.act("account-save");
  await there();
  await tab.see('[data-screen="account"] [data-saved]');
  await tab.see('[data-action="provider-gone"]');
  await tab.act("sessions-out");
  await tab.act("sign-in-provider");
  await tab.see('[data-screen="V1"]');
  assert.equal(new URL(await tab.run(() => location.href)).search, "", "neither code nor state stays in the address");
});
