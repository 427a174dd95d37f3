// A consent form between the two pages: staff show it, the patient signs or declines, both keep the same bytes.
//
// Everything passes as sealed messages (js/messages.js): the form as text, the signed PDF in pieces. The server hands them on and keeps none.
//
//   staff    -> { kind: "form", id, title, text, language }
//   patient  -> { kind: "form_declined", id }  or  { kind: "form_signed", id, index, count, hash, piece } for each piece
//   staff    -> { kind: "form_got", id, hash } once the whole PDF is there and has that hash

import { fromBase64, random, sha256, toBase64, toHex } from "../e2ee/bytes.js";
import { clean, FORM_CHARS_MAX } from "./markdown.js";

/** @import { Bytes } from "../e2ee/bytes.js" */

/** @typedef {Record<string, unknown>} Message */
/** @typedef {(message: { kind: string } & Message) => Promise<boolean>} Say */
/** @typedef {{ id: string, title: string, text: string, language: string }} Form */

/** With its base64 and its seal, one piece fits a message. */
export const PIECE_BYTES = 7_000;
/** A signed form has some ten thousand bytes; nobody can make the other page hold more than 32 pieces. */
export const PIECES_MAX = 32;
/** The server passes on four messages a second. */
export const PIECE_EVERY_MS = 300;
const TITLE_CHARS_MAX = 200;
const ID = /^[0-9a-f]{32}$/;

/** What the patient's page has of a form. */
export class Signing {
  /** @type {Form | null} */ form = null;
  /** `sent`: all pieces are on their way; `kept`: the other side has the same bytes; `failed`: it could not be sent. @type {"read" | "working" | "sent" | "kept" | "failed"} */ step = "read";
  /** @type {Bytes | null} */ pdf = null;
  hash = "";
  saved = false;
  #say;
  #changed;
  #pause;

  /** @param {Say} say @param {() => void} changed @param {(ms: number) => Promise<unknown>} [pause] */
  constructor(say, changed, pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))) {
    this.#say = say;
    this.#changed = changed;
    this.#pause = pause;
  }

  /** Signed, and not yet saved: leaving would lose it. */
  get unsaved() {
    return this.pdf !== null && !this.saved;
  }

  /** Staff show a form. One that is signed and not saved stays. @param {Message} message @returns {boolean} whether it is shown */
  shown(message) {
    const form = formOf(message);
    if (form === null || this.unsaved || this.step === "working") return false;
    Object.assign(this, { form, step: "read", pdf: null, hash: "", saved: false });
    this.#changed();
    return true;
  }

  decline() {
    if (this.form === null || this.pdf !== null) return;
    void this.#say({ kind: "form_declined", id: this.form.id });
    this.close();
  }

  /** @param {(form: Form) => Promise<Bytes>} make the PDF */
  async sign(make) {
    const form = this.form;
    if (form === null || this.pdf !== null || this.step === "working") return;
    this.step = "working";
    this.#changed();
    try {
      const pdf = await make(form);
      this.hash = toHex(await sha256(pdf));
      this.pdf = pdf;
      await this.send();
    } catch {
      this.step = "failed";
      this.#changed();
    }
  }

  /** Sends the signed form, again if it was lost. */
  async send() {
    const { form, pdf, hash } = this;
    if (form === null || pdf === null) return;
    this.step = "working";
    this.#changed();
    const count = Math.ceil(pdf.length / PIECE_BYTES);
    let sent = count <= PIECES_MAX;
    for (let index = 0; sent && index < count; index += 1) {
      if (0 < index) await this.#pause(PIECE_EVERY_MS);
      const piece = toBase64(/** @type {Bytes} */ (pdf.slice(index * PIECE_BYTES, (index + 1) * PIECE_BYTES)));
      sent = await this.#say({ kind: "form_signed", id: form.id, index, count, hash, piece });
    }
    if (this.step === "working") this.step = sent ? "sent" : "failed";
    this.#changed();
  }

  /** @param {Message} message */
  got({ id, hash }) {
    if (this.form?.id !== id || this.pdf === null || hash !== this.hash) return;
    this.step = "kept";
    this.#changed();
  }

  markSaved() {
    this.saved = true;
    this.#changed();
  }

  close() {
    Object.assign(this, { form: null, step: "read", pdf: null, hash: "", saved: false });
    this.#changed();
  }
}

/** What the staff's page has of a form. */
export class Asking {
  /** @type {Form | null} */ form = null;
  /** @type {"asked" | "declined" | "signed" | "failed"} */ step = "asked";
  /** @type {Bytes | null} */ pdf = null;
  hash = "";
  saved = false;
  /** @type {(Bytes | undefined)[]} */ #pieces = [];
  #say;
  #changed;

  /** @param {Say} say @param {() => void} changed */
  constructor(say, changed) {
    this.#say = say;
    this.#changed = changed;
  }

  get unsaved() {
    return this.pdf !== null && !this.saved;
  }

  /** @param {{ title: string, text: string, language: string }} form */
  async show({ title, text, language }) {
    const id = toHex(random(16));
    const form = { id, title, text: clean(text), language };
    Object.assign(this, { form, step: "asked", pdf: null, hash: "", saved: false });
    this.#pieces = [];
    const sent = form.text.length <= FORM_CHARS_MAX && (await this.#say({ kind: "form", ...form }));
    if (!sent && this.form === form) this.step = "failed";
    this.#changed();
  }

  /** @param {Message} message */
  declined({ id }) {
    if (this.form?.id !== id || this.pdf !== null) return;
    this.step = "declined";
    this.#changed();
  }

  /** @param {Message} message */
  async piece({ id, index, count, hash, piece }) {
    const form = this.form;
    const bytes = typeof piece === "string" ? fromBase64(piece) : null;
    if (form === null || form.id !== id || bytes === null || PIECE_BYTES < bytes.length) return;
    if (!Number.isInteger(count) || !Number.isInteger(index) || Number(count) < 1 || PIECES_MAX < Number(count) || Number(index) < 0 || Number(count) <= Number(index)) return;
    if (this.pdf !== null) {
      if (hash === this.hash) void this.#say({ kind: "form_got", id: form.id, hash: this.hash }); // The answer was lost.
      return;
    }
    if (Number(index) === 0) this.#pieces = [];
    this.#pieces[Number(index)] = bytes;
    const whole = this.#pieces.slice(0, Number(count));
    if (whole.length !== count || Array.from(whole).includes(undefined)) return;
    const pdf = /** @type {Bytes} */ (new Uint8Array(await new Blob(/** @type {Bytes[]} */ (whole)).arrayBuffer()));
    const found = toHex(await sha256(pdf));
    if (this.form !== form) return;
    if (found !== hash) {
      this.step = "failed";
    } else {
      Object.assign(this, { pdf, hash: found, step: "signed", saved: false });
      void this.#say({ kind: "form_got", id: form.id, hash: found });
    }
    this.#changed();
  }

  markSaved() {
    this.saved = true;
    this.#changed();
  }

  close() {
    Object.assign(this, { form: null, step: "asked", pdf: null, hash: "", saved: false });
    this.#pieces = [];
    this.#changed();
  }
}

/** @param {Message} message @returns {Form | null} */
function formOf({ id, title, text, language }) {
  if (typeof id !== "string" || !ID.test(id) || typeof title !== "string" || typeof text !== "string" || typeof language !== "string") return null;
  if (text === "" || FORM_CHARS_MAX < text.length || text !== clean(text) || !/^[a-z]{2}$/.test(language)) return null;
  return { id, title: clean(title).slice(0, TITLE_CHARS_MAX), text, language };
}
