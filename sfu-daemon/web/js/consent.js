// What a patient has agreed to in this visit: files, a photo, their screen. Each is asked once, before the first of its kind. The patient can change
// each answer at any time; after a no nobody else asks again, and whoever then does it of their own accord is asked anew. The answers go to staff, sealed: "Messages" in docs/e2ee.md.
//
//   if (await consents.ask("photo")) …        at the patient's page; shows the question the first time, and answers by itself from then on
//   if (await consents.ask("screen", "own")) …    they want it themselves: after a no the question is shown again
//   consents.of.photo                         null: was not asked

/** @import { Message } from "./messages.js" */

/** @typedef {"file" | "photo" | "screen"} Topic */
/** @typedef {Record<Topic, boolean | null>} Answers */

/** @type {Topic[]} */
export const TOPICS = ["file", "photo", "screen"];
/** @type {Answers} */
const NONE = { file: null, photo: null, screen: null };

export class Consents {
  /** @type {Answers} */ of = NONE;
  /** The question that is shown. @type {Topic | null} */ question = null;
  #changed;
  #store;
  /** Who waits for which answer. @type {{ topic: Topic, answer: (yes: boolean) => void }[]} */ #waiting = [];

  /** @param {() => void} changed the question or an answer @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} [store] of this tab, so that a reload does not ask again */
  constructor(changed, store) {
    this.#changed = changed;
    this.#store = store;
  }

  /** A page that comes back into its visit. */
  recall() {
    try {
      this.of = answersIn(JSON.parse(this.#store?.getItem(KEY) ?? "null"));
    } catch {
      this.of = NONE;
    }
    this.#changed();
  }

  /** Another visit begins with nothing agreed, and who waits for an answer gets a no. */
  forget() {
    this.of = NONE;
    this.question = null;
    for (const { answer } of this.#waiting.splice(0)) answer(false);
    this.#keep();
  }

  /** Resolves with the person's answer, which may take as long as they like. @param {Topic} topic @param {"own" | "theirs"} [wish] whose it is @returns {Promise<boolean>} */
  ask(topic, wish = "theirs") {
    const known = this.of[topic];
    if (known === true || (known === false && wish === "theirs")) return Promise.resolve(known);
    return new Promise((answer) => {
      this.#waiting.push({ topic, answer });
      this.question ??= topic;
      this.#changed();
    });
  }

  /** What the person says, to the question or of their own accord. @param {Topic} topic @param {boolean} yes */
  decide(topic, yes) {
    this.of = { ...this.of, [topic]: yes };
    const answered = this.#waiting.filter((waiting) => waiting.topic === topic);
    this.#waiting = this.#waiting.filter((waiting) => waiting.topic !== topic);
    this.question = this.#waiting[0]?.topic ?? null;
    for (const { answer } of answered) answer(yes);
    this.#keep();
    this.#changed();
  }

  #keep() {
    try {
      if (this.of === NONE) this.#store?.removeItem(KEY);
      else this.#store?.setItem(KEY, JSON.stringify(this.of));
    } catch {
      // Forbidden or full: a reload asks again.
    }
  }
}

const KEY = "anteroom.consents";

/** What staff are told: all answers at once, so that the last message is the truth. @param {Answers} answers @returns {Message} */
export function consentMessage(answers) {
  return { kind: "consent", ...answers };
}

/** @param {unknown} said as stored, or as it came @returns {Answers} */
export function answersIn(said) {
  const told = /** @type {Record<string, unknown>} */ (typeof said === "object" && said !== null ? said : {});
  const answer = (/** @type {Topic} */ topic) => (typeof told[topic] === "boolean" ? /** @type {boolean} */ (told[topic]) : null);
  const answers = { file: answer("file"), photo: answer("photo"), screen: answer("screen") };
  return TOPICS.every((topic) => answers[topic] === null) ? NONE : answers;
}
