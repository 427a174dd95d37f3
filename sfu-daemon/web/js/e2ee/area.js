// An area's keys as others see them: the state that its root signs, the devices that it certifies, and what patients seal to its desk.

import { equal, fromBase64, spaced, toBase64, utf8 } from "./bytes.js";
import { openWith, sealTo } from "./hpke.js";
import { fingerprintOf, FINGERPRINT_BYTES, idOf, SEED_BYTES } from "./keys.js";
import { heard, objectIn, speakerIn, state, statementIn } from "./statements.js";

/** @import { Bytes } from "./bytes.js" */
/** @import { Kem } from "./hpke.js" */
/** @import { Identity, PublicIdentity, Root } from "./keys.js" */
/** @import { Statement } from "./statements.js" */
/** @import { Seal } from "../types.d.ts" */

/** @typedef {"require" | "insist" | "prefer"} Policy see "States of the lock" in docs/e2ee.md */
/** @typedef {{ area: string, epoch: number, serial: number, from: number, until: number, desk: Bytes, policy: Policy }} AreaState times in seconds since 1970 */
/** @typedef {{ trust: "verified" | "unverified", root: Bytes, state: AreaState }} Trusted */
/** @typedef {"other_key" | "bad_state" | "out_of_date" | "not_referred"} Mistrust */
/** Where staff have handed a visit over to: what to judge the other area by, whose word it is, and whether they may take part in calls. @typedef {{ area: string, fingerprint: Bytes, by: string, call: boolean }} Led */
/** @typedef {{ public: PublicIdentity, id: Bytes, name: string, call: boolean }} Device */

export const STATE_LIFETIME_S = 30 * 24 * 3600;
/** A patient's clock that goes wrong by less does no harm. */
const CLOCK_SLACK_S = 24 * 3600;
const MOVES_MAX = 4;
const POLICIES = ["require", "insist", "prefer"];

/** @param {Root} root @param {{ area: string, epoch: number, serial: number, desk: Bytes, policy: Policy }} what @param {number} now_s */
export function stateArea({ signer }, { desk, ...what }, now_s) {
  return state(signer, "area", { ...what, desk: toBase64(desk), from: now_s, until: now_s + STATE_LIFETIME_S });
}

/** A planned change of the root: those with old links may follow. @param {Root} old @param {string} area @param {Bytes} root the new one */
export function stateMoved(old, area, root) {
  return state(old.signer, "moved", { area, by: toBase64(old.public), root: toBase64(root) });
}

/** By what a patient's page judges the area that it is shown. In another one than the link's is only who was handed over; and where the practice was
 * verified, only the word of its staff leads there, because the server's own would undo what the link is for.
 * @param {{ area: string, home: string, fingerprint: Bytes | null, pinned: Bytes | null, led: Led | null, has_visit: boolean }} known `home`: of the link; `fingerprint`: of the link or the code; `pinned`: of the root to which the name was sealed
 * @returns {{ fingerprint: Bytes | null } | "not_referred"} */
export function judgedBy({ area, home, fingerprint, pinned, led, has_visit }) {
  if (area === home) return { fingerprint: fingerprint ?? pinned };
  const word = led?.area === area ? led.fingerprint : null;
  return has_visit && (word !== null || fingerprint === null) ? { fingerprint: word } : "not_referred";
}

/** What a page thinks of an area's keys. @param {Seal} seal as it came @param {{ area: string, fingerprint: Bytes | null, now_s: number | null }} known of the link; a code is the beginning of a fingerprint; `now_s`: null for staff, who renew what is
 * out of date, and remember what is newer @returns {Promise<Trusted | Mistrust>} */
export async function judge(seal, { area, fingerprint, now_s }) {
  const root = fromBase64(seal.root, 32);
  if (root === null) return "bad_state";
  const trust = fingerprint === null ? "unverified" : (await leadsTo(root, seal.moved, area, fingerprint)) ? "verified" : null;
  if (trust === null) return "other_key";
  const found = areaState(await heard(root, "area", statementIn(seal.state)));
  if (found === null || found.area !== area) return "bad_state";
  if (now_s !== null && (now_s < found.from - CLOCK_SLACK_S || found.until + CLOCK_SLACK_S < now_s)) return "out_of_date";
  return { trust, root, state: found };
}

/** @param {Bytes} root @param {string[]} moved oldest first @param {string} area @param {Bytes} fingerprint */
async function leadsTo(root, moved, area, fingerprint) {
  if (await isOf(root, fingerprint)) return true;
  /** @type {Bytes | null} */
  let at = null;
  for (const text of Array.isArray(moved) ? moved.slice(0, MOVES_MAX) : []) {
    const statement = statementIn(text);
    const by = speakerIn(statement, "by");
    if (by === null || (at === null ? !(await isOf(by, fingerprint)) : !equal(at, by))) continue;
    const said = await heard(by, "moved", statement);
    if (said === null || said.area !== area) return false;
    at = fromBase64(said.root, 32);
    if (at === null) return false;
  }
  return at !== null && equal(at, root);
}

/** @param {Bytes} root @param {Bytes} fingerprint or its beginning */
async function isOf(root, fingerprint) {
  const CODE_BYTES = 10;
  if (![CODE_BYTES, FINGERPRINT_BYTES].includes(fingerprint.length)) return false;
  return equal((await fingerprintOf(root)).subarray(0, fingerprint.length), fingerprint);
}

/** @param {Record<string, unknown> | null} body @returns {AreaState | null} */
function areaState(body) {
  const { area, epoch, serial, from, until, policy } = body ?? {};
  const desk = fromBase64(body?.desk, 32);
  const numbers = [epoch, serial, from, until].every((number) => Number.isSafeInteger(number) && 0 <= Number(number));
  if (typeof area !== "string" || !numbers || desk === null || !POLICIES.includes(String(policy))) return null;
  return /** @type {AreaState} */ ({ area, epoch, serial, from, until, desk, policy });
}

/** @param {Root} root @param {{ area: string, epoch: number, device: PublicIdentity, name: string, call: boolean }} what */
export function certify({ signer }, { area, epoch, device, name, call }) {
  return state(signer, "device", { area, epoch, sign: toBase64(device.sign), kem: toBase64(device.kem), name, call });
}

/** @param {unknown} certificate @param {{ root: Bytes, state: Pick<AreaState, "area" | "epoch"> }} by @returns {Promise<Device | null>} */
export async function certified(certificate, { root, state: { area, epoch } }) {
  const body = await heard(root, "device", certificate);
  const device = identityIn(body);
  if (body === null || device === null || body.area !== area || body.epoch !== epoch) return null;
  const { name, call } = body;
  return typeof name === "string" && typeof call === "boolean" ? { public: device, id: await idOf(device), name, call } : null;
}

/** @param {Record<string, unknown> | null} body @returns {PublicIdentity | null} */
export function identityIn(body) {
  const [sign, kem] = [fromBase64(body?.sign, 32), fromBase64(body?.kem, 32)];
  return sign === null || kem === null ? null : { sign, kem };
}

/** Gives the seed of the desk key or of the root to a device. @param {"desk-key" | "root-seed"} use @param {Bytes} seed @param {PublicIdentity} device */
export async function passSeed(use, seed, device) {
  return sealTo(device.kem, use, seed, await idOf(device));
}

/** @param {"desk-key" | "root-seed"} use @param {Uint8Array} sealed @param {Identity} device */
export async function takeSeed(use, sealed, { kem, id }) {
  const seed = await openWith(kem, use, sealed, id);
  return seed?.length === SEED_BYTES ? seed : null;
}

/** Names are told apart by these steps only. */
const NAME_STEP_BYTES = 256;

/** A name, and the keys of who bears it, for the staff of an area. @param {Bytes} desk @param {string} area @param {{ name: string, visit: PublicIdentity, made: string }} who `made`: day of check-in, as 2026-11-28 @returns {Promise<string | null>} */
export async function sealName(desk, area, { name, visit, made }) {
  const plain = utf8(JSON.stringify({ name, sign: toBase64(visit.sign), kem: toBase64(visit.kem), made }));
  const sealed = await sealTo(desk, "name", spaced(plain, NAME_STEP_BYTES), utf8(area));
  return sealed === null ? null : toBase64(sealed);
}

/** @param {Kem} desk @param {string} area @param {string} sealed @returns {Promise<{ name: string, made: string, visit: PublicIdentity, id: Bytes } | null>} */
export async function openName(desk, area, sealed) {
  const bytes = fromBase64(sealed);
  const plain = bytes === null ? null : await openWith(desk, "name", bytes, utf8(area));
  const body = plain === null ? null : objectIn(plain);
  const visit = identityIn(body);
  if (body === null || visit === null || typeof body.name !== "string" || typeof body.made !== "string") return null;
  return { name: body.name, made: body.made, visit, id: await idOf(visit) };
}

/** To another area: its root, which this area has compared. @param {Root} root @param {string} area @param {Bytes} other */
export function stateNeighbour({ signer }, area, other) {
  return state(signer, "neighbour", { area, root: toBase64(other) });
}

/** For the patient's page: go there. With the certificate of who says so, whom the page need not have met. @param {Identity} device @param {Statement} certificate @param {{ visit: Bytes, area: string, root: Bytes }} where */
export async function refer({ signer }, certificate, { visit, area, root }) {
  return JSON.stringify({ certificate, referral: await state(signer, "referral", { visit: toBase64(visit), area, root: toBase64(root) }) });
}

/** @param {string} text as it came @param {{ root: Bytes, state: Pick<AreaState, "area" | "epoch"> }} by the area that the visit comes from @param {Bytes} visit the own id @returns {Promise<Led | null>} null if it is not the word of anybody whom the area has certified */
export async function referred(text, by, visit) {
  const said = /** @type {{ certificate?: unknown, referral?: unknown } | null} */ (statementIn(text));
  const device = await certified(said?.certificate, by);
  const body = device === null ? null : await heard(device.public.sign, "referral", said?.referral);
  const root = fromBase64(body?.root, 32);
  if (device === null || body === null || root === null || body.visit !== toBase64(visit) || typeof body.area !== "string") return null;
  return { area: body.area, fingerprint: await fingerprintOf(root), by: device.name, call: device.call };
}
