// The keys of one call: who is there, which key this page seals with, and which of the others have it. "A call" in docs/e2ee.md.
//
// It has no socket and no worker of its own: what it says goes out by `send`, and `worker` is worker.js or what a test puts in its place.

import { box, enter, meet, sayHello, senderKey, senderKeyIn, unbox } from "./boxes.js";
import { equal, toBase64 } from "./bytes.js";
import { statementIn } from "./statements.js";

/** @import { ClientMessage, RoomPeer, ServerMessage, SlotView } from "../types.d.ts" */
/** @import { Grounds, Peer, Person, Self, Use } from "./boxes.js" */
/** @import { Bytes } from "./bytes.js" */
/** @import { Identity } from "./keys.js" */
/** @import { Expected } from "./sealer.js" */
/** @import { Trust } from "../state.js" */
/** @import { Statement } from "./statements.js" */
/** @import { Answer, Request } from "./worker.js" */

/** Who joins within this time of another change is part of the next one. */
export const CHANGE_EVERY_MS = 1_000;
/** A new key is used when all have it, or after this: somebody whose page hangs must not keep who joined from seeing. */
export const TAKEN_WITHIN_MS = 2_000;
/** ... and after this if somebody has left, who has the old key. */
export const LEFT_WITHIN_MS = 500;
/** As the protocol says. */
const BOXES_MAX = 32;
/** Of so many who were met and have gone it is remembered that they were. */
export const GONE_MAX = 64;
/** Boxes of somebody whom this page has not met yet: who has met it sooner says no key twice. */
const EARLY_MAX = 4;

/** `waiting`: there is no key yet, and nothing leaves. @typedef {"waiting" | "sealed"} KeyState */
/** Another page: `peer` is null if its hello does not hold; `generation` is its newest key here, `given` the newest of ours that is for them, `taken` the
 * newest that they have said they have; `refused`: there was something to go by, and the hello does not hold; `early`: what has come from them before they were met.
 * @typedef {{ hello: string, peer: Peer | null, refused: boolean, generation: number, given: number, taken: number, early: string[] }} Met */
/** `leads`: this page says who belongs to the call, and takes nobody else's word for it. All others take that of the staff whom they have met.
 * @typedef {Grounds & { leads: boolean }} Ground */
/**
 * @typedef {object} CallKeysOptions
 * @property {"patient" | "staff"} role
 * @property {{ postMessage: (request: Request) => void }} worker
 * @property {(message: ClientMessage) => boolean} send false if there is no connection
 * @property {() => void} changed `state` or who is met has changed
 * @property {(from: number, body: Record<string, unknown>) => void} [file] somebody has given the key of a file
 * @property {() => Promise<Identity>} identify who this page is in the call that begins
 * @property {() => Promise<Statement | null>} [proof] what shows it: the certificate of staff
 * @property {() => Promise<Ground | null>} grounds by what others are met; null: by nothing yet, and nobody is
 * @property {(from: number, use: Use, body: Record<string, unknown>) => void} [told] somebody who was met has sent a box that is not about keys
 * @property {() => number} [now] milliseconds
 * @property {(act: () => void, wait_ms: number) => unknown} [later]
 */

export class CallKeys {
  /** @type {KeyState} */ state = "waiting";
  #role;
  #worker;
  #send;
  #changed;
  #file;
  #identify;
  #proof;
  #grounds;
  #told;
  #now;
  #later;
  /** Of this call. What belongs to an older one has no effect. */ #call = 0;
  /** @type {Self | null} */ #self = null;
  /** What this page says of itself, the same for the whole call. @type {string | null} */ #hello = null;
  /** ... and has said on this connection. */ #said = false;
  /** The own number. */ #me = 0;
  /** @type {Map<number, Met>} */ #met = new Map();
  /** The hellos of those who were met in this call, and are not there any more. @type {Set<string>} */ #gone = new Set();
  /** Who else is in the call, by the word of staff, by the id of who said so. @type {Map<string, Person[]>} */ #vouched = new Map();
  /** By what this page went when it looked last. @type {Ground | null} */ #ground = null;
  /** What all others say of themselves. @type {{ peer: number, hello: string }[]} */ #hellos = [];
  /** The newest of the own keys; counts up over calls, so that no late answer of the worker is taken for another. */ #generation = -1;
  /** ... for those who have not got it, with those for whom this page vouched when it drew it. @type {Bytes | null} */ #key = null;
  /** @type {Person[]} */ #with = [];
  #used = -1;
  #changed_at = -Infinity;
  /** A change that waits for its time. */ #due = false;
  #reached = false;
  /** @type {Map<number, (key: Bytes | null) => void>} */ #drawing = new Map();
  /** Everything has its effect in the order in which it came. */ #turn = Promise.resolve();

  /** @param {CallKeysOptions} options */
  constructor({ role, worker, send, changed, file = () => {}, identify, proof = async () => null, grounds, told = () => {}, now = () => performance.now(), later = (act, wait_ms) => setTimeout(act, wait_ms) }) {
    this.#role = role;
    this.#worker = worker;
    this.#send = send;
    this.#changed = changed;
    this.#file = file;
    this.#identify = identify;
    this.#proof = proof;
    this.#grounds = grounds;
    this.#told = told;
    this.#now = now;
    this.#later = later;
  }

  /** This page has a seat, under this number. @param {number} me */
  room(me) {
    this.#me = me;
    if (this.#said) return;
    this.#said = true;
    this.#next(() => this.#introduce());
  }

  /** The connection to the daemon is a new one: the others hear of us again, and answer with their keys. */
  reconnected() {
    this.#said = false;
  }

  /** What this page goes by has changed: the area's state, the name of the visit, the own certificate. Who is met stays met; who was not is looked at again. */
  grounded() {
    this.#next(async () => {
      if (this.#self !== null && this.#hello !== null) {
        const call = this.#call;
        const hello = JSON.stringify(await sayHello(this.#self, this.#role, await this.#proof()));
        if (call !== this.#call) return;
        if (hello !== this.#hello) {
          this.#hello = hello;
          this.#send({ kind: "seal_hello", hello });
        }
      }
      await this.#meet(this.#hellos);
    });
  }

  /** Somebody who was met, and so has or gets a key. @param {number} peer @returns {Peer | null} */
  who(peer) {
    return this.#met.get(peer)?.peer ?? null;
  }

  /** Seals something for one who was met. @param {number} to @param {Use} use @param {Record<string, unknown>} body */
  tell(to, use, body) {
    this.#next(async () => {
      const [self, peer, call] = [this.#self, this.who(to), this.#call];
      const sealed = self === null || peer === null ? null : await box(self, peer, use, body);
      if (sealed !== null && call === this.#call) this.#send({ kind: "seal_boxes", boxes: [{ to, box: sealed }] });
    });
  }

  /** This page's id in this call. @returns {Bytes | null} */
  get id() {
    return this.#self?.identity.id ?? null;
  }

  /** The call is over: all of its keys are erased. */
  end() {
    this.#call += 1;
    this.#self = this.#hello = this.#key = null;
    this.#said = this.#due = false;
    this.#met.clear();
    this.#gone.clear();
    this.#vouched.clear();
    this.#ground = null;
    this.#with = [];
    this.#hellos = [];
    for (const resolve of this.#drawing.values()) resolve(null);
    this.#drawing.clear();
    this.#changed_at = -Infinity;
    this.#worker.postMessage({ kind: "clear" });
    this.#become("waiting");
    this.#look();
  }

  /** Whether anybody can open what is sealed now. */
  get reaches() {
    return [...this.#met.values()].some(({ peer, taken }) => peer !== null && 0 <= this.#used && taken === this.#used);
  }

  /** Whether somebody has said a hello that holds: then nothing of theirs is taken in clear, whatever the server says they are. @param {number} peer */
  knows(peer) {
    return this.who(peer) !== null;
  }

  /** Whether anybody is there whose hello holds. */
  get has_met() {
    return [...this.#met.values()].some(({ peer }) => peer !== null);
  }

  /** Whether somebody has said a hello that was looked at, and does not hold. @param {number} peer */
  refuses(peer) {
    return this.#met.get(peer)?.refused === true;
  }

  /** @param {Extract<ServerMessage, { kind: "seal_hellos" | "seal_box" | "key_taken" }>} message */
  heard(message) {
    switch (message.kind) {
      case "seal_hellos":
        return this.#next(() => {
          this.#hellos = message.hellos;
          return this.#meet(message.hellos);
        });
      case "seal_box":
        return this.#next(() => this.#open(message.from, message.box));
      case "key_taken":
        return this.#next(async () => this.#taken(message.by, message.generation));
    }
  }

  /** What the worker says. @param {Answer} answer */
  answered(answer) {
    if (answer.kind !== "drawn") return;
    const key = answer.key === null ? null : /** @type {Bytes} */ (answer.key);
    this.#drawing.get(answer.generation)?.(key);
    this.#drawing.delete(answer.generation);
  }

  /** Resolves when what has come so far has had its effect. */
  settled() {
    return this.#turn;
  }

  /** @param {() => Promise<void>} act */
  #next(act) {
    const call = this.#call;
    this.#turn = this.#turn.then(() => (call === this.#call ? act() : undefined)).catch((error) => console.error("keys of the call:", error)).then(() => this.#look());
  }

  /** Says if somebody is within reach now who was not, or the other way round. */
  #look() {
    if (this.reaches === this.#reached) return;
    this.#reached = this.reaches;
    this.#changed();
  }

  async #introduce() {
    const call = this.#call;
    const self = this.#self ?? enter(await this.#identify());
    const hello = this.#hello ?? JSON.stringify(await sayHello(self, this.#role, await this.#proof()));
    if (call !== this.#call) return;
    this.#self = self;
    this.#hello = hello;
    if (!this.#send({ kind: "seal_hello", hello })) this.#said = false;
  }

  /** @param {{ peer: number, hello: string }[]} hellos of all others */
  async #meet(hellos) {
    const call = this.#call;
    const ground = await this.#grounds();
    if (call !== this.#call) return;
    this.#ground = ground;
    let [joined, left] = [false, false];
    const refused = () => [...this.#met.keys()].filter((number) => this.refuses(number)).join();
    const before = refused();
    for (const [number, { peer }] of this.#met) {
      if (hellos.some((other) => other.peer === number)) continue;
      this.#forget(number);
      left ||= peer !== null;
    }
    for (const { peer: number, hello } of hellos) {
      const known = this.#met.get(number);
      // Who was not met is looked at again: what this page goes by may be another now, and an identity may have changed its number.
      if (number === this.#me || (known?.hello === hello && known.peer !== null)) continue;
      const peer = ground === null ? null : await meet(statementIn(hello), { ...ground, people: this.#people(ground) });
      if (call !== this.#call) return;
      if (known !== undefined) this.#forget(number); // A page that was loaded anew has new keys.
      if (peer !== null && (this.#gone.has(hello) || GONE_MAX <= this.#gone.size)) await this.#enterAnew();
      if (call !== this.#call) return;
      const is_new = peer !== null && !this.#is(peer.id, number);
      const early = known?.hello === hello ? known.early : [];
      this.#met.set(number, { ...stranger(hello, ground !== null && !is_new), peer: is_new ? peer : null, early: is_new ? [] : early });
      if (is_new) for (const sealed of early) this.#next(() => this.#open(number, sealed));
      joined ||= is_new;
      left ||= (known?.peer ?? null) !== null;
    }
    const belongs = (/** @type {Peer} */ peer) => ground === null || peer.role === "staff" || this.#people(ground).some(({ id }) => equal(id, peer.id));
    for (const [number, { hello, peer }] of [...this.#met]) {
      if (peer === null || belongs(peer)) continue;
      this.#forget(number); // Staff have let this person go, whatever the server says.
      this.#met.set(number, stranger(hello, true));
      left = true;
    }
    if (joined || left || refused() !== before) this.#changed();
    if (joined || left) {
      if (left || CHANGE_EVERY_MS <= this.#now() - this.#changed_at) await this.#change(left && !joined ? LEFT_WITHIN_MS : TAKEN_WITHIN_MS);
      else this.#changeLater();
    } else {
      // Whoever has joined meanwhile waits for the next key: this one has sealed what was before.
      await this.#give([...this.#met.values()].filter(({ given, taken }) => given === this.#generation && taken < given));
    }
  }

  /** Who belongs to the call besides staff. @param {Ground} ground @returns {Person[]} */
  #people({ people, leads }) {
    if (leads) return people;
    const words = [...this.#met.values()].flatMap(({ peer }) => (peer?.role === "staff" ? (this.#vouched.get(toBase64(peer.id)) ?? []) : []));
    return [...people, ...words];
  }

  /** Whether an identity is this page's, or somebody's under another number: nobody is two. @param {Bytes} id @param {number} number */
  #is(id, number) {
    const is_own = this.#self !== null && equal(this.#self.identity.id, id);
    return is_own || [...this.#met].some(([other, { peer }]) => other !== number && peer !== null && equal(peer.id, id));
  }

  /** Somebody is back who was there before, by the very same hello: the server had said something else of them meanwhile. What was sealed between us is
   * forgotten here and remembered there, so that they would give nothing again, and what they gave could be played again. By another nonce this page is
   * another one to everybody, as after a reload: old boxes open nothing, and all give new keys. */
  async #enterAnew() {
    const [self, call] = [this.#self, this.#call];
    if (self === null) return;
    const anew = enter(self.identity);
    const hello = JSON.stringify(await sayHello(anew, this.#role, await this.#proof()));
    if (call !== this.#call) return;
    this.#gone.clear();
    this.#self = anew;
    this.#hello = hello;
    this.#said = this.#send({ kind: "seal_hello", hello });
  }

  /** @param {number} number */
  #forget(number) {
    const met = this.#met.get(number);
    if (met !== undefined && met.peer !== null) this.#gone.add(met.hello);
    this.#met.delete(number);
    this.#worker.postMessage({ kind: "forget", member: number });
  }

  #changeLater() {
    if (this.#due) return;
    this.#due = true;
    const call = this.#call;
    this.#later(() => {
      if (call === this.#call && this.#due) this.#next(async () => (this.#due ? this.#change(TAKEN_WITHIN_MS) : undefined));
    }, this.#changed_at + CHANGE_EVERY_MS - this.#now());
  }

  /** A new key of this page, for those who are there now. @param {number} wait_ms after which it is used, whoever has it */
  async #change(wait_ms) {
    const call = this.#call;
    this.#due = false;
    this.#changed_at = this.#now();
    const generation = (this.#generation += 1);
    const key = await new Promise((/** @type {(key: Bytes | null) => void} */ resolve) => {
      this.#drawing.set(generation, resolve);
      this.#worker.postMessage({ kind: "draw", member: this.#me, generation });
    });
    if (call !== this.#call || key === null) return;
    this.#key = key;
    const there = [...this.#met.values()].flatMap(({ peer }) => (peer === null ? [] : [peer.id]));
    this.#with = this.#ground?.leads === true ? this.#ground.people.filter(({ id }) => there.some((other) => equal(other, id))) : [];
    for (const met of this.#met.values()) met.given = generation;
    await this.#give([...this.#met.values()]);
    if (call !== this.#call) return;
    this.#later(() => call === this.#call && this.#use(generation), wait_ms);
    this.#useIfTaken();
  }

  /** Boxes the newest key for these. @param {Met[]} to */
  async #give(to) {
    const [self, key, call] = [this.#self, this.#key, this.#call];
    if (self === null || key === null) return;
    const body = (/** @type {Peer} */ peer) => senderKey(this.#me, this.#generation, key, this.#with.filter(({ id }) => !equal(id, peer.id)));
    const boxes = await Promise.all([...this.#met].flatMap(([number, met]) => {
      const { peer } = met;
      return peer === null || !to.includes(met) ? [] : [box(self, peer, "sender-key", body(peer)).then((sealed) => (sealed === null ? [] : [{ to: number, box: sealed }]))];
    }));
    if (call !== this.#call) return;
    const all = boxes.flat();
    // What cannot be sent now is sent when this page has said its hello again.
    for (let at = 0; at < all.length; at += BOXES_MAX) this.#send({ kind: "seal_boxes", boxes: all.slice(at, at + BOXES_MAX) });
  }

  /** Gives the keys of files, in boxes of use `file`. @param {Record<string, unknown>[]} bodies @param {number | null} to null: everybody who is there @returns {Promise<boolean>} false if nobody could be given any */
  async giveFiles(bodies, to) {
    const [self, call] = [this.#self, this.#call];
    if (self === null) return false;
    const peers = [...this.#met].flatMap(([number, { peer }]) => (peer !== null && (to === null || to === number) ? [{ number, peer }] : []));
    const boxes = await Promise.all(peers.flatMap(({ number, peer }) => bodies.map(async (body) => ({ to: number, box: await box(self, peer, "file", body) }))));
    if (call !== this.#call) return false;
    const all = boxes.flatMap(({ to, box }) => (box === null ? [] : [{ to, box }]));
    let is_given = all.length !== 0;
    for (let at = 0; at < all.length; at += BOXES_MAX) is_given &&= this.#send({ kind: "seal_boxes", boxes: all.slice(at, at + BOXES_MAX) });
    return is_given;
  }

  /** @param {number} from @param {string} sealed */
  async #open(from, sealed) {
    const met = this.#met.get(from);
    if (this.#self === null || met === undefined) return;
    if (met.peer === null) return void (met.early = [...met.early, sealed].slice(-EARLY_MAX));
    const call = this.#call;
    const said = await unbox(this.#self, met.peer, sealed);
    if (call !== this.#call || said === null) return;
    if (said.use === "file") return this.#file(from, said.body);
    if (said.use !== "sender-key") return this.#told(from, said.use, said.body);
    const taken = senderKeyIn(said.body, from);
    if (taken === null || taken.generation < met.generation) return;
    const { others, ...theirs } = taken;
    const is_newer = met.generation < theirs.generation;
    if (is_newer) {
      met.generation = theirs.generation;
      this.#worker.postMessage({ kind: "take", ...theirs });
    }
    this.#send({ kind: "key_taken", of: from, generation: theirs.generation });
    if (is_newer && met.peer.role === "staff") await this.#vouch(met.peer, others);
  }

  /** Staff say who else is in the call, whole, with each new key of theirs: a server that keeps this back keeps back all that they say from then on.
   * @param {Peer} staff @param {Person[]} others */
  async #vouch({ id }, others) {
    const said = (/** @type {Person[]} */ people) => people.map((person) => toBase64(person.id)).join();
    const by = toBase64(id);
    const before = this.#vouched.get(by) ?? [];
    this.#vouched.set(by, others);
    if (said(before) !== said(others)) await this.#meet(this.#hellos);
  }

  /** @param {number} by @param {number} generation */
  #taken(by, generation) {
    const met = this.#met.get(by);
    if (met === undefined || this.#generation < generation) return;
    met.taken = Math.max(met.taken, generation);
    this.#useIfTaken();
  }

  #useIfTaken() {
    if (this.#key === null) return;
    if ([...this.#met.values()].every(({ peer, given, taken }) => peer === null || given < this.#generation || taken === this.#generation)) this.#use(this.#generation);
  }

  /** @param {number} generation */
  #use(generation) {
    if (generation <= this.#used) return;
    this.#used = generation;
    this.#worker.postMessage({ kind: "use", generation });
    this.#become("sealed");
    this.#look();
  }

  /** @param {KeyState} state */
  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.#changed();
  }
}

/** Somebody who is not met, or not any more. @param {string} hello @param {boolean} refused @returns {Met} */
function stranger(hello, refused) {
  return { hello, peer: null, refused, generation: -1, given: -1, taken: -1, early: [] };
}

/** What each m-line may carry: the source of its slot's person, sealed; and in clear what a device sends, which seals for nobody, where the practice
 * allows that. A number that has said a hello is no device, and while nobody else was met there is none: a server cannot put a picture of its own in
 * the place of the person. @param {{ peers: RoomPeer[], slots: SlotView[] }} room @param {Pick<CallKeys, "knows" | "has_met">} keys @param {boolean} takes_clear @returns {Map<string, Expected>} by mid */
export function expectations({ peers, slots }, keys, takes_clear) {
  /** @type {Map<string, Expected>} */ const expected = new Map();
  for (const { peer, source, audio_mid, video_mid } of slots) {
    if (peer === null) continue;
    const in_clear = !keys.knows(peer) && peers.some((other) => other.peer === peer && other.device);
    if (in_clear && !(takes_clear && keys.has_met)) continue;
    if (audio_mid !== null) expected.set(audio_mid, in_clear ? "clear" : { member: peer, source: "microphone" });
    if (video_mid !== null) expected.set(video_mid, in_clear ? "clear" : { member: peer, source: source === "screen" ? "screen" : "camera" });
  }
  return expected;
}

/** What the lock says of a call. `clear`: a device sends, and nobody seals that. `name`: staff know the other by the keys in the name.
 * @typedef {"waiting" | "clear" | "name" | Trust} Lock */

/** @param {KeyState} state @param {{ peers: RoomPeer[], slots: SlotView[] } | null} room @param {"name" | Trust} trust by what the other side is known @param {boolean} takes_clear what devices send is shown @returns {Lock} */
export function lockOf(state, room, trust, takes_clear) {
  const devices = (room?.peers ?? []).filter(({ device }) => device).map(({ peer }) => peer);
  if (takes_clear && (room?.slots ?? []).some(({ peer }) => peer !== null && devices.includes(peer))) return "clear";
  return state === "waiting" ? "waiting" : trust;
}
