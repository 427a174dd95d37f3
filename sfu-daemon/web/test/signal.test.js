// The WebSocket to the daemon: for ever, never more than 30 s apart, and dead when it does not answer.

import assert from "node:assert/strict";
import test, { mock } from "node:test";
import { backoff, MISSHAPEN_MAX, Signal } from "../js/signal.js";

/** @import { ServerMessage } from "../js/types.d.ts" */

const windowEvents = new EventTarget();
const documentEvents = Object.assign(new EventTarget(), { visibilityState: "visible" });

class FakeSocket {
  static CONNECTING = 0;
  static OPEN = 1;
  /** @type {FakeSocket[]} */
  static made = [];
  readyState = 0;
  /** @type {any[]} */ sent = [];
  /** @type {(() => void) | null} */ onopen = null;
  /** @type {(() => void) | null} */ onclose = null;
  /** @type {((event: { data: string }) => void) | null} */ onmessage = null;

  /** @param {URL} url @param {string} protocol */
  constructor(url, protocol) {
    this.url = String(url);
    this.protocol = protocol;
    FakeSocket.made.push(this);
  }
  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.readyState = 3;
  }
  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  /** @param {ServerMessage} message */
  says(message) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  breaks() {
    this.readyState = 3;
    this.onclose?.();
  }
  static get last() {
    return /** @type {FakeSocket} */ (FakeSocket.made.at(-1));
  }
}

Object.assign(globalThis, { WebSocket: FakeSocket, location: new URL("https://clinic.example/a/x"), document: documentEvents, addEventListener: windowEvents.addEventListener.bind(windowEvents) });

/** @type {ServerMessage} */
const WELCOME = { kind: "welcome", protocol: 1, now_ms: 0, countdown_ms: 3_000, me: null, role: null };

/** @type {Signal | null} a page has one; those of earlier tests must not hear this one's events */
let running = null;

function connected() {
  running?.stop();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  FakeSocket.made = [];
  /** @type {{ messages: string[], lost: number, alive: number, garbled: number }} */
  const heard = { messages: [], lost: 0, alive: 0, garbled: 0 };
  const signal = new Signal("patient", "x", {
    message: ({ kind }) => heard.messages.push(kind),
    alive: () => (heard.alive += 1),
    lost: () => (heard.lost += 1),
    garbled: () => (heard.garbled += 1),
  });
  running = signal;
  signal.connect();
  FakeSocket.last.open();
  FakeSocket.last.says(WELCOME);
  FakeSocket.last.says({ kind: "pong" });
  return { signal, heard };
}

test("says hello first, on the same host, in our subprotocol", () => {
  connected();
  assert.equal(FakeSocket.last.url, "wss://clinic.example/ws");
  assert.equal(FakeSocket.last.protocol, "anteroom.v1");
  assert.deepEqual(FakeSocket.last.sent[0], { kind: "hello", protocol: 1, role: "patient", area: "x" });
});

test("pings at once and then every ten seconds, and is alive when answered", () => {
  const { heard } = connected();
  assert.equal(heard.alive, 1);
  mock.timers.tick(10_000);
  assert.deepEqual(FakeSocket.last.sent.at(-1), { kind: "ping" });
  FakeSocket.last.says({ kind: "pong" });
  assert.equal(heard.alive, 2);
  mock.timers.tick(9_999);
  assert.equal(heard.lost, 0);
});

test("a socket that does not answer within three seconds is lost, and another is tried", () => {
  const { heard } = connected();
  mock.timers.tick(10_000);
  mock.timers.tick(3_000);
  assert.equal(heard.lost, 1);
  mock.timers.tick(500);
  assert.equal(FakeSocket.made.length, 2);
});

test("never gives up, and waits at most thirty seconds", () => {
  connected();
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const before = FakeSocket.made.length;
    FakeSocket.last.breaks();
    mock.timers.tick(30_000);
    assert.ok(before < FakeSocket.made.length, `attempt ${attempt}`);
  }
  assert.equal(backoff(0, 0), 500);
  assert.equal(backoff(100, 0), 8_000);
  assert.ok(5_000 <= backoff(100, 1));
});

test("comes back at once when the network or the person does", () => {
  for (const wake of [() => windowEvents.dispatchEvent(new Event("online")), () => documentEvents.dispatchEvent(new Event("visibilitychange"))]) {
    connected();
    FakeSocket.last.breaks();
    const before = FakeSocket.made.length;
    wake();
    assert.ok(before < FakeSocket.made.length);
  }
});

test("a page that becomes visible asks whether the open socket still lives", () => {
  const { heard } = connected();
  documentEvents.dispatchEvent(new Event("visibilitychange"));
  assert.deepEqual(FakeSocket.last.sent.at(-1), { kind: "ping" });
  mock.timers.tick(3_000);
  assert.equal(heard.lost, 1);
});

test("knocking again and again does not make a dead socket live longer", () => {
  const { signal, heard } = connected();
  for (let knock = 0; knock < 3; knock += 1) {
    signal.wake();
    mock.timers.tick(1_000);
  }
  assert.equal(heard.lost, 1);
});

test("an attempt that began without a network is given up for a fresh one, a young one is not", () => {
  const { signal } = connected();
  let clock = 0;
  mock.method(performance, "now", () => clock);
  FakeSocket.last.breaks();
  signal.connect();
  const before = FakeSocket.made.length;
  clock = 2_999;
  signal.wake();
  assert.equal(FakeSocket.made.length, before);
  clock = 3_000;
  signal.wake();
  assert.equal(FakeSocket.made.length, before + 1);
  mock.restoreAll();
});

test("nothing is sent without a connection, and nothing is queued", () => {
  const { signal } = connected();
  const first = FakeSocket.last;
  first.breaks();
  assert.equal(signal.send({ kind: "go_in" }), false);
  mock.timers.tick(500);
  FakeSocket.last.open();
  assert.deepEqual(FakeSocket.last.sent.map(({ kind }) => kind), ["hello"]);
});

test("a stopped signal stays away", () => {
  const { signal, heard } = connected();
  signal.stop();
  const before = FakeSocket.made.length;
  windowEvents.dispatchEvent(new Event("online"));
  mock.timers.tick(60_000);
  assert.equal(FakeSocket.made.length, before);
  assert.equal(heard.lost, 0);
});

test("what is no message is ignored, and is no sign of life", () => {
  const { heard } = connected();
  FakeSocket.last.says(WELCOME);
  for (const data of ["", "{", "null", "7", "[]", "{}", '{"kind":7}', /** @type {any} */ (new ArrayBuffer(3))]) FakeSocket.last.onmessage?.({ data });
  assert.deepEqual([heard.messages, heard.lost], [["welcome", "welcome"], 0]);
  mock.timers.tick(3_000);
  assert.equal(heard.lost, 1, "the ping was never answered");
});

test("messages of another shape are dropped and counted, and too many of them end it, until somebody loads the page anew", (t) => {
  const { signal, heard } = connected();
  /** @type {string[]} */ const logged = [];
  t.mock.method(console, "error", (/** @type {string} */ line) => logged.push(line));
  const lie = JSON.stringify({ kind: "room", me: "Maria" });
  for (let count = 0; count < MISSHAPEN_MAX; count += 1) FakeSocket.last.onmessage?.({ data: lie });
  FakeSocket.last.says({ kind: "erased" });
  assert.deepEqual([heard.messages, heard.garbled, signal.misshapen], [["welcome", "erased"], 0, MISSHAPEN_MAX]);
  FakeSocket.last.onmessage?.({ data: lie });
  assert.deepEqual([heard.garbled, heard.lost, FakeSocket.last.readyState], [1, 0, 3]);
  assert.deepEqual(new Set(logged), new Set(["a message of another shape: room"]), "nothing of what it said");
  const before = FakeSocket.made.length;
  windowEvents.dispatchEvent(new Event("online"));
  mock.timers.tick(60_000);
  assert.equal(FakeSocket.made.length, before);
});

test("a kind of a newer server is a sign of life and no message", () => {
  const { heard } = connected();
  documentEvents.dispatchEvent(new Event("visibilitychange"));
  FakeSocket.last.says(/** @type {any} */ ({ kind: "dance" }));
  mock.timers.tick(3_000);
  assert.deepEqual([heard.messages, heard.lost], [["welcome"], 0]);
});
