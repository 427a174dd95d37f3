// The patient's page as a pure function: what it shows after each thing that can happen.

import assert from "node:assert/strict";
import test from "node:test";
import { HEARD_WITHIN_MS, LOST_AFTER_MS, MESSAGES_MAX, disconnected, due, initial, next, rejoinable, screen, trustOf, waited, wants, wayTo } from "../js/state.js";

/** @import { Judged, PatientEvent, State } from "../js/state.js" */
/** @import { AreaView, ErrorCode, PatientView, ServerMessage, TicketState } from "../js/types.d.ts" */

const T0 = 1_700_000_000_000;
const COUNTDOWN_MS = 3_000;

/** @type {AreaView} */
const AREA = { slug: "lindenhof", practice: "Praxis am Lindenhof", title: "Dr. Lena Hoffmann", help_phone: "030 23125 014", presence: "open", presence_text: "", waiting: 2, full: false, hours: null, out_of_hours: false, opens_ms: null, closed_text: "", entry: "anyone", look: { accent: "", welcome: "", logo: null, show: null }, seal: null };
/** @param {Partial<PatientView>} [view] @returns {PatientView} */
const visit = (view) => ({ version: 1, state: "arriving", position: 2, waited_ms: 0, rejoin_ms: null, clinician: null, reason: null, guest: false, tell_by: [], turn_message: "not_asked", ...view });

/** A page and its clock. */
class Page {
  now = T0;
  state = initial(T0);

  /** @param {PatientEvent} event */
  on(event) {
    this.state = next(this.state, event, this.now);
    return this;
  }
  /** @param {ServerMessage} message */
  hears(message) {
    return this.on({ kind: "message", message });
  }
  /** @param {number} ms */
  after(ms) {
    this.now += ms;
    return this.on({ kind: "tick" });
  }
  /** @param {Partial<PatientView>} view */
  patient(view) {
    return this.hears({ kind: "patient", patient: visit({ version: (this.state.patient?.version ?? 0) + 1, ...view }) });
  }
  get screen() {
    return screen(this.state);
  }
  get wants() {
    return wants(this.state);
  }
}

/** @param {Partial<Extract<Judged, { kind: "trusted" }>>} [of] @returns {PatientEvent} */
const judged = (of) => ({ kind: "judged", judged: { kind: "trusted", trust: "link", policy: "require", ...of } });
const welcomed = () => new Page().hears({ kind: "welcome", protocol: 1, now_ms: T0 + 250, countdown_ms: COUNTDOWN_MS, me: null, role: null }).hears({ kind: "area", area: AREA });
const opened = () => welcomed().on(judged());
const checkedIn = () => opened().on({ kind: "check_in", name: "Maria Keller" }).hears({ kind: "checked_in", token: "t", patient: visit() });
const previewing = () => checkedIn().on({ kind: "ask", camera: true }).on({ kind: "devices", devices: { camera: "unknown", microphone: "unknown" }, opened: true });
const inLine = () => previewing().on({ kind: "set_up_done" }).patient({ state: "waiting" });
const called = () => inLine().patient({ state: "called", position: null, clinician: "Dr. Lena Hoffmann" });
const inCall = () => called().on({ kind: "going_in", camera: true }).patient({ state: "in_call", position: null, clinician: "Dr. Lena Hoffmann" });
/** @param {ErrorCode} code @returns {ServerMessage} */
const error = (code) => ({ kind: "error", code, text: "", request: null });

test("the network is tried once while camera and sound are looked at, and nobody waits for it", () => {
  const tries = (/** @type {Page} */ page) => wants(page.state).echo;
  const page = previewing();
  assert.equal(page.state.echo, "running");
  assert.ok(tries(page));
  page.on({ kind: "visible", visible: false });
  assert.ok(!tries(page), "a page in the background has no time for it");
  page.on({ kind: "visible", visible: true }).on({ kind: "lost" });
  assert.ok(!tries(page), "nobody is there to ask");
  page.hears({ kind: "welcome", protocol: 1, now_ms: T0, countdown_ms: COUNTDOWN_MS, me: null, role: null });
  const found = /** @type {const} */ ({ way: "udp", loss_percent: 0, round_trip_ms: 30, kbit_s: 1_000 });
  page.on({ kind: "echo", network: found });
  assert.deepEqual([page.state.echo, page.state.network, tries(page)], ["done", found, false]);
  page.on({ kind: "echo_again" });
  assert.ok(tries(page));
  page.on({ kind: "echo", network: null });
  assert.deepEqual([page.state.echo, page.state.network], ["failed", found], "what was found before is still known");
  page.on({ kind: "echo_again" }).on({ kind: "set_up_done" });
  assert.deepEqual([page.state.echo, tries(page)], ["off", false], "who goes on ends it");
  page.on({ kind: "check_again" }).on({ kind: "devices", devices: { camera: "unknown", microphone: "unknown" }, opened: true });
  assert.ok(tries(page), "and it begins again with the next look");
  page.patient({ state: "called", position: null });
  assert.ok(!tries(page), "who is called has the real path");
});

test("whoever has everything deleted ends on a page that knows nothing, also from a call and after an outage", () => {
  for (const before of [checkedIn(), inLine(), inCall(), inCall().patient({ state: "ended", position: null })]) {
    before.on({ kind: "dialog", dialog: "knows" }).hears({ kind: "known", now_ms: T0, items: [] });
    assert.deepEqual(before.state.known, { now_ms: T0, items: [] });
    for (const after of [() => ({ kind: /** @type {const} */ ("erased") }), () => error("place_unknown")]) {
      const page = new Page();
      page.state = before.state;
      page.on({ kind: "dialog", dialog: "erase" }).on({ kind: "erasing" }).on({ kind: "lost" }).hears(after());
      assert.equal(page.screen, "erased");
      assert.deepEqual([page.state.patient, page.state.name, page.state.known, page.state.dialog, page.state.call.messages], [null, "", null, "", []]);
      assert.equal(page.wants.path || page.wants.camera || page.wants.microphone, false);
      assert.equal(page.after(60_000).screen, "erased", "whatever the connection does");
      assert.equal(page.on({ kind: "start_over" }).screen, "P0");
    }
  }
  assert.equal(inLine().hears(error("place_unknown")).state.back, true, "who did not ask for it wants the place back");
});

test("from the link to the goodbye, each screen comes from what the daemon says", () => {
  assert.equal(new Page().screen, "opening");
  assert.equal(opened().screen, "P0");
  assert.equal(checkedIn().screen, "P1");
  assert.equal(previewing().screen, "P2");
  assert.equal(inLine().screen, "P3");
  assert.equal(called().screen, "P4");
  assert.equal(inCall().screen, "P5");
  assert.equal(inCall().hears({ kind: "call_ended", ticket: null, reason: "clinician_ended", lasted_ms: 840_000 }).patient({ state: "ended", rejoin_ms: 1_200_000 }).screen, "P6");
});

test("pressing a button changes no screen before the daemon agrees", () => {
  assert.equal(opened().on({ kind: "check_in", name: "Maria" }).screen, "P0");
  assert.equal(previewing().on({ kind: "set_up_done" }).patient({ state: "waiting" }).screen, "P3");
  assert.equal(inLine().on({ kind: "leaving" }).screen, "P3");
  assert.equal(called().on({ kind: "going_in", camera: true }).screen, "P4");
  assert.equal(inCall().on({ kind: "leaving" }).screen, "P5");
});

test("every state of a visit has its screen", () => {
  /** @type {Record<TicketState, string>} */
  const screens = { arriving: "P1", waiting: "P3", away: "P3", called: "P4", in_call: "P5", held: "held", ended: "P6", removed: "removed", expired: "expired" };
  for (const [state, shown] of Object.entries(screens)) {
    const page = opened().on({ kind: "resuming" }).hears({ kind: "resumed", patient: visit({ state: /** @type {TicketState} */ (state) }) });
    assert.equal(page.screen, shown, state);
  }
});

test("a reload comes back to the place without asking for the camera again", () => {
  const page = opened().on({ kind: "resuming" });
  assert.equal(page.screen, "opening");
  assert.equal(page.hears({ kind: "resumed", patient: visit({ state: "waiting" }) }).screen, "P3");
});

/** @param {{ muted: boolean, camera_off: boolean }} own @returns {ServerMessage} */
const room = (own) => ({ kind: "room", ticket: null, me: 2, peers: [], slots: [], ...own });

test("a reload in the call goes back into the call, with the switches as the daemon knows them", () => {
  const reload = () => opened().on({ kind: "resuming" }).hears({ kind: "resumed", patient: visit({ state: "in_call", position: null }) });
  assert.equal(reload().screen, "P5");
  assert.ok(reload().wants.path);
  assert.equal(reload().wants.camera, false, "what the person may have switched off is not switched on before that is known");
  assert.equal(reload().hears(room({ muted: false, camera_off: false })).wants.camera, true);
  const quiet = reload().hears(room({ muted: true, camera_off: true }));
  assert.deepEqual([quiet.state.call.muted, quiet.wants.camera], [true, false]);
  assert.equal(quiet.on({ kind: "camera" }).hears(room({ muted: true, camera_off: true })).wants.camera, true, "only once; later the person decides");
});

test("the place is hidden three seconds after the connection is lost, and not before", () => {
  const page = inLine().on({ kind: "lost" });
  assert.equal(page.after(LOST_AFTER_MS - 1).screen, "P3");
  assert.equal(page.after(1).screen, "offline");
  assert.equal(page.on({ kind: "lost" }).after(1_000).screen, "offline", "a further failed attempt does not start the clock again");
});

test("a page that slept does not show an old place", () => {
  const page = inLine();
  assert.equal(page.after(HEARD_WITHIN_MS).screen, "P3");
  assert.equal(page.after(1).screen, "offline");
  assert.equal(page.on({ kind: "alive" }).screen, "P3");
});

test("the way back is the daemon's word, not the socket's", () => {
  const page = inLine().on({ kind: "lost" }).after(LOST_AFTER_MS);
  page.hears({ kind: "welcome", protocol: 1, now_ms: T0, countdown_ms: COUNTDOWN_MS, me: null, role: null }).on({ kind: "resuming" }).hears({ kind: "resumed", patient: visit({ state: "waiting", position: 1 }) });
  assert.equal(page.screen, "P3");
  assert.equal(page.state.patient?.position, 1);
});

test("a call goes on under the notice when only signalling is lost", () => {
  const page = inCall().on({ kind: "lost" }).after(LOST_AFTER_MS);
  assert.equal(page.screen, "P5");
  assert.ok(disconnected(page.state));
  assert.ok(page.wants.path && page.wants.microphone);
});

test("a place that a restarted server has forgotten is asked for again, and nobody is asked anything", () => {
  const page = inLine().on({ kind: "lost" }).on({ kind: "resuming" }).hears(error("place_unknown"));
  assert.deepEqual([page.state.back, page.state.asked, page.state.name, page.screen], [true, "check_in", "Maria Keller", "opening"]);
  const again = page.hears({ kind: "checked_in", token: "t", patient: visit({ state: "arriving", position: 1, waited_ms: 600_000 }) });
  assert.deepEqual([again.screen, again.state.back, again.state.place_lost], ["P3", false, false], "the set-up is not asked for again");
  const call = inCall().on({ kind: "camera" }).on({ kind: "lost" }).on({ kind: "resuming" }).hears(error("place_unknown"));
  assert.equal(call.hears({ kind: "checked_in", token: "t", patient: visit({ state: "arriving" }) }).state.call.camera_off, true, "what was off stays off");
});

test("whoever asks for the place again goes on asking over another outage, and hears why not", () => {
  const back = () => inLine().on({ kind: "lost" }).on({ kind: "resuming" }).hears(error("place_unknown"));
  assert.equal(back().on({ kind: "lost" }).on({ kind: "resuming" }).hears(error("place_unknown")).state.back, true);
  assert.equal(back().hears(error("area_full")).screen, "P0-full");
  assert.equal(back().hears(error("draining")).screen, "P0-draining");
  assert.equal(inLine().on({ kind: "leaving" }).hears(error("place_unknown")).state.back, false, "who has left is not brought back");
});

test("who waits says where to write to, hears that it is set or why not, and takes it back", () => {
  const asks = () => inLine().on({ kind: "telling", telling: "asked" });
  assert.equal(asks().patient({ state: "waiting", position: 1 }).state.telling, "asked", "other news meanwhile");
  assert.equal(asks().patient({ state: "waiting", turn_message: "asked" }).state.telling, "set");
  assert.equal(asks().hears(error("bad_address")).state.telling, "address");
  assert.equal(asks().hears(error("too_many")).state.telling, "many");
  assert.equal(asks().hears(error("not_allowed")).state.telling, "");
  assert.equal(asks().on({ kind: "lost" }).state.telling, "");
  assert.equal(asks().patient({ state: "called" }).state.telling, "", "the turn has come");
  assert.deepEqual([wayTo("maria@home.example", ["mail", "sms"]), wayTo("+49 170 5550123", ["mail", "sms"]), wayTo("maria", ["mail"]), wayTo("maria@home.example", ["sms"])], ["mail", "sms", "mail", "sms"]);
});

test("a visit that is over stays on the page when the server has forgotten it", () => {
  const page = inLine().hears({ kind: "patient", patient: visit({ state: "ended", rejoin_ms: 600_000, version: 99 }) }).on({ kind: "resuming" }).hears(error("place_unknown"));
  assert.equal(page.screen, "P6");
  assert.deepEqual([page.state.patient?.rejoin_ms, page.state.back], [0, false]);
});

test("where a passcode is wanted, a wrong one is said so and the name stays", () => {
  const page = opened().hears({ kind: "area", area: { ...AREA, entry: "passcode" } }).on({ kind: "check_in", name: "Maria Keller" }).hears(error("pass_wrong"));
  assert.deepEqual([page.screen, page.state.pass_problem, page.state.name, page.state.asked], ["P0", "code", "Maria Keller", ""]);
  assert.equal(page.on({ kind: "check_in", name: "Maria Keller" }).state.pass_problem, "");
});

test("who needs a link for one visit and has none, or one that was used, is told", () => {
  const invited = () => opened().hears({ kind: "area", area: { ...AREA, entry: "invited" } });
  assert.equal(invited().screen, "P0-invited");
  const page = invited().on({ kind: "has_link" });
  assert.equal(page.screen, "P0");
  page.on({ kind: "check_in", name: "Maria Keller" }).hears(error("pass_wrong"));
  assert.deepEqual([page.screen, page.state.pass_problem], ["P0-invited", "link"]);
});

test("a forgotten place leads back to the check-in after a reload, which does not know the name any more", () => {
  const page = opened().on({ kind: "resuming" }).hears(error("place_unknown"));
  assert.equal(page.screen, "P0");
  assert.ok(page.state.place_lost);
  assert.equal(page.hears({ kind: "checked_in", token: "t", patient: visit() }).state.place_lost, false);
});

test("an overtaken view is ignored", () => {
  const page = inLine();
  const version = page.state.patient?.version ?? 0;
  page.hears({ kind: "patient", patient: visit({ version: version - 1, state: "waiting", position: 9 }) });
  assert.equal(page.state.patient?.position, 2);
});

test("after a restart of the daemon a resumed view counts, whatever its version", () => {
  const page = inLine();
  page.hears({ kind: "resumed", patient: visit({ version: 0, state: "waiting", position: 7 }) });
  assert.equal(page.state.patient?.position, 7);
});

test("closed, full and draining take no check-in and say so", () => {
  assert.equal(opened().hears({ kind: "area", area: { ...AREA, presence: "closed" } }).screen, "P0-closed");
  assert.equal(opened().hears({ kind: "area", area: { ...AREA, full: true } }).screen, "P0-full");
  assert.equal(opened().hears({ kind: "draining", within_ms: 1_000 }).screen, "P0-draining");
  for (const [code, shown] of /** @type {const} */ ([["area_closed", "P0-closed"], ["area_full", "P0-full"], ["draining", "P0-draining"]])) {
    const page = opened().on({ kind: "check_in", name: "Maria" }).hears(error(code));
    assert.equal(page.screen, shown);
    assert.equal(page.state.asked, "");
  }
  assert.equal(inLine().hears({ kind: "area", area: { ...AREA, presence: "closed" } }).screen, "P3", "those inside stay");
});

test("any name that is not empty is a name", () => {
  for (const name of ["Ng", "李", "O'Brien-Yılmaz", " X "]) assert.equal(opened().on({ kind: "check_in", name }).state.asked, "check_in");
  const empty = opened().on({ kind: "check_in", name: "  " });
  assert.equal(empty.state.asked, "");
  assert.equal(empty.state.name_problem, "empty");
  assert.equal(opened().on({ kind: "check_in", name: "x".repeat(300) }).hears(error("bad_name")).state.name_problem, "refused");
});

test("too many check-ins wait twenty seconds and keep the wish", () => {
  const page = opened().on({ kind: "check_in", name: "Maria" }).hears(error("too_many"));
  assert.equal(page.state.too_many_until, T0 + 20_000);
  assert.equal(page.state.asked, "check_in");
  const back = opened().on({ kind: "resuming" }).hears(error("too_many"));
  assert.equal(back.state.too_many_until, T0 + 20_000, "coming back waits as well");
  assert.equal(back.on({ kind: "resuming" }).state.too_many_until, null);
});

test("each fault ends in its own screen, and nothing outside stays on", () => {
  for (const [code, shown] of /** @type {const} */ ([["area_unknown", "wrong-link"], ["unsupported_protocol", "outdated"], ["replaced", "replaced"]])) {
    const page = inCall().hears(error(code));
    assert.equal(page.screen, shown);
    assert.deepEqual(page.wants, { path: false, echo: false, microphone: false, camera: false, screen: false, ring: false, awake: false });
  }
});

test("errors that mean the state moved on change nothing that is shown", () => {
  for (const code of /** @type {const} */ (["wrong_state", "not_allowed", "bad_offer", "bad_message", "ticket_unknown"])) {
    assert.equal(inLine().hears(error(code)).screen, "P3");
    assert.equal(called().on({ kind: "going_in", camera: true }).hears(error(code)).state.turn?.going_in, false);
  }
});

test("messages for staff and for the media path leave the patient's state alone", () => {
  const page = inLine();
  const before = page.state;
  page.hears({ kind: "queue", area: "x", version: 1, tickets: [] }).hears({ kind: "queue_delta", area: "x", version: 2, upserted: [], removed: [] });
  page.hears({ kind: "answer", request: 1, sdp: "" }).hears({ kind: "pong" });
  assert.deepEqual(page.state, before);
});

test("a denied camera asks for help and lets the person go on without", () => {
  const page = checkedIn().on({ kind: "ask", camera: true }).on({ kind: "devices", devices: { camera: "denied", microphone: "unknown" }, opened: true });
  assert.equal(page.screen, "blocked");
  assert.ok(page.wants.microphone && !page.wants.camera);
  page.on({ kind: "skip", device: "camera" });
  assert.equal(page.screen, "P2");
  page.on({ kind: "set_up_done" }).patient({ state: "waiting" });
  assert.equal(page.state.call.camera_off, true);
  assert.equal(page.state.call.muted, false);
});

test("denied, absent and busy are told apart, silence is not a refusal", () => {
  for (const problem of /** @type {const} */ (["denied", "absent", "busy"])) {
    assert.equal(checkedIn().on({ kind: "ask", camera: true }).on({ kind: "devices", devices: { camera: "unknown", microphone: problem }, opened: true }).screen, "blocked");
  }
  assert.equal(previewing().on({ kind: "silent" }).screen, "P2");
});

test("without camera and sound one can still wait and be called", () => {
  const page = checkedIn().on({ kind: "ask", camera: true }).on({ kind: "devices", devices: { camera: "absent", microphone: "absent" }, opened: true });
  page.on({ kind: "skip", device: "microphone" }).on({ kind: "skip", device: "camera" });
  assert.equal(page.screen, "P2");
  page.on({ kind: "set_up_done" }).patient({ state: "waiting" }).patient({ state: "called" });
  assert.deepEqual(page.wants, { path: true, echo: false, microphone: false, camera: false, screen: false, ring: true, awake: true });
});

test("a device works only once it was seen to work, and stays so when it opens again", () => {
  const page = previewing();
  assert.equal(page.state.devices.camera, "unknown");
  page.on({ kind: "works", device: "camera" }).on({ kind: "devices", devices: { camera: "unknown", microphone: "unknown" }, opened: false });
  assert.equal(page.state.devices.camera, "works");
});

test("in line the camera and the microphone are off", () => {
  assert.deepEqual(inLine().wants, { path: false, echo: false, microphone: false, camera: false, screen: false, ring: false, awake: true });
});

test("checking again from the waiting room keeps the place and comes back to it", () => {
  const page = inLine().on({ kind: "check_again" });
  assert.equal(page.screen, "P1");
  assert.ok(page.wants.camera && page.wants.microphone);
  page.on({ kind: "devices", devices: { camera: "unknown", microphone: "unknown" }, opened: true });
  page.patient({ state: "waiting", position: 1 });
  assert.equal(page.screen, "P2", "a change of the place does not end the check");
  assert.equal(page.on({ kind: "set_up_done" }).screen, "P3");
  assert.equal(inLine().on({ kind: "check_again" }).patient({ state: "called" }).screen, "P4", "the turn comes first");
});

test("the turn rings, pre-connects, and goes in by itself after the countdown", () => {
  const page = called();
  assert.deepEqual(page.wants, { path: true, echo: false, microphone: true, camera: true, screen: false, ring: true, awake: true });
  assert.equal(due(page.after(COUNTDOWN_MS - 1).state), false);
  assert.equal(due(page.after(1).state), true);
  page.on({ kind: "going_in", camera: true });
  assert.equal(due(page.state), false, "once");
  assert.equal(page.wants.ring, false);
});

test("a touch stops the countdown for good", () => {
  const page = called().on({ kind: "touched" });
  assert.equal(due(page.after(60_000).state), false);
  assert.equal(page.state.turn?.ends_at, null);
});

test("not yet stops the bell and the countdown but not the call", () => {
  const page = called().on({ kind: "not_yet" });
  assert.equal(page.screen, "P4");
  assert.equal(page.wants.ring, false);
  assert.equal(page.patient({ state: "called" }).state.turn?.not_yet, true);
});

test("nobody is taken in while the page is hidden, offline, or was never set up", () => {
  const hidden = inLine().on({ kind: "visible", visible: false }).patient({ state: "called" });
  assert.equal(due(hidden.after(10_000).on({ kind: "alive" }).state), false);
  hidden.on({ kind: "visible", visible: true });
  assert.equal(due(hidden.after(COUNTDOWN_MS).state), true);

  const lost = called().on({ kind: "lost" });
  assert.equal(due(lost.after(COUNTDOWN_MS).state), false);

  const early = checkedIn().patient({ state: "called" });
  assert.equal(early.screen, "P4");
  assert.equal(due(early.after(60_000).state), false);
  assert.equal(early.wants.camera, false, "the browser asks only after a touch");
  assert.equal(early.on({ kind: "going_in", camera: true }).wants.camera, true);
});

test("a call that staff take back leads to the waiting room, and the next one rings anew", () => {
  const page = called().on({ kind: "not_yet" }).patient({ state: "waiting", position: 1 });
  assert.equal(page.screen, "P3");
  assert.equal(page.wants.path, false);
  assert.equal(page.patient({ state: "called" }).wants.ring, true);
});

test("going in without camera keeps the camera off until it is touched", () => {
  const page = called().on({ kind: "going_in", camera: false }).patient({ state: "in_call" });
  assert.equal(page.wants.camera, false);
  assert.equal(page.on({ kind: "camera" }).wants.camera, true);
});

test("muting keeps the microphone open, switching the camera off closes it", () => {
  const page = inCall().on({ kind: "mute" }).on({ kind: "camera" });
  assert.deepEqual([page.state.call.muted, page.wants.microphone, page.wants.camera], [true, true, false]);
});

test("a camera that fails in the call is shown as off, and a touch tries again", () => {
  const page = inCall().on({ kind: "devices", devices: { camera: "busy", microphone: "unknown" }, opened: true });
  assert.equal(page.state.call.camera_off, true);
  assert.equal(page.wants.camera, false);
  page.on({ kind: "camera" });
  assert.equal(page.wants.camera, true);
});

test("a screen may be shared in the call, and not while nobody would see it", () => {
  assert.equal(called().wants.screen, false);
  assert.equal(inCall().wants.screen, true);
  assert.equal(inCall().patient({ state: "held" }).wants.screen, false);
});

test("who speaks is known for as long as the call", () => {
  const page = inCall().hears({ kind: "speaking", peers: [1, 2], dominant: 2 });
  assert.deepEqual(page.state.call.voices, { speaking: [1, 2], dominant: 2 });
  assert.deepEqual(page.patient({ state: "ended" }).state.call.voices, { speaking: [], dominant: null });
});

test("on hold nobody sees or hears, and the path stays for the way back", () => {
  const page = inCall().patient({ state: "held" });
  assert.deepEqual(page.wants, { path: true, echo: false, microphone: false, camera: false, screen: false, ring: false, awake: true });
  assert.equal(page.patient({ state: "in_call" }).wants.microphone, true);
});

test("the room message never changes the switches of a page that knows them", () => {
  assert.equal(inCall().hears(room({ muted: true, camera_off: true })).wants.camera, true);
});

test("after the end everything outside is off, and the chat is still there to read", () => {
  const page = inCall().on({ kind: "read", by: "Dr. Weber", text: "Here is your plan." }).patient({ state: "ended", rejoin_ms: 1_200_000 });
  assert.deepEqual(page.wants, { path: false, echo: false, microphone: false, camera: false, screen: false, ring: false, awake: false });
  assert.equal(page.state.call.messages.length, 1);
  assert.equal(page.state.call.room, null);
});

test("coming back is offered for as long as the daemon said, and no longer", () => {
  const page = inCall().patient({ state: "ended", rejoin_ms: 60_000 });
  assert.equal(rejoinable(page.after(59_999).state), 1);
  assert.equal(rejoinable(page.after(1).state), 0);
});

test("leaving the line can be undone, and is not called a visit", () => {
  const page = inLine().on({ kind: "leaving" }).patient({ state: "ended", rejoin_ms: 1_200_000 });
  assert.equal(page.screen, "left");
  assert.equal(inCall().on({ kind: "leaving" }).patient({ state: "ended" }).screen, "P6");
  page.on({ kind: "rejoin", name: "Maria Keller" }).patient({ state: "waiting", position: 2 });
  assert.equal(page.screen, "P3");
  assert.equal(page.patient({ state: "expired" }).screen, "expired");
});

test("who leaves is off at once, even before the daemon can be told", () => {
  const page = inCall().on({ kind: "lost" }).on({ kind: "leaving" });
  assert.deepEqual(page.wants, { path: false, echo: false, microphone: false, camera: false, screen: false, ring: false, awake: false });
  page.hears({ kind: "resumed", patient: visit({ version: 9, state: "in_call" }) });
  assert.ok(page.state.leaving, "the wish outlives the outage");
  assert.equal(page.patient({ state: "ended", rejoin_ms: 1_200_000 }).on({ kind: "rejoin", name: "Maria" }).state.leaving, false);
});

test("starting over forgets the visit and keeps the name", () => {
  const page = inCall().on({ kind: "read", by: "Dr. Weber", text: "secret" }).patient({ state: "ended" }).on({ kind: "start_over" });
  assert.equal(page.screen, "P0");
  assert.equal(page.state.name, "Maria Keller");
  assert.deepEqual(page.state.call.messages, []);
});

test("unread messages are counted only while the chat is closed", () => {
  const page = inCall().on({ kind: "read", by: "Dr. Weber", text: "a" }).on({ kind: "read", by: "Dr. Weber", text: "b" });
  assert.equal(page.state.call.unread, 2);
  page.on({ kind: "chat", open: true }).on({ kind: "read", by: "Dr. Weber", text: "c" });
  assert.equal(page.state.call.unread, 0);
});

test("a flooded chat keeps the newest messages and stays bounded", () => {
  const page = inCall();
  for (let n = 0; n <= MESSAGES_MAX; n += 1) page.on({ kind: "read", by: "Dr. Weber", text: String(n) });
  assert.equal(page.state.call.messages.length, MESSAGES_MAX);
  assert.equal(page.state.call.messages.at(-1)?.text, String(MESSAGES_MAX));
});

test("waiting time goes on between messages", () => {
  assert.equal(waited(inLine().patient({ state: "waiting", waited_ms: 240_000 }).after(60_000).state), 300_000);
});

test("the state is never changed in place", () => {
  const page = inCall();
  const frozen = JSON.stringify(page.state);
  const state = /** @type {State} */ (page.state);
  next(state, { kind: "mute" }, T0);
  next(state, { kind: "message", message: { kind: "area", area: { ...AREA, waiting: 9 } } }, T0);
  assert.equal(JSON.stringify(state), frozen);
});

test("until staff have opened the area for the first time nobody can give a name; then the page goes on by itself", () => {
  const page = welcomed();
  assert.equal(page.screen, "opening", "no keys were looked at");
  assert.equal(page.on({ kind: "judged", judged: { kind: "unopened" } }).screen, "P0-unopened");
  assert.equal(page.on(judged()).screen, "P0");
});

test("without link and code the page goes on as not verified, except where the practice insists", () => {
  const page = welcomed().on(judged({ trust: "unverified" }));
  assert.deepEqual([page.screen, trustOf(page.state)], ["P0", "unverified"]);
  assert.equal(page.on(judged({ trust: "unverified", policy: "insist" })).screen, "P0-code");
  assert.equal(page.on({ kind: "code_refused", problem: "other" }).screen, "P0-code");
  assert.deepEqual([page.on(judged({ trust: "code", policy: "insist" })).screen, page.state.code_problem], ["P0", ""]);
});

test("keys that are others' stop the page wherever it is, and let go of camera, microphone and path", () => {
  for (const page of [opened(), inLine(), inCall()]) {
    page.on({ kind: "judged", judged: { kind: "different", why: "other_key" } });
    assert.equal(page.screen, "different");
    assert.deepEqual([page.wants.path, page.wants.microphone, page.wants.camera], [false, false, false]);
  }
});

test("a guest checks in at any hour and under every rule, but not where the practice has no keys, and comes back to no old place", () => {
  const guest = () => welcomed().on({ kind: "is_guest" }).on(judged());
  for (const other of [{ presence: "closed" }, { full: true }, { entry: "invited" }, { entry: "passcode" }]) {
    assert.equal(guest().hears({ kind: "area", area: { ...AREA, .../** @type {Partial<AreaView>} */ (other) } }).screen, "P0");
  }
  assert.equal(welcomed().on({ kind: "is_guest" }).on({ kind: "judged", judged: { kind: "unopened" } }).screen, "P0-unopened");
  assert.equal(guest().on(judged({ trust: "unverified", policy: "insist" })).screen, "P0-code");
  const inside = guest().on({ kind: "check_in", name: "Eva" }).hears({ kind: "checked_in", token: "t", patient: visit({ guest: true }) });
  inside.hears(error("place_unknown"));
  assert.deepEqual([inside.state.back, inside.state.place_lost, inside.screen], [false, true, "P0"]);
  assert.equal(guest().on({ kind: "check_in", name: "Eva" }).hears(error("guest_link_over")).screen, "guest-over");
});

test("what was written in a call keeps the names of those who wrote it", () => {
  const page = inCall().on({ kind: "read", by: "Dr. Weber", text: "one" }).on({ kind: "wrote", text: "two" }).on({ kind: "read", by: "Eva", text: "three" });
  assert.deepEqual(page.state.call.messages.map(({ mine, by }) => [mine, by]), [[false, "Dr. Weber"], [true, ""], [false, "Eva"]]);
});
