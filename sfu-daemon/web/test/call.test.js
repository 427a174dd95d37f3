// The keys of a call: drawn anew for each who comes or leaves, handed over in boxes, used when all have them; and what the server cannot do about it.

import assert from "node:assert/strict";
import test from "node:test";
import { sayHello } from "../js/e2ee/boxes.js";
import { CallKeys, CHANGE_EVERY_MS, expectations, GONE_MAX, LEFT_WITHIN_MS, lockOf, TAKEN_WITHIN_MS } from "../js/e2ee/call.js";
import { certify } from "../js/e2ee/area.js";
import { makeIdentity, makeRoot } from "../js/e2ee/keys.js";
import { Sealer } from "../js/e2ee/sealer.js";

/** @import { Ground } from "../js/e2ee/call.js" */
/** @import { Identity } from "../js/e2ee/keys.js" */
/** @import { Statement } from "../js/e2ee/statements.js" */
/** @import { Request } from "../js/e2ee/worker.js" */
/** @import { ClientMessage, RoomPeer } from "../js/types.d.ts" */

const [ANA, LENA, EVE] = [1, 2, 3];
const FRAME = Uint8Array.of(1, 2, 3, 4);

const AREA = { area: "reception", epoch: 1 };
const ROOT = await makeRoot();
const [VISIT, GUEST, OTHER] = [await makeIdentity(), await makeIdentity(), await makeIdentity()];
const [MARIA, FARID] = [{ id: VISIT.id, name: "Maria Castro" }, { id: GUEST.id, name: "Farid Haddad" }];

/** A daemon that hands on, pages that listen, and a clock that the test turns. */
class Room {
  now = 0;
  /** @type {{ at: number, act: () => void }[]} */ timers = [];
  /** @type {Map<number, Page>} */ pages = new Map();
  /** @type {Map<number, string>} */ hellos = new Map();
  /** @type {[number, ClientMessage][]} */ said = [];
  /** What staff go by; patients know the practice, and nobody else. @type {Ground | null} */ ground = { root: ROOT.public, state: AREA, people: [MARIA], leads: true };
  /** What the daemon does with it. @type {(from: number, message: ClientMessage) => void} */ relay = (from, message) => this.pass(from, message);

  /** @param {number} number @param {"patient" | "staff"} [role] @param {Identity} [identity] */
  join(number, role = number === ANA ? "patient" : "staff", identity = VISIT) {
    const page = new Page(this, number, role, identity);
    this.pages.set(number, page);
    page.keys.room(number);
    return page;
  }

  /** @param {number} from @param {ClientMessage} message */
  pass(from, message) {
    if (message.kind === "seal_hello") {
      this.hellos.set(from, message.hello);
      this.tellHellos();
    }
    if (message.kind === "seal_boxes") for (const { to, box } of message.boxes) this.pages.get(to)?.keys.heard({ kind: "seal_box", from, box });
    if (message.kind === "key_taken") this.pages.get(message.of)?.keys.heard({ kind: "key_taken", by: from, generation: message.generation });
  }

  tellHellos() {
    for (const [number, page] of this.pages) {
      const hellos = [...this.hellos].filter(([peer]) => peer !== number).map(([peer, hello]) => ({ peer, hello }));
      page.keys.heard({ kind: "seal_hellos", hellos });
    }
  }

  /** Everything that was said has arrived, and its answers too. */
  async calm() {
    for (let count = -1; count !== this.said.length; ) {
      count = this.said.length;
      for (let turn = 0; turn < 10; turn += 1) await Promise.all([...this.pages.values()].map(({ keys }) => keys.settled()));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** @param {number} ms */
  async pass_time(ms) {
    this.now += ms;
    const due = this.timers.filter(({ at }) => at <= this.now);
    this.timers = this.timers.filter(({ at }) => this.now < at);
    for (const { act } of due) act();
    await this.calm();
  }

  /** How often somebody has said something of a kind. @param {number} from @param {ClientMessage["kind"]} kind */
  count(from, kind) {
    return this.said.filter(([who, message]) => who === from && message.kind === kind).length;
  }
}

/** A page with a worker that does at once what it is told. */
class Page {
  sealer = new Sealer({ require: true, later: () => {} });
  online = true;
  changed = () => {};
  /** @type {number[]} */ used = [];
  /** @type {Promise<Identity>} */ identity;
  /** @type {Promise<Statement> | null} */ certificate = null;

  /** @type {Ground | null | undefined} what this page alone goes by */ ground;

  /** @param {Room} room @param {number} number @param {"patient" | "staff"} role @param {Identity} [identity] of a patient */
  constructor(room, number, role, identity = VISIT) {
    this.number = number;
    this.identity = role === "patient" ? Promise.resolve(identity) : makeIdentity();
    if (role === "staff") this.certificate = this.identity.then((identity) => certify(ROOT, { ...AREA, device: identity.public, name: `Dr. ${number}`, call: true }));
    this.keys = new CallKeys({
      role,
      worker: { postMessage: (request) => void this.#work(request) },
      send: (message) => {
        if (!this.online) return false;
        room.said.push([number, message]);
        queueMicrotask(() => room.relay(number, message));
        return true;
      },
      changed: () => this.changed(),
      identify: () => this.identity,
      proof: async () => this.certificate,
      grounds: async () => (this.ground !== undefined ? this.ground : role === "staff" || room.ground === null ? room.ground : { ...room.ground, people: [], leads: false }),
      now: () => room.now,
      later: (act, wait_ms) => room.timers.push({ at: room.now + wait_ms, act }),
    });
  }

  /** @param {Request} request */
  async #work(request) {
    switch (request.kind) {
      case "draw":
        return this.keys.answered({ kind: "drawn", generation: request.generation, key: await this.sealer.draw(request.member, request.generation) });
      case "use":
        this.used.push(request.generation);
        return this.sealer.use(request.generation);
      case "take":
        return this.sealer.take(request.member, request.generation, request.key);
      case "forget":
        return this.sealer.forget(request.member);
      case "clear":
        return this.sealer.clear();
    }
  }

  async seal() {
    const outcome = await this.sealer.seal("camera", "video/VP9", FRAME);
    return "bytes" in outcome ? outcome.bytes : outcome.drop;
  }

  /** What this page makes of a frame of somebody. @param {Page} of @param {Uint8Array | string} wire */
  async open(of, wire) {
    assert.ok(wire instanceof Uint8Array, String(wire));
    const outcome = await this.sealer.open({ member: of.number, source: "camera" }, "video/VP9", wire);
    return "bytes" in outcome ? "opened" : outcome.drop;
  }
}

async function pair() {
  const room = new Room();
  const [ana, lena] = [room.join(ANA), room.join(LENA)];
  await room.calm();
  return { room, ana, lena };
}

test("two pages seal for each other as soon as both have the other's key, without waiting", async () => {
  const { ana, lena } = await pair();
  assert.deepEqual([ana.keys.state, lena.keys.state], ["sealed", "sealed"]);
  assert.deepEqual([ana.keys.reaches, lena.keys.reaches], [true, true]);
  assert.deepEqual([await lena.open(ana, await ana.seal()), await ana.open(lena, await lena.seal())], ["opened", "opened"]);
  assert.deepEqual([ana.used, lena.used], [[0], [0]]);
});

test("who is alone has no key, and nothing leaves", async () => {
  const room = new Room();
  const ana = room.join(ANA);
  await room.calm();
  assert.deepEqual([ana.keys.state, ana.keys.reaches, await ana.seal()], ["waiting", false, "no_key"]);
});

test("who comes later cannot open what was before, and who leaves nothing of what comes after", async () => {
  const { room, ana, lena } = await pair();
  const before = await ana.seal();
  await room.pass_time(CHANGE_EVERY_MS);
  const eve = room.join(EVE);
  await room.calm();
  assert.equal(await eve.open(ana, before), "no_key");
  const during = await ana.seal();
  assert.deepEqual([await eve.open(ana, during), await lena.open(ana, during)], ["opened", "opened"]);

  room.pages.delete(EVE);
  room.hellos.delete(EVE);
  room.tellHellos();
  await room.calm();
  const after = await ana.seal();
  assert.deepEqual([await eve.open(ana, after), await lena.open(ana, after)], ["no_key", "opened"]);
  assert.equal(await ana.open(eve, await eve.seal()), "no_key", "nor is anything of theirs taken");
});

test("a page that was loaded anew is another one: it has a new key, and others have new keys", async () => {
  const { room, ana, lena } = await pair();
  const before = await lena.seal();
  const again = room.join(ANA);
  await room.calm();
  assert.equal(await again.open(lena, before), "no_key");
  assert.equal(await again.open(lena, await lena.seal()), "opened");
  assert.equal(await lena.open(again, await again.seal()), "opened");
  assert.notEqual(await lena.open(ana, await ana.seal()), "opened", "the old page's key is gone; its number and generation are the new one's");
});

test("nobody is within reach after the other has left, until they are back with a key", async () => {
  const { room, ana } = await pair();
  let told = 0;
  ana.changed = () => (told += 1);
  room.pages.delete(LENA);
  room.hellos.delete(LENA);
  room.tellHellos();
  await room.calm();
  assert.deepEqual([ana.keys.state, ana.keys.reaches], ["sealed", false]);
  assert.ok(0 < told);
  room.join(LENA);
  await room.calm();
  await room.pass_time(CHANGE_EVERY_MS);
  assert.equal(ana.keys.reaches, true);
});

test("changes within a second are one", async () => {
  const { room, lena } = await pair();
  await room.pass_time(CHANGE_EVERY_MS);
  for (const number of [3, 4, 5, 6]) room.join(number);
  await room.calm();
  assert.deepEqual(lena.used, [0, 1], "the first at once");
  await room.pass_time(CHANGE_EVERY_MS);
  assert.deepEqual(lena.used, [0, 1, 2], "and the others together");
  for (const [number, page] of room.pages) if (number !== LENA) assert.equal(await page.open(lena, await lena.seal()), "opened", `number ${number}`);
});

test("a page that says nothing keeps the others from a new key for two seconds at most, and for half a second if somebody left", async () => {
  const { room, ana, lena } = await pair();
  await room.pass_time(CHANGE_EVERY_MS);
  const mute = room.join(EVE);
  await room.calm();
  room.relay = (from, message) => {
    if (from !== LENA) room.pass(from, message);
  };
  await room.pass_time(CHANGE_EVERY_MS);
  room.pages.delete(EVE);
  room.hellos.delete(EVE);
  const used = ana.used.length;
  room.tellHellos();
  await room.calm();
  assert.equal(ana.used.length, used);
  await room.pass_time(LEFT_WITHIN_MS);
  assert.equal(ana.used.length, used + 1);
  assert.equal(await mute.open(ana, await ana.seal()), "no_key");

  await room.pass_time(CHANGE_EVERY_MS);
  room.join(4);
  await room.calm();
  assert.equal(ana.used.length, used + 1);
  await room.pass_time(TAKEN_WITHIN_MS);
  assert.equal(ana.used.length, used + 2);
  assert.equal(await lena.open(ana, await ana.seal()), "opened", "who could not say so has it all the same");
});

test("a connection that was lost changes no key; what was missed is given again", async () => {
  const { room, ana, lena } = await pair();
  await room.pass_time(TAKEN_WITHIN_MS);
  room.pages.delete(ANA);
  room.join(EVE);
  await room.calm();
  await room.pass_time(TAKEN_WITHIN_MS);
  assert.equal(await ana.open(lena, await lena.seal()), "no_key", "it has missed the change");
  room.pages.set(ANA, ana);
  const boxes = room.count(LENA, "seal_boxes");
  ana.keys.reconnected();
  ana.keys.room(ANA);
  await room.calm();
  assert.equal(await ana.open(lena, await lena.seal()), "opened");
  assert.equal(room.count(LENA, "seal_boxes"), boxes + 1);
  assert.deepEqual(lena.used, [0, 1], "without another change");
});

test("what cannot be said is said when the connection is back", async () => {
  const room = new Room();
  const ana = room.join(ANA);
  ana.online = false;
  await room.calm();
  const lena = room.join(LENA);
  ana.online = true;
  ana.keys.reconnected();
  ana.keys.room(ANA);
  await room.calm();
  assert.equal(await lena.open(ana, await ana.seal()), "opened");
});

test("who comes back by the same hello, after the server has said another in their place, is seen again without a reload; what was sealed before opens nothing", async () => {
  const { room, ana, lena } = await pair();
  for (const lie of [[], [{ peer: ANA, hello: "{}" }]]) {
    const before = await ana.seal();
    const boxes = room.said.flatMap(([from, message]) => (from === ANA && message.kind === "seal_boxes" ? message.boxes : []));
    lena.keys.heard({ kind: "seal_hellos", hellos: lie });
    await room.calm();
    assert.deepEqual([lena.keys.knows(ANA), await lena.open(ana, await ana.seal())], [false, "no_key"]);
    lena.keys.heard({ kind: "seal_hellos", hellos: [{ peer: ANA, hello: room.hellos.get(ANA) ?? "" }] });
    for (const { box } of boxes) lena.keys.heard({ kind: "seal_box", from: ANA, box });
    await room.calm();
    await room.pass_time(TAKEN_WITHIN_MS);
    assert.deepEqual([await lena.open(ana, await ana.seal()), await ana.open(lena, await lena.seal())], ["opened", "opened"]);
    assert.equal(await lena.open(ana, before), "no_key");
  }
  assert.deepEqual([room.count(ANA, "seal_hello"), room.count(LENA, "seal_hello")], [1, 3]);
});

test("a server that says so many hellos that not all can be remembered wins nothing by it", async () => {
  const { room, ana, lena } = await pair();
  const boxes = room.said.flatMap(([from, message]) => (from === ANA && message.kind === "seal_boxes" ? message.boxes : []));
  const first = room.hellos.get(ANA) ?? "";
  const before = await ana.seal();
  const self = { identity: VISIT, nonce: new Uint8Array(16) };
  for (let count = 0; count <= GONE_MAX; count += 1) {
    self.nonce = Uint8Array.of(...new Uint8Array(15), count);
    lena.keys.heard({ kind: "seal_hellos", hellos: [{ peer: ANA, hello: JSON.stringify(await sayHello(self, "patient", null)) }] });
  }
  await room.calm();
  lena.keys.heard({ kind: "seal_hellos", hellos: [{ peer: ANA, hello: first }] });
  for (const { box } of boxes) lena.keys.heard({ kind: "seal_box", from: ANA, box });
  await room.calm();
  await room.pass_time(TAKEN_WITHIN_MS);
  assert.deepEqual([await lena.open(ana, before), await lena.open(ana, await ana.seal())], ["no_key", "opened"]);
});

test("the end erases all keys, and the next call begins anew", async () => {
  const { room, ana, lena } = await pair();
  const old = await lena.seal();
  const hello = room.hellos.get(ANA);
  for (const page of [ana, lena]) page.keys.end();
  room.hellos.clear();
  assert.deepEqual([ana.keys.state, await ana.seal(), await ana.open(lena, old)], ["waiting", "no_key", "no_key"]);
  for (const page of [ana, lena]) page.keys.room(page.number);
  await room.calm();
  assert.notEqual(room.hellos.get(ANA), hello);
  assert.deepEqual([ana.keys.state, await ana.open(lena, await lena.seal()), await ana.open(lena, old)], ["sealed", "opened", "no_key"]);
});

test("an end while a key is drawn leaves nothing behind", async () => {
  const { room, ana, lena } = await pair();
  await room.pass_time(CHANGE_EVERY_MS);
  room.join(EVE);
  for (let turn = 0; turn < 20 && room.count(EVE, "seal_hello") === 0; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  ana.keys.end();
  await room.calm();
  await room.pass_time(TAKEN_WITHIN_MS);
  assert.deepEqual([ana.keys.state, await ana.seal()], ["waiting", "no_key"]);
  ana.keys.room(ANA);
  await room.calm();
  await room.pass_time(TAKEN_WITHIN_MS);
  assert.equal(await lena.open(ana, await ana.seal()), "opened");
});

test("a box that was kept, reflected or given to another, and a hello of oneself, have no effect", async () => {
  const room = new Room();
  /** @type {string[]} */ const kept = [];
  room.relay = (from, message) => {
    if (message.kind === "seal_boxes") kept.push(...message.boxes.map(({ box }) => box));
    room.pass(from, message);
  };
  const [ana, lena] = [room.join(ANA), room.join(LENA)];
  await room.calm();
  const taken = room.count(ANA, "key_taken");
  for (const box of kept) {
    ana.keys.heard({ kind: "seal_box", from: EVE, box });
    lena.keys.heard({ kind: "seal_box", from: LENA, box });
  }
  await room.calm();
  assert.equal(room.count(ANA, "key_taken"), taken);
  const own = room.hellos.get(ANA) ?? "";
  ana.keys.heard({ kind: "seal_hellos", hellos: [{ peer: LENA, hello: own }, { peer: EVE, hello: "no JSON" }, { peer: 4, hello: "{}" }] });
  await room.calm();
  assert.deepEqual([LENA, EVE, 4].map((peer) => ana.keys.knows(peer)), [false, false, false]);
});

test("one identity has one number", async () => {
  const { room, ana } = await pair();
  const hello = room.hellos.get(LENA) ?? "";
  ana.keys.heard({ kind: "seal_hellos", hellos: [{ peer: LENA, hello }, { peer: EVE, hello }] });
  await room.calm();
  assert.deepEqual([ana.keys.knows(LENA), ana.keys.knows(EVE)], [true, false]);
});

test("who is certified is met by the certified name; who is not is there, gets no key, and keeps nobody from one", async () => {
  const room = new Room();
  const [ana, lena] = [room.join(ANA), room.join(LENA)];
  const eve = new Page(room, EVE, "staff");
  eve.certificate = null;
  room.pages.set(EVE, eve);
  eve.keys.room(EVE);
  await room.calm();
  assert.deepEqual([ana.keys.who(LENA)?.name, ana.keys.knows(EVE), ana.keys.state], ["Dr. 2", false, "sealed"]);
  const wire = await ana.seal();
  assert.deepEqual([await lena.open(ana, wire), await eve.open(ana, wire)], ["opened", "no_key"]);
  assert.deepEqual([eve.keys.knows(ANA), eve.keys.state, await eve.seal()], [true, "waiting", "no_key"], "nor does it get anywhere with a key of its own");
  eve.certificate = eve.identity.then((identity) => certify(ROOT, { ...AREA, device: identity.public, name: "Eve", call: true }));
  eve.keys.grounded();
  await room.calm();
  await room.pass_time(CHANGE_EVERY_MS);
  assert.equal(await eve.open(ana, await ana.seal()), "opened", "a certificate that comes later counts from then on");
});

test("a page that does not know yet by what to go meets nobody, and all of them when it does", async () => {
  const room = new Room();
  room.ground = null;
  const [ana, lena] = [room.join(ANA), room.join(LENA)];
  await room.calm();
  assert.deepEqual([ana.keys.knows(LENA), lena.keys.knows(ANA), lena.keys.refuses(ANA)], [false, false, false]);
  room.ground = { root: ROOT.public, state: AREA, people: [MARIA], leads: true };
  for (const { keys } of [ana, lena]) keys.grounded();
  await room.calm();
  assert.deepEqual([await lena.open(ana, await ana.seal()), await ana.open(lena, await lena.seal())], ["opened", "opened"]);
});

test("a patient's page takes no key from another who claims to be the patient, nor does staff from one who is not on the ticket", async () => {
  const room = new Room();
  const [lena, eve] = [room.join(LENA), new Page(room, EVE, "patient")];
  eve.identity = makeIdentity();
  room.pages.set(EVE, eve);
  eve.keys.room(EVE);
  await room.calm();
  assert.deepEqual([lena.keys.knows(EVE), lena.keys.refuses(EVE), lena.keys.state], [false, true, "waiting"]);
});

/** Ana and Lena, and a guest whom Lena has let in. */
async function group() {
  const { room, ana, lena } = await pair();
  await room.pass_time(CHANGE_EVERY_MS);
  room.ground = { root: ROOT.public, state: AREA, people: [MARIA, FARID], leads: true };
  lena.keys.grounded();
  const guest = room.join(EVE, "patient", GUEST);
  await room.calm();
  await room.pass_time(CHANGE_EVERY_MS);
  return { room, ana, lena, guest };
}

/** Who opens what a page seals now. @param {Page} of @param {Page[]} by */
async function opened(of, by) {
  const wire = await of.seal();
  return Promise.all(by.map((page) => page.open(of, wire)));
}

test("patients and guests of a call take each other's keys by the word of staff, and their names", async () => {
  const { ana, lena, guest } = await group();
  for (const [of, ...by] of [[ana, lena, guest], [lena, ana, guest], [guest, ana, lena]]) assert.deepEqual(await opened(/** @type {Page} */ (of), by), ["opened", "opened"]);
  assert.deepEqual([ana.keys.who(EVE)?.name, guest.keys.who(ANA)?.name, lena.keys.who(EVE)?.name, guest.keys.who(LENA)?.name], ["Farid Haddad", "Maria Castro", "Farid Haddad", "Dr. 2"]);
});

test("whom staff have not let in gets no key from anybody, whatever the server says, and keeps nobody from one", async () => {
  const { room, ana, lena, guest } = await group();
  const stranger = room.join(4, "patient", OTHER);
  await room.calm();
  await room.pass_time(CHANGE_EVERY_MS);
  for (const page of [ana, lena, guest]) assert.deepEqual([page.keys.knows(4), page.keys.refuses(4)], [false, true]);
  assert.deepEqual(await opened(ana, [lena, guest, stranger]), ["opened", "opened", "no_key"]);
});

test("who leaves a call of three opens nothing of what comes after, and the others go on", async () => {
  const { room, ana, lena, guest } = await group();
  room.pages.delete(EVE);
  room.hellos.delete(EVE);
  room.tellHellos();
  await room.calm();
  assert.deepEqual(await opened(ana, [lena, guest]), ["opened", "no_key"]);
  assert.deepEqual(await opened(lena, [ana, guest]), ["opened", "no_key"]);
});

test("who was let go has no keys any more though the server keeps them in the room; a server that keeps that word back keeps back all that staff say", async () => {
  const { room, ana, lena, guest } = await group();
  /** @type {ClientMessage[]} */ const held = [];
  room.relay = (from, message) => void (from === LENA && message.kind === "seal_boxes" ? held.push(message) : room.pass(from, message));
  room.ground = { root: ROOT.public, state: AREA, people: [MARIA], leads: true };
  lena.keys.grounded();
  await room.calm();
  await room.pass_time(LEFT_WITHIN_MS);
  assert.equal(lena.keys.knows(EVE), false);
  assert.deepEqual(await opened(lena, [ana, guest]), ["no_key", "no_key"], "the picture of staff stands still: that is seen");
  for (const message of held) room.pass(LENA, message);
  await room.calm();
  await room.pass_time(LEFT_WITHIN_MS);
  assert.equal(ana.keys.knows(EVE), false);
  assert.deepEqual([await opened(ana, [lena, guest]), await opened(lena, [ana, guest])], [["opened", "no_key"], ["opened", "no_key"]]);
});

test("an older word of staff that is played again brings nobody back", async () => {
  const { room, ana, lena } = await group();
  const boxes = room.said.flatMap(([from, message]) => (from === LENA && message.kind === "seal_boxes" ? message.boxes.filter(({ to }) => to === ANA) : []));
  room.ground = { root: ROOT.public, state: AREA, people: [MARIA], leads: true };
  lena.keys.grounded();
  await room.calm();
  await room.pass_time(LEFT_WITHIN_MS);
  for (const { box } of boxes) ana.keys.heard({ kind: "seal_box", from: LENA, box });
  room.tellHellos();
  await room.calm();
  assert.equal(ana.keys.knows(EVE), false);
});

test("only staff say who belongs to a call: the word of a guest leads nobody in, and who leads takes nobody's", async () => {
  const { room, ana, lena, guest } = await group();
  guest.ground = { root: ROOT.public, state: AREA, people: [{ id: OTHER.id, name: "My friend" }], leads: true };
  guest.keys.grounded();
  room.join(4, "patient", OTHER);
  await room.calm();
  await room.pass_time(CHANGE_EVERY_MS);
  assert.deepEqual([ana, lena].map(({ keys }) => keys.knows(4)), [false, false]);
  const colleague = room.join(5);
  colleague.ground = { root: ROOT.public, state: AREA, people: [{ id: OTHER.id, name: "A patient of mine" }], leads: true };
  colleague.keys.grounded();
  await room.calm();
  await room.pass_time(CHANGE_EVERY_MS);
  assert.equal(lena.keys.knows(4), false);
});

test("a colleague who joins is told by who leads who belongs to the call", async () => {
  const { room, ana, lena, guest } = await group();
  const colleague = new Page(room, 5, "staff");
  colleague.ground = { root: ROOT.public, state: AREA, people: [MARIA], leads: false };
  room.pages.set(5, colleague);
  colleague.keys.room(5);
  await room.calm();
  await room.pass_time(CHANGE_EVERY_MS);
  assert.deepEqual([colleague.keys.who(EVE)?.name, colleague.keys.who(ANA)?.name], ["Farid Haddad", "Maria Castro"]);
  assert.deepEqual(await opened(colleague, [ana, lena, guest]), ["opened", "opened", "opened"]);
  assert.deepEqual(await opened(guest, [ana, lena, colleague]), ["opened", "opened", "opened"]);
});

test("staff whose page is loaded anew, and has let in the first alone, shut out the others until they let them in again", async () => {
  const { room, ana, lena, guest } = await group();
  const identity = lena.identity;
  const anew = new Page(room, LENA, "staff");
  anew.identity = identity;
  anew.certificate = lena.certificate;
  anew.ground = { root: ROOT.public, state: AREA, people: [MARIA], leads: true };
  room.pages.set(LENA, anew);
  anew.keys.room(LENA);
  await room.calm();
  await room.pass_time(TAKEN_WITHIN_MS);
  assert.deepEqual(await opened(ana, [anew, guest]), ["opened", "no_key"]);
  anew.ground = { root: ROOT.public, state: AREA, people: [MARIA, FARID], leads: true };
  anew.keys.grounded();
  await room.calm();
  for (let wait = 0; wait < 4; wait += 1) await room.pass_time(TAKEN_WITHIN_MS);
  for (const [of, ...by] of [[ana, anew, guest], [anew, ana, guest], [guest, ana, anew]]) assert.deepEqual(await opened(/** @type {Page} */ (of), by), ["opened", "opened"]);
});

test("a key that comes before its sender was met is taken when they are, without another change", async () => {
  const room = new Room();
  const [ana, lena] = [room.join(ANA), room.join(LENA)];
  ana.ground = null;
  await room.calm();
  assert.deepEqual([lena.keys.knows(ANA), ana.keys.knows(LENA)], [true, false]);
  ana.ground = undefined;
  ana.keys.grounded();
  await room.calm();
  await room.pass_time(TAKEN_WITHIN_MS);
  assert.deepEqual([await ana.open(lena, await lena.seal()), await lena.open(ana, await ana.seal())], ["opened", "opened"]);
  assert.deepEqual(lena.used, [0]);
});

/** As sfu-daemon/src/limits.rs has it: so many at once, and so many per second in the long run. */
const RATES = { seal_hello: [6, 1], seal_boxes: [16, 4], key_taken: [64, 8] };

/** Counts as the daemon does what each page says, and what it would refuse. @param {Room} room */
function rated(room) {
  /** @type {Map<string, { left: number, at: number, least: number }>} */ const buckets = new Map();
  room.relay = (from, message) => {
    const rate = /** @type {Record<string, number[]>} */ (RATES)[message.kind];
    if (rate !== undefined) {
      const [burst = 0, per_second = 0] = rate;
      const known = buckets.get(`${from} ${message.kind}`) ?? { left: burst, at: room.now, least: burst };
      const left = Math.min(burst, known.left + ((room.now - known.at) / 1_000) * per_second) - 1;
      buckets.set(`${from} ${message.kind}`, { left, at: room.now, least: Math.min(known.least, left) });
    }
    room.pass(from, message);
  };
  /** What was left of each rate at the worst moment of anybody. */
  return () => Object.fromEntries(Object.keys(RATES).map((kind) => [kind, Math.min(...[...buckets].filter(([key]) => key.endsWith(kind)).map(([, { least }]) => least))]));
}

for (const every_ms of [0, 250]) {
  test(`nine people who come one each ${every_ms} ms, and load their pages anew together, say no more about keys than the daemon takes, and all see all`, async () => {
    const room = new Room();
    const left = rated(room);
    const identities = await Promise.all(Array.from({ length: 7 }, makeIdentity));
    const people = identities.map(({ id }, number) => ({ id, name: `Patient ${number}` }));
    room.ground = { root: ROOT.public, state: AREA, people: [], leads: true };
    const lena = room.join(LENA);
    for (const [at, identity] of identities.entries()) {
      room.ground = { root: ROOT.public, state: AREA, people: people.slice(0, at + 1), leads: true };
      lena.keys.grounded();
      room.join(10 + at, "patient", identity);
      if (every_ms !== 0) await room.calm();
      for (let ms = 0; ms < every_ms; ms += 250) await room.pass_time(250);
    }
    const colleague = new Page(room, 5, "staff");
    colleague.ground = { root: ROOT.public, state: AREA, people: people.slice(0, 1), leads: false };
    room.pages.set(5, colleague);
    colleague.keys.room(5);
    for (let wait = 0; wait < 12; wait += 1) await room.pass_time(500);
    for (const [at, identity] of identities.entries()) {
      room.join(10 + at, "patient", identity); // All have loaded their pages anew.
      await room.pass_time(every_ms / 10);
    }
    for (let wait = 0; wait < 12; wait += 1) await room.pass_time(500);
    for (const [kind, least] of Object.entries(left())) assert.ok(0 <= least, `${kind}: ${-least} too many`);
    const pages = [...room.pages.values()];
    for (const page of pages) assert.deepEqual(await opened(page, pages.filter((other) => other !== page)), Array(8).fill("opened"), `number ${page.number}`);
  });
}

test("only what a device sends is taken in clear, and who has said a hello is none", () => {
  /** @type {(peer: number, device: boolean) => RoomPeer} */
  const peer = (peer, device) => ({ peer, name: "", ticket: null, staff: false, guest: false, device, muted: false, camera_off: false, connected: true, page_lost: false });
  const slot = (/** @type {number} */ slot, /** @type {number | null} */ peer, /** @type {"camera" | "screen" | null} */ source) => ({ slot, audio_mid: source === "screen" ? null : `a${slot}`, video_mid: `v${slot}`, peer, source });
  const room = { peers: [peer(LENA, true), peer(EVE, true)], slots: [slot(0, LENA, "camera"), slot(1, EVE, "camera"), slot(2, LENA, "screen"), slot(3, null, null), slot(4, 9, null)] };
  assert.deepEqual(Object.fromEntries(expectations(room, { knows: (peer) => peer === LENA, has_met: true }, true)), {
    a0: { member: LENA, source: "microphone" }, v0: { member: LENA, source: "camera" }, a1: "clear", v1: "clear", v2: { member: LENA, source: "screen" },
    a4: { member: 9, source: "microphone" }, v4: { member: 9, source: "camera" },
  });
  const strict = expectations(room, { knows: (peer) => peer === LENA, has_met: true }, false);
  assert.deepEqual([...strict.keys()], ["a0", "v0", "v2", "a4", "v4"], "where the practice does not allow devices, nothing of one is taken");
  const alone = expectations(room, { knows: () => false, has_met: false }, true);
  assert.deepEqual([...alone.values()].filter((expected) => expected === "clear"), [], "before anybody was met there is no device either: it could stand for the person");
  assert.equal(lockOf("sealed", room, "link", true), "clear");
  assert.equal(lockOf("sealed", room, "link", false), "link", "nothing of it is shown");
  assert.equal(lockOf("sealed", { ...room, slots: [] }, "link", true), "link", "a device that only plays gets what it cannot open");
  assert.equal(lockOf("waiting", null, "link", true), "waiting");
});
