// Passkeys, as this browser makes and shows them: the server asks, the person touches the device, and the page hands over what comes of it.
//
// The browser tells the public key in a form of its own (`getPublicKey`), so that neither page nor server reads what devices write.

import { fromBase64, toBase64 } from "../e2ee/bytes.js";

/** @typedef {Pick<CredentialsContainer, "create" | "get">} Credentials */
/** Why nothing comes of it, before the server has heard of it. @typedef {"cancelled" | "address" | "known" | "unsupported" | "busy"} NoPasskey */

/** How long the person has; the server waits a little longer. */
const PATIENCE_MS = 240_000;

/** Whether this browser knows them at all. */
export function knowsPasskeys() {
  return "PublicKeyCredential" in globalThis;
}

/** Asks for any passkey of this site. @param {Credentials} credentials @param {unknown} question of the server @returns {Promise<object | NoPasskey>} */
export async function showPasskey(credentials, question) {
  const asked = read(question);
  if (asked === null) return "busy";
  return attempt(async () => {
    const shown = await credentials.get({ publicKey: { challenge: asked.challenge, rpId: asked.site, userVerification: "required", timeout: PATIENCE_MS } });
    const { rawId, response } = /** @type {PublicKeyCredential & { response: AuthenticatorAssertionResponse }} */ (shown);
    const { userHandle } = response;
    if (userHandle === null) return "unsupported";
    return {
      id: text(rawId), handle: text(userHandle), client_data: text(response.clientDataJSON),
      authenticator_data: text(response.authenticatorData), signature: text(response.signature),
    };
  });
}

/** Makes one that the device finds by itself, and that asks who touches it. @param {Credentials} credentials @param {unknown} question of the server @returns {Promise<object | NoPasskey>} */
export async function makePasskey(credentials, question) {
  const asked = read(question);
  const { handle, login, name, algorithms, known } = /** @type {Record<string, unknown>} */ (question ?? {});
  const id = fromBase64(handle);
  if (asked === null || id === null || typeof login !== "string" || !Array.isArray(algorithms) || !Array.isArray(known)) return "busy";
  return attempt(async () => {
    const made = await credentials.create({
      publicKey: {
        challenge: asked.challenge, rp: { id: asked.site, name: "Anteroom" },
        user: { id, name: login, displayName: typeof name === "string" && name !== "" ? name : login },
        pubKeyCredParams: algorithms.map((alg) => ({ type: "public-key", alg: Number(alg) })),
        excludeCredentials: known.flatMap((one) => {
          const id = fromBase64(one);
          return id === null ? [] : [{ type: /** @type {const} */ ("public-key"), id }];
        }),
        authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
        attestation: "none", timeout: PATIENCE_MS,
      },
    });
    const { rawId, response } = /** @type {PublicKeyCredential & { response: AuthenticatorAttestationResponse }} */ (made);
    const key = response.getPublicKey();
    if (key === null) return "unsupported";
    return {
      id: text(rawId), client_data: text(response.clientDataJSON), authenticator_data: text(response.getAuthenticatorData()),
      public_key: text(key), algorithm: response.getPublicKeyAlgorithm(),
    };
  });
}

/** @param {unknown} question */
function read(question) {
  const { challenge, site } = /** @type {Record<string, unknown>} */ (question ?? {});
  const bytes = fromBase64(challenge);
  return bytes === null || typeof site !== "string" ? null : { challenge: bytes, site };
}

/** @param {ArrayBuffer} data */
function text(data) {
  return toBase64(new Uint8Array(data));
}

/** What a browser says instead (WebAuthn Level 3, sections 5.1.3 and 5.1.4); of a person who says no it says as little as of one who has none.
 * @template T @param {() => Promise<T>} act @returns {Promise<T | NoPasskey>} */
async function attempt(act) {
  try {
    return await act();
  } catch (error) {
    switch (/** @type {Partial<DOMException> | null} */ (error)?.name) {
      case "NotAllowedError": case "AbortError": return "cancelled";
      case "InvalidStateError": return "known";
      case "SecurityError": return "address";
      default: return "unsupported";
    }
  }
}
