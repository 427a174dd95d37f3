// Messages between this patient and the desk while they wait: what the page reads of them, and how it writes one.

import { certified } from "../e2ee/area.js";
import { equal } from "../e2ee/bytes.js";
import { openNote, sealNote } from "../e2ee/note.js";

/** @import { Trusted } from "../e2ee/area.js" */
/** @import { Identity } from "../e2ee/keys.js" */
/** @import { NoteView } from "../types.d.ts" */

/** `by`: as the practice has certified who writes; "" is this person. @typedef {{ key: string, by: string, text: string, at: number }} LineNote */

/** A message from the desk is one of somebody whom the practice has certified; one of this person is signed by this visit.
 * @param {Identity} self @param {Trusted} practice @param {NoteView} note @returns {Promise<LineNote | null>} null if it is neither */
export async function readNote(self, practice, { sealed, own }) {
  const note = await openNote(self.kem, { direction: own ? "up" : "down", visit: self.id }, sealed);
  if (note === null) return null;
  const { text, at } = note;
  if (own) return equal(note.by, self.public.sign) ? { key: sealed, by: "", text, at } : null;
  const device = await certified(note.certificate, practice);
  return device !== null && equal(device.public.sign, note.by) ? { key: sealed, by: device.name, text, at } : null;
}

/** For the desk, and for this page after a reload. @param {Identity} self @param {Trusted} practice @param {{ text: string, at: number }} note */
export async function writeNote(self, practice, note) {
  const where = /** @type {const} */ ({ direction: "up", visit: self.id });
  const [sealed, copy] = [await sealNote(self, practice.state.desk, where, note, null), await sealNote(self, self.public.kem, where, note, null)];
  return sealed === null || copy === null ? null : { sealed, copy };
}
