// Four words that two people read to each other: the same on both screens only if nobody is in between. "Words" in docs/e2ee.md.
//
// Staff begin. It has no connection of its own: what it says goes out by `tell`, sealed for the other page.

import { commitment, drawRound, wordBytes } from "./boxes.js";
import { equal, fromBase64, toBase64 } from "./bytes.js";

/** @import { Peer, Use } from "./boxes.js" */
/** @import { Bytes } from "./bytes.js" */

/** `shown`: the words are there. `failed`: the other page did not keep to its word. @typedef {"idle" | "asked" | "shown" | "same" | "other" | "failed"} WordsStep */
/** `language` of the patient, in whose words both read. @typedef {{ step: WordsStep, numbers: number[], language: string }} WordsView */
/**
 * @typedef {object} WordsOptions
 * @property {(to: number, use: Use, body: Record<string, unknown>) => void} tell
 * @property {(peer: number) => Peer | null} who
 * @property {() => Bytes | null} id this page's in this call
 * @property {() => Promise<Bytes | null>} root by which the call goes
 * @property {() => string} language of this page
 * @property {() => void} changed
 */

const ROUND_BYTES = 16;
/** @type {WordsView} */
const IDLE = { step: "idle", numbers: [], language: "en" };

export class Words {
  /** @type {WordsView} */ view = IDLE;
  #options;
  /** With whom, and the own number of staff or what staff have promised. @type {{ with: number, own: Bytes, promised: Bytes | null } | null} */ #round = null;

  /** @param {WordsOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /** Staff want to compare with somebody who was met. @param {number} peer */
  begin(peer) {
    const own = drawRound();
    this.#round = { with: peer, own, promised: null };
    this.#show({ ...IDLE, step: "asked" });
    void commitment(own).then((promised) => this.#options.tell(peer, "words-commit", { commit: toBase64(promised) }));
  }

  /** What the other page says. @param {number} from @param {Use} use @param {Record<string, unknown>} body */
  async heard(from, use, body) {
    const [other, id, root] = [this.#options.who(from), this.#options.id(), await this.#options.root()];
    if (other === null || id === null || root === null) return;
    const round = this.#round;
    if (use === "words-commit" && other.role === "staff") {
      const promised = fromBase64(body.commit, 32);
      if (promised === null) return;
      this.#round = { with: from, own: drawRound(), promised };
      this.#show({ ...IDLE, step: "asked" });
      this.#options.tell(from, "words-answer", { round: toBase64(this.#round.own), language: this.#options.language() });
    } else if (use === "words-answer" && round !== null && round.with === from && round.promised === null && this.view.step === "asked") {
      const second = fromBase64(body.round, ROUND_BYTES);
      if (second === null) return;
      this.#options.tell(from, "words-open", { round: toBase64(round.own) });
      const bytes = await wordBytes({ root, staff: id, visit: other.id, first: round.own, second });
      this.#show({ step: "shown", numbers: [...bytes], language: String(body.language) });
    } else if (use === "words-open" && round !== null && round.with === from && round.promised !== null && this.view.step === "asked") {
      const first = fromBase64(body.round, ROUND_BYTES);
      if (first === null || !equal(await commitment(first), round.promised)) return this.#show({ ...IDLE, step: "failed" });
      const bytes = await wordBytes({ root, staff: other.id, visit: id, first, second: round.own });
      this.#show({ step: "shown", numbers: [...bytes], language: this.#options.language() });
    }
  }

  /** The person here says whether they are the same. @param {boolean} same */
  answer(same) {
    if (this.view.step === "shown") this.#show({ ...this.view, step: same ? "same" : "other" });
  }

  /** The call is over, or nobody wants to compare any more. */
  end() {
    this.#round = null;
    if (this.view.step !== "idle") this.#show(IDLE);
  }

  /** @param {WordsView} view */
  #show(view) {
    this.view = view;
    this.#options.changed();
  }
}
