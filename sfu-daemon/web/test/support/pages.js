// Both pages without a browser: their state, and all that their views compute for it. A test can have them hear whatever it likes.

import { initial as patientInitial, next as patientNext, screen as patientScreen, wants } from "../../js/state.js";
import { NO_KEYS } from "../../js/staff/keys.js";
import { effects, initial as staffInitial, next as staffNext, screen as staffScreen } from "../../js/staff/state.js";

/** @import { PatientEvent } from "../../js/state.js" */
/** @import { Event } from "../../js/staff/state.js" */
/** @import { AreaView, PatientView, QueueTicket, RoomPeer, ServerMessage, SlotView } from "../../js/types.d.ts" */

/** @typedef {{ name: string, hears: (message: ServerMessage) => void }} Page `hears` has no effect on the page as it was: each message is heard by the same page */

const NOW = 1_790_000_000_000;

/** Whatever is asked of it, called on it, or looked for in it. @type {any} */
const ANYTHING = new Proxy(() => {}, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => "" : name === Symbol.iterator ? () => [].values() : name === "then" ? undefined : ANYTHING),
  apply: () => ANYTHING,
});

/** What views import needs a document to be there, not to be one. */
function standIn() {
  Object.assign(globalThis, {
    document: { createComment: () => ANYTHING, createTreeWalker: () => ANYTHING, querySelector: () => null, documentElement: { lang: "en" }, fullscreenEnabled: true, fonts: undefined },
    matchMedia: () => ({ matches: true, addEventListener() {} }), location: new URL("https://clinic.example/a/reception"), HTMLElement: class {}, HTMLMediaElement: class {}, customElements: { define() {} }, navigator: { languages: ["en-GB"], mediaDevices: { getDisplayMedia: 1 }, userAgent: "" },
  });
}

/** Goes through all that a view is made of, as the browser would. @param {any} view */
export function walk(view) {
  if (typeof view !== "object" || view === null) return;
  if (Array.isArray(view)) return view.forEach(walk);
  if ("_$litDirective$" in view) {
    const [items, key, template] = view.values;
    if (!Array.isArray(items) || typeof key !== "function") return;
    const keys = items.map((item, index) => key(item, index));
    if (new Set(keys).size !== keys.length) throw new Error(`two with the same key: ${keys}`);
    return items.forEach((item, index) => walk((template ?? key)(item, index)));
  }
  if ("_$litType$" in view) view.values.forEach(walk);
}

/** @type {AreaView} */
const AREA = { slug: "reception", practice: "Praxis am Lindenhof", title: "Dr. Lena Hoffmann", help_phone: "030 1234567", presence: "open", presence_text: "", waiting: 2, full: false, hours: null, out_of_hours: false, opens_ms: null, closed_text: "", entry: "anyone", look: { accent: "", welcome: "", logo: null, show: null }, seal: null };
/** @type {RoomPeer} */
const PEER = { peer: 2, name: null, ticket: null, staff: false, guest: false, device: false, muted: false, camera_off: false, connected: true, page_lost: false };
/** @type {SlotView} */
const SLOT = { slot: 0, audio_mid: "2", video_mid: "3", peer: 2, source: "camera" };
/** @type {ServerMessage[]} */
const ROOM = [
  { kind: "room", ticket: null, me: 1, muted: false, camera_off: false, peers: [PEER, { ...PEER, peer: 3, device: true }], slots: [SLOT, { ...SLOT, slot: 1, peer: 3 }, { ...SLOT, slot: 2, source: "screen" }] },
  { kind: "speaking", peers: [2], dominant: 2 },
];

/** What both views take from outside. */
const OUTSIDE = {
  path: ANYTHING, views: ANYTHING, sharing: false, screen_asked: true, screen: null, reaches: true, nameOf: (/** @type {RoomPeer} */ peer) => peer.name ?? "Maria", keyless: () => true, choices: { microphones: [], cameras: [], speakers: [] },
  words: { step: "idle" }, live: { mode: "off", lines: [] }, nameOfNumber: () => "Maria", sign_language: { on: true }, signLanguage: { on: true }, files: { state: { files: [], now: NOW, asked: false, may: true, receipts: [] } },
};

/** @returns {Promise<Page[]>} */
export async function patientPages() {
  standIn();
  const [{ draw, tabTitle }, { Consents }] = await Promise.all([import("../../js/patient/screens.js"), import("../../js/consent.js")]);
  /** @type {PatientView} */
  const visit = { version: 0, state: "arriving", position: 2, waited_ms: 0, rejoin_ms: null, clinician: "Dr. Lena Hoffmann", reason: null, guest: false, tell_by: ["mail", "sms"], turn_message: "not_asked" };
  /** @param {PatientView["state"]} state @returns {PatientEvent} */
  const is = (state) => ({ kind: "message", message: { kind: "patient", patient: { ...visit, state } } });
  /** @type {PatientEvent[]} */
  const opened = [
    { kind: "message", message: { kind: "welcome", protocol: 1, now_ms: NOW, countdown_ms: 3000, me: null, role: null } }, { kind: "message", message: { kind: "area", area: AREA } },
    { kind: "judged", judged: { kind: "trusted", trust: "link", policy: "require" } },
  ];
  /** @type {PatientEvent[]} */
  const waiting = [...opened, { kind: "message", message: { kind: "checked_in", token: "t", patient: visit } }, { kind: "set_up_done" }, is("waiting")];
  /** @type {PatientEvent[]} */
  const calling = [...waiting, is("called"), is("in_call"), ...ROOM.map((message) => /** @type {PatientEvent} */ ({ kind: "message", message }))];
  /** @type {Record<string, PatientEvent[]>} */
  const pages = {
    "before the check-in": opened, "in line": waiting, called: [...waiting, is("called")], "in a call": calling, "in a call with the chat": [...calling, { kind: "chat", open: true }], "on hold": [...calling, is("held")],
    "at the end": [...calling, is("ended")], "asking what is known": [...waiting, { kind: "dialog", dialog: "knows" }],
  };
  return Object.entries(pages).map(([name, events]) => {
    const state = events.reduce((state, event) => patientNext(state, event, NOW), patientInitial(NOW));
    const hears = (/** @type {ServerMessage} */ message) => {
      const after = patientNext(state, { kind: "message", message }, NOW);
      wants(after);
      const ui = {
        ...OUTSIDE, state: after, act: ANYTHING, devices: { status: after.devices, microphone: null, camera: null, speaker: "" }, sound_blocked: false, lock: "link", word_list: [], met: () => true, photo: { step: "" },
        signing: { form: null }, pages: null, pad: ANYTHING, saveForm: ANYTHING, redraw: ANYTHING, consents: new Consents(() => {}),
      };
      if (typeof patientScreen(after) !== "string") throw new Error("no screen");
      walk(draw(/** @type {any} */ (ui)));
      tabTitle(after);
    };
    return { name, hears };
  });
}

/** @returns {Promise<Page[]>} */
export async function staffPages() {
  standIn();
  const [{ desk, newsText }, { queueView, queueTitle }, { callView, callTitle }, { afterView }, { dialogView }, { firstRunView }] = await Promise.all([
    import("../../js/staff/bar.js"), import("../../js/staff/queue.js"), import("../../js/staff/call.js"), import("../../js/staff/after.js"), import("../../js/staff/dialogs.js"), import("../../js/staff/first-run.js"),
  ]);
  /** @type {QueueTicket} */
  const ticket = {
    ticket: "5e0c…", sealed: "k3Jx0…", name: null, language: "de", state: "waiting", position: 1, waited_ms: 240_000, connection: "alive", place_kept_ms: null, camera: "works", microphone: "works", hears: null, network: null, needs_a_minute: false, clinician: null, mine: false, joined: false, guest_of: null, turn_message: "not_asked",
  };
  /** @param {Partial<QueueTicket>[]} tickets @returns {ServerMessage} */
  const queue = (...tickets) => ({ kind: "queue", area: "reception", version: 17, tickets: tickets.map((other) => ({ ...ticket, ...other })) });
  /** @typedef {Event extends infer E ? E extends Event ? Omit<E, "at"> : never : never} Untimed */
  const said = (/** @type {ServerMessage} */ message) => /** @type {Untimed} */ ({ kind: "message", message });
  /** @type {Untimed[]} */
  const opened = [
    said({ kind: "welcome", protocol: 1, now_ms: NOW, countdown_ms: 3000, me: "Dr. Lena Hoffmann", role: "admin" }), said({ kind: "area", area: AREA }), { kind: "keys", area: "reception", keys: { ...NO_KEYS, role: "holder" } },
    said(queue({}, { ticket: "6", position: 2, state: "away", connection: "lost", place_kept_ms: 7 })), { kind: "names", names: { "k3Jx0…": { name: "Maria", old: false, id: /** @type {any} */ (null) } } },
  ];
  /** @type {Untimed[]} */
  const calling = [...opened, { kind: "asked", ticket: "5e0c…" }, said(queue({ state: "called", mine: true })), said(queue({ state: "in_call", mine: true })), ...ROOM.map((message) => said(message.kind === "room" ? { ...message, ticket: "5e0c…" } : message)), { kind: "path", path: "connected" }];
  /** @type {Untimed[]} */
  const three = [...calling, { kind: "let_in", ticket: "7" }, said(queue({ state: "in_call", mine: true }, { ticket: "7", state: "held", mine: true, guest_of: "5e0c…" }, { ticket: "8", state: "in_call", mine: true }, { ticket: "9", guest_of: "5e0c…" }))];
  /** @type {Record<string, Untimed[]>} */
  const pages = {
    "before anything": [], "with a line": opened, "with an open menu": [...opened, { kind: "menu", ticket: "5e0c…" }], "in a call": calling, "in a call with the chat": [...calling, { kind: "panel", panel: "chat" }], "in a call with the tools": [...calling, { kind: "panel", panel: "devices" }],
    "in a call of three": [...three, { kind: "panel", panel: "devices" }], "with a guest's link": [...calling, said({ kind: "guest_link", ticket: "5e0c…", token: "7c2b91…" })],
    "with a colleague's call": [...opened, said(queue({ state: "in_call", clinician: "Dr. Weber" }))], "in a colleague's call": [...opened, { kind: "asked", ticket: "5e0c…", join: true }, said(queue({ state: "in_call", mine: true })), { kind: "panel", panel: "devices" }],
    "after a call": [...calling, said({ kind: "call_ended", ticket: "5e0c…", reason: "patient_left", lasted_ms: 7 }), said(queue())],
  };
  return Object.entries(pages).map(([name, events]) => {
    const state = events.reduce((state, event) => staffNext(state, /** @type {Event} */ ({ ...event, at: NOW })), staffInitial(NOW, "room"));
    const hears = (/** @type {ServerMessage} */ message) => {
      const after = staffNext(state, { kind: "message", message, at: NOW });
      effects(state, after);
      newsText(after.news);
      const outside = {
        ...OUTSIDE, links: { reception: "https://clinic.example/a/reception" }, paper: null, paperSeen: true, wordsListed: [], met: true, camera: "works", microphone: "works", cameraOff: false, preview: null, lock: "name", photo: null,
        asking: { form: null, refused: null }, formPages: null, consents: { file: null, photo: null, screen: null }, devices: { microphone: null, camera: null, speaker: "", using: () => "" }, fullScreen: true, bellReady: true, soundBlocked: false, announced: { unread: [] }, reach: { ways: { mail: true, push: null, invite: [] }, mail: null, problem: null, news: null, busy: false }, inviteSend: { ways: [], busy: null, news: null },
      };
      const [o, acts] = [/** @type {any} */ (outside), ANYTHING];
      walk(dialogView(after, o, acts));
      switch (staffScreen(after)) {
        case "V0": walk(desk(after, acts, firstRunView(after, o, acts), null)); break;
        case "V1": walk(desk(after, acts, queueView(after, o, acts), null)); queueTitle(after); break;
        case "V3": if (after.call !== null) walk(callView(after, after.call, o, acts, null)); callTitle(after); break;
        case "V4": if (after.after !== null) walk(desk(after, acts, afterView(after, after.after, o.files, o.asking, acts), null)); break;
        case "wait": case "signed-out": case "replaced": case "outdated": case "garbled": break;
      }
    };
    return { name, hears };
  });
}
