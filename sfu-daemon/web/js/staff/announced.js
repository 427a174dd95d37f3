// What of the statement on privacy will change, until whoever is signed in has said that they have read it.

/** @import { Post } from "./sign-in.js" */

/** As the practice has written it. @typedef {{ number: number, announced_ms: number, effective_ms: number, text: string }} Change */

const PATH = "/staff/announcements";

export class Announced {
  /** @type {Change[]} not read yet */ unread = [];
  #post;
  #get;
  #changed;

  /** @param {{ post: Post, get: (url: string) => Promise<Response | null>, changed: () => void }} options */
  constructor({ post, get, changed }) {
    this.#post = post;
    this.#get = get;
    this.#changed = changed;
  }

  async load() {
    const answer = await this.#get(PATH);
    if (answer?.ok) this.unread = await answer.json().catch(() => this.unread);
    this.#changed();
  }

  /** @param {number} number */
  async read(number) {
    await this.#post(PATH, { number });
    await this.load();
  }
}
