// Files between two pages: sealed, in pieces, over a relay that may lose, change and refuse what it likes. What arrives is what was sent, or nothing.

import assert from "node:assert/strict";
import test from "node:test";
import { toBase64 } from "../js/e2ee/bytes.js";
import { Files } from "../js/files/files.js";
import { dangerOf, safeName } from "../js/files/names.js";
import { fileKey, openChunk, openManifest, padded, PIECE_BYTES, sealChunk, sealedBytes, sealManifest } from "../js/files/seal.js";
import { initial, next, OWN_MAX, SILENCE_MS, THEIRS_MAX } from "../js/files/state.js";
import { bytesOf, CHUNK_BYTES, chunksOf, readFrame, receiptLine, writeFrame } from "../js/files/wire.js";

/** @import { Frame } from "../js/files/wire.js" */

const [ANA, LENA] = [1, 2];

/** How much is being sealed, opened or hashed right now, in threads of their own. */
let sealing = 0;
for (const name of /** @type {const} */ (["encrypt", "decrypt", "digest", "deriveBits", "importKey"])) {
  const real = /** @type {(...given: any[]) => Promise<any>} */ (crypto.subtle[name]).bind(crypto.subtle);
  Object.assign(crypto.subtle, { [name]: (/** @type {any[]} */ ...given) => {
    sealing += 1;
    return real(...given).finally(() => (sealing -= 1));
  } });
}

/** The server as docs/protocol.md has it, without its limits, and two pages. `meddle` may change or swallow (null) what goes to a page. */
class Call {
  now = 1_000_000;
  /** @type {Map<number, Page>} */ pages = new Map();
  /** @type {Map<string, { from: number, offer: Extract<Frame, { kind: "offer" }>, chunks: Frame[], at: number | null, acked: number }>} */ transfers = new Map();
  /** @type {(to: number, frame: Frame) => Frame | null} */ meddle = (_, frame) => frame;
  /** @type {(from: number, frame: Frame) => number} a reason, or 0 */ refuse = () => 0;

  /** @param {number} number @param {boolean | null} [may] */
  join(number, may = true) {
    const page = new Page(this, number, may);
    const before = this.pages.get(number);
    if (before !== undefined) before.online = false;
    this.pages.set(number, page);
    this.open(number);
    return page;
  }

  /** @param {number} number */
  open(number) {
    const page = /** @type {Page} */ (this.pages.get(number));
    page.online = true;
    page.files.channel(true);
    for (const [id, transfer] of this.transfers) {
      const { from, offer, chunks } = transfer;
      if (from !== number) Object.assign(transfer, { at: null, acked: 0 });
      if (from === number) {
        this.tell(number, { kind: "have", id, next: chunks.length });
        this.tell(number, { kind: "credit", id, until: offer.chunks });
      } else this.tell(number, offer);
      if (chunks.length === offer.chunks) this.tell(number, { kind: "done", id, deleted_in_ms: 900_000 });
    }
  }

  /** @param {number} number */
  cut(number) {
    const page = /** @type {Page} */ (this.pages.get(number));
    page.online = false;
    page.files.channel(false);
  }

  /** @param {number} to @param {Frame} frame */
  tell(to, frame) {
    const page = this.pages.get(to);
    const changed = page?.online ? this.meddle(to, frame) : null;
    if (changed !== null) page?.files.heard(writeFrame(changed).buffer);
  }

  /** @param {number} from @param {Frame} frame */
  said(from, frame) {
    const reason = this.refuse(from, frame);
    if (reason !== 0) return this.tell(from, { kind: "refused", id: frame.id, reason });
    const other = from === ANA ? LENA : ANA;
    const known = this.transfers.get(frame.id);
    if (frame.kind === "offer") {
      if (known === undefined) {
        this.transfers.set(frame.id, { from, offer: frame, chunks: [], at: null, acked: 0 });
        this.tell(other, frame);
      }
      this.tell(from, { kind: "have", id: frame.id, next: known?.chunks.length ?? 0 });
      return this.tell(from, { kind: "credit", id: frame.id, until: frame.chunks });
    }
    if (known === undefined) return this.tell(from, { kind: "refused", id: frame.id, reason: 2 });
    if (frame.kind === "cancel") {
      this.transfers.delete(frame.id);
      return this.tell(other, from === known.from ? frame : { kind: "refused", id: frame.id, reason: 31 });
    }
    if (from === known.from) {
      if (frame.kind === "have") {
        this.tell(from, { kind: "have", id: frame.id, next: known.chunks.length });
        return this.tell(from, { kind: "credit", id: frame.id, until: known.offer.chunks });
      }
      if (frame.kind !== "chunk" || frame.index !== known.chunks.length) return;
      known.chunks.push(frame);
      if (known.offer.keeping === "stored" && known.chunks.length === known.offer.chunks) for (const to of [ANA, LENA]) this.tell(to, { kind: "done", id: frame.id, deleted_in_ms: 900_000 });
      return this.serve(frame.id, other);
    }
    if (frame.kind === "accept") known.at = 0;
    if (frame.kind === "have") known.at = frame.next;
    if (frame.kind === "ack") {
      known.acked = frame.next;
      this.tell(known.from, frame);
      if (known.offer.keeping === "passed" && frame.next === known.offer.chunks) this.tell(known.from, { kind: "done", id: frame.id, deleted_in_ms: 0 });
    }
    this.serve(frame.id, from);
  }

  /** @param {string} id @param {number} to */
  serve(id, to) {
    const known = this.transfers.get(id);
    while (known !== undefined && known.at !== null && known.at < known.chunks.length) this.tell(to, /** @type {Frame} */ (known.chunks[known.at++]));
  }

  /** Until nothing happens any more: so many turns without anything being sealed, opened or hashed, however slow the machine is. */
  async calm(turns = 60) {
    for (let quiet = 0; quiet < turns; quiet = sealing === 0 ? quiet + 1 : 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  /** @param {number} ms */
  async pass(ms) {
    this.now += ms;
    for (const page of this.pages.values()) page.tick();
    await this.calm();
  }
}

class Page {
  online = false;
  asked = 0;
  came = 0;
  /** The id of a form. */ awaits = "";
  /** @type {{ form: string, name: string, bytes: Uint8Array }[]} */ forms = [];
  /** @type {Map<string, (peer: number, message: any) => void>} */ hearers = new Map();
  tick = () => {};
  keys_lost = false;

  /** @param {Call} call @param {number} number @param {boolean | null} may */
  constructor(call, number, may) {
    const other = () => /** @type {Page | undefined} */ (call.pages.get(number === ANA ? LENA : ANA));
    this.files = new Files({
      write: (frame) => {
        if (!this.online) return false;
        queueMicrotask(() => call.said(number, /** @type {Frame} */ (readFrame(frame))));
        return true;
      },
      buffered: () => 0,
      giveKeys: async (bodies) => {
        if (this.keys_lost) return false;
        for (const body of bodies) other()?.files.key(number, body);
        return true;
      },
      messages: {
        say: async (message) => {
          other()?.hearers.get(message.kind)?.(number, message);
          return true;
        },
        on: (kind, hear) => void this.hearers.set(kind, hear),
      },
      changed: () => {},
      ask: () => void (this.asked += 1),
      came: () => void (this.came += 1),
      nameOf: (peer) => (peer === ANA ? "Ana" : "Lena"),
      wantsForm: (form, _, from) => this.awaits === form && from !== number,
      formCame: (form, name, bytes) => void this.forms.push({ form, name, bytes }),
    }, may, { now: () => call.now, every: (act) => (this.tick = act) });
    this.files.room(1);
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes @param {string} [name] */
  send(bytes, name = "scan.bin") {
    this.files.send([new File([bytes], name)]);
  }

  get list() {
    return this.files.state.files;
  }

  /** @param {number} [index] */
  async bytes(index = 0) {
    const saved = this.files.saved(this.list[index]?.id ?? "", "file");
    return saved === null ? null : new Uint8Array(await saved.blob.arrayBuffer());
  }
}

/** @param {number} length */
function noise(length) {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, Math.min(length, at + 65_536)));
  return bytes;
}

function pair() {
  const call = new Call();
  return { call, ana: call.join(ANA), lena: call.join(LENA) };
}

for (const length of [0, 1, PIECE_BYTES, PIECE_BYTES + 1, 5 * 1024 * 1024 + 7]) {
  test(`a file of ${length} bytes arrives as it was sent, and both sides know it`, async () => {
    const { call, ana, lena } = pair();
    const bytes = noise(length);
    ana.send(bytes);
    for (let turn = 0; turn < 40 && lena.list[0]?.phase !== "here"; turn += 1) await call.calm(20);
    assert.equal(lena.list[0]?.phase, "here");
    assert.deepEqual(await lena.bytes(), bytes);
    await call.calm();
    assert.deepEqual([ana.list[0]?.phase, ana.list[0]?.delivered, ana.list[0]?.deletes_at], ["stored", true, call.now + 900_000]);
    assert.equal(lena.list[0]?.deletes_at, call.now + 900_000);
    assert.deepEqual([lena.list[0]?.from, lena.list[0]?.by], [ANA, "Ana"]);
  });
}

test("several files go at once, both ways", async () => {
  const { call, ana, lena } = pair();
  const sent = [noise(40_000), noise(100_000), noise(3)];
  ana.files.send(sent.map((bytes, index) => new File([bytes], `${index}.bin`)));
  lena.send(noise(50_000), "back.bin");
  await call.calm(200);
  assert.deepEqual(lena.list.map(({ phase, own }) => [phase, own]).sort(), [["here", false], ["here", false], ["here", false], ["stored", true]]);
  assert.equal(ana.list.filter(({ own, phase }) => !own && phase === "here").length, 1);
  for (const { name, id } of lena.list.filter(({ own }) => !own)) {
    const saved = lena.files.saved(id, "file");
    assert.deepEqual(new Uint8Array(await /** @type {any} */ (saved).blob.arrayBuffer()), sent[Number(name[0])]);
  }
});

for (const index of [0, 1, 3]) {
  test(`a flipped byte in chunk ${index} of 4 ends the file, and nothing of it is shown`, async () => {
    const { call, ana, lena } = pair();
    call.meddle = (to, frame) => {
      if (to !== LENA || frame.kind !== "chunk" || frame.index !== index) return frame;
      const bytes = frame.bytes.slice();
      bytes[7] = (bytes[7] ?? 0) ^ 1;
      return { ...frame, bytes };
    };
    ana.send(noise(3 * PIECE_BYTES + 100));
    await call.calm(100);
    assert.deepEqual([lena.list[0]?.phase, lena.list[0]?.why], ["over", "changed"]);
    assert.equal(await lena.bytes(), null);
  });
}

test("a chunk in the place of another does not open, nor an end that is none", async () => {
  const keys = await fileKey(noise(32), "00".repeat(16));
  const plain = noise(PIECE_BYTES);
  const sealed = await sealChunk(keys, 1, false, plain);
  assert.equal(sealed.length, CHUNK_BYTES);
  assert.deepEqual(await openChunk(keys, 1, false, sealed), plain);
  assert.deepEqual([await openChunk(keys, 2, false, sealed), await openChunk(keys, 1, true, sealed)], [null, null]);
  const elsewhere = await fileKey(noise(32), "01".repeat(16));
  assert.equal(await openChunk(elsewhere, 1, false, sealed), null);
});

test("a file whose hash is another's fails at its end, though each chunk opens", async () => {
  const { call, ana, lena } = pair();
  const bytes = noise(20_000);
  let reads = 0;
  const file = new File([bytes], "changing.bin");
  const slice = file.slice.bind(file);
  // It changes between the hash and the sending.
  file.slice = (from, to) => (0 < reads++ ? new Blob([noise((to ?? 0) > 20_000 ? 20_000 - (from ?? 0) : (to ?? 0) - (from ?? 0))]) : slice(from, to));
  ana.files.send([file]);
  await call.calm(100);
  assert.deepEqual([lena.list[0]?.phase, lena.list[0]?.why], ["over", "changed"]);
  assert.equal(await lena.bytes(), null);
});

test("chunks out of range, early, twice and out of order change nothing", async () => {
  const { call, ana, lena } = pair();
  const bytes = noise(6 * PIECE_BYTES);
  /** @type {Frame | null} */ let held = null;
  call.meddle = (to, frame) => {
    if (to !== LENA || frame.kind !== "chunk") return frame;
    if (frame.index === 2 && held === null) return (held = frame), null; // Lost once; the page asks for it after the gap.
    queueMicrotask(() => {
      lena.files.heard(writeFrame(frame).buffer);
      lena.files.heard(writeFrame({ ...frame, index: 4_000_000_000 }).buffer);
    });
    return frame;
  };
  ana.send(bytes);
  await call.calm(100);
  assert.deepEqual(await lena.bytes(), bytes);
});

test("after a cut in the middle both go on where they were", async () => {
  const { call, ana, lena } = pair();
  const bytes = noise(2_000_000);
  let chunks = 0;
  call.meddle = (to, frame) => {
    if (to === LENA && frame.kind === "chunk" && ++chunks === 40) queueMicrotask(() => call.cut(LENA));
    return frame;
  };
  ana.send(bytes);
  await call.calm(80);
  assert.equal(lena.list[0]?.phase, "coming");
  call.cut(ANA);
  call.open(ANA);
  call.open(LENA);
  await call.calm(100);
  assert.deepEqual(await lena.bytes(), bytes);
  assert.ok(chunks < 2 * chunksOf(sealedBytes(bytes.length)), "and not from the beginning");
});

test("a receiver that was loaded anew asks for the key and has the file again", async () => {
  const { call, ana } = pair();
  const bytes = noise(100_000);
  ana.send(bytes);
  await call.calm(100);
  const again = call.join(LENA);
  await call.calm();
  assert.equal(again.list[0]?.phase, "locked");
  await call.pass(2_000);
  await call.calm(100);
  assert.deepEqual(await again.bytes(), bytes);
});

test("a sender that was loaded anew takes back what it can send no more", async () => {
  const { call, ana, lena } = pair();
  call.refuse = (_, frame) => (frame.kind === "chunk" && 3 < frame.index ? 30 : 0);
  ana.send(noise(1_000_000));
  await call.calm(100);
  assert.equal(lena.list[0]?.phase, "coming");
  const again = call.join(ANA);
  await call.calm();
  await call.pass(2_500);
  assert.deepEqual([lena.list[0]?.phase, lena.list[0]?.why], ["over", "taken_back"]);
  assert.deepEqual([again.list.length, call.transfers.size], [0, 0]);
});

test("a receiver that never reads costs the sender nothing, and one that says no ends it", async () => {
  const { call, ana, lena } = pair();
  lena.files.may(null);
  ana.send(noise(100_000));
  await call.calm(100);
  assert.deepEqual([lena.asked, lena.list[0]?.phase, ana.list[0]?.phase, ana.list[0]?.delivered], [1, "offered", "stored", false]);
  lena.files.may(false);
  await call.calm();
  assert.deepEqual([lena.list[0]?.why, ana.list[0]?.why], ["declined", "declined"]);
  assert.equal(call.transfers.size, 0);
});

test("when its time is over, or the visit, the list says so without the server", async () => {
  const { call, ana, lena } = pair();
  ana.send(noise(1_000));
  await call.calm();
  call.refuse = (_, frame) => (frame.kind === "chunk" ? 30 : 0);
  ana.send(noise(1_000));
  await call.calm();
  for (const page of [ana, lena]) page.files.end();
  await call.calm();
  assert.deepEqual([ana.list.map(({ phase }) => phase), lena.list.map(({ phase }) => phase)], [["stored", "over"], ["here", "over"]]);
  await call.pass(900_000 + 3_000);
  assert.deepEqual([ana.list[0]?.why, lena.list[0]?.phase, lena.list[0]?.deleted], ["deleted", "here", true]);
  assert.equal((await lena.bytes())?.length, 1_000, "what has come stays in the open page");
});

test("a visit that begins finds nothing of the one before", async () => {
  const { call, ana, lena } = pair();
  ana.send(noise(1_000));
  await call.calm();
  const id = lena.list[0]?.id ?? "";
  lena.files.forget();
  assert.deepEqual([lena.list, lena.files.saved(id, "file")], [[], null]);
});

test("whose file it is, the first who gave its key has said", async () => {
  const { call, ana, lena } = pair();
  ana.send(noise(1_000));
  await call.calm();
  const id = lena.list[0]?.id ?? "";
  lena.files.key(7, { transfer: toBase64(bytesOf(id)), key: toBase64(noise(32)) });
  const again = call.join(LENA);
  again.files.key(7, { transfer: toBase64(bytesOf(id)), key: toBase64(noise(32)) }); // Somebody's wrong one comes first.
  await call.calm();
  await call.pass(2_000);
  assert.deepEqual([lena.list[0]?.from, again.list[0]?.from, again.list[0]?.phase], [ANA, ANA, "here"]);
});

test("either side cancels, and the other hears of it", async () => {
  const { call, ana, lena } = pair();
  lena.files.may(null);
  ana.send(noise(50_000));
  await call.calm(100);
  ana.files.cancel(ana.list[0]?.id ?? "");
  await call.calm();
  assert.deepEqual([ana.list[0]?.why, lena.list[0]?.why], ["taken_back", "taken_back"]);
});

test("ten thousand tiny files are turned away but for those there is room for, calmly", async () => {
  const { call, ana, lena } = pair();
  ana.files.send(Array.from({ length: 10_000 }, (_, index) => new File([String(index)], `${index}.txt`)));
  for (let turn = 0; turn < 20 && lena.list.filter(({ phase }) => phase === "here").length < OWN_MAX; turn += 1) await call.calm(60);
  assert.deepEqual([ana.list.length, ana.files.state.turned_away, lena.list.filter(({ phase }) => phase === "here").length], [OWN_MAX, 10_000 - OWN_MAX, OWN_MAX]);
});

test("a server that tells of ten thousand files is told no", async () => {
  const { call, lena } = pair();
  const said = /** @type {Frame[]} */ ([]);
  call.said = (_, frame) => void said.push(frame);
  for (let index = 0; index < 10_000; index += 1) lena.files.heard(writeFrame({ kind: "offer", id: index.toString(16).padStart(32, "0"), keeping: "stored", bytes: 1_040, chunks: 1, manifest: noise(272) }).buffer);
  for (let turn = 0; turn < 100 && lena.files.state.ignored < 10_000 - THEIRS_MAX; turn += 1) await call.calm(20);
  assert.deepEqual([lena.list.length, lena.files.state.ignored], [THEIRS_MAX, 10_000 - THEIRS_MAX]);
  assert.ok(said.every(({ kind }) => kind === "cancel"));
});

test("refusals end a file for their reason, and what is too large to store is passed through", async () => {
  const { call, ana } = pair();
  for (const reason of [6, 10, 18]) {
    call.refuse = (from, frame) => (from === ANA && frame.kind === "offer" ? reason : 0);
    ana.send(noise(10));
    await call.calm();
    assert.deepEqual([ana.list.at(-1)?.phase, ana.list.at(-1)?.why], ["over", reason]);
  }
  call.refuse = (_, frame) => (frame.kind === "offer" && frame.keeping === "stored" ? 7 : 0);
  ana.send(noise(10));
  await call.calm();
  assert.equal(ana.list.at(-1)?.keeping, "passed");
});

test("what is no frame is ignored, and frames are read as they were written", () => {
  for (const bytes of [[], [0xf9], [0xf9, 11, ...new Array(16).fill(0)], [0xf8, 2, ...new Array(16).fill(0)], [0xf9, 2, ...new Array(17).fill(0)], [0xf9, 4, ...new Array(20).fill(0)]]) assert.equal(readFrame(Uint8Array.from(bytes)), null);
  /** @type {Frame[]} */
  const frames = [
    { kind: "offer", id: "ab".repeat(16), keeping: "passed", bytes: 5_000_000_000, chunks: chunksOf(5_000_000_000), manifest: Uint8Array.of(1) }, { kind: "accept", id: "ab".repeat(16) }, { kind: "credit", id: "ab".repeat(16), until: 7 },
    { kind: "chunk", id: "ab".repeat(16), index: 3, bytes: Uint8Array.of(1, 2) }, { kind: "have", id: "ab".repeat(16), next: 4_294_967_295 }, { kind: "ack", id: "ab".repeat(16), next: 0 }, { kind: "cancel", id: "ab".repeat(16) },
    { kind: "done", id: "ab".repeat(16), deleted_in_ms: 900_000 }, { kind: "refused", id: "ab".repeat(16), reason: 31 }, { kind: "receipt", id: "ab".repeat(16), receipt: new Uint8Array(154) },
  ];
  for (const frame of frames) assert.deepEqual(readFrame(writeFrame(frame)), frame);
});

test("a manifest opens with its key only, and for its size only", async () => {
  const keys = await fileKey(noise(32), "00".repeat(16));
  const manifest = { name: "a.txt", type: "text/plain", size: 7, hash: noise(32), form: null };
  const sealed = await sealManifest(keys, manifest);
  assert.equal(sealed.length % 256, 16, "its length tells nothing of the name");
  assert.deepEqual(await openManifest(keys, sealed, sealedBytes(7)), manifest);
  const form = { ...manifest, form: "ab".repeat(16) };
  assert.deepEqual(await openManifest(keys, await sealManifest(keys, form), sealedBytes(7)), form);
  assert.equal(await openManifest(keys, await sealManifest(keys, { ...form, form: "../x" }), sealedBytes(7)), null);
  assert.equal(await openManifest(keys, sealed, sealedBytes(7_000)), null);
  assert.equal(await openManifest(await fileKey(noise(32), "00".repeat(16)), sealed, sealedBytes(7)), null);
});

test("sizes are rounded up, by an eighth at most", () => {
  assert.deepEqual([0, 1, 1_024, 1_025, 100_000].map(padded), [1_024, 1_024, 1_024, 1_088, 100_352]);
  for (const size of [1_025, 99_999, 20_000_000, 4_294_967_297]) assert.ok(size <= padded(size) && padded(size) <= size * 1.125, String(size));
});

test("names do no harm on the receiver's side", () => {
  const cases = {
    "../../x": "_.._x", "..\\..\\x.exe": "_.._x.exe", "a\0b.txt": "ab.txt", "a\u202Egpj.exe": "agpj.exe", "\u2066\u200Fhidden.pdf": "hidden.pdf", "con": "_con", "AUX.txt": "_AUX.txt", "nul .tar.gz": "_nul .tar.gz", "com¹.txt": "_com¹.txt",
    ".bashrc": "bashrc", "": "file", "///": "___", " . ": "file", "a:b|c?.txt": "a_b_c_.txt", "tail. . ": "tail", "\u2028line\nfeed": "linefeed", "Befund Müller.pdf": "Befund Müller.pdf", "診断.pdf": "診断.pdf",
  };
  for (const [name, safe] of Object.entries(cases)) assert.equal(safeName(name, "file"), safe, JSON.stringify(name));
  const long = safeName(`${"x".repeat(10_000)}.pdf`, "file");
  assert.ok(long.length <= 100 && long.endsWith(".pdf"));
});

test("what can run is warned of, and what is not what it says", () => {
  const bytes = (/** @type {string} */ text) => Uint8Array.from(text, (char) => char.charCodeAt(0));
  for (const [name, start] of [["a.exe", "MZ"], ["report.pdf", "MZ\x90"], ["x", "#!/bin/sh"], ["x.txt", "  <!DOCTYPE html>"], ["x.svg", "<svg"], ["photo.jpg", "\xef\xbb\xbf<script>"], ["a.html", ""], ["a.js", "x"], ["a.docm", "PK"]]) assert.equal(dangerOf(/** @type {string} */ (name), bytes(/** @type {string} */ (start))), "runs", name);
  assert.equal(dangerOf("a.pdf", bytes("hello")), "disguised");
  assert.equal(dangerOf("a.png", bytes("\xff\xd8\xff\xe0")), "disguised");
  for (const [name, start] of [["a.pdf", "%PDF-1.7"], ["a.jpg", "\xff\xd8\xff\xe0"], ["a.txt", "hello"], ["a.docx", "PK"]]) assert.equal(dangerOf(/** @type {string} */ (name), bytes(/** @type {string} */ (start))), null, name);
});

test("a receipt is a line that the verifier reads", () => {
  const receipt = Uint8Array.from({ length: 154 }, (_, index) => index);
  receipt[57] = 1;
  receipt.set([0, 0, 0, 0, 0, 0, 0, 7], 0);
  const line = JSON.parse(receiptLine(receipt) ?? "");
  assert.deepEqual(Object.keys(line), ["number", "blob", "size_class", "completed_unix_s", "deleted_unix_s", "method", "previous", "signature"]);
  assert.deepEqual([line.number, line.method, line.blob.length, line.signature.length, line.size_class], [7, "memory_overwritten", 64, 128, 40]);
  receipt[57] = 9;
  assert.equal(receiptLine(receipt), null);
});

test("a form passes through for whoever awaits it, is in no list, and asks nobody", async () => {
  const call = new Call();
  const [ana, lena] = [call.join(ANA, false), call.join(LENA)];
  const form = "ab".repeat(16);
  const pdf = noise(100_000);
  ana.awaits = form;
  const id = lena.files.sendForm(form, "Own.pdf", pdf);
  await call.calm(100);
  assert.deepEqual(ana.forms, [{ form, name: "Own.pdf", bytes: pdf }]);
  assert.equal(lena.list.find((file) => file.id === id)?.keeping, "passed", "no copy is stored");
  assert.deepEqual([ana.asked, ana.came], [0, 0]);
  ana.awaits = "";
  const again = lena.files.sendForm(form, "Own.pdf", pdf);
  await call.calm(100);
  assert.deepEqual([ana.forms.length, lena.list.find((file) => file.id === again)?.why], [1, "declined"], "nobody awaits it");
});

test("while something of ours waits in the channel, nobody asks where a file is: the question would wait behind it", () => {
  const id = "ab".repeat(16);
  let state = initial(true, 0);
  /** @param {import("../js/files/state.js").Event} event @param {number} now */
  const does = (event, now) => {
    const [after, tasks] = next(state, event, now);
    state = after;
    return tasks;
  };
  does({ kind: "opened" }, 0);
  does({ kind: "chosen", files: [{ id, name: "scan.bin", size: 5, form: null }] }, 0);
  does({ kind: "prepared", id, bytes: 100, chunks: 1 }, 0);
  does({ kind: "frame", frame: { kind: "have", id, next: 0 } }, 0);
  assert.deepEqual(does({ kind: "tick", busy: true }, SILENCE_MS), []);
  assert.deepEqual(does({ kind: "tick", busy: false }, SILENCE_MS + 1), [{ do: "say", frame: { kind: "have", id, next: 0 } }]);
});
