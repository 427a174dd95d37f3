// People without a browser: what a page would say over HTTP and its WebSocket, and nothing else.

import { once } from "node:events";
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

  /** @param {string} path */
  async get(path) {
    return (await fetch(`${this.#origin}${path}`, { headers: { cookie: this.#cookie } })).json();
  }
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
