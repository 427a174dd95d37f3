// The words on the data channel about files: "Files" in docs/protocol.md. One frame is one binary message.

import { concat, toHex } from "../e2ee/bytes.js";

/** @import { Bytes } from "../e2ee/bytes.js" */

const VERSION = 0xf9;
/** Bytes of a chunk, but for the last of a file. */
export const CHUNK_BYTES = 15 * 1024 + 16;
export const MANIFEST_BYTES_MAX = 4096;
const RECEIPT_BYTES = 154;

/** `stored`: at the server until its time is over; `passed`: handed on as it comes, for what is too large to store. @typedef {"stored" | "passed"} Keeping */
/**
 * `id` is the transfer's, in hexadecimal.
 * @typedef {{ id: string } & ({ kind: "offer", keeping: Keeping, bytes: number, chunks: number, manifest: Bytes } | { kind: "accept" } | { kind: "credit", until: number }
 *   | { kind: "chunk", index: number, bytes: Bytes } | { kind: "have", next: number } | { kind: "ack", next: number } | { kind: "cancel" }
 *   | { kind: "done", deleted_in_ms: number } | { kind: "refused", reason: number } | { kind: "receipt", receipt: Bytes })} Frame
 */

/** @type {Frame["kind"][]} by their numbers, from 1 */
const KINDS = ["offer", "accept", "credit", "chunk", "have", "ack", "cancel", "done", "refused", "receipt"];

/** @param {Frame} frame @returns {Bytes} */
export function writeFrame(frame) {
  const head = concat(Uint8Array.of(VERSION, KINDS.indexOf(frame.kind) + 1), bytesOf(frame.id));
  switch (frame.kind) {
    case "offer":
      return concat(head, Uint8Array.of(frame.keeping === "stored" ? 1 : 2), u64(frame.bytes), u32(frame.chunks), frame.manifest);
    case "chunk":
      return concat(head, u32(frame.index), frame.bytes);
    case "credit":
      return concat(head, u32(frame.until));
    case "have":
    case "ack":
      return concat(head, u32(frame.next));
    case "done":
      return concat(head, u32(frame.deleted_in_ms));
    case "refused":
      return concat(head, Uint8Array.of(frame.reason));
    case "receipt":
      return concat(head, frame.receipt);
    case "accept":
    case "cancel":
      return head;
  }
}

/** @param {Bytes} message @returns {Frame | null} null if it is no frame */
export function readFrame(message) {
  const kind = KINDS[(message[1] ?? 0) - 1];
  if (message[0] !== VERSION || kind === undefined || message.length < 18) return null;
  const [id, rest] = [toHex(message.subarray(2, 18)), message.slice(18)];
  const view = new DataView(rest.buffer);
  switch (kind) {
    case "offer": {
      if (rest.length < 13 || 13 + MANIFEST_BYTES_MAX < rest.length) return null;
      const [keeping, bytes, chunks] = [rest[0], view.getBigUint64(1), view.getUint32(9)];
      if ((keeping !== 1 && keeping !== 2) || bytes === 0n || BigInt(Number.MAX_SAFE_INTEGER) < bytes || chunks !== chunksOf(Number(bytes))) return null;
      return { kind, id, keeping: keeping === 1 ? "stored" : "passed", bytes: Number(bytes), chunks, manifest: rest.slice(13) };
    }
    case "chunk":
      return 4 < rest.length && rest.length <= 4 + CHUNK_BYTES ? { kind, id, index: view.getUint32(0), bytes: rest.slice(4) } : null;
    case "credit":
      return rest.length === 4 ? { kind, id, until: view.getUint32(0) } : null;
    case "have":
    case "ack":
      return rest.length === 4 ? { kind, id, next: view.getUint32(0) } : null;
    case "done":
      return rest.length === 4 ? { kind, id, deleted_in_ms: view.getUint32(0) } : null;
    case "refused":
      return rest.length === 1 ? { kind, id, reason: rest[0] ?? 0 } : null;
    case "receipt":
      return rest.length === RECEIPT_BYTES ? { kind, id, receipt: rest } : null;
    case "accept":
    case "cancel":
      return rest.length === 0 ? { kind, id } : null;
  }
}

/** @param {number} bytes of all chunks */
export function chunksOf(bytes) {
  return Math.ceil(bytes / CHUNK_BYTES);
}

/** A line of a list that `anteroom receipt verify` reads; null if the receipt is of a kind that this page does not know. @param {Bytes} receipt */
export function receiptLine(receipt) {
  const view = new DataView(receipt.buffer, receipt.byteOffset);
  const method = METHODS[(receipt[57] ?? 0) - 1];
  const completed = view.getBigUint64(41);
  if (method === undefined) return null;
  // Numbers are written by hand: they may be larger than what JSON.stringify keeps exact.
  return `{"number": ${view.getBigUint64(0)}, "blob": "${toHex(receipt.subarray(8, 40))}", "size_class": ${receipt[40]}, "completed_unix_s": ${completed === 0xffff_ffff_ffff_ffffn ? "null" : completed}, `
    + `"deleted_unix_s": ${view.getBigUint64(49)}, "method": "${method}", "previous": "${toHex(receipt.subarray(58, 90))}", "signature": "${toHex(receipt.subarray(90, 154))}"}`;
}

const METHODS = ["memory_overwritten", "passed_through", "key_overwritten_and_unlinked", "key_overwritten"];

/** @param {string} id */
export function bytesOf(id) {
  return Uint8Array.from(id.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** @param {number} value */
function u32(value) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** @param {number} value */
function u64(value) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}
