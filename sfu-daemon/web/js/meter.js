// <level-meter>: a bar that moves with the voice. Set `track` and `words`; it says `heard` once it has heard a voice, and `silent` after a while without.

import { Meter } from "./media.js";
import { audio } from "./sounds.js";

const BARS = 28;
const VOICE = 0.2; // -50 dB: above what noise suppression leaves of a quiet room, below a soft voice
const VOICE_SAMPLES = 2; // in a row, so that a click is not a voice
const LOOK_EVERY_MS = 80;
const SILENT_AFTER_MS = 8_000;
const NAME_EVERY_MS = 2_000; // screen readers must not hear a meter all the time

class LevelMeter extends HTMLElement {
  /** @type {MediaStreamTrack | null} */ #track = null;
  /** @type {Meter | null} */ #meter = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */ #timer;
  /** @type {SVGRectElement[]} */ #bars = [];
  /** @type {SVGSVGElement | null} */ #picture = null;
  #loud = 0;
  #since = 0;
  #named_at = 0;
  #told = "";
  #words = { none: "", good: "" };

  /** The names of the levels for screen readers. @param {{ none: string, good: string }} words */
  set words(words) {
    if (this.#words.none === words.none && this.#words.good === words.good) return;
    this.#words = words;
    this.#picture?.setAttribute("aria-label", words.none);
  }

  /** @param {MediaStreamTrack | null} track */
  set track(track) {
    if (this.#track === track) return;
    this.#track = track;
    this.#meter?.close();
    this.#meter = null;
    this.#loud = 0;
    this.#since = performance.now();
    this.#told = "";
  }

  get track() {
    return this.#track;
  }

  connectedCallback() {
    if (this.#picture === null) this.#draw();
    this.#since = performance.now();
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    this.#meter?.close();
    this.#meter = null;
  }

  #look() {
    const context = audio();
    if (this.#track === null || context === null) return;
    this.#meter ??= new Meter(this.#track, context);
    const level = this.#meter.level();
    if (level === null) {
      this.#since = performance.now(); // the browser does not let us listen yet; that is not silence
      return;
    }
    const on = Math.round(level * BARS);
    this.#bars.forEach((bar, index) => bar.classList.toggle("on", index < on));
    this.#loud = VOICE < level ? this.#loud + 1 : 0;
    const now = performance.now();
    if (VOICE_SAMPLES <= this.#loud) {
      this.#since = now;
      this.#tell("heard");
    } else if (SILENT_AFTER_MS < now - this.#since && this.#told === "") {
      this.#tell("silent");
    }
    if (NAME_EVERY_MS < now - this.#named_at) {
      this.#named_at = now;
      this.#picture?.setAttribute("aria-label", VOICE < level ? this.#words.good : this.#words.none);
    }
  }

  /** @param {"heard" | "silent"} what */
  #tell(what) {
    if (this.#told === what) return;
    this.#told = what;
    this.dispatchEvent(new CustomEvent(what));
  }

  #draw() {
    const space = "http://www.w3.org/2000/svg";
    const picture = document.createElementNS(space, "svg");
    const attributes = { class: "meter", viewBox: "0 0 277 16", preserveAspectRatio: "none", role: "img", "aria-label": this.#words.none };
    for (const [name, value] of Object.entries(attributes)) picture.setAttribute(name, value);
    for (let index = 0; index < BARS; index += 1) {
      const bar = document.createElementNS(space, "rect");
      for (const [name, value] of Object.entries({ x: index * 10, width: 7, height: 16, rx: 2 })) bar.setAttribute(name, String(value));
      picture.append(bar);
      this.#bars.push(bar);
    }
    this.#picture = picture;
    this.replaceChildren(picture);
  }
}

customElements.define("level-meter", LevelMeter);
