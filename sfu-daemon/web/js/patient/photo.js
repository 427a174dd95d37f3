// A photo that staff ask for: the person sees the camera's picture, presses the shutter, sees the very photo, and only then it may go.

import { html } from "../../vendor/lit-html/lit-html.js";
import { modal, play } from "../dom.js";
import { icon } from "../icons.js";
import { clockTime, t } from "../i18n.js";
import { takeStill } from "../photo.js";

/** @import { Bytes } from "../e2ee/bytes.js" */
/** @import { Ui } from "./corridor.js" */

/** `look`: the camera's picture is shown; `agree`: the photo is. @typedef {"" | "look" | "taking" | "agree" | "failed"} PhotoStep */
/** What staff are told. @typedef {"declined" | "looking" | "sent" | "failed"} PhotoAnswer */
/**
 * @typedef {object} PhotoOutside
 * @property {() => Promise<boolean>} consent the person's answer to being asked for photos at all
 * @property {() => MediaStreamTrack | null} camera of the call; null while it is off
 * @property {(answer: PhotoAnswer) => void} tell
 * @property {(photo: File) => void} send
 * @property {() => void} changed
 */

export class Photo {
  /** @type {PhotoStep} */ step = "";
  /** The camera's picture. @type {MediaStream | null} */ stream = null;
  /** @type {{ canvas: HTMLCanvasElement, jpeg: Bytes } | null} */ taken = null;
  /** Opened for the photo only, because the camera of the call is off. @type {MediaStreamTrack | null} */ #own = null;
  #outside;
  #asking = false;

  /** @param {PhotoOutside} outside */
  constructor(outside) {
    this.#outside = outside;
  }

  /** Staff ask. While one photo is under way, no other is asked for. */
  async asked() {
    if (this.#asking || this.step !== "") return;
    this.#asking = true;
    const yes = await this.#outside.consent();
    this.#asking = false;
    if (!yes) return this.#outside.tell("declined");
    this.#outside.tell("looking");
    await this.look();
  }

  async look() {
    this.taken = null;
    const track = this.#outside.camera() ?? this.#own ?? (await opened());
    if (track === null) return this.#move("failed");
    if (track !== this.#outside.camera()) this.#own = track;
    this.stream = new MediaStream([track]);
    this.#move("look");
  }

  /** The shutter. */
  async shoot() {
    const track = this.stream?.getVideoTracks()[0];
    if (this.step !== "look" || track === undefined) return;
    this.#move("taking");
    try {
      this.taken = await takeStill(track);
      if (/** @type {PhotoStep} */ (this.step) === "taking") this.#move("agree");
    } catch {
      this.#move("failed");
    }
  }

  /** The person agrees to this very photo. */
  agree() {
    if (this.step !== "agree" || this.taken === null) return;
    const name = `${t("photo-file")} ${clockTime(Date.now()).replaceAll(":", ".")}.jpg`;
    this.#outside.send(new File([this.taken.jpeg], name, { type: "image/jpeg" }));
    this.#outside.tell("sent");
    this.close();
  }

  decline() {
    if (this.step === "") return;
    this.#outside.tell(this.step === "failed" ? "failed" : "declined");
    this.close();
  }

  /** Nothing of it is left, and a camera that was opened for it is closed. */
  close() {
    this.#own?.stop();
    this.#own = this.stream = this.taken = null;
    this.#move("");
  }

  /** @param {PhotoStep} step */
  #move(step) {
    this.step = step;
    this.#outside.changed();
  }
}

/** @returns {Promise<MediaStreamTrack | null>} */
async function opened() {
  const stream = await navigator.mediaDevices.getUserMedia({ video: true }).catch(() => null);
  return stream?.getVideoTracks()[0] ?? null;
}

/** The dialog of a photo that is under way. Esc says no. @param {Ui} ui */
export function photoDialog({ photo }) {
  const no = () => photo.decline();
  const button = (/** @type {string} */ action, /** @type {import("../icons.js").IconName} */ sign, /** @type {string} */ text, /** @type {() => unknown} */ act, look = "") =>
    html`<button class="btn btn--big ${look}" type="button" data-action=${action} @click=${act}>${icon(sign)}${text}</button>`;
  const frame = (/** @type {string} */ title, /** @type {unknown} */ body, /** @type {unknown} */ acts) => html`<dialog class="dialog" data-screen="photo" data-step=${photo.step} aria-labelledby="photo" ${modal(no)}>
    <h2 id="photo">${title}</h2>${body}<div class="acts">${acts}</div></dialog>`;
  switch (photo.step) {
    case "look":
    case "taking":
      return frame(t("photo-look-title"), html`<p>${t("photo-look-text")}</p>
        <figure class="shot"><video ${play(photo.stream)} autoplay muted playsinline aria-label=${t("photo-look-picture")}></video></figure>`,
        html`<button class="btn btn--go btn--big" type="button" data-action="shutter" aria-disabled=${photo.step === "taking"} @click=${() => photo.shoot()}>${icon("photo")}${t(photo.step === "taking" ? "photo-taking" : "photo-shutter")}</button>${button("photo-no", "x", t("photo-no"), no)}`);
    case "agree":
      return frame(t("photo-agree-title"), html`<p>${t("photo-agree-text")}</p>
        <figure class="shot" role="img" aria-label=${t("photo-agree-picture")}>${photo.taken?.canvas}</figure>`,
        [button("photo-send", "send", t("photo-send"), () => photo.agree(), "btn--go"), button("photo-again", "again", t("photo-again"), () => photo.look()), button("photo-no", "x", t("photo-no"), no)]);
    case "failed":
      return frame(t("photo-failed-title"), html`<p>${t("photo-failed-text")}</p>`, [button("photo-again", "again", t("try-again"), () => photo.look(), "btn--go"), button("photo-no", "x", t("close"), no)]);
    case "":
      return null;
  }
}
