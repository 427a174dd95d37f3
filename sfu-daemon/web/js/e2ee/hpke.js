// Sealing to a public key (HPKE, RFC 9180, base mode), for a use that is named: what was sealed for one use opens for no other.

import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from "../../vendor/hpke/index.js";
import { concat, utf8 } from "./bytes.js";

/** @import { Bytes } from "./bytes.js" */
/** @import { KeyPair } from "../../vendor/hpke/index.js" */

/** @typedef {{ pair: KeyPair<CryptoKey>, public: Bytes }} Kem the private key cannot be exported */

const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM);
const ENC_BYTES = 32;
const NOTHING = new Uint8Array();

/** @returns {Promise<Kem>} */
export async function makeKem() {
  return withPublic(await suite.GenerateKeyPair(false));
}

/** The same for the same seed of 32 bytes. @param {Bytes} seed @returns {Promise<Kem>} */
export async function kemFromSeed(seed) {
  return withPublic(await suite.DeriveKeyPair(seed, false));
}

/** @param {KeyPair<CryptoKey>} pair @returns {Promise<Kem>} */
async function withPublic(pair) {
  return { pair, public: concat(await suite.SerializePublicKey(pair.publicKey)) };
}

/** @param {Bytes} to a public key @param {string} use @param {Uint8Array} plaintext @param {Uint8Array} [aad] @returns {Promise<Bytes | null>} null if nothing can be sealed to such a key */
export async function sealTo(to, use, plaintext, aad = NOTHING) {
  try {
    const { encapsulatedSecret, ciphertext } = await suite.Seal(await suite.DeserializePublicKey(to), plaintext, { info: infoOf(use), aad });
    return concat(encapsulatedSecret, ciphertext);
  } catch {
    return null;
  }
}

/** @param {Kem} kem @param {string} use @param {Uint8Array} sealed @param {Uint8Array} [aad] @returns {Promise<Bytes | null>} null if it was not sealed to this key, for this use */
export async function openWith({ pair }, use, sealed, aad = NOTHING) {
  try {
    return concat(await suite.Open(pair, sealed.subarray(0, ENC_BYTES), sealed.subarray(ENC_BYTES), { info: infoOf(use), aad }));
  } catch {
    return null;
  }
}

/** @param {string} use */
function infoOf(use) {
  return utf8(`anteroom/1/${use}`);
}
