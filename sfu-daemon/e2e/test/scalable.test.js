// Scalable video end to end: one stream of a browser that carries several sizes, of which each viewer gets what its network bears.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromiumTab, launchChromium, launchChromiumBehind } from "../lib/browsers.js";
import { elsewhere, serve } from "../lib/example.js";
import { Gauge } from "../lib/gauge.js";
import { Network } from "../lib/netns.js";
import { PATIENCE_MS, pause } from "../lib/wait.js";

/** Chromium makes three sizes of nothing much smaller. */
const SIZE = { width: 960, height: 540 };
/** Enough for the smaller sizes only. */
const NARROW_KBIT = 250;
/** When a network becomes three times too narrow in a moment, repairs of what it lost hold up what comes after for some
 * time; twice of that fails, see `BUSY` in impairment.test.js. */
const FROZEN_MS = 2 * 2_000;

const network = Network.unavailable() ? undefined : new Network();
const address = network?.server_address ?? "127.0.0.1";

/** @type {string} */ let example;
/** @type {import("playwright-core").Browser} */ let desk;
/** @type {import("playwright-core").Browser} */ let phone;
/** @type {(() => unknown)[]} */ const ends = [];

before(async () => {
  const server = { after: (/** @type {() => unknown} */ end) => ends.push(end) };
  const flags = ["--http", `${address}:0`, "--udp", `${address}:0`, "--cors"];
  [example, desk, phone] = await Promise.all([serve(server, "whip_whep", flags), launchChromium(), network ? launchChromiumBehind(network) : launchChromium()]);
});
after(async () => {
  await Promise.all([desk?.close(), phone?.close(), ...ends.map((end) => end())]);
  network?.close();
});

for (const [codec, mode] of /** @type {const} */ ([["video/AV1", "L3T3"], ["video/VP9", "L3T3_KEY"]])) {
  test(`${codec} in the mode ${mode} is seen in full size${network ? ", smaller on a narrow network, and in full size again" : ""}`, async (t) => {
    const page = await elsewhere(t, address);
    const [publisher, player] = await Promise.all([chromiumTab(desk), chromiumTab(phone)]);
    t.after(() => Promise.all([publisher.close(), player.close()]));
    for (const tab of [publisher, player]) await tab.open(page);
    await publisher.run(publish, { url: `${example}/whip/${mode}/one`, codec, mode, ...SIZE });
    await player.run(play, `${example}/whep/${mode}/one`);
    const gauge = await Gauge.start(player);
    t.after(() => gauge.stop());
    const becomes = async (/** @type {(height: number) => boolean} */ pleases, /** @type {string} */ what) => {
      const took = await gauge.heightAfter(pleases, Date.now(), PATIENCE_MS);
      assert.ok(took < Infinity, what);
      return took;
    };
    const since = await settles(gauge, SIZE.height);
    assert.equal(await player.run(receivedCodec), codec);
    assert.equal(await publisher.run(sentMode), mode);
    if (network) {
      network.narrow(NARROW_KBIT);
      const smaller = await becomes((height) => height < SIZE.height, "a smaller size");
      await pause(4_000);
      network.mend();
      const back = await becomes((height) => height === SIZE.height, "the full size again");
      t.diagnostic(`smaller after ${smaller} ms, full again after ${back} ms`);
    }
    const [gap, { frames }] = [gauge.longestGap("frames", since), gauge.last];
    t.diagnostic(`${frames} pictures; no new one for ${gap} ms at most`);
    assert.ok(gap < FROZEN_MS);
  });
}

/** Waits until pictures have had this height for three seconds in a row, and says since when: at first the publisher may still look for its rate.
 * @param {Gauge} gauge @param {number} height */
async function settles(gauge, height) {
  for (const patience = Date.now() + PATIENCE_MS; ; ) {
    await gauge.heightAfter((now) => now === height, Date.now(), PATIENCE_MS);
    const since = Date.now();
    await pause(3_000);
    const seen = gauge.readings.filter(({ at }) => since < at);
    if (seen.length > 0 && seen.every((one) => one.height === height)) return since;
    assert.ok(Date.now() < patience, `${height} lines for three seconds, not ${[...new Set(seen.map((one) => one.height))].join(" and ")}`);
  }
}

/** Runs in a page: publishes a moving picture. @param {{ url: string, codec: string, mode: string, width: number, height: number }} what */
async function publish({ url, codec, mode, width, height }) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const brush = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let turn = 0;
  setInterval(() => {
    turn += 1;
    brush.fillStyle = `hsl(${turn % 360} 60% 50%)`;
    brush.fillRect((turn * 7) % width, (turn * 5) % height, width / 3, height / 3);
  }, 50);
  const pc = new RTCPeerConnection();
  const [track] = canvas.captureStream(20).getTracks();
  const sendEncodings = [{ scalabilityMode: mode, maxBitrate: 900_000 }];
  const transceiver = pc.addTransceiver(/** @type {MediaStreamTrack} */ (track), { direction: "sendonly", sendEncodings });
  const codecs = RTCRtpSender.getCapabilities("video")?.codecs ?? [];
  transceiver.setCodecPreferences(codecs.filter(({ mimeType }) => [codec, "video/rtx"].includes(mimeType)));
  const extensions = /** @type {any} */ (transceiver);
  if (extensions.setHeaderExtensionsToNegotiate) {
    const all = extensions.getHeaderExtensionsToNegotiate();
    for (const extension of all) if (extension.uri.includes("dependency-descriptor")) extension.direction = "sendrecv";
    extensions.setHeaderExtensionsToNegotiate(all);
  }
  await pc.setLocalDescription();
  const reply = await fetch(url, { method: "POST", headers: { "Content-Type": "application/sdp" }, body: pc.localDescription?.sdp });
  const sdp = await reply.text();
  if (reply.status !== 201) throw new Error(`${reply.status} ${sdp}`);
  await pc.setRemoteDescription({ type: "answer", sdp });
}

/** Runs in a page: plays. @param {string} url */
async function play(url) {
  const pc = new RTCPeerConnection();
  const transceiver = pc.addTransceiver("video", { direction: "recvonly" });
  const extensions = /** @type {any} */ (transceiver);
  if (extensions.setHeaderExtensionsToNegotiate) {
    const all = extensions.getHeaderExtensionsToNegotiate();
    for (const extension of all) if (extension.uri.includes("dependency-descriptor")) extension.direction = "sendrecv";
    extensions.setHeaderExtensionsToNegotiate(all);
  }
  const video = document.createElement("video");
  Object.assign(video, { srcObject: new MediaStream([transceiver.receiver.track]), autoplay: true, muted: true });
  document.body.append(video);
  await pc.setLocalDescription();
  const reply = await fetch(url, { method: "POST", headers: { "Content-Type": "application/sdp" }, body: pc.localDescription?.sdp });
  const sdp = await reply.text();
  if (reply.status !== 201) throw new Error(`${reply.status} ${sdp}`);
  await pc.setRemoteDescription({ type: "answer", sdp });
}

/** Runs in the page that plays: the codec of what arrives. */
async function receivedCodec() {
  const reports = /** @type {any} */ (await /** @type {any} */ (window).connections.at(-1).getStats());
  const inbound = [...reports.values()].find(({ type }) => type === "inbound-rtp");
  return reports.get(inbound?.codecId)?.mimeType;
}

/** Runs in the page that publishes: the scalability of what is encoded. */
async function sentMode() {
  const reports = /** @type {any} */ (await /** @type {any} */ (window).connections.at(-1).getStats());
  return [...reports.values()].find(({ type }) => type === "outbound-rtp")?.scalabilityMode;
}
