// The keys of staff: this browser's device, and what it may open and sign in each area. "Keys, and who has them" in docs/e2ee.md.
//
// It has no socket and no database of its own: commands go out by `send`, and `vault` is the browser's or what a test puts in its place.

import { certified, certify, identityIn, judge, openName, passSeed, refer, sealName, stateArea, takeSeed } from "../e2ee/area.js";
import { equal, fromBase64, random, sha256, toBase64, utf8 } from "../e2ee/bytes.js";
import { kemFromSeed } from "../e2ee/hpke.js";
import { openMemo, sealMemo } from "../e2ee/memo.js";
import { openNote, sealNote } from "../e2ee/note.js";
import { fingerprintOf, fromSheet, idOf, makeIdentity, makeRoot, rootFromSeed, SEED_BYTES, toCode, toSheet } from "../e2ee/keys.js";
import { speakerIn, statementIn } from "../e2ee/statements.js";

/** @import { AreaState, Policy } from "../e2ee/area.js" */
/** @import { Bytes } from "../e2ee/bytes.js" */
/** @import { Ground } from "../e2ee/call.js" */
/** @import { Kem } from "../e2ee/hpke.js" */
/** @import { Identity, PublicIdentity, Root } from "../e2ee/keys.js" */
/** @import { Statement } from "../e2ee/statements.js" */
/** @import { KeyOffer, Seal, SealedDevice, ServerMessage, StaffCommand } from "../types.d.ts" */
/** @import { Vault } from "./vault.js" */

/** `opening`: not known yet. `stranger`: nobody has accepted this browser. `wrong`: the server shows other keys than this browser knows, or older ones.
 * @typedef {"opening" | "stranger" | "assistant" | "clinician" | "holder" | "wrong"} KeyRole */
/** Whom a key holder may make of a new browser. @typedef {Extract<KeyRole, "assistant" | "clinician" | "holder">} Part */
/** @typedef {{ id: string, code: string, label: string }} Offer a browser that wants to take part */
/** @typedef {{ id: string, name: string, part: Part, own: boolean }} Member */
/**
 * What the page shows of an area's keys.
 * @typedef {object} KeysView
 * @property {KeyRole} role
 * @property {Bytes | null} fingerprint of the root, for links
 * @property {string | null} code the same, to type
 * @property {string | null} own what a key holder compares before this browser is accepted
 * @property {Offer[]} offers
 * @property {Member[]} members
 * @property {Policy | null} policy what patients need, and whether devices may come; null while there are no keys
 */
/** @typedef {{ text: string, by: string, at: number }} Memo a note on a visit: `by` as certified, `at` in seconds since 1970 */
/** A message of the line; `by`: as certified, "" is the patient, `at` in ms since 1970. @typedef {{ by: string, text: string, at: number }} LineNote */
/** @typedef {{ name: string, old: boolean, id: Bytes }} Name as a patient has sealed it; `old`: on another day */

/** @type {KeysView} */
export const NO_KEYS = { role: "opening", fingerprint: null, code: null, own: null, offers: [], members: [], policy: null };

/** How a key that is older than the newest is kept: sealed, as the server had it. */
const OLD_DESKS_MAX = 4;
const RENEW_AFTER_S = 24 * 3600;
const DAY_MS = 24 * 3600 * 1000;
/** What is certified must fit what the protocol gives a device. */
const NAME_CHARS_MAX = 60;

/** What this browser keeps of an area: its root, the newest state it has seen, and its own seeds as they were sealed to it.
 * @typedef {{ root: Bytes, epoch: number, serial: number, desks: Bytes[], root_seed: Bytes | null }} Kept */
/** @typedef {{ public: PublicIdentity, id: Bytes, name: string, call: boolean, certificate: Statement | null, desk: string, root_seed: string | null }} Listed `certificate`: null until there is one */
/**
 * @typedef {object} Area
 * @property {Seal | null | undefined} seal as the server shows it; undefined: not heard yet
 * @property {SealedDevice[]} devices
 * @property {KeyOffer[]} offers
 * @property {AreaState | null} state
 * @property {Root | null} root
 * @property {Bytes | null} desk_seed of the state
 * @property {Kem[]} desks the newest first
 * @property {Statement | null} certificate of this browser
 * @property {Map<string, Listed>} listed by id
 * @property {number} said the serial of the newest state that this page has made on this connection
 * @property {string | null} me what patients should call who works here, if that was said
 * @property {"" | "said" | "shown"} offered whether this browser has asked to take part, on this connection
 * @property {KeysView} view
 */

export class StaffKeys {
  #vault;
  #send;
  #changed;
  #now_ms;
  #label;
  /** @type {Map<string, Area>} */ #areas = new Map();
  /** @type {Promise<Identity> | null} */ #device = null;
  /** @type {Map<string, Name | null>} by what is sealed */ #names = new Map();
  #turn = Promise.resolve();

  /** @param {{ vault: Promise<Vault>, send: (command: StaffCommand) => boolean, changed: (area: string) => void, label: string, now_ms?: () => number }} options `label`: what this browser is, for those who accept it */
  constructor({ vault, send, changed, label, now_ms = () => Date.now() }) {
    this.#vault = vault;
    this.#send = send;
    this.#changed = changed;
    this.#label = label;
    this.#now_ms = now_ms;
  }

  /** @returns {Promise<Identity>} */
  identity() {
    this.#device ??= this.#vault.then(async (vault) => {
      const kept = await vault.get("device");
      if (kept !== undefined) return kept;
      const made = await makeIdentity();
      await vault.put("device", made);
      return made;
    });
    return this.#device;
  }

  /** @param {string} area @returns {KeysView} */
  view(area) {
    return this.#areas.get(area)?.view ?? NO_KEYS;
  }

  /** What the daemon shows of an area's keys. `me`: what patients call who works here. @param {string} area @param {Seal | null} seal @param {string} me */
  heard(area, seal, me) {
    this.#next(async () => {
      const known = this.#area(area);
      if (seal !== null && JSON.stringify(seal) === JSON.stringify(known.seal)) return;
      known.seal = seal;
      if (seal === null) await this.#begin(area, me);
      else await this.#settle(area);
    });
  }

  /** @param {Extract<ServerMessage, { kind: "seal_devices" }>} message */
  devices({ area, offers, devices }) {
    this.#next(async () => {
      Object.assign(this.#area(area), { offers, devices });
      await this.#settle(area);
    });
  }

  /** The connection is a new one: what was said on the last is to be said again. */
  reconnected() {
    this.#next(async () => {
      for (const known of this.#areas.values()) Object.assign(known, { seal: undefined, said: 0, offered: "" });
    });
  }

  /** Resolves when what has come so far has had its effect. */
  settled() {
    return this.#turn;
  }

  /** A name as this browser can read it; null: it cannot. @param {string} area @param {string} sealed @returns {Promise<Name | null>} */
  async name(area, sealed) {
    const known = this.#names.get(sealed);
    if (known !== undefined) return known;
    const opened = await this.#open(area, sealed);
    if (opened === null) return null;
    const name = { name: opened.name, id: opened.id, old: !near(opened.made, this.#now_ms()) };
    this.#names.set(sealed, name);
    return name;
  }

  /** What goes along when a visit is handed over to another area: the name for its desk, and this browser's word for its root. Null where this
   * browser does not read the name, or does not take part there. @param {string} area @param {string | null} sealed @param {string} to @returns {Promise<{ sealed: string | null, referral: string | null }>} */
  async handOver(area, sealed, to) {
    await this.#turn;
    const [here, there] = [this.#areas.get(area), this.#areas.get(to)];
    const [root, opened] = [(await this.#kept(to))?.root, await this.#open(area, sealed)];
    if (here === undefined || opened === null || root === undefined || !there?.state || there.certificate === null) return { sealed: null, referral: null };
    const referral = here.certificate === null ? null : await refer(await this.identity(), here.certificate, { visit: opened.id, area: to, root });
    return { sealed: await sealName(there.state.desk, to, opened), referral };
  }

  /** @param {string} area @param {string | null} sealed */
  async #open(area, sealed) {
    for (const desk of this.#areas.get(area)?.desks ?? []) {
      const opened = sealed === null ? null : await openName(desk, area, sealed);
      if (opened !== null) return opened;
    }
    return null;
  }

  /** A note on a visit, if somebody who takes part in this area's keys has written it. @param {string} area @param {string | null} name as it is sealed @param {string} sealed @returns {Promise<Memo | null>} */
  async memo(area, name, sealed) {
    const [known, opened] = [this.#areas.get(area), await this.#open(area, name)];
    if (known === undefined || opened === null) return null;
    for (const desk of known.desks) {
      const memo = await openMemo(desk, { area, visit: opened.id }, sealed);
      const by = memo === null ? undefined : [...known.listed.values()].find(({ public: { sign } }) => equal(sign, memo.by));
      if (memo !== null) return by === undefined ? null : { text: memo.text, by: by.name, at: memo.at };
    }
    return null;
  }

  /** @param {string} area @param {string | null} name as it is sealed @param {string} text @returns {Promise<string | null>} */
  async writeMemo(area, name, text) {
    await this.#turn;
    const [known, opened] = [this.#areas.get(area), await this.#open(area, name)];
    if (!known?.state || known.certificate === null || opened === null) return null;
    return sealMemo(await this.identity(), known.state.desk, { area, visit: opened.id }, { text, at: Math.floor(this.#now_ms() / 1_000) });
  }

  /** A message between this visit and the desk, if it is of who it should be of: the patient in whose name it came, or somebody who takes part.
   * @param {string} area @param {string | null} name as it is sealed @param {{ sealed: string, own: boolean }} note @returns {Promise<LineNote | null>} */
  async note(area, name, { sealed, own }) {
    const [known, opened] = [this.#areas.get(area), await this.#open(area, name)];
    if (known === undefined || opened === null) return null;
    for (const desk of known.desks) {
      const note = await openNote(desk, { direction: own ? "down" : "up", visit: opened.id }, sealed);
      if (note === null) continue;
      const by = own ? [...known.listed.values()].find(({ public: { sign } }) => equal(sign, note.by))?.name : equal(opened.visit.sign, note.by) ? "" : undefined;
      return by === undefined ? null : { by, text: note.text, at: note.at };
    }
    return null;
  }

  /** For the patient, and for the desk. @param {string} area @param {string | null} name as it is sealed @param {string} text @returns {Promise<{ sealed: string, copy: string } | null>} */
  async writeNote(area, name, text) {
    await this.#turn;
    const [known, opened] = [this.#areas.get(area), await this.#open(area, name)];
    if (!known?.state || known.certificate === null || opened === null) return null;
    const [device, where, note] = [await this.identity(), /** @type {const} */ ({ direction: "down", visit: opened.id }), { text, at: this.#now_ms() }];
    const sealed = await sealNote(device, opened.visit.kem, where, note, known.certificate);
    const copy = await sealNote(device, known.state.desk, where, note, null);
    return sealed === null || copy === null ? null : { sealed, copy };
  }

  /** Forgets the names of visits that are over. @param {Set<string>} left */
  keepNames(left) {
    for (const sealed of this.#names.keys()) if (!left.has(sealed)) this.#names.delete(sealed);
  }

  /** By what others are met in a call with these visits; null while this browser reads none of their names. @param {string} area @param {(string | null)[]} sealed @param {boolean} leads @returns {Promise<Ground | null>} */
  async grounds(area, sealed, leads) {
    await this.#turn;
    const state = this.#areas.get(area)?.state ?? null;
    const kept = await this.#kept(area);
    const names = await Promise.all(sealed.map((one) => (one === null ? null : this.name(area, one))));
    const people = names.flatMap((name) => (name === null ? [] : [{ id: name.id, name: name.name }]));
    return state === null || kept === undefined || people.length === 0 ? null : { root: kept.root, state, people, leads };
  }

  /** @param {string} area */
  async certificate(area) {
    await this.#turn;
    return this.#areas.get(area)?.certificate ?? null;
  }

  /** A key holder lets another browser take part. @param {string} area @param {string} id @param {string} name @param {Part} part */
  accept(area, id, name, part) {
    this.#holding(area, async (known, root, state) => {
      const offer = (await this.#offers(known, root.public)).find((offer) => offer.id === id);
      const listed = await this.#list(known, root, state);
      if (offer === undefined || known.desk_seed === null) return;
      const desk = await passSeed("desk-key", known.desk_seed, offer.public);
      const root_seed = part === "holder" ? await passSeed("root-seed", root.seed, offer.public) : null;
      if (desk === null) return;
      listed.set(id, { public: offer.public, id: await idOf(offer.public), name: name.slice(0, NAME_CHARS_MAX), call: part !== "assistant", certificate: null, desk: toBase64(desk), root_seed: root_seed === null ? null : toBase64(root_seed) });
      await this.#publish(area, root, state, listed);
    });
  }

  /** A device that was lost, or whose person has left: all others get a new desk key. @param {string} area @param {string} id */
  revoke(area, id) {
    this.#holding(area, async (known, root, state) => {
      const listed = await this.#list(known, root, state);
      const device = await this.identity();
      if (!listed.delete(id) || id === toBase64(device.id)) return;
      await this.#renew(area, root, { ...state, epoch: state.epoch + 1 }, listed);
    });
  }

  /** What patients need, and whether devices may come. @param {string} area @param {Policy} policy */
  setPolicy(area, policy) {
    this.#holding(area, async (known, root, state) => this.#publish(area, root, { ...state, policy }, await this.#list(known, root, state)));
  }

  /** What patients call who works at this browser. @param {string} area @param {string} name */
  rename(area, name) {
    this.#next(async () => {
      this.#area(area).me = name.slice(0, NAME_CHARS_MAX);
      await this.#settle(area);
    });
  }

  /** What is printed and put in the safe. @param {string} area @returns {string | null} */
  sheet(area) {
    const root = this.#areas.get(area)?.root ?? null;
    return root === null ? null : toSheet(root.seed);
  }

  /** All devices are lost, and the sheet of paper is there. @param {string} area @param {string} typed @param {string} me @returns {Promise<boolean>} false if it is not this area's */
  async restore(area, typed, me) {
    const [seed, seal] = [fromSheet(typed), this.#areas.get(area)?.seal];
    const root = seed === null ? null : await rootFromSeed(seed);
    if (root === null || !seal || toBase64(root.public) !== seal.root) return false;
    this.#next(() => this.#beginWith(area, root, me));
    await this.#turn;
    return true;
  }

  /** ... and it is not: a new root, of which old links warn. @param {string} area @param {string} me */
  startAnew(area, me) {
    this.#next(async () => this.#beginWith(area, await makeRoot(), me));
  }

  /** The practice has other keys than this browser knows, and a person says that this is right: they are compared anew. @param {string} area */
  compareAnew(area) {
    this.#next(async () => {
      await this.#keep(area, undefined);
      await this.#settle(area);
    });
  }

  /** @param {string} area @returns {Area} */
  #area(area) {
    const known = this.#areas.get(area) ?? { seal: undefined, devices: [], offers: [], state: null, root: null, desk_seed: null, desks: [], certificate: null, listed: new Map(), said: 0, me: null, offered: "", view: NO_KEYS };
    this.#areas.set(area, known);
    return known;
  }

  /** @param {() => Promise<void>} act */
  #next(act) {
    this.#turn = this.#turn.then(act).catch((error) => console.error("keys of staff:", error));
  }

  /** What only a key holder can do. @param {string} area @param {(known: Area, root: Root, state: AreaState) => Promise<void>} act */
  #holding(area, act) {
    this.#next(async () => {
      const known = this.#area(area);
      if (known.root !== null && known.state !== null) await act(known, known.root, known.state);
    });
  }

  /** @param {string} area @returns {Promise<Kept | undefined>} */
  async #kept(area) {
    return (await this.#vault).get(`area/${area}`);
  }

  /** @param {string} area @param {Kept | undefined} kept */
  async #keep(area, kept) {
    await (await this.#vault).put(`area/${area}`, kept);
  }

  /** The server has no keys of this area: they are made here, or said again by a browser that has them. @param {string} area @param {string} me */
  async #begin(area, me) {
    const known = this.#area(area);
    if (0 < known.said) return; // The answer is on its way.
    const kept = await this.#kept(area);
    if (kept === undefined) return this.#beginWith(area, await makeRoot(), me);
    const seed = kept.root_seed === null ? null : await takeSeed("root-seed", kept.root_seed, await this.identity());
    if (seed !== null) return this.#beginWith(area, await rootFromSeed(seed), me);
    // Somebody else holds the root: it is not for this browser to begin anew, unless a person says so.
    this.#show(area, { ...NO_KEYS, role: "wrong" });
    known.state = null;
  }

  /** A state in which this browser is the only device. @param {string} area @param {Root} root @param {string} me */
  async #beginWith(area, root, me) {
    const known = this.#area(area);
    const device = await this.identity();
    const shown = known.seal ? await judge(known.seal, { area, fingerprint: null, now_s: null }) : null;
    const before = typeof shown === "object" && shown !== null ? shown.state : null;
    const kept = await this.#kept(area);
    if (kept !== undefined && !equal(kept.root, root.public)) await this.#keep(area, undefined);
    const [epoch, serial] = [Math.max(before?.epoch ?? 0, kept?.epoch ?? 0), Math.max(before?.serial ?? 0, kept?.serial ?? 0)];
    const listed = new Map([[toBase64(device.id), { public: device.public, id: device.id, name: me.slice(0, NAME_CHARS_MAX), call: true, certificate: null, desk: "", root_seed: "" }]]);
    await this.#renew(area, root, { area, epoch: epoch + 1, serial, from: 0, until: 0, desk: new Uint8Array(), policy: before?.policy ?? "require" }, listed);
  }

  /** A new desk key for these. @param {string} area @param {Root} root @param {AreaState} state @param {Map<string, Listed>} listed */
  async #renew(area, root, state, listed) {
    const seed = random(SEED_BYTES);
    const { public: desk } = await kemFromSeed(seed);
    for (const one of listed.values()) {
      one.desk = toBase64(/** @type {Bytes} */ (await passSeed("desk-key", seed, one.public)));
      if (one.root_seed !== null) one.root_seed = toBase64(/** @type {Bytes} */ (await passSeed("root-seed", root.seed, one.public)));
    }
    await this.#publish(area, root, { ...state, desk }, listed);
  }

  /** The next state, and a certificate in it for each of these. @param {string} area @param {Root} root @param {AreaState} state @param {Map<string, Listed>} listed */
  async #publish(area, root, { epoch, serial, desk, policy }, listed) {
    const known = this.#area(area);
    const next = Math.max(serial, known.said) + 1;
    const moved = known.seal?.root === toBase64(root.public) ? known.seal.moved : [];
    const state = JSON.stringify(await stateArea(root, { area, epoch, serial: next, desk, policy }, Math.floor(this.#now_ms() / 1000)));
    const devices = await Promise.all([...listed.values()].map(async ({ public: device, name, call, desk, root_seed }) => {
      const certificate = await certify(root, { area, epoch, device, name, call });
      return { certificate: JSON.stringify(certificate), blobs: root_seed === null ? [desk] : [desk, root_seed] };
    }));
    if (this.#send({ action: "set_seal", area, root: toBase64(root.public), state, moved, devices })) Object.assign(known, { said: next, me: null, devices });
  }

  /** What this browser is in an area, from what the server shows and what it has kept. @param {string} area */
  async #settle(area) {
    const known = this.#area(area);
    if (!known.seal) return;
    const [device, kept] = [await this.identity(), await this.#kept(area)];
    const shown = await judge(known.seal, { area, fingerprint: kept === undefined ? null : await fingerprintOf(kept.root), now_s: null });
    const older = typeof shown === "object" && kept !== undefined && equal(shown.root, kept.root) && (shown.state.epoch < kept.epoch || shown.state.serial < kept.serial);
    if (typeof shown !== "object" || older) {
      known.state = null;
      return this.#show(area, { ...NO_KEYS, role: "wrong" });
    }
    const { root, state } = shown;
    const own = await this.#own(known, root, state, device);
    if (own === "later") return;
    known.state = state;
    const fingerprint = await fingerprintOf(root);
    const view = { ...NO_KEYS, fingerprint, code: toCode(fingerprint), policy: state.policy };
    if (own === null) return this.#offer(area, root, device, view);

    const [desk, root_seed] = [fromBase64(own.desk), own.root_seed === null ? null : fromBase64(own.root_seed)];
    const desks = [...(desk === null ? [] : [desk]), ...(kept?.desks ?? []).filter((old) => desk === null || !equal(old, desk))].slice(0, OLD_DESKS_MAX);
    await this.#keep(area, { root, epoch: state.epoch, serial: state.serial, desks, root_seed });
    const seeds = await Promise.all(desks.map((sealed) => takeSeed("desk-key", sealed, device)));
    known.desks = await Promise.all(seeds.flatMap((seed) => (seed === null ? [] : [kemFromSeed(seed)])));
    const [newest] = known.desks;
    known.desk_seed = newest !== undefined && equal(newest.public, state.desk) ? (seeds[0] ?? null) : null;
    const seed = root_seed === null ? null : await takeSeed("root-seed", root_seed, device);
    const held = seed === null ? null : await rootFromSeed(seed);
    known.root = held !== null && equal(held.public, root) ? held : null;
    known.certificate = own.certificate;
    known.listed = await this.#list(known, { public: root }, state);
    const id = toBase64(device.id);
    const members = [...known.listed.values()].map((one) => ({ id: toBase64(one.id), name: one.name, part: partOf(one), own: toBase64(one.id) === id }));
    const offers = known.root === null ? [] : (await this.#offers(known, root)).filter((offer) => !known.listed.has(offer.id));
    this.#show(area, { ...view, role: known.root !== null ? "holder" : own.call ? "clinician" : "assistant", members, offers });
    if (known.root === null || state.serial < known.said) return;
    const me = known.listed.get(id);
    const renamed = known.me !== null && me !== undefined && me.name !== known.me;
    if (renamed) me.name = known.me ?? "";
    if (renamed || state.from + RENEW_AFTER_S < this.#now_ms() / 1000) await this.#publish(area, known.root, state, known.listed);
  }

  /** This browser among the devices: null if it is none of them, "later" if they are still those of another state. @param {Area} known @param {Bytes} root @param {AreaState} state @param {Identity} device */
  async #own(known, root, state, device) {
    const listed = (await this.#list(known, { public: root }, state)).get(toBase64(device.id));
    if (listed !== undefined) return listed;
    const named = known.devices.some(({ certificate }) => equal(speakerIn(statementIn(certificate), "sign") ?? new Uint8Array(), device.public.sign));
    return named || known.devices.length === 0 ? "later" : null;
  }

  /** The devices whose certificates hold. @param {Area} known @param {{ public: Bytes }} root @param {AreaState} state @returns {Promise<Map<string, Listed>>} */
  async #list(known, root, state) {
    /** @type {Map<string, Listed>} */ const listed = new Map();
    for (const { certificate: text, blobs } of known.devices) {
      const certificate = statementIn(text);
      const device = await certified(certificate, { root: root.public, state });
      if (device !== null) listed.set(toBase64(device.id), { ...device, certificate: /** @type {Statement} */ (certificate), desk: blobs[0] ?? "", root_seed: blobs[1] ?? null });
    }
    return listed;
  }

  /** @param {Area} known @param {Bytes} root */
  async #offers(known, root) {
    const all = await Promise.all(known.offers.map(async ({ label, ...keys }) => {
      const device = identityIn(keys);
      return device === null ? [] : [{ id: toBase64(await idOf(device)), public: device, label, code: await offerCode(root, device) }];
    }));
    return all.flat();
  }

  /** @param {string} area @param {Bytes} root @param {Identity} device @param {KeysView} view */
  async #offer(area, root, device, view) {
    const known = this.#area(area);
    Object.assign(known, { root: null, desk_seed: null, certificate: null });
    // Once its code was shown, and so perhaps compared, no other root will do.
    if ((await this.#kept(area)) === undefined) await this.#keep(area, { root, epoch: 0, serial: 0, desks: [], root_seed: null });
    this.#show(area, { ...view, role: "stranger", own: await offerCode(root, device.public) });
    const { sign, kem } = device.public;
    const offer = { action: /** @type {const} */ ("offer_key"), area, sign: toBase64(sign), kem: toBase64(kem), label: this.#label };
    if (known.offers.some((other) => other.sign === offer.sign)) known.offered = "shown";
    else if (known.offered !== "said" && this.#send(offer)) known.offered = "said"; // for the first time, or after its hour
  }

  /** @param {string} area @param {KeysView} view */
  #show(area, view) {
    this.#area(area).view = view;
    this.#changed(area);
  }
}

/** What two people compare before a browser takes part: it is of the root as well, so that both sides know the other's keys. @param {Bytes} root @param {PublicIdentity} device */
async function offerCode(root, device) {
  return toCode(await sha256(utf8("anteroom/1/offer\0"), root, await idOf(device)));
}

/** @param {Pick<Listed, "call" | "root_seed">} device @returns {Part} */
function partOf({ call, root_seed }) {
  return root_seed !== null ? "holder" : call ? "clinician" : "assistant";
}

/** Whether a day is today or beside it: midnight comes while people wait, and not everywhere at once. @param {string} day @param {number} now_ms */
function near(day, now_ms) {
  return Math.abs(Date.parse(day) - now_ms) < 2 * DAY_MS;
}
