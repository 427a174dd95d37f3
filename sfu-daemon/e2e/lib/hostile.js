// A server that means harm, between one page and the real daemon: everything passes, and a test says what becomes of it.
//
// There are three ways to a page, and each is held where it enters the page, because the daemon itself is honest:
//
//   the WebSocket      Playwright stands in between; messages either way are changed, held, repeated, dropped or made up (`down`, `up`, `say`)
//   the data channel   the page's channel has this server in front of it, in the page (`channel`)
//   frames             the server delivers another worker, which does its worst to each encoded frame that has come, and then hands it to the page's
//                      own worker: what is attacked is what RTP was put together to, and all that opens, checks and drops frames is the page's (`frames`)

import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromiumTab, firefoxTab } from "./browsers.js";
import { frames } from "./proof.js";
import { eventually } from "./wait.js";

/** @typedef {import("./browsers.js").Tab} Tab */
/** @typedef {{ kind: string } & Record<string, any>} Message */
/** Lets a message through, this or another one, as often as it is called. @typedef {(message: Message) => void} Pass */
/** What is done to each message. @typedef {(message: Message, pass: Pass) => void} Way */
/** What is done to each frame that comes. `clear`: the page's own pictures, as no server should have them; `reflect`: what it has sealed itself.
 * @typedef {"nothing" | "flip" | "zeros" | "cut" | "empty" | "noise" | "repeat" | "swap" | "halve" | "old" | "drop" | "clear" | "reflect"} FrameAttack */

/** @type {Way} */
const honest = (message, pass) => pass(message);

export class Hostile {
  /** To the page. @type {Way} */ down = honest;
  /** To the daemon. @type {Way} */ up = honest;
  /** What each side has really said. @type {Message[]} */ page_said = [];
  /** @type {Message[]} */ daemon_said = [];
  /** @type {{ send(data: string): void } | null} */ #page = null;

  /** @param {Tab} tab */
  constructor(tab) {
    this.tab = tab;
  }

  /** To the page, as if the daemon had said it. @param {Message} message */
  say(message) {
    this.#page?.send(JSON.stringify(message));
  }

  honest() {
    this.down = this.up = honest;
  }

  /** The newest message of this kind that the daemon has said, once there is one. @param {string} kind @param {(message: Message) => boolean} [pleases] */
  async heard(kind, pleases = () => true) {
    const newest = async () => this.daemon_said.findLast((message) => message.kind === kind && pleases(message));
    return /** @type {Message} */ (await eventually(newest, (found) => found !== undefined, `a ${kind} of the daemon`));
  }

  /** Whether anything that the page has said holds this text. @param {string} text */
  leaked(text) {
    return this.page_said.some((message) => JSON.stringify(message).includes(text));
  }

  async begin() {
    await this.tab.page.routeWebSocket(/\/ws$/, (/** @type {import("playwright-core").WebSocketRoute} */ page) => {
      const daemon = page.connectToServer();
      this.#page = page;
      page.onMessage((text) => {
        const message = JSON.parse(String(text));
        this.page_said.push(message);
        this.up(message, (passed) => daemon.send(JSON.stringify(passed)));
      });
      daemon.onMessage((text) => {
        const message = JSON.parse(String(text));
        this.daemon_said.push(message);
        this.down(message, (passed) => page.send(JSON.stringify(passed)));
      });
    });
    await this.tab.page.addInitScript(standInChannel);
    await this.tab.page.route(/\/js\/e2ee\/worker\.js$/, async (/** @type {import("playwright-core").Route} */ route) => {
      await route.fulfill({ response: await route.fetch(), body: WORKER }); // With the daemon's headers: without them no browser takes it.
    });
  }

  /** What becomes of what comes on the data channel; `way` runs in the page and has nothing of here but `what`.
   * @template T @param {(data: string | ArrayBuffer, pass: (data: string | ArrayBuffer) => void, what: T) => void} way @param {T} [what] */
  async channel(way, what) {
    await this.tab.page.evaluate(`window.channel_way = (data, pass) => (${way})(data, pass, ${JSON.stringify(what ?? null)})`);
  }

  /** What becomes of messages of the daemon from now on, in Firefox. @template T @param {(message: Message, pass: Pass, what: T) => void} way @param {T} [what] */
  async socket(way, what) {
    await this.tab.page.evaluate(wayOf(way, what));
  }

  /** Says something on the data channel to the page, or the newest thing once more that came there. @param {string} [text] */
  async sayOnChannel(text) {
    await this.tab.run((text) => /** @type {any} */ (window).channel_say(text), text);
  }

  /** What has come on the data channel so far: texts as they are, frames of files in hexadecimal. @returns {Promise<string[]>} */
  channelHeard() {
    return this.tab.run(() => /** @type {any} */ (window).channel_heard);
  }

  /** @param {FrameAttack} attack */
  async frames(attack) {
    await this.tab.run((attack) => /** @type {any} */ (window).workers.at(-1).postMessage({ kind: "hostile", attack }), attack);
  }

  /** How many frames were attacked since the attack began. @returns {Promise<number>} */
  attacked() {
    return this.tab.run(() => new Promise((resolve) => {
      const worker = /** @type {any} */ (window).workers.at(-1);
      worker.addEventListener("message", (/** @type {MessageEvent} */ { data }) => data.kind === "attacked" && resolve(data.count));
      worker.postMessage({ kind: "hostile", attack: null });
    }));
  }

  /** Under this attack frames are dropped for this reason, and none is taken. @param {FrameAttack} attack @param {string} reason */
  async refusesFrames(attack, reason) {
    const FRAMES = 10;
    const dropped = async () => (await frames(this.tab)).dropped[`received_${reason}`] ?? 0;
    const before = await dropped();
    await this.frames(attack);
    await eventually(dropped, (count) => before < count, `frames dropped as ${reason} under ${attack}`);
    const { received } = await frames(this.tab);
    await eventually(dropped, (count) => before + FRAMES < count, `more frames dropped as ${reason} under ${attack}`);
    const after = (await frames(this.tab)).received;
    await this.frames("nothing");
    if (after !== received) throw new Error(`${after - received} frames were taken under ${attack}`);
  }
}

/** A page that has such a server between itself and the daemon. @param {import("playwright-core").Browser} browser @param {Parameters<typeof chromiumTab>[1]} [options] */
export async function hostileTab(browser, options) {
  const between = new Hostile(await chromiumTab(browser, options));
  await between.begin();
  return between;
}

/** As a server has it that delivers another worker: the page in a folder of its own, for a daemon's `--web-dir`. Firefox has nobody in between. @returns {string} */
export function hostilePage() {
  const web = fileURLToPath(new URL("../../web", import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "anteroom-hostile-"));
  cpSync(web, folder, { recursive: true, filter: (path) => !["node_modules", "test"].includes(basename(path)) });
  writeFileSync(join(folder, "js/e2ee/honest.js"), readFileSync(join(web, "js/e2ee/worker.js")));
  writeFileSync(join(folder, "js/e2ee/worker.js"), WORKER.replace("./worker.js?honest", "./honest.js"));
  return folder;
}

/** A page in Firefox that hears what a server makes of the daemon's messages. `way` runs in the page and has nothing of here but `what`.
 * @template T @param {import("puppeteer-core").Browser} browser @param {(message: Message, pass: Pass, what: T) => void} [way] @param {T} [what] */
export async function hostileFirefox(browser, way, what) {
  const between = new Hostile(await firefoxTab(browser));
  await between.tab.page.evaluateOnNewDocument(standInSocket);
  if (way !== undefined) await between.tab.page.evaluateOnNewDocument(wayOf(way, what));
  return between;
}

/** @template T @param {(message: Message, pass: Pass, what: T) => void} way @param {T} [what] */
const wayOf = (way, what) => `window.socket_way = (message, pass) => (${way})(message, pass, ${JSON.stringify(what ?? null)})`;

/** Runs in the page before its own code. */
function standInSocket() {
  const world = /** @type {any} */ (window);
  world.socket_way = (/** @type {unknown} */ message, /** @type {(message: unknown) => void} */ pass) => pass(message);
  window.WebSocket = class extends WebSocket {
    /** @param {((event: any) => void) | null} hear */
    set onmessage(hear) {
      super.onmessage = hear && (({ data }) => world.socket_way(JSON.parse(data), (/** @type {unknown} */ passed) => hear({ data: JSON.stringify(passed) })));
    }
  };
}

/** Runs in the page before its own code. */
function standInChannel() {
  const world = /** @type {any} */ (window);
  world.channel_way = (/** @type {unknown} */ data, /** @type {(data: unknown) => void} */ pass) => pass(data);
  world.channel_heard = [];
  const text = (/** @type {string | ArrayBuffer} */ data) => (typeof data === "string" ? data : Array.from(new Uint8Array(data), (byte) => byte.toString(16).padStart(2, "0")).join(""));
  const make = RTCPeerConnection.prototype.createDataChannel;
  RTCPeerConnection.prototype.createDataChannel = function (/** @type {[string]} */ ...how) {
    const channel = make.apply(this, how);
    /** @type {((event: { data: unknown }) => void) | null} */
    let heard = null;
    const hear = (/** @type {unknown} */ data) => heard?.({ data });
    channel.addEventListener("message", ({ data }) => {
      world.channel_heard.push(text(data));
      world.channel_way(data, hear);
    });
    Object.defineProperty(channel, "onmessage", { set: (handler) => (heard = handler) });
    world.channel_say = (/** @type {string | undefined} */ said) => hear(said ?? world.channel_heard.at(-1));
    return channel;
  };
}

/** In front of the page's worker. */
const WORKER = `import "./worker.js?honest";
const [heard, transform] = [onmessage, onrtctransform];
let attack = "nothing";
let attacked = 0;
onmessage = (event) => {
  if (event.data.kind !== "hostile") return heard(event);
  if (event.data.attack === null) return postMessage({ kind: "attacked", count: attacked });
  [attack, attacked] = [event.data.attack, 0];
};
const own = { clear: [], sealed: [] };
const keep = (list, frame) => list.push(copy(frame)) <= 200 || list.shift();
const copy = (frame) => (frame.type === undefined ? new RTCEncodedAudioFrame(frame) : new RTCEncodedVideoFrame(frame));
const bytesOf = (frame, bytes) => ((frame.data = bytes.slice().buffer), frame);

onrtctransform = ({ transformer }) => {
  const { readable, writable, options } = transformer;
  const before = new TransformStream({ transform: options.side === "send" ? keepClear : spoil() });
  const after = new TransformStream({ transform: options.side === "send" ? keepSealed : (frame, out) => out.enqueue(frame) });
  after.readable.pipeTo(writable).catch(() => {});
  transform({ transformer: { readable: readable.pipeThrough(before), writable: after.writable, options, sendKeyFrameRequest: () => transformer.sendKeyFrameRequest() } });
};
function keepClear(frame, out) {
  if (frame.data.byteLength !== 0) keep(own.clear, frame);
  out.enqueue(frame);
}
function keepSealed(frame, out) {
  keep(own.sealed, frame);
  out.enqueue(frame);
}

function spoil() {
  const recorded = [];
  let [held, count] = [null, 0];
  return (frame, out) => {
    const bytes = new Uint8Array(frame.data);
    const play = (list) => {
      const fitting = list.filter((other) => (other.type === undefined) === (frame.type === undefined));
      if (fitting.length !== 0) out.enqueue(bytesOf(frame, new Uint8Array(fitting[count % fitting.length].data)));
    };
    count += 1;
    attacked += 1;
    switch (attack) {
      case "nothing":
        if (40 < recorded.push(copy(frame))) recorded.shift();
        if (held !== null) out.enqueue(held);
        held = null;
        return out.enqueue(frame);
      case "flip":
        bytes[bytes.length - 1 - (count % 16)] ^= 1;
        return out.enqueue(bytesOf(frame, bytes));
      case "zeros":
        return out.enqueue(bytesOf(frame, bytes.fill(0)));
      case "cut":
        return out.enqueue(bytesOf(frame, bytes.subarray(0, bytes.length - 1)));
      case "empty":
        return out.enqueue(bytesOf(frame, new Uint8Array()));
      case "noise": {
        const noise = crypto.getRandomValues(new Uint8Array(count % 40));
        return out.enqueue(bytesOf(frame, noise));
      }
      case "repeat":
        out.enqueue(copy(frame));
        return out.enqueue(frame);
      case "swap":
        if (held === null) return void (held = frame);
        out.enqueue(frame);
        out.enqueue(held);
        held = null;
        return;
      case "halve":
        return count % 2 === 0 ? out.enqueue(frame) : undefined;
      case "old":
        return play(recorded);
      case "clear":
        return play(own.clear);
      case "reflect":
        return play(own.sealed);
      case "drop":
        return;
    }
  };
}`;
