// Sealed pictures through the server, for each codec and each pair of browsers: it forwards, and asks for keyframes of, what it cannot read.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromiumTab, firefoxTab, launchChromium, launchFirefox } from "../lib/browsers.js";
import { elsewhere, serve } from "../lib/example.js";
import { eventually } from "../lib/wait.js";

/** Before and after a change of keys, each. */
const FRAMES = 20;
/** Of the sender, as pages in a call have one. */
const MEMBER = 1;

/** @typedef {"Chromium" | "Firefox"} Name */
/** @typedef {import("../lib/browsers.js").Tab} Tab */

/** @type {import("playwright-core").Browser} */ let chromium;
/** @type {import("puppeteer-core").Browser} */ let firefox;
/** @type {string} */ let example;
/** @type {string} */ let page;
/** @type {(() => unknown)[]} */ const ends = [];

before(async () => {
  const server = { after: (/** @type {() => unknown} */ end) => ends.push(end) };
  [page, example, chromium, firefox] = await Promise.all([elsewhere(server), serve(server, "whip_whep", ["--http", "127.0.0.1:0", "--udp", "127.0.0.1:0", "--cors"]), launchChromium(), launchFirefox()]);
});
after(async () => {
  await Promise.all([chromium?.close(), firefox?.close(), ...ends.map((end) => end())]);
});

for (const [from, codec, mode, viewers] of /** @type {[Name, string, string | undefined, Name[]][]} */ ([
  ["Chromium", "video/VP8", undefined, ["Chromium", "Firefox"]],
  ["Chromium", "video/VP9", undefined, ["Chromium", "Firefox"]],
  ["Chromium", "video/VP9", "L3T3_KEY", ["Chromium"]], // Firefox takes no dependency descriptor.
  ["Chromium", "video/AV1", undefined, ["Chromium", "Firefox"]],
  ["Chromium", "video/AV1", "L3T3", ["Chromium"]],
  ["Chromium", "video/H264", undefined, ["Chromium"]], // Firefox has none without a download.
  ["Firefox", "video/VP8", undefined, ["Chromium", "Firefox"]],
  ["Firefox", "video/VP9", undefined, ["Chromium", "Firefox"]],
  ["Firefox", "video/AV1", undefined, ["Chromium", "Firefox"]],
])) {
  test(`${codec}${mode === undefined ? "" : ` ${mode}`} that ${from} has sealed is opened in ${viewers.join(" and ")}, over a change of keys`, async (t) => {
    const room = `${from}-${codec.slice(6)}-${mode ?? "plain"}`;
    const publisher = await open(t, from);
    const key = await publisher.run(publish, { url: `${example}/whip/${room}/one`, codec, mode, member: MEMBER });
    const tabs = await Promise.all(viewers.map((name) => open(t, name)));
    for (const tab of tabs) await tab.run(play, { url: `${example}/whep/${room}/one`, member: MEMBER, key });
    const seen = async (/** @type {number} */ frames) => {
      for (const [index, tab] of tabs.entries()) await eventually(() => tab.run(look), ({ decoded }) => frames <= decoded, `${viewers[index]} sees ${frames} pictures`);
    };
    await seen(FRAMES);
    const next = await publisher.run(draw, { member: MEMBER, generation: 1 });
    for (const tab of tabs) await tab.run(take, { member: MEMBER, generation: 1, key: next });
    await publisher.run(use, 1);
    const shown = await Promise.all(tabs.map((tab) => tab.run(look)));
    await seen(Math.max(...shown.map(({ decoded }) => decoded)) + FRAMES);
    for (const [index, tab] of tabs.entries()) {
      const { mime, dropped, repeated } = await tab.run(look);
      assert.equal(mime, codec, viewers[index]);
      t.diagnostic(`${viewers[index]}: ${repeated} packets came again, ${dropped.received_replayed ?? 0} frames`);
      for (const drop of ["received_failed", "received_malformed"]) assert.equal(dropped[drop] ?? 0, 0, `${viewers[index]}: ${drop}`);
    }
    if (mode !== undefined) assert.equal(await publisher.run(sentMode), mode);
    if (codec === "video/VP8") {
      const stats = await publisher.run(() => /** @type {any} */ (window).stats);
      const { round_trip_us } = await eventually(async () => (await fetch(stats)).json(), ({ round_trip_us }) => 0 < round_trip_us, `the round trip to ${from}, which only publishes, is known (RFC 3611)`);
      t.diagnostic(`a round trip of ${round_trip_us} us to who only publishes`);
    }
  });
}

/** @param {import("node:test").TestContext} t @param {Name} name @returns {Promise<Tab>} */
async function open(t, name) {
  const tab = await (name === "Firefox" ? firefoxTab(firefox) : chromiumTab(chromium));
  t.after(() => tab.close());
  await tab.open(page);
  await tab.run(prepare);
  return tab;
}

/** Runs in a page: what both ends need. */
function prepare() {
  const worker = new Worker("/js/e2ee/worker.js", { type: "module" });
  const ask = (/** @type {string} */ answer, /** @type {unknown} */ request) => new Promise((resolve) => {
    worker.addEventListener("message", function hear({ data }) {
      if (data.kind !== answer) return;
      worker.removeEventListener("message", hear);
      resolve(data);
    });
    worker.postMessage(request);
  });
  /** The layers of scalable video are told by the dependency descriptor, which Chromium offers when asked to. */
  const describe = (/** @type {any} */ transceiver) => {
    const all = transceiver.getHeaderExtensionsToNegotiate?.() ?? [];
    for (const extension of all) if (extension.uri.includes("dependency-descriptor")) extension.direction = "sendrecv";
    transceiver.setHeaderExtensionsToNegotiate?.(all);
  };
  const exchange = async (/** @type {RTCPeerConnection} */ pc, /** @type {string} */ url) => {
    await pc.setLocalDescription();
    const reply = await fetch(url, { method: "POST", headers: { "Content-Type": "application/sdp" }, body: pc.localDescription?.sdp });
    const sdp = await reply.text();
    if (reply.status !== 201) throw new Error(`${reply.status} ${sdp}`);
    await pc.setRemoteDescription({ type: "answer", sdp });
    Object.assign(window, { stats: `${new URL(reply.headers.get("Location") ?? "", url)}/stats` });
  };
  Object.assign(window, { worker, ask, describe, exchange });
}

/** Runs in a page: publishes a sealed picture that moves. @param {{ url: string, codec: string, mode: string | undefined, member: number }} what @returns {Promise<number[]>} its key */
async function publish({ url, codec, mode, member }) {
  const { worker, ask, describe, exchange } = /** @type {any} */ (window);
  const canvas = Object.assign(document.createElement("canvas"), { width: 960, height: 540 });
  const brush = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let turn = 0;
  setInterval(() => {
    brush.fillStyle = `hsl(${(turn += 5) % 360} 60% 50%)`;
    brush.fillRect(turn % 900, turn % 500, 60, 40);
  }, 50);
  const pc = new RTCPeerConnection();
  const [track] = canvas.captureStream(20).getTracks();
  const line = pc.addTransceiver(/** @type {MediaStreamTrack} */ (track), { direction: "sendonly", sendEncodings: [/** @type {any} */ (mode === undefined ? {} : { scalabilityMode: mode })] });
  const codecs = (RTCRtpSender.getCapabilities("video")?.codecs ?? []).filter(({ sdpFmtpLine = "" }) => !sdpFmtpLine.includes("packetization-mode=0"));
  line.setCodecPreferences([...codecs.filter(({ mimeType }) => mimeType === codec).slice(0, 1), ...codecs.filter(({ mimeType }) => mimeType === "video/rtx")]);
  if (mode !== undefined) describe(line);
  line.sender.transform = new RTCRtpScriptTransform(worker, { side: "send", source: "camera" });
  const { key } = await ask("drawn", { kind: "draw", member, generation: 0 });
  worker.postMessage({ kind: "use", generation: 0 });
  await exchange(pc, url);
  return [...key];
}

/** Runs in a page: plays what another has sealed. @param {{ url: string, member: number, key: number[] }} what */
async function play({ url, member, key }) {
  const { worker, describe, exchange } = /** @type {any} */ (window);
  const pc = new RTCPeerConnection();
  const line = pc.addTransceiver("video", { direction: "recvonly" });
  describe(line);
  line.receiver.transform = new RTCRtpScriptTransform(worker, { side: "receive", slot: "0" });
  worker.postMessage({ kind: "take", member, generation: 0, key: Uint8Array.from(key) });
  worker.postMessage({ kind: "expect", slot: "0", expected: { member, source: "camera" } });
  document.body.append(Object.assign(document.createElement("video"), { srcObject: new MediaStream([line.receiver.track]), autoplay: true, muted: true }));
  await exchange(pc, url);
}

/** Runs in a page. @param {{ member: number, generation: number }} what @returns {Promise<number[]>} */
async function draw(what) {
  const { key } = await /** @type {any} */ (window).ask("drawn", { kind: "draw", ...what });
  return [...key];
}

/** Runs in a page. @param {{ member: number, generation: number, key: number[] }} what */
function take({ member, generation, key }) {
  /** @type {any} */ (window).worker.postMessage({ kind: "take", member, generation, key: Uint8Array.from(key) });
}

/** Runs in a page. @param {number} generation */
function use(generation) {
  /** @type {any} */ (window).worker.postMessage({ kind: "use", generation });
}

/** Runs in a page that plays. */
async function look() {
  const { connections, ask } = /** @type {any} */ (window);
  const reports = /** @type {any} */ (await connections.at(-1).getStats());
  const inbound = [...reports.values()].find(({ type }) => type === "inbound-rtp");
  const { dropped } = await ask("counts", { kind: "count" });
  return { decoded: inbound?.framesDecoded ?? 0, mime: reports.get(inbound?.codecId)?.mimeType, repeated: inbound?.retransmittedPacketsReceived ?? 0, dropped };
}

/** Runs in the page that publishes. */
async function sentMode() {
  const reports = /** @type {any} */ (await /** @type {any} */ (window).connections.at(-1).getStats());
  return [...reports.values()].find(({ type }) => type === "outbound-rtp")?.scalabilityMode;
}
