// The files of a call as a value: what each side knows of each file after what happened, and what is to be done about it.
//
// `next(state, event, now)` gives the new state and a list of tasks. No channel, no file, no key, no clock: files.js brings events in and carries tasks out.

/** @import { Manifest } from "./seal.js" */
/** @import { Bytes } from "../e2ee/bytes.js" */
/** @import { Frame, Keeping } from "./wire.js" */

/** Own files that are not over; the server keeps 32 of a person. */
export const OWN_MAX = 30;
/** Files of others that are not over; the server keeps 64 of a room. More only a broken server tells of. */
export const THEIRS_MAX = 64;
/** Files that are over stay in the list, the newest. */
const OVER_MAX = 100;
/** At a time; the others wait. */
export const SENDING_MAX = 4;
/** Taken without asking the person; more should not fill a phone by itself. */
export const TAKEN_UNASKED_BYTES = 32 * 1024 * 1024;
/** What a page holds of one file. */
export const FILE_BYTES_MAX = 2 * 1024 * 1024 * 1024;
/** The server wants to hear of every third or fourth chunk. */
const ACK_EVERY = 4;
export const SILENCE_MS = 5_000;
/** The key comes another way than the offer, and may be lost on it. */
export const KEY_WITHIN_MS = 1_500;
/** How late word of a deletion may come. */
const GRACE_MS = 2_000;
export const RECEIPTS_MAX = 1_000;
/** Of these a transfer goes on; the others end it. */
const GOES_ON = [1, 4, 23, 24, 30];
const [UNKNOWN, VISIT_OVER, TOO_LARGE_TO_STORE, BEYOND_CREDIT, EXPIRED, DECLINED] = [2, 5, 7, 23, 28, 31];

/** Why a file is over: a side has said so, its time is over, or something is wrong with it. A number is the server's reason.
 * @typedef {"sent" | "taken_back" | "declined" | "deleted" | "changed" | "unreadable" | "too_large" | number} Why */
/**
 * One file. `here`: whole, checked, and on this page.
 * @typedef {object} File
 * @property {string} id
 * @property {boolean} own
 * @property {number | null} from whose it is, by the number in the room
 * @property {string} by ... and by name, as their keys were known then; "" until it is known
 * @property {string} name as its sender calls it
 * @property {number} size
 * @property {string | null} form the consent form that it is: people see it as that, and are not asked whether they take files
 * @property {"waiting" | "preparing" | "offering" | "sending" | "stored" | "locked" | "offered" | "coming" | "checking" | "here" | "over"} phase
 * @property {Keeping} keeping
 * @property {number} bytes
 * @property {number} chunks
 * @property {number} at the next chunk that leaves or is awaited
 * @property {number} credit
 * @property {number} acked
 * @property {boolean} delivered everybody who takes it has it
 * @property {number | null} deletes_at the server deletes it then
 * @property {boolean} deleted the server has deleted it
 * @property {Why | null} why
 * @property {"runs" | "disguised" | null} danger
 * @property {number} heard_at
 */
/**
 * @typedef {object} State
 * @property {number} now
 * @property {boolean} open the channel is there
 * @property {boolean | null} may whether files may be exchanged; null: the person has not been asked
 * @property {number} others in the room
 * @property {File[]} files in the order in which they came
 * @property {Record<string, number>} orphans own files of a page that was loaded before, which nobody can send any more, since when
 * @property {Bytes[]} receipts
 * @property {number} turned_away how many of those chosen last were too many
 * @property {number} ignored frames that made no sense
 */
/**
 * @typedef {{ kind: "tick", busy: boolean } | { kind: "opened" } | { kind: "closed" } | { kind: "ended" } | { kind: "frame", frame: Frame } | { kind: "may", may: boolean | null } | { kind: "room", others: number }
 *   | { kind: "chosen", files: { id: string, name: string, size: number, form: string | null }[] } | { kind: "prepared", id: string, bytes: number, chunks: number } | { kind: "unreadable", id: string }
 *   | { kind: "left", id: string, index: number } | { kind: "unlocked", id: string, from: number, by?: string, manifest: Manifest, is_wanted: boolean } | { kind: "fetched", id: string, index: number, is_right: boolean }
 *   | { kind: "checked", id: string, is_right: boolean, danger: File["danger"] } | { kind: "take", id: string } | { kind: "cancel", id: string }} Event
 */
/**
 * `unlock`: with the key, if it is there. `drop`: nothing more is needed of it.
 * @typedef {{ do: "say", frame: Exclude<Frame, { kind: "offer" }> } | { do: "offer", id: string, keeping: Keeping } | { do: "prepare", id: string } | { do: "ask" } | { do: "ask_keys", ids: string[] }
 *   | { do: "unlock", id: string, manifest: Bytes, bytes: number } | { do: "fetch", id: string, index: number, is_last: boolean, bytes: Bytes } | { do: "check", id: string } | { do: "drop", id: string }} Task
 */

/** @param {boolean | null} may @param {number} now @returns {State} */
export function initial(may, now) {
  return { now, open: false, may, others: 0, files: [], orphans: {}, receipts: [], turned_away: 0, ignored: 0 };
}

/** @param {State} before @param {Event} event @param {number} now @returns {[State, Task[]]} */
export function next(before, event, now) {
  /** @type {Task[]} */ const tasks = [];
  const state = settled(step({ ...before, now }, event, tasks), tasks);
  return [state, tasks];
}

/** @param {State} state @param {Event} event @param {Task[]} tasks @returns {State} */
function step(state, event, tasks) {
  switch (event.kind) {
    case "tick":
      return ticked(state, event.busy, tasks);
    case "opened":
      // The server says by itself where each file stands. What it was never told of it is told again.
      for (const { id, phase, keeping } of state.files) if (phase === "offering") tasks.push({ do: "offer", id, keeping });
      return { ...state, open: true, files: state.files.map((file) => (file.own ? { ...file, credit: 0, heard_at: state.now } : { ...file, heard_at: state.now })) };
    case "closed":
      return { ...state, open: false };
    case "ended":
      return {
        ...state, open: false,
        files: state.files.map((file) => (["here", "checking", "stored", "over"].includes(file.phase) ? file : over(file, VISIT_OVER, tasks))),
      };
    case "room":
      return { ...state, others: event.others };
    case "may":
      return allowed({ ...state, may: event.may }, tasks);
    case "chosen": {
      const is_form = event.files.some(({ form }) => form !== null); // There is one at a time, and it waits for nobody.
      const room = is_form ? 1 : Math.max(0, OWN_MAX - state.files.filter(({ own, phase }) => own && phase !== "over").length);
      const files = event.files.slice(0, room).map((file) => fresh({ ...file, own: true, phase: "waiting", keeping: file.form === null ? "stored" : "passed", heard_at: state.now }));
      return { ...state, files: [...state.files, ...files], turned_away: Math.max(0, event.files.length - room) };
    }
    case "prepared":
      return edit(state, event.id, "preparing", (file) => {
        tasks.push({ do: "offer", id: file.id, keeping: file.keeping });
        return { ...file, phase: "offering", bytes: event.bytes, chunks: event.chunks, heard_at: state.now };
      });
    case "unreadable":
      return edit(state, event.id, null, (file) => {
        if (file.phase === "sending" || file.phase === "offering") tasks.push(say("cancel", file.id));
        return over(file, "unreadable", tasks);
      });
    case "left":
      return edit(state, event.id, "sending", (file) => (file.at === event.index ? { ...file, at: event.index + 1 } : file));
    case "unlocked":
      return edit(state, event.id, "locked", (file) => unlocked(file, event, tasks), (after) => event.manifest.form !== null ? after : after.may === null ? asked(after, tasks) : allowed(after, tasks));
    case "fetched":
      return edit(state, event.id, "coming", (file) => fetched(file, event, tasks));
    case "checked":
      return edit(state, event.id, "checking", (file) => (event.is_right ? { ...file, phase: "here", danger: event.danger } : over(file, "changed", tasks)));
    case "take":
      return edit(state, event.id, "offered", (file) => taken(state, file, tasks));
    case "cancel":
      return edit(state, event.id, null, (file) => {
        if (file.phase === "over" || file.phase === "here") return file;
        if (file.phase !== "waiting" && file.phase !== "preparing") tasks.push(say("cancel", file.id));
        return over(file, file.own ? "taken_back" : "declined", tasks);
      });
    case "frame":
      return heard(state, event.frame, tasks);
  }
}

/** @param {State} state @param {Frame} frame @param {Task[]} tasks @returns {State} */
function heard(state, frame, tasks) {
  const file = state.files.find(({ id }) => id === frame.id);
  if (frame.kind === "receipt") {
    const receipts = [...state.receipts, frame.receipt].slice(-RECEIPTS_MAX);
    return edit({ ...state, receipts }, frame.id, null, (file) => ({ ...file, deleted: true, deletes_at: null }));
  }
  if (file === undefined) {
    if (frame.kind === "offer") return offered(state, frame, tasks);
    // Of a page that was here before this one. What it had sent whole stays; the rest is nobody's now.
    if (frame.kind === "have") return { ...state, orphans: { ...state.orphans, [frame.id]: state.now } };
    if (frame.kind === "done") return { ...state, orphans: without(state.orphans, frame.id) };
    return { ...state, ignored: state.ignored + 1 };
  }
  const now = { ...file, heard_at: state.now };
  const after = file.own ? heardOfOwn(state, now, frame, tasks) : heardOfTheirs(state, now, frame, tasks);
  return after === null ? { ...state, ignored: state.ignored + 1 } : { ...state, files: state.files.map((one) => (one.id === file.id ? after : one)) };
}

/** @param {State} state @param {File} file @param {Frame} frame @param {Task[]} tasks @returns {File | null} null for what makes no sense */
function heardOfOwn(state, file, frame, tasks) {
  const is_under_way = file.phase === "offering" || file.phase === "sending";
  switch (frame.kind) {
    case "have":
      return !is_under_way ? file : frame.next <= file.chunks ? { ...file, phase: "sending", at: frame.next } : null;
    case "credit":
      return is_under_way ? { ...file, phase: "sending", credit: Math.min(frame.until, file.chunks) } : file;
    case "ack":
      return frame.next <= file.chunks ? { ...file, acked: Math.max(file.acked, frame.next), delivered: frame.next === file.chunks } : null;
    case "done": {
      if (file.phase === "over") return file;
      const after = { ...file, deletes_at: frame.deleted_in_ms === 0 ? null : state.now + frame.deleted_in_ms, at: file.chunks };
      return file.keeping === "passed" ? over({ ...after, delivered: true }, "sent", tasks) : { ...after, phase: "stored" };
    }
    case "refused":
      if (file.phase === "over") return file;
      if (frame.reason === BEYOND_CREDIT) { // The credit was of before a pause.
        tasks.push({ do: "say", frame: { kind: "have", id: file.id, next: 0 } });
        return { ...file, credit: 0 };
      }
      if (GOES_ON.includes(frame.reason)) return file;
      if (frame.reason === DECLINED) {
        if (1 < state.others) return file;
        tasks.push(say("cancel", file.id));
        return over(file, "declined", tasks);
      }
      if (frame.reason === TOO_LARGE_TO_STORE && file.phase === "offering" && file.keeping === "stored") {
        tasks.push({ do: "offer", id: file.id, keeping: "passed" });
        return { ...file, keeping: "passed" };
      }
      if (frame.reason === UNKNOWN && file.phase === "sending") {
        tasks.push({ do: "offer", id: file.id, keeping: file.keeping });
        return { ...file, phase: "offering", at: 0, credit: 0 };
      }
      return over(file, file.phase === "stored" && (frame.reason === EXPIRED || frame.reason === UNKNOWN) ? "deleted" : frame.reason, tasks);
    case "cancel":
    case "offer":
    case "accept":
    case "chunk":
    case "receipt":
      return null;
  }
}

/** @param {State} state @param {File} file @param {Frame} frame @param {Task[]} tasks @returns {File | null} */
function heardOfTheirs(state, file, frame, tasks) {
  switch (frame.kind) {
    case "offer": // Again, after a reconnect.
      if (file.bytes !== frame.bytes) return null;
      if (file.phase === "coming") tasks.push({ do: "say", frame: { kind: "have", id: file.id, next: file.at } });
      if (file.phase === "over" && file.why === "declined") tasks.push(say("cancel", file.id));
      return file;
    case "chunk":
      if (file.phase !== "coming" || frame.index < file.at) return file;
      if (file.at < frame.index) {
        tasks.push({ do: "say", frame: { kind: "have", id: file.id, next: file.at } });
        return file;
      }
      if (file.chunks <= frame.index) return null;
      tasks.push({ do: "fetch", id: file.id, index: frame.index, is_last: frame.index + 1 === file.chunks, bytes: frame.bytes });
      return { ...file, at: file.at + 1 };
    case "done":
      return file.keeping === "passed" ? file : { ...file, deletes_at: state.now + frame.deleted_in_ms };
    case "cancel":
      return isWhole(file) || file.phase === "over" ? { ...file, deletes_at: null, deleted: true } : over(file, "taken_back", tasks);
    case "refused":
      if (GOES_ON.includes(frame.reason) || file.phase === "over") return file;
      if (isWhole(file)) return { ...file, deletes_at: null, deleted: true };
      return over(file, frame.reason === EXPIRED ? "deleted" : frame.reason, tasks);
    case "have": // From the server: nothing that a receiver does not know.
      return file;
    case "ack":
    case "credit":
    case "accept":
    case "receipt":
      return null;
  }
}

/** All of it has come. @param {File} file */
function isWhole({ phase }) {
  return phase === "checking" || phase === "here";
}

/** @param {State} state @param {Extract<Frame, { kind: "offer" }>} frame @param {Task[]} tasks @returns {State} */
function offered(state, { id, keeping, bytes, chunks, manifest }, tasks) {
  if (THEIRS_MAX <= state.files.filter(({ own, phase }) => !own && phase !== "over").length) {
    tasks.push(say("cancel", id));
    return { ...state, ignored: state.ignored + 1 };
  }
  tasks.push({ do: "unlock", id, manifest, bytes });
  return { ...state, files: [...state.files, fresh({ id, own: false, phase: "locked", keeping, bytes, chunks, heard_at: state.now })] };
}

/** It is known what comes. A form is taken where one is awaited. @param {File} file @param {Extract<Event, { kind: "unlocked" }>} event @param {Task[]} tasks @returns {File} */
function unlocked(file, { from, by = "", manifest: { name, size, form }, is_wanted }, tasks) {
  const known = { ...file, phase: /** @type {const} */ ("offered"), from, by, name, size, form };
  if (form === null) return known;
  tasks.push(say(is_wanted ? "accept" : "cancel", file.id));
  return is_wanted ? { ...known, phase: "coming" } : over(known, "declined", tasks);
}

/** The person has to be asked once. @param {State} state @param {Task[]} tasks */
function asked(state, tasks) {
  tasks.push({ do: "ask" });
  return state;
}

/** The answer is known: what waits for it goes on, or is declined. @param {State} state @param {Task[]} tasks @returns {State} */
function allowed(state, tasks) {
  if (state.may === null) return state;
  return {
    ...state,
    files: state.files.map((file) => {
      if (file.phase !== "offered") return file;
      if (state.may === false) {
        tasks.push(say("cancel", file.id));
        return over(file, "declined", tasks);
      }
      if (FILE_BYTES_MAX < file.bytes) {
        tasks.push(say("cancel", file.id));
        return over(file, "too_large", tasks);
      }
      return file.bytes <= TAKEN_UNASKED_BYTES ? taken(state, file, tasks) : file;
    }),
  };
}

/** @param {State} state @param {File} file @param {Task[]} tasks @returns {File} */
function taken(state, file, tasks) {
  if (state.may !== true) return file;
  tasks.push(say("accept", file.id));
  return { ...file, phase: "coming", heard_at: state.now };
}

/** A chunk was opened. @param {File} file @param {{ index: number, is_right: boolean }} chunk @param {Task[]} tasks @returns {File} */
function fetched(file, { index, is_right }, tasks) {
  if (!is_right) {
    tasks.push(say("cancel", file.id));
    return over(file, "changed", tasks);
  }
  const count = index + 1;
  const is_last = count === file.chunks;
  if (is_last || ACK_EVERY <= count - file.acked) {
    tasks.push({ do: "say", frame: { kind: "ack", id: file.id, next: count } });
    file = { ...file, acked: count };
  }
  if (!is_last) return file;
  tasks.push({ do: "check", id: file.id });
  return { ...file, phase: "checking" };
}

/** @param {State} state @param {boolean} busy whether something of ours waits in the channel: a question would wait behind it, and what it is about is on its way @param {Task[]} tasks @returns {State} */
function ticked(state, busy, tasks) {
  const is_silent = (/** @type {File} */ { heard_at }, ms = SILENCE_MS) => ms <= state.now - heard_at;
  const keyless = state.files.filter((file) => file.phase === "locked" && is_silent(file, KEY_WITHIN_MS)).map(({ id }) => id);
  if (state.open && keyless.length !== 0) tasks.push({ do: "ask_keys", ids: keyless });
  const orphaned = Object.keys(state.orphans).filter((id) => 2_000 <= state.now - (state.orphans[id] ?? 0));
  if (state.open) for (const id of orphaned) tasks.push(say("cancel", id));
  const files = state.files.map((file) => {
    // The server says so by itself, but not to a page that has no channel any more.
    if (file.deletes_at !== null && file.deletes_at + GRACE_MS <= state.now) return isWhole(file) ? { ...file, deletes_at: null, deleted: true } : over(file, "deleted", tasks);
    if (keyless.includes(file.id)) return { ...file, heard_at: state.now };
    if (!state.open || busy || !is_silent(file)) return file;
    switch (file.phase) {
      case "offering":
        tasks.push({ do: "offer", id: file.id, keeping: file.keeping });
        return { ...file, heard_at: state.now };
      case "sending":
      case "coming":
        tasks.push({ do: "say", frame: { kind: "have", id: file.id, next: file.own ? 0 : file.at } });
        return { ...file, heard_at: state.now };
      default:
        return file;
    }
  });
  return { ...state, files, orphans: state.open ? Object.fromEntries(Object.entries(state.orphans).filter(([id]) => !orphaned.includes(id))) : state.orphans };
}

/** Begins what has waited for its turn, and forgets what nobody looks at. @param {State} state @param {Task[]} tasks @returns {State} */
function settled(state, tasks) {
  let free = SENDING_MAX - state.files.filter(({ phase }) => phase === "preparing" || phase === "offering" || phase === "sending").length;
  let spare = state.files.filter(({ phase }) => phase === "over").length - OVER_MAX;
  const begins = (/** @type {File} */ { phase }) => phase === "waiting" && 0 < free--;
  if (spare <= 0 && (free <= 0 || !state.files.some(({ phase }) => phase === "waiting"))) return state;
  const files = state.files.filter(({ phase }) => phase !== "over" || spare-- <= 0).map((file) => {
    if (!begins(file)) return file;
    tasks.push({ do: "prepare", id: file.id });
    return { ...file, phase: /** @type {const} */ ("preparing") };
  });
  return { ...state, files };
}

/** The chunk that may leave next: of the file that has the least of its share. @param {State} state */
export function due(state) {
  if (!state.open) return null;
  const ready = state.files.filter(({ own, phase, at, credit, chunks }) => own && phase === "sending" && at < Math.min(credit, chunks));
  const [first] = ready.sort((one, other) => one.at / one.chunks - other.at / other.chunks);
  return first === undefined ? null : { id: first.id, index: first.at, is_last: first.at + 1 === first.chunks };
}

/** How much of a file has gone or come, from 0 to 1. @param {File} file */
export function progress({ at, chunks, acked, own, delivered }) {
  if (delivered) return 1;
  return chunks === 0 ? 0 : Math.min(at, own ? chunks : Math.max(acked, at)) / chunks;
}

/** @param {Partial<File> & Pick<File, "id" | "own" | "phase" | "heard_at">} known @returns {File} */
function fresh(known) {
  return { from: null, by: "", name: "", size: 0, form: null, keeping: "stored", bytes: 0, chunks: 0, at: 0, credit: 0, acked: 0, delivered: false, deletes_at: null, deleted: false, why: null, danger: null, ...known };
}

/** @param {File} file @param {Why} why @param {Task[]} tasks @returns {File} */
function over(file, why, tasks) {
  tasks.push({ do: "drop", id: file.id });
  return { ...file, phase: "over", why, deletes_at: null };
}

/** @param {State} state @param {string} id @param {File["phase"] | null} phase the only one in which it has an effect @param {(file: File) => File} change @param {(state: State) => State} [then] if it had */
function edit(state, id, phase, change, then = (after) => after) {
  const file = state.files.find((one) => one.id === id);
  if (file === undefined || (phase !== null && file.phase !== phase)) return state;
  const after = change(file);
  return then({ ...state, files: state.files.map((one) => (one.id === id ? after : one)) });
}

/** @param {"accept" | "cancel"} kind @param {string} id @returns {Task} */
function say(kind, id) {
  return { do: "say", frame: { kind, id } };
}

/** @param {Record<string, number>} record @param {string} key */
function without(record, key) {
  const { [key]: _, ...rest } = record;
  return rest;
}
