// Being told by the browser's own push service that somebody waits, also while no page is open. The service learns that something was sent, and not what.

/** @import { Language } from "../i18n.js" */

const WORKER = new URL("./push-worker.js", import.meta.url).href;

/** Whether this browser can. */
export const canPush = () => "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;

/** The own registration, if there is one. An older page's is at another address, and ends: the browser would tell twice. */
async function registration() {
  let own = null;
  for (const found of await navigator.serviceWorker.getRegistrations()) {
    const address = (found.active ?? found.waiting ?? found.installing)?.scriptURL ?? "";
    if (address.split("?")[0] === WORKER) own = found;
    else if (new URL(address, location.href).pathname.endsWith("/push-worker.js")) await found.unregister();
  }
  return own;
}

/** Where this browser is told; null if it is not. @returns {Promise<string | null>} */
export async function endpoint() {
  if (!canPush()) return null;
  const subscription = await (await registration())?.pushManager.getSubscription();
  return subscription?.endpoint ?? null;
}

/** Has this browser told from now on. The person has allowed notes. @param {string} key the server's, as RFC 8292 has it @param {Language} language @returns {Promise<string>} where */
export async function subscribe(key, language) {
  const worker = await navigator.serviceWorker.register(`${WORKER}?language=${language}`);
  await active(worker);
  const applicationServerKey = Uint8Array.from(atob(key.replace(/-/g, "+").replace(/_/g, "/")), (byte) => byte.charCodeAt(0));
  return (await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })).endpoint;
}

/** Ends it in this browser. */
export async function unsubscribe() {
  const own = await registration();
  await (await own?.pushManager.getSubscription())?.unsubscribe();
  await own?.unregister();
}

/** A worker must be active before it can subscribe; `ready` would wait for one that controls the page, which this one never does. @param {ServiceWorkerRegistration} registration */
function active(registration) {
  const worker = registration.installing ?? registration.waiting;
  if (registration.active !== null || worker === null) return Promise.resolve();
  return new Promise((resolve) => {
    worker.addEventListener("statechange", () => (worker.state === "activated" || worker.state === "redundant") && resolve(null));
  });
}
