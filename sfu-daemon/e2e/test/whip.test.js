// Clients that are no page of ours: programs and browsers that publish by WHIP and play by WHEP, from the example SFU and in a consultation.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromiumTab, firefoxTab, launchChromium, launchFirefox } from "../lib/browsers.js";
import { elsewhere, serve } from "../lib/example.js";
import { addDevice, end, examination } from "../lib/people.js";
import { pictures } from "../lib/proof.js";
import { eventually } from "../lib/wait.js";
import { change, datachannelPlayer, datachannelPublisher, fragmentOf, request, weriftPlayer, weriftPublisher, wrtcPlayer, wrtcPublisher } from "../lib/whip.js";

/** @type {string} */ let example;
/** @type {import("playwright-core").Browser} */ let chromium;
/** @type {(() => unknown)[]} */ const ends = [];

before(async () => {
  const flags = ["--http", "127.0.0.1:0", "--udp", "127.0.0.1:0", "--shards", "2", "--cors"];
  const server = { after: (/** @type {() => unknown} */ end) => ends.push(end) };
  [example, chromium] = await Promise.all([serve(server, "whip_whep", flags), launchChromium()]);
});
after(() => Promise.all([chromium?.close(), ...ends.map((end) => end())]));

/** What a person would call "it plays". */
const ENOUGH = 20;

/** Tidies up after the test, whatever happens. @template {{ stop(): unknown }} T @param {import("node:test").TestContext} t @param {T} client @returns {T} */
function kept(t, client) {
  t.after(() => client.stop());
  return client;
}

/** @param {{ received: number }} player @param {string} what */
function plays(player, what) {
  return eventually(async () => player.received, (received) => ENOUGH < received, `what ${what} has received`);
}

test("what libwebrtc publishes is played by libwebrtc, werift and libdatachannel", async (t) => {
  const [publish, play] = [`${example}/whip/ward/one`, `${example}/whep/ward/one`];
  await kept(t, wrtcPublisher()).start(publish);
  const players = { wrtc: wrtcPlayer(), werift: weriftPlayer(), libdatachannel: datachannelPlayer() };
  await Promise.all(Object.values(players).map((player) => kept(t, player).start(play)));
  await Promise.all(Object.entries(players).map(([name, player]) => plays(player, name)));
});

test("what werift publishes is played, and a player that came first waits for it", async (t) => {
  const [publish, play] = [`${example}/whip/later/one`, `${example}/whep/later/one`];
  const players = { werift: weriftPlayer(), libdatachannel: datachannelPlayer() };
  await Promise.all(Object.values(players).map((player) => kept(t, player).start(play)));
  await kept(t, weriftPublisher()).start(publish);
  await Promise.all(Object.entries(players).map(([name, player]) => plays(player, name)));
});

test("what OBS would publish, H264 and nothing else, is played", async (t) => {
  await kept(t, datachannelPublisher()).start(`${example}/whip/obs/one`);
  const player = await kept(t, datachannelPlayer({ codec: "H264" })).start(`${example}/whep/obs/one`);
  await plays(player, "libdatachannel");
});

test("candidates, an ICE restart and the end of a session are answered as RFC 9725 says", async (t) => {
  const publisher = await kept(t, weriftPublisher()).start(`${example}/whip/rules/one`);
  const { resource, etag } = /** @type {import("../lib/whip.js").Reply} */ (publisher.reply);
  const own = fragmentOf(/** @type {string} */ (publisher.offer));
  const other = "a=ice-ufrag:ysXw\r\na=ice-pwd:vw5LmwG4y/e6dPP/zAP9Gp5k\r\n";
  assert.equal((await change(resource, own, { ifMatch: etag })).status, 204);
  assert.equal((await change(resource, own, { ifMatch: '"another"' })).status, 412);
  assert.equal((await change(resource, other)).status, 428);
  const restarted = await change(resource, other, { ifMatch: "*" });
  assert.equal(restarted.status, 200);
  assert.notEqual(restarted.etag, etag);
  assert.match(restarted.text, /a=ice-ufrag:\S+\r\na=ice-pwd:\S+/);
  assert.equal((await request("DELETE", resource)).status, 200);
  assert.equal((await request("DELETE", resource)).status, 404);
  const preflight = await request("OPTIONS", `${example}/whip/rules/one`);
  assert.equal(preflight.headers.get("access-control-allow-origin"), "*");
  assert.equal((await request("POST", `${example}/whip/rules/one`, { body: "v=0", type: "text/plain" })).status, 415);
  assert.equal((await request("POST", `${example}/whip/rules/one`, { body: "v=0", type: "application/sdp" })).status, 400);
});

test("a peer with an RSA certificate is told that it needs an ECDSA one", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "anteroom-rsa-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [certificatePemFile, keyPemFile] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=old", "-days", "2", "-keyout", keyPemFile, "-out", certificatePemFile], { stdio: "ignore" });
  const player = await kept(t, datachannelPlayer({ certificatePemFile, keyPemFile })).start(`${example}/whep/old/one`);
  const { resource } = /** @type {import("../lib/whip.js").Reply} */ (player.reply);
  const asked = () => change(resource, fragmentOf("a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBoi1"));
  const reply = await eventually(asked, ({ status }) => status === 410, "the end of the session");
  assert.match(reply.text, /ECDSA/);
});

test("Chromium publishes three sizes by WHIP, and Firefox plays them by WHEP", async (t) => {
  const firefox = await launchFirefox();
  t.after(() => firefox.close());
  const [publisher, player] = await Promise.all([chromiumTab(chromium), firefoxTab(firefox)]);
  t.after(() => publisher.close());
  const page = await elsewhere(t);
  for (const tab of [publisher, player]) await tab.open(page);
  const simulcast = await publisher.run(async (url) => {
    const pc = new RTCPeerConnection();
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 1280, height: 720 } });
    const sendEncodings = [{ rid: "q", scaleResolutionDownBy: 4 }, { rid: "h", scaleResolutionDownBy: 2 }, { rid: "f" }];
    for (const track of stream.getTracks()) pc.addTransceiver(track, { direction: "sendonly", streams: [stream], ...(track.kind === "video" && { sendEncodings }) });
    await pc.setLocalDescription();
    const reply = await fetch(url, { method: "POST", headers: { "Content-Type": "application/sdp" }, body: pc.localDescription?.sdp });
    const sdp = await reply.text();
    if (reply.status !== 201) throw new Error(`${reply.status} ${sdp}`);
    await pc.setRemoteDescription({ type: "answer", sdp });
    return /a=simulcast:recv q;h;f/.test(sdp);
  }, `${example}/whip/browsers/chromium`);
  t.diagnostic(`simulcast ${simulcast ? "accepted" : "refused"}`);
  const resource = await player.run(async (url) => {
    const pc = new RTCPeerConnection();
    const video = document.createElement("video");
    const tracks = ["audio", "video"].map((kind) => pc.addTransceiver(kind, { direction: "recvonly" }).receiver.track);
    Object.assign(video, { srcObject: new MediaStream(tracks), autoplay: true, muted: true });
    document.body.append(video);
    Object.assign(window, { player: pc });
    await pc.setLocalDescription();
    const reply = await fetch(url, { method: "POST", headers: { "Content-Type": "application/sdp" }, body: pc.localDescription?.sdp });
    const sdp = await reply.text();
    if (reply.status !== 201) throw new Error(`${reply.status} ${sdp}`);
    await pc.setRemoteDescription({ type: "answer", sdp });
    return reply.headers.get("location") ?? "";
  }, `${example}/whep/browsers/chromium`);
  assert.ok(resource, "a page of another origin may read where its session is");
  const decoded = () => player.run(async () => {
    const reports = [.../** @type {any} */ (await /** @type {any} */ (window).player.getStats()).values()];
    const inbound = (/** @type {string} */ kind) => reports.find((report) => report.type === "inbound-rtp" && report.kind === kind);
    return { frames: inbound("video")?.framesDecoded ?? 0, sound: inbound("audio")?.packetsReceived ?? 0 };
  });
  await eventually(decoded, ({ frames, sound }) => ENOUGH < frames && ENOUGH < sound, "pictures and sound in Firefox");

  const ufrag = await player.run(restart, new URL(resource, example).href);
  const path = () => player.run(selected);
  await eventually(path, (pair) => pair?.remote === ufrag, "the path of the restarted session");
  const { frames } = await decoded();
  await eventually(decoded, (now) => frames + ENOUGH < now.frames, "pictures after the restart");
  assert.equal((await path())?.protocol, "udp", "TCP is for networks that block UDP");
});

test("a device takes part in a consultation with its token, and is gone with it", async (t) => {
  const { daemon, staff, patient } = await examination(t, chromium);
  const { publish, token } = await addDevice(staff, "Ultrasound");
  const url = new URL(publish, daemon.patientLink).href;
  const publisher = await kept(t, wrtcPublisher()).start(url, token);
  const { resource } = /** @type {import("../lib/whip.js").Reply} */ (publisher.reply);
  for (const [name, tab] of /** @type {const} */ ([["the clinician", staff], ["the patient", patient]])) {
    const moving = async () => Object.values(await pictures(tab)).filter(({ frames }) => ENOUGH < frames).length;
    await eventually(moving, (count) => count === 2, `pictures of the other and of the device at ${name}`);
  }
  assert.equal((await request("POST", url, { body: publisher.reply?.text, type: "application/sdp", token })).status, 409, "one session at a time");
  const screen = await addDevice(staff, "Ultrasound");
  // The people's pictures are sealed: the device must have a place beside them.
  const player = await kept(t, wrtcPlayer({ videos: 3 })).start(new URL(screen.play, daemon.patientLink).href, screen.token);
  await plays(player, "the screen on the wall");
  await end(staff);
  await eventually(() => daemon.participants(), (people) => people === 0, "participants after the end");
  assert.equal((await request("DELETE", resource, { token })).status, 401);
});

/** Runs in a browser that plays: restarts ICE as RFC 9725 says, and returns the server's new ufrag. @param {string} resource */
async function restart(resource) {
  const pc = /** @type {RTCPeerConnection} */ (/** @type {any} */ (window).player);
  const before = pc.currentRemoteDescription?.sdp ?? "";
  pc.restartIce();
  await pc.setLocalDescription();
  const lines = (/** @type {string | undefined} */ sdp) => [/a=ice-ufrag:\S+/, /a=ice-pwd:\S+/].map((line) => line.exec(sdp ?? "")?.[0] ?? "");
  const headers = { "Content-Type": "application/trickle-ice-sdpfrag", "If-Match": "*" };
  const reply = await fetch(resource, { method: "PATCH", headers, body: `${lines(pc.localDescription?.sdp).join("\r\n")}\r\n` });
  const fragment = await reply.text();
  if (reply.status !== 200) throw new Error(`${reply.status} ${fragment}`);
  const [ufrag, password] = lines(fragment);
  const sdp = before.replaceAll(/a=ice-ufrag:\S+/g, ufrag).replaceAll(/a=ice-pwd:\S+/g, password);
  await pc.setRemoteDescription({ type: "answer", sdp });
  return ufrag.slice("a=ice-ufrag:".length);
}

/** Runs in a browser that plays: the pair that carries its media. */
async function selected() {
  const reports = [...(/** @type {any} */ (await /** @type {any} */ (window).player.getStats())).values()];
  const pair = reports.find(({ type, selected, nominated, state }) => type === "candidate-pair" && (selected ?? (nominated && state === "succeeded")));
  const remote = reports.find(({ id }) => id === pair?.remoteCandidateId);
  return remote && { remote: remote.usernameFragment, protocol: remote.protocol };
}
