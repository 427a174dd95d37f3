// Web Push: what a browser's push service is sent, by a real HTTPS server that checks it, and what the page's worker makes of it in a real browser. No
// browser without a push service can subscribe, and none is reached from here: the message is handed to the worker by the browser's own tools.

import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { createServer } from "node:https";
import test from "node:test";
import { launchChromium } from "../lib/browsers.js";
import { Daemon } from "../lib/daemon.js";
import { certificate } from "../lib/mailbox.js";
import { checkIn, PlainStaff } from "../lib/plain.js";

const PUBLIC = "https://video.clinic.example";

/** @typedef {{ path: string, headers: import("node:http").IncomingHttpHeaders, bytes: number }} Message */

test("a push service is told that somebody waits, signed and without a word, until it says that the browser is gone", async (t) => {
  const tls = certificate();
  const news = new EventEmitter();
  /** @type {Message[]} */ const messages = [];
  let answer = 201;
  const service = createServer({ cert: tls.cert, key: tls.key }, async (request, response) => {
    let bytes = 0;
    for await (const piece of request) bytes += piece.length;
    messages.push({ path: String(request.url), headers: request.headers, bytes });
    response.writeHead(answer).end();
    news.emit("message");
  }).listen(0, "127.0.0.1");
  await once(service, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (service.address());
  const host = `localhost:${port}`;
  const daemon = await Daemon.start("--public-url", PUBLIC, "--subprocessors", '[{name = "Push", host = "localhost", purpose = "notes to staff", region = "in-house"}]',
    "--push-services", host, "--push-roots", tls.path);
  t.after(async () => {
    await daemon.stop();
    service.close();
    service.closeAllConnections();
    tls.forget();
  });
  const staff = await PlainStaff.enter(daemon);
  const { push } = (await staff.get("/staff/session")).ways;
  const put = async (/** @type {string} */ endpoint, on = true) => (await staff.post("/staff/account/push", { endpoint, on })).status;
  for (const elsewhere of [`https://127.0.0.1:${port}/a`, `http://${host}/a`, "https://localhost/a", `https://${host}@evil.example/a`, `https://evil.example:${port}/a`, "https://[::1]/a", "file:///etc/passwd", "", `https://${host}/${"a".repeat(1_000)}`]) {
    assert.equal(await put(elsewhere), 422, elsewhere);
  }
  assert.equal(await put(`https://${host}/push/canary-endpoint`), 204);
  assert.equal((await fetch(`${daemon.origin}/staff/account/push`, { method: "POST", headers: { origin: daemon.origin, "content-type": "application/json" }, body: JSON.stringify({ endpoint: `https://${host}/x`, on: true }) })).status, 401);

  const said = once(news, "message");
  const before = Date.now();
  const patients = [await checkIn(daemon, "Canary Äpfel")];
  await said;
  assert.ok(Date.now() - before < 2_000);
  const [message] = messages;
  assert.ok(message !== undefined);
  assert.deepEqual([message.path, message.bytes, message.headers["content-length"], message.headers.urgency, message.headers.topic], ["/push/canary-endpoint", 0, "0", "high", "anteroom-waiting"]);
  assert.match(String(message.headers.ttl), /^\d+$/);
  const [, header, claims, signature, key] = /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)$/.exec(String(message.headers.authorization)) ?? [];
  assert.equal(key, push);
  const point = Buffer.from(String(key), "base64url");
  const publicKey = createPublicKey({ key: { kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url") }, format: "jwk" });
  assert.ok(verify("sha256", Buffer.from(`${header}.${claims}`), { key: publicKey, dsaEncoding: "ieee-p1363" }, Buffer.from(String(signature), "base64url")));
  const read = (/** @type {string | undefined} */ part) => JSON.parse(Buffer.from(String(part), "base64url").toString());
  assert.deepEqual(read(header), { alg: "ES256", typ: "JWT" });
  const { aud, exp, sub } = read(claims);
  assert.deepEqual([aud, sub], [`https://${host}`, PUBLIC]);
  assert.ok(exp > Date.now() / 1_000 && exp < Date.now() / 1_000 + 24 * 3_600);

  // The browser is gone: it is forgotten.
  const login = () => daemon.manage(["user", "list"]).trim().split(/\s+/)[0] ?? "";
  const told = () => JSON.parse(daemon.manage(["user", "export", login()])).account.browsers_told;
  assert.equal(told(), 1);
  answer = 410;
  const gone = once(news, "message");
  patients.push(await checkIn(daemon, "Second"));
  await gone;
  while (told() !== 0);
  // Who signs out is told nothing any more.
  assert.equal(await put(`https://${host}/push/canary-again`), 204);
  assert.equal(told(), 1);
  assert.equal((await staff.post("/staff/sign-out", {})).status, 204);
  assert.equal(told(), 0);
  for (const patient of patients) patient.close();
  const written = daemon.stdout + daemon.stderr + (await daemon.metricsText());
  for (const canary of ["canary-endpoint", "canary-again", "Canary"]) {
    assert.ok(!written.includes(canary), canary);
    assert.ok(daemon.files().every(({ bytes }) => !bytes.includes(canary)), canary);
  }
});

test("the worker shows a fixed text in the person's language, and controls no page", async (t) => {
  const daemon = await Daemon.start();
  const browser = await launchChromium();
  t.after(async () => {
    await browser.close();
    await daemon.stop();
  });
  const context = await browser.newContext({ permissions: ["notifications"] });
  const page = await context.newPage();
  await page.goto(`${daemon.origin}/staff`);
  const tools = await context.newCDPSession(page);
  /** @type {string} */ const registrationId = await new Promise((resolve, reject) => {
    tools.on("ServiceWorker.workerVersionUpdated", ({ versions }) => {
      const active = versions.find(({ status }) => status === "activated");
      if (active !== undefined) resolve(active.registrationId);
    });
    const register = async () => {
      await tools.send("ServiceWorker.enable");
      await page.evaluate(async () => {
        const at = /** @type {HTMLScriptElement} */ (document.querySelector("script[src]")).src;
        await navigator.serviceWorker.register(new URL("./staff/push-worker.js?language=de", at));
      });
    };
    register().catch(reject);
  });
  await tools.send("ServiceWorker.deliverPushMessage", { origin: daemon.origin, registrationId, data: "" });
  const shown = await page.waitForFunction(async () => {
    const [registration] = await navigator.serviceWorker.getRegistrations();
    const notes = (await registration?.getNotifications()) ?? [];
    return notes.length === 0 ? null : { title: notes[0]?.title, body: notes[0]?.body, controlled: navigator.serviceWorker.controller !== null, scope: new URL(registration?.scope ?? "").pathname };
  });
  const { title, body, controlled, scope } = /** @type {any} */ (await shown.jsonValue());
  assert.deepEqual([title, body, controlled], ["Jemand wartet.", "", false]);
  assert.match(scope, /^\/v\/\w+\/js\/staff\/$/);
});
