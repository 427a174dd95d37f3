// Tries the network while the person looks at camera and sound: a room of its own at the daemon, on the ports of consultations, gives back what
// the page sends. That is a picture and a tone that the page makes up: nothing of the person leaves the device before somebody is there to get it.

import { limitPicture, receive, sendTestPicture, sendVoice } from "./encodings.js";
import { BLOCKED, counted, isTooMuch, measured } from "./network.js";
import { audio } from "./sounds.js";

/** @import { NetworkCheck } from "./types.d.ts" */
/** @import { Counts } from "./network.js" */

/** How much is sent, and for how long the senders feel their way up to it. @typedef {{ width: number, height: number, bits_per_second: number, settle_ms: number }} Effort */
/** A patient's: what a call of two needs. @type {Effort} */
export const PATIENT = { width: 640, height: 360, bits_per_second: 1_200_000, settle_ms: 3_500 };
/** A practice's, whose line is to carry more than 2 Mbit/s both ways. @type {Effort} */
export const PRACTICE = { width: 1_280, height: 720, bits_per_second: 3_000_000, settle_ms: 6_000 };

/** The camera opens first: what is busy then would be taken for the network. Who goes on at once has not asked for a check. */
const START_AFTER_MS = 1_000;
/** Also where UDP is blocked and the browser comes to TCP after that. */
const CONNECT_WITHIN_MS = 8_000;
/** Two hundred packets of sound. */
const MEASURE_MS = 4_000;
/** A picture that was too much is tried so much smaller, down to what a voice and a small picture need. */
const SMALLER = 0.6;
const BITS_PER_SECOND_MIN = 250_000;
const SETTLE_AGAIN_MS = 1_500;
const MEASURE_AGAIN_MS = 2_500;
const FRAME_MS = 66;
const SQUARE = 8;

export class Echo {
  #say;
  #done;
  #effort;
  #request = 0;
  #heard = false;
  /** @type {RTCPeerConnection | null} */ #pc = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** @type {Made | null} */ #made = null;

  /** @param {(request: number, sdp: string | null) => boolean} say to the daemon; without `sdp`: no more @param {(network: NetworkCheck | null) => void} done null: it could not be tried @param {Effort} effort */
  constructor(say, done, effort) {
    this.#effort = effort;
    this.#say = say;
    this.#done = done;
  }

  /** Begins, or goes on. */
  start() {
    if (this.#timer === undefined) this.#later(START_AFTER_MS, () => void this.#build());
  }

  /** Ends without a result. */
  stop() {
    if (this.#pc !== null) this.#say(this.#request, null);
    this.#tear();
  }

  /** What the daemon answers. @param {number} request @param {string | null} sdp */
  async answer(request, sdp) {
    const pc = this.#pc;
    if (pc === null || request !== this.#request) return;
    if (sdp === null) return this.#end(null);
    this.#heard = true;
    try {
      await pc.setRemoteDescription({ type: "answer", sdp });
    } catch {
      if (pc === this.#pc) this.stop();
      this.#done(null);
    }
  }

  async #build() {
    this.#heard = false;
    const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    this.#pc = pc;
    this.#made = make(this.#effort);
    const [voice, picture] = [sendVoice(pc), sendTestPicture(pc, this.#effort.bits_per_second)];
    receive(pc, "audio");
    receive(pc, "video");
    pc.onconnectionstatechange = () => {
      if (pc === this.#pc && pc.connectionState === "connected") this.#later(this.#effort.settle_ms, () => void this.#measure(pc, picture.sender, this.#effort.bits_per_second, MEASURE_MS));
    };
    this.#later(CONNECT_WITHIN_MS, () => this.#end(this.#heard ? BLOCKED : null));
    try {
      await Promise.all([voice.sender.replaceTrack(this.#made.tone), picture.sender.replaceTrack(this.#made.picture)]);
      await pc.setLocalDescription();
    } catch {
      if (pc === this.#pc) this.#end(null);
      return;
    }
    if (pc === this.#pc && !this.#say((this.#request += 1), pc.localDescription?.sdp ?? "")) this.#end(null);
  }

  /** @param {RTCPeerConnection} pc @param {RTCRtpSender} sender @param {number} bits_per_second of the picture @param {number} for_ms */
  async #measure(pc, sender, bits_per_second, for_ms) {
    pc.onconnectionstatechange = null; // What is lost from here on is counted.
    const first = await count(pc);
    if (pc !== this.#pc) return;
    this.#later(for_ms, () => void count(pc).then((last) => {
      if (pc !== this.#pc) return;
      const smaller = bits_per_second * SMALLER;
      if (smaller < BITS_PER_SECOND_MIN || !isTooMuch(first, last)) return this.#end(measured(first, last));
      void limitPicture(sender, smaller);
      this.#later(SETTLE_AGAIN_MS, () => void this.#measure(pc, sender, smaller, MEASURE_AGAIN_MS));
    }));
  }

  /** @param {NetworkCheck | null} network */
  #end(network) {
    this.stop();
    this.#done(network);
  }

  #tear() {
    this.#later(null);
    this.#made?.end();
    this.#made = null;
    const pc = this.#pc;
    this.#pc = null;
    if (pc === null) return;
    pc.onconnectionstatechange = null;
    pc.close();
  }

  /** @param {number | null} wait_ms @param {() => void} [act] */
  #later(wait_ms, act) {
    clearTimeout(this.#timer);
    this.#timer = wait_ms === null ? undefined : setTimeout(() => act?.(), wait_ms);
  }
}

/** @param {RTCPeerConnection} pc @returns {Promise<Counts>} */
async function count(pc) {
  return counted(await pc.getStats(), performance.now());
}

/** @typedef {{ tone: MediaStreamTrack | null, picture: MediaStreamTrack | null, end: () => void }} Made */

/** A tone, and a picture of coloured squares that is another one each time, so that no coder can save anything. @param {Effort} effort @returns {Made} */
function make({ width, height }) {
  const squares = Object.assign(document.createElement("canvas"), { width: width / SQUARE, height: height / SQUARE });
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const [small, large] = [squares.getContext("2d"), canvas.getContext("2d")];
  const draw = () => {
    if (small === null || large === null) return;
    const colours = small.createImageData(squares.width, squares.height);
    for (let at = 0; at < colours.data.length; at += 65_536) crypto.getRandomValues(colours.data.subarray(at, at + 65_536));
    for (let at = 3; at < colours.data.length; at += 4) colours.data[at] = 255;
    small.putImageData(colours, 0, 0);
    large.imageSmoothingEnabled = false;
    large.drawImage(squares, 0, 0, canvas.width, canvas.height);
  };
  draw();
  const drawing = setInterval(draw, FRAME_MS);
  const picture = canvas.captureStream?.(15).getVideoTracks()[0] ?? null;
  const sound = tone();
  return {
    tone: sound?.track ?? null,
    picture,
    end: () => {
      clearInterval(drawing);
      picture?.stop();
      sound?.end();
    },
  };
}

/** Nobody hears it: it goes into the connection only. */
function tone() {
  const context = audio();
  if (context === null) return null;
  const out = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  const oscillator = new OscillatorNode(context, { frequency: 440 });
  oscillator.connect(new GainNode(context, { gain: 0.1 })).connect(out);
  oscillator.start();
  const track = out.stream.getAudioTracks()[0] ?? null;
  return {
    track,
    end: () => {
      oscillator.stop();
      track?.stop();
    },
  };
}
