// Sealed frames in real browsers: the page's own worker in a call with itself, for each codec; and the keys behind them. docs/e2ee.md has the table.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromiumTab, firefoxTab, launchChromium, launchFirefox } from "../lib/browsers.js";
import { elsewhere } from "../lib/example.js";

/** Enough to be no accident, and a second or two of a slow machine. */
const FRAMES = 20;

/** The worker, and behind it a server that turns a bit of each frame. */
const SPOILED = `import "/js/e2ee/worker.js";
const honest = onrtctransform;
onrtctransform = ({ transformer: { readable, writable, options } }) => {
  const spoil = (frame, out) => {
    const bytes = new Uint8Array(frame.data);
    bytes[bytes.length - 1] ^= 1;
    frame.data = bytes.buffer;
    out.enqueue(frame);
  };
  const line = new TransformStream({ transform: spoil });
  line.readable.pipeTo(writable);
  honest({ transformer: { readable, writable: line.writable, options } });
};`;

/** @type {string} */ let page;
/** @type {import("playwright-core").Browser} */ let chromium;
/** @type {import("puppeteer-core").Browser} */ let firefox;
/** @type {(() => unknown)[]} */ const ends = [];

before(async () => {
  page = await elsewhere({ after: (end) => ends.push(end) }, "127.0.0.1", { "/spoiled.js": SPOILED });
  [chromium, firefox] = [await launchChromium(), await launchFirefox()];
});
after(async () => {
  await Promise.all([chromium?.close(), firefox?.close(), ...ends.map((end) => end())]);
});

/** @param {import("node:test").TestContext} t @param {string} name of the browser @param {Parameters<typeof loopback>[0]} what */
async function call(t, name, what) {
  return (await open(t, name)).run(loopback, what);
}

/** @param {import("node:test").TestContext} t @param {string} name of the browser */
async function open(t, name) {
  const tab = await (name === "Firefox" ? firefoxTab(firefox) : chromiumTab(chromium));
  t.after(() => tab.close());
  await tab.open(page);
  return tab;
}

for (const [name, codecs] of /** @type {[string, [string, string?][]][]} */ ([
  ["Chromium", [["audio/opus"], ["video/VP8"], ["video/VP9"], ["video/VP9", "L3T3_KEY"], ["video/H264"], ["video/AV1"], ["video/AV1", "L3T3"]]],
  ["Firefox", [["audio/opus"], ["video/VP8"], ["video/VP9"], ["video/AV1"]]],
])) {
  for (const [codec, mode] of codecs) {
    test(`${name}, ${codec}${mode === undefined ? "" : ` ${mode}`}: sealed frames are decoded, with a change of keys on the way`, async (t) => {
      const { decoded, counts, took_ms } = await call(t, name, { codec, mode, frames: FRAMES, spoil: "nothing" });
      assert.ok(FRAMES <= decoded, `${decoded} decoded; ${JSON.stringify(counts)}`);
      for (const drop of ["received_failed", "received_malformed", "received_no_key", "sent_malformed"]) assert.equal(counts.dropped[drop] ?? 0, 0, drop);
      t.diagnostic(`${decoded} decoded after ${took_ms} ms`);
    });
  }
  for (const [spoil, drop] of /** @type {const} */ ([["the key", "received_failed"], ["a byte", "received_failed"], ["the source", "received_unexpected"]])) {
    test(`${name}: nothing is decoded with a change of ${spoil}`, async (t) => {
      const { decoded, counts } = await call(t, name, { codec: "video/VP8", mode: undefined, frames: FRAMES, spoil });
      assert.equal(decoded, 0);
      assert.equal(counts.received, 0);
      assert.ok(FRAMES <= (counts.dropped[drop] ?? 0), JSON.stringify(counts));
    });
  }
  test(`${name}: a device's keys survive in its storage, are never shown, and open a box`, async (t) => {
    assert.deepEqual(await (await open(t, name)).run(stored), { opened: 7, shown: false });
  });
}

/** Runs in a page: two connections and two workers, of which the second knows the first one's keys, more or less.
 * @param {{ codec: string, mode: string | undefined, frames: number, spoil: "nothing" | "the key" | "a byte" | "the source" }} what */
async function loopback({ codec, mode, frames, spoil }) {
  const MEMBER = 1;
  const [kind] = /** @type {["audio" | "video"]} */ (codec.split("/"));
  const source = kind === "audio" ? "microphone" : "camera";
  const start = (/** @type {string} */ path) => new Worker(path, { type: "module" });
  const [ana, ben] = [start(spoil === "a byte" ? "/spoiled.js" : "/js/e2ee/worker.js"), start("/js/e2ee/worker.js")];
  const ask = (/** @type {Worker} */ worker, /** @type {unknown} */ request) => new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.postMessage(request);
  });
  const change = async (/** @type {number} */ generation) => {
    const { key } = await ask(ana, { kind: "draw", member: MEMBER, generation });
    if (spoil === "the key") key[0] ^= 1;
    ben.postMessage({ kind: "take", member: MEMBER, generation, key });
    ana.postMessage({ kind: "use", generation });
  };

  let track;
  if (kind === "audio") track = (await navigator.mediaDevices.getUserMedia({ audio: true })).getAudioTracks()[0];
  else {
    const canvas = Object.assign(document.createElement("canvas"), { width: 960, height: 540 });
    const brush = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    let turn = 0;
    setInterval(() => {
      brush.fillStyle = `hsl(${(turn += 5) % 360} 60% 50%)`;
      brush.fillRect(turn % 900, turn % 500, 60, 40);
    }, 50);
    track = canvas.captureStream(20).getVideoTracks()[0];
  }
  const [near, far] = [new RTCPeerConnection(), new RTCPeerConnection()];
  near.onicecandidate = ({ candidate }) => void (candidate && far.addIceCandidate(candidate));
  far.onicecandidate = ({ candidate }) => void (candidate && near.addIceCandidate(candidate));
  const line = near.addTransceiver(/** @type {MediaStreamTrack} */ (track), { direction: "sendonly", sendEncodings: [/** @type {any} */ (mode === undefined ? {} : { scalabilityMode: mode })] });
  const codecs = RTCRtpSender.getCapabilities(kind)?.codecs ?? [];
  const repair = codecs.filter(({ mimeType }) => mimeType === "video/rtx"); // Without, probes take numbers between pictures, and codecs that have no numbers of their own stand still.
  line.setCodecPreferences([...codecs.filter(({ mimeType, sdpFmtpLine = "" }) => mimeType.toLowerCase() === codec.toLowerCase() && !sdpFmtpLine.includes("packetization-mode=0")).slice(0, 1), ...repair]);
  line.sender.transform = new RTCRtpScriptTransform(ana, { side: "send", source });
  const arrived = new Promise((resolve) => {
    far.ontrack = ({ receiver, track }) => {
      receiver.transform = new RTCRtpScriptTransform(ben, { side: "receive", slot: "0" });
      const player = Object.assign(document.createElement(kind), { srcObject: new MediaStream([track]) });
      document.body.append(player);
      void player.play();
      resolve(undefined);
    };
  });
  ben.postMessage({ kind: "expect", slot: "0", expected: { member: MEMBER, source: spoil === "the source" ? "screen" : source } });
  await change(0);
  const began = performance.now();
  await near.setLocalDescription();
  await far.setRemoteDescription(/** @type {RTCSessionDescription} */ (near.localDescription));
  await far.setLocalDescription();
  await near.setRemoteDescription(/** @type {RTCSessionDescription} */ (far.localDescription));
  await arrived;

  let [decoded, changed] = [0, false];
  let counts;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    counts = await ask(ben, { kind: "count" });
    for (const report of (await far.getStats()).values()) {
      if (report.type === "inbound-rtp") decoded = kind === "video" ? report.framesDecoded : 0 < report.totalAudioEnergy ? counts.received : 0;
    }
    if (!changed && frames / 2 <= decoded) await change(1).then(() => (changed = true));
    const dropped = Object.values(counts.dropped).reduce((sum, count) => sum + count, 0);
    if (spoil === "nothing" ? frames <= decoded && changed : frames <= dropped + decoded) break;
    if (40_000 < performance.now() - began) break;
  }
  counts.dropped = { ...counts.dropped, ...(await ask(ana, { kind: "count" })).dropped };
  near.close();
  far.close();
  return { decoded, counts, took_ms: Math.round(performance.now() - began) };
}

/** Runs in a page. */
async function stored() {
  const load = (/** @type {string} */ name) => import(`/js/e2ee/${name}.js`);
  const [{ makeIdentity, makeRoot }, { certify }, { box, enter, meet, sayHello, senderKey, senderKeyIn, unbox }] = await Promise.all([load("keys"), load("area"), load("boxes")]);
  const done = (/** @type {IDBRequest} */ request) => new Promise((resolve, reject) => Object.assign(request, { onsuccess: () => resolve(request.result), onerror: () => reject(request.error) }));
  const opening = indexedDB.open("keys");
  opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
  const base = /** @type {IDBDatabase} */ (await done(opening));
  const made = await makeIdentity();
  await done(base.transaction("keys", "readwrite").objectStore("keys").put(made, "device"));
  const device = await done(base.transaction("keys").objectStore("keys").get("device"));

  const [root, visit] = [await makeRoot(), await makeIdentity()];
  const grounds = { root: root.public, state: { area: "reception", epoch: 1 }, people: [{ id: visit.id, name: "Maria" }] };
  const [staff, patient] = [enter(device), enter(visit)];
  const certificate = await certify(root, { ...grounds.state, device: device.public, name: "Dr. Hoffmann", call: true });
  const [to_staff, to_patient] = [await meet(await sayHello(staff, "staff", certificate), grounds), await meet(await sayHello(patient, "patient", null), grounds)];
  const sealed = await box(patient, to_staff, "sender-key", senderKey(2, 0, new Uint8Array(32).fill(7)));
  const opened = senderKeyIn((await unbox(staff, to_patient, sealed)).body, 2);
  const shown = await Promise.all([device.signer, device.kem.pair.privateKey].map((key) => crypto.subtle.exportKey("pkcs8", key).then(() => true, () => false)));
  return { opened: opened?.key[31], shown: shown.some(Boolean) };
}
