// What every view needs from the document: changing the view so that everyone notices, announcing, and native dialogs.

import { AsyncDirective } from "../vendor/lit-html/async-directive.js";
import { directive } from "../vendor/lit-html/directive.js";
import { noChange, render } from "../vendor/lit-html/lit-html.js";

/** @import { ElementPart } from "../vendor/lit-html/directive.js" */

const root = /** @type {HTMLElement} */ (document.querySelector(".page"));
const polite = /** @type {HTMLElement} */ (document.querySelector("[role=status].sr"));
const assertive = /** @type {HTMLElement} */ (document.querySelector("[role=alert].sr"));

let shown = "";

/** Draws `view`. When `screen` differs from the one drawn before, a new view has come: its heading takes the focus and the page scrolls up.
 * @param {string} screen names the view; equal names are updates of the same view
 * @param {unknown} view a lit template with one `h1` @param {string} title of the tab */
export function show(screen, view, title) {
  render(view, root);
  if (document.title !== title) document.title = title;
  if (screen === shown) return;
  const first = shown === "";
  shown = screen;
  if (first) return; // a page that just opened leaves the focus where the browser puts it
  scrollTo(0, 0);
  focusHeading(root);
}

/** Moves the focus to the first heading in `within`. @param {ParentNode} within */
export function focusHeading(within) {
  const heading = within.querySelector("h1, h2");
  if (!(heading instanceof HTMLElement)) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** Has screen readers say `text`. @param {string} text @param {"polite" | "assertive"} [how] */
export function announce(text, how = "polite") {
  const region = how === "polite" ? polite : assertive;
  // The same text twice is a change only if the region was empty in between.
  region.textContent = "";
  requestAnimationFrame(() => (region.textContent = text));
}

/** Has the browser save `blob` under this name. Never opens it. @param {string} name @param {Blob} blob */
export function download(name, blob) {
  const href = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000); // A browser that asks where to put it reads it after the answer.
}

class Modal extends AsyncDirective {
  /** @type {HTMLDialogElement | null} */
  #dialog = null;
  /** @type {Element | null} */
  #before = null;
  #close = () => {};

  /** @param {() => void} _close */
  render(_close) {
    return noChange;
  }

  /** @param {ElementPart} part @param {[() => void]} args @override */
  update(part, [close]) {
    this.#close = close;
    if (this.#dialog !== part.element) {
      this.#dialog = /** @type {HTMLDialogElement} */ (part.element);
      this.#before = document.activeElement;
      this.#dialog.addEventListener("cancel", (event) => {
        event.preventDefault(); // Esc is the safe choice; the state decides what becomes of the dialog
        this.#close();
      });
      queueMicrotask(() => this.#open());
    }
    return noChange;
  }

  #open() {
    const dialog = this.#dialog;
    if (!dialog?.isConnected || dialog.open) return;
    dialog.showModal();
    focusHeading(dialog);
  }

  /** @override */
  disconnected() {
    this.#dialog?.close(); // while it is modal, nothing outside can take the focus
    if (this.#before instanceof HTMLElement && this.#before.isConnected) this.#before.focus();
    this.#dialog = null;
  }
}

/** For a `<dialog class="dialog">`: opens it as a modal as soon as it is drawn. It closes by no longer being drawn.
 * Focus goes to its heading, and back where it was. Esc calls `close`. */
export const modal = directive(Modal);

class Play extends AsyncDirective {
  /** @param {MediaStream | null} _stream @param {{ speaker?: string, blocked?: () => void }} [_how] */
  render(_stream, _how) {
    return noChange;
  }

  /** @param {ElementPart} part @param {[MediaStream | null, { speaker?: string, blocked?: () => void }?]} args @override */
  update(part, [stream, how]) {
    const element = /** @type {HTMLMediaElement} */ (part.element);
    if (element.srcObject !== stream) {
      element.srcObject = stream;
      if (stream !== null) {
        element.play().catch((error) => {
          if (error.name === "NotAllowedError") how?.blocked?.();
        });
      }
    }
    if (how?.speaker !== undefined && "sinkId" in element && element.sinkId !== how.speaker) element.setSinkId(how.speaker).catch(() => {});
    return noChange;
  }
}

/** For `<video>` and `<audio>`: plays `stream`. `blocked` is called if the browser wants a touch before it lets sound out. */
export const play = directive(Play);

class TakeFocus extends AsyncDirective {
  /** @type {HTMLElement | null} */
  #element = null;

  render() {
    return noChange;
  }

  /** @param {ElementPart} part @override */
  update(part) {
    const element = /** @type {HTMLElement} */ (part.element);
    if (this.#element !== element) {
      this.#element = element;
      queueMicrotask(() => element.focus({ preventScroll: true }));
    }
    return noChange;
  }
}

/** For what is drawn in the place of something that had the focus: a keyboard goes on from here, and a screen reader reads it. */
export const takeFocus = directive(TakeFocus);

const AT_END_PX = 24; // a reader this close to the end wants to see what comes next

class StayAtEnd extends AsyncDirective {
  /** @type {HTMLElement | null} */
  #element = null;
  #at_end = true;

  render() {
    return noChange;
  }

  /** @param {ElementPart} part @override */
  update(part) {
    const element = /** @type {HTMLElement} */ (part.element);
    if (this.#element !== element) {
      this.#element = element;
      element.addEventListener("scroll", () => (this.#at_end = element.scrollHeight - element.scrollTop - element.clientHeight < AT_END_PX));
    }
    queueMicrotask(() => {
      if (this.#at_end) element.scrollTop = element.scrollHeight;
    });
    return noChange;
  }
}

/** For a list that grows at its end: keeps the newest in view, unless the reader has scrolled up. */
export const stayAtEnd = directive(StayAtEnd);
