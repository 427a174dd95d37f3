// Waiting for what is true in the end, and no longer.

/** How long anything may take that a person would wait for. Generous: two cores play two browsers and a server. */
export const PATIENCE_MS = 60_000;

/** @param {number} ms */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until the answer pleases; throws with the last answer if it never does.
 * @template T @param {() => Promise<T>} ask @param {(answer: T) => boolean} pleases @param {string} what */
export async function eventually(ask, pleases, what) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (pleases(answer)) return answer;
    if (end < Date.now()) throw new Error(`${what}: still ${JSON.stringify(answer)}`);
    await pause(100);
  }
}
