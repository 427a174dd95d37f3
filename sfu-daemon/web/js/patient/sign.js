// The consent form at the patient's page: read, sign by drawing or by typing, keep the PDF.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { modal } from "../dom.js";
import { sha256, toHex, utf8 } from "../e2ee/bytes.js";
import { formPaper } from "../forms/view.js";
import { icon } from "../icons.js";
import { clockTime, language, t } from "../i18n.js";
import { library, signedPdf } from "../forms/pdf.js";

/** @import { Form, Signing } from "../forms/exchange.js" */
/** @import { Pages } from "../forms/pages.js" */

/** The pad, in its own units; a signature is drawn three times as sharp. */
const [WIDTH, HEIGHT, SHARP] = [600, 160, 3];
const PAD = { left: 0, top: 0, right: WIDTH, bottom: HEIGHT };
/** More strokes than any signature; what is drawn beyond is not taken. */
const POINTS_MAX = 5_000;
const NAME_CHARS_MAX = 100;

/** What the person has drawn or typed so far. */
export class Pad {
  /** @type {"draw" | "type"} */ mode = "draw";
  /** @type {[number, number][][]} */ strokes = [];
  typed = "";
  asks_to_leave = false;
  #drawing = false;
  #changed;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  get ready() {
    return this.mode === "draw" ? this.strokes.some((stroke) => 1 < stroke.length) : this.typed.trim() !== "";
  }

  clear() {
    this.strokes = [];
    this.typed = "";
    this.asks_to_leave = false;
    this.#changed();
  }

  /** @param {"draw" | "type"} mode */
  use(mode) {
    this.mode = mode;
    this.#changed();
  }

  /** @param {string} name */
  type(name) {
    this.typed = name.slice(0, NAME_CHARS_MAX);
    this.#changed();
  }

  /** @param {boolean} asks */
  askToLeave(asks) {
    this.asks_to_leave = asks;
    this.#changed();
  }

  /** Mouse, finger and pen alike. @param {PointerEvent} event */
  draw(event) {
    const pad = /** @type {SVGElement} */ (event.currentTarget);
    if (event.type === "pointerdown") {
      event.preventDefault();
      pad.setPointerCapture(event.pointerId);
      this.#drawing = true;
      this.strokes.push([]);
    } else if (event.type !== "pointermove") this.#drawing = false;
    if (!this.#drawing || POINTS_MAX <= this.strokes.reduce((sum, stroke) => sum + stroke.length, 0)) return;
    const box = pad.getBoundingClientRect();
    // The drawing keeps its proportions in the middle of the pad, as SVG does.
    const scale = Math.min(box.width / WIDTH, box.height / HEIGHT) || 1;
    const x = (event.clientX - box.left - (box.width - WIDTH * scale) / 2) / scale;
    const y = (event.clientY - box.top - (box.height - HEIGHT * scale) / 2) / scale;
    this.strokes.at(-1)?.push([Math.round(x * 10) / 10, Math.round(y * 10) / 10]);
    this.#changed();
  }

  /** The signature as a picture, in black. @returns {Promise<Uint8Array>} */
  async png() {
    const canvas = document.createElement("canvas");
    const { left, top, right, bottom } = this.mode === "type" ? PAD : extent(this.strokes);
    [canvas.width, canvas.height] = [(right - left) * SHARP, (bottom - top) * SHARP];
    const pen = canvas.getContext("2d");
    if (pen === null) throw new Error("no canvas");
    pen.scale(SHARP, SHARP);
    pen.translate(-left, -top);
    if (this.mode === "type") {
      const font = (/** @type {number} */ size) => `italic ${size}px "Atkinson Hyperlegible Next", sans-serif`;
      pen.font = font(60);
      pen.font = font(Math.min(60, (60 * (WIDTH - 40)) / pen.measureText(this.typed.trim()).width));
      pen.fillText(this.typed.trim(), 20, 100);
    } else {
      Object.assign(pen, { lineWidth: 3, lineCap: "round", lineJoin: "round" });
      for (const stroke of this.strokes) {
        pen.beginPath();
        for (const [x, y] of stroke) pen.lineTo(x, y);
        pen.stroke();
      }
    }
    const blob = await new Promise((/** @type {(blob: Blob | null) => void} */ resolve) => canvas.toBlob(resolve, "image/png"));
    if (blob === null) throw new Error("no picture");
    return new Uint8Array(await blob.arrayBuffer());
  }
}

/** The pad and all that was drawn beside it: a pad that is not as wide as its units has margins, in which a pen writes as well.
 * @param {[number, number][][]} strokes */
export function extent(strokes) {
  const points = strokes.flat();
  const within = (/** @type {number} */ value, /** @type {number} */ most) => Math.min(Math.max(value, -most), 2 * most);
  const xs = points.map(([x]) => within(x, WIDTH));
  const ys = points.map(([, y]) => within(y, HEIGHT));
  const PEN = 4;
  return { left: Math.min(PAD.left, ...xs.map((x) => x - PEN)), top: Math.min(PAD.top, ...ys.map((y) => y - PEN)), right: Math.max(PAD.right, ...xs.map((x) => x + PEN)), bottom: Math.max(PAD.bottom, ...ys.map((y) => y + PEN)) };
}

/** The signed form. @param {Form} form @param {Pad} pad @param {string} name as typed at check-in */
export async function makePdf(form, pad, name) {
  const at = new Date();
  const hash = toHex(await sha256(form.pdf ?? utf8(form.text)));
  const below = [
    t("form-pdf-name", { name: pad.mode === "type" ? pad.typed.trim() : name }),
    t(pad.mode === "type" ? "form-pdf-typed" : "form-pdf-drawn"),
    t("form-pdf-time", { time: at.toISOString() }),
    t("form-pdf-hash", { hash }),
  ];
  return signedPdf(await library(), { title: form.title, form: form.pdf ?? form.text, signature: await pad.png(), above: t("form-pdf-page"), below, at, language: language() });
}

/** @param {{ signing: Signing, pages: Pages | null, pad: Pad, name: string, save: () => void, redraw: () => void }} ui */
export function signDialog({ signing, pages, pad, name, save, redraw }) {
  const form = signing.form;
  if (form === null) return nothing;
  const leave = () => (signing.pdf === null ? signing.decline() : signing.unsaved ? pad.askToLeave(true) : closed(signing, pad));
  if (signing.pdf !== null) return signed({ signing, pad, save, leave });
  const busy = signing.step === "working" || !pad.ready;
  const draw = (/** @type {PointerEvent} */ event) => pad.draw(event);
  return html`<dialog class="dialog dialog--wide" data-screen="form" aria-labelledby="form" ${modal(leave)}>
    <h2 id="form">${t("form-title")}</h2>
    ${formPaper(form, pages, t("form-text"), redraw)}
    <div class="tabs" role="group" aria-label=${t("form-how")}>
      <button type="button" data-action="form-draw" aria-pressed=${pad.mode === "draw"} @click=${() => pad.use("draw")}>${t("form-draw")}</button>
      <button type="button" data-action="form-type" aria-pressed=${pad.mode === "type"} @click=${() => pad.use("type")}>${t("form-type")}</button></div>
    ${pad.mode === "draw"
      ? html`<svg class="pad pad--live" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${t("form-pad")} @pointerdown=${draw} @pointermove=${draw} @pointerup=${draw} @pointercancel=${draw}><path class="line" d="M40 122h520"></path><path class="pen" d=${pad.strokes.map((stroke) => stroke.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x} ${y}`).join("")).join("")}></path></svg>`
      : html`<div class="field"><label for="form-name">${t("form-name")}</label><input class="input" id="form-name" autocomplete="name" maxlength=${NAME_CHARS_MAX} .value=${pad.typed} @input=${(/** @type {Event} */ event) => pad.type(/** @type {HTMLInputElement} */ (event.target).value)}></div>`}
    <p class="soft small">${t("form-both")}</p>
    ${signing.step === "failed" ? html`<p role="alert">${t("form-failed")}</p>` : nothing}
    <div class="acts"><button class="btn btn--go btn--big" type="button" data-action="form-sign" aria-disabled=${busy ? "true" : nothing} @click=${() => busy || signing.sign((form) => makePdf(form, pad, name))}>${icon("pen")}${t(signing.step === "working" ? "form-working" : "form-sign")}</button>
    <button class="btn" type="button" data-action="form-clear" @click=${() => pad.clear()}>${icon("again")}${t("form-again")}</button>
    <button class="btn" type="button" data-action="form-no" @click=${leave}>${t("form-no")}</button></div>
  </dialog>`;
}

/** @param {{ signing: Signing, pad: Pad, save: () => void, leave: () => void }} ui */
function signed({ signing, pad, save, leave }) {
  return html`<dialog class="dialog" data-screen="form-signed" data-step=${signing.step} data-hash=${signing.hash} aria-labelledby="form" ${modal(leave)}>
    <h2 id="form">${t("form-signed-title")}</h2>
    <p role="status">${t(`form-step-${signing.step}`)}</p>
    <p>${t("form-signed-text")}</p>
    <p class="small soft mono">SHA-256 ${signing.hash}</p>
    ${pad.asks_to_leave ? html`<p role="alert">${t("form-unsaved")}</p>` : nothing}
    <div class="acts"><button class="btn btn--go btn--big" type="button" data-action="form-save" @click=${save}>${icon("save")}${t("form-save")}</button>
    ${signing.step === "failed" ? html`<button class="btn" type="button" data-action="form-resend" @click=${() => signing.send()}>${icon("again")}${t("try-again")}</button>` : nothing}
    <button class="btn" type="button" data-action="form-close" @click=${() => (pad.asks_to_leave ? closed(signing, pad) : leave())}>${t(pad.asks_to_leave ? "form-leave" : "close")}</button></div>
  </dialog>`;
}

/** @param {Signing} signing @param {Pad} pad */
function closed(signing, pad) {
  signing.close();
  pad.clear();
}

/** What a signed form is called when it is saved. @param {number} at */
export function formFile(at) {
  return `${t("form-file")} ${new Date(at).toISOString().slice(0, 10)} ${clockTime(at).replaceAll(":", ".")}.pdf`;
}
