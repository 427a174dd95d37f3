// What the browser runs when its push service says that somebody waits, also while no page is open: it shows a fixed text, and a click on it leads to the
// page. It sees no request and keeps nothing; no page lies below its own address, so that it controls none.

const worker = /** @type {any} */ (globalThis);

/** In the language that the person had when they asked for it; the address says which. */
const TEXTS = {
  de: "Jemand wartet.",
  en: "Someone is waiting.",
  es: "Alguien espera.",
  fr: "Quelqu’un attend.",
  pt: "Alguém está à espera.",
};
const language = new URL(worker.location.href).searchParams.get("language") ?? "en";
const text = Object.entries(TEXTS).find(([tag]) => tag === language)?.[1] ?? TEXTS.en;

worker.addEventListener("push", (/** @type {any} */ event) => {
  event.waitUntil(worker.registration.showNotification(text, { tag: "anteroom-waiting", icon: new URL("../../img/icon.svg", worker.location.href).href }));
});

worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
  event.notification.close();
  event.waitUntil(toPage());
});

async function toPage() {
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = pages.find((/** @type {{ url: string }} */ { url }) => /^\/staff(\/|$)/.test(new URL(url).pathname));
  return page === undefined ? worker.clients.openWindow("/staff") : page.focus();
}
