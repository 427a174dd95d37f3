// The staff page as a value: `next(state, event)` says what the page knows after an event, `effects(before, after)` what the
// world has to do because of it. No clock, no document, no sentence lives here; every event carries its own time.

/** @import { AreaRules, AreaView, EndReason, ErrorCode, NoteView, QueueTicket, RoomPeer, ServerMessage, SlotView, StaffCommand, StaffRole } from "../types.d.ts" */
/** @import { PathState } from "../path.js" */
/** @import { Inviting } from "./invite.js" */
/** @import { KeysView, LineNote, Memo, Name } from "./keys.js" */
/** @import { Voices } from "../state.js" */

import { verdict } from "../network.js";
import { SILENCE } from "../state.js";
import { inviting } from "./invite.js";
import { NO_KEYS } from "./keys.js";

/** Names by what patients have sealed. @typedef {Readonly<Record<string, Name>>} Names */
/**
 * One visit, and when the page heard of it. `gone`: it has left the queue, but its card may not move under the pointer yet.
 * `name`: null if this browser cannot read it. `old`: the name was sealed on another day, and may be played again.
 * @typedef {Omit<QueueTicket, "name"> & { name: string | null, old: boolean, seen: number, calledAt: number | null, gone: boolean }} Visit
 *
 * @typedef {{ version: number, visits: Visit[] }} Queue
 *
 * @typedef {{ mine: boolean, by: string, text: string, at: number }} ChatLine  `by`: as their keys were known then; `at` is the server's wall clock, in ms
 *
 * Somebody whom this window has let into the call.
 * @typedef {{ ticket: string, name: string | null, sealed: string | null }} LetIn
 *
 * The consultation that the page is connected to or about to be.
 * @typedef {object} Call
 * @property {string} first              the visit with which it began here: the chat, and the end, are known by it
 * @property {string} ticket             the same, or when it has left, one that is still there
 * @property {string} area
 * @property {string | null} name
 * @property {string | null} sealed      the name as it was sealed when the call was found: whom this page goes by until the end, whatever the queue says later
 * @property {LetIn[]} others            whom this window has let in besides; the server alone lets in nobody
 * @property {boolean} joined            it is a colleague's, who says who belongs to it
 * @property {"called" | "in_call" | "held"} state  `in_call` while anybody is
 * @property {number | null} since       when it became `in_call`, in ms; unknown to a page that was loaded later
 * @property {boolean} inRoom            this window shows the waiting room meanwhile: the visit is on hold, or goes on in another window
 * @property {PathState} path            the own media path
 * @property {number} me
 * @property {RoomPeer[]} peers
 * @property {SlotView[]} slots
 * @property {Voices} voices
 * @property {boolean} known             whether the two switches are known: a page that finds a visit hears of them by the first `room`
 * @property {boolean} muted
 * @property {boolean} cameraOff
 * @property {"none" | "chat" | "devices"} panel
 * @property {number} unread
 *
 * What is left of a consultation that is over; `null` is what the page does not know.
 * @typedef {{ ticket: string, name: string | null, lastedMs: number | null, reason: EndReason | null }} After
 *
 * How a device that was added comes in. The token is shown once and kept nowhere.
 * @typedef {{ ticket: string, device: number, publish: string, play: string, token: string }} AddedDevice
 *
 * @typedef {{ kind: "confirm", ticket: string } | { kind: "remove", ticket: string } | { kind: "end" } | { kind: "keys" } | { kind: "lock" } | { kind: "words" }
 *   | { kind: "qr" } | { kind: "account" } | { kind: "reach" } | { kind: "browsers" } | { kind: "accept", area: string, id: string } | { kind: "revoke", id: string } | { kind: "prefer" } | { kind: "paper" } | { kind: "keys_lost", wrong: boolean } | { kind: "devices" } | { kind: "hand_over", ticket: string } | { kind: "memo", ticket: string } | { kind: "line", ticket: string } | { kind: "guest_link", ticket: string, token: string } | { kind: "device_new", ticket: string, waits: boolean } | ({ kind: "device_added" } & AddedDevice) | { kind: "presence", presence: "away" | "closed" } | { kind: "visit_link_new" } | Inviting} Dialog
 *
 * Something that happened once and is worth a line: the view has the words.
 * @typedef {{ what: "arrived" | "left" | "lost" | "back" | "minute" | "refused" | "offline" | "saved" | "copied" | "not_copied" | "not_written", name: string | null, code: ErrorCode | null, at: number }} News
 *
 * @typedef {object} State
 * @property {"connecting" | "live" | "lost" | "signed_out" | "replaced" | "outdated" | "garbled"} link
 * @property {number | null} lostSince   wall clock, in ms
 * @property {number} now                the page's clock at the last event, in ms since the Unix epoch
 * @property {number} ahead              how far the server's clock is ahead of the page's, in ms
 * @property {string} me                 the own display name
 * @property {StaffRole | null} role     what the own account may do; null until it is said
 * @property {AreaView[]} areas
 * @property {string | null} area        the slug of the area that is shown
 * @property {Record<string, KeysView>} keys  what this browser is, by area
 * @property {Names} names               what it reads of the names in the queues
 * @property {Record<string, string>} memos  the notes of colleagues as they came, by visit
 * @property {Readonly<Record<string, Memo>>} memosRead  ... and those that this browser reads, by what is sealed
 * @property {Record<string, { sealed: string, own: boolean }[]>} lineNotes  messages between desk and line as they came, by visit; `own`: of the desk
 * @property {Readonly<Record<string, LineNote>>} lineRead  ... and those that this browser reads, by what is sealed
 * @property {Record<string, number>} lineSeen  how many of a patient's have been looked at here
 * @property {Record<string, Queue>} queues
 * @property {Record<string, AreaRules>} rules  who may come in, by area
 * @property {number} heldBackUntil      until when to say that check-ins are held back, in ms
 * @property {string[]} stale            areas whose queue missed a change and must be asked for again
 * @property {string[]} order            the visits as the list shows them
 * @property {boolean} pointerInList
 * @property {number | null} settleAt    when a held-back reordering happens at the latest
 * @property {"room" | "setup" | "link" | "rules" | "look"} place  "setup" and "link" are the two steps of the first run
 * @property {Dialog | null} dialog
 * @property {string | null} menu        the visit whose menu is open
 * @property {Call | null} call
 * @property {string | null} asked       the visit that this window asked to admit, or to whose call it asked to come
 * @property {boolean} joining           ... the latter
 * @property {After | null} after
 * @property {Record<string, ChatLine[]>} chats  by visit; gone when the visit is left behind
 * @property {boolean} bellOn
 * @property {boolean} notesOn           the computer shows a note when the bell is due and nobody looks at the page
 * @property {Record<string, number>} snoozed  visits that nobody is reminded of, and until when, in ms
 * @property {boolean} keysOn             single letters are commands
 * @property {number} bells              how often the bell was due
 * @property {number} bellAt             when it was last due, in ms
 * @property {number | null} drainsAt    when the server stops at the latest, in ms
 * @property {News | null} news
 */

/**
 * @typedef {{ at: number } & (
 *   { kind: "opened" } | { kind: "lost" } | { kind: "signed_out" } | { kind: "garbled" } | { kind: "message", message: ServerMessage } | { kind: "tick" }
 *   | { kind: "keys", area: string, keys: KeysView } | { kind: "names", names: Names } | { kind: "memos", memos: State["memosRead"] } | { kind: "line_read", notes: State["lineRead"] }
 *   | { kind: "pointer", inside: boolean } | { kind: "show_area", area: string } | { kind: "place", place: State["place"] }
 *   | { kind: "ask", dialog: Dialog } | { kind: "close" } | { kind: "menu", ticket: string | null }
 *   | { kind: "bell_switch", on: boolean } | { kind: "notes_switch", on: boolean } | { kind: "snooze", ticket: string, on: boolean } | { kind: "keys_switch", on: boolean } | { kind: "path", path: PathState } | { kind: "switched", muted: boolean, cameraOff: boolean }
 *   | { kind: "panel", panel: Call["panel"] } | { kind: "chat", by: string | null, text: string } | { kind: "to_room" } | { kind: "to_call" }
 *   | { kind: "after_done" } | { kind: "asked", ticket: string, join?: boolean } | { kind: "let_in", ticket: string } | { kind: "let_go", ticket: string } | { kind: "noted", what: "offline" | "saved" | "copied" | "not_copied" | "not_written" }
 * )} Event
 *
 * @typedef {{ do: "send", command: StaffCommand } | { do: "bell" } | { do: "note" } | { do: "connect", ticket: string } | { do: "hang_up" }} Effect
 */

/** How long a card may hold back its new place while the pointer is over the list. Longer, and the list would lie. */
export const REORDER_HELD_MS_MAX = 2_000;
/** While someone waits and the clinician is free, the bell comes back this often. */
export const BELL_AGAIN_MS = 120_000;
/** For how long nobody is reminded of a visit that somebody has put off. */
export const SNOOZE_MS = 10 * 60_000;
/** From this wait on, the minutes are shown as too long. */
export const WAIT_LONG_MS = 30 * 60_000;
/** From this many people on, the list is dense. */
export const DENSE_FROM = 8;
/** A page whose clock stood for longer has slept. What it finds then was said a while ago, and durations count from when it was said. */
export const SLEPT_MS = 5_000;
/** A line of news is shown for this long; it is never the only place of a fact. */
export const NEWS_MS = 6_000;
/** More lines than a consultation can hold would only slow the page down; the oldest go first. */
export const CHAT_LINES_MAX = 500;

/** @param {number} at @param {State["place"]} place @returns {State} */
export function initial(at, place) {
  return {
    link: "connecting", lostSince: null, now: at, ahead: 0, me: "", role: null, areas: [], area: null, keys: {}, names: {}, memos: {}, memosRead: {}, lineNotes: {}, lineRead: {}, lineSeen: {}, queues: {}, rules: {}, heldBackUntil: 0, stale: [], order: [],
    pointerInList: false, settleAt: null, place, dialog: null, menu: null, call: null, asked: null, joining: false, after: null, chats: {}, bellOn: true, notesOn: false, snoozed: {}, keysOn: true, bells: 0, bellAt: at,
    drainsAt: null, news: null,
  };
}

/** What the page knows after `event`. Pure. @param {State} state @param {Event} event @returns {State} */
export function next(state, event) {
  const slept = event.kind === "tick" && SLEPT_MS < event.at - state.now && state.link === "live";
  const moved = step({ ...state, now: event.at, stale: slept ? Object.keys(state.queues) : state.stale }, event);
  // A name that is read says nothing of where its visit is: of one that has just ended, the queue may be a moment behind.
  const after = settled(event.kind === "names" ? moved : withCall(moved, state));
  return bellDue(state, after) ? { ...after, bells: after.bells + 1, bellAt: after.now } : after;
}

/** @param {State} state @param {Event} event @returns {State} */
function step(state, event) {
  switch (event.kind) {
    case "opened": return state;
    case "lost": return over(state) || state.link === "lost" ? state : { ...state, link: "lost", lostSince: event.at, menu: null };
    case "signed_out": return { ...state, link: "signed_out", dialog: null, menu: null, names: {}, memos: {}, memosRead: {}, lineNotes: {}, lineRead: {}, queues: {}, rules: {}, order: [], call: null, after: null, chats: {} };
    case "garbled": return { ...state, link: "garbled", dialog: null, menu: null, call: null };
    case "message": return told(state, event.message);
    case "tick": return state.news && state.now - state.news.at >= NEWS_MS ? { ...state, news: null } : state;
    case "keys": return { ...state, keys: { ...state.keys, [event.area]: event.keys } };
    case "names": return named(state, event.names);
    case "memos": return { ...state, memosRead: event.memos };
    case "line_read": return { ...state, lineRead: event.notes };
    case "pointer": return { ...state, pointerInList: event.inside };
    case "show_area": return { ...state, area: event.area, place: "room", menu: null, settleAt: null, order: [] };
    case "place": return afterDone({ ...state, place: event.place });
    case "ask": return seen({ ...state, dialog: event.dialog, menu: null });
    case "close": return { ...state, dialog: null, menu: null };
    case "menu": return { ...state, menu: event.ticket };
    case "bell_switch": return { ...state, bellOn: event.on };
    case "notes_switch": return { ...state, notesOn: event.on };
    case "snooze": return { ...state, menu: null, snoozed: { ...without(stillSnoozed(state), [event.ticket]), ...(event.on ? { [event.ticket]: state.now + SNOOZE_MS } : {}) } };
    case "keys_switch": return { ...state, keysOn: event.on };
    case "path": return inCall(state, (call) => ({ ...call, path: event.path }));
    case "switched": return inCall(state, (call) => ({ ...call, muted: event.muted, cameraOff: event.cameraOff }));
    case "panel": return inCall(state, (call) => ({ ...call, panel: event.panel, unread: event.panel === "chat" ? 0 : call.unread }));
    case "chat": return chatted(state, event.by, event.text);
    case "asked": return { ...state, asked: event.ticket, joining: event.join === true };
    case "let_in": return inCall(state, (call) => ({ ...call, others: [...call.others.filter(({ ticket }) => ticket !== event.ticket), letIn(state, event.ticket)] }));
    case "let_go": return inCall(state, (call) => (call.others.some(({ ticket }) => ticket === event.ticket) ? { ...call, others: call.others.filter(({ ticket }) => ticket !== event.ticket) } : call));
    case "to_room": return inCall({ ...state, dialog: null }, (call) => ({ ...call, inRoom: true }));
    case "to_call": return inCall(state, (call) => ({ ...call, inRoom: false }));
    case "after_done": return afterDone(state);
    case "noted": return { ...state, news: { what: event.what, name: "", code: null, at: state.now } };
  }
}

/** What the server said. @param {State} state @param {ServerMessage} message @returns {State} */
function told(state, message) {
  switch (message.kind) {
    case "welcome":
      // How patients read the practice is for admins to say.
      return { ...state, link: "live", lostSince: null, me: message.me ?? "", role: message.role, place: message.role === "admin" || state.place === "room" ? state.place : "room", ahead: message.now_ms - state.now, drainsAt: null };
    case "area": return withArea(state, message.area);
    // What there is of notes in this area is said again.
    case "queue": return withQueue({ ...state, memos: without(state.memos, message.tickets.map(({ ticket }) => ticket)), lineNotes: without(state.lineNotes, message.tickets.map(({ ticket }) => ticket)) }, message.area, message.version, message.tickets);
    case "queue_delta": return withDelta({ ...state, memos: without(state.memos, message.removed), lineNotes: without(state.lineNotes, message.removed) }, message.area, message.version, message.upserted, message.removed);
    case "memos": return { ...state, memos: { ...without(state.memos, message.memos.map(({ ticket }) => ticket)), ...Object.fromEntries(message.memos.flatMap(({ ticket, sealed }) => sealed === null ? [] : [[ticket, sealed]])) } };
    case "notes": return seen({ ...state, lineNotes: withNotes(state.lineNotes, message.notes) });
    case "room":
      return inCall(state, (call) => isOfCall(state, message.ticket) ? withRoom(call, message) : call);
    case "speaking": return inCall(state, (call) => ({ ...call, voices: { speaking: message.peers, dominant: message.dominant } }));
    case "call_ended": return ended(state, message.ticket, message.reason, message.lasted_ms);
    // The token is said once: it is shown also if the dialog was closed meanwhile.
    case "device_added": return isOfCall(state, message.ticket) ? { ...state, dialog: message } : state;
    case "rules": return { ...state, rules: { ...state.rules, [message.area]: message.rules } };
    // Like the token of a device, it is said once.
    case "visit_link": return { ...state, dialog: inviting(message.area, { token: message.token, ends_ms: message.ends_ms }) };
    case "guest_link": return { ...state, dialog: message };
    case "check_ins_held": return { ...state, heldBackUntil: state.now + message.shown_ms };
    case "draining": return { ...state, drainsAt: state.now + message.within_ms };
    case "error": return failed(state, message.code, message.request);
    // Said to patients only, or answered elsewhere (`answer` and `pong` belong to the media path and to the socket).
    case "checked_in": case "place": case "resumed": case "known": case "erased": case "patient": case "answer": case "layers_wanted": case "pong":
    // Belongs to the keys of the call.
    case "seal_devices": case "referral": case "echo": case "seal_hellos": case "seal_box": case "key_taken": return state;
  }
}

/** @param {State["lineNotes"]} all @param {NoteView[]} notes */
function withNotes(all, notes) {
  const after = { ...all };
  for (const { ticket, sealed, own } of notes) if (ticket !== null && !after[ticket]?.some((note) => note.sealed === sealed)) after[ticket] = [...(after[ticket] ?? []), { sealed, own }];
  return after;
}

/** What stands in an open conversation is looked at. @param {State} state @returns {State} */
function seen(state) {
  const ticket = state.dialog?.kind === "line" ? state.dialog.ticket : null;
  return ticket === null ? state : { ...state, lineSeen: { ...state.lineSeen, [ticket]: theirs(state, ticket).length } };
}

/** @param {State} state @param {string} ticket */
function theirs(state, ticket) {
  return (state.lineNotes[ticket] ?? []).filter(({ own }) => !own);
}

/** How many messages of a patient nobody has answered, and this page has not shown. @param {State} state @param {string} ticket */
export function unreadNotes(state, ticket) {
  const all = state.lineNotes[ticket] ?? [];
  const answered = all.slice(0, all.findLastIndex(({ own }) => own) + 1).filter(({ own }) => !own).length;
  return theirs(state, ticket).length - Math.max(answered, state.lineSeen[ticket] ?? 0);
}

/** @template T @param {Record<string, T>} record @param {string[]} keys @returns {Record<string, T>} */
function without(record, keys) {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
}

/** Later news of the own switches are echoes of what this page did, and may be old. @param {Call} call @param {Extract<ServerMessage, { kind: "room" }>} room @returns {Call} */
function withRoom(call, room) {
  const switches = call.known ? {} : { known: true, muted: room.muted, cameraOff: room.camera_off };
  return { ...call, ...switches, me: room.me, peers: room.peers, slots: room.slots };
}

/** @param {State} state @param {AreaView} area @returns {State} */
function withArea(state, area) {
  const old = state.areas.find((a) => a.slug === area.slug);
  const areas = old ? state.areas.map((a) => (a.slug === area.slug ? area : a)) : [...state.areas, area];
  // A clinician is called what the own area is called.
  return { ...state, areas, area: state.area ?? area.slug, me: old !== undefined && old.title === state.me ? area.title : state.me };
}

/** @param {State} state @param {string} area @param {number} version @param {QueueTicket[]} tickets @returns {State} */
function withQueue(state, area, version, tickets) {
  const before = state.queues[area];
  const visits = tickets.map((t) => visit(t, before?.visits.find((v) => v.ticket === t.ticket), state));
  const gone = before === undefined || !state.pointerInList
    ? [] : before.visits.filter((v) => !tickets.some((t) => t.ticket === v.ticket)).map((v) => ({ ...v, gone: true }));
  return {
    ...state, stale: state.stale.filter((slug) => slug !== area),
    queues: { ...state.queues, [area]: { version, visits: [...visits, ...gone] } },
    news: newsOf(before?.visits ?? null, visits, state),
  };
}

/** @param {State} state @param {string} area @param {number} version @param {QueueTicket[]} upserted @param {string[]} removed @returns {State} */
function withDelta(state, area, version, upserted, removed) {
  const queue = state.queues[area];
  if (queue === undefined || version > queue.version + 1) {
    return state.stale.includes(area) ? state : { ...state, stale: [...state.stale, area] };
  }
  if (version <= queue.version) return state; // Older than what is shown.
  const kept = queue.visits.flatMap((v) => !removed.includes(v.ticket) ? [v] : state.pointerInList && area === state.area ? [{ ...v, gone: true }] : []);
  const fresh = upserted.map((t) => visit(t, queue.visits.find((v) => v.ticket === t.ticket), state));
  const visits = [...kept.filter((v) => !fresh.some((f) => f.ticket === v.ticket)), ...fresh];
  return {
    ...state, queues: { ...state.queues, [area]: { version, visits } },
    news: newsOf(queue.visits, visits, state),
  };
}

/** @param {QueueTicket} ticket @param {Visit | undefined} before @param {State} state @returns {Visit} */
function visit(ticket, before, { now, names }) {
  const calledAt = ticket.state !== "called" ? null : before?.state === "called" ? before.calledAt : now;
  return { ...ticket, ...nameOf(ticket, names), seen: now, calledAt, gone: false };
}

/** Who checks in without a page, as a test does, says the name in clear. @param {Pick<QueueTicket, "name" | "sealed">} ticket @param {Names} names @returns {{ name: string | null, old: boolean }} */
function nameOf({ name, sealed }, names) {
  const read = sealed === null ? undefined : names[sealed];
  return { name: read?.name ?? (sealed === null ? name : null), old: read?.old === true };
}

/** What this browser reads has changed. @param {State} state @param {Names} names @returns {State} */
function named(state, names) {
  const queues = Object.fromEntries(Object.entries(state.queues).map(([area, queue]) => [area, { ...queue, visits: queue.visits.map((v) => ({ ...v, ...nameOf(v, names) })) }]));
  const read = (/** @type {LetIn} */ { sealed, name }) => (sealed === null ? null : names[sealed]?.name) ?? name;
  const is_news = state.call?.others.some((other) => read(other) !== other.name) === true; // Else the very same list, so that nobody looks at it anew.
  const call = state.call && { ...state.call, name: read(state.call), others: is_news ? state.call.others.map((other) => ({ ...other, name: read(other) })) : state.call.others };
  return { ...state, names, queues, call };
}

/** The one change that is worth a line; the own doings are not. @param {Visit[] | null} before @param {Visit[]} after @param {State} state @returns {News | null} */
function newsOf(before, after, state) {
  if (before === null) return state.news;
  for (const visit of after) {
    const old = before.find((v) => v.ticket === visit.ticket);
    /** @type {News["what"] | null} */
    const what = old === undefined ? "arrived"
      : old.connection === "alive" && visit.connection === "lost" ? "lost"
      : old.connection === "lost" && visit.connection === "alive" ? "back"
      : !old.needs_a_minute && visit.needs_a_minute ? "minute"
      : null;
    if (what !== null && !visit.gone) return { what, name: visit.name, code: null, at: state.now };
  }
  const left = before.find((v) => !v.gone && v.state !== "in_call" && v.state !== "held" && !after.some((a) => a.ticket === v.ticket && !a.gone));
  return left && state.dialog?.kind !== "remove" ? { what: "left", name: left.name, code: null, at: state.now } : state.news;
}

/** @param {State} state @param {string | null} ticket @param {EndReason} reason @param {number} lastedMs @returns {State} */
function ended(state, ticket, reason, lastedMs) {
  if (state.after && state.after.ticket === ticket) return { ...state, after: { ...state.after, reason, lastedMs } };
  const call = state.call;
  if (call === null || (call.first !== ticket && call.ticket !== ticket)) return state;
  return { ...afterDone(state), call: null, dialog: null, after: { ticket: call.first, name: call.name, lastedMs, reason } };
}

/** Leaves the last visit behind, and with it what was written. @param {State} state @returns {State} */
function afterDone(state) {
  if (state.after === null) return state;
  const { [state.after.ticket]: _, ...chats } = state.chats;
  return { ...state, after: null, chats };
}

/** @param {State} state @param {ErrorCode} code @param {number | null} request @returns {State} */
function failed(state, code, request) {
  switch (code) {
    case "unsupported_protocol": return { ...state, link: "outdated" };
    case "replaced": return { ...state, link: "replaced", dialog: null, menu: null, call: null };
    // The answer to `hello` without a valid cookie.
    case "not_allowed": return state.link === "live" ? refused(state, code) : step(state, { kind: "signed_out", at: state.now });
    case "wrong_state": case "ticket_unknown": case "bad_message": case "area_unknown": case "area_closed": case "area_full": case "place_unknown":
    case "bad_name": case "bad_address": case "bad_offer": case "too_many": case "draining": case "pass_wrong": case "guest_link_over": case "room_full":
      // A refused offer belongs to the media path, which tries again.
      return request === null ? refused(state, code) : state;
  }
}

/** @param {State} state @param {ErrorCode} code @returns {State} */
function refused(state, code) {
  return { ...state, dialog: null, news: { what: "refused", name: "", code, at: state.now } };
}

/** @param {State} state @param {string | null} by null: this person @param {string} text @returns {State} */
function chatted(state, by, text) {
  const call = state.call;
  if (call === null) return state;
  const mine = by === null;
  const lines = [...(state.chats[call.first] ?? []), { mine, by: by ?? "", text, at: state.now + state.ahead }].slice(-CHAT_LINES_MAX);
  const unread = mine || call.panel === "chat" ? call.unread : call.unread + 1;
  return { ...state, call: { ...call, unread }, chats: { ...state.chats, [call.first]: lines } };
}

/** @param {State} state @param {(call: Call) => Call} change @returns {State} */
function inCall(state, change) {
  return state.call === null ? state : { ...state, call: change(state.call) };
}

/** Lets the call follow the own visit in the queue: the queue is the truth. @param {State} state @param {State} before @returns {State} */
function withCall(state, before) {
  if (state.queues === before.queues || over(state)) return state;
  if (state.call === null) return ownCall(state, before);
  const call = withoutGone(state.call, state, before);
  if (call !== state.call) state = { ...state, call };
  const visits = Object.values(state.queues).flatMap((queue) => queue.visits);
  const visit = visits.find((v) => v.ticket === call.ticket && !v.gone);
  if (visit?.mine) return ownCall(state, before);
  const heir = visits.find((v) => v.mine && !v.gone && isIn(call, v.ticket));
  if (heir !== undefined) return ownCall({ ...state, call: handedOn(call, heir) }, before);
  // Taken back, handed over, or gone before it began: nothing is left of it.
  if (visit !== undefined || call.state === "called") return ownCall({ ...state, call: null, dialog: state.dialog?.kind === "end" ? null : state.dialog }, before);
  // The visit is over; `call_ended` follows with the server's figures.
  return ownCall({ ...afterDone(state), call: null, dialog: null, after: { ticket: call.first, name: call.name, lastedMs: null, reason: null } }, before);
}

/** @param {State} state @param {string} ticket @returns {LetIn} */
function letIn(state, ticket) {
  const visit = findVisit(state, ticket);
  return { ticket, name: visit?.name ?? null, sealed: visit?.sealed ?? null };
}

/** Whether a visit was in a call, as far as this window knows. @param {Call} call @param {string} ticket */
function isIn(call, ticket) {
  return call.others.some((other) => other.ticket === ticket) || call.peers.some((peer) => peer.ticket === ticket);
}

/** Who has left is not let in any more: if they come back, that is for this person to say again. @param {Call} call @param {State} state @param {State} before @returns {Call} */
function withoutGone(call, state, before) {
  const others = call.others.filter(({ ticket }) => {
    const visit = findVisit(state, ticket);
    return visit !== null && !visit.gone && (visit.mine || findVisit(before, ticket)?.mine !== true);
  });
  return others.length === call.others.length ? call : { ...call, others };
}

/** The visit for which it began has left, and others go on. Whom this window has not let in does not get in by that. @param {Call} call @param {Visit} heir @returns {Call} */
function handedOn(call, heir) {
  const known = call.others.find(({ ticket }) => ticket === heir.ticket);
  return { ...call, ticket: heir.ticket, name: known?.name ?? heir.name, sealed: known?.sealed ?? null, others: call.others.filter((other) => other !== known) };
}

/** Whether this window has let in who is in the call; of a colleague's it need not know. @param {State} state @param {Visit} visit */
export function isLetIn({ call }, { ticket, sealed }) {
  if (call === null || call.joined) return true;
  return ticket === call.ticket && (call.sealed !== null || sealed === null) || call.others.some((other) => other.ticket === ticket);
}

/** Whether what the server says of a visit is about the call there is. @param {State} state @param {string | null} ticket */
export function isOfCall(state, ticket) {
  const { call } = state;
  return call !== null && ticket !== null && (ticket === call.ticket || ticket === call.first || findVisit(state, ticket)?.mine === true);
}

/** The call as the queue has it now. A window connects to a visit that it asked for or that it found when it was loaded; a visit that begins
 * in another window goes on there. @param {State} state @param {State} before @returns {State} */
function ownCall(state, before) {
  const own = ownVisit(state);
  const call = state.call;
  if (own === null) return call === null ? state : { ...state, call: null };
  const { visit, area } = own;
  const states = ownVisits(state).map((own) => own.visit.state);
  const now = /** @type {Call["state"]} */ (states.includes("in_call") ? "in_call" : visit.state);
  const same = call !== null && call.ticket === visit.ticket ? call : null;
  const here = state.asked === visit.ticket || before.queues[area] === undefined && now !== "held";
  /** @type {Call} */
  const known = same ?? {
    first: visit.ticket, ticket: visit.ticket, area, name: visit.name, sealed: visit.sealed, others: [], joined: state.asked === visit.ticket ? state.joining : visit.joined, state: now, since: null, inRoom: !here, path: "idle", me: 0, peers: [], slots: [], voices: SILENCE,
    known: state.asked === visit.ticket, muted: false, cameraOff: false, panel: "none", unread: 0,
  };
  const began = now === "in_call" && known.state === "called";
  const entered = now === "in_call" && (same === null || began);
  const begun = { ...state, call: { ...known, state: now, since: began ? state.now : known.since } };
  const answered = state.dialog?.kind === "confirm" && state.dialog.ticket === visit.ticket;
  if (entered) return { ...afterDone(begun), area, dialog: null };
  return answered ? { ...begun, dialog: null } : begun;
}

/** All who are in the own consultation, or called into it. @param {State} state @returns {{ visit: Visit, area: string }[]} */
export function ownVisits(state) {
  return Object.entries(state.queues).flatMap(([area, queue]) => queue.visits.filter((v) => v.mine && !v.gone).map((visit) => ({ visit, area })));
}

/** The own visit that comes first: the one of the call there is; else who is in the consultation, then called, then on hold; guests after their hosts.
 * @param {State} state @returns {{ visit: Visit, area: string } | null} */
function ownVisit(state) {
  const own = ownVisits(state).sort((a, b) => Number(a.visit.guest_of !== null) - Number(b.visit.guest_of !== null));
  const shown = own.find(({ visit }) => visit.ticket === state.call?.ticket);
  const of = (/** @type {Visit["state"]} */ is) => own.find(({ visit }) => visit.state === is);
  return shown ?? of("in_call") ?? of("called") ?? of("held") ?? null;
}

/** Puts the cards in the order of their places, unless the pointer is over them. @param {State} state @returns {State} */
function settled(state) {
  const queue = state.area === null ? undefined : state.queues[state.area];
  if (queue === undefined) return state.order.length === 0 ? state : { ...state, order: [] };
  const wanted = [...queue.visits].filter((v) => !v.gone).sort(byPlace).map((v) => v.ticket);
  const late = wanted.filter((ticket) => !state.order.includes(ticket));
  const shown = [...state.order, ...late];
  if (sameList(wanted, shown)) return sameList(wanted, state.order) && state.settleAt === null ? state : { ...state, order: wanted, settleAt: null };
  const settleAt = state.settleAt ?? state.now + REORDER_HELD_MS_MAX;
  // New cards at the end move nothing and may appear at once.
  if (state.pointerInList && state.now < settleAt) return { ...state, order: shown, settleAt };
  const queues = { ...state.queues, [/** @type {string} */ (state.area)]: { ...queue, visits: queue.visits.filter((v) => !v.gone) } };
  return { ...state, order: wanted, settleAt: null, queues };
}

/** @param {Visit} a @param {Visit} b */
function byPlace(a, b) {
  const groups = group(a) - group(b);
  if (groups !== 0) return groups;
  if (a.position !== null && b.position !== null) return a.position - b.position;
  return a.seen - a.waited_ms - (b.seen - b.waited_ms);
}

/** @param {Visit} visit @returns {0 | 1 | 2} */
function group(visit) {
  return visit.state === "in_call" ? 0 : visit.state === "held" ? 1 : 2;
}

/** @param {string[]} a @param {string[]} b */
function sameList(a, b) {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

/** An arrival rings once; a person who waits rings again every two minutes. Never in a call. @param {State} before @param {State} after */
function bellDue(before, after) {
  if (!after.bellOn && !after.notesOn || after.link !== "live" || after.call !== null && after.call.state !== "held") return false;
  const arrived = Object.entries(after.queues).some(([area, queue]) => {
    const old = before.queues[area];
    return old !== undefined && old !== queue && queue.visits.some((v) => inLine(v) && !old.visits.some((o) => o.ticket === v.ticket));
  });
  return arrived || after.now - after.bellAt >= BELL_AGAIN_MS && after.areas.some(({ slug, presence }) => presence === "open" && after.queues[slug]?.visits.some((v) => inLine(v) && !v.gone && !isSnoozed(after, v.ticket)));
}

/** @param {State} state @param {string} ticket */
export function isSnoozed(state, ticket) {
  return state.now < (state.snoozed[ticket] ?? 0);
}

/** @param {State} state */
function stillSnoozed({ snoozed, now }) {
  return Object.fromEntries(Object.entries(snoozed).filter(([, until]) => now < until));
}

/** How many wait in all areas. @param {State} state */
export function waitingAnywhere(state) {
  return Object.values(state.queues).flatMap(({ visits }) => visits).filter((v) => inLine(v) && !v.gone).length;
}

/** What the world has to do after a step from `before` to `after`. Pure. @param {State} before @param {State} after @returns {Effect[]} */
export function effects(before, after) {
  /** @type {Effect[]} */
  const list = [];
  const live = after.link === "live";
  const fresh = live && before.link !== "live";
  for (const { slug } of after.areas) {
    const known = before.areas.some((a) => a.slug === slug) && !fresh;
    if (live && (!known || after.stale.includes(slug) && !before.stale.includes(slug))) list.push({ do: "send", command: { action: "watch", area: slug } });
  }
  if (after.bells > before.bells && after.bellOn) list.push({ do: "bell" });
  if (after.bells > before.bells && after.notesOn) list.push({ do: "note" });
  const was = before.call, is = after.call;
  // A visit that is not looked at needs no media path; another visit needs its own.
  if (was !== null && wantsMedia(was) && (is === null || is.first !== was.first || !wantsMedia(is))) list.push({ do: "hang_up" });
  if (is !== null && wantsMedia(is) && (was === null || was.first !== is.first || !wantsMedia(was))) list.push({ do: "connect", ticket: is.ticket });
  return list;
}

/** @param {Call} call */
function wantsMedia(call) {
  return !call.inRoom;
}

/** @typedef {"signed-out" | "replaced" | "outdated" | "garbled" | "V0" | "rules" | "look" | "V1" | "V3" | "V4" | "wait"} Screen */

/** Which view is shown. @param {State} state @returns {Screen} */
export function screen(state) {
  switch (state.link) {
    case "signed_out": return "signed-out";
    case "replaced": return "replaced";
    case "outdated": case "garbled": return state.link;
    case "connecting": case "live": case "lost": break;
  }
  if (state.call !== null && state.call.state !== "called" && !state.call.inRoom) return "V3";
  if (state.areas.length === 0) return "wait";
  if (state.place === "rules" || state.place === "look") return state.place;
  if (state.place !== "room") return "V0";
  return state.after !== null ? "V4" : "V1";
}

/** Nothing more comes from the server on this page. @param {State} state */
function over(state) {
  return state.link === "signed_out" || state.link === "replaced" || state.link === "outdated" || state.link === "garbled";
}

/** What this browser is in an area. @param {State} state @param {string | null} area */
export function keysOf(state, area) {
  return state.keys[area ?? ""] ?? NO_KEYS;
}

/** @param {State} state @returns {AreaView | null} */
export function shownArea(state) {
  return state.areas.find((a) => a.slug === state.area) ?? null;
}

/** The visits of the shown area, as the list shows them. @param {State} state @returns {Visit[]} */
export function shownVisits(state) {
  const visits = state.area === null ? [] : state.queues[state.area]?.visits ?? [];
  return state.order.flatMap((ticket) => visits.find((v) => v.ticket === ticket) ?? []);
}

/** @param {State} state @param {string} ticket @returns {Visit | null} */
export function findVisit(state, ticket) {
  return Object.values(state.queues).flatMap((q) => q.visits).find((v) => v.ticket === ticket) ?? null;
}

/** The area in whose queue a visit is. @param {State} state @param {string} ticket @returns {string | null} */
export function areaOf(state, ticket) {
  return Object.entries(state.queues).find(([, queue]) => queue.visits.some((v) => v.ticket === ticket))?.[0] ?? null;
}

/** Checked in and not yet with anybody. @param {Pick<QueueTicket, "state">} visit */
export function inLine(visit) {
  return visit.state === "arriving" || visit.state === "waiting" || visit.state === "away";
}

/** How many people wait in the shown area. @param {State} state */
export function waiting(state) {
  return shownVisits(state).filter((v) => inLine(v) && !v.gone).length;
}

/** Whom "next" means: the first in line who can be called now. @param {State} state @returns {Visit | null} */
export function nextVisit(state) {
  const ready = shownVisits(state).filter((v) => !v.gone && v.guest_of === null && (v.state === "waiting" || v.state === "arriving"));
  return ready.find((v) => v.state === "waiting") ?? ready[0] ?? null;
}

/** Whether "Start" may be offered; the server allows one consultation at a time, one on hold included. A guest comes into the host's.
 * @param {State} state @param {Visit} visit */
export function mayStart(state, visit) {
  return maySee(state, visit) && state.call === null && visit.guest_of === null && isReady(visit);
}

/** Whether somebody may be added to the own call: of the same area, whose keys are those of the call. @param {State} state @param {Visit} visit */
export function mayAdd(state, visit) {
  const { call } = state;
  if (call === null || call.joined || call.state === "called" || areaOf(state, visit.ticket) !== call.area) return false;
  return maySee(state, visit) && isReady(visit) && (visit.guest_of === null || findVisit(state, visit.guest_of)?.mine === true);
}

/** Whether somebody whose page is gone can be written to that it is their turn, as they have asked for. @param {State} state @param {Visit} visit */
export function mayTell(state, visit) {
  return maySee(state, visit) && state.call === null && visit.state === "away" && visit.turn_message === "asked" && visit.guest_of === null;
}

/** Whether this person may take part in a colleague's call. @param {State} state @param {Visit} visit */
export function mayJoin(state, visit) {
  return maySee(state, visit) && state.call === null && !visit.mine && visit.state === "in_call";
}

/** Guests of the own call who wait to be let in. @param {State} state @returns {Visit[]} */
export function waitingGuests(state) {
  const area = state.call === null ? undefined : state.queues[state.call.area];
  return (area?.visits ?? []).filter((visit) => visit.guest_of !== null && mayAdd(state, visit));
}

/** Whether this browser may take part in a call with somebody: else nobody would seal for it, or it for nobody. @param {State} state @param {Visit} visit */
function maySee(state, visit) {
  const { role } = keysOf(state, areaOf(state, visit.ticket));
  return state.role !== "assistant" && (role === "clinician" || role === "holder") && visit.name !== null && state.link === "live" && !visit.gone;
}

/** @param {Visit} visit */
function isReady(visit) {
  return visit.state === "waiting" || visit.state === "arriving";
}

/** @param {Visit} visit @param {number} now */
export function waitedMs(visit, now) {
  return visit.waited_ms + Math.max(0, now - visit.seen);
}

/** @typedef {"setting_up" | "place_kept" | "lost" | "called" | "minute" | "with_other" | "in_call" | "held" | "mic_blocked" | "no_mic" | "mic_silent" | "net_blocked" | "net_weak" | "hears_nothing" | "cam_blocked" | "no_camera" | "ready"} Fact */

/** The one thing that staff should know about a visit: the worst. @param {Visit} visit @returns {Fact} */
export function worstFact(visit) {
  if (visit.state === "away") return "place_kept";
  if (visit.connection === "lost") return "lost";
  if (visit.state === "in_call") return visit.mine ? "in_call" : "with_other";
  if (visit.state === "held") return "held";
  if (visit.state === "called") return visit.needs_a_minute ? "minute" : "called";
  if (visit.state === "arriving") return "setting_up";
  const network = visit.network === null ? "good" : verdict(visit.network);
  if (network === "blocked") return "net_blocked";
  switch (visit.microphone) {
    case "denied": case "busy": return "mic_blocked";
    case "absent": case "skipped": return "no_mic";
    case "silent": return "mic_silent";
    case "unknown": case "works": break;
  }
  if (visit.hears === false) return "hears_nothing";
  if (network !== "good" && network !== "tcp") return "net_weak";
  switch (visit.camera) {
    case "denied": case "busy": return "cam_blocked";
    case "absent": case "skipped": return "no_camera";
    case "silent": case "unknown": case "works": return "ready";
  }
}

/** The patient in the consultation, as the room knows them. @param {Call} call @returns {RoomPeer | null} */
export function otherPerson(call) {
  return call.peers.find((p) => !p.staff && !p.device) ?? call.peers[0] ?? null;
}

/** @typedef {"next" | "keys" | "up" | "down" | "mute" | "camera" | "chat" | "hold" | "end" | "close"} KeyAction */

/** What a key means on this screen; single letters only when no field has the focus. @param {State} state @param {string} key @param {boolean} inField @returns {KeyAction | null} */
export function keyAction(state, key, inField) {
  if (key === "Escape") return state.menu !== null || state.call !== null && state.call.panel !== "none" && screen(state) === "V3" ? "close" : null;
  if (inField || state.dialog !== null || key.length === 1 && !state.keysOn) return null;
  const shown = screen(state);
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case "?": return shown === "V1" || shown === "V3" || shown === "V4" ? "keys" : null;
    case "n": return shown === "V1" || shown === "V4" ? "next" : null;
    case "ArrowUp": return shown === "V1" ? "up" : null;
    case "ArrowDown": return shown === "V1" ? "down" : null;
    case "m": return shown === "V3" ? "mute" : null;
    case "v": return shown === "V3" ? "camera" : null;
    case "c": return shown === "V3" ? "chat" : null;
    case "h": return shown === "V3" ? "hold" : null;
    case "e": return shown === "V3" ? "end" : null;
    default: return null;
  }
}
