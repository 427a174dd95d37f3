// Between the pages of one call: who is there (hello), and boxes, each from one to another, which the server can hand on and no more.

import { certified, identityIn } from "./area.js";
import { equal, fromBase64, random, sha256, toBase64, utf8 } from "./bytes.js";
import { openWith, sealTo } from "./hpke.js";
import { idOf } from "./keys.js";
import { heard, objectIn, speakerIn, state } from "./statements.js";

/** @import { AreaState } from "./area.js" */
/** @import { Bytes } from "./bytes.js" */
/** @import { Identity, PublicIdentity } from "./keys.js" */
/** @import { Statement } from "./statements.js" */

/** Guests are patients as well: both are met by the word of staff. @typedef {"patient" | "staff"} Role */
/** This page in a call. @typedef {{ identity: Identity, nonce: Bytes }} Self */
/** Another. `name`: as it is certified, or as staff have read it; null if they could not. @typedef {{ role: Role, public: PublicIdentity, id: Bytes, nonce: Bytes, name: string | null }} Peer */
/** @typedef {"sender-key" | "file" | "words-commit" | "words-answer" | "words-open" | "referral"} Use */
/** A patient or guest who belongs to a call. @typedef {{ id: Bytes, name: string | null }} Person */
/** What a page goes by: the area, and who belongs to the call besides staff. @typedef {{ root: Bytes, state: Pick<AreaState, "area" | "epoch">, people: Person[] }} Grounds */

const NONCE_BYTES = 16;
const ID_BYTES = 16;
const USES = ["sender-key", "file", "words-commit", "words-answer", "words-open", "referral"];
/** All names in a box, as JSON: with eight of them it is still one that the server takes. */
const NAMES_BYTES_MAX = 400;
/** Nine people, without who says it and who hears it. */
const PEOPLE_MAX = 8;
const NAME_CHARS_MAX = 200;

/** For each call and each load of the page anew. @param {Identity} identity @returns {Self} */
export function enter(identity) {
  return { identity, nonce: random(NONCE_BYTES) };
}

/** @param {Self} self @param {Role} role @param {Statement | null} proof the certificate of staff */
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
  const { root, state: area, people } = grounds;
  switch (body.role) {
    case "patient": {
      const person = people.find((person) => equal(person.id, id));
      return person === undefined ? null : { role: "patient", public: identity, id, nonce, name: person.name };
    }
    case "staff": {
      const device = await certified(body.proof, { root, state: area });
      return device !== null && device.call && equal(device.id, id) ? { role: "staff", public: identity, id, nonce, name: device.name } : null;
    }
    default:
      return null;
  }
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

/** The body of a `sender-key`. @param {number} member @param {number} generation @param {Uint8Array} key @param {Person[]} [others] who else is in the call, by the word of staff: the key and their word come together or not at all */
export function senderKey(member, generation, key, others = []) {
  const body = { member, generation, key: toBase64(key) };
  if (others.length === 0) return body;
  const bytes_max = Math.floor(NAMES_BYTES_MAX / others.length);
  return { ...body, with: others.map(({ id, name }) => [toBase64(id), name === null ? null : shortened(name, bytes_max)]) };
}

/** @param {Record<string, unknown>} body @param {number} member from whom the server says it came @returns {{ member: number, generation: number, key: Bytes, others: Person[] } | null} */
export function senderKeyIn(body, member) {
  const key = fromBase64(body.key, 32);
  if (key === null || body.member !== member || !Number.isSafeInteger(body.generation)) return null;
  const others = (Array.isArray(body.with) ? body.with.slice(0, PEOPLE_MAX) : []).flatMap((person) => {
    const [text, name] = Array.isArray(person) ? person : [];
    const id = fromBase64(text, ID_BYTES);
    return id === null ? [] : [{ id, name: typeof name === "string" ? name.slice(0, NAME_CHARS_MAX) : null }];
  });
  return { member, generation: Number(body.generation), key, others };
}

/** A name that takes no more bytes than this as JSON, without what hides or turns a text. @param {string} name @param {number} bytes_max */
function shortened(name, bytes_max) {
  const plain = name.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, " ").trim();
  const fits = (/** @type {string} */ text) => utf8(JSON.stringify(text)).length <= bytes_max;
  if (fits(plain)) return plain;
  const letters = [...plain];
  while (!fits(`${letters.join("")}…`)) letters.pop();
  return `${letters.join("")}…`;
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
