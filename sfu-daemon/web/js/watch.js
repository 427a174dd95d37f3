// Looks at each `<video>` for as long as it is drawn: how large is it, is it in sight.

import { AsyncDirective } from "../vendor/lit-html/async-directive.js";
import { directive } from "../vendor/lit-html/directive.js";
import { noChange } from "../vendor/lit-html/lit-html.js";
import { pictureHeight } from "./views.js";

/** @import { ElementPart } from "../vendor/lit-html/directive.js" */
/** @import { Views } from "./views.js" */

class Watch extends AsyncDirective {
  /** @type {HTMLVideoElement | null} */ #video = null;
  /** @type {Views | null} */ #views = null;
  #slot = -1;
  #on_screen = true;
  #box = { width: 0, height: 0 };
  #resized = new ResizeObserver((entries) => {
    const entry = entries.at(-1);
    const size = entry?.devicePixelContentBoxSize?.[0];
    const scale = size === undefined ? devicePixelRatio : 1;
    const { inlineSize, blockSize } = size ?? entry?.contentBoxSize[0] ?? { inlineSize: 0, blockSize: 0 };
    this.#box = { width: inlineSize * scale, height: blockSize * scale };
    this.#look();
  });
  #scrolled = new IntersectionObserver((entries) => {
    this.#on_screen = entries.at(-1)?.isIntersecting ?? true;
    this.#look();
  });
  #looks = () => this.#look();

  /** @param {Views} _views @param {number} _slot */
  render(_views, _slot) {
    return noChange;
  }

  /** @param {ElementPart} part @param {[Views, number]} args @override */
  update(part, [views, slot]) {
    const is_other = this.#slot !== slot;
    if (is_other) this.#views?.forgets(this.#slot);
    this.#views = views;
    this.#slot = slot;
    if (this.#video !== part.element) {
      this.#video = /** @type {HTMLVideoElement} */ (part.element);
      this.#begin(this.#video);
    } else if (is_other) queueMicrotask(this.#looks); // The same element, which no observer reports; once all are drawn, and have forgotten what they showed.
    return noChange;
  }

  /** @param {HTMLVideoElement} video */
  #begin(video) {
    this.#resized.observe(video); // in CSS pixels where the browser cannot tell device pixels
    this.#scrolled.observe(video);
    video.addEventListener("resize", this.#looks); // the picture itself has another shape
    document.addEventListener("visibilitychange", this.#looks);
  }

  #look() {
    const video = this.#video;
    if (video === null) return;
    const aspect = video.videoWidth === 0 ? 16 / 9 : video.videoWidth / video.videoHeight;
    const contained = getComputedStyle(video).objectFit === "contain";
    const seen = this.#on_screen && document.visibilityState === "visible";
    this.#views?.shows(this.#slot, pictureHeight({ ...this.#box, aspect, contained, seen }));
  }

  /** @override */
  disconnected() {
    this.#resized.disconnect();
    this.#scrolled.disconnect();
    this.#video?.removeEventListener("resize", this.#looks);
    document.removeEventListener("visibilitychange", this.#looks);
    this.#video = null;
    this.#views?.forgets(this.#slot);
  }
}

/** For a `<video>`: tells `views` how large the picture of `slot` is shown, for as long as it is drawn. */
export const watch = directive(Watch);
