// What a staff browser keeps: its own keys, which no script can read out, and what it has seen of each area. Nothing about patients.

/** @typedef {{ get: (key: string) => Promise<any>, put: (key: string, value: unknown) => Promise<void> }} Vault */

const DATABASE = "anteroom";
const STORE = "keys";

/** Where the browser refuses, as in some private windows, it lasts as long as the page. @returns {Promise<Vault>} */
export async function openVault() {
  const database = await open().catch(() => null);
  if (database === null) {
    const held = new Map();
    return { get: async (key) => held.get(key), put: async (key, value) => void held.set(key, value) };
  }
  return {
    get: (key) => done(database.transaction(STORE).objectStore(STORE).get(key)),
    put: async (key, value) => void (await done(database.transaction(STORE, "readwrite").objectStore(STORE).put(value, key))),
  };
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return done(request);
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
