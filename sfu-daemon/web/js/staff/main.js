// The staff page: wires the state, the socket, the devices, the media path and the views together. It decides nothing itself.

import { Awake } from "../awake.js";
import { answersIn } from "../consent.js";
import { Asking } from "../forms/exchange.js";
import { filled, FORM_CHARS_MAX } from "../forms/markdown.js";
import { isPdf, PDF_BYTES_MAX, unfit } from "../forms/own.js";
import { Pages } from "../forms/pages.js";
import { library } from "../forms/pdf.js";
import { announce, download, show } from "../dom.js";
import { clockTime, everyLanguage, language, onLanguage, preferredLanguage, t, wordList } from "../i18n.js";
import { browserName } from "../browser.js";
import { equal } from "../e2ee/bytes.js";
import { Echo, PRACTICE } from "../echo.js";
import { lockOf } from "../e2ee/call.js";
import { writeLink } from "../e2ee/link.js";
import { Words } from "../e2ee/words.js";
import { Files } from "../files/files.js";
import { fileActs } from "../files/view.js";
import { Devices, Screen } from "../media.js";
import { Messages, textOf } from "../messages.js";
import { otherWays } from "../live/ways.js";
import { MediaPath } from "../path.js";
import { CallQuality } from "../quality.js";
import { shrink } from "../small-window.js";
import { qualityNote } from "../view.js";
import { canSeal, Sealing } from "../sealing.js";
import { Signal } from "../signal.js";
import { audio, queueBell, roomTone, unlockOnTouch } from "../sounds.js";
import { screensOf } from "../tiles.js";
import { Views } from "../views.js";
import { Account } from "./account.js";
import { afterView } from "./after.js";
import { Announced } from "./announced.js";
import { askForNotes, mark, note, notesAllowed } from "./alerts.js";
import { desk, newsText } from "./bar.js";
import { callTitle, callView } from "./call.js";
import { dialogView } from "./dialogs.js";
import { firstRunView } from "./first-run.js";
import { goneView } from "./gone.js";
import { calendar } from "./invite.js";
import { InviteSend } from "./invite-send.js";
import { StaffKeys } from "./keys.js";
import { LookEditor } from "./look.js";
import { lookView } from "./look-view.js";
import { queueTitle, queueView } from "./queue.js";
import { canPush, unsubscribe } from "./push.js";
import { Reach } from "./reach.js";
import { rulesView } from "./rules.js";
import { CALLBACK, comeBack } from "./provider.js";
import { SignIn } from "./sign-in.js";
import { areaOf, effects, findVisit, initial, isOfCall, keyAction, keysOf, mayAdd, mayJoin, mayStart, mayTell, next, nextVisit, otherPerson, ownVisits, screen, shownArea, unreadNotes, waitingAnywhere, waitingGuests } from "./state.js";
import { openVault } from "./vault.js";
import { nameText } from "./words.js";

/** @import { OwnNetwork } from "./own-devices.js" */
/** @import { AreaRules, DeviceState, NoteView, Presence, RoomPeer, ServerMessage, StaffCommand } from "../types.d.ts" */
/** @import { Answers } from "../consent.js" */
/** @import { Policy } from "../e2ee/area.js" */
/** @import { Bytes } from "../e2ee/bytes.js" */
/** @import { FileActs } from "../files/view.js" */
/** @import { Language } from "../i18n.js" */
/** @import { Invitation, Say } from "./invite.js" */
/** @import { Lock } from "../e2ee/call.js" */
/** @import { WordsView } from "../e2ee/words.js" */
/** @import { Live } from "../live/live.js" */
/** @import { DeviceKind } from "../media.js" */
/** @import { Quality } from "../quality.js" */
/** @import { SignLanguage } from "../sign-language.js" */
/** @import { Choices } from "../view.js" */
/** @import { GoneScreen } from "./gone.js" */
/** @import { Part } from "./keys.js" */
/** @import { Returned } from "./provider.js" */
/** @import { Ways } from "./reach.js" */
/** @import { Leaving } from "./sign-in.js" */
/** @import { Effect, Event as StaffEvent, Names, State } from "./state.js" */

/**
 * An event without its time, which `tell` adds.
 * @typedef {StaffEvent extends infer E ? E extends StaffEvent ? Omit<E, "at"> : never : never} Untimed
 *
 * What the views need that is not state: live streams and devices, which no pure function can hold.
 * @typedef {object} Outside
 * @property {Record<string, string>} links  an area's slug -> the link for its patients, with the fingerprint of its root
 * @property {Record<Language, Say> | null} invitations  what patients are written, in each language
 * @property {string | null} paper  the root's seed, for the sheet
 * @property {boolean} paperSeen  the advice to print it was put off
 * @property {WordsView} words
 * @property {string[]} wordsListed
 * @property {boolean} met  the patient has shown the keys of the name
 * @property {(peer: RoomPeer) => string} nameOf
 * @property {(peer: RoomPeer) => boolean} keyless  who is there without the keys of this call
 * @property {DeviceState} camera
 * @property {DeviceState} microphone
 * @property {boolean} cameraOff  the clinician wants to be heard only
 * @property {MediaStream | null} preview  the own picture
 * @property {OwnNetwork} network  of this computer
 * @property {MediaPath} path  what comes in
 * @property {Views} views
 * @property {Lock} lock
 * @property {boolean} reaches  somebody can open what is written
 * @property {Files} files
 * @property {Live} live
 * @property {Quality} quality
 * @property {SignLanguage} signLanguage
 * @property {(peer: number) => string} nameOfNumber
 * @property {"asked" | "looking" | "declined" | "sent" | "failed" | "allowed" | null} photo  what became of the one that was asked for last
 * @property {Asking} asking  the consent form of the call
 * @property {Pages | null} formPages  of one that is a PDF
 * @property {Answers} consents  of the patient
 * @property {"asked" | "declined" | "shown" | "impossible" | "failed" | null} screen  what became of the patient's that was asked for
 * @property {boolean} sharing  the own screen
 * @property {Choices} choices
 * @property {Devices} devices
 * @property {boolean} fullScreen  whether the browser can
 * @property {boolean} bellReady  the browser lets the bell ring
 * @property {boolean} soundBlocked  the browser wants a touch before it plays sound
 * @property {Account} account
 * @property {Announced} announced
 * @property {LookEditor} look
 * @property {Reach} reach
 * @property {InviteSend} inviteSend
 *
 * What the views may do.
 * @typedef {object} Acts
 * @property {(event: Untimed) => void} tell
 * @property {(command: StaffCommand) => boolean} send  false if there is no connection; the page says so
 * @property {() => void} close
 * @property {(ticket: string) => void} start  asks first
 * @property {(ticket: string) => void} tellTurn  writes to who is away that it is their turn
 * @property {(ticket: string) => void} admit
 * @property {(ticket: string) => void} add  to the own call
 * @property {(ticket: string) => void} cancelCall  before they have come in
 * @property {(ticket: string) => void} join  a colleague's call
 * @property {(ticket: string) => void} letGo  one of several
 * @property {(ticket: string) => void} inviteGuest  asks for a link
 * @property {(ticket: string) => void} endVisit
 * @property {() => void} holdOrResume
 * @property {(ticket: string) => void} resume
 * @property {() => void} holdAndLook
 * @property {() => void} askEnd
 * @property {() => void} share  begins or ends sharing the screen
 * @property {() => void} mute
 * @property {() => void} camera
 * @property {(panel: "none" | "chat" | "devices") => void} panel
 * @property {() => void} askScreen  of the patient
 * @property {() => void} askPhoto  of the patient
 * @property {() => void} formTemplate  shows the consent form that comes with the page
 * @property {(file: File) => void} formOwn  shows a form of the clinic
 * @property {() => void} formAgain  to a patient's page that has lost it
 * @property {() => void} formSave
 * @property {() => void} redraw
 * @property {(text: string) => Promise<boolean>} write
 * @property {FileActs} files
 * @property {(presence: Presence) => void} presence
 * @property {(command: Extract<StaffCommand, { action: "set_area" }>) => void} saveArea
 * @property {(area: string, rules: AreaRules) => void} saveRules
 * @property {(text: string) => void} copy
 * @property {(invitation: Invitation, say: Say, language: string) => void} saveInvitation  for a calendar
 * @property {() => void} printPage
 * @property {(ticket: string) => void} copyChat
 * @property {(ticket: string) => void} saveChat  as a text
 * @property {(ticket: string, text: string) => void} writeMemo  for colleagues; nothing deletes it
 * @property {(ticket: string, text: string) => Promise<boolean>} writeNote  to somebody who waits; false if it was not sent
 * @property {(ticket: string, to: string) => void} handOver  to another area
 * @property {() => void} compareWords  with the patient, aloud
 * @property {(same: boolean) => void} answerWords
 * @property {() => void} closeWords
 * @property {(area: string, id: string, name: string, part: Part) => void} accept  another browser takes part
 * @property {(area: string, id: string) => void} revoke
 * @property {(area: string, policy: Policy) => void} setPolicy  what patients need, and whether devices may come that do not encrypt
 * @property {(area: string) => void} compareAnew
 * @property {(area: string, seed: string) => void} restore  from the sheet of paper
 * @property {(area: string) => void} startAnew
 * @property {() => void} paperSeen
 * @property {() => void} print
 * @property {(on: boolean) => void} bellSwitch
 * @property {(on: boolean) => void} notesSwitch  asks the browser first
 * @property {() => void} testBell
 * @property {() => void} tryNetwork
 * @property {() => void} openDevices
 * @property {(kind: DeviceKind, id: string) => void} use
 * @property {(on: boolean) => void} blur  what is behind the clinician
 * @property {(id: string) => void} speak  through this loudspeaker
 * @property {(kind: DeviceKind, is: DeviceState) => void} deviceIs  what was really seen or heard
 * @property {() => void} soundBlocked
 * @property {() => void} unblockSound
 * @property {() => void} fullScreen
 * @property {() => void} smallWindow
 * @property {() => void} signOut
 * @property {() => void} account  shows the own account
 * @property {() => void} reach  shows how somebody is told elsewhere
 * @property {(on: boolean) => void} pushSwitch  asks the browser first
 * @property {() => void} mailOff  as the link in a mail says
 * @property {() => void} toSignIn
 * @property {() => void} tryNow
 * @property {() => void} useHere
 * @property {() => void} enrolAgain
 * @property {() => void} reload
 */

/** How often the server is told that somebody is at the page. */
const TOUCHED_EVERY_MS = 50_000;
/** Where a link in a mail leads that wants no more of them. */
const MAIL_OFF = "/staff/mail-off/";
/** Seconds are the finest thing that is shown. */
const TICK_MS = 1_000;
/** Nine people without oneself. A slot that nobody is in costs 3.5 KB of the offer (34 with eight, of the 64 that the server takes), and 50 ms before the first picture on a busy machine. */
const SLOTS = 8;

/** @type {State} */
let state = initial(Date.now(), "room");
/** @type {GoneScreen | null} the page could not get to its waiting room at all */
let gone = "wait";
let enrolToken = "";
let touchedAt = 0;
let cameraOff = false;
let muted = false;
let soundBlocked = false;
let drawQueued = false;
/** What became of the photo that was asked for last. @type {Outside["photo"]} */
let photo = null;
/** What became of the screen that was asked for. @type {Outside["screen"]} */
let theirScreen = null;
/** What the patient of the call has agreed to. */
let consents = answersIn(null);
/** @type {Record<string, string>} */
let links = {};
/** Loaded with the page, so that an invitation asks the server for nothing. @type {Outside["invitations"]} */
let invitations = null;
/** @type {Choices} */
let choices = { microphones: [], cameras: [], speakers: [] };
/** @type {{ track: MediaStreamTrack, stream: MediaStream } | null} one stream per track, so that drawing again does not restart the picture */
let preview = null;

let paperSeen = true;
/** Somebody can open what this page says. */
let reaches = false;
/** @type {string[]} */
let wordsListed = [];
/** @type {string | null} the visit in which the words were the same */
let sameWordsIn = null;
/** What the daemon says has its effect in the order in which it came; names take a moment to open. */
let inbox = Promise.resolve();

const vault = openVault();
const keys = new StaffKeys({ vault, label: browserName(navigator.userAgent), send: (command) => signal.send({ kind: "staff", command }), changed: keysChanged });
const devices = new Devices(devicesChanged);
const sealing = new Sealing("staff", {
  send: (message) => signal.send(message),
  changed: () => {
    if (sealing.reaches && !reaches) greet();
    reaches = sealing.reaches;
    queueDraw();
  },
  file: (from, body) => files.key(from, body),
  identify: () => keys.identity(),
  takesClear: () => takesClear(),
  proof: () => keys.certificate(state.call?.area ?? ""),
  grounds,
  told: (from, use, body) => void words.heard(from, use, body),
});
const path = new MediaPath(SLOTS, {
  offer: (offer) => signal.send({ kind: "offer", ...offer }),
  changed: pathChanged,
  fresh: () => views.again(),
  message: (data) => {
    if (typeof data === "string") void messages.heard(data);
    else files.heard(data);
  },
  channel: (is_open) => {
    files.channel(is_open);
    if (is_open) greet();
  },
}, sealing);
const messages = new Messages(sealing, (data) => path.write(data));
messages.on("text", (peer, message) => {
  const text = textOf(message);
  if (text !== "") tell({ kind: "chat", by: nameOfNumber(peer), text });
});
/** What the patient of the call says to staff; guests and others have no say in it. @param {string} kind @param {(message: Record<string, unknown>) => void} hear */
function onPatient(kind, hear) {
  messages.on(kind, (peer, message) => {
    if (isPatient(peer)) hear(message);
  });
}
const { live, sign_language: signLanguage } = otherWays({
  messages, path, devices,
  isInCall: () => state.call !== null,
  nameOf: (peer) => nameOfNumber(peer),
  changed: () => queueDraw(),
});
const quality = new CallQuality({
  path, messages, peers: () => (state.call?.peers ?? []).map(({ peer }) => peer),
  changed: (now) => {
    if (qualityNote(now) === null) announce(t(`quality-${now}`)); // What is weak is said by its own note.
    queueDraw();
  },
});
const awake = new Awake();
messages.on("here", () => {
  signLanguage.tell();
  quality.tell();
});
onPatient("consent", (message) => {
  const before = consents;
  consents = answersIn(message);
  if (before.photo === false && consents.photo === true) photoIs("allowed");
  if (before.photo === true && consents.photo === false) photoIs("declined");
  queueDraw();
});
/** Of a form that is a PDF. @type {Pages | null} */
let formPages = null;
const asking = new Asking((message) => messages.say(message.kind === "form" ? { ...message, to: patientNumber() } : message), (...form) => files.sendForm(...form), () => {
  if (asking.form?.pdf == null) closePages();
  queueDraw();
});
onPatient("form_open", (message) => asking.opened(message));
onPatient("form_declined", (message) => asking.declined(message));
onPatient("form_signed", (message) => void asking.piece(message));
onPatient("photo_answer", ({ answer }) => {
  if (answer !== "declined" && answer !== "looking" && answer !== "sent" && answer !== "failed") return;
  photoIs(answer);
});
onPatient("screen_answer", ({ answer }) => {
  if (answer !== "declined" && answer !== "shown" && answer !== "impossible") return;
  theirScreen = answer;
  if (state.call !== null) announce(t(`staff-show-${answer}`, { name: nameText(state.call.name) }));
  queueDraw();
});
const files = new Files({
  write: (frame) => path.write(frame),
  buffered: () => path.buffered(),
  giveKeys: (bodies, to) => sealing.giveFiles(bodies, to),
  messages,
  nameOf: (peer) => nameOfNumber(peer),
  changed: () => {
    asking.handed(files.state.files);
    queueDraw();
  },
  wantsForm: (form, size, from) => isPatient(from) && asking.wants(form, size),
  formCame: (form, _, bytes) => void asking.signed(form, bytes),
  ask: () => {}, // Only patients are asked.
  came: () => {
    if (state.call?.panel !== "chat") tell({ kind: "panel", panel: "chat" });
    announce(t("file-coming-soon"));
  },
}, true);
const words = new Words({
  tell: (to, use, body) => sealing.tell(to, use, body),
  who: (peer) => sealing.who(peer), id: () => sealing.id, language,
  root: async () => (await grounds())?.root ?? null,
  changed: () => {
    queueDraw();
    if (words.view.step === "shown") void wordList(words.view.language).then((list) => {
      wordsListed = list;
      queueDraw();
    });
  },
});
const views = new Views((slot, height) => signal.send({ kind: "view", slot, height }));
const shared = new Screen(() => {
  sendTracks();
  queueDraw();
});
const signal = new Signal("staff", null, {
  message: (message) => {
    inbox = inbox.then(() => took(message)).catch((error) => console.error("a message:", error));
  },
  alive: () => tell({ kind: "opened" }),
  lost: () => tell({ kind: "lost" }),
  garbled: () => {
    tell({ kind: "garbled" });
    settleGone();
  },
});

/** How this tab goes to the provider of identities. @type {Leaving} */
const leaving = { store: sessionStorage, go: (url) => location.assign(url) };
const signIn = new SignIn({
  post, changed: () => queueDraw(), label: browserName(navigator.userAgent), credentials: navigator.credentials, leaving,
  done: () => {
    state = initial(Date.now(), "room");
    gone = "wait";
    signal.connect();
    draw();
  },
});
const get = (/** @type {string} */ url) => fetch(url).catch(() => null);
const account = new Account({ post, get, changed: () => queueDraw(), label: browserName(navigator.userAgent), credentials: navigator.credentials, leaving });
const reach = new Reach({ post, get, changed: () => queueDraw() });
const inviteSend = new InviteSend({ post, changed: () => queueDraw() });
const announced = new Announced({ post, get, changed: () => queueDraw() });

const lookEditor = new LookEditor({ send: (url, body) => fetch(url, { method: "POST", body }).catch(() => null), changed: () => queueDraw() });

/** Somebody is at the page. */
function touched() {
  const now = Date.now();
  if (now - touchedAt >= TOUCHED_EVERY_MS && state.link === "live" && signal.send({ kind: "staff", command: { action: "touched" } })) touchedAt = now;
}

/** @param {NonNullable<Outside["photo"]>} now */
function photoIs(now) {
  photo = now;
  if (state.call !== null) announce(t(`staff-photo-${now}`, { name: nameText(state.call.name) }));
  queueDraw();
}

/** Whether the practice allows devices, which do not encrypt, in the call there is. */
function takesClear() {
  return state.call !== null && keysOf(state, state.call.area).policy === "prefer";
}

/** What the network of this computer has come to. @type {OwnNetwork} */
let ownNetwork = null;
const echo = new Echo((request, sdp) => signal.send({ kind: "echo", request, sdp }), (found) => {
  ownNetwork = found ?? "failed";
  queueDraw();
}, PRACTICE);

/** Between consultations only: a check in a call would take what the call needs. */
function tryNetwork() {
  if (state.call !== null) return;
  ownNetwork = "running";
  echo.start();
  queueDraw();
}

/** By what others are met in the call there is. */
async function grounds() {
  const call = state.call;
  return call === null ? null : keys.grounds(call.area, [call.sealed, ...call.others.map(({ sealed }) => sealed)], !call.joined);
}

/** @param {ServerMessage} message */
async function took(message) {
  if (message.kind === "welcome") keys.reconnected();
  // Who makes the keys of an area takes part in its visits.
  if (message.kind === "area" && !(state.role === "assistant" && message.area.seal === null)) keys.heard(message.area.slug, message.area.seal, state.me);
  if (message.kind === "seal_devices") keys.devices(message);
  if (message.kind === "echo") void echo.answer(message.request, message.sdp);
  if (message.kind === "queue") await readNames(message.area, message.tickets);
  if (message.kind === "queue_delta") await readNames(message.area, message.upserted);
  if (message.kind === "memos") await readMemos(message.memos);
  if (message.kind === "notes") await readLine(message.notes);
  if (message.kind === "answer") void path.answer(message.request, message.sdp);
  if (message.kind === "layers_wanted") path.want(message.mid, message.layers);
  if (message.kind === "error" && message.request !== null) path.refused(message.request);
  if (message.kind === "room" && message.peers.length !== state.call?.peers.length && state.call?.state === "in_call") roomTone();
  tell({ kind: "message", message });
  if (message.kind === "room" && isOfCall(state, message.ticket) && path.state !== "idle") sealing.room(message);
  if ((message.kind === "seal_hellos" || message.kind === "seal_box" || message.kind === "key_taken") && path.state !== "idle") sealing.heard(message);
  if (message.kind === "room" && isOfCall(state, message.ticket)) files.room(message.peers.filter(({ device }) => !device).length);
  if (message.kind === "welcome") cameBack();
  if (message.kind === "welcome") void announced.load();
  // The visit is still there after an outage: the server hears what was switched meanwhile.
  if (message.kind === "queue" && message.area === state.call?.area && state.call.known) signal.send({ kind: "mute", muted, camera_off: cameraOff });
  if (message.kind === "error") settleGone();
}

/** Opens the names of these tickets, and forgets those of visits that are over. @param {string} area @param {{ sealed: string | null }[]} tickets */
async function readNames(area, tickets) {
  await keys.settled();
  /** @type {Record<string, Names[string]>} */ const names = {};
  const known = Object.entries(state.queues).flatMap(([area, { visits }]) => visits.map(({ sealed }) => ({ area, sealed })));
  const { call } = state;
  if (call !== null) known.push(...[call, ...call.others].map(({ sealed }) => ({ area: call.area, sealed })));
  for (const { area: of, sealed } of [...known, ...tickets.map(({ sealed }) => ({ area, sealed }))]) {
    const name = sealed === null ? null : await keys.name(of, sealed);
    if (sealed !== null && name !== null) names[sealed] = name;
  }
  keys.keepNames(new Set(Object.keys(names)));
  tell({ kind: "names", names });
}

/** Opens these notes of colleagues, and those that there are. @param {{ ticket: string, sealed: string | null }[]} memos */
async function readMemos(memos) {
  await keys.settled();
  /** @type {Record<string, State["memosRead"][string]>} */ const read = {};
  for (const { ticket, sealed } of [...Object.entries(state.memos).map(([ticket, sealed]) => ({ ticket, sealed })), ...memos]) {
    const memo = sealed === null ? null : await keys.memo(areaOf(state, ticket) ?? "", findVisit(state, ticket)?.sealed ?? null, sealed);
    if (sealed !== null && memo !== null) read[sealed] = memo;
  }
  tell({ kind: "memos", memos: read });
}

/** Opens these messages of the line, and those that there are. @param {NoteView[]} notes */
async function readLine(notes) {
  await keys.settled();
  /** @type {Record<string, State["lineRead"][string]>} */ const read = {};
  const known = Object.entries(state.lineNotes).flatMap(([ticket, notes]) => notes.map((note) => ({ ...note, ticket })));
  for (const { ticket, sealed, own } of [...known, ...notes]) {
    if (ticket === null) continue;
    const note = state.lineRead[sealed] ?? (await keys.note(areaOf(state, ticket) ?? "", findVisit(state, ticket)?.sealed ?? null, { sealed, own }));
    if (note !== null) read[sealed] = note;
  }
  tell({ kind: "line_read", notes: read });
}

/** This browser may read or sign something else than before. @param {string} area */
function keysChanged(area) {
  tell({ kind: "keys", area, keys: keys.view(area) });
  inbox = inbox.then(() => readNames(area, [])).then(() => readMemos([])).then(() => readLine([])).then(() => sealing.grounded());
}

/** Who was met is called as the keys say: staff as certified, all others by the name in which these keys are. Of who was not there is the server's word.
 * @param {RoomPeer} peer */
function nameOf(peer) {
  const met = sealing.who(peer.peer);
  if (met !== null) return met.role === "patient" ? nameText(met.name) : met.name ?? "";
  if (peer.staff || peer.device) return peer.name ?? "";
  const { call } = state;
  const is_first = peer.ticket === null || peer.ticket === call?.ticket;
  return nameText(peer.name ?? (is_first ? call?.name : findVisit(state, peer.ticket ?? "")?.name) ?? null);
}

/** This page is heard now, for the first time or again: whoever is there tells it what holds. */
function greet() {
  void messages.say({ kind: "here" });
  signLanguage.tell();
  quality.tell();
}

/** @param {number} number */
function nameOfNumber(number) {
  const peer = state.call?.peers.find(({ peer }) => peer === number);
  return peer === undefined ? nameText(state.call?.name ?? null) : nameOf(peer);
}

/** The patient of the call, or who stands there for them until they are met. @param {NonNullable<State["call"]>} call */
function patientIn(call) {
  const id = call.sealed === null ? undefined : state.names[call.sealed]?.id;
  const met = call.peers.map((other) => ({ other, who: sealing.who(other.peer) })).filter(({ who }) => who?.role === "patient");
  return (met.find(({ who }) => id !== undefined && who !== null && equal(who.id, id)) ?? met[0])?.other ?? otherPerson(call);
}

/** @returns {number | null} */
function patientNumber() {
  return state.call === null ? null : (patientIn(state.call)?.peer ?? null);
}

/** @param {number} peer */
function isPatient(peer) {
  return peer === patientNumber();
}

/** Starts the staff page in the document, for /staff as for /staff/enrol#<token>. */
export function start() {
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("./staff.css", import.meta.url).href }));
  addEventListener("beforeunload", (event) => {
    if (asking.unsaved) event.preventDefault(); // The browser asks whether to leave.
  });
  unlockOnTouch();
  onLanguage(draw);
  document.addEventListener("keydown", pressed);
  for (const kind of ["pointerdown", "pointermove", "keydown", "wheel"]) addEventListener(kind, touched, { passive: true, capture: true });
  setInterval(() => tell({ kind: "tick" }), TICK_MS);
  void canSeal().then((can) => {
    if (can) return;
    gone = "unsupported";
    signal.stop();
    draw();
  });
  draw();
  void everyLanguage("invite").catch(() => null).then((texts) => {
    invitations = texts;
    queueDraw();
  });
  void vault.then((vault) => vault.get("paper_seen")).then((seen) => {
    paperSeen = seen === true;
    queueDraw();
  });
  void vault.then((vault) => vault.get("alerts")).then((kept) => {
    if (kept?.bell === false) tell({ kind: "bell_switch", on: false });
    if (kept?.notes === true && notesAllowed() === "granted") tell({ kind: "notes_switch", on: true });
  });
  if (location.pathname.startsWith("/staff/enrol")) {
    enrolToken = location.hash.slice(1);
    // The token works once; neither the history nor a bookmark should show it.
    history.replaceState(null, "", "/staff");
    void enrol();
  } else if (location.pathname.startsWith(MAIL_OFF)) {
    gone = "mail-off";
    draw();
  } else if (location.pathname === CALLBACK) {
    const { errand, back } = comeBack(sessionStorage, location.search);
    // What the provider gave works once; neither the history nor a bookmark should show it.
    history.replaceState(null, "", "/staff");
    void (errand === "sign-in" ? signInAgain(back) : linkAgain(back));
  } else {
    signal.connect();
  }
  void fetch("/staff/ways").then((answer) => answer.json()).then(({ provider }) => {
    signIn.provider = account.provider = provider;
    queueDraw();
  }).catch(() => {});
}

/** Back from the provider of identities. @param {Returned["back"]} back */
async function signInAgain(back) {
  gone = "signed-out";
  draw();
  await signIn.returned(back);
}

/** @param {Returned["back"]} back */
async function linkAgain(back) {
  await account.returned(back);
  signal.connect();
  tell({ kind: "ask", dialog: { kind: "account" } });
}

async function enrol() {
  gone = "wait";
  draw();
  const answer = await post("/staff/enrol", { token: enrolToken });
  if (answer?.ok) {
    gone = null;
    enrolToken = "";
    state = initial(Date.now(), "setup");
    signal.connect();
  } else {
    gone = answer === null || answer.status >= 500 ? "enrol-failed" : "link-used";
  }
  draw();
}

/** @param {string} url @param {object} body @returns {Promise<Response | null>} null if there was no answer */
async function post(url, body) {
  try {
    return await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  } catch {
    return null;
  }
}

/** The links for patients; only the daemon knows under which name it is reached from outside. */
async function loadLinks() {
  try {
    const answer = await fetch("/staff/session");
    if (!answer.ok) return;
    const session = /** @type {{ links: { area: string, url: string }[], ways: Ways }} */ (await answer.json());
    reach.ways = session.ways;
    inviteSend.ways = session.ways.invite;
    void vault.then((vault) => vault.get("push")).then((wanted) => reach.greet(wanted === true));
    links = Object.fromEntries(session.links.map(({ area, url }) => [area, url]));
    draw();
  } catch {
    // No answer: the socket says so, and `welcome` brings us here again.
  }
}

/** @param {string} text @returns {Promise<boolean>} false where the browser keeps the clipboard for itself */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Signalling is there, for the first time or again. */
function cameBack() {
  if (gone !== "unsupported") gone = null;
  sealing.reconnected();
  void loadLinks();
  path.retry();
  views.again();
}

/** Some errors end the page's work; then it must not knock for ever. */
function settleGone() {
  switch (state.link) {
    case "signed_out": case "replaced": case "outdated": case "garbled":
      signal.stop();
      path.close();
      closeDevices();
      gone = null;
      draw();
      return;
    case "connecting": case "live": case "lost": return;
  }
}

/** @param {Untimed} event */
function tell(event) {
  const before = state;
  state = next(before, /** @type {StaffEvent} */ ({ ...event, at: Date.now() }));
  for (const effect of effects(before, state)) carryOut(effect);
  follow(before);
  queueDraw();
}

/** @param {Effect} effect */
function carryOut(effect) {
  switch (effect.do) {
    case "send": signal.send({ kind: "staff", command: effect.command }); return;
    case "bell": queueBell(); return;
    case "note": note(); return;
    case "connect":
      path.close();
      sendTracks();
      path.open();
      openDevices();
      return;
    case "hang_up": path.close(); return;
  }
}

/** What follows from a new state for devices and screen readers. @param {State} before */
function follow(before) {
  const checks = state.dialog?.kind === "devices";
  if (checks && before.dialog?.kind !== "devices") tryNetwork();
  if (ownNetwork === "running" && (!checks || state.call !== null)) {
    echo.stop();
    ownNetwork = null;
  }
  if (wantsDevices(before) !== wantsDevices(state)) wantsDevices(state) ? openDevices() : closeDevices();
  const was = before.call, is = state.call;
  awake.want(is !== null && !is.inRoom);
  quality.watch(is?.state === "in_call" && is.path === "connected");
  if (was !== null && is?.first !== was.first) words.end();
  if (was !== null && is !== null && (is.ticket !== was.ticket || is.others !== was.others)) sealing.grounded();
  const guests = waitingGuests(before).map(({ ticket }) => ticket);
  for (const { ticket, name } of waitingGuests(state)) {
    if (guests.includes(ticket)) continue;
    announce(t("staff-guest-waits", { name: nameText(name) }));
    roomTone();
  }
  if (is?.state !== "in_call" || is.inRoom) shared.stop(); // nobody sees it now, and it would be forgotten
  const [screens, before_screens] = [screensOf(is), screensOf(was)];
  if (screens.length !== 0 && before_screens.length === 0) announce(t("share-theirs", { name: screens[0] === undefined ? "" : nameOf(screens[0].peer) }));
  if ((is !== null && is.first !== was?.first) || (before.after !== null && state.after === null && is === null)) {
    files.forget();
    live.forget();
    signLanguage.forget();
    consents = answersIn(null);
    photo = null;
    theirScreen = null;
    if (!asking.unsaved) asking.close();
  }
  if (is === null && was !== null) files.end();
  if (is === null && was !== null) setMuted(false); // nobody should begin a visit unheard because of the one before
  if (is !== null && is.first !== was?.first && is.known) switchTo(muted, cameraOff);
  if (is?.known && was?.first === is.first && !was.known) switchTo(is.muted, is.cameraOff);
  for (const [ticket, notes] of Object.entries(state.lineNotes)) {
    if (notes.length <= (before.lineNotes[ticket]?.length ?? 0) || unreadNotes(state, ticket) <= unreadNotes(before, ticket)) continue;
    announce(t("staff-line-came", { name: nameText(findVisit(state, ticket)?.name ?? null) }));
    if (state.bellOn && state.call === null) roomTone();
  }
  if (state.news !== before.news) {
    const text = newsText(state.news);
    if (text !== null) announce(text);
  }
  if (state.link !== before.link && state.link === "lost") announce(t("staff-lost"), "assertive");
  if (state.link !== before.link && before.link === "lost" && state.link === "live") announce(t("staff-live"), "assertive");
}

/** The camera's light is on only while somebody looks at a question about it or at a patient. @param {State} of */
function wantsDevices(of) {
  return of.call !== null && !of.call.inRoom || of.dialog?.kind === "confirm" || of.dialog?.kind === "devices";
}

function openDevices() {
  void devices.open({ microphone: true, camera: !cameraOff });
}

function closeDevices() {
  devices.close("microphone");
  devices.close("camera");
}

function devicesChanged() {
  if (devices.microphone !== null) devices.microphone.enabled = !muted;
  sendTracks();
  void devices.list().then((list) => {
    choices = list;
    queueDraw();
  });
  queueDraw();
}

function pathChanged() {
  if (state.call !== null && state.call.path === path.state) return queueDraw();
  if (path.state === "lost" || state.link === "lost") signal.wake(); // the one knows of the network before the other
  tell({ kind: "path", path: path.state });
}

/** @type {Acts} */
const acts = {
  tell,
  send: (command) => {
    const sent = signal.send({ kind: "staff", command });
    if (!sent) tell({ kind: "noted", what: "offline" });
    return sent;
  },
  close: () => tell({ kind: "close" }),
  start: (ticket) => {
    const visit = findVisit(state, ticket);
    if (visit !== null && mayStart(state, visit)) tell({ kind: "ask", dialog: { kind: "confirm", ticket } });
  },
  tellTurn: (ticket) => {
    const visit = findVisit(state, ticket);
    if (visit !== null && mayTell(state, visit)) acts.send({ action: "admit", ticket });
  },
  admit: (ticket) => {
    tell({ kind: "asked", ticket });
    acts.send({ action: "admit", ticket });
  },
  add: (ticket) => {
    const visit = findVisit(state, ticket);
    if (visit === null || !mayAdd(state, visit)) return;
    tell({ kind: "let_in", ticket }); // Before the server says that they are there: only whom this page has let in gets its keys.
    acts.send({ action: "add_to_call", ticket });
  },
  join: (ticket) => {
    const visit = findVisit(state, ticket);
    if (visit === null || !mayJoin(state, visit)) return;
    tell({ kind: "asked", ticket, join: true });
    acts.send({ action: "join_call", ticket });
  },
  cancelCall: (ticket) => {
    tell({ kind: "let_go", ticket });
    acts.send({ action: "cancel_call", ticket });
  },
  letGo: (ticket) => {
    tell({ kind: "let_go", ticket });
    acts.send({ action: "let_go", ticket });
  },
  inviteGuest: (ticket) => {
    tell({ kind: "close" });
    acts.send({ action: "make_guest_link", ticket });
  },
  endVisit: (ticket) => {
    acts.send({ action: "end", ticket });
    tell({ kind: "close" });
  },
  holdOrResume: () => {
    const call = state.call;
    if (call === null || call.joined || call.state === "called") return;
    if (call.state !== "held") return void holdAll();
    for (const { visit } of ownVisits(state)) if (visit.state === "held") acts.resume(visit.ticket);
  },
  resume: (ticket) => {
    if (acts.send({ action: "unhold", ticket })) tell({ kind: "to_call" });
  },
  holdAndLook: () => {
    const call = state.call;
    if (call !== null && (call.state === "held" || holdAll())) tell({ kind: "to_room" });
  },
  askEnd: () => {
    // A colleague's goes on without this page.
    if (state.call?.joined === true) signal.send({ kind: "leave" });
    else tell({ kind: "ask", dialog: { kind: "end" } });
  },
  share: () => {
    if (shared.track !== null) return shared.stop();
    void shared.share().then((opened) => {
      if (!opened) announce(t("share-failed"), "assertive");
    });
  },
  mute: () => switchTo(!muted, cameraOff),
  camera: () => switchTo(muted, !cameraOff),
  panel: (panel) => tell({ kind: "panel", panel: state.call?.panel === panel ? "none" : panel }),
  formTemplate: async () => {
    const call = state.call;
    if (call === null) return;
    const reads = findVisit(state, call.ticket)?.language ?? language();
    const of = preferredLanguage([reads]);
    const answer = await fetch(new URL(`../../locales/${of}/consent.md`, import.meta.url)).catch(() => null);
    const area = state.areas.find(({ slug }) => slug === call.area);
    if (answer?.ok && area !== undefined) await asking.show({ title: t("staff-form-title"), text: filled(await answer.text(), { practice: area.practice || area.title, title: area.title }), language: of });
  },
  formOwn: async (file) => {
    if (PDF_BYTES_MAX < file.size) return asking.refuse("too_large");
    const bytes = new Uint8Array(await file.arrayBuffer().catch(() => new ArrayBuffer()));
    if (isPdf(bytes) || /\.pdf$/i.test(file.name)) return showPdf(file.name, bytes);
    const text = decoded(bytes);
    if (text === null || text.trim() === "" || FORM_CHARS_MAX < text.length) asking.refuse("no_text");
    else await asking.show({ title: file.name, text, language: preferredLanguage([findVisit(state, state.call?.ticket ?? "")?.language ?? language()]) });
  },
  formAgain: () => void asking.again(),
  formSave: () => {
    if (asking.pdf === null) return;
    download(`${t("staff-form-file")} ${new Date().toISOString().slice(0, 16).replaceAll(":", ".")}.pdf`, new Blob([asking.pdf], { type: "application/pdf" }));
    asking.markSaved();
  },
  redraw: () => queueDraw(),
  askScreen: async () => {
    const call = state.call;
    if (call === null) return;
    // The server takes none before it was asked for; the patient's page hears of it sealed.
    const is_allowed = signal.send({ kind: "staff", command: { action: "ask_screen", ticket: call.ticket } });
    theirScreen = is_allowed && (await messages.say({ kind: "screen_ask", to: patientNumber() })) ? "asked" : "failed";
    queueDraw();
  },
  askPhoto: async () => {
    photo = (await messages.say({ kind: "photo_ask", to: patientNumber() })) ? "asked" : "failed";
    queueDraw();
  },
  write: async (text) => {
    const sent = await messages.say({ kind: "text", text });
    if (sent) tell({ kind: "chat", by: null, text });
    else announce(t("chat-not-sent"), "assertive");
    return sent;
  },
  files: fileActs(files, (chosen) => files.send(chosen)),
  presence: (presence) => {
    const area = shownArea(state);
    if (area === null) return;
    if (presence === "away" || presence === "closed") tell({ kind: "ask", dialog: { kind: "presence", presence } });
    else acts.send({ action: "set_presence", area: area.slug, presence, text: "" });
    draw(); // The radio group shows what the server says until the server says otherwise.
  },
  saveArea: (command) => {
    if (!acts.send(command)) return;
    keys.rename(command.area, command.title);
    tell({ kind: "place", place: "link" });
    tell({ kind: "noted", what: "saved" });
  },
  saveRules: (area, rules) => {
    if (!acts.send({ action: "set_rules", area, rules })) return;
    tell({ kind: "place", place: "room" });
    tell({ kind: "noted", what: "saved" });
  },
  copy: (text) => void copied(text).then((done) => tell({ kind: "noted", what: done ? "copied" : "not_copied" })),
  saveInvitation: (invitation, say, of) => {
    const file = calendar(invitation, say, of, { id: crypto.randomUUID(), now: Date.now() });
    if (file !== null) download(t("staff-invite-file"), new Blob([file], { type: "text/calendar;charset=utf-8" }));
  },
  printPage: () => window.print(),
  copyChat: (ticket) => acts.copy(chatText(ticket)),
  saveChat: (ticket) => download(t("staff-chat-file"), new Blob([chatText(ticket)], { type: "text/plain;charset=utf-8" })),
  compareWords: () => {
    const other = state.call === null ? null : patientIn(state.call);
    if (other === null || sealing.who(other.peer) === null) return;
    words.begin(other.peer);
    tell({ kind: "ask", dialog: { kind: "words" } });
  },
  answerWords: (same) => {
    words.answer(same);
    sameWordsIn = same ? state.call?.ticket ?? null : null;
  },
  closeWords: () => {
    words.end();
    tell({ kind: "close" });
  },
  writeMemo: async (ticket, text) => {
    const sealed = text === "" ? null : await keys.writeMemo(areaOf(state, ticket) ?? "", findVisit(state, ticket)?.sealed ?? null, text);
    if (text !== "" && sealed === null) return tell({ kind: "noted", what: "not_written" });
    if (acts.send({ action: "set_memo", ticket, sealed })) acts.close();
  },
  writeNote: async (ticket, text) => {
    const note = await keys.writeNote(areaOf(state, ticket) ?? "", findVisit(state, ticket)?.sealed ?? null, text);
    if (note === null) {
      tell({ kind: "noted", what: "not_written" });
      return false;
    }
    const sent = signal.send({ kind: "note", ticket, ...note });
    if (!sent) tell({ kind: "noted", what: "offline" });
    return sent;
  },
  handOver: (ticket, to) => {
    const from = areaOf(state, ticket) ?? "";
    void keys.handOver(from, findVisit(state, ticket)?.sealed ?? null, to).then((along) => {
      tell({ kind: "let_go", ticket });
      if (acts.send({ action: "transfer", ticket, to, ...along })) acts.close();
    });
  },
  accept: (area, id, name, part) => {
    keys.accept(area, id, name, part);
    tell({ kind: "close" });
  },
  revoke: (area, id) => {
    keys.revoke(area, id);
    tell({ kind: "close" });
  },
  setPolicy: (area, policy) => {
    keys.setPolicy(area, policy);
    draw(); // The choice shows what the keys say until they say otherwise.
  },
  compareAnew: (area) => keys.compareAnew(area),
  restore: (area, seed) => void keys.restore(area, seed, state.me).then((fits) => tell(fits ? { kind: "close" } : { kind: "ask", dialog: { kind: "keys_lost", wrong: true } })),
  startAnew: (area) => {
    keys.startAnew(area, state.me);
    tell({ kind: "close" });
  },
  paperSeen: () => {
    paperSeen = true;
    void vault.then((vault) => vault.put("paper_seen", true));
    void navigator.storage?.persist?.(); // A browser that tidies up should leave the keys. Some ask the person, who thinks of keys just now.
    queueDraw();
  },
  print: () => {
    acts.paperSeen();
    window.print();
  },
  bellSwitch: (on) => {
    tell({ kind: "bell_switch", on });
    keepAlerts();
  },
  notesSwitch: (on) => void (on ? askForNotes() : Promise.resolve(false)).then((may) => {
    tell({ kind: "notes_switch", on: may });
    keepAlerts();
  }),
  testBell: queueBell,
  tryNetwork,
  openDevices,
  use: (kind, id) => void devices.use(kind, id),
  blur: (on) => void devices.chooseBlur(on),
  speak: (id) => {
    devices.speaker = id;
    queueDraw();
  },
  deviceIs: (kind, is) => {
    devices.status = { ...devices.status, [kind]: is };
    queueDraw();
  },
  soundBlocked: () => {
    soundBlocked = true;
    queueDraw();
  },
  unblockSound: () => {
    for (const element of document.querySelectorAll("audio")) void element.play().then(() => (soundBlocked = false)).finally(queueDraw);
  },
  smallWindow: () => void shrink().then((done) => done || announce(t("small-window-failed"), "assertive")),
  fullScreen: () => void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => {}),
  signOut: () => void post("/staff/sign-out", {}).then((answer) => {
    if (answer?.ok) {
      if (canPush()) void unsubscribe().catch(() => {}); // The server has forgotten it already.
      tell({ kind: "signed_out" });
      settleGone();
    } else tell({ kind: "noted", what: "offline" });
  }),
  account: () => {
    account.show("list");
    tell({ kind: "ask", dialog: { kind: "account" } });
  },
  reach: () => {
    void reach.open();
    tell({ kind: "ask", dialog: { kind: "reach" } });
  },
  pushSwitch: (on) => void reach.setPush(on).then(async (is) => (await vault).put("push", is)),
  mailOff: () => void post(location.pathname, {}).then((answer) => {
    gone = answer?.ok ? "mail-is-off" : "mail-off-failed";
    draw();
  }),
  toSignIn: () => {
    gone = "signed-out";
    draw();
  },
  tryNow: () => signal.wake(),
  useHere: () => {
    state = initial(Date.now(), "room");
    gone = "wait";
    signal.connect();
    draw();
  },
  enrolAgain: () => void enrol(),
  reload: () => location.reload(),
};

/** How this person is told that somebody waits stays with this browser. */
function keepAlerts() {
  void vault.then((vault) => vault.put("alerts", { bell: state.bellOn, notes: state.notesOn }));
}

/** @param {Uint8Array} bytes @returns {string | null} null if they are no text */
function decoded(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Shows a form that is a PDF, if a patient can read and sign it. @param {string} title @param {Bytes} bytes */
async function showPdf(title, bytes) {
  const call = state.call?.ticket;
  const why = await unfit(await library(), bytes);
  const opened = why === null ? await Pages.open(bytes).catch(() => null) : null;
  if (state.call?.ticket !== call || asking.form !== null) return opened?.close();
  if (opened === null) return asking.refuse(why ?? "broken");
  formPages = opened;
  asking.showPdf(title, bytes);
}

function closePages() {
  formPages?.close();
  formPages = null;
}

/** Everybody who is in the call. @returns {boolean} false if there is no connection */
function holdAll() {
  return ownVisits(state).filter(({ visit }) => visit.state === "in_call").every(({ visit }) => acts.send({ action: "hold", ticket: visit.ticket }));
}

/** @param {string} ticket */
function chatText(ticket) {
  return (state.chats[ticket] ?? []).map((line) => `${t("chat-by", { name: line.mine ? t("you") : line.by, time: clockTime(line.at) })}: ${line.text}`).join("\n");
}

/** The server stops forwarding what is switched off, and this device stops capturing it. @param {boolean} nextMuted @param {boolean} nextCameraOff */
function switchTo(nextMuted, nextCameraOff) {
  cameraOff = nextCameraOff;
  setMuted(nextMuted);
  if (cameraOff) devices.close("camera");
  else if (wantsDevices(state)) openDevices();
  sendTracks();
  if (state.call !== null) signal.send({ kind: "mute", muted, camera_off: cameraOff });
  tell({ kind: "switched", muted, cameraOff });
}

/** @param {boolean} to */
function setMuted(to) {
  muted = to;
  if (devices.microphone !== null) devices.microphone.enabled = !muted;
}

/** What goes out; nothing before the page knows what was switched off before it was loaded. */
function sendTracks() {
  const known = state.call?.known !== false;
  path.send({ microphone: known ? devices.microphone : null, camera: known && !cameraOff ? devices.camera : null, screen: shared.track });
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const target = event.target;
  const inField = target instanceof HTMLElement && target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
  const radio = target instanceof HTMLInputElement && target.type === "radio";
  const action = keyAction(state, event.key, inField || radio && event.key.startsWith("Arrow"));
  if (action === null) return;
  event.preventDefault();
  switch (action) {
    case "close": if (state.menu !== null) tell({ kind: "menu", ticket: null }); else acts.panel("none"); return;
    case "keys": tell({ kind: "ask", dialog: { kind: "keys" } }); return;
    case "next": { const visit = nextVisit(state); if (visit !== null) acts.start(visit.ticket); return; }
    case "up": moveInList(-1); return;
    case "down": moveInList(1); return;
    case "mute": acts.mute(); return;
    case "camera": acts.camera(); return;
    case "chat": acts.panel("chat"); return;
    case "hold": acts.holdOrResume(); return;
    case "end": acts.askEnd(); return;
  }
}

/** Moves the focus between the cards' main buttons. @param {1 | -1} by */
function moveInList(by) {
  const buttons = [...document.querySelectorAll("[data-main]")].filter((b) => b instanceof HTMLElement);
  const at = buttons.findIndex((b) => b.closest(".qcard")?.contains(document.activeElement));
  buttons[at < 0 ? (by > 0 ? 0 : buttons.length - 1) : Math.min(buttons.length - 1, Math.max(0, at + by))]?.focus();
}

function queueDraw() {
  if (drawQueued) return;
  drawQueued = true;
  queueMicrotask(() => {
    drawQueued = false;
    draw();
  });
}

function draw() {
  const shown = screen(state);
  mark(state.link === "live" ? waitingAnywhere(state) : 0);
  if (gone !== null && (shown === "wait" || gone !== "wait")) return show(keyOfGone(gone), goneView(gone, acts, signIn), titleOfGone(gone));
  const outside = lookOutside();
  const dialog = dialogView(state, outside, acts);
  switch (shown) {
    case "wait": case "signed-out": case "replaced": case "outdated": case "garbled": show(keyOfGone(shown), goneView(shown, acts, signIn), titleOfGone(shown)); break;
    case "V0": show(`V0-${state.place}`, desk(state, acts, firstRunView(state, outside, acts), dialog), `${t("staff-room")} · Anteroom`); break;
    case "rules": show("rules", desk(state, acts, rulesView(state, acts), dialog), `${t("staff-rules")} · Anteroom`); break;
    case "look": show("look", desk(state, acts, lookView(state, outside, acts), dialog), `${t("staff-look")} · Anteroom`); break;
    case "V1": show("V1", desk(state, acts, queueView(state, outside, acts), dialog), queueTitle(state)); break;
    case "V3": if (state.call !== null) show("V3", callView(state, state.call, outside, acts, dialog), callTitle(state)); break;
    case "V4": if (state.after !== null) show("V4", desk(state, acts, afterView(state, state.after, files, asking, acts), dialog), queueTitle(state)); break;
  }
}

/** Each step of signing in is a view of its own, whose heading takes the focus. @param {GoneScreen} which */
function keyOfGone(which) {
  return which === "signed-out" ? `${which}-${signIn.step}` : which;
}

/** @param {GoneScreen} which */
function titleOfGone(which) {
  return `${t(which === "wait" ? "staff-wait" : which === "unsupported" ? "staff-unsupported" : which === "replaced" ? "staff-replaced" : which === "outdated" ? "staff-outdated" : which === "garbled" ? "staff-garbled" : which === "link-used" ? "staff-link-used" : which === "mail-off" || which === "mail-is-off" || which === "mail-off-failed" ? `staff-${which}` : "staff-sign-in")} · Anteroom`;
}

/** @returns {Outside} */
function lookOutside() {
  const camera = cameraOff ? null : devices.camera;
  if (preview?.track !== camera) preview = camera === null ? null : { track: camera, stream: new MediaStream([camera]) };
  const other = state.call === null ? null : patientIn(state.call);
  const whole = Object.entries(links).flatMap(([area, url]) => {
    const { fingerprint, role } = keysOf(state, area);
    return fingerprint === null || role === "stranger" ? [] : [[area, writeLink(url, fingerprint)]]; // a root that nobody has compared is not for patients
  });
  return {
    links: Object.fromEntries(whole), invitations, paper: keys.sheet(state.area ?? ""), paperSeen, nameOf, keyless: (peer) => sealing.keyless(peer), camera: cameraOff ? "skipped" : devices.status.camera, microphone: devices.status.microphone, cameraOff,
    look: lookEditor, reach, inviteSend, preview: preview?.stream ?? null, network: ownNetwork, path, views, lock: lockOf(sealing.state, state.call, sameWordsIn !== null && sameWordsIn === state.call?.ticket && state.call.others.length === 0 ? "words" : "name", takesClear()), words: words.view, wordsListed, met: other !== null && sealing.who(other.peer) !== null, reaches: sealing.reaches, files, live, quality: quality.shown, signLanguage, nameOfNumber, photo, screen: theirScreen, asking, formPages, consents, sharing: shared.track !== null, choices, devices, fullScreen: document.fullscreenEnabled, account, announced, bellReady: audio()?.state === "running", soundBlocked,
  };
}
