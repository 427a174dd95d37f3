// Proof that a person is really seen and heard: pictures that change, and sound energy that grows, at the receiver.

import { eventually } from "./wait.js";

/** @typedef {import("./browsers.js").Tab} Tab */
/** @typedef {{ frames: number, energy: number, picture: number[] | null }} Sample `picture`: null while there is none */

const FRAMES_MIN = 10;
/** Mean difference per pixel, of 765. A coder's noise stays far below, the fake cameras are far above. */
const MOTION_MIN = 0.05;

/** Runs in each page before its own code: remembers the connections and the workers it makes. */
export function watchConnections() {
  /** @type {Worker[]} */
  const workers = [];
  Object.assign(window, { workers });
  window.Worker = class extends window.Worker {
    /** @param {string | URL} url @param {WorkerOptions} [options] */
    constructor(url, options) {
      super(url, options);
      workers.push(this);
    }
  };
  const Native = window.RTCPeerConnection;
  /** @type {RTCPeerConnection[]} */
  const connections = [];
  Object.assign(window, { connections });
  if (Native === undefined) return;
  window.RTCPeerConnection = class extends Native {
    /** @param {RTCConfiguration} [configuration] */
    constructor(configuration) {
      super(configuration);
      connections.push(this);
    }
  };
}

/** What the page's worker has done with frames: sealed, opened, passed in clear, dropped. @param {Tab} tab @returns {Promise<{ sent: number, received: number, clear: number, dropped: Record<string, number> }>} */
export function frames(tab) {
  return tab.run(() => new Promise((resolve) => {
    const worker = /** @type {any} */ (window).workers.at(-1);
    const heard = (/** @type {MessageEvent} */ { data }) => {
      if (data.kind !== "counts") return;
      worker.removeEventListener("message", heard);
      resolve(data);
    };
    worker.addEventListener("message", heard);
    worker.postMessage({ kind: "count" });
  }));
}

/** Everything that a page says to the daemon and hears from it, from its next load on. @param {Tab} tab of Chromium @returns {{ sent: string[], received: string[] }} */
export function listen(tab) {
  /** @type {{ sent: string[], received: string[] }} */ const heard = { sent: [], received: [] };
  tab.page.on("websocket", (/** @type {import("playwright-core").WebSocket} */ socket) => {
    socket.on("framesent", ({ payload }) => heard.sent.push(String(payload)));
    socket.on("framereceived", ({ payload }) => heard.received.push(String(payload)));
  });
  return heard;
}

/** How many connections for media the page has made so far. @param {Tab} tab */
export function connections(tab) {
  return tab.run(() => /** @type {any} */ (window).connections.length);
}

/** ... and has open. @param {Tab} tab @returns {Promise<number>} */
export function open(tab) {
  return tab.run(() => /** @type {any} */ (window).connections.filter((/** @type {RTCPeerConnection} */ { connectionState }) => connectionState !== "closed").length);
}

/** What has arrived at this page so far. @param {Tab} tab @returns {Promise<Sample>} */
export function sample(tab) {
  return tab.run(async () => {
    let [frames, energy] = [0, 0];
    for (const connection of /** @type {any} */ (window).connections) {
      for (const report of (await connection.getStats()).values()) {
        if (report.type !== "inbound-rtp") continue;
        frames += report.framesDecoded ?? 0;
        energy += report.totalAudioEnergy ?? 0;
      }
    }
    const video = /** @type {HTMLVideoElement | null} */ (document.querySelector('video[data-video="remote"]'));
    if (!video?.videoWidth) return { frames, energy, picture: null };
    const [width, height] = [64, 36];
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const brush = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    brush.drawImage(video, 0, 0, width, height);
    return { frames, energy, picture: [...brush.getImageData(0, 0, width, height).data] };
  });
}

/** Resolves when new frames with another picture have come. @param {Tab} tab @param {string} who watches */
export async function sees(tab, who) {
  const before = await eventually(() => sample(tab), ({ picture }) => picture !== null, `${who} sees no picture`);
  await eventually(
    () => sample(tab),
    ({ frames, picture }) => before.frames + FRAMES_MIN <= frames && MOTION_MIN < motion(before.picture, picture),
    `${who} sees a picture that stands still`,
  );
}

/** Resolves when new sound has come. @param {Tab} tab @param {string} who listens */
export async function hears(tab, who) {
  const before = await sample(tab);
  await eventually(() => sample(tab), ({ energy }) => before.energy < energy, `${who} hears nothing`);
}

/** What of each picture arrives, by m-line: its size and how many were decoded. @param {Tab} tab @returns {Promise<Record<string, { width: number, height: number, frames: number }>>} */
export function pictures(tab) {
  return tab.run(async () => {
    /** @type {Record<string, { width: number, height: number, frames: number }>} */
    const found = {};
    const connection = /** @type {any} */ (window).connections.at(-1);
    for (const { type, kind, mid, frameWidth, frameHeight, framesDecoded } of (await connection.getStats()).values()) {
      if (type === "inbound-rtp" && kind === "video") found[mid] = { width: frameWidth ?? 0, height: frameHeight ?? 0, frames: framesDecoded ?? 0 };
    }
    return found;
  });
}

/** What of each layer of the camera or the screen leaves. @param {Tab} tab @param {"camera" | "screen"} source @returns {Promise<{ rid: string, active: boolean, height: number, bytes: number }[]>} */
export function layers(tab, source) {
  return tab.run(async (source) => {
    const connection = /** @type {any} */ (window).connections.at(-1);
    const sending = connection.getTransceivers().filter((/** @type {any} */ { sender, receiver, direction }) => direction === "sendonly" && receiver.track.kind === "video" && sender.track !== null);
    const sender = sending[source === "camera" ? 0 : 1]?.sender;
    if (sender === undefined) return [];
    const reports = [...(await sender.getStats()).values()].filter(({ type }) => type === "outbound-rtp");
    return reports.map(({ rid, active, frameHeight, bytesSent }) => ({ rid: rid ?? "", active, height: frameHeight ?? 0, bytes: bytesSent }));
  }, source);
}

/** The m-line that a video on the page plays. @param {Tab} tab @param {string} selector @returns {Promise<string | null>} */
export function lineOf(tab, selector) {
  return tab.run((selector) => {
    const video = /** @type {HTMLVideoElement | null} */ (document.querySelector(selector));
    const track = /** @type {MediaStream | null} */ (video?.srcObject ?? null)?.getVideoTracks()[0];
    const connection = /** @type {any} */ (window).connections.at(-1);
    return connection.getTransceivers().find((/** @type {any} */ { receiver }) => receiver.track === track)?.mid ?? null;
  }, selector);
}

/** @param {number[] | null} one @param {number[] | null} other */
function motion(one, other) {
  if (one === null || other === null) return 0;
  const sum = one.reduce((sum, value, index) => sum + Math.abs(value - (other[index] ?? 0)), 0);
  return sum / (one.length / 4);
}

/** Milliseconds from the moment when the page shows the call to the other person's first picture. To be asked before. @param {Tab} tab @returns {Promise<number>} */
export function firstPicture(tab) {
  return tab.run(() => new Promise((resolve) => {
    /** @type {number | undefined} */
    let since;
    const look = () => {
      const video = /** @type {HTMLVideoElement | null} */ (document.querySelector('video[data-video="remote"]'));
      if (document.querySelector('[data-screen="P5"], [data-screen="V3"]') !== null) since ??= performance.now();
      if (since !== undefined && video?.videoWidth) resolve(Math.round(performance.now() - since));
      else setTimeout(look, 10);
    };
    look();
  }));
}
