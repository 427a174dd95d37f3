// A consent form between the two pages: staff show it, the patient signs or declines, both keep the same bytes.
//
// A form that is text passes as sealed messages (js/messages.js), the signed PDF in pieces. The server hands them on and keeps none.
//
//   staff    -> { kind: "form", id, title, text, language }
//   patient  -> { kind: "form_open", id } when it is shown and whenever somebody has come or come back; null: none is
//   patient  -> { kind: "form_declined", id, unread }  or  { kind: "form_signed", id, index, count, hash, piece } for each piece
//   staff    -> { kind: "form_got", id, hash } once the whole PDF is there and has that hash
//
// A form that is a PDF of the clinic, and what becomes of it signed, is too large for that: both pass through the server as sealed files (js/files/)
// whose manifest has the form's id. The answers are the same.

import { fromBase64, random, sha256, toBase64, toHex } from "../e2ee/bytes.js";
import { clean, FORM_CHARS_MAX } from "./markdown.js";
import { PDF_BYTES_MAX, SIGNED_BYTES_MAX } from "./own.js";

/** @import { Bytes } from "../e2ee/bytes.js" */
/** @import { File } from "../files/state.js" */
/** @import { Unfit } from "./own.js" */

/** @typedef {Record<string, unknown>} Message */
/** @typedef {(message: { kind: string } & Message) => Promise<boolean>} Say */
/** `pdf`: the clinic's own, which has no text here and no language. @typedef {{ id: string, title: string, text: string, language: string, pdf: Bytes | null }} Form */
/** Hands a PDF over as a file, and says as which transfer. @typedef {(form: string, title: string, pdf: Bytes) => string} Hand */

/** @typedef {Pick<File, "id" | "phase" | "delivered">} Handed */

/** With its base64 and its seal, one piece fits a message. */
export const PIECE_BYTES = 7_000;
/** A signed form has some ten thousand bytes; nobody can make the other page hold more than 32 pieces. */
export const PIECES_MAX = 32;
/** The server passes on eight messages a second, and live text beside the form takes some of them. */
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
  #transfer = "";
  #say;
  #hand;
  #changed;
  #pause;

  /** @param {Say} say @param {Hand} hand @param {() => void} changed @param {(ms: number) => Promise<unknown>} [pause] */
  constructor(say, hand, changed, pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))) {
    this.#say = say;
    this.#hand = hand;
    this.#changed = changed;
    this.#pause = pause;
  }

  /** Signed, and not yet saved: leaving would lose it. */
  get unsaved() {
    return this.pdf !== null && !this.saved;
  }

  /** One that is signed and not saved stays. */
  get busy() {
    return this.unsaved || this.step === "working";
  }

  /** Says which form this page shows. One that was loaded anew has none any more. */
  tell() {
    void this.#say({ kind: "form_open", id: this.form?.id ?? null });
  }

  /** Staff show a form. @param {Message} message @returns {boolean} whether it is shown */
  shown(message) {
    const form = formOf(message);
    return form !== null && this.#begin(form);
  }

  /** @param {number} size */
  wants(size) {
    return !this.busy && size <= PDF_BYTES_MAX;
  }

  /** ... or a PDF of theirs. @param {string} id @param {string} title @param {Bytes} pdf @returns {boolean} */
  shownPdf(id, title, pdf) {
    return this.wants(pdf.length) && this.#begin({ id, title: clean(title).slice(0, TITLE_CHARS_MAX), text: "", language: "", pdf });
  }

  /** @param {Form} form */
  #begin(form) {
    if (this.busy) return false;
    Object.assign(this, { form, step: "read", pdf: null, hash: "", saved: false });
    this.tell();
    this.#changed();
    return true;
  }

  /** @param {boolean} [unread] this page could not show it */
  decline(unread = false) {
    if (this.form === null || this.pdf !== null) return;
    void this.#say({ kind: "form_declined", id: this.form.id, unread });
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
    if (form.pdf !== null) {
      this.#transfer = this.#hand(form.id, form.title, pdf);
      return;
    }
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

  /** How far the signed PDF may be. @param {Handed[]} files */
  handed(files) {
    const end = endOf(files, this.#transfer);
    if (this.step !== "working" || this.form?.pdf == null || end === null) return;
    this.step = end ? "sent" : "failed";
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
  /** `unread`: the patient's page could not show it; `lost`: it was loaded anew, and has it no more. @type {"sending" | "asked" | "lost" | "declined" | "unread" | "signed" | "failed"} */ step = "asked";
  /** The file that was chosen is no form. @type {Unfit | "no_text" | null} */ refused = null;
  /** @type {Bytes | null} */ pdf = null;
  hash = "";
  saved = false;
  #transfer = "";
  /** @type {(Bytes | undefined)[]} */ #pieces = [];
  #say;
  #hand;
  #changed;

  /** @param {Say} say @param {Hand} hand @param {() => void} changed */
  constructor(say, hand, changed) {
    this.#say = say;
    this.#hand = hand;
    this.#changed = changed;
  }

  get unsaved() {
    return this.pdf !== null && !this.saved;
  }

  /** @param {{ title: string, text: string, language: string }} form */
  async show({ title, text, language }) {
    const id = toHex(random(16));
    const form = { id, title, text: clean(text), language, pdf: null };
    this.#begin(form, "asked");
    const sent = form.text.length <= FORM_CHARS_MAX && (await this.#say({ kind: "form", id, title, text: form.text, language }));
    if (!sent && this.form === form) this.step = "failed";
    this.#changed();
  }

  /** The same once more, to a page that has lost it. */
  async again() {
    const { form } = this;
    if (form === null || this.pdf !== null) return;
    if (form.pdf !== null) this.showPdf(form.title, form.pdf);
    else await this.show(form);
  }

  /** A PDF of the clinic that can be signed. @param {string} title @param {Bytes} pdf */
  showPdf(title, pdf) {
    const id = toHex(random(16));
    this.#begin({ id, title, text: "", language: "", pdf }, "sending");
    this.#transfer = this.#hand(id, title, pdf);
    this.#changed();
  }

  /** @param {Unfit | "no_text"} why */
  refuse(why) {
    this.refused = why;
    this.#changed();
  }

  /** @param {Form} form @param {Asking["step"]} step */
  #begin(form, step) {
    Object.assign(this, { form, step, refused: null, pdf: null, hash: "", saved: false });
    this.#pieces = [];
  }

  /** How far the PDF may be. @param {Handed[]} files */
  handed(files) {
    const end = endOf(files, this.#transfer);
    if (this.step !== "sending" || end === null) return;
    this.step = end ? "asked" : "failed";
    this.#changed();
  }

  /** What the patient's page shows. @param {Message} message */
  opened({ id }) {
    const shown = this.form?.id === id;
    if (this.step !== (shown ? "lost" : "asked") || this.form === null) return;
    this.step = shown ? "asked" : "lost";
    this.#changed();
  }

  /** @param {Message} message */
  declined({ id, unread }) {
    if (this.form?.id !== id || this.pdf !== null) return;
    this.step = unread === true ? "unread" : "declined";
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
      this.#changed();
    } else this.#keep(form, pdf, found);
  }

  /** Whether a signed PDF is awaited. @param {string} id @param {number} size */
  wants(id, size) {
    return this.form?.id === id && this.form.pdf !== null && size <= SIGNED_BYTES_MAX;
  }

  /** It is here, whole. One that was signed already stays as it is. @param {string} id @param {Bytes} pdf */
  async signed(id, pdf) {
    const form = this.form;
    if (form === null || !this.wants(id, pdf.length)) return;
    const hash = toHex(await sha256(pdf));
    if (this.form !== form || (this.pdf !== null && hash !== this.hash)) return;
    if (this.pdf === null) this.#keep(form, pdf, hash);
    else void this.#say({ kind: "form_got", id, hash });
  }

  /** @param {Form} form @param {Bytes} pdf @param {string} hash */
  #keep(form, pdf, hash) {
    Object.assign(this, { pdf, hash, step: "signed", saved: false });
    void this.#say({ kind: "form_got", id: form.id, hash });
    this.#changed();
  }

  markSaved() {
    this.saved = true;
    this.#changed();
  }

  close() {
    Object.assign(this, { form: null, step: "asked", refused: null, pdf: null, hash: "", saved: false });
    this.#pieces = [];
    this.#changed();
  }
}

/** Whether a transfer that is over has arrived; null while it is under way. @param {Handed[]} files @param {string} transfer */
function endOf(files, transfer) {
  const file = files.find(({ id }) => id === transfer);
  return file === undefined || (file.phase !== "over" && !file.delivered) ? null : file.delivered;
}

/** @param {Message} message @returns {Form | null} */
function formOf({ id, title, text, language }) {
  if (typeof id !== "string" || !ID.test(id) || typeof title !== "string" || typeof text !== "string" || typeof language !== "string") return null;
  if (text === "" || FORM_CHARS_MAX < text.length || text !== clean(text) || !/^[a-z]{2}$/.test(language)) return null;
  return { id, title: clean(title).slice(0, TITLE_CHARS_MAX), text, language, pdf: null };
}
