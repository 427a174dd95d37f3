// Seals the frames of this page and opens those of others: who has which key, which counters are used, what is dropped. worker.js is its way to the browser.

import { random } from "./bytes.js";
import { dressOf } from "./frames.js";
import { ReplayWindow } from "./replay.js";
import { AES_256_GCM_SHA512_128, deriveKey, importBaseKey, open, readHeader, seal } from "./sframe.js";

/** @import { Bytes } from "./bytes.js" */
/** @import { FrameKey } from "./sframe.js" */

/** In the KID. @typedef {"microphone" | "camera" | "screen" | "message"} Source */
/** @type {Source[]} */
const SOURCES = ["microphone", "camera", "screen", "message"];
/** Far above any room; the KID stays within four bytes. */
export const MEMBER_MAX = 1023;
export const GENERATION_MAX = 0xf_ffff;
/** Frames that left before a change of keys and come after it. */
export const OLD_KEY_MS = 2_000;
/** A change of keys, and one that follows before the first has been used. */
const GENERATIONS_KEPT = 4;

/** Whose frames are to come; "clear" is a sender without encryption, whom a sealer with `require` takes for a device if it was told of `devices`, and else never believes. @typedef {{ member: number, source: Source } | "clear" | null} Expected */
/** @typedef {"no_key" | "unexpected" | "replayed" | "malformed" | "failed" | "empty"} Drop */
/** @typedef {{ bytes: Bytes | Uint8Array } | { drop: Drop }} Outcome */
/** @typedef {{ key: Promise<FrameKey>, counter: bigint }} Own */
/** @typedef {{ base_key: CryptoKey, keys: Map<bigint, { key: Promise<FrameKey>, window: ReplayWindow }> }} Theirs */

export class Sealer {
  #require;
  #devices;
  #later;
  /** Drawn, and not yet used. @type {Map<number, { member: number, base_key: CryptoKey }>} */ #drawn = new Map();
  /** @type {{ generation: number, member: number, base_key: CryptoKey, sources: Map<Source, Own> } | null} */ #own = null;
  /** By member, then by generation. @type {Map<number, Map<number, Theirs>>} */ #theirs = new Map();
  /** The newest message of each member. @type {Map<number, { generation: number, counter: number }>} */ #said = new Map();
  #sends_clear = false;

  /** @param {{ require: boolean, devices?: boolean, later?: (act: () => void, wait_ms: number) => void }} options with `require` nothing ever leaves in clear, and without `devices`
   * nothing passes in clear either way, whatever is asked later */
  constructor({ require, devices = false, later = (act, wait_ms) => void setTimeout(act, wait_ms) }) {
    this.#require = require;
    this.#devices = devices;
    this.#later = later;
  }

  /** A new key of this page, for the others. It is drawn here, so that no counter of it was ever used. @param {number} member the own number in the room @param {number} generation higher than any before @returns {Promise<Bytes | null>} */
  async draw(member, generation) {
    if (kidOf(member, generation, "microphone") === null) return null;
    if (generation <= Math.max(this.#own?.generation ?? -1, ...this.#drawn.keys())) return null;
    const bytes = random(32);
    this.#drawn.set(generation, { member, base_key: await importBaseKey(bytes) });
    return bytes;
  }

  /** From now on frames are sealed with this key, and with none that is older. @param {number} generation */
  use(generation) {
    const drawn = this.#drawn.get(generation);
    if (drawn === undefined) return;
    for (const old of this.#drawn.keys()) if (old <= generation) this.#drawn.delete(old);
    this.#own = { ...drawn, generation, sources: new Map() };
    this.#sends_clear = false;
  }

  /** Frames leave in clear from now on. @returns {boolean} whether that may be */
  sendClear() {
    this.#sends_clear = !this.#require;
    return this.#sends_clear;
  }

  /** A key of somebody else. What a generation has had once is not changed. @param {number} member @param {number} generation @param {Uint8Array} key */
  async take(member, generation, key) {
    if (kidOf(member, generation, "microphone") === null || key.length !== 32) return;
    const base_key = await importBaseKey(key);
    const generations = this.#theirs.get(member) ?? new Map();
    this.#theirs.set(member, generations);
    if (generations.has(generation)) return;
    generations.set(generation, { base_key, keys: new Map() });
    if (GENERATIONS_KEPT < generations.size) generations.delete(Math.min(...generations.keys()));
  }

  /** Somebody has left, or has come back as a page that knows nothing: the old keys open nothing more. @param {number} member */
  forget(member) {
    this.#theirs.delete(member);
    this.#said.delete(member);
  }

  /** The end of the call. */
  clear() {
    this.#theirs.clear();
    this.#said.clear();
    this.#drawn.clear();
    this.#own = null;
    this.#sends_clear = false;
  }

  /** A frame that is to leave. @param {Source} source @param {string | undefined} mime_type @param {Uint8Array} frame @returns {Promise<Outcome>} */
  async seal(source, mime_type, frame) {
    if (this.#sends_clear) return { bytes: frame };
    const dress = dressOf(mime_type);
    if (dress === null) return { drop: "malformed" };
    if (frame.length === 0) return { drop: "empty" };
    const sealed = await this.sealMessage(source, frame);
    if (sealed === null) return { drop: "no_key" };
    const bytes = dress.dress(frame, sealed);
    return bytes === null ? { drop: "malformed" } : { bytes };
  }

  /** @param {Source} source @param {Uint8Array} plaintext @returns {Promise<Bytes | null>} null without a key */
  async sealMessage(source, plaintext) {
    const own = this.#own;
    if (own === null) return null;
    let sealing = own.sources.get(source);
    if (sealing === undefined) {
      const kid = /** @type {bigint} */ (kidOf(own.member, own.generation, source));
      sealing = { key: deriveKey(AES_256_GCM_SHA512_128, own.base_key, kid), counter: 0n };
      own.sources.set(source, sealing);
    }
    const counter = sealing.counter++; // Before anything is awaited: no two frames get the same.
    return seal(await sealing.key, counter, plaintext);
  }

  /** A frame that has come. @param {Expected} expected @param {string | undefined} mime_type @param {Uint8Array} wire @returns {Promise<Outcome>} */
  async open(expected, mime_type, wire) {
    if (wire.length === 0) return { drop: "empty" };
    if (expected === "clear") return this.#require && !this.#devices ? { drop: "unexpected" } : { bytes: wire };
    if (expected === null) return { drop: "unexpected" };
    const sealed = dressOf(mime_type)?.undress(wire) ?? null;
    return sealed === null ? { drop: "malformed" } : this.openMessage(expected, sealed);
  }

  /** @param {{ member: number, source: Source }} expected @param {Uint8Array} sealed @returns {Promise<Outcome>} */
  async openMessage(expected, sealed) {
    const header = readHeader(sealed);
    if (header === null || BigInt(Number.MAX_SAFE_INTEGER) < header.ctr) return { drop: "malformed" };
    const parts = partsOf(header.kid);
    if (parts === null || parts.member !== expected.member || parts.source !== expected.source) return { drop: "unexpected" };
    const theirs = this.#theirs.get(parts.member)?.get(parts.generation);
    if (theirs === undefined) return { drop: "no_key" };
    let opening = theirs.keys.get(header.kid);
    if (opening === undefined) {
      opening = { key: deriveKey(AES_256_GCM_SHA512_128, theirs.base_key, header.kid), window: new ReplayWindow() };
      theirs.keys.set(header.kid, opening);
    }
    const counter = Number(header.ctr);
    if (!opening.window.isFresh(counter) || this.#isLate(parts, counter)) return { drop: "replayed" };
    const bytes = await open(await opening.key, header, sealed);
    if (bytes === null) return { drop: "failed" };
    if (!opening.window.isFresh(counter) || this.#isLate(parts, counter)) return { drop: "replayed" }; // Its twin was quicker.
    opening.window.mark(counter);
    if (parts.source === "message") this.#said.set(parts.member, { generation: parts.generation, counter });
    this.#retire(parts.member, parts.generation);
    return { bytes };
  }

  /** Messages come in the order in which they were said, on a channel that keeps it: an older one was held back, and would be an answer to something else.
   * @param {{ member: number, generation: number, source: Source }} parts @param {number} counter */
  #isLate({ member, generation, source }, counter) {
    const newest = source === "message" ? this.#said.get(member) : undefined;
    return newest !== undefined && (generation < newest.generation || (generation === newest.generation && counter < newest.counter));
  }

  /** Somebody uses this generation: what is older is kept for what is still on its way, and no longer. @param {number} member @param {number} generation */
  #retire(member, generation) {
    const generations = this.#theirs.get(member);
    if (generations === undefined || generations.size === 1) return;
    const older = [...generations.entries()].filter(([one]) => one < generation);
    for (const [one, theirs] of older) {
      if (retiring.has(theirs)) continue;
      retiring.add(theirs);
      this.#later(() => generations.delete(one), OLD_KEY_MS);
    }
  }
}

/** Keys whose end is near. @type {WeakSet<Theirs>} */
const retiring = new WeakSet();

/** @param {number} member @param {number} generation @param {Source} source @returns {bigint | null} */
export function kidOf(member, generation, source) {
  const fits = (/** @type {number} */ number, /** @type {number} */ max) => Number.isInteger(number) && 0 <= number && number <= max;
  if (!fits(member, MEMBER_MAX) || !fits(generation, GENERATION_MAX)) return null;
  return BigInt(generation * 4096 + member * 4 + SOURCES.indexOf(source));
}

/** @param {bigint} kid */
export function partsOf(kid) {
  if (0xffff_ffffn < kid) return null;
  const number = Number(kid);
  const source = /** @type {Source} */ (SOURCES[number & 3]);
  return { member: (number >> 2) & MEMBER_MAX, generation: number >>> 12, source };
}
