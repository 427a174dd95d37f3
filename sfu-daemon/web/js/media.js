// Sound and picture of this device: `Devices` opens microphone and camera and says honestly what went wrong, `Screen` is what a person shares
// of their screen, `Meter` hears how loud it is. js/path.js carries them.

/** @import { DeviceCheck, DeviceState } from "./types.d.ts" */

/** @typedef {"microphone" | "camera"} DeviceKind */

const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const VIDEO = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };
/** Where movement counts, and the browser would rather leave out pictures than make them smaller. */
const LESS = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 30, max: 30 } };
/** Text that scrolls is readable at this rate, and a slower rate leaves each picture more bits. */
const SCREEN_RATE = { ideal: 15, max: 30 };

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
  #less = false;
  /** null: as the system has it. @type {boolean | null} */ #blur = null;
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

  /** A smaller picture of the camera, from now on. @param {boolean} less */
  captureLess(less) {
    if (less === this.#less) return;
    this.#less = less;
    this.#constrain();
  }

  /** Whether what is behind the person is blurred, by the system and on this device; null where that is not for a page to choose.
   * Media Capture Extensions, `backgroundBlur`. */
  get blur() {
    const camera = /** @type {Blurring | null} */ (this.camera);
    const can = camera?.getCapabilities?.().backgroundBlur ?? [];
    return camera === null || !can.includes(true) || !can.includes(false) ? null : camera.getSettings().backgroundBlur === true;
  }

  /** ... from now on, with each camera that can. @param {boolean} on */
  async chooseBlur(on) {
    this.#blur = on;
    await this.#constrain();
    this.#changed();
  }

  /** What is asked of the camera: each time all of it, or the browser forgets the rest. @returns {MediaTrackConstraints} */
  #picture() {
    return { ...(this.#less ? LESS : VIDEO), ...(this.#blur === null ? {} : { backgroundBlur: this.#blur }) };
  }

  async #constrain() {
    await this.camera?.applyConstraints(this.#picture()).catch(() => {}); // It stays as it is.
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
        video: kinds.includes("camera") && { ...this.#picture(), ...(this.#chosen.camera ? exactly(this.#chosen.camera) : { facingMode: "user" }) },
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
        track.addEventListener?.("configurationchange", this.#changed); // The person has blurred it in the system's own settings.
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

/** @typedef {MediaStreamTrack & { getCapabilities?: () => { backgroundBlur?: boolean[] }, getSettings: () => { backgroundBlur?: boolean } }} Blurring */

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

/** What a person shows of their screen. Only a click of theirs may start it: browsers refuse it otherwise. */
export class Screen {
  /** @type {MediaStreamTrack | null} */ track = null;
  #asking = false;
  #changed;

  /** @param {() => void} changed called when sharing has begun or ended, also when the browser's own button ended it */
  constructor(changed) {
    this.#changed = changed;
  }

  /** Whether this browser can share a screen: phones cannot. */
  static possible() {
    return typeof navigator.mediaDevices?.getDisplayMedia === "function";
  }

  /** Asks what to share. Resolves to false if it could not be opened, and to true if the person chose something or nothing. */
  async share() {
    if (this.track !== null || this.#asking) return true;
    this.#asking = true;
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: SCREEN_RATE }, audio: false });
      const track = stream.getVideoTracks()[0];
      if (track === undefined) return false;
      track.contentHint = "detail"; // letters stay sharp, and the rate gives way
      track.onended = () => this.stop();
      this.track = track;
      this.#changed();
      return true;
    } catch (error) {
      return /** @type {Error} */ (error).name === "NotAllowedError"; // the person changed their mind
    } finally {
      this.#asking = false;
    }
  }

  stop() {
    const track = this.track;
    if (track === null) return;
    this.track = null;
    track.onended = null;
    track.stop();
    this.#changed();
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
