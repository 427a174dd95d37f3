// What sealing costs a browser: the same call with itself, sealed by the page's own worker and in clear, in turns in one run.
// CPU time of the whole browser, from the kernel's count, and the age of a picture when it shows. `npm run sealing-cost`; no assertions, only a table.

import { readdirSync, readFileSync } from "node:fs";
import { chromiumTab, firefoxTab, launchChromium, launchFirefox } from "./lib/browsers.js";
import { elsewhere } from "./lib/example.js";
import { pause } from "./lib/wait.js";

const TURNS = Number(process.argv[2] ?? 5);
const SETTLE_MS = 5_000;
const MEASURE_MS = 10_000;

/** @type {(() => unknown)[]} */ const ends = [];
const address = await elsewhere({ after: (end) => ends.push(end) });

console.log(`| browser | codec | CPU sealed : clear, median of ${TURNS} pairs | range | picture's age, clear | sealed |\n| --- | --- | ---: | ---: | ---: | ---: |`);
for (const [name, codecs] of /** @type {[string, string[]][]} */ ([["Chromium", ["video/VP8", "video/VP9"]], ["Firefox", ["video/VP8"]]])) {
  for (const codec of codecs) {
    const found = [];
    for (let turn = 0; turn < TURNS; turn += 1) {
      // Whoever comes second finds a warmer machine: they take turns at that, too.
      const [first, second] = turn % 2 === 0 ? [false, true] : [true, false];
      const one = await measure(name, codec, first);
      const other = await measure(name, codec, second);
      const [clear, sealed] = first ? [other, one] : [one, other];
      found.push({ ratio: sealed.cpu / clear.cpu, clear: clear.age_ms, sealed: sealed.age_ms });
    }
    const ratios = found.map(({ ratio }) => ratio);
    const [clear, sealed] = [median(found.map(({ clear }) => clear)), median(found.map(({ sealed }) => sealed))];
    console.log(`| ${name} | ${codec.slice(6)} and Opus | ${median(ratios).toFixed(2)} | ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)} | ${clear.toFixed(0)} ms | ${sealed.toFixed(0)} ms |`);
  }
}
for (const end of ends) end();

/** In a browser of its own, so that nothing of the call before is counted. @param {string} name @param {string} codec @param {boolean} is_sealed */
async function measure(name, codec, is_sealed) {
  const browser = await (name === "Firefox" ? launchFirefox() : launchChromium());
  try {
    const tab = await (name === "Firefox" ? firefoxTab(/** @type {any} */ (browser)) : chromiumTab(/** @type {any} */ (browser)));
    await tab.open(address);
    await tab.run(call, { codec, is_sealed });
    await pause(SETTLE_MS);
    const before = { cpu: ticks(), frames: await tab.run(frames), at: performance.now() };
    await pause(MEASURE_MS);
    const after = { cpu: ticks(), frames: await tab.run(frames), at: performance.now() };
    const shown = after.frames - before.frames;
    if (shown === 0) throw new Error(`${name}, ${codec}: no picture came`);
    // For each picture: a machine that is too busy for all of them must not look cheaper for it.
    return { cpu: (after.cpu - before.cpu) / shown, age_ms: await tab.run(age) };
  } finally {
    await browser.close();
  }
}

/** CPU time of everything that this process has started and that lives, in the kernel's ticks. */
function ticks() {
  const processes = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry)).flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ").map(Number);
      return [{ pid: Number(pid), parent: fields[1] ?? 0, ticks: (fields[11] ?? 0) + (fields[12] ?? 0) }];
    } catch {
      return []; // It has ended meanwhile.
    }
  });
  let [sum, generation] = [0, new Set([process.pid])];
  while (generation.size !== 0) {
    const children = processes.filter(({ parent }) => generation.has(parent));
    for (const child of children) sum += child.ticks;
    generation = new Set(children.map(({ pid }) => pid));
  }
  return sum;
}

/** @param {number[]} numbers */
function median(numbers) {
  const sorted = numbers.toSorted((one, other) => one - other);
  return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
}

/** Runs in a page: a call with itself, whose pictures say when they were drawn. @param {{ codec: string, is_sealed: boolean }} what */
async function call({ codec, is_sealed }) {
  const MEMBER = 1;
  const [ana, ben] = is_sealed ? [0, 1].map(() => new Worker("/js/e2ee/worker.js", { type: "module" })) : [null, null];
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
  const brush = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let turn = 0;
  setInterval(() => {
    // Enough that changes to keep an encoder at the rate of a talking head.
    for (let spot = 0; spot < 12; spot += 1) {
      brush.fillStyle = `hsl(${(turn += 7) % 360} 60% ${30 + (turn % 40)}%)`;
      brush.fillRect((turn * 31) % 600, 40 + ((turn * 17) % 300), 40, 20);
    }
    const stamp = Math.round(performance.now()) & 0xffff;
    for (let bit = 0; bit < 16; bit += 1) {
      brush.fillStyle = (stamp >> bit) & 1 ? "#fff" : "#000";
      brush.fillRect(bit * 40, 0, 40, 40);
    }
  }, 33);
  const video = /** @type {MediaStreamTrack} */ (canvas.captureStream(30).getVideoTracks()[0]);
  const audio = /** @type {MediaStreamTrack} */ ((await navigator.mediaDevices.getUserMedia({ audio: true })).getAudioTracks()[0]);
  const [near, far] = [new RTCPeerConnection(), new RTCPeerConnection()];
  Object.assign(window, { far });
  near.onicecandidate = ({ candidate }) => void (candidate && far.addIceCandidate(candidate));
  far.onicecandidate = ({ candidate }) => void (candidate && near.addIceCandidate(candidate));
  for (const [track, source] of /** @type {[MediaStreamTrack, string][]} */ ([[audio, "microphone"], [video, "camera"]])) {
    const line = near.addTransceiver(track, { direction: "sendonly", sendEncodings: [track === video ? { maxBitrate: 1_200_000 } : {}] });
    const codecs = RTCRtpSender.getCapabilities(track.kind)?.codecs ?? [];
    if (track === video) line.setCodecPreferences(codecs.filter(({ mimeType }) => mimeType === codec || mimeType === "video/rtx"));
    if (ana !== null) line.sender.transform = new RTCRtpScriptTransform(ana, { side: "send", source });
  }
  far.ontrack = ({ receiver, track }) => {
    if (ben !== null) {
      receiver.transform = new RTCRtpScriptTransform(ben, { side: "receive", slot: track.kind });
      ben.postMessage({ kind: "expect", slot: track.kind, expected: { member: MEMBER, source: track === receiver.track && track.kind === "audio" ? "microphone" : "camera" } });
    }
    const player = Object.assign(document.createElement(track.kind === "audio" ? "audio" : "video"), { srcObject: new MediaStream([track]) });
    document.body.append(player);
    void player.play();
  };
  if (ana !== null && ben !== null) {
    const drawn = new Promise((resolve) => (ana.onmessage = ({ data }) => data.kind === "drawn" && resolve(data.key)));
    ana.postMessage({ kind: "draw", member: MEMBER, generation: 0 });
    ben.postMessage({ kind: "take", member: MEMBER, generation: 0, key: await drawn });
    ana.postMessage({ kind: "use", generation: 0 });
  }
  await near.setLocalDescription();
  await far.setRemoteDescription(/** @type {RTCSessionDescription} */ (near.localDescription));
  await far.setLocalDescription();
  await near.setRemoteDescription(/** @type {RTCSessionDescription} */ (far.localDescription));
}

/** Runs in a page: how many pictures it has decoded. */
async function frames() {
  const reports = await /** @type {any} */ (window).far.getStats();
  return Math.max(0, ...[...reports.values()].map((report) => report.framesDecoded ?? 0));
}

/** Runs in a page: how old pictures are when they show, in milliseconds; the median of fifty. */
async function age() {
  const video = /** @type {HTMLVideoElement} */ (document.querySelector("video"));
  const small = new OffscreenCanvas(16, 1);
  const brush = /** @type {OffscreenCanvasRenderingContext2D} */ (small.getContext("2d", { willReadFrequently: true }));
  /** @type {number[]} */ const ages = [];
  while (ages.length < 50) {
    await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    const now = Math.round(performance.now());
    // The middles of the blocks.
    for (let bit = 0; bit < 16; bit += 1) brush.drawImage(video, bit * 40 + 15, 15, 10, 10, bit, 0, 1, 1);
    const { data } = brush.getImageData(0, 0, 16, 1);
    let stamp = 0;
    for (let bit = 0; bit < 16; bit += 1) stamp |= Number(127 < (data[bit * 4] ?? 0)) << bit;
    const old = (now - stamp) & 0xffff;
    if (old < 5_000) ages.push(old); // A block that was not readable makes a number of its own.
  }
  return ages.sort((one, other) => one - other)[25] ?? 0;
}
