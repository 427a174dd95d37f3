// Signing in with a password, as the page knows it: what was said so far, what is asked for next, and what was wrong.
//
// The server keeps nothing between the steps. The page says again what it said, with what was asked for, until all of it holds at once; then it
// forgets it.

import { random } from "../e2ee/bytes.js";
import { knowsPasskeys, showPasskey } from "./passkey.js";
import { OF_PROVIDER, leave } from "./provider.js";

/** @import { Credentials, NoPasskey } from "./passkey.js" */
/** @import { OfProvider, Returned, Store } from "./provider.js" */

/** @typedef {"password" | "new_password" | "code" | "factor"} Step */
/** @typedef {"wrong" | "too_short" | "too_long" | "common" | "same" | "mistyped" | "blocked" | "busy" | "offline" | "unknown" | "late" | "copied" | "full" | "stale" | NoPasskey | OfProvider} Problem */
/** What the server says instead of letting somebody in. @typedef {{ step: Step | "passkey" | "provider", problem: Problem | null }} Asked */
/** How this tab goes elsewhere and what it keeps meanwhile. @typedef {{ store: Store, go: (url: string) => void }} Leaving */
/** @typedef {(url: string, body: object) => Promise<Response | null>} Post null if there was no answer */

/** @type {readonly Asked["step"][]} */
const STEPS = ["password", "new_password", "code", "factor", "passkey", "provider"];
/** @type {readonly Problem[]} */
const PROBLEMS = ["wrong", "too_short", "too_long", "common", "same", "mistyped", "unknown", "late", "copied", "address", "full", "known", "stale", ...OF_PROVIDER];
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const SECRET_BYTES = 20;

export class SignIn {
  /** @type {Step | "words"} `words`: signed in, and there is something to write down first */ step = "password";
  /** @type {Problem | null} */ problem = null;
  /** Whether it is one of a passkey. */ ofPasskey = false;
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
  #credentials;
  #leave;
  /** What staff call the provider of identities, if there is one. @type {string | null} */ provider = null;

  /** @param {{ post: Post, changed: () => void, done: () => void, label: string, credentials?: Credentials | undefined, leaving?: Leaving | undefined }} options `label`: what this browser is, for the list of sessions */
  constructor({ post, changed, done, label, credentials, leaving }) {
    this.#post = post;
    this.#changed = changed;
    this.#done = done;
    this.#label = label;
    this.#credentials = credentials;
    this.#leave = leaving;
  }

  /** What the person typed at this step. @param {{ login?: string, password?: string, newPassword?: string, code?: string }} said */
  async say({ login, password, newPassword, code }) {
    if (this.busy) return;
    if (login !== undefined) this.login = login.trim();
    if (password !== undefined) this.#password = password;
    if (newPassword !== undefined) this.#newPassword = newPassword;
    Object.assign(this, { busy: true, ofPasskey: false });
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

  /** Whether there is a button for it. */
  get hasPasskeys() {
    return this.#credentials !== undefined && knowsPasskeys();
  }

  /** With a passkey, whoever it is of. */
  async passkey() {
    if (this.busy || this.#credentials === undefined) return;
    Object.assign(this, { busy: true, problem: null });
    this.#changed();
    const asked = await this.#post("/staff/passkey", {});
    const shown = asked?.ok ? await showPasskey(this.#credentials, await asked.json().catch(() => null)) : null;
    this.ofPasskey = true;
    if (typeof shown === "string") this.problem = shown;
    else await this.#heard(shown === null ? asked : await this.#post("/staff/passkey/sign-in", { ...shown, label: this.#label }));
    this.busy = false;
    this.#changed();
  }

  /** Goes to the provider of identities. */
  async toProvider() {
    if (this.busy || this.#leave === undefined) return;
    Object.assign(this, { busy: true, problem: null, ofPasskey: false });
    this.#changed();
    const answer = await this.#post("/staff/provider", {});
    const url = answer?.ok ? leave(this.#leave.store, "sign-in", await answer.json().catch(() => null)) : null;
    if (url !== null) return this.#leave.go(url);
    this.busy = false;
    if (answer?.ok) this.problem = "busy";
    else await this.#heard(answer);
    this.#changed();
  }

  /** This tab is back from there. @param {Returned["back"]} back */
  async returned(back) {
    if (typeof back === "string") this.problem = back;
    else {
      this.busy = true;
      this.#changed();
      const answer = await this.#post("/staff/provider/sign-in", { ...back, label: this.#label });
      this.busy = false;
      await this.#heard(answer);
    }
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
    const asked = answer?.status === 401 || answer?.status === 422 ? askedIn(await answer.json().catch(() => null)) : null;
    if (asked !== null) {
      if (asked.step === "factor" && this.secret === "") this.secret = newSecret();
      if (asked.step === "new_password") this.#newPassword = "";
      if (asked.step !== "passkey" && asked.step !== "provider") this.step = asked.step;
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
