// Microphone and camera: asked for kindly, told apart when they fail, and off when they are said to be off.

import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { Devices } from "../js/media.js";

/** @typedef {"microphone" | "camera"} Kind */

class FakeTrack {
  readyState = "live";
  /** @type {(() => void) | null} */ onended = null;
  /** @type {(() => void) | null} */ onmute = null;
  /** @type {(() => void) | null} */ onunmute = null;
  /** @param {"audio" | "video"} kind @param {string} id */
  constructor(kind, id) {
    this.kind = kind;
    this.id = id;
  }
  /** @returns {{ deviceId: string, backgroundBlur?: boolean }} */
  getSettings() {
    return { deviceId: this.id };
  }
  stop() {
    this.readyState = "ended";
  }
}

/** A camera as in Media Capture Extensions: it says which values there are, takes one by `applyConstraints`, and tells of what the system has changed. */
class BlurringTrack extends FakeTrack {
  /** @type {Map<string, () => void>} */ listeners = new Map();
  /** @param {string} id @param {any} wanted @param {boolean[]} values */
  constructor(id, wanted, values) {
    super("video", id);
    this.values = values;
    this.wanted = wanted;
    this.blurred = values.includes(wanted.backgroundBlur) ? wanted.backgroundBlur : values[0];
  }
  getCapabilities() {
    return { backgroundBlur: this.values };
  }
  getSettings() {
    return { deviceId: this.id, backgroundBlur: this.blurred };
  }
  /** @param {any} wanted all that is wanted from now on */
  async applyConstraints(wanted) {
    this.wanted = wanted;
    if (this.values.includes(wanted.backgroundBlur)) this.blurred = wanted.backgroundBlur;
  }
  /** @param {string} kind @param {() => void} listener */
  addEventListener(kind, listener) {
    this.listeners.set(kind, listener);
  }
}

/** What a camera can be, if it can blur. @type {boolean[] | null} */
let blurs = null;
/** @type {any[]} */
let asked = [];
/** @type {Partial<Record<Kind, string>>} what goes wrong, by device */
let wrong = {};
/** @type {Partial<Record<Kind, string>>} */
let permissions = {};
/** @type {FakeTrack[]} */
let tracks = [];
/** @type {(() => void) | null} */
let hold = null;

const CAMERAS = ["front", "back"];

const mediaDevices = {
  addEventListener() {},
  /** @param {any} wanted */
  async getUserMedia(wanted) {
    asked.push(wanted);
    if (hold !== null) await new Promise((resolve) => (hold = () => resolve(null)));
    const name = (wanted.audio && wrong.microphone) || (wanted.video && wrong.camera);
    if (name) throw Object.assign(new Error(name === "NotAllowedError" ? "Permission denied by system" : ""), { name });
    /** @type {FakeTrack[]} */
    const made = [];
    if (wanted.audio) made.push(new FakeTrack("audio", wanted.audio.deviceId?.exact ?? "mic"));
    const camera = wanted.video?.deviceId?.exact ?? "front";
    if (wanted.video) made.push(blurs === null ? new FakeTrack("video", camera) : new BlurringTrack(camera, wanted.video, blurs));
    tracks.push(...made);
    return { getTracks: () => made };
  },
  async enumerateDevices() {
    return CAMERAS.map((deviceId) => ({ kind: "videoinput", deviceId, label: deviceId }));
  },
};
Object.defineProperty(globalThis, "navigator", {
  value: { mediaDevices, permissions: { query: async (/** @type {{ name: Kind }} */ { name }) => ({ state: permissions[name] ?? "prompt" }) } },
  configurable: true,
});

beforeEach(() => {
  asked = [];
  wrong = {};
  permissions = {};
  tracks = [];
  hold = null;
  blurs = null;
});

const BOTH = { microphone: true, camera: true };

test("both are asked for in one question", async () => {
  const devices = new Devices(() => {});
  await devices.open(BOTH);
  assert.equal(asked.length, 1);
  assert.ok(devices.microphone && devices.camera);
  await devices.open(BOTH);
  assert.equal(asked.length, 1, "what is open is not asked for again");
});

test("who has refused is not asked twice", async () => {
  wrong = { microphone: "NotAllowedError", camera: "NotAllowedError" };
  const devices = new Devices(() => {});
  await devices.open(BOTH);
  assert.equal(asked.length, 1);
  assert.deepEqual(devices.status, { camera: "denied", microphone: "denied" });
  assert.ok(devices.denied_by_system);
});

test("a refused camera does not cost the microphone that was allowed", async () => {
  wrong = { camera: "NotAllowedError" };
  permissions = { microphone: "granted", camera: "denied" };
  const devices = new Devices(() => {});
  await devices.open(BOTH);
  assert.ok(devices.microphone);
  assert.deepEqual(devices.status, { camera: "denied", microphone: "unknown" });
});

test("a missing or busy camera does not cost the microphone", async () => {
  for (const [name, problem] of /** @type {const} */ ([["NotFoundError", "absent"], ["NotReadableError", "busy"]])) {
    wrong = { camera: name };
    const devices = new Devices(() => {});
    await devices.open(BOTH);
    assert.ok(devices.microphone);
    assert.deepEqual(devices.status, { camera: problem, microphone: "unknown" });
  }
});

test("closing stops the track, so that its light goes off", async () => {
  const devices = new Devices(() => {});
  await devices.open(BOTH);
  const camera = /** @type {unknown} */ (devices.camera);
  devices.close("camera");
  assert.equal(/** @type {FakeTrack} */ (camera).readyState, "ended");
  assert.equal(devices.camera, null);
  assert.ok(devices.microphone);
});

test("an answer that comes after the device was closed leaves nothing running", async () => {
  hold = () => {};
  const devices = new Devices(() => {});
  const opening = devices.open({ microphone: false, camera: true });
  await Promise.resolve();
  devices.close("camera");
  /** @type {() => void} */ (hold)();
  await opening;
  assert.equal(devices.camera, null);
  assert.deepEqual(tracks.map(({ readyState }) => readyState), ["ended"]);
});

test("the other camera replaces the first, which is stopped before", async () => {
  const devices = new Devices(() => {});
  await devices.open(BOTH);
  await devices.flip();
  assert.equal(devices.using("camera"), "back");
  assert.deepEqual(tracks.filter(({ kind }) => kind === "video").map(({ readyState }) => readyState), ["ended", "live"]);
  await devices.flip();
  assert.equal(devices.using("camera"), "front");
});

test("a device that is pulled out says so", async () => {
  let changes = 0;
  const devices = new Devices(() => (changes += 1));
  await devices.open(BOTH);
  const before = changes;
  /** @type {FakeTrack} */ (/** @type {unknown} */ (devices.microphone)).onended?.();
  assert.equal(devices.status.microphone, "busy");
  assert.ok(before < changes);
});

test("blur is for the person to choose where the camera has both, and nowhere else", async () => {
  for (const [values, is] of /** @type {const} */ ([[null, null], [[false], null], [[true], null], [[false, true], false], [[true, false], true]])) {
    blurs = values === null ? null : [...values];
    const devices = new Devices(() => {});
    await devices.open(BOTH);
    assert.equal(devices.blur, is, JSON.stringify(values));
    assert.equal("backgroundBlur" in asked.at(-1).video, false, "who has chosen nothing has it as the system has it");
    devices.close("camera");
    assert.equal(devices.blur, null, "no camera, no switch");
  }
});

test("a blur that was chosen stays: with the other camera, with a smaller picture, and after the camera was off", async () => {
  blurs = [false, true];
  const devices = new Devices(() => {});
  await devices.open(BOTH);
  await devices.chooseBlur(true);
  assert.equal(devices.blur, true);
  devices.captureLess(true);
  const camera = () => /** @type {BlurringTrack} */ (/** @type {unknown} */ (devices.camera));
  assert.deepEqual([devices.blur, camera().wanted.backgroundBlur, camera().wanted.width], [true, true, { ideal: 640 }], "what is not said again is forgotten by the browser");
  await devices.flip();
  assert.deepEqual([devices.using("camera"), devices.blur], ["back", true]);
  devices.close("camera");
  await devices.open(BOTH);
  assert.equal(devices.blur, true);
  await devices.chooseBlur(false);
  assert.equal(devices.blur, false);
});

test("what the person blurs in the system's own settings shows on the switch", async () => {
  blurs = [false, true];
  let told = 0;
  const devices = new Devices(() => (told += 1));
  await devices.open(BOTH);
  const camera = /** @type {BlurringTrack} */ (/** @type {unknown} */ (devices.camera));
  const before = told;
  camera.blurred = true;
  camera.listeners.get("configurationchange")?.();
  assert.deepEqual([devices.blur, told], [true, before + 1]);
});
