// The media path: one connection, always offered by the page, rebuilt for as long as a visit wants it.

import assert from "node:assert/strict";
import test, { beforeEach, mock } from "node:test";
import { MediaPath } from "../js/path.js";

class FakeChannel {
  readyState = "connecting";
  binaryType = "blob";
  /** @type {string[]} */ sent = [];
  /** @type {(() => void) | null} */ onopen = null;
  /** @type {(() => void) | null} */ onclose = null;
  /** @type {((event: { data: unknown }) => void) | null} */ onmessage = null;
  /** @param {string} text */
  send(text) {
    this.sent.push(text);
  }
}

class FakeConnection {
  /** @type {FakeConnection[]} */
  static made = [];
  connectionState = "new";
  signalingState = "stable";
  /** @type {any} */ localDescription = null;
  /** @type {any[]} */ transceivers = [];
  /** @type {any} */ remote = null;
  closed = false;
  channel = new FakeChannel();
  /** @type {(() => void) | null} */ onconnectionstatechange = null;
  ontrack = null;
  restarts = 0;

  constructor() {
    FakeConnection.made.push(this);
  }
  /** @param {string} kind @param {{ direction: string, sendEncodings?: any[] }} init */
  addTransceiver(kind, { direction, sendEncodings = [] }) {
    const sender = {
      track: /** @type {unknown} */ (null),
      parameters: { transactionId: "0", encodings: sendEncodings.map((encoding) => ({ active: true, ...encoding })) },
      async replaceTrack(/** @type {unknown} */ track) {
        this.track = track;
      },
      getParameters() {
        return structuredClone(this.parameters);
      },
      async setParameters(/** @type {any} */ parameters) {
        if (parameters.transactionId !== this.parameters.transactionId) throw new DOMException("", "InvalidStateError");
        await Promise.resolve();
        this.parameters = { ...structuredClone(parameters), transactionId: `${Number(parameters.transactionId) + 1}` };
      },
    };
    const transceiver = { kind, direction, mid: null, sender, receiver: { track: { kind, of: this.transceivers.length } } };
    this.transceivers.push(transceiver);
    return transceiver;
  }
  restartIce() {
    this.restarts += 1;
  }
  createDataChannel() {
    return this.channel;
  }
  getTransceivers() {
    return this.transceivers;
  }
  async setLocalDescription() {
    for (const [index, transceiver] of this.transceivers.entries()) transceiver.mid = String(index);
    this.signalingState = "have-local-offer";
    const lines = this.transceivers.map(({ direction }) => direction[0]).join("");
    this.localDescription = { type: "offer", sdp: `offer ${FakeConnection.made.indexOf(this)} ${lines} ${this.restarts}` };
  }
  /** @param {any} answer */
  async setRemoteDescription(answer) {
    if (answer.sdp === "nonsense") throw new Error("cannot parse");
    this.signalingState = "stable";
    this.remote = answer;
  }
  close() {
    this.closed = true;
  }
  /** @param {string} state */
  becomes(state) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
  static get last() {
    return /** @type {FakeConnection} */ (FakeConnection.made.at(-1));
  }
}

Object.assign(globalThis, {
  RTCPeerConnection: FakeConnection,
  MediaStream: class {
    /** @param {unknown[]} tracks */
    constructor(tracks) {
      this.tracks = tracks;
    }
  },
});

/** @returns {any} the newest connection, loosely typed for looking into it */
const newest = () => FakeConnection.last;

const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

/** @type {any[]} */
let offers = [];
/** @type {(string | ArrayBuffer)[]} */
let messages = [];
/** @type {boolean[]} */
let channels = [];
let fresh = 0;
let reachable = true;
let clock = 0;

/** @param {number} ms */
async function pass(ms) {
  clock += ms;
  mock.timers.tick(ms);
  await settle();
}

/** What passes through transforms. @type {[unknown, string][]} */ let sealed = [];
/** @type {unknown[]} */ let received = [];

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(performance, "now", () => clock);
  clock = 0;
  FakeConnection.made = [];
  offers = [];
  messages = [];
  channels = [];
  fresh = 0;
  reachable = true;
  sealed = [];
  received = [];
});

async function opened(slots = 2) {
  const path = new MediaPath(slots, {
    offer: (offer) => {
      if (reachable) offers.push(offer);
      return reachable;
    },
    changed: () => {},
    fresh: () => (fresh += 1),
    message: (data) => messages.push(data),
    channel: (is_open) => channels.push(is_open),
  }, { send: (sender, source) => void sealed.push([sender, source]), receive: (lines) => void (received = lines), end: () => {} });
  path.open();
  await settle();
  return path;
}

async function connected() {
  const path = await opened();
  await path.answer(offers.at(-1).request, "answer");
  FakeConnection.last.becomes("connected");
  return path;
}

test("offers two sending lines, sound and picture for each slot, and one more picture for a screen, and says which is which", async () => {
  await opened(3);
  assert.deepEqual(FakeConnection.last.transceivers.map(({ kind, direction }) => `${direction} ${kind}`), [
    "sendonly audio", "sendonly video", "recvonly audio", "recvonly video", "recvonly audio", "recvonly video", "recvonly audio", "recvonly video", "recvonly video",
  ]);
  assert.deepEqual(offers[0].sources, { 0: "microphone", 1: "camera" });
});

test("opening twice makes one connection", async () => {
  const path = await opened();
  path.open();
  await settle();
  assert.equal(FakeConnection.made.length, 1);
});

test("an answer counts once and only for the newest offer", async () => {
  const path = await opened();
  await path.answer(offers[0].request + 1, "other");
  assert.equal(FakeConnection.last.remote, null);
  await path.answer(offers[0].request, "answer");
  await path.answer(offers[0].request, "again");
  assert.equal(newest().remote.sdp, "answer");
});

test("a lost connection restarts its ICE with another offer, and keeps everything else", async () => {
  const path = await connected();
  FakeConnection.last.becomes("disconnected");
  await pass(999);
  assert.equal(path.state, "connected");
  await pass(1);
  assert.equal(path.state, "lost");
  assert.equal(newest().restarts, 1);
  assert.equal(offers.length, 2);
  assert.match(offers[1].sdp, / 1$/);
  await path.answer(offers[1].request, "answer");
  FakeConnection.last.becomes("connected");
  await pass(60_000);
  assert.equal(path.state, "connected");
  assert.deepEqual([FakeConnection.made.length, newest().restarts, fresh], [1, 1, 1]);
});

test("a failed connection restarts at once, again every five seconds, and is replaced when the daemon has forgotten it", async () => {
  const path = await connected();
  FakeConnection.last.becomes("failed");
  assert.equal(newest().restarts, 1);
  for (let turn = 2; turn <= 10; turn += 1) {
    await path.answer(offers.at(-1).request, "answer");
    await pass(5_000);
    assert.equal(newest().restarts, turn);
  }
  await path.answer(offers.at(-1).request, "answer");
  await pass(5_000);
  assert.ok(FakeConnection.made[0]?.closed);
  await pass(500);
  assert.equal(FakeConnection.made.length, 2);
  await path.answer(offers.at(-1).request, "answer");
  FakeConnection.last.becomes("connected");
  assert.deepEqual([path.state, fresh], ["connected", 2]);
});

test("a short disconnection heals by itself", async () => {
  await connected();
  FakeConnection.last.becomes("disconnected");
  await pass(999);
  FakeConnection.last.becomes("connected");
  await pass(60_000);
  assert.deepEqual([FakeConnection.made.length, newest().restarts, offers.length], [1, 0, 1]);
});

test("an outage that takes signalling as well ends without a new connection: the restart is said when signalling is back", async () => {
  const path = await connected();
  reachable = false;
  FakeConnection.last.becomes("disconnected");
  await pass(15_000);
  assert.equal(newest().restarts, 1, "one is on its way already");
  assert.equal(offers.length, 1);
  reachable = true;
  path.retry();
  await settle();
  assert.equal(offers.length, 2);
  await path.answer(offers[1].request, "answer");
  FakeConnection.last.becomes("connected");
  assert.deepEqual([path.state, FakeConnection.made.length], ["connected", 1]);
});

test("an offer that was lost with its answer is said again as it was", async () => {
  const path = await connected();
  FakeConnection.last.becomes("failed");
  await settle();
  path.retry();
  assert.equal(offers.length, 3);
  assert.equal(offers[2].sdp, offers[1].sdp);
  await path.answer(offers[1].request, "late");
  assert.equal(newest().remote.sdp, "answer", "only the newest is awaited");
  await path.answer(offers[2].request, "new");
  assert.equal(newest().remote.sdp, "new");
});

test("the far end closing the channel is noticed at once", async () => {
  const path = await connected();
  FakeConnection.last.channel.onclose?.();
  assert.equal(path.state, "lost");
});

test("an offer that is never answered, refused, or answered with nonsense is made again, at most eight seconds apart", async () => {
  const path = await opened();
  mock.timers.tick(10_000); // nobody answers
  mock.timers.tick(500);
  await settle();
  assert.equal(offers.length, 2);
  path.refused(offers[1].request);
  mock.timers.tick(1_000);
  await settle();
  assert.equal(offers.length, 3);
  await path.answer(offers[2].request, "nonsense");
  for (let turn = 0; turn < 9; turn += 1) {
    mock.timers.tick(8_000);
    await settle();
    path.refused(offers.at(-1).request);
  }
  assert.ok(10 <= offers.length);
});

test("without signalling no offer is made up; it goes out when signalling is back", async () => {
  reachable = false;
  const path = await opened();
  mock.timers.tick(60_000);
  await settle();
  assert.equal(offers.length, 0);
  reachable = true;
  path.retry();
  await settle();
  assert.equal(offers.length, 1);
});

test("a path that is up is left alone when signalling comes back", async () => {
  const path = await connected();
  path.retry();
  await settle();
  assert.equal(FakeConnection.made.length, 1);
});

test("closing is final: nothing is offered, nothing is heard", async () => {
  const path = await connected();
  const { channel } = FakeConnection.last;
  path.close();
  assert.equal(path.state, "idle");
  channel.onmessage?.({ data: '{"text":"late"}' });
  mock.timers.tick(60_000);
  await settle();
  assert.equal(FakeConnection.made.length, 1);
  assert.deepEqual(messages, []);
});

test("what is sent survives a new connection", async () => {
  const path = await connected();
  const [microphone, camera, screen] = /** @type {any[]} */ ([{ kind: "audio" }, { kind: "video" }, { kind: "video" }]);
  path.send({ microphone, camera, screen });
  FakeConnection.last.channel.onclose?.();
  await pass(500);
  const sent = () => FakeConnection.last.transceivers.filter(({ direction }) => direction === "sendonly").map(({ sender }) => sender.track);
  assert.deepEqual(sent(), [microphone, camera, screen]);
  path.send({ microphone, camera: null, screen });
  await settle();
  assert.equal(FakeConnection.last.transceivers[1].sender.track, null);
});

test("a slot's tracks come by their lines, as the same stream each time", async () => {
  const path = await connected();
  const stream = /** @type {any} */ (path.stream("2", "3"));
  assert.deepEqual(stream.tracks.map((/** @type {any} */ track) => track.of), [2, 3]);
  assert.equal(path.stream("2", "3"), stream);
  assert.equal(path.stream("8", null), null);
});

test("what comes on the data channel is handed on as it is, and what cannot be sent is not", async () => {
  const path = await connected();
  const { channel } = FakeConnection.last;
  assert.equal(channel.binaryType, "arraybuffer");
  for (const data of ["text", new ArrayBuffer(3)]) channel.onmessage?.({ data });
  assert.deepEqual(messages, ["text", new ArrayBuffer(3)]);
  channel.onopen?.();
  assert.deepEqual(channels, [true]);
  assert.equal(path.write("early"), false);
  channel.readyState = "open";
  assert.equal(path.write("hi"), true);
  assert.deepEqual(channel.sent, ["hi"]);
  channel.send = () => {
    throw new DOMException("full", "OperationError");
  };
  assert.equal(path.write(Uint8Array.of(1)), false);
});

test("a screen has a line of its own while it is shared, and the same line the next time", async () => {
  const path = await connected();
  const nothing = { microphone: null, camera: null };
  const [screen, other] = /** @type {any[]} */ ([{ kind: "video" }, { kind: "video" }]);
  path.send({ ...nothing, screen });
  path.send({ ...nothing, screen });
  await settle();
  assert.equal(offers.length, 2, "one offer for one screen");
  assert.deepEqual(offers[1].sources, { 0: "microphone", 1: "camera", 7: "screen" });
  await path.answer(offers[1].request, "answer");
  path.want("7", [{ rid: null, wanted: false }]);
  path.send({ ...nothing, screen: null });
  await settle();
  assert.deepEqual(offers[2].sources, { 0: "microphone", 1: "camera" });
  await path.answer(offers[2].request, "answer");
  path.send({ ...nothing, screen: other });
  await settle();
  assert.deepEqual(offers[3].sources, { 0: "microphone", 1: "camera", 7: "screen" });
  assert.equal(newest().transceivers[7].sender.track, other);
  assert.equal(newest().transceivers[7].sender.parameters.encodings[0].active, true, "nobody needed the last one, which says nothing of this one");
  await path.answer(offers[3].request, "answer");
  await settle();
  assert.equal(newest().transceivers[7].sender.parameters.encodings[0].active, true);
  assert.equal(newest().transceivers.length, 8);
});

test("what changes while an answer is awaited is offered after it", async () => {
  const path = await opened();
  path.send({ microphone: null, camera: null, screen: /** @type {any} */ ({ kind: "video" }) });
  await settle();
  assert.equal(offers.length, 1);
  await path.answer(offers[0].request, "answer");
  await settle();
  assert.equal(offers.length, 2);
  assert.equal(offers[1].sources[7], "screen");
});

test("a refused change is offered once more before the connection is given up", async () => {
  const path = await connected();
  path.send({ microphone: null, camera: null, screen: /** @type {any} */ ({ kind: "video" }) });
  await settle();
  path.refused(offers[1].request);
  await pass(1_000);
  assert.equal(offers.length, 3);
  assert.deepEqual([path.state, offers[2].sdp], ["connected", offers[1].sdp]);
  path.refused(offers[2].request);
  assert.equal(path.state, "lost");
});

test("the camera offers three sizes, and the full one alone where the daemon takes only one", async () => {
  const path = await opened();
  const { sender } = newest().transceivers[1];
  assert.deepEqual(sender.parameters.encodings.map((/** @type {any} */ { rid, scaleResolutionDownBy }) => [rid, scaleResolutionDownBy]), [["q", 4], ["h", 2], ["f", 1]]);
  sender.parameters.encodings.splice(1); // what a browser does when the answer has no simulcast
  await path.answer(offers[0].request, "answer");
  await settle();
  assert.deepEqual(sender.parameters.encodings.map((/** @type {any} */ { rid, scaleResolutionDownBy, maxBitrate }) => [rid, scaleResolutionDownBy, maxBitrate]), [["q", 1, 1_500_000]]);
});

test("layers that nobody needs are switched off and on again, in their order and one change after the other", async () => {
  const path = await connected();
  const { sender } = newest().transceivers[1];
  const active = () => sender.parameters.encodings.map((/** @type {any} */ encoding) => encoding.active);
  const wanted = (/** @type {boolean[]} */ ...layers) => path.want("1", ["q", "h", "f"].map((rid, at) => ({ rid, wanted: layers[at] ?? false })));
  wanted(true, false, false);
  wanted(true, true, false);
  wanted(true, false, true);
  await settle();
  assert.deepEqual(active(), [true, false, true]);
  wanted(true, true, true);
  await settle();
  assert.deepEqual(active(), [true, true, true]);
  assert.deepEqual(sender.parameters.encodings.map((/** @type {any} */ { rid }) => rid), ["q", "h", "f"]);
  path.want("5", [{ rid: null, wanted: false }]); // a line that only receives
});

test("what the daemon wants while the browser still takes the answer is not lost", async () => {
  const path = await opened();
  const answering = path.answer(offers[0].request, "answer");
  path.want("1", [{ rid: "q", wanted: true }, { rid: "h", wanted: false }, { rid: "f", wanted: false }]);
  await answering;
  await settle();
  assert.deepEqual(newest().transceivers[1].sender.parameters.encodings.map((/** @type {any} */ { active }) => active), [true, false, false]);
});

test("what the daemon wants of a connection that is gone does not reach the next one", async () => {
  const path = await connected();
  FakeConnection.last.channel.onclose?.();
  await pass(500);
  path.want("1", [{ rid: "q", wanted: true }, { rid: "h", wanted: false }, { rid: "f", wanted: false }]);
  await settle();
  assert.ok(newest().transceivers[1].sender.parameters.encodings.every((/** @type {any} */ { active }) => active));
});

test("everything that is sent or received passes through a transform, also a screen that comes later and a connection that is built anew", async () => {
  const path = await connected();
  const lines = () => FakeConnection.made.at(-1)?.transceivers ?? [];
  const sending = () => lines().filter(({ direction }) => direction === "sendonly").map(({ sender }) => sender);
  const receiving = () => lines().filter(({ direction }) => direction === "recvonly");
  assert.deepEqual([sealed.map(([, source]) => source), received.length], [["microphone", "camera"], 5]);
  assert.deepEqual([sealed.map(([sender]) => sender), received], [sending(), receiving()]);
  path.send({ microphone: null, camera: null, screen: /** @type {any} */ ({ kind: "video" }) });
  await settle();
  assert.deepEqual(sealed.map(([sender]) => sender), sending());
  sealed = [];
  path.close();
  path.open();
  await settle();
  assert.deepEqual([sealed.map(([, source]) => source), sealed.map(([sender]) => sender), received], [["microphone", "camera", "screen"], sending(), receiving()]);
});
