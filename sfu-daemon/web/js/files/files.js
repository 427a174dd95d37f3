// Brings the files of a call to the browser: reads and seals what is sent, opens and keeps what comes, and carries out what state.js decides.

import { sha256 } from "../../vendor/@noble/hashes/sha2.js";
import { equal, fromBase64, random, toBase64, toHex } from "../e2ee/bytes.js";
import { dangerOf, safeName } from "./names.js";
import { drawKey, fileKey, openChunk, openManifest, piece, PIECE_BYTES, sealChunk, sealedBytes, sealManifest, shortName } from "./seal.js";
import { due, initial, next } from "./state.js";
import { bytesOf, chunksOf, readFrame, receiptLine, writeFrame } from "./wire.js";

/** @import { Bytes } from "../e2ee/bytes.js" */
/** @import { Messages } from "../messages.js" */
/** @import { FileKey, Manifest } from "./seal.js" */
/** @import { Event, State, Task } from "./state.js" */

/** A line that is behind gets no more until it has sent some. */
const BUFFERED_MAX = 256 * 1024;
const TICK_MS = 1_000;
/** Keys go out together, so that many small files do not exceed what the server takes a second. */
const KEYS_EVERY_MS = 400;
/** As many as one message with boxes holds. */
const KEYS_MAX = 32;
/** Keys that came before their files. */
const EARLY_KEYS_MAX = 64;
/** Pieces are gathered to this much, and then given to the browser, which need not keep them in memory. */
const GATHERED_BYTES = 4 * 1024 * 1024;
const HASHED_BYTES = 1024 * 1024;
const START_BYTES = 512;

/** @typedef {{ blob: globalThis.File, key: Bytes, keys: FileKey, manifest: Bytes | null }} Own */
/** @typedef {{ sealed: Bytes, bytes: number, keys: FileKey | null, manifest: Manifest | null, parts: BlobPart[], gathered: number, rest: number, start: Bytes, hasher: ReturnType<typeof sha256.create>, blob: Blob | null }} Theirs */
/**
 * @typedef {object} Outside
 * @property {(frame: Bytes) => boolean} write on the data channel; false if it cannot be sent now
 * @property {() => number} buffered bytes that wait in the channel
 * @property {(bodies: Record<string, unknown>[], to: number | null) => Promise<boolean>} giveKeys in boxes of use `file`, to everybody or to one; false if that is not possible now
 * @property {Pick<Messages, "say" | "on">} messages
 * @property {(peer: number) => string} nameOf somebody in the room
 * @property {() => void} changed
 * @property {() => void} ask the person, whether files may be exchanged; the answer comes by `may`
 * @property {() => void} came something new is in the list
 * @property {(form: string, size: number, from: number) => boolean} wantsForm whether a consent form is awaited, from this person
 * @property {(form: string, name: string, bytes: Bytes) => void} formCame ... and it is here
 */

export class Files {
  /** @type {State} */ state;
  #outside;
  #now;
  /** @type {Map<string, globalThis.File>} */ #chosen = new Map();
  /** @type {Map<string, Own>} */ #own = new Map();
  /** @type {Map<string, Theirs>} */ #theirs = new Map();
  /** Keys by transfer, with the one who gave it. @type {Map<string, { from: number, key: Bytes }>} */ #keys = new Map();
  /** Whose key is to be given. @type {Set<string>} */ #ungiven = new Set();
  #giving = false;
  #pumping = false;
  /** Frames have their effect in the order in which they came. */
  #turn = Promise.resolve();
  /** Of another visit nothing has an effect. */ #visit = 0;
  /** @type {boolean | null} */ #may;

  /** @param {Outside} outside @param {boolean | null} may see `State` @param {{ now?: () => number, every?: (act: () => void, ms: number) => unknown }} [clock] */
  constructor(outside, may, { now = Date.now, every = setInterval } = {}) {
    this.#outside = outside;
    this.#now = now;
    this.#may = may;
    this.state = initial(may, now());
    outside.messages.on("file_keys", (peer, { transfers }) => void this.#giveAgain(peer, transfers));
    every(() => this.#tick(), TICK_MS);
  }

  /** Another visit begins: nothing of the last one is left. */
  forget() {
    this.#visit += 1;
    for (const map of [this.#chosen, this.#own, this.#theirs, this.#keys, this.#ungiven]) map.clear();
    this.state = { ...initial(this.#may, this.#now()), open: this.state.open };
    this.#outside.changed();
  }

  /** @param {globalThis.File[]} files as chosen or dropped */
  send(files) {
    this.#choose(files, null);
  }

  /** A consent form, which passes through the server and is in no list. @param {string} form @param {string} title @param {Bytes} pdf @returns {string} the transfer */
  sendForm(form, title, pdf) {
    return this.#choose([new File([pdf], title, { type: "application/pdf" })], form)[0]?.id ?? "";
  }

  /** @param {globalThis.File[]} files @param {string | null} form */
  #choose(files, form) {
    const chosen = files.map((file) => ({ id: toHex(random(16)), name: shortName(file.name), size: file.size, form }));
    for (const [index, { id }] of chosen.entries()) this.#chosen.set(id, /** @type {globalThis.File} */ (files[index]));
    this.#tell({ kind: "chosen", files: chosen });
    this.#then(async () => {
      for (const { id } of chosen) if (!this.state.files.some((file) => file.id === id)) this.#chosen.delete(id);
    });
    return chosen;
  }

  /** @param {string} id */
  take(id) {
    this.#tell({ kind: "take", id });
  }

  /** @param {string} id */
  cancel(id) {
    this.#tell({ kind: "cancel", id });
  }

  /** @param {boolean | null} may */
  may(may) {
    this.#tell({ kind: "may", may });
  }

  /** The visit is over: what is here stays until the page closes, and nothing more comes. */
  end() {
    this.#tell({ kind: "ended" });
  }

  /** @param {number} others in the room */
  room(others) {
    if (others !== this.state.others) this.#tell({ kind: "room", others });
  }

  /** The channel is a new one, or gone. @param {boolean} is_open */
  channel(is_open) {
    this.#tell({ kind: is_open ? "opened" : "closed" });
  }

  /** @param {ArrayBuffer} data as it came on the channel */
  heard(data) {
    const frame = readFrame(new Uint8Array(data));
    if (frame !== null) this.#then(() => this.#do({ kind: "frame", frame }));
  }

  /** A box of use `file`. @param {number} from @param {Record<string, unknown>} body */
  key(from, { transfer, key }) {
    const [id, bytes] = [fromBase64(transfer, 16), fromBase64(key, 32)];
    if (id === null || bytes === null) return;
    const name = toHex(id);
    // Whoever gave it first; nobody takes another's file over.
    if (this.#keys.has(name)) return;
    if (!this.#theirs.has(name) && EARLY_KEYS_MAX <= [...this.#keys.keys()].filter((known) => !this.#theirs.has(known)).length) return;
    this.#keys.set(name, { from, key: bytes });
    this.#then(() => this.#unlock(name));
  }

  /** What can be saved: the file as it was sent, under a name that does no harm. @param {string} id @param {string} nameless @returns {{ name: string, blob: Blob } | null} */
  saved(id, nameless) {
    const { manifest, blob } = this.#theirs.get(id) ?? {};
    return manifest == null || blob == null ? null : { name: safeName(manifest.name, nameless), blob };
  }

  /** For `anteroom receipt verify`, the oldest first. */
  receipts() {
    return [...this.state.receipts].map(receiptLine).filter((line) => line !== null).map((line) => `${line}\n`).join("");
  }

  /** @param {() => Promise<void>} act */
  #then(act) {
    const visit = this.#visit;
    this.#turn = this.#turn.then(() => (visit === this.#visit ? act() : undefined)).catch((error) => console.error("files:", error));
  }

  /** @param {Event} event */
  #tell(event) {
    this.#then(() => this.#do(event));
  }

  #tick() {
    const { files, orphans } = this.state;
    if (files.some(({ phase, deletes_at }) => phase !== "over" && (phase !== "here" || deletes_at !== null)) || Object.keys(orphans).length !== 0) this.#tell({ kind: "tick", busy: this.#outside.buffered() !== 0 });
    void this.#pump();
  }

  /** @param {Event} event */
  async #do(event) {
    /** @type {Task[]} */ let tasks;
    [this.state, tasks] = next(this.state, event, this.#now());
    for (const task of tasks) await this.#carryOut(task);
    this.#outside.changed();
    void this.#pump();
  }

  /** @param {Task} task */
  async #carryOut(task) {
    switch (task.do) {
      case "say":
        return void this.#outside.write(writeFrame(task.frame));
      case "offer": {
        const own = this.#own.get(task.id);
        const file = this.state.files.find(({ id }) => id === task.id);
        if (own?.manifest == null || file === undefined) return;
        this.#outside.write(writeFrame({ kind: "offer", id: task.id, keeping: task.keeping, bytes: file.bytes, chunks: file.chunks, manifest: own.manifest }));
        this.#ungiven.add(task.id);
        return void this.#give();
      }
      case "prepare":
        return void this.#prepare(task.id);
      case "ask":
        return this.#outside.ask();
      case "ask_keys": {
        const transfers = task.ids.slice(0, KEYS_MAX).map((id) => toBase64(bytesOf(id)));
        return void this.#outside.messages.say({ kind: "file_keys", transfers });
      }
      case "unlock":
        this.#theirs.set(task.id, { sealed: task.manifest, bytes: task.bytes, keys: null, manifest: null, parts: [], gathered: 0, rest: 0, start: new Uint8Array(), hasher: sha256.create(), blob: null });
        return this.#unlock(task.id);
      case "fetch":
        return this.#do({ kind: "fetched", id: task.id, index: task.index, is_right: await this.#fetch(task) });
      case "check":
        return this.#check(task.id);
      case "drop":
        for (const map of [this.#chosen, this.#own, this.#theirs, this.#keys]) map.delete(task.id);
        return void this.#ungiven.delete(task.id);
    }
  }

  /** Reads it once for its hash, before the first byte leaves. @param {string} id */
  async #prepare(id) {
    const blob = this.#chosen.get(id);
    if (blob === undefined) return;
    try {
      const hasher = sha256.create();
      for (let at = 0; at < blob.size; at += HASHED_BYTES) hasher.update(new Uint8Array(await blob.slice(at, at + HASHED_BYTES).arrayBuffer()));
      if (!this.#chosen.has(id)) return; // Taken back meanwhile.
      const key = drawKey();
      const keys = await fileKey(key, id);
      const manifest = await sealManifest(keys, { name: shortName(blob.name), type: blob.type.slice(0, 100), size: blob.size, hash: new Uint8Array(hasher.digest()), form: this.state.files.find((file) => file.id === id)?.form ?? null });
      this.#own.set(id, { blob, key, keys, manifest });
      const bytes = sealedBytes(blob.size);
      this.#tell({ kind: "prepared", id, bytes, chunks: chunksOf(bytes) });
    } catch {
      this.#tell({ kind: "unreadable", id }); // A folder, or a file that was deleted or changed.
    }
  }

  /** Sends what may leave, one chunk after the other. */
  async #pump() {
    if (this.#pumping) return;
    this.#pumping = true;
    const visit = this.#visit;
    try {
      for (let chunk = due(this.state); chunk !== null && visit === this.#visit; chunk = due(this.state)) {
        if (BUFFERED_MAX < this.#outside.buffered()) {
          setTimeout(() => void this.#pump(), 50);
          break;
        }
        const { id, index, is_last } = chunk;
        const own = this.#own.get(id);
        if (own === undefined) break;
        const plain = await this.#read(own.blob, index);
        if (plain === null) {
          await this.#do({ kind: "unreadable", id });
          continue;
        }
        const frame = writeFrame({ kind: "chunk", id, index, bytes: await sealChunk(own.keys, index, is_last, plain) });
        if (!this.#outside.write(frame)) break; // Gone; the server will say where to go on.
        [this.state] = next(this.state, { kind: "left", id, index }, this.#now());
        this.#outside.changed();
      }
    } finally {
      this.#pumping = false;
    }
  }

  /** @param {globalThis.File} blob @param {number} index @returns {Promise<Bytes | null>} */
  async #read(blob, index) {
    try {
      const bytes = await blob.slice(index * PIECE_BYTES, (index + 1) * PIECE_BYTES).arrayBuffer();
      return piece(new Uint8Array(bytes), index, blob.size);
    } catch {
      return null;
    }
  }

  /** With its key and its manifest together, it is known what comes. @param {string} id */
  async #unlock(id) {
    const [theirs, given] = [this.#theirs.get(id), this.#keys.get(id)];
    if (theirs === undefined || given === undefined || theirs.keys !== null) return;
    const keys = await fileKey(given.key, id);
    const manifest = await openManifest(keys, theirs.sealed, theirs.bytes);
    if (manifest === null) return void this.#keys.delete(id); // Of somebody else, perhaps; it is asked for again.
    Object.assign(theirs, { keys, manifest, rest: manifest.size });
    if (manifest.form === null) this.#outside.came();
    await this.#do({ kind: "unlocked", id, from: given.from, by: this.#outside.nameOf(given.from), manifest, is_wanted: manifest.form === null || this.#outside.wantsForm(manifest.form, manifest.size, given.from) });
  }

  /** @param {Extract<Task, { do: "fetch" }>} chunk @returns {Promise<boolean>} false if it is not what was sent */
  async #fetch({ id, index, is_last, bytes }) {
    const theirs = this.#theirs.get(id);
    if (theirs?.keys == null || theirs.manifest === null) return false;
    const plain = await openChunk(theirs.keys, index, is_last, bytes);
    if (plain === null) return false;
    const file = plain.subarray(0, theirs.rest); // The rest is padding.
    theirs.rest -= file.length;
    theirs.hasher.update(file);
    if (index === 0) theirs.start = file.slice(0, START_BYTES);
    theirs.parts.push(file);
    theirs.gathered += file.length;
    if (GATHERED_BYTES <= theirs.gathered) {
      theirs.parts = [new Blob(theirs.parts)];
      theirs.gathered = 0;
    }
    return true;
  }

  /** @param {string} id */
  async #check(id) {
    const theirs = this.#theirs.get(id);
    if (theirs === undefined || theirs.manifest === null) return;
    const is_right = theirs.rest === 0 && equal(theirs.hasher.digest(), theirs.manifest.hash);
    // As bytes and nothing else: no browser shows it in the page's name.
    theirs.blob = is_right ? new Blob(theirs.parts, { type: "application/octet-stream" }) : null;
    theirs.parts = [];
    const { blob, manifest: { name, form } } = theirs;
    await this.#do({ kind: "checked", id, is_right, danger: dangerOf(safeName(name, "x"), theirs.start) });
    if (form === null) return;
    this.#theirs.delete(id); // Whoever awaits it keeps it.
    if (blob !== null) this.#outside.formCame(form, name, new Uint8Array(await blob.arrayBuffer()));
  }

  /** Gives everybody the keys of the files that were offered. */
  async #give() {
    if (this.#giving) return;
    this.#giving = true;
    while (this.#ungiven.size !== 0) {
      const ids = [...this.#ungiven].slice(0, KEYS_MAX);
      for (const id of ids) this.#ungiven.delete(id);
      // Who does not get one, asks.
      await this.#outside.giveKeys(this.#bodies(ids), null);
      await new Promise((resolve) => setTimeout(resolve, KEYS_EVERY_MS));
    }
    this.#giving = false;
  }

  /** Somebody has a file of ours without its key: a page that was loaded anew, or a box was lost. @param {number} peer @param {unknown} transfers */
  async #giveAgain(peer, transfers) {
    if (!Array.isArray(transfers)) return;
    const ids = transfers.slice(0, KEYS_MAX).map((id) => fromBase64(id, 16)).filter((id) => id !== null).map(toHex);
    const bodies = this.#bodies(ids);
    if (bodies.length !== 0) await this.#outside.giveKeys(bodies, peer);
  }

  /** @param {string[]} ids */
  #bodies(ids) {
    return ids.flatMap((id) => {
      const own = this.#own.get(id);
      return own === undefined ? [] : [{ transfer: toBase64(bytesOf(id)), key: toBase64(own.key) }];
    });
  }
}
