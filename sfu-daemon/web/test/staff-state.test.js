// The staff page's promises, kept by the pure state: no clock, no document.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  BELL_AGAIN_MS, CHAT_LINES_MAX, NEWS_MS, REORDER_HELD_MS_MAX, SLEPT_MS, SNOOZE_MS, effects, initial, isLetIn, isOfCall, keyAction, mayAdd, mayJoin, mayStart, mayTell, next, nextVisit, otherPerson, screen, shownVisits, waitedMs, waiting, waitingGuests, worstFact, unreadNotes,
} from "../js/staff/state.js";
import { NO_KEYS } from "../js/staff/keys.js";

/** @import { AreaView, QueueTicket, ServerMessage } from "../js/types.d.ts" */
/** @import { Effect, Event, State, Visit } from "../js/staff/state.js" */

/** A page with a clock that only the test moves. */
class Page {
  now = 1_000_000;
  /** @type {State} */ state = initial(this.now, "room");
  /** @type {Effect[]} */ did = [];

  /** @param {Event extends infer E ? E extends Event ? Omit<E, "at"> : never : never} event */
  does(event) {
    const before = this.state;
    this.state = next(before, /** @type {Event} */ ({ ...event, at: this.now }));
    this.did.push(...effects(before, this.state));
    return this;
  }

  /** @param {ServerMessage} message */
  hears(message) {
    return this.does({ kind: "message", message });
  }

  /** @param {number} ms */
  later(ms) {
    this.now += ms;
    return this.does({ kind: "tick" });
  }

  /** @param {QueueTicket[]} tickets @param {Partial<AreaView>} [view] */
  opens(tickets = [], view = {}) {
    return this.welcome().hears({ kind: "area", area: area("a", view) }).hears({ kind: "queue", area: "a", version: 1, tickets });
  }

  welcome() {
    return this.hears({ kind: "welcome", protocol: 1, now_ms: this.now + 500, countdown_ms: 3000, role: "admin", me: "Dr. Lena Hoffmann" });
  }

  /** This window starts with `id`, who goes in. @param {string} id */
  admits(id) {
    return this.does({ kind: "asked", ticket: id }).changes([own(id, "called")]);
  }

  /** @param {QueueTicket[]} upserted @param {string[]} [removed] */
  changes(upserted, removed = []) {
    const version = (this.state.queues["a"]?.version ?? 0) + 1;
    return this.hears({ kind: "queue_delta", area: "a", version, upserted, removed });
  }

  bells() {
    return this.did.filter((e) => e.do === "bell").length;
  }

  /** @param {Effect["do"]} what */
  all(what) {
    return this.did.filter((e) => e.do === what);
  }

  commands() {
    return this.did.flatMap((e) => (e.do === "send" ? [e.command] : []));
  }
}

/** @param {string} slug @param {Partial<AreaView>} [view] @returns {AreaView} */
function area(slug, view = {}) {
  return { slug, practice: "", title: "", help_phone: "", presence: "open", presence_text: "", waiting: 0, full: false, hours: null, out_of_hours: false, opens_ms: null, closed_text: "", entry: "anyone", look: { accent: "", welcome: "", logo: null, show: null }, seal: null, ...view };
}

/** @param {string} id @param {number | null} position @param {Partial<QueueTicket>} [change] @returns {QueueTicket} */
function ticket(id, position, change = {}) {
  return {
    ticket: id, sealed: null, name: id.toUpperCase(), language: "en", state: "waiting", position, waited_ms: 60_000, connection: "alive", place_kept_ms: null,
    camera: "works", microphone: "works", hears: null, network: null, needs_a_minute: false, clinician: null, mine: false, joined: false, guest_of: null, turn_message: "not_asked", ...change,
  };
}

/** @param {string} id @param {"called" | "in_call" | "held"} state @param {Partial<QueueTicket>} [change] */
function own(id, state, change = {}) {
  return ticket(id, null, { state, mine: true, clinician: "Dr. Lena Hoffmann", ...change });
}

/** @param {Page} page */
const order = (page) => shownVisits(page.state).map((v) => v.ticket);

test("the list is in the order of places, with the own call first", () => {
  const page = new Page().opens([ticket("b", 2), ticket("c", 3), ticket("a", 1)]);
  assert.deepEqual(order(page), ["a", "b", "c"]);
  page.admits("c").changes([own("c", "in_call")]);
  assert.deepEqual(order(page), ["c", "a", "b"]);
});

test("a version gap makes the page ask for the whole queue, once", () => {
  const page = new Page().opens([ticket("a", 1)]);
  page.did = [];
  page.hears({ kind: "queue_delta", area: "a", version: 3, upserted: [ticket("c", 3)], removed: [] });
  page.hears({ kind: "queue_delta", area: "a", version: 4, upserted: [], removed: ["a"] });
  assert.deepEqual(page.commands(), [{ action: "watch", area: "a" }]);
  assert.deepEqual(order(page), ["a"], "nothing is guessed meanwhile");
  page.hears({ kind: "queue", area: "a", version: 4, tickets: [ticket("c", 1)] });
  assert.deepEqual(order(page), ["c"]);
  assert.deepEqual(page.state.stale, []);
});

test("a page that slept asks for its queues anew, since it cannot tell how old is what it finds", () => {
  const page = new Page().opens([ticket("a", 1)]).later(1_000);
  page.did = [];
  page.later(SLEPT_MS);
  assert.deepEqual(page.commands(), []);
  page.later(SLEPT_MS + 1);
  assert.deepEqual(page.commands(), [{ action: "watch", area: "a" }]);
});

test("a change that is older than what is shown changes nothing", () => {
  const page = new Page().opens([ticket("a", 1)]).changes([], ["a"]);
  page.hears({ kind: "queue_delta", area: "a", version: 2, upserted: [ticket("a", 1)], removed: [] });
  assert.deepEqual(order(page), []);
});

test("after an outage every area is watched again", () => {
  const page = new Page().opens([]).hears({ kind: "area", area: area("b") });
  page.did = [];
  page.does({ kind: "lost" });
  assert.equal(page.state.link, "lost");
  page.welcome();
  assert.deepEqual(page.commands(), [{ action: "watch", area: "a" }, { action: "watch", area: "b" }]);
  assert.equal(page.state.link, "live");
});

test("cards do not move under the pointer, for two seconds at most", () => {
  const page = new Page().opens([ticket("a", 1), ticket("b", 2), ticket("c", 3)]).does({ kind: "pointer", inside: true });
  page.changes([ticket("b", 1)], ["a"]);
  assert.deepEqual(order(page), ["a", "b", "c"]);
  assert.equal(shownVisits(page.state)[0]?.gone, true, "who has left can be seen but not started");
  assert.equal(mayStart(page.state, /** @type {Visit} */ (shownVisits(page.state)[0])), false);
  page.later(REORDER_HELD_MS_MAX - 1);
  assert.deepEqual(order(page), ["a", "b", "c"]);
  page.later(1);
  assert.deepEqual(order(page), ["b", "c"]);
});

test("when the pointer leaves, the list settles at once", () => {
  const page = new Page().opens([ticket("a", 1), ticket("b", 2)]).does({ kind: "pointer", inside: true });
  page.changes([ticket("b", 1), ticket("a", 2)]);
  assert.deepEqual(order(page), ["a", "b"]);
  page.does({ kind: "pointer", inside: false });
  assert.deepEqual(order(page), ["b", "a"]);
});

test("a new card at the end appears at once even under the pointer", () => {
  const page = new Page().opens([ticket("a", 1)]).does({ kind: "pointer", inside: true }).changes([ticket("b", 2)]);
  assert.deepEqual(order(page), ["a", "b"]);
});

test("an arrival rings once, whoever was there before does not", () => {
  const page = new Page().opens([ticket("a", 1)]);
  assert.equal(page.bells(), 0);
  page.changes([ticket("b", 2, { state: "arriving" })]);
  assert.equal(page.bells(), 1);
  page.changes([ticket("b", 2)]);
  assert.equal(page.bells(), 1);
});

test("the bell comes back every two minutes while someone waits and the clinician is free", () => {
  const page = new Page().opens([]).changes([ticket("a", 1)]);
  page.later(BELL_AGAIN_MS - 1);
  assert.equal(page.bells(), 1);
  page.later(1);
  assert.equal(page.bells(), 2);
  page.hears({ kind: "area", area: area("a", { presence: "away" }) }).later(BELL_AGAIN_MS);
  assert.equal(page.bells(), 2);
});

test("nobody is reminded of a visit that was put off, until ten minutes later", () => {
  const page = new Page().opens([ticket("a", 1)]).does({ kind: "snooze", ticket: "a", on: true });
  assert.equal(page.later(BELL_AGAIN_MS).bells(), 0);
  page.changes([ticket("b", 2)]);
  assert.equal(page.bells(), 1, "somebody else");
  page.changes([], ["b"]).later(SNOOZE_MS);
  assert.equal(page.bells(), 2);
  assert.equal(page.does({ kind: "snooze", ticket: "a", on: true }).does({ kind: "snooze", ticket: "a", on: false }).later(BELL_AGAIN_MS).bells(), 3);
});

test("the computer's note comes with the bell, without it if that is off, and not in a call", () => {
  const notes = (/** @type {Page} */ page) => page.did.filter((e) => e.do === "note").length;
  const on = () => new Page().opens([ticket("a", 1)]).does({ kind: "notes_switch", on: true });
  const page = on().changes([ticket("b", 2)]);
  assert.deepEqual([page.bells(), notes(page)], [1, 1]);
  const silent = on().does({ kind: "bell_switch", on: false }).changes([ticket("b", 2)]);
  assert.deepEqual([silent.bells(), notes(silent)], [0, 1]);
  const busy = on().admits("a").changes([ticket("b", 2)]);
  assert.deepEqual([busy.bells(), notes(busy)], [0, 0]);
});

test("the bell is silent in a call, and when it is switched off", () => {
  const page = new Page().opens([ticket("a", 1)]).admits("a").changes([ticket("b", 1)]);
  page.changes([own("a", "in_call")]).changes([ticket("c", 2)]).later(2 * BELL_AGAIN_MS);
  assert.equal(page.bells(), 0);
  assert.equal(waiting(page.state), 2, "the count goes on");
  const off = new Page().opens([]).does({ kind: "bell_switch", on: false }).changes([ticket("a", 1)]);
  assert.equal(off.bells(), 0);
});

test("on admission the media path is opened before the patient goes in", () => {
  const page = new Page().opens([ticket("a", 1)]).admits("a");
  assert.deepEqual(page.all("connect"), [{ do: "connect", ticket: "a" }]);
  assert.equal(screen(page.state), "V1");
  page.changes([own("a", "in_call")]);
  assert.equal(page.all("connect").length, 1, "one path for the whole visit");
  assert.equal(screen(page.state), "V3");
});

test("a visit that was begun in another window is not taken from it, until somebody wants it here", () => {
  const page = new Page().opens([ticket("a", 1)]).changes([own("a", "called")]).changes([own("a", "in_call")]);
  assert.deepEqual(page.all("connect"), []);
  assert.equal(screen(page.state), "V1");
  page.does({ kind: "to_call" });
  assert.deepEqual(page.all("connect"), [{ do: "connect", ticket: "a" }]);
  assert.equal(screen(page.state), "V3");
});

test("a call that is taken back or not taken closes the path and leaves no trace", () => {
  const page = new Page().opens([ticket("a", 1)]).admits("a").changes([ticket("a", 1)]);
  assert.equal(page.all("hang_up").length, 1);
  assert.equal(page.state.call, null);
  assert.equal(page.state.after, null);
  page.admits("a").changes([], ["a"]);
  assert.equal(page.state.call, null);
  assert.equal(page.state.after, null);
});

test("a page that is reloaded in a visit goes back into it", () => {
  const page = new Page().opens([own("a", "in_call"), ticket("b", 1)], { presence: "busy" });
  assert.equal(screen(page.state), "V3");
  assert.deepEqual(page.all("connect"), [{ do: "connect", ticket: "a" }]);
  assert.equal(page.state.call?.since, null, "how long it has lasted is not known, so it is not shown");
});

test("the end shows how long it lasted, and what was written until it is left behind", () => {
  const page = new Page().opens([ticket("a", 1)]).admits("a").changes([own("a", "in_call")]);
  page.does({ kind: "chat", by: "A", text: "hello" }).changes([], ["a"]);
  assert.equal(screen(page.state), "V4");
  page.hears({ kind: "call_ended", ticket: "a", reason: "patient_left", lasted_ms: 840_000 });
  assert.deepEqual(page.state.after, { ticket: "a", name: "A", lastedMs: 840_000, reason: "patient_left" });
  assert.equal(page.state.chats["a"]?.length, 1);
  page.does({ kind: "after_done" });
  assert.equal(screen(page.state), "V1");
  assert.deepEqual(page.state.chats, {}, "nothing of the visit is left");
});

test("a visit on hold can be left for the waiting room and taken up again", () => {
  const page = new Page().opens([ticket("a", 1), ticket("b", 2)]).admits("a").changes([own("a", "in_call")]).changes([own("a", "held")]);
  assert.equal(screen(page.state), "V3");
  page.does({ kind: "to_room" });
  assert.equal(screen(page.state), "V1");
  assert.equal(page.all("hang_up").length, 1);
  page.does({ kind: "to_call" }).changes([own("a", "in_call")]);
  assert.equal(screen(page.state), "V3");
});

test("no second patient can be started while one is called, in the call or on hold", () => {
  for (const state of /** @type {const} */ (["called", "in_call", "held"])) {
    const page = new Page().opens([own("a", state), ticket("b", 1)]);
    const b = shownVisits(page.state).find((v) => v.ticket === "b");
    assert.equal(b !== undefined && mayStart(page.state, b), false, state);
  }
});

test("the confirm dialog closes when its patient is called", () => {
  const page = new Page().opens([ticket("a", 1)]).does({ kind: "ask", dialog: { kind: "confirm", ticket: "a" } }).admits("a");
  assert.equal(page.state.dialog, null);
});

test("the worst fact wins, good news says one thing", () => {
  /** @param {Partial<QueueTicket>} change */
  const fact = (change) => worstFact({ ...ticket("a", 1, change), old: false, seen: 0, calledAt: null, gone: false });
  assert.equal(fact({}), "ready");
  assert.equal(fact({ camera: "denied" }), "cam_blocked");
  const network = (/** @type {Partial<import("../js/types.d.ts").NetworkCheck>} */ change) => ({ network: { way: /** @type {const} */ ("udp"), loss_percent: 0, round_trip_ms: 30, kbit_s: 1_000, ...change } });
  assert.equal(fact(network({})), "ready");
  assert.equal(fact(network({ way: "tcp" })), "ready");
  assert.equal(fact({ camera: "denied", ...network({ loss_percent: 4 }) }), "net_weak");
  assert.equal(fact({ hears: false, ...network({ kbit_s: 100 }) }), "hears_nothing");
  assert.equal(fact({ microphone: "silent", ...network({ way: "blocked" }) }), "net_blocked");
  assert.equal(fact({ camera: "denied", microphone: "silent" }), "mic_silent");
  assert.equal(fact({ state: "arriving", camera: "denied" }), "setting_up");
  assert.equal(fact({ connection: "lost", camera: "denied" }), "lost");
  assert.equal(fact({ state: "away", connection: "lost" }), "place_kept");
  assert.equal(fact({ state: "called", needs_a_minute: true }), "minute");
  assert.equal(fact({ state: "in_call", mine: false }), "with_other");
});

test("minutes go on between messages, and start again from the server's figure", () => {
  const page = new Page().opens([ticket("a", 1)]).later(60_000);
  assert.equal(waitedMs(/** @type {Visit} */ (shownVisits(page.state)[0]), page.state.now), 120_000);
});

test("next is the first who is ready; who still sets up comes after", () => {
  const page = new Page().opens([ticket("a", 1, { state: "arriving" }), ticket("b", 2, { state: "away" }), ticket("c", 3)]);
  assert.equal(nextVisit(page.state)?.ticket, "c");
  page.changes([], ["c"]);
  assert.equal(nextVisit(page.state)?.ticket, "a");
});

test("a refused hello means signed out and forgets every name", () => {
  const page = new Page().hears({ kind: "error", code: "not_allowed", text: "", request: null });
  assert.equal(screen(page.state), "signed-out");
  const later = new Page().opens([ticket("a", 1)]).does({ kind: "lost" }).hears({ kind: "error", code: "not_allowed", text: "", request: null });
  assert.equal(screen(later.state), "signed-out");
  assert.deepEqual(later.state.queues, {});
});

test("a refused wish says so once and the page goes on", () => {
  const page = new Page().opens([ticket("a", 1)]).hears({ kind: "error", code: "wrong_state", text: "", request: null });
  assert.equal(page.state.news?.what, "refused");
  assert.equal(screen(page.state), "V1");
  page.later(NEWS_MS);
  assert.equal(page.state.news, null);
});

test("a refused offer is the media path's business, not news", () => {
  const page = new Page().opens([own("a", "in_call")]).hears({ kind: "error", code: "bad_offer", text: "", request: 4 });
  assert.equal(page.state.news, null);
});

test("another window, another version: the page stops and says why", () => {
  assert.equal(screen(new Page().opens([]).hears({ kind: "error", code: "replaced", text: "", request: null }).state), "replaced");
  assert.equal(screen(new Page().hears({ kind: "error", code: "unsupported_protocol", text: "", request: null }).state), "outdated");
});

test("people who come and go are told of, the own doings are not", () => {
  const page = new Page().opens([ticket("a", 1)]).changes([ticket("b", 2)]);
  assert.deepEqual([page.state.news?.what, page.state.news?.name], ["arrived", "B"]);
  page.changes([ticket("b", 2, { connection: "lost" })]);
  assert.equal(page.state.news?.what, "lost");
  page.changes([], ["b"]);
  assert.equal(page.state.news?.what, "left");
});

test("the room's news reach the call they belong to", () => {
  const peer = { peer: 2, name: "A", ticket: "a", staff: false, guest: false, device: false, muted: false, camera_off: false, connected: true, page_lost: false };
  const page = new Page().opens([own("a", "in_call")]).hears({ kind: "room", ticket: "other", me: 1, muted: false, camera_off: false, peers: [], slots: [] });
  assert.equal(page.state.call?.me, 0);
  page.hears({ kind: "room", ticket: "a", me: 1, muted: true, camera_off: true, peers: [peer], slots: [{ slot: 0, audio_mid: "2", video_mid: "3", peer: 2, source: "camera" }] });
  assert.equal(page.state.call !== null && otherPerson(page.state.call)?.name, "A");
  page.hears({ kind: "speaking", peers: [2], dominant: 2 });
  assert.deepEqual(page.state.call?.voices, { speaking: [2], dominant: 2 });
});

test("the token of a device that was added late is shown all the same, for the visit at hand only", () => {
  const page = new Page().opens([own("a", "in_call")]).does({ kind: "ask", dialog: { kind: "device_new", ticket: "a", waits: true } }).does({ kind: "close" });
  const added = { kind: /** @type {const} */ ("device_added"), device: 3, publish: "/whip", play: "/whep", token: "t" };
  page.hears({ ...added, ticket: "other" });
  assert.deepEqual([page.state.dialog], [null]);
  page.hears({ ...added, ticket: "a" });
  assert.equal(page.state.dialog?.kind, "device_added");
});

test("a reload keeps what was switched off; later echoes change nothing", () => {
  const page = new Page().opens([own("a", "in_call")]);
  assert.equal(page.state.call?.known, false);
  /** @param {boolean} muted */
  const room = (muted) => page.hears({ kind: "room", ticket: "a", me: 1, muted, camera_off: true, peers: [], slots: [] });
  room(true);
  assert.deepEqual([page.state.call?.known, page.state.call?.muted, page.state.call?.cameraOff], [true, true, true]);
  room(false);
  assert.equal(page.state.call?.muted, true);
  const fresh = new Page().opens([ticket("a", 1)]).admits("a");
  assert.equal(fresh.state.call?.known, true, "a visit that this window begins has its switches");
});

test("unread messages are counted until the chat is open", () => {
  const page = new Page().opens([own("a", "in_call")]).does({ kind: "chat", by: "A", text: "1" }).does({ kind: "chat", by: null, text: "2" });
  assert.equal(page.state.call?.unread, 1);
  page.does({ kind: "panel", panel: "chat" });
  assert.equal(page.state.call?.unread, 0);
});

test("the chat keeps at most its limit, the newest", () => {
  const page = new Page().opens([own("a", "in_call")]);
  for (let i = 0; i <= CHAT_LINES_MAX; i += 1) page.does({ kind: "chat", by: null, text: String(i) });
  assert.equal(page.state.chats["a"]?.length, CHAT_LINES_MAX);
  assert.equal(page.state.chats["a"]?.at(-1)?.text, String(CHAT_LINES_MAX));
});

test("keys do what the list of keys says, and nothing in a field or a dialog", () => {
  const room = new Page().opens([ticket("a", 1)]);
  assert.equal(keyAction(room.state, "n", false), "next");
  assert.equal(keyAction(room.state, "N", false), "next");
  assert.equal(keyAction(room.state, "ArrowDown", false), "down");
  assert.equal(keyAction(room.state, "m", false), null);
  assert.equal(keyAction(room.state, "n", true), null);
  const call = new Page().opens([own("a", "in_call")]);
  const keys = /** @type {const} */ ({ m: "mute", v: "camera", c: "chat", h: "hold", e: "end", "?": "keys" });
  for (const [key, action] of Object.entries(keys)) assert.equal(keyAction(call.state, key, false), action);
  assert.equal(keyAction(call.state, "n", false), null);
  call.does({ kind: "keys_switch", on: false });
  assert.equal(keyAction(call.state, "m", false), null, "single letters can be turned off");
  call.does({ kind: "keys_switch", on: true }).does({ kind: "ask", dialog: { kind: "end" } });
  assert.equal(keyAction(call.state, "e", false), null);
});

test("the first run leads from the name to the link to the waiting room", () => {
  const page = new Page();
  page.state = initial(page.now, "setup");
  page.opens([]);
  assert.equal(screen(page.state), "V0");
  page.does({ kind: "place", place: "link" });
  assert.equal(screen(page.state), "V0");
  page.does({ kind: "place", place: "room" });
  assert.equal(screen(page.state), "V1");
});

test("an assistant sees the line and starts nobody", () => {
  const page = new Page().opens([ticket("a", 1)]).does({ kind: "keys", area: "a", keys: { ...NO_KEYS, role: "holder" } });
  const visit = /** @type {Visit} */ (shownVisits(page.state)[0]);
  assert.ok(mayStart(page.state, visit));
  page.hears({ kind: "welcome", protocol: 1, now_ms: page.now, countdown_ms: 3000, role: "assistant", me: "Reception" });
  assert.equal(mayStart(page.state, visit), false);
});

test("only an admin is led through the first run", () => {
  for (const [role, place] of /** @type {const} */ ([["admin", "setup"], ["provider", "room"], ["assistant", "room"]])) {
    const page = new Page();
    page.state = initial(page.now, "setup");
    page.hears({ kind: "welcome", protocol: 1, now_ms: page.now, countdown_ms: 3000, role, me: "Ada" });
    assert.equal(page.state.place, place);
  }
});

test("draining names the latest end", () => {
  const page = new Page().opens([]).hears({ kind: "draining", within_ms: 60_000 });
  assert.equal(page.state.drainsAt, page.now + 60_000);
});

test("only a browser that is certified for calls may start a visit, and with somebody whose name it reads", () => {
  const page = new Page().opens([ticket("a", 1)]);
  const [visit] = shownVisits(page.state);
  for (const [role, may] of /** @type {const} */ ([["opening", false], ["stranger", false], ["wrong", false], ["assistant", false], ["clinician", true], ["holder", true]])) {
    page.does({ kind: "keys", area: "a", keys: { ...NO_KEYS, role } });
    assert.equal(mayStart(page.state, /** @type {Visit} */ (visit)), may, role);
  }
  assert.equal(mayStart(page.state, { .../** @type {Visit} */ (visit), name: null }), false);
});

test("a name that is read after the end brings no visit back, though the queue is a moment behind", () => {
  const page = new Page().opens([ticket("a", 1, { name: null, sealed: "s" })]);
  page.does({ kind: "asked", ticket: "a" });
  for (const state of /** @type {const} */ (["called", "in_call"])) page.changes([own("a", state, { name: null, sealed: "s" })]);
  page.hears({ kind: "call_ended", ticket: "a", reason: "clinician_ended", lasted_ms: 60_000 });
  page.does({ kind: "names", names: { s: { name: "Maria", old: false, id: new Uint8Array() } } });
  assert.deepEqual([page.state.call, page.state.after?.lastedMs], [null, 60_000]);
});

test("a sealed name is shown once it is read, everywhere, and marked if it is of another day", () => {
  const page = new Page().opens([ticket("a", 1, { name: null, sealed: "s" })]);
  assert.deepEqual(shownVisits(page.state).map(({ name, old }) => [name, old]), [[null, false]]);
  page.does({ kind: "asked", ticket: "a" });
  for (const state of /** @type {const} */ (["called", "in_call"])) page.changes([own("a", state, { name: null, sealed: "s" })]);
  assert.equal(page.state.call?.name, null);
  page.does({ kind: "names", names: { s: { name: "Maria", old: true, id: new Uint8Array() } } });
  assert.deepEqual([page.state.call?.name, shownVisits(page.state).map(({ name, old }) => [name, old])], ["Maria", [["Maria", true]]]);
  page.changes([own("a", "in_call", { name: null, sealed: "s", connection: "lost" })]);
  assert.equal(page.state.news?.name, "Maria");
});

test("a name that the server puts in the place of another does not change who is in the call", () => {
  const page = new Page().opens([ticket("a", 1, { name: null, sealed: "s" })]);
  page.does({ kind: "asked", ticket: "a" });
  page.does({ kind: "names", names: { s: { name: "Maria", old: false, id: new Uint8Array() } } });
  for (const state of /** @type {const} */ (["called", "in_call"])) page.changes([own("a", state, { name: null, sealed: "s" })]);
  page.does({ kind: "names", names: { s: { name: "Maria", old: false, id: new Uint8Array() }, other: { name: "Farid", old: false, id: new Uint8Array() } } });
  for (const swapped of [{ name: null, sealed: "other" }, { name: "Farid", sealed: null }]) {
    page.changes([own("a", "in_call", swapped)]);
    page.does({ kind: "names", names: page.state.names });
    assert.deepEqual([page.state.call?.name, page.state.call?.sealed], ["Maria", "s"]);
  }
});

test("who is away and has asked for it can be told that it is their turn, once", () => {
  const page = new Page().opens([ticket("a", 1, { state: "away", turn_message: "asked" }), ticket("b", 2, { state: "away" }), ticket("c", 3, { turn_message: "asked" })]).does(HOLDER);
  const may = () => ["a", "b", "c"].map((id) => [mayTell(page.state, visitOf(page, id)), mayStart(page.state, visitOf(page, id))]);
  assert.deepEqual(may(), [[true, false], [false, false], [false, true]]);
  page.changes([ticket("a", 1, { state: "away", turn_message: "sent" })]);
  assert.deepEqual(may()[0], [false, false]);
  page.changes([ticket("a", 1, { turn_message: "sent" })]);
  assert.deepEqual(may()[0], [false, true]);
});

test("a note of colleagues is the last one that came, and goes with its card", () => {
  const page = new Page().opens([ticket("1", 1), ticket("2", 2)]);
  page.hears({ kind: "memos", memos: [{ ticket: "1", sealed: "s1" }, { ticket: "2", sealed: "s2" }] }).hears({ kind: "memos", memos: [{ ticket: "1", sealed: "s3" }] });
  assert.deepEqual(page.state.memos, { 1: "s3", 2: "s2" });
  page.hears({ kind: "memos", memos: [{ ticket: "1", sealed: null }] });
  assert.deepEqual(page.state.memos, { 2: "s2" });
  page.changes([], ["2"]);
  assert.deepEqual(page.state.memos, {}, "the visit is over, or in another area");
  page.hears({ kind: "memos", memos: [{ ticket: "1", sealed: "s4" }] }).hears({ kind: "queue", area: "a", version: 9, tickets: [ticket("1", 1)] });
  assert.deepEqual(page.state.memos, {}, "after an outage all that there are is said again");
});

test("a message of somebody who waits is new until it is looked at or answered, by whomever, and goes with the visit", () => {
  const page = new Page().opens([ticket("p", 1)]);
  const notes = (/** @type {[string, boolean][]} */ ...notes) => page.hears({ kind: "notes", notes: notes.map(([sealed, own]) => ({ ticket: "p", sealed, own })) });
  const unread = () => unreadNotes(page.state, "p");
  assert.equal(unread(), 0);
  notes(["up1", false], ["up2", false]);
  notes(["up2", false]);
  assert.equal(unread(), 2, "the same again is no other");
  page.does({ kind: "ask", dialog: { kind: "line", ticket: "p" } });
  assert.equal(unread(), 0);
  notes(["up3", false]);
  assert.equal(unread(), 0, "it stands in the open conversation");
  page.does({ kind: "close" });
  notes(["up4", false]);
  assert.equal(unread(), 1);
  notes(["down1", true]);
  assert.equal(unread(), 0, "a colleague has answered");
  page.changes([], ["p"]);
  assert.deepEqual(page.state.lineNotes, {});
});

const HOLDER = /** @type {const} */ ({ kind: "keys", area: "a", keys: { ...NO_KEYS, role: "holder" } });
/** @param {Page} page @param {string} id */
const visitOf = (page, id) => page.state.queues["a"]?.visits.find((v) => v.ticket === id) ?? assert.fail(id);
/** @param {number} peer @param {string} id */
const peerOf = (peer, id) => ({ peer, name: null, ticket: id, staff: false, guest: false, device: false, muted: false, camera_off: false, connected: true, page_lost: false });
/** A call with A, into which this window has let B. */
const withTwo = () => new Page().opens([ticket("a", 1), ticket("b", 2)]).does(HOLDER).admits("a").changes([own("a", "in_call")]).does({ kind: "let_in", ticket: "b" }).changes([own("b", "called")]).changes([own("b", "in_call")]);

test("somebody is added to the own call that goes on, not to a colleague's or before anybody is there, and a guest to the host's only", () => {
  const page = new Page().opens([ticket("a", 1), ticket("b", 2), ticket("g", null, { guest_of: "a" }), ticket("h", null, { guest_of: "b" })]).does(HOLDER);
  const may = () => ["b", "g", "h"].map((id) => mayAdd(page.state, visitOf(page, id)));
  assert.deepEqual(may(), [false, false, false]);
  assert.deepEqual(["a", "g"].map((id) => mayStart(page.state, visitOf(page, id))), [true, false], "a guest alone is no visit");
  page.admits("a");
  assert.deepEqual(may(), [false, false, false], "nobody is there yet");
  page.changes([own("a", "in_call")]);
  assert.deepEqual(may(), [true, true, false]);
  assert.deepEqual(waitingGuests(page.state).map((v) => v.ticket), ["g"]);
  page.does({ kind: "lost" });
  assert.deepEqual(may(), [false, false, false]);
});

test("a guest is never the next, and rings like anybody", () => {
  const page = new Page().opens([]).does(HOLDER).changes([ticket("g", 1, { guest_of: "x" })]);
  assert.deepEqual([nextVisit(page.state), page.bells()], [null, 1]);
  page.changes([ticket("b", 2)]);
  assert.equal(nextVisit(page.state)?.ticket, "b");
});

test("a call of several is one connection, which goes on when who it began with has left", () => {
  const page = withTwo().hears({ kind: "room", ticket: "a", me: 2, muted: false, camera_off: false, peers: [peerOf(1, "a"), peerOf(3, "b")], slots: [] }).does({ kind: "chat", by: "B", text: "hello" });
  assert.deepEqual([page.state.call?.ticket, page.state.call?.others.map(({ ticket }) => ticket), screen(page.state)], ["a", ["b"], "V3"]);
  page.changes([], ["a"]);
  assert.deepEqual([page.state.call?.ticket, page.state.call?.first, page.state.call?.name, page.state.call?.others, page.state.call?.state], ["b", "a", "B", [], "in_call"]);
  assert.deepEqual([page.all("connect").length, page.all("hang_up").length], [1, 0]);
  assert.deepEqual([isOfCall(page.state, "b"), isOfCall(page.state, "a"), isOfCall(page.state, "x"), isOfCall(page.state, null)], [true, true, false, false]);
  page.hears({ kind: "call_ended", ticket: "a", reason: "clinician_ended", lasted_ms: 60_000 });
  assert.deepEqual([page.state.call, page.state.after?.lastedMs, page.state.chats[page.state.after?.ticket ?? ""]?.length, screen(page.state)], [null, 60_000, 1, "V4"]);
});

test("whom the server puts into the call is not let in by that, not even when they are the last", () => {
  const page = new Page().opens([ticket("a", 1)]).does(HOLDER).admits("a").changes([own("a", "in_call")]).changes([own("x", "in_call")]);
  page.hears({ kind: "room", ticket: "a", me: 2, muted: false, camera_off: false, peers: [peerOf(1, "a"), peerOf(3, "x")], slots: [] });
  assert.deepEqual([page.state.call?.ticket, page.state.call?.others], ["a", []]);
  page.changes([], ["a"]);
  assert.deepEqual([page.state.call?.ticket, page.state.call?.sealed, page.state.call?.others], ["x", null, []]);
  assert.equal(isLetIn(page.state, visitOf(page, "x")), true, "a name in clear has no keys that could be let in");
  page.changes([own("x", "in_call", { sealed: "of X" })]);
  assert.equal(isLetIn(page.state, visitOf(page, "x")), false);
  page.does({ kind: "let_in", ticket: "x" });
  assert.equal(isLetIn(page.state, visitOf(page, "x")), true);
  assert.deepEqual(page.state.call?.others.map(({ ticket }) => ticket), ["x"]);
});

test("who was let go is not let in any more; names are those with which they were let in", () => {
  const page = new Page().opens([ticket("a", 1), ticket("b", 2, { sealed: "of B", name: null })]).does(HOLDER).does({ kind: "names", names: { "of B": { name: "Ben", old: false, id: new Uint8Array(16) } } });
  page.admits("a").changes([own("a", "in_call")]).does({ kind: "let_in", ticket: "b" }).changes([own("b", "in_call", { sealed: "of somebody else", name: null })]);
  assert.deepEqual(page.state.call?.others, [{ ticket: "b", name: "Ben", sealed: "of B" }]);
  const before = page.state.call?.others;
  page.does({ kind: "names", names: { "of B": { name: "Ben", old: false, id: new Uint8Array(16) } } });
  assert.equal(page.state.call?.others, before, "keys are looked at anew only when somebody else is let in");
  page.does({ kind: "let_go", ticket: "b" });
  assert.deepEqual(page.state.call?.others, []);
  const again = withTwo();
  again.changes([], ["b"]);
  assert.deepEqual(again.state.call?.others, [], "nor who has left");
  again.does({ kind: "let_in", ticket: "b" }).changes([ticket("b", 1)]).does({ kind: "let_in", ticket: "b" }).changes([own("b", "called")]).changes([ticket("b", 1)]);
  assert.deepEqual(again.state.call?.others, [], "nor who was called in vain");
});

test("one of several on hold leaves the call as it is; all of them on hold are a call on hold", () => {
  const page = withTwo().changes([own("a", "held")]);
  assert.equal(page.state.call?.state, "in_call");
  page.changes([own("b", "held")]);
  assert.equal(page.state.call?.state, "held");
  page.changes([own("b", "in_call")]);
  assert.deepEqual([page.state.call?.state, page.state.call?.ticket], ["in_call", "a"]);
});

test("a window that is loaded into a call of several goes by a host, not by a guest", () => {
  const page = new Page().opens([own("g", "in_call", { guest_of: "a" }), own("a", "in_call")]);
  assert.deepEqual([page.state.call?.ticket, page.state.call?.others], ["a", []]);
});

test("a colleague's call is joined as one that others lead", () => {
  const page = new Page().opens([ticket("a", null, { state: "in_call", clinician: "Dr. Weber" }), ticket("b", 1)]).does(HOLDER);
  assert.deepEqual([mayJoin(page.state, visitOf(page, "a")), mayJoin(page.state, visitOf(page, "b"))], [true, false]);
  page.does({ kind: "asked", ticket: "a", join: true }).changes([own("a", "in_call", { clinician: "Dr. Weber" })]);
  assert.deepEqual([page.state.call?.joined, screen(page.state), page.all("connect").length, mayAdd(page.state, visitOf(page, "b"))], [true, "V3", 1, false]);
  page.hears({ kind: "call_ended", ticket: "a", reason: "clinician_ended", lasted_ms: 0 });
  assert.equal(page.state.call, null);
});

test("a page that is loaded anew knows a colleague's call for what it is", () => {
  const page = new Page().opens([own("a", "in_call", { clinician: "Dr. Weber", joined: true })]).does(HOLDER);
  assert.deepEqual([page.state.call?.joined, screen(page.state)], [true, "V3"]);
  const led = new Page().opens([ticket("a", 1)]).does(HOLDER).does({ kind: "asked", ticket: "a" }).changes([own("a", "called", { joined: true })]);
  assert.equal(led.state.call?.joined, false, "of a call that this window has begun, the server cannot say that others lead");
});

test("a guest's link is shown when it is there", () => {
  const page = new Page().opens([own("a", "in_call")]).hears({ kind: "guest_link", ticket: "a", token: "t" });
  assert.deepEqual(page.state.dialog, { kind: "guest_link", ticket: "a", token: "t" });
});
