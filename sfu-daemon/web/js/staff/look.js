// How admins change what an area looks like. The server looks at everything again; what it would refuse is not sent.

/** Of a look. @typedef {"texts" | "logo" | "show"} Part */
/** Why something was not taken. @typedef {{ why: "colour" | "text" | "kind" | "large" | "pixels" | "pale" | "full" | "failed", max?: number, ratio?: number }} Problem */

export const WELCOME_CHARS_MAX = 600;
/** Which files, and of how many bytes, as the daemon takes them. @type {Record<"logo" | "show", Record<string, number>>} */
const FILES = {
  logo: { "image/png": 256 * 1024, "image/jpeg": 256 * 1024, "image/webp": 256 * 1024 },
  show: { "image/png": 2 * 1024 * 1024, "image/jpeg": 2 * 1024 * 1024, "image/webp": 2 * 1024 * 1024, "video/mp4": 16 * 1024 * 1024, "video/webm": 16 * 1024 * 1024, "application/pdf": 5_000_000 },
};
export const TYPES = { logo: Object.keys(FILES.logo).join(","), show: Object.keys(FILES.show).join(",") };

/** @param {"logo" | "show"} part @param {{ type: string, size: number }} file @returns {Problem | null} */
export function refusal(part, { type, size }) {
  const max = FILES[part][type];
  if (max === undefined || size === 0) return { why: "kind" };
  return max < size ? { why: "large", max } : null;
}

export class LookEditor {
  /** Where something was refused. @type {{ part: Part, problem: Problem } | null} */ refused = null;
  /** What is on its way. @type {Part | null} */ busy = null;
  /** What was taken last. @type {Part | null} */ saved = null;
  /** As chosen and typed, until it is saved; null: as it is. @type {{ accent: string, welcome: string } | null} */ draft = null;
  #send;
  #changed;

  /** @param {{ send: (url: string, body: BodyInit) => Promise<Response | null>, changed: () => void }} options */
  constructor({ send, changed }) {
    this.#send = send;
    this.#changed = changed;
  }

  /** @param {{ accent: string, welcome: string }} draft */
  write(draft) {
    Object.assign(this, { draft, saved: null, refused: null });
    this.#changed();
  }

  /** @param {string} area */
  async saveTexts(area) {
    if (this.draft === null) return;
    if (await this.#set(area, "texts", JSON.stringify(this.draft))) this.draft = null;
    this.#changed();
  }

  /** @param {string} area @param {"logo" | "show"} part @param {File | null} file null takes it away */
  async setFile(area, part, file) {
    const problem = file === null ? null : refusal(part, file);
    if (problem !== null) {
      Object.assign(this, { refused: { part, problem }, saved: null });
      return this.#changed();
    }
    await this.#set(area, part, file ?? "");
  }

  /** @param {string} area @param {Part} part @param {BodyInit} body */
  async #set(area, part, body) {
    if (this.busy !== null) return false;
    Object.assign(this, { busy: part, refused: null, saved: null });
    this.#changed();
    const answer = await this.#send(`/staff/look/${encodeURIComponent(area)}/${part}`, body);
    this.busy = null;
    if (answer?.ok) this.saved = part;
    else this.refused = { part, problem: answer?.status === 422 ? await answer.json().catch(() => ({ why: "failed" })) : { why: "failed" } };
    this.#changed();
    return answer?.ok === true;
  }
}
