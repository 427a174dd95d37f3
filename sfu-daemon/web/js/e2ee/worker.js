// The worker in which frames are sealed and opened: RTCRtpScriptTransform on one side, messages of the page on the other.
//
// The page makes it with `new Worker(url, { type: "module" })`. Only under the name "prefer" may it send in clear, and only under this
// or "devices" take what others send so.

import { Sealer } from "./sealer.js";

/** @import { Drop, Expected, Source } from "./sealer.js" */

/** What the page says. `slot` is the page's own name of a receiving transform.
 * @typedef {{ kind: "draw", member: number, generation: number } | { kind: "use", generation: number } | { kind: "take", member: number, generation: number, key: Uint8Array }
 *   | { kind: "forget", member: number } | { kind: "clear" } | { kind: "send_clear" } | { kind: "expect", slot: string, expected: Expected } | { kind: "count" }
 *   | { kind: "seal", id: number, text: Uint8Array } | { kind: "open", id: number, member: number, sealed: Uint8Array }} Request */
/** What the page hears. @typedef {{ kind: "drawn", generation: number, key: Uint8Array | null } | { kind: "counts", sent: number, received: number, clear: number, dropped: Record<string, number> }
 *   | { kind: "sealed", id: number, sealed: Uint8Array | null } | { kind: "opened", id: number, text: Uint8Array | null }} Answer */
/** As the second argument of `new RTCRtpScriptTransform`. @typedef {{ side: "send", source: Source } | { side: "receive", slot: string }} Place */

/** @typedef {{ data: ArrayBuffer, type?: "key" | "delta" | "empty", getMetadata(): { mimeType?: string } }} Frame of both kinds */
/** @typedef {{ readable: ReadableStream<Frame>, writable: WritableStream<Frame>, options: Place, sendKeyFrameRequest?: () => Promise<unknown> }} Transformer */

const page = /** @type {{ name: string, postMessage: (answer: Answer) => void, onmessage: ((event: MessageEvent<Request>) => void) | null, onrtctransform: ((event: { transformer: Transformer }) => void) | null }} */ (/** @type {unknown} */ (globalThis));
const sealer = new Sealer({ require: page.name !== "prefer", devices: page.name === "devices" });
/** @type {Map<string, Expected>} */ const expected = new Map();
/** `clear`: of those received, the ones that nobody had sealed. */
const counts = { sent: 0, received: 0, clear: 0, dropped: /** @type {Record<string, number>} */ ({}) };

/** Messages have their effect in the order in which they came. */
let turn = Promise.resolve();
page.onmessage = ({ data }) => {
  turn = turn.then(() => heard(data)).catch((error) => console.error("a message to the worker of frames:", error));
};
page.onrtctransform = ({ transformer }) => void (transformer.options.side === "send" ? send(transformer, transformer.options.source) : receive(transformer, transformer.options.slot));

/** @param {Request} request */
async function heard(request) {
  switch (request.kind) {
    case "draw":
      return page.postMessage({ kind: "drawn", generation: request.generation, key: await sealer.draw(request.member, request.generation) });
    case "use":
      return sealer.use(request.generation);
    case "take":
      return sealer.take(request.member, request.generation, request.key);
    case "forget":
      return sealer.forget(request.member);
    case "clear":
      expected.clear();
      return sealer.clear();
    case "send_clear":
      return void sealer.sendClear();
    case "expect":
      return void expected.set(request.slot, request.expected);
    case "count":
      return page.postMessage({ kind: "counts", ...counts });
    case "seal":
      return page.postMessage({ kind: "sealed", id: request.id, sealed: await sealer.sealMessage("message", request.text) });
    case "open": {
      const outcome = await sealer.openMessage({ member: request.member, source: "message" }, request.sealed);
      if ("drop" in outcome) drop("message", outcome.drop);
      return page.postMessage({ kind: "opened", id: request.id, text: "bytes" in outcome ? outcome.bytes : null });
    }
  }
}

/** @param {Transformer} transformer @param {Source} source */
function send({ readable, writable }, source) {
  return through(readable, writable, async (frame) => {
    const outcome = await sealer.seal(source, frame.getMetadata().mimeType, new Uint8Array(frame.data));
    if ("drop" in outcome) return drop("sent", outcome.drop);
    frame.data = whole(outcome.bytes);
    counts.sent += 1;
    return true;
  });
}

/** @param {Transformer} transformer @param {string} slot */
function receive(transformer, slot) {
  let starved = false;
  return through(transformer.readable, transformer.writable, async (frame) => {
    const outcome = await sealer.open(expected.get(slot) ?? null, frame.getMetadata().mimeType, new Uint8Array(frame.data));
    if ("drop" in outcome) {
      starved ||= outcome.drop !== "empty" && outcome.drop !== "replayed";
      return drop("received", outcome.drop);
    }
    frame.data = whole(outcome.bytes);
    counts.received += 1;
    if (expected.get(slot) === "clear") counts.clear += 1;
    // A decoder that has missed pictures would wait for a keyframe until it loses patience.
    if (starved && frame.type === "delta") transformer.sendKeyFrameRequest?.().catch(() => {});
    starved = false;
    return true;
  });
}

/** @param {ReadableStream<Frame>} readable @param {WritableStream<Frame>} writable @param {(frame: Frame) => Promise<boolean>} pass false drops the frame */
function through(readable, writable, pass) {
  const transform = async (/** @type {Frame} */ frame, /** @type {TransformStreamDefaultController<Frame>} */ controller) => {
    if (await pass(frame)) controller.enqueue(frame);
  };
  return readable.pipeThrough(new TransformStream({ transform })).pipeTo(writable).catch(() => {}); // The line has closed.
}

/** @param {"sent" | "received" | "message"} side @param {Drop} reason */
function drop(side, reason) {
  const name = `${side}_${reason}`;
  counts.dropped[name] = (counts.dropped[name] ?? 0) + 1;
  return false;
}

/** A buffer with these bytes and no others. @param {Uint8Array} bytes */
function whole(bytes) {
  return bytes.byteLength === bytes.buffer.byteLength ? /** @type {ArrayBuffer} */ (bytes.buffer) : bytes.slice().buffer;
}
