// WHIP (RFC 9725) and WHEP as requests, and the programs that speak them: clients that are no browsers, each in a process of its own.

import { fork } from "node:child_process";
import { once } from "node:events";

/** What a server said to a request. @typedef {{ status: number, text: string, resource: string, etag: string, headers: Headers }} Reply */

/** @param {string} method @param {string} url @param {{ body?: string, type?: string, token?: string, ifMatch?: string }} [what] @returns {Promise<Reply>} */
export async function request(method, url, { body, type, token, ifMatch } = {}) {
  const headers = { ...(type && { "content-type": type }), ...(token && { authorization: `Bearer ${token}` }), ...(ifMatch && { "if-match": ifMatch }) };
  const response = await fetch(url, { method, headers, body });
  const location = response.headers.get("location");
  return {
    status: response.status,
    text: await response.text(),
    resource: location ? new URL(location, url).href : "",
    etag: response.headers.get("etag") ?? "",
    headers: response.headers,
  };
}

/** @param {string} url @param {string} sdp @param {string} [token] */
export function offer(url, sdp, token) {
  return request("POST", url, { body: sdp, type: "application/sdp", token });
}

/** @param {string} resource @param {string} fragment @param {{ token?: string, ifMatch?: string }} [what] */
export function change(resource, fragment, what) {
  return request("PATCH", resource, { body: fragment, type: "application/trickle-ice-sdpfrag", ...what });
}

/** The credentials of an offer, or such as a client that restarts makes up. @param {string} sdp */
export function fragmentOf(sdp) {
  return [/a=ice-ufrag:.*/, /a=ice-pwd:.*/].map((line) => `${line.exec(sdp)?.[0]}\r\n`).join("");
}

/** A client of `whip-clients.js`. Their native threads neither end by themselves nor survive being ended, so the whole process is. */
class Program {
  /** Packets, or pictures where it decodes. */
  received = 0;
  /** @type {Reply | undefined} */ reply;
  /** @type {string | undefined} */ offer;
  #what;
  #process = fork(new URL("./whip-clients.js", import.meta.url));

  /** @param {string} client @param {object} [options] */
  constructor(client, options) {
    this.#what = { client, options };
    this.#process.on("message", (/** @type {object} */ news) => Object.assign(this, news));
  }

  /** Resolves when the server has accepted its offer. @param {string} url @param {string} [token] */
  async start(url, token) {
    this.#process.send({ ...this.#what, url, token });
    while (this.reply === undefined) {
      const [news] = await Promise.race([once(this.#process, "message"), once(this.#process, "exit")]);
      if (typeof news !== "object" || news?.error) throw new Error(`${this.#what.client}: ${news?.error ?? "has ended"}`);
    }
    return this;
  }

  stop() {
    this.#process.kill("SIGKILL");
  }
}

/** libwebrtc without a browser. */
export const wrtcPublisher = () => new Program("WrtcPublisher");
/** @param {{ videos?: number }} [options] */
export const wrtcPlayer = (options) => new Program("WrtcPlayer", options);
/** TypeScript alone. */
export const weriftPublisher = () => new Program("WeriftPublisher");
export const weriftPlayer = () => new Program("WeriftPlayer");
/** libdatachannel, the engine of OBS. */
export const datachannelPublisher = () => new Program("DatachannelPublisher");
/** @param {{ codec?: "VP8" | "H264", certificatePemFile?: string, keyPemFile?: string }} [options] */
export const datachannelPlayer = (options) => new Program("DatachannelPlayer", options);
