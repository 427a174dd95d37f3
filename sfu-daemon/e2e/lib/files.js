// Files of a call, as the browser is handed them and as the page shows them on their way.

/** @typedef {import("./browsers.js").Tab} Tab */

/** Saves the file that has come, and gives the hash of what the browser was handed to save, and its name. @param {Tab} tab @param {number} [index] of those that are here */
export function saved(tab, index = 0) {
  return tab.run(async (index) => {
    /** @type {Blob[]} */ const blobs = [];
    /** @type {string[]} */ const names = [];
    const [url, click] = [URL.createObjectURL, HTMLAnchorElement.prototype.click];
    URL.createObjectURL = (blob) => (blobs.push(/** @type {Blob} */ (blob)), url.call(URL, blob));
    HTMLAnchorElement.prototype.click = function () {
      names.push(this.download);
    };
    /** @type {HTMLElement} */ (document.querySelectorAll('[data-action="save-file"]')[index]).click();
    [URL.createObjectURL, HTMLAnchorElement.prototype.click] = [url, click];
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await /** @type {Blob} */ (blobs[0]).arrayBuffer()));
    return { name: names[0], hash: Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("") };
  }, index);
}

/** Notes ten times a second what the page shows of each file, until {@link noted} takes it. @param {Tab} tab */
export function note(tab) {
  return tab.run(() => {
    /** @type {Record<string, { own: boolean, phase: string, why: string | null, progress: number | null }[]>} */ const notes = {};
    const look = () => {
      for (const row of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-file]"))) {
        const { file = "", own, phase = "", why = null } = row.dataset;
        (notes[file] ??= []).push({ own: own === "true", phase, why, progress: row.querySelector("progress")?.value ?? null });
      }
    };
    const timer = setInterval(look, 100);
    Object.assign(window, { noted: () => (clearInterval(timer), look(), notes) });
  });
}

/** What has been noted, by file. @param {Tab} tab @returns {Promise<{ own: boolean, phase: string, why: string | null, progress: number | null }[][]>} */
export async function noted(tab) {
  return Object.values(await tab.run(() => /** @type {any} */ (window).noted()));
}
