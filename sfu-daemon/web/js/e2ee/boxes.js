// Between the pages of one call: who is there (hello), and boxes, each from one to another, which the server can hand on and no more.

import { certified, identityIn } from "./area.js";
import { concat, equal, fromBase64, random, sha256, toBase64, utf8 } from "./bytes.js";
import { openWith, sealTo } from "./hpke.js";
import { idOf } from "./keys.js";
import { heard, objectIn, speakerIn, state } from "./statements.js";

/** @import { AreaState } from "./area.js" */
/** @import { Bytes } from "./bytes.js" */
/** @import { Identity, PublicIdentity } from "./keys.js" */
/** @import { Statement } from "./statements.js" */

/** @typedef {"patient" | "staff" | "guest"} Role */
/** This page in a call. @typedef {{ identity: Identity, nonce: Bytes }} Self */
/** Another. `name` is null for patients, whose name is in the queue, and where nobody has certified it. @typedef {{ role: Role, public: PublicIdentity, id: Bytes, nonce: Bytes, name: string | null }} Peer */
/** @typedef {"sender-key" | "file" | "words-commit" | "words-answer" | "words-open" | "referral" | "visit"} Use */
/** What a page goes by: the area, the visit of the ticket, and who may have vouched for guests. @typedef {{ root: Bytes, state: Pick<AreaState, "area" | "epoch">, visit: Bytes, hosts: Peer[] }} Grounds */

const NONCE_BYTES = 16;
const USES = ["sender-key", "file", "words-commit", "words-answer", "words-open", "referral", "visit"];

/** For each call and each load of the page anew. @param {Identity} identity @returns {Self} */
export function enter(identity) {
  return { identity, nonce: random(NONCE_BYTES) };
}

/** @param {Self} self @param {Role} role @param {Statement | null} proof the certificate of staff, the vouch of a guest */
export function sayHello({ identity, nonce }, role, proof) {
  const { sign, kem } = identity.public;
  return state(identity.signer, "hello", { sign: toBase64(sign), kem: toBase64(kem), nonce: toBase64(nonce), role, proof });
}

/** @param {unknown} hello as it came @param {Grounds} grounds @returns {Promise<Peer | null>} null for whoever gets no key */
export async function meet(hello, grounds) {
  const by = speakerIn(hello, "sign");
  const body = by === null ? null : await heard(by, "hello", hello);
  const identity = identityIn(body);
  const nonce = fromBase64(body?.nonce, NONCE_BYTES);
  if (body === null || identity === null || nonce === null) return null;
  const id = await idOf(identity);
  const { root, state: area, visit, hosts } = grounds;
  switch (body.role) {
    case "patient":
      return equal(id, visit) ? { role: "patient", public: identity, id, nonce, name: null } : null;
    case "staff": {
      const device = await certified(body.proof, { root, state: area });
      return device !== null && device.call && equal(device.id, id) ? { role: "staff", public: identity, id, nonce, name: device.name } : null;
    }
    case "guest":
      for (const host of hosts) {
        const vouched = host.role === "staff" ? await heard(host.public.sign, "vouch", body.proof) : null;
        const guest = identityIn(vouched);
        if (vouched === null || guest === null || vouched.visit !== toBase64(visit) || typeof vouched.name !== "string") continue;
        if (equal(await idOf(guest), id)) return { role: "guest", public: identity, id, nonce, name: vouched.name };
      }
      return null;
    default:
      return null;
  }
}

/** A guest has shown the secret of the own link. @param {Identity} host @param {{ visit: Bytes, guest: PublicIdentity, name: string }} what */
export function vouch({ signer }, { visit, guest, name }) {
  return state(signer, "vouch", { visit: toBase64(visit), sign: toBase64(guest.sign), kem: toBase64(guest.kem), name });
}

/** That a guest had the link. @param {Bytes} secret of the link @param {Bytes} id of the guest @param {string} name */
export async function guestProof(secret, id, name) {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, concat(utf8("anteroom/1/guest\0"), id, utf8(name))));
}

/** @param {Self} self @param {Peer} to @param {Use} use @param {Record<string, unknown>} body @returns {Promise<string | null>} */
export async function box({ identity, nonce }, to, use, body) {
  const statement = await state(identity.signer, "box", { use, from: toBase64(identity.id), to: toBase64(to.id), nonces: [toBase64(nonce), toBase64(to.nonce)], body });
  const sealed = await sealTo(to.public.kem, "box", utf8(JSON.stringify(statement)));
  return sealed === null ? null : toBase64(sealed);
}

/** @param {Self} self @param {Peer} from as the server says @param {string} sealed @returns {Promise<{ use: Use, body: Record<string, unknown> } | null>} null if it is not from this peer to this page in this call */
export async function unbox({ identity, nonce }, from, sealed) {
  const bytes = fromBase64(sealed);
  const plain = bytes === null ? null : await openWith(identity.kem, "box", bytes);
  const said = plain === null ? null : await heard(from.public.sign, "box", objectIn(plain));
  if (said === null || said.from !== toBase64(from.id) || said.to !== toBase64(identity.id)) return null;
  const [theirs, ours] = Array.isArray(said.nonces) ? said.nonces : [];
  if (theirs !== toBase64(from.nonce) || ours !== toBase64(nonce) || !USES.includes(String(said.use))) return null;
  const { body } = said;
  return typeof body === "object" && body !== null && !Array.isArray(body) ? { use: /** @type {Use} */ (said.use), body: /** @type {Record<string, unknown>} */ (body) } : null;
}

/** The body of a `sender-key`. @param {number} member @param {number} generation @param {Uint8Array} key */
export function senderKey(member, generation, key) {
  return { member, generation, key: toBase64(key) };
}

/** @param {Record<string, unknown>} body @param {number} member from whom the server says it came @returns {{ member: number, generation: number, key: Bytes } | null} */
export function senderKeyIn(body, member) {
  const key = fromBase64(body.key, 32);
  return key === null || body.member !== member || !Number.isSafeInteger(body.generation) ? null : { member, generation: Number(body.generation), key };
}

const ROUND_BYTES = 16;

/** A number of this page for the comparison of words. */
export function drawRound() {
  return random(ROUND_BYTES);
}

/** @param {Bytes} round of the staff page */
export function commitment(round) {
  return sha256(utf8("anteroom/1/words-commit\0"), round);
}

/** The bytes that both sides read to each other as words. @param {{ root: Bytes, staff: Bytes, visit: Bytes, first: Bytes, second: Bytes }} what both know: root, ids, the numbers of staff and of the patient */
export async function wordBytes({ root, staff, visit, first, second }) {
  return (await sha256(utf8("anteroom/1/words\0"), root, staff, visit, first, second)).slice(0, 4);
}
