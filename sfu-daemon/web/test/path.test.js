// The media path: one connection, always offered by the page, rebuilt for as long as a visit wants it.

import assert from "node:assert/strict";
import test, { beforeEach, mock } from "node:test";
import { MediaPath, MESSAGE_CHARS_MAX } from "../js/media.js";

class FakeChannel {
  readyState = "connecting";
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

  constructor() {
    FakeConnection.made.push(this);
  }
  /** @param {string} kind @param {{ direction: string }} init */
  addTransceiver(kind, { direction }) {
    const sender = {
      track: /** @type {unknown} */ (null),
      async replaceTrack(/** @type {unknown} */ track) {
        this.track = track;
      },
    };
    const transceiver = { kind, direction, mid: null, sender, receiver: { track: { kind, of: this.transceivers.length } } };
    this.transceivers.push(transceiver);
    return transceiver;
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
    this.localDescription = { type: "offer", sdp: `offer ${FakeConnection.made.indexOf(this)}` };
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
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

/** @type {any[]} */
let offers = [];
/** @type {string[]} */
let messages = [];
let reachable = true;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  FakeConnection.made = [];
  offers = [];
  messages = [];
  reachable = true;
});

async function opened(slots = 2) {
  const path = new MediaPath(slots, {
    offer: (offer) => {
      if (reachable) offers.push(offer);
      return reachable;
    },
    changed: () => {},
    message: (text) => messages.push(text),
  });
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

test("offers two sending lines, then sound and picture for each slot, and says which is which", async () => {
  await opened(3);
  assert.deepEqual(FakeConnection.last.transceivers.map(({ kind, direction }) => `${direction} ${kind}`), [
    "sendonly audio", "sendonly video", "recvonly audio", "recvonly video", "recvonly audio", "recvonly video", "recvonly audio", "recvonly video",
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

test("a failed connection is replaced by a new one with a new offer", async () => {
  const path = await connected();
  const first = FakeConnection.last;
  first.becomes("failed");
  assert.equal(path.state, "lost");
  assert.ok(first.closed);
  mock.timers.tick(500);
  await settle();
  assert.equal(offers.length, 2);
  await path.answer(offers[1].request, "answer");
  FakeConnection.last.becomes("connected");
  assert.equal(path.state, "connected");
});

test("a short disconnection heals by itself, a long one does not wait for ever", async () => {
  const path = await connected();
  FakeConnection.last.becomes("disconnected");
  mock.timers.tick(3_999);
  FakeConnection.last.becomes("connected");
  mock.timers.tick(60_000);
  assert.equal(FakeConnection.made.length, 1);
  FakeConnection.last.becomes("disconnected");
  mock.timers.tick(4_000);
  assert.equal(path.state, "lost");
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
  const [voice, picture] = /** @type {any[]} */ ([{ kind: "audio" }, { kind: "video" }]);
  path.send(voice, picture);
  FakeConnection.last.becomes("failed");
  mock.timers.tick(500);
  await settle();
  assert.deepEqual(FakeConnection.last.transceivers.slice(0, 2).map(({ sender }) => sender.track), [voice, picture]);
  path.send(voice, null);
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

test("the room's messages are text, bounded, and anything else is ignored", async () => {
  const path = await connected();
  const { channel } = FakeConnection.last;
  for (const data of ['{"text":"hello"}', "no json", "null", '{"text":7}', '{"text":""}', new ArrayBuffer(3), JSON.stringify({ text: "x".repeat(MESSAGE_CHARS_MAX + 1) })]) channel.onmessage?.({ data });
  assert.deepEqual(messages.map(({ length }) => length), [5, MESSAGE_CHARS_MAX]);
  assert.equal(path.write("early"), false);
  channel.readyState = "open";
  assert.equal(path.write("hi"), true);
  assert.deepEqual(channel.sent, ['{"text":"hi"}']);
});
