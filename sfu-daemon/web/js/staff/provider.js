// Signing in at the practice's provider of identities: this tab goes there with a question, and comes back with an answer that it hands to the server.
//
// What the server must know again is sealed and waits in this tab meanwhile; neither the address nor the history keeps what the provider gave.

/** @typedef {{ sealed: string, code: string, state: string, iss?: string }} Back */
/** @typedef {"sign-in" | "link"} Errand */
/** What a tab comes back with. `denied`: the person said no there, or may not. @typedef {{ errand: Errand, back: Back | "denied" | "browser" }} Returned */
/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} Store */

/** Why nothing comes of it. @typedef {typeof OF_PROVIDER[number]} OfProvider */

export const OF_PROVIDER = /** @type {const} */ (["none", "denied", "silent", "garbled", "unlisted", "refused", "browser", "replayed", "malformed", "algorithm", "signature", "issuer", "audience", "time", "nonce", "manner", "stranger", "admin", "taken"]);

export const CALLBACK = "/staff/provider/callback";
const KEPT_AS = "provider";

/** Notes what is needed again, and says where to go. @param {Store} store @param {Errand} errand @param {unknown} begun of the server @returns {string | null} null: it is not what a server says */
export function leave(store, errand, begun) {
  const { url, sealed } = /** @type {Record<string, unknown>} */ (begun ?? {});
  if (typeof url !== "string" || !/^https?:\/\//.test(url) || typeof sealed !== "string") return null;
  store.setItem(KEPT_AS, JSON.stringify({ errand, sealed }));
  return url;
}

/** What this tab has come back with; it is asked once. @param {Store} store @param {string} search of the address @returns {Returned} */
export function comeBack(store, search) {
  const kept = read(store.getItem(KEPT_AS));
  store.removeItem(KEPT_AS);
  const said = new URLSearchParams(search);
  const [code, state, iss] = [said.get("code"), said.get("state"), said.get("iss")];
  const errand = kept?.errand ?? "sign-in";
  if (kept === null) return { errand, back: "browser" };
  if (code === null || state === null) return { errand, back: "denied" };
  return { errand, back: { sealed: kept.sealed, code, state, ...(iss === null ? {} : { iss }) } };
}

/** @param {string | null} text @returns {{ errand: Errand, sealed: string } | null} */
function read(text) {
  try {
    const { errand, sealed } = JSON.parse(text ?? "null") ?? {};
    return (errand === "sign-in" || errand === "link") && typeof sealed === "string" ? { errand, sealed } : null;
  } catch {
    return null;
  }
}
