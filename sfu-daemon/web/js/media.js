// Sound and picture of this device, and the one path on which they go to the daemon and others' come back.
// `Devices` opens microphone and camera and says honestly what went wrong; `MediaPath` is one RTCPeerConnection for as long as a visit wants one.

/** @import { DeviceCheck, DeviceState, SourceName } from "./types.d.ts" */

/** @typedef {"microphone" | "camera"} DeviceKind */

const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const VIDEO = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };
const CAMERA_BITRATE_MAX = 1_500_000; // 720p of a talking head; more only fills narrow uplinks
const VOICE_BITRATE_MAX = 48_000;

export class Devices {
  /** @type {MediaStreamTrack | null} */ microphone = null;
  /** @type {MediaStreamTrack | null} */ camera = null;
  /** What became of each. "works" is set by whoever has seen real frames or a real level. @type {DeviceCheck} */
  status = { camera: "unknown", microphone: "unknown" };
  /** The operating system refused, not the page's own permission. */
  denied_by_system = false;
  /** The chosen loudspeaker, "" for the system's. */
  speaker = "";
  /** @type {{ microphone: string, camera: string }} */ #chosen = { microphone: "", camera: "" };
  /** Which question is the newest, per device: an older answer that comes late is thrown away. */ #asked = { microphone: 0, camera: 0 };
  #changed;

  /** @param {() => void} changed called after every change, also those that the system made */
  constructor(changed) {
    this.#changed = changed;
    navigator.mediaDevices?.addEventListener?.("devicechange", changed);
  }

  /** Asks for the devices that are wanted and not open. Afterwards `status` says what became of them; it never throws.
   * @param {{ microphone: boolean, camera: boolean }} want */
  async open(want) {
    /** @type {DeviceKind[]} */
    const kinds = [];
    if (want.microphone && !alive(this.microphone)) kinds.push("microphone");
    if (want.camera && !alive(this.camera)) kinds.push("camera");
    if (kinds.length === 0) return;
    const together = await this.#get(kinds);
    if (together !== null && kinds.length === 2) {
      // One bad device spoils the common question, so each is asked alone. What a person has refused is not asked again.
      for (const kind of kinds) {
        if (together !== "denied" || (await permitted(kind))) await this.#get([kind]);
      }
    }
    this.#changed();
  }

  /** Switches to another device of the same kind. @param {DeviceKind} kind @param {string} id as in `list` */
  async use(kind, id) {
    this.#chosen[kind] = id;
    this.#stop(kind); // many phones cannot open the second camera while the first is open
    await this.#get([kind]);
    this.#changed();
  }

  /** The camera that looks the other way, or the next one. */
  async flip() {
    const { cameras } = await this.list();
    const now = cameras.findIndex((camera) => camera.deviceId === this.camera?.getSettings().deviceId);
    const next = cameras[(now + 1) % cameras.length];
    if (next !== undefined) await this.use("camera", next.deviceId);
  }

  /** What there is to choose from. Without permission the browser hides names. */
  async list() {
    const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    const of = (/** @type {MediaDeviceKind} */ kind) => all.filter((device) => device.kind === kind && device.deviceId !== "");
    return { microphones: of("audioinput"), cameras: of("videoinput"), speakers: of("audiooutput") };
  }

  /** Lets a device go, so that its light goes off. @param {DeviceKind} kind */
  close(kind) {
    this.#stop(kind);
    this.#changed();
  }

  /** The id of the device in use, "" if none. @param {DeviceKind} kind */
  using(kind) {
    return this[kind]?.getSettings().deviceId ?? "";
  }

  /** @param {DeviceKind} kind */
  #stop(kind) {
    this.#asked[kind] += 1;
    const track = this[kind];
    this[kind] = null;
    if (track === null) return;
    track.onended = track.onmute = track.onunmute = null;
    track.stop();
  }

  /** @param {DeviceKind[]} kinds @returns {Promise<DeviceState | null>} what went wrong */
  async #get(kinds) {
    const numbers = kinds.map((kind) => (this.#asked[kind] += 1));
    try {
      if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "NotFoundError");
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: kinds.includes("microphone") && { ...AUDIO, ...exactly(this.#chosen.microphone) },
        video: kinds.includes("camera") && { ...VIDEO, ...(this.#chosen.camera ? exactly(this.#chosen.camera) : { facingMode: "user" }) },
      });
      for (const [index, kind] of kinds.entries()) {
        const track = stream.getTracks().find((track) => track.kind === (kind === "camera" ? "video" : "audio"));
        if (track === undefined) continue;
        if (this.#asked[kind] !== numbers[index]) {
          track.stop(); // closed or asked again meanwhile
          continue;
        }
        this.#stop(kind);
        this[kind] = track;
        this.status = { ...this.status, [kind]: "unknown" };
        track.onended = () => {
          this.status = { ...this.status, [kind]: "busy" };
          this.#changed();
        };
        track.onmute = track.onunmute = () => this.#changed();
      }
      return null;
    } catch (error) {
      const problem = problemOf(error);
      this.denied_by_system = problem === "denied" && /system/i.test(String(/** @type {Error} */ (error).message));
      for (const [index, kind] of kinds.entries()) {
        if (this.#asked[kind] === numbers[index]) this.status = { ...this.status, [kind]: problem };
      }
      return problem;
    }
  }
}

/** What a failed `getUserMedia` means to a person (Media Capture and Streams, section 10.2). @param {unknown} error @returns {DeviceState} */
export function problemOf(error) {
  switch (/** @type {Error} */ (error).name) {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "absent";
    default: // NotReadableError, AbortError, and what drivers invent: the device is there and does not open
      return "busy";
  }
}

/** @param {string} id */
const exactly = (id) => (id === "" ? {} : { deviceId: { exact: id } });
/** @param {MediaStreamTrack | null} track */
const alive = (track) => track !== null && track.readyState === "live";
/** Whether asking for `kind` alone would not be refused at once. @param {DeviceKind} kind */
async function permitted(kind) {
  try {
    return (await navigator.permissions.query({ name: /** @type {PermissionName} */ (kind) })).state === "granted";
  } catch {
    return false; // a browser that cannot tell would ask the person again
  }
}

/** How loud a microphone is. Reads 0 to 1 on a scale of decibels, or null while the browser does not let us listen. */
export class Meter {
  #context;
  #source;
  #analyser;
  #samples;

  /** @param {MediaStreamTrack} track @param {AudioContext} context */
  constructor(track, context) {
    this.track = track;
    this.#context = context;
    this.#source = context.createMediaStreamSource(new MediaStream([track]));
    this.#analyser = new AnalyserNode(context, { fftSize: 1024 });
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#source.connect(this.#analyser);
  }

  level() {
    if (this.#context.state !== "running") return null;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let sum = 0;
    for (const sample of this.#samples) sum += sample * sample;
    const db = 10 * Math.log10(sum / this.#samples.length + 1e-10);
    return Math.min(1, Math.max(0, (db + 60) / 50)); // -60 dB is a quiet room, -10 dB is a shout
  }

  close() {
    this.#source.disconnect();
  }
}

const DISCONNECTED_PATIENCE_MS = 4_000; // Wi-Fi roaming heals by itself within this; longer, a new path is faster
const CONNECT_WITHIN_MS = 10_000;
const RETRY_MAX_MS = 8_000;

/** @typedef {"idle" | "connecting" | "connected" | "lost"} PathState "lost" is: was connected, and tries again */
/**
 * @typedef {object} PathEvents
 * @property {(offer: { request: number, sdp: string, sources: Record<string, SourceName> }) => boolean} offer sends an offer; false if there is no way to send it now
 * @property {() => void} changed the state or a track has changed
 * @property {(text: string) => void} message somebody in the room wrote this
 */

/** One media path to the daemon: microphone and camera out, `slots` people in, and a data channel for what they write.
 * The browser always offers and the daemon always answers. When the path breaks, it builds a new one, for ever, until `close`. */
export class MediaPath {
  /** @type {PathState} */ state = "idle";
  #slots;
  #events;
  #request = 0;
  #attempt = 0;
  #was_connected = false;
  /** @type {RTCPeerConnection | null} */ #pc = null;
  /** @type {RTCDataChannel | null} */ #channel = null;
  /** @type {{ microphone: MediaStreamTrack | null, camera: MediaStreamTrack | null }} */ #tracks = { microphone: null, camera: null };
  /** @type {{ microphone: RTCRtpTransceiver, camera: RTCRtpTransceiver } | null} */ #outgoing = null;
  /** @type {Map<string, MediaStream>} */ #streams = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /** @param {number} slots how many others can be received, 1 to 8 @param {PathEvents} events */
  constructor(slots, events) {
    this.#slots = slots;
    this.#events = events;
  }

  /** Opens the path, or does nothing if it is open or opening. */
  open() {
    if (this.#pc === null && this.#timer === undefined) void this.#build();
  }

  /** Tries again at once if the path is not up: signalling has come back. */
  retry() {
    if (this.state === "connecting" || this.state === "lost") void this.#build();
  }

  /** Ends the path. */
  close() {
    this.#tear();
    this.#was_connected = false;
    this.#attempt = 0;
    this.#set("idle");
  }

  /** What goes out from now on; null sends nothing. @param {MediaStreamTrack | null} microphone @param {MediaStreamTrack | null} camera */
  send(microphone, camera) {
    this.#tracks = { microphone, camera };
    if (this.#outgoing === null) return;
    const { microphone: voice, camera: picture } = this.#outgoing;
    if (voice.sender.track !== microphone) voice.sender.replaceTrack(microphone).catch(ignoreClosed);
    if (picture.sender.track !== camera) picture.sender.replaceTrack(camera).catch(ignoreClosed);
  }

  /** The daemon's answer. @param {number} request @param {string} sdp */
  async answer(request, sdp) {
    const pc = this.#pc;
    if (pc === null || request !== this.#request || pc.signalingState !== "have-local-offer") return; // an answer to a path that is gone
    try {
      await pc.setRemoteDescription({ type: "answer", sdp });
    } catch {
      if (pc === this.#pc) this.#again();
    }
  }

  /** The daemon refused an offer. @param {number} request */
  refused(request) {
    if (request === this.#request) this.#again();
  }

  /** What arrives on these m-lines, as one stream so that lips and voice stay together. @param {string | null} audio_mid @param {string | null} video_mid */
  stream(audio_mid, video_mid) {
    const key = `${audio_mid} ${video_mid}`;
    const known = this.#streams.get(key);
    if (known !== undefined) return known;
    const tracks = (this.#pc?.getTransceivers() ?? [])
      .filter(({ mid }) => mid !== null && (mid === audio_mid || mid === video_mid))
      .map(({ receiver }) => receiver.track);
    if (tracks.length === 0) return null;
    const stream = new MediaStream(tracks);
    this.#streams.set(key, stream);
    return stream;
  }

  /** Writes to everybody in the room. @param {string} text @returns {boolean} false if it cannot be sent now */
  write(text) {
    if (this.#channel?.readyState !== "open") return false;
    this.#channel.send(JSON.stringify({ text }));
    return true;
  }

  /** How the path does: round trip in milliseconds and the share of packets that did not arrive, since it was built. */
  async stats() {
    let rtt_ms = null;
    let [received, lost] = [0, 0];
    for (const report of (await this.#pc?.getStats())?.values() ?? []) {
      if (report.type === "candidate-pair" && report.nominated && report.currentRoundTripTime !== undefined) rtt_ms = report.currentRoundTripTime * 1000;
      if (report.type !== "inbound-rtp") continue;
      received += report.packetsReceived ?? 0;
      lost += Math.max(0, report.packetsLost ?? 0);
    }
    return { rtt_ms, lost_share: received + lost === 0 ? 0 : lost / (received + lost) };
  }

  async #build() {
    this.#tear();
    const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    this.#pc = pc;
    this.#set(this.#was_connected ? "lost" : "connecting");
    const voice = pc.addTransceiver("audio", { direction: "sendonly", sendEncodings: [{ maxBitrate: VOICE_BITRATE_MAX }] });
    const picture = pc.addTransceiver("video", { direction: "sendonly", sendEncodings: [{ maxBitrate: CAMERA_BITRATE_MAX }] });
    this.#outgoing = { microphone: voice, camera: picture };
    for (let slot = 0; slot < this.#slots; slot += 1) {
      pc.addTransceiver("audio", { direction: "recvonly" });
      pc.addTransceiver("video", { direction: "recvonly" });
    }
    const channel = pc.createDataChannel("room");
    this.#channel = channel;
    channel.onopen = () => this.#events.changed();
    channel.onclose = () => this.#again(); // the far end has closed the path; ICE alone would notice much later
    channel.onmessage = ({ data }) => this.#read(data);
    pc.ontrack = () => this.#events.changed();
    pc.onconnectionstatechange = () => this.#moved(pc);
    try {
      this.send(this.#tracks.microphone, this.#tracks.camera);
      await pc.setLocalDescription();
      if (pc !== this.#pc) return;
      const request = (this.#request += 1);
      const sources = { [voice.mid ?? ""]: /** @type {SourceName} */ ("microphone"), [picture.mid ?? ""]: /** @type {SourceName} */ ("camera") };
      // The daemon is ICE-lite and learns our address from our checks, so the offer goes out without waiting for candidates.
      const sent = this.#events.offer({ request, sdp: pc.localDescription?.sdp ?? "", sources });
      if (sent) this.#timer = setTimeout(() => this.#again(), CONNECT_WITHIN_MS);
      // Not sent: `retry` comes when signalling is back.
    } catch {
      if (pc === this.#pc) this.#again();
    }
  }

  /** @param {RTCPeerConnection} pc */
  #moved(pc) {
    if (pc !== this.#pc) return;
    switch (pc.connectionState) {
      case "connected":
        clearTimeout(this.#timer);
        this.#timer = undefined;
        this.#attempt = 0;
        this.#was_connected = true;
        this.#set("connected");
        break;
      case "disconnected":
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#again(), DISCONNECTED_PATIENCE_MS);
        break;
      case "failed":
        this.#again();
        break;
      case "new":
      case "connecting":
      case "closed":
        break;
    }
  }

  #again() {
    this.#tear();
    const wait_ms = Math.min(RETRY_MAX_MS, 500 * 2 ** this.#attempt++);
    this.#timer = setTimeout(() => void this.#build(), wait_ms);
    this.#set(this.#was_connected ? "lost" : "connecting");
  }

  #tear() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#outgoing = null;
    this.#streams.clear();
    if (this.#channel !== null) this.#channel.onopen = this.#channel.onclose = this.#channel.onmessage = null;
    this.#channel = null;
    const pc = this.#pc;
    this.#pc = null;
    if (pc === null) return;
    pc.onconnectionstatechange = pc.ontrack = null;
    pc.close();
  }

  /** @param {unknown} data */
  #read(data) {
    if (typeof data !== "string") return;
    try {
      const { text } = JSON.parse(data);
      if (typeof text === "string" && text !== "") this.#events.message(text.slice(0, MESSAGE_CHARS_MAX));
    } catch {
      // Not one of our messages; a newer page may say more than we understand.
    }
  }

  /** @param {PathState} state */
  #set(state) {
    if (this.state === state) return;
    this.state = state;
    this.#events.changed();
  }
}

/** The longest message that a person may write; far below what one data channel message carries. */
export const MESSAGE_CHARS_MAX = 4_000;

/** A sender whose connection was closed meanwhile rejects; there is nobody left to tell. */
function ignoreClosed() {}
