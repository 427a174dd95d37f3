// Telling a clinician who looks elsewhere that somebody waits: a note of the computer and a mark on the tab. They say that, and never who.

import { t } from "../i18n.js";

/** One note at a time: a later one takes its place. */
const TAG = "anteroom-waiting";
const ICON = new URL("../../img/icon.svg", import.meta.url).href;
const ICON_WAITING = new URL("../../img/icon-waiting.svg", import.meta.url).href;

/** Whether the browser may show notes. @returns {"granted" | "denied" | "default"} */
export function notesAllowed() {
  return "Notification" in globalThis ? Notification.permission : "denied";
}

/** Asks the person, who has just pressed something that means it. */
export async function askForNotes() {
  if (!("Notification" in globalThis)) return false;
  return (await Notification.requestPermission()) === "granted";
}

/** Shows a note unless the person looks at the page anyway. */
export function note() {
  if (notesAllowed() !== "granted" || document.visibilityState === "visible" && document.hasFocus()) return;
  const shown = new Notification(t("staff-note"), { tag: TAG, icon: ICON });
  shown.onclick = () => {
    focus();
    shown.close();
  };
}

/** On the tab and, where the page is installed, on its icon. Also in a call, where everything else is silent. @param {number} count of those who wait */
export function mark(count) {
  const link = document.querySelector("link[rel=icon]");
  const icon = count > 0 ? ICON_WAITING : ICON;
  if (link instanceof HTMLLinkElement && link.href !== icon) link.href = icon;
  const badge = /** @type {{ setAppBadge?: (count: number) => Promise<void> }} */ (navigator);
  void badge.setAppBadge?.(count).catch(() => {}); // not installed: the tab says it
}
