// Signing in with a password, as the page knows it: what was said so far, what is asked for next, and what was wrong.
//
// The server keeps nothing between the steps. The page says again what it said, with what was asked for, until all of it holds at once; then it
// forgets it.

import { random } from "../e2ee/bytes.js";

/** @typedef {"password" | "new_password" | "code" | "factor"} Step */
/** @typedef {"wrong" | "too_short" | "too_long" | "common" | "same" | "mistyped" | "blocked" | "busy" | "offline"} Problem */
/** What the server says instead of letting somebody in. @typedef {{ step: Step, problem: Problem | null }} Asked */
/** @typedef {(url: string, body: object) => Promise<Response | null>} Post null if there was no answer */

/** @type {readonly Step[]} */
const STEPS = ["password", "new_password", "code", "factor"];
/** @type {readonly Problem[]} */
const PROBLEMS = ["wrong", "too_short", "too_long", "common", "same", "mistyped"];
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const SECRET_BYTES = 20;

export class SignIn {
  /** @type {Step | "words"} `words`: signed in, and there is something to write down first */ step = "password";
  /** @type {Problem | null} */ problem = null;
  busy = false;
  login = "";
  /** Of a new second factor. */ secret = "";
  /** For the day when the app is lost; shown once. @type {string[]} */ words = [];
  /** How long to wait, when blocked. */ minutes = 0;
  #password = "";
  #newPassword = "";
  #post;
  #changed;
  #done;
  #label;

  /** @param {{ post: Post, changed: () => void, done: () => void, label: string }} options `label`: what this browser is, for the list of sessions */
  constructor({ post, changed, done, label }) {
    this.#post = post;
    this.#changed = changed;
    this.#done = done;
    this.#label = label;
  }

  /** What the person typed at this step. @param {{ login?: string, password?: string, newPassword?: string, code?: string }} said */
  async say({ login, password, newPassword, code }) {
    if (this.busy) return;
    if (login !== undefined) this.login = login.trim();
    if (password !== undefined) this.#password = password;
    if (newPassword !== undefined) this.#newPassword = newPassword;
    this.busy = true;
    this.#changed();
    const answer = await this.#post("/staff/sign-in", {
      login: this.login, password: this.#password, label: this.#label,
      ...(this.#newPassword === "" ? {} : { new_password: this.#newPassword }),
      ...(code === undefined ? {} : this.step === "factor" ? { factor: { secret: this.secret, code } } : { code }),
    });
    this.busy = false;
    await this.#heard(answer);
    this.#changed();
  }

  /** Back to the beginning, for somebody else. */
  forget() {
    Object.assign(this, { step: "password", problem: null, login: "", secret: "", words: [] });
    this.#password = this.#newPassword = "";
  }

  /** The words are written down. */
  written() {
    this.forget();
    this.#done();
  }

  /** @param {Response | null} answer */
  async #heard(answer) {
    if (answer?.ok) {
      const { recovery_codes: words } = await answer.json().catch(() => ({ recovery_codes: [] }));
      this.forget();
      if (words.length === 0) return this.#done();
      this.words = words;
      this.step = "words";
      return;
    }
    const asked = answer?.status === 401 ? askedIn(await answer.json().catch(() => null)) : null;
    if (asked !== null) {
      if (asked.step === "factor" && this.secret === "") this.secret = newSecret();
      if (asked.step === "new_password") this.#newPassword = "";
      this.step = asked.step;
      this.problem = asked.problem;
    } else {
      this.minutes = minutesIn(answer);
      this.problem = answer === null ? "offline" : answer.status === 429 ? "blocked" : "busy";
    }
  }
}

/** What the server asks for, if these are its words. @param {unknown} said @returns {Asked | null} */
export function askedIn(said) {
  const { step, problem } = /** @type {Record<string, unknown>} */ (said ?? {});
  const asked = STEPS.find((one) => one === step);
  return asked === undefined ? null : { step: asked, problem: PROBLEMS.find((one) => one === problem) ?? null };
}

/** How long a refusal holds. @param {Response | null} answer */
export function minutesIn(answer) {
  return Math.max(1, Math.ceil(Number(answer?.headers.get("retry-after") ?? 0) / 60));
}

/** A secret for an app, as apps read it (RFC 4648, base32). */
export function newSecret() {
  let bits = 0, have = 0, text = "";
  for (const byte of random(SECRET_BYTES)) {
    bits = (bits << 8 | byte) & 0xfff;
    for (have += 8; have >= 5; have -= 5) text += BASE32[bits >> have - 5 & 31];
  }
  return text;
}

/** What the app scans. @param {string} login @param {string} secret */
export function factorUrl(login, secret) {
  return `otpauth://totp/${encodeURIComponent(`Anteroom:${login}`)}?secret=${secret}&issuer=Anteroom`;
}
