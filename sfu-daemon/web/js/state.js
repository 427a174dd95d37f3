// What a patient's page knows, as a pure function of what happened: next(state, event, now) -> state.
//
// Shape (js/staff/state.js mirrors it): `initial(now)`, `next(state, event, now)`, `screen(state)` names what to show, `wants(state)` names what
// the outside should be like (devices open, path up, bell ringing). No document, no socket, no clock: js/patient/main.js brings events in and
// makes `wants` true. The state holds what the daemon said; where the daemon may have moved on, `disconnected(state)` says so and nothing else is claimed.

/** @import { AreaView, By, DeviceCheck, DeviceState, EndReason, ErrorCode, KnownItem, NetworkCheck, PatientView, RoomPeer, ServerMessage, SlotView } from "./types.d.ts" */
/** @import { Mistrust, Policy } from "./e2ee/area.js" */
/** @import { PathState } from "./path.js" */
/** @import { LineNote } from "./patient/notes.js" */

/** Silence for longer than this is "not connected": the promise on the waiting page. */
export const LOST_AFTER_MS = 3_000;
/** A page hears at least a pong every 10 s and waits 3 s for it; a page that slept for longer has missed one. */
export const HEARD_WITHIN_MS = 14_000;
const TOO_MANY_RETRY_MS = 20_000;
/** A visit's chat is dozens of messages; a page that is flooded keeps the newest and stays quick. */
export const MESSAGES_MAX = 500;

/** Why there is nothing to do on this page. @typedef {"wrong-link" | "guest-over" | "outdated" | "garbled" | "replaced" | "unsupported" | "in-app"} Fault */
/** @typedef {"camera" | "microphone"} DeviceKind */
/** By what the practice's keys are known to be the practice's. "States of the lock" in docs/e2ee.md. @typedef {"link" | "code" | "referral" | "words" | "unverified"} Trust */
/** What the page thinks of the practice's keys. `unopened`: there are none, because staff have not opened the waiting room yet.
 * @typedef {{ kind: "unopened" } | { kind: "trusted", trust: Trust, policy: Policy } | { kind: "different", why: Mistrust }} Judged */

/**
 * @typedef {object} SetUp how far the check of camera and sound is
 * @property {"ask" | "asking" | "blocked" | "preview" | "done"} step
 * @property {boolean} again from the waiting room, after it was done once
 * @property {boolean | null} speaker whether the person hears the test sound; null: not answered
 *
 * @typedef {object} Turn the time between "it is your turn" and going in
 * @property {number | null} ends_at when the person goes in by itself; null: the countdown does not run
 * @property {boolean} stopped somebody touched the page: no countdown any more
 * @property {boolean} not_yet the person asked for a minute
 * @property {boolean} going_in asked the daemon to let us in
 *
 * @typedef {object} Call
 * @property {boolean} muted
 * @property {boolean} camera_off
 * @property {boolean} chat_open
 * @property {number} unread
 * @property {{ mine: boolean, by: string, text: string, at: number }[]} messages `by`: who wrote it, as their keys were known then
 * @property {number | null} began_at
 * @property {boolean} own_known whether the page knows how the person left their switches; after a reload only the daemon does
 * @property {PathState} path
 * @property {{ me: number, peers: RoomPeer[], slots: SlotView[] } | null} room
 * @property {Voices} voices
 *
 * Who speaks, by the numbers of the room; `dominant` is whom the room listens to.
 * @typedef {{ speaking: number[], dominant: number | null }} Voices
 *
 * @typedef {object} State
 * @property {number} now the page's clock at the last event, ms since the Unix epoch
 * @property {number} server_ahead_ms the daemon's clock minus the page's
 * @property {boolean} visible whether somebody can see the page
 * @property {boolean} welcomed the daemon has answered on the present connection
 * @property {number | null} lost_since
 * @property {number} heard_at
 * @property {number} countdown_ms
 * @property {AreaView | null} area
 * @property {PatientView | null} patient as the daemon last showed it
 * @property {number} patient_at when that was
 * @property {boolean} resuming the place token was sent; the answer is open
 * @property {boolean} place_lost the daemon does not know our place any more
 * @property {boolean} has_link the page has a link for one visit, as far as it knows
 * @property {boolean} is_guest the page has the link for a guest of somebody's visit
 * @property {"" | "code" | "link"} pass_problem what did not let the person in
 * @property {boolean} back the daemon has forgotten the visit, as after a restart: the page asks for its place again by itself
 * @property {Judged | null} judged null: the daemon has not shown its keys yet
 * @property {"" | "incomplete" | "other"} code_problem with the code as it was typed
 * @property {string} name as typed; lives only in this page
 * @property {"" | "empty" | "refused"} name_problem
 * @property {"" | "check_in" | "rejoin"} asked sent, and not yet answered
 * @property {number | null} too_many_until the daemon asked us to wait
 * @property {boolean} draining
 * @property {Fault | null} fault
 * @property {boolean} leaving the person chose to leave; the daemon is told again after an outage
 * @property {boolean} met the person was in the consultation, not only in line
 * @property {{ reason: EndReason, lasted_ms: number } | null} end
 * @property {DeviceCheck} devices
 * @property {"off" | "running" | "done" | "failed"} echo how far the check of the network is; it goes on while the check of camera and sound is shown
 * @property {NetworkCheck | null} network what it found out last
 * @property {SetUp} set_up
 * @property {Turn | null} turn
 * @property {Call} call
 * @property {"" | "lock" | "options" | "knows" | "erase" | "code"} dialog
 * @property {LineNote[]} notes messages between this person and the desk, as this page could read them
 * @property {boolean} writing the person wants to write to the desk
 * @property {"" | "asked" | "set" | "back" | "address" | "many"} telling how far it is that the person says where to write to when it is their turn: asked for, done, taken back, or why not
 * @property {{ now_ms: number, items: KnownItem[] } | null} known what the daemon last said that it holds of the visit
 * @property {boolean} erasing the person wants everything deleted; the daemon is told again after an outage
 * @property {boolean} erased nothing of the visit is left
 */

/**
 * @typedef {{ kind: "message", message: ServerMessage }
 *  | { kind: "lost" } | { kind: "alive" } | { kind: "tick" } | { kind: "visible", visible: boolean }
 *  | { kind: "has_link" } | { kind: "is_guest" } | { kind: "judged", judged: Judged } | { kind: "code_refused", problem: State["code_problem"] }
 *  | { kind: "fault", fault: Fault } | { kind: "resuming" } | { kind: "start_over" }
 *  | { kind: "check_in", name: string } | { kind: "rejoin", name: string } | { kind: "leaving" } | { kind: "erasing" }
 *  | { kind: "devices", devices: DeviceCheck, opened: boolean } | { kind: "works", device: DeviceKind } | { kind: "silent" }
 *  | { kind: "ask", camera: boolean } | { kind: "skip", device: DeviceKind } | { kind: "speaker", heard: boolean | null } | { kind: "set_up_done" } | { kind: "check_again" }
 *  | { kind: "echo", network: NetworkCheck | null } | { kind: "echo_again" }
 *  | { kind: "touched" } | { kind: "going_in", camera: boolean } | { kind: "not_yet" }
 *  | { kind: "mute" } | { kind: "camera" } | { kind: "path", path: PathState }
 *  | { kind: "chat", open: boolean } | { kind: "wrote", text: string } | { kind: "read", text: string, by: string }
 *  | { kind: "notes", notes: LineNote[] } | { kind: "writing" } | { kind: "telling", telling: State["telling"] }
 *  | { kind: "dialog", dialog: State["dialog"] }} PatientEvent
 */

/** Nobody speaks. @type {Voices} */
export const SILENCE = { speaking: [], dominant: null };

/** @type {Call} */
const NO_CALL = { muted: false, camera_off: false, chat_open: false, unread: 0, messages: [], began_at: null, own_known: true, path: "idle", room: null, voices: SILENCE };

/** @param {number} now @returns {State} */
export function initial(now) {
  return {
    now, server_ahead_ms: 0, visible: true, welcomed: false, lost_since: null, heard_at: now, countdown_ms: 3_000,
    area: null, patient: null, patient_at: now, resuming: false, place_lost: false, has_link: false, is_guest: false, pass_problem: "", back: false, judged: null, code_problem: "", name: "", name_problem: "", asked: "",
    too_many_until: null, draining: false, fault: null, leaving: false, met: false, end: null,
    devices: { camera: "unknown", microphone: "unknown" }, echo: "off", network: null, set_up: { step: "ask", again: false, speaker: null },
    turn: null, call: NO_CALL, dialog: "", notes: [], writing: false, telling: "", known: null, erasing: false, erased: false,
  };
}

/** The page after `event`. @param {State} before @param {PatientEvent} event @param {number} now @returns {State} */
export function next(before, event, now) {
  return withCountdown(withEcho(step({ ...before, now }, event)));
}

/** @param {State} state @param {PatientEvent} event @returns {State} */
function step(state, event) {
  switch (event.kind) {
    case "message":
      return heard({ ...state, heard_at: state.now, lost_since: null }, event.message);
    case "alive":
      return { ...state, heard_at: state.now, lost_since: null };
    case "lost":
      // What was asked on the lost connection will not be answered; resuming asks afresh.
      return { ...state, lost_since: state.lost_since ?? state.now, welcomed: false, resuming: false, asked: "", telling: "", turn: state.turn && { ...state.turn, going_in: false } };
    case "tick":
      return state;
    case "visible":
      return { ...state, visible: event.visible };
    case "judged":
      if (JSON.stringify(event.judged) === JSON.stringify(state.judged)) return state; // said again with other news of the area
      return { ...state, judged: event.judged, code_problem: "", dialog: state.dialog === "code" ? "" : state.dialog };
    case "code_refused":
      return { ...state, code_problem: event.problem };
    case "has_link":
      return { ...state, has_link: true };
    case "is_guest":
      return { ...state, is_guest: true };
    case "fault":
      return { ...state, fault: event.fault };
    case "resuming":
      return { ...state, resuming: true, fault: null, too_many_until: null };
    case "start_over":
      return { ...initial(state.now), server_ahead_ms: state.server_ahead_ms, visible: state.visible, area: state.area, judged: state.judged, is_guest: state.is_guest, name: state.name, devices: state.devices };
    case "check_in":
      return asking(state, "check_in", event.name);
    case "rejoin":
      return asking(state, "rejoin", event.name);
    case "leaving":
      return { ...state, leaving: true };
    case "erasing":
      return { ...state, erasing: true };
    case "devices":
      return devicesChanged(state, event.devices, event.opened);
    case "works":
      return { ...state, devices: { ...state.devices, [event.device]: "works" } };
    case "silent":
      return { ...state, devices: { ...state.devices, microphone: "silent" } };
    case "ask":
      return { ...state, devices: { camera: event.camera ? "unknown" : "skipped", microphone: "unknown" }, set_up: { ...state.set_up, step: "asking" } };
    case "skip": {
      const devices = { ...state.devices, [event.device]: "skipped" };
      return { ...state, devices, set_up: { ...state.set_up, step: failing(devices) === null ? "preview" : "blocked" } };
    }
    case "speaker":
      return { ...state, set_up: { ...state.set_up, speaker: event.heard } };
    case "set_up_done":
      return { ...state, set_up: { ...state.set_up, step: "done", again: false }, call: { ...state.call, camera_off: !usable(state.devices.camera), muted: !usable(state.devices.microphone) } };
    case "check_again":
      return { ...state, telling: "", devices: { camera: "unknown", microphone: "unknown" }, set_up: { step: "asking", again: true, speaker: null } };
    case "echo":
      return event.network === null ? { ...state, echo: "failed" } : { ...state, echo: "done", network: event.network };
    case "echo_again":
      return { ...state, echo: "running" };
    case "touched":
      return state.turn && !state.turn.stopped ? { ...state, turn: { ...state.turn, stopped: true } } : state;
    case "going_in": {
      if (state.turn === null) return state;
      const camera_off = !event.camera || state.call.camera_off;
      return { ...state, turn: { ...state.turn, going_in: true, stopped: true }, set_up: { ...state.set_up, step: "done" }, call: { ...state.call, camera_off } };
    }
    case "not_yet":
      return state.turn ? { ...state, turn: { ...state.turn, not_yet: true, stopped: true } } : state;
    case "mute": {
      const muted = !state.call.muted;
      return { ...state, call: { ...state.call, muted, own_known: true }, devices: muted ? state.devices : tryAgain(state.devices, "microphone") };
    }
    case "camera": {
      const camera_off = !state.call.camera_off;
      return { ...state, call: { ...state.call, camera_off, own_known: true }, devices: camera_off ? state.devices : tryAgain(state.devices, "camera") };
    }
    case "path":
      return { ...state, call: { ...state.call, path: event.path } };
    case "chat":
      return { ...state, call: { ...state.call, chat_open: event.open, unread: 0 } };
    case "wrote":
      return { ...state, call: { ...state.call, messages: withMessage(state, null, event.text) } };
    case "read": {
      const unread = state.call.chat_open ? 0 : state.call.unread + 1;
      return { ...state, call: { ...state.call, unread, messages: withMessage(state, event.by, event.text) } };
    }
    case "notes": {
      const known = new Set(state.notes.map(({ key }) => key)); // After an outage all of them come again.
      return { ...state, notes: [...state.notes, ...event.notes.filter(({ key }) => !known.has(key))].slice(-MESSAGES_MAX) };
    }
    case "writing":
      return { ...state, writing: true };
    case "telling":
      return { ...state, telling: event.telling };
    case "dialog":
      return { ...state, dialog: event.dialog, known: event.dialog === "" ? null : state.known, code_problem: "" };
  }
}

/** @param {State} state @param {string | null} by null: this person @param {string} text */
function withMessage(state, by, text) {
  return [...state.call.messages, { mine: by === null, by: by ?? "", text, at: state.now }].slice(-MESSAGES_MAX);
}

/** What the daemon said. @param {State} state @param {ServerMessage} message @returns {State} */
function heard(state, message) {
  switch (message.kind) {
    case "welcome":
      return { ...state, welcomed: true, draining: false, server_ahead_ms: message.now_ms - state.now, countdown_ms: message.countdown_ms };
    case "area":
      return { ...state, area: message.area };
    case "checked_in":
      if (state.back) return { ...moved(state, message.patient), asked: "", resuming: false, back: false, end: null, notes: [], writing: false };
      return { ...moved(state, message.patient), notes: [], writing: false, asked: "", place_lost: false, set_up: { step: "ask", again: false, speaker: null }, call: NO_CALL, end: null, leaving: false };
    case "resumed":
      return { ...moved(state.patient === null && !state.back ? reloaded(state, message.patient) : state, message.patient), asked: "", resuming: false, place_lost: false, back: false };
    case "patient":
      // Older than what is shown: overtaken on its way.
      if (state.patient !== null && message.patient.version < state.patient.version) return state;
      return moved(state, message.patient);
    case "known":
      return { ...state, known: { now_ms: message.now_ms, items: message.items } };
    case "erased":
      return forgotten(state);
    case "room":
      return { ...state, call: { ...ownSwitches(state.call, message), room: { me: message.me, peers: message.peers, slots: message.slots } } };
    case "speaking":
      return { ...state, call: { ...state.call, voices: { speaking: message.peers, dominant: message.dominant } } };
    case "call_ended":
      return { ...state, end: { reason: message.reason, lasted_ms: message.lasted_ms } };
    case "draining":
      return { ...state, draining: true };
    case "error":
      return refused(state, message.code);
    case "answer":
    case "echo":
    case "layers_wanted":
    case "device_added":
    case "seal_hellos":
    case "seal_box":
    case "key_taken":
    case "notes":
    case "memos":
    case "referral":
    case "seal_devices":
    case "rules":
    case "visit_link":
    case "guest_link":
    case "check_ins_held":
    case "place":
    case "pong":
    case "queue":
    case "queue_delta":
      return state; // of the media path, of its keys, of the socket, of staff
  }
}

/** Everything of the visit is gone, here as there. @param {State} state @returns {State} */
function forgotten(state) {
  return { ...initial(state.now), server_ahead_ms: state.server_ahead_ms, visible: state.visible, heard_at: state.heard_at, area: state.area, judged: state.judged, is_guest: state.is_guest, erased: true };
}

/** A page that comes back into a consultation does not know whether the camera was on. It must not turn on what the person had turned off.
 * @param {State} state @param {PatientView} patient @returns {State} */
function reloaded(state, patient) {
  if (patient.state !== "in_call" && patient.state !== "held") return state;
  return { ...state, call: { ...state.call, camera_off: true, own_known: false } };
}

/** The daemon's memory of the own switches. @param {Call} call @param {{ muted: boolean, camera_off: boolean }} told @returns {Call} */
function ownSwitches(call, told) {
  return call.own_known ? call : { ...call, own_known: true, muted: told.muted, camera_off: told.camera_off };
}

/** @param {State} state @param {PatientView} patient @returns {State} */
function moved(state, patient) {
  const was = state.patient?.state;
  /** @type {State} */
  const after = { ...state, patient, patient_at: state.now };
  if (patient.state !== "waiting") after.telling = "";
  else if (state.telling === "asked" && patient.turn_message === "asked") after.telling = "set";
  if (patient.state === "called") {
    after.turn = state.turn ?? { ends_at: null, stopped: false, not_yet: false, going_in: false };
  } else {
    after.turn = null;
  }
  switch (patient.state) {
    case "arriving":
      break;
    case "waiting":
    case "away":
      // The daemon knows that the set-up is over; a reloaded page does not ask again.
      if (!after.set_up.again) after.set_up = { ...after.set_up, step: "done" };
      after.asked = "";
      break;
    case "called":
      if (was === undefined || was === "called") break;
      if (was !== "arriving") after.set_up = { ...after.set_up, step: "done", again: false };
      break;
    case "in_call":
    case "held":
      after.set_up = { ...after.set_up, step: "done", again: false };
      after.asked = "";
      after.met = true;
      if (after.call.began_at === null) after.call = { ...after.call, began_at: state.now };
      break;
    case "ended":
    case "removed":
    case "expired":
      after.notes = []; // The server has forgotten them with the name.
      after.writing = false;
      after.call = { ...NO_CALL, messages: state.call.messages, camera_off: state.call.camera_off, muted: state.call.muted };
      if (after.dialog !== "knows" && after.dialog !== "erase") after.dialog = "";
      break;
  }
  return after;
}

/** @param {State} state @param {ErrorCode} code @returns {State} */
function refused(state, code) {
  switch (code) {
    case "unsupported_protocol":
      return { ...state, fault: "outdated" };
    case "area_unknown":
      return { ...state, fault: "wrong-link" };
    case "replaced":
      return { ...state, fault: "replaced" };
    case "area_closed":
      return { ...unasked(state), area: state.area && { ...state.area, presence: "closed" } };
    case "area_full":
      return { ...unasked(state), area: state.area && { ...state.area, full: true } };
    case "draining":
      return { ...unasked(state), draining: true };
    case "pass_wrong":
      return { ...unasked(state), has_link: false, pass_problem: state.has_link ? "link" : "code" };
    case "guest_link_over":
      return { ...unasked(state), fault: "guest-over" };
    case "bad_name":
      return { ...unasked(state), name_problem: "refused" };
    case "bad_address":
      return { ...state, telling: "address" };
    case "place_unknown":
      return unknown(state);
    case "too_many":
      if (state.telling === "asked") return { ...state, telling: "many" };
      return state.asked === "" && !state.resuming ? state : { ...state, too_many_until: state.now + TOO_MANY_RETRY_MS };
    case "bad_message":
    case "bad_offer":
    case "not_allowed":
    case "ticket_unknown":
    case "wrong_state":
    case "room_full":
      // The state moved on before our wish arrived, or the media path deals with it. The next `patient` tells.
      return { ...state, asked: "", telling: "", turn: state.turn && { ...state.turn, going_in: false } };
  }
}

/** Nothing is asked any more. @param {State} state @returns {State} */
function unasked(state) {
  return state.back ? { ...state, asked: "", back: false, resuming: false } : { ...state, asked: "" };
}

/** The daemon has forgotten the visit. Who was still in it wants the place again; who was done with it has lost nothing. @param {State} state @returns {State} */
function unknown(state) {
  if (state.erasing) return forgotten(state); // It was, and the answer was lost.
  if (over(state)) return { ...state, resuming: false, patient: state.patient && { ...state.patient, rejoin_ms: 0 } };
  const back = (state.patient !== null || state.back) && state.name !== "" && !state.leaving && !state.is_guest; // No place of a guest outlasts the server.
  /** @type {State} */
  const anew = {
    ...initial(state.now), server_ahead_ms: state.server_ahead_ms, visible: state.visible, welcomed: state.welcomed, heard_at: state.heard_at, countdown_ms: state.countdown_ms,
    area: state.area, judged: state.judged, is_guest: state.is_guest, name: state.name,
  };
  if (!back) return { ...anew, place_lost: true };
  const { camera_off, muted } = state.call;
  return { ...anew, back, resuming: true, asked: "check_in", devices: state.devices, network: state.network, set_up: state.set_up, call: { ...NO_CALL, camera_off, muted } };
}

/** @param {State} state @param {"check_in" | "rejoin"} asked @param {string} name @returns {State} */
function asking(state, asked, name) {
  const trimmed = name.trim();
  if (trimmed === "") return { ...state, name: "", name_problem: "empty" };
  return { ...state, name: trimmed, name_problem: "", pass_problem: "", asked, too_many_until: null, leaving: false, met: false, end: null };
}

/** @param {State} state @param {DeviceCheck} now @param {boolean} opened the browser's question was answered @returns {State} */
function devicesChanged(state, now, opened) {
  const devices = { camera: settled(state.devices.camera, now.camera), microphone: settled(state.devices.microphone, now.microphone) };
  /** @type {State} */
  const after = { ...state, devices };
  if (state.set_up.step === "asking" && opened) after.set_up = { ...state.set_up, step: failing(devices) === null ? "preview" : "blocked" };
  if (state.set_up.step === "done") {
    if (!usable(devices.camera) && devices.camera !== "skipped") after.call = { ...after.call, camera_off: true };
    if (!usable(devices.microphone) && devices.microphone !== "skipped") after.call = { ...after.call, muted: true };
  }
  return after;
}

/** A device that was seen to work still does when it opens again, and one that was skipped stays so. @param {DeviceState} before @param {DeviceState} now */
function settled(before, now) {
  if (before === "skipped") return before;
  return now === "unknown" && (before === "works" || before === "silent") ? before : now;
}

/** @param {DeviceCheck} devices @param {DeviceKind} kind @returns {DeviceCheck} */
function tryAgain(devices, kind) {
  return usable(devices[kind]) ? devices : { ...devices, [kind]: "unknown" };
}

/** Whether a device can be used, as far as we know. @param {DeviceState} device */
export function usable(device) {
  switch (device) {
    case "unknown":
    case "works":
    case "silent":
      return true;
    case "denied":
    case "absent":
    case "busy":
    case "skipped":
      return false;
  }
}

/** The device that needs the person's help, if any; the one that more visits fail by comes first. @param {DeviceCheck} devices @returns {DeviceKind | null} */
export function failing(devices) {
  const bad = (/** @type {DeviceState} */ device) => !usable(device) && device !== "skipped";
  if (bad(devices.camera) && bad(devices.microphone)) return "camera";
  return bad(devices.microphone) ? "microphone" : bad(devices.camera) ? "camera" : null;
}

/** The network is tried while the person looks at camera and sound, once each time. Who goes on sooner goes on without. @param {State} state @returns {State} */
function withEcho(state) {
  const looks = state.set_up.step === "preview";
  if (looks === (state.echo !== "off")) return state;
  return { ...state, echo: looks ? "running" : "off" };
}

/** Starts or stops the countdown: it runs only while a person can see it, nobody has touched the page, the camera check is over and the daemon is there.
 * @param {State} state @returns {State} */
function withCountdown(state) {
  const turn = state.turn;
  if (turn === null) return state;
  const runs = state.visible && !turn.stopped && !turn.going_in && state.set_up.step === "done" && state.lost_since === null;
  if (runs === (turn.ends_at !== null)) return state;
  return { ...state, turn: { ...turn, ends_at: runs ? state.now + state.countdown_ms : null } };
}

/** Nobody knows what the daemon holds now. @param {State} state */
export function disconnected(state) {
  const lost = state.lost_since !== null && LOST_AFTER_MS <= state.now - state.lost_since;
  return lost || HEARD_WITHIN_MS < state.now - state.heard_at;
}

/** The countdown is over: go in now. @param {State} state */
export function due(state) {
  return state.turn !== null && state.turn.ends_at !== null && state.turn.ends_at <= state.now;
}

/** How long the person has waited, in ms. @param {State} state */
export function waited(state) {
  return state.patient === null ? 0 : state.patient.waited_ms + (state.now - state.patient_at);
}

/** For how much longer the old place can be had again, in ms; 0: no longer. @param {State} state */
export function rejoinable(state) {
  return Math.max(0, (state.patient?.rejoin_ms ?? 0) - (state.now - state.patient_at));
}

/** The visit is over, one way or another. @param {State} state */
export function over(state) {
  const ticket = state.patient?.state;
  return ticket === "ended" || ticket === "removed" || ticket === "expired";
}

/** @typedef {"opening" | "offline" | Fault | "different" | "P0" | "P0-closed" | "P0-unopened" | "P0-code" | "P0-invited" | "P0-full" | "P0-draining" | "P1" | "blocked" | "P2" | "P3" | "P4" | "P5" | "held" | "P6" | "left" | "removed" | "expired" | "erased"} Screen */

/** What the page shows. @param {State} state @returns {Screen} */
export function screen(state) {
  if (state.fault !== null) return state.fault;
  if (state.erased) return "erased";
  if (state.judged?.kind === "different") return "different";
  if (state.patient === null) return checkIn(state);
  switch (state.patient.state) {
    case "arriving":
    case "waiting":
    case "away":
      return setUp(state) ?? (disconnected(state) ? "offline" : "P3");
    case "called":
      return disconnected(state) ? "offline" : "P4";
    case "in_call":
      return "P5"; // with a dialog over it while disconnected: the call's media may well go on
    case "held":
      return disconnected(state) ? "offline" : "held";
    case "ended":
      return state.leaving && !state.met ? "left" : "P6";
    case "removed":
      return "removed";
    case "expired":
      return "expired";
  }
}

/** @param {State} state @returns {Screen} */
function checkIn(state) {
  if (state.area === null || state.judged === null || state.resuming || state.back) return disconnected(state) ? "offline" : "opening";
  if (state.draining) return "P0-draining";
  if (state.is_guest) return state.judged.kind === "unopened" ? "P0-unopened" : mustType(state) ? "P0-code" : "P0"; // Who was invited may come at any hour.
  if (state.area.presence === "closed") return "P0-closed";
  if (state.judged.kind === "unopened") return "P0-unopened";
  if (state.area.full) return "P0-full";
  if (state.area.entry === "invited" && !state.has_link) return "P0-invited";
  return mustType(state) ? "P0-code" : "P0";
}

/** Where the practice insists, nobody goes on who has neither link nor code. @param {State} state */
function mustType({ judged }) {
  return judged?.kind === "trusted" && judged.trust === "unverified" && judged.policy === "insist";
}

/** By what the practice's keys are known, if there are any. @param {State} state @returns {Trust} */
export function trustOf({ judged }) {
  return judged?.kind === "trusted" ? judged.trust : "unverified";
}

/** @param {State} state @returns {Screen | null} */
function setUp(state) {
  switch (state.set_up.step) {
    case "ask":
    case "asking":
      return "P1";
    case "blocked":
      return "blocked";
    case "preview":
      return "P2";
    case "done":
      return null;
  }
}

/** By which of the ways that there are something goes to what was typed. @param {string} typed @param {By[]} ways @returns {By} */
export function wayTo(typed, ways) {
  return ways.includes("mail") && (typed.includes("@") || !ways.includes("sms")) ? "mail" : "sms";
}

/** What the world outside should be like. @param {State} state */
export function wants(state) {
  const ticket = state.fault === null && state.judged?.kind !== "different" && !state.leaving ? state.patient?.state : undefined;
  const trying = ticket !== undefined && (ticket === "arriving" || ticket === "waiting" || ticket === "away") && state.set_up.step !== "done" && state.set_up.step !== "ask";
  const calling = (ticket === "called" && state.set_up.step === "done") || ticket === "in_call";
  return {
    /** The media path is up, or on its way: from `called` on, so that going in is instant. */
    path: ticket === "called" || ticket === "in_call" || ticket === "held",
    /** The network is being tried: by those who are in line, while somebody looks on. A page in the background has no time for it. */
    echo: (ticket === "arriving" || ticket === "waiting") && state.echo === "running" && state.welcomed && !state.resuming && state.visible,
    /** The microphone is open. Muting keeps it open, so that unmuting never asks again. */
    microphone: (trying || calling) && usable(state.devices.microphone),
    /** The camera is open; its light goes off with it. */
    camera: (trying || (calling && !state.call.camera_off)) && usable(state.devices.camera),
    /** The screen may be shared: not while on hold, when nobody sees it, and the person might forget it. */
    screen: ticket === "in_call",
    /** The bell of "your turn" rings. */
    ring: ticket === "called" && state.turn !== null && !state.turn.not_yet && !state.turn.going_in && state.lost_since === null,
    /** The screen stays lit. */
    awake: ticket === "arriving" || ticket === "waiting" || ticket === "called" || ticket === "in_call" || ticket === "held",
  };
}
