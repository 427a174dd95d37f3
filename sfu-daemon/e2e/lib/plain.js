// People without a browser: what a page would say over HTTP and its WebSocket, and nothing else.

import { EventEmitter, on, once } from "node:events";
import { WebSocket } from "ws";

/** @import { Daemon } from "./daemon.js" */

/** Somebody of staff, signed in by a link. */
export class PlainStaff {
  #origin;
  #cookie;

  /** @param {string} origin @param {string} cookie */
  constructor(origin, cookie) {
    this.#origin = origin;
    this.#cookie = cookie;
  }

  /** @param {Daemon} daemon @param {string} [link] */
  static async enter(daemon, link = daemon.manage(["staff-link"]).trim()) {
    const { origin } = daemon;
    const answer = await fetch(`${origin}/staff/enrol`, { method: "POST", headers: { origin, "content-type": "application/json" }, body: JSON.stringify({ token: new URL(link).hash.slice(1) }) });
    if (!answer.ok) throw new Error(`enrol: HTTP ${answer.status}`);
    return new PlainStaff(origin, String(answer.headers.get("set-cookie")).split(";")[0] ?? "");
  }

  /** @param {string} path @param {object} body */
  post(path, body) {
    return fetch(`${this.#origin}${path}`, { method: "POST", headers: { origin: this.#origin, cookie: this.#cookie, "content-type": "application/json" }, body: JSON.stringify(body) });
  }

  /** A page's connection that shows the line of `reception`. */
  async watch() {
    const line = await Line.open(this.#origin, { cookie: this.#cookie });
    line.say({ kind: "hello", protocol: 1, role: "staff" });
    line.say({ kind: "staff", command: { action: "watch", area: "reception" } });
    return line;
  }

  /** @param {string} path */
  async get(path) {
    return (await fetch(`${this.#origin}${path}`, { headers: { cookie: this.#cookie } })).json();
  }
}

/** A page's connection: what it says, and what it hears. */
export class Line {
  /** @type {any[]} */ heard = [];
  #news = new EventEmitter();
  #socket;

  /** @param {WebSocket} socket */
  constructor(socket) {
    this.#socket = socket;
    socket.on("message", (text) => {
      this.heard.push(JSON.parse(String(text)));
      this.#news.emit("heard");
    });
  }

  /** @param {string} origin @param {Record<string, string>} [headers] */
  static async open(origin, headers = {}) {
    const socket = new WebSocket(`${origin.replace("http", "ws")}/ws`, "anteroom.v1", { origin, headers });
    const line = new Line(socket);
    await once(socket, "open");
    return line;
  }

  /** @param {object} message */
  say(message) {
    this.#socket.send(JSON.stringify(message));
  }

  /** The last message that fits, now or as soon as there is one. @param {(message: any) => boolean} fits */
  async hears(fits) {
    const found = () => this.heard.findLast(fits);
    if (found() === undefined) for await (const _ of on(this.#news, "heard", { signal: AbortSignal.timeout(20_000) })) if (found() !== undefined) break;
    return found();
  }

  close() {
    this.#socket.close();
  }
}

/** A patient who waits, ready to be called. @param {Daemon} daemon @param {string} name @param {string} [language] */
export async function wait(daemon, name, language = "en") {
  const line = await Line.open(daemon.origin);
  line.say({ kind: "hello", protocol: 1, role: "patient", area: "reception" });
  line.say({ kind: "check_in", name, language });
  line.say({ kind: "set_up", devices: { camera: "works", microphone: "works" }, done: true });
  await line.hears(({ patient }) => patient?.state === "waiting");
  return line;
}

/** A patient checks in, and stays. Resolves when the server has said so. @param {Daemon} daemon @param {string} name */
export async function checkIn(daemon, name) {
  const { origin } = daemon;
  const socket = new WebSocket(`${origin.replace("http", "ws")}/ws`, "anteroom.v1", { origin });
  await once(socket, "open");
  socket.send(JSON.stringify({ kind: "hello", protocol: 1, role: "patient", area: "reception" }));
  const inside = new Promise((resolve, reject) => {
    socket.on("message", (text) => {
      const message = JSON.parse(String(text));
      if (message.kind === "error") reject(new Error(String(text)));
      if (message.kind === "checked_in") resolve(null);
    });
  });
  socket.send(JSON.stringify({ kind: "check_in", name, language: "en" }));
  await inside;
  return socket;
}
