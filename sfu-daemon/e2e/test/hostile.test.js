// Nobody in between: a server that swaps keys and names, replays, reorders, drops or makes up messages and frames. The page stops or ignores it, never
// shows what is not from whom it says, and says nothing in clear. lib/hostile.js tells where the attacks are made.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, test } from "node:test";
import { certify, judge, sealName, stateArea, stateMoved } from "../../web/js/e2ee/area.js";
import { box, enter, sayHello, senderKey } from "../../web/js/e2ee/boxes.js";
import { fromBase64, toBase64 } from "../../web/js/e2ee/bytes.js";
import { kemFromSeed, openWith } from "../../web/js/e2ee/hpke.js";
import { fingerprintOf, idOf, makeIdentity, makeRoot } from "../../web/js/e2ee/keys.js";
import { writeLink } from "../../web/js/e2ee/link.js";
import { messageIn } from "../../web/js/shape.js";
import { MISSHAPEN_MAX } from "../../web/js/signal.js";
import { state } from "../../web/js/e2ee/statements.js";
import { chromiumTab, launchChromium, launchFirefox } from "../lib/browsers.js";
import { Daemon } from "../lib/daemon.js";
import { hostileFirefox, hostilePage, hostileTab } from "../lib/hostile.js";
import { admit, arrive, card, checkIn, choose, clinician, CLINICIAN, enterCall, FARID, inCall, MARIA, openChat, wholeLink } from "../lib/people.js";
import { frames, hears, sees } from "../lib/proof.js";
import { eventually } from "../lib/wait.js";

/** @typedef {import("../lib/browsers.js").Tab} Tab */
/** @typedef {import("../lib/hostile.js").Hostile} Hostile */
/** @typedef {import("../lib/hostile.js").Message} Message */

/** @type {import("playwright-core").Browser} */ let chromium;
/** @type {Daemon} */ let daemon;
/** @type {Tab} */ let staff;
/** @type {Hostile} what is between the clinician's page and the daemon */ let at_staff;
/** The practice's own link. */ let link = "";

before(async () => {
  [chromium, daemon] = await Promise.all([launchChromium(), Daemon.start("--check-ins-per-source-max", "1000")]);
  at_staff = await hostileTab(chromium, { viewport: { width: 1280, height: 800 } });
  staff = await clinician(chromium, daemon, at_staff.tab);
  link = await wholeLink(staff);
});
after(async () => {
  await chromium?.close();
  await daemon?.stop();
});

/** A patient's page with a server in between. @param {import("node:test").TestContext} t */
async function patientOf(t) {
  const between = await hostileTab(chromium);
  t.after(() => between.tab.close());
  return between;
}

const AREA = "reception";
const now_s = () => Math.floor(Date.now() / 1000);

/** What the server has made itself: a root, and an area's keys as it would have them. @param {Partial<Parameters<typeof stateArea>[1]>} [other] @param {number} [at_s] when it was signed */
async function forged(other = {}, at_s = now_s()) {
  const [root, desk] = [await makeRoot(), (await kemFromSeed(crypto.getRandomValues(new Uint8Array(32)))).public];
  const seal = { root: toBase64(root.public), state: JSON.stringify(await stateArea(root, { area: AREA, epoch: 1, serial: 1, desk, policy: "require", ...other }, at_s)), moved: /** @type {string[]} */ ([]) };
  return { root, seal, link: writeLink(daemon.patientLink, await fingerprintOf(root.public)) };
}

/** The statement with another body under the old signature. @param {string} statement @param {Record<string, unknown>} other */
function rewritten(statement, other) {
  const { body, ...rest } = JSON.parse(statement);
  const changed = { ...JSON.parse(Buffer.from(body, "base64url").toString()), ...other };
  return JSON.stringify({ ...rest, body: Buffer.from(JSON.stringify(changed)).toString("base64url") });
}

/** Every `area` of the daemon, with another seal. @param {Hostile} between @param {(area: Message) => Message} change */
function changeArea(between, change) {
  between.down = (message, pass) => pass(message.kind === "area" ? { ...message, area: change(message.area) } : message);
}

test("before a call", { concurrency: 3 }, async (group) => {
  /** @type {Promise<void>[]} */ const tests = [];
  for (const [name, why, attack] of /** @type {[string, string, () => Promise<{ link?: string, change: (area: Message) => Message }>][]} */ ([
    ["keys of its own", "other_key", async () => {
      const { seal } = await forged();
      return { change: (area) => ({ ...area, seal }) };
    }],
    ["keys of its own, to which it says that the practice has moved", "other_key", async () => {
      const { root, seal } = await forged();
      const moved = [JSON.stringify(await stateMoved(root, AREA, root.public))];
      return { change: (area) => ({ ...area, seal: { ...seal, moved } }) };
    }],
    ["the right root with a state of its own", "bad_state", async () => {
      const { seal } = await forged();
      return { change: (area) => ({ ...area, seal: { ...area.seal, state: seal.state } }) };
    }],
    ["the right state with its own desk key", "bad_state", async () => {
      const desk = toBase64((await kemFromSeed(new Uint8Array(32).fill(7))).public);
      return { change: (area) => ({ ...area, seal: { ...area.seal, state: rewritten(area.seal.state, { desk }) } }) };
    }],
    ["a policy that lets names go in clear", "bad_state", async () => ({ change: (area) => ({ ...area, seal: { ...area.seal, state: rewritten(area.seal.state, { policy: "prefer" }) } }) })],
    ["what the practice has signed for another area", "bad_state", async () => {
      const { seal, link } = await forged({ area: "dermatology" });
      return { link, change: (area) => ({ ...area, seal }) };
    }],
    ["what the practice has signed two months ago", "out_of_date", async () => {
      const { seal, link } = await forged({}, now_s() - 60 * 24 * 3600);
      return { link, change: (area) => ({ ...area, seal }) };
    }],
    ["another area than the link's, with keys of its own", "not_referred", async () => {
      const { seal } = await forged({ area: "dermatology" });
      return { change: (area) => ({ ...area, slug: "dermatology", seal }) };
    }],
  ])) {
    tests.push(group.test(`a page that is shown ${name} stops before a name is given`, async (t) => {
      const between = await patientOf(t);
      const { link: other, change } = await attack();
      changeArea(between, change);
      await between.tab.open(other ?? link);
      await between.tab.see(`[data-screen="different"] [data-why="${why}"]`);
      assert.equal(await between.tab.run(() => document.querySelector("#name")), null);
      const nothing_said = () => assert.deepEqual([...new Set(between.page_said.map(({ kind }) => kind))].filter((kind) => kind !== "ping"), ["hello"]);
      nothing_said();
      // The same to a page whose person is about to say the name.
      between.honest();
      if (why === "bad_state" || other !== undefined) return;
      await between.tab.reload();
      await between.tab.see("#name");
      await between.tab.fill("#name", MARIA);
      between.say({ kind: "area", area: change((await between.heard("area")).area) });
      await between.tab.see(`[data-screen="different"] [data-why="${why}"]`);
      nothing_said();
    }));
  }

  tests.push(group.test("keys that are left out, before or while a name is given, let nobody check in, and no name goes in clear", async (t) => {
    const between = await patientOf(t);
    changeArea(between, (area) => ({ ...area, seal: null }));
    await between.tab.open(link);
    await between.tab.see('[data-screen="P0-unopened"]');
    between.honest();
    await between.tab.reload();
    await between.tab.fill("#name", MARIA);
    between.say({ kind: "area", area: { ...(await between.heard("area")).area, seal: null } });
    await between.tab.see('[data-screen="P0-unopened"]');
    assert.ok(!between.page_said.some(({ kind }) => kind === "check_in"));
    assert.ok(!between.leaked(MARIA));
  }));

  tests.push(group.test("without the key in the link a server's own policy still gets no name in clear, and other keys after the check-in stop the page", async (t) => {
    const between = await patientOf(t);
    const [{ seal }, other] = [await forged({ policy: "prefer" }), await forged({ policy: "prefer" })];
    changeArea(between, (area) => ({ ...area, seal }));
    await arrive(between.tab, daemon, MARIA);
    assert.ok(between.page_said.some(({ kind, sealed, name }) => kind === "check_in" && typeof sealed === "string" && name === undefined));
    assert.ok(!between.leaked(MARIA));
    between.say({ kind: "area", area: { ...(await between.heard("area")).area, seal: other.seal } });
    await between.tab.see('[data-screen="different"] [data-why="other_key"]');
  }));

  tests.push(group.test("a visit that the server alone moves to another area stops, also after a reload, and is offered no media", async (t) => {
    const between = await patientOf(t);
    await arrive(between.tab, { patientLink: link }, MARIA);
    const elsewhere = { ...(await between.heard("area")).area, slug: "dermatology", seal: (await forged({ area: "dermatology" })).seal };
    const { certificate } = (await at_staff.heard("seal_devices")).devices[0];
    for (const referral of [null, "{}", JSON.stringify({ certificate: JSON.parse(certificate), referral: await state((await makeIdentity()).signer, "referral", { visit: "", area: "dermatology", root: elsewhere.seal.root }) })]) {
      between.honest();
      await between.tab.reload();
      await between.tab.see('[data-screen="P1"]');
      if (referral !== null) between.say({ kind: "referral", referral });
      between.say({ kind: "area", area: elsewhere });
      between.say({ kind: "patient", patient: { ...(await between.heard("resumed")).patient, version: 1000, state: "called", position: null } });
      await between.tab.see('[data-screen="different"] [data-why="not_referred"]');
    }
    assert.ok(!between.page_said.some(({ kind }) => kind === "offer" || kind === "seal_hello"));
  }));
  await Promise.all(tests);
});

/** Everybody's names by their tiles, without what else the tiles say of them. @param {Tab} tab */
const names = (tab) => tab.run(() => Object.fromEntries([...document.querySelectorAll("[data-peer]")].map((tile) => {
  const caption = /** @type {HTMLElement} */ (tile.querySelector("figcaption")?.cloneNode(true));
  for (const more of caption.querySelectorAll(".sr, .chip")) more.remove();
  return [tile.getAttribute("data-peer"), caption.innerText.trim()];
})));

/** What this page has opened so far. @param {Tab} tab */
const taken = async (tab) => (await frames(tab)).received;

/** Frames come that this page has no key for, and it takes none. @param {Tab} tab @param {string} [reason] */
async function starves(tab, reason = "no_key") {
  const dropped = async () => (await frames(tab)).dropped[`received_${reason}`] ?? 0;
  const first = await dropped();
  await eventually(dropped, (count) => first < count, `frames dropped as ${reason}`);
  const [before, began] = [await taken(tab), await dropped()];
  await eventually(dropped, (count) => began + 10 < count, `more frames dropped as ${reason}`);
  assert.equal(await taken(tab), before, "frames were taken meanwhile");
}

test("other keys stop the clinician's page, and names that the server swaps in the line lead to nobody: who comes gets no key, and nothing of theirs is seen", async (t) => {
  const [maria, farid] = [await chromiumTab(chromium), await chromiumTab(chromium)];
  t.after(() => Promise.all([maria.close(), farid.close()]));
  await checkIn(maria, { patientLink: link }, MARIA);
  await checkIn(farid, { patientLink: link }, FARID);
  await staff.see(card(FARID, "waiting"));
  const [one, other] = await Promise.all([MARIA, FARID].map((name) => staff.page.locator(card(name, "waiting")).getAttribute("data-ticket")));
  assert.ok(one && other);
  // Other keys than those of this browser's practice: it reads nobody, starts nobody, and has no link for patients.
  const { seal } = await forged();
  changeArea(at_staff, (area) => ({ ...area, seal }));
  await staff.reload();
  await staff.see('[data-banner="wrong-keys"]');
  assert.deepEqual(await staff.run(() => [document.querySelector("[data-link]"), document.querySelector('[data-action="start"]')]), [null, null]);

  /** @type {Record<string, string>} */ const sealed = {};
  for (const message of at_staff.daemon_said) for (const ticket of message.tickets ?? message.upserted ?? []) sealed[ticket.ticket] = ticket.sealed;
  const swapped = { [one]: sealed[other], [other]: sealed[one] };
  const swap = (/** @type {any} */ ticket) => ({ ...ticket, sealed: swapped[ticket.ticket] ?? ticket.sealed });
  at_staff.down = (message, pass) => pass(message.kind === "queue" ? { ...message, tickets: message.tickets.map(swap) } : message.kind === "queue_delta" ? { ...message, upserted: message.upserted.map(swap) } : message);
  await staff.reload();
  await admit(staff, MARIA);
  await inCall(farid);
  await staff.see("[data-peer][data-keyless]");
  await starves(staff);
  assert.deepEqual([await taken(staff), await taken(farid), await staff.run(() => document.querySelector("[data-lock]")?.getAttribute("data-lock"))], [0, 0, "waiting"]);
  at_staff.honest();
  await staff.act("end");
  await staff.act("end-visit");
  await farid.see('[data-screen="P6"]');
  await maria.act("leave");
  await staff.reload();
});

test("in a call with a server in between", async (t) => {
  const at_patient = await hostileTab(chromium);
  const patient = at_patient.tab;
  t.after(() => patient.close());
  await enterCall({ patientLink: link }, staff, patient);
  await Promise.all([sees(patient, "the patient"), sees(staff, "the clinician")]);
  await patient.see('[data-lock="link"]');
  const room = async (/** @type {Hostile} */ side) => side.heard("room", ({ peers, slots }) => peers.length === 1 && slots.some((/** @type {any} */ { peer }) => peer !== null));
  /** Every `room`, the one that there is included, with another content. @param {Hostile} side @param {(room: Message) => Message} change */
  const changeRoom = async (side, change) => {
    side.down = (message, pass) => pass(message.kind === "room" ? change(message) : message);
    side.say(change(await room(side)));
  };
  const hellos = async (/** @type {Hostile} */ side) => side.heard("seal_hellos", ({ hellos }) => hellos.length === 1);
  const [STAFF, PATIENT] = [(await room(at_patient)).peers[0].peer, (await room(at_staff)).peers[0].peer];
  const STRANGER = 9;
  const onBoth = (/** @type {(side: Hostile) => Promise<void>} */ act) => Promise.all([at_patient, at_staff].map(act));
  /** Everything is as the daemon has it, and both see each other. */
  const recover = async () => {
    for (const side of [at_patient, at_staff]) {
      side.honest();
      side.say(await room(side));
      side.say(await hellos(side));
    }
    await Promise.all([sees(patient, "the patient"), sees(staff, "the clinician")]);
    assert.deepEqual([Object.values(await names(patient)), Object.values(await names(staff))], [[CLINICIAN], [MARIA]]);
    await patient.see('[data-lock="link"]');
  };
  await t.test("whom the server puts into the room gets no key and no word of the chat, whatever hello it says for them", async () => {
    const { hellos: [own] } = await hellos(at_patient);
    const stranger = await makeIdentity();
    const { body, ...rest } = JSON.parse(own.hello);
    const said = JSON.parse(Buffer.from(body, "base64url").toString());
    const root = await makeRoot();
    const certificate = await certify(root, { area: AREA, epoch: 1, device: stranger.public, name: CLINICIAN, call: true });
    const forgeries = [
      own.hello, // the clinician's own, under another number
      JSON.stringify({ ...rest, body: Buffer.from(JSON.stringify({ ...said, kem: toBase64(stranger.public.kem) })).toString("base64url") }),
      JSON.stringify(await sayHello(enter(stranger), "staff", said.proof)),
      JSON.stringify(await sayHello(enter(stranger), "staff", certificate)),
      JSON.stringify(await sayHello(enter(stranger), "patient", null)),
      "{}",
    ];
    await onBoth(async (side) => {
      await changeRoom(side, (room) => ({ ...room, peers: [{ ...room.peers[0], peer: STRANGER, name: "Dr. Weber", staff: side === at_patient }, ...room.peers] }));
      for (const hello of forgeries) {
        side.say({ kind: "seal_hellos", hellos: [...(await hellos(side)).hellos, { peer: STRANGER, hello }] });
        await side.tab.see(`[data-peer="${STRANGER}"][data-keyless]`);
      }
      await side.tab.act("chat");
      await side.tab.fill('[name="text"]', `only between us, ${side === at_patient}`);
      await side.tab.act("chat-send");
    });
    for (const [tab, name] of /** @type {const} */ ([[patient, CLINICIAN], [staff, MARIA]])) await tab.see(`[data-testid="chat"] .msg:not(.msg--me):has-text("${name}")`);
    for (const side of [at_patient, at_staff]) {
      const to = side.page_said.flatMap(({ boxes }) => boxes ?? []).map((/** @type {any} */ box) => box.to);
      assert.ok(0 < to.length && !to.includes(STRANGER), String(to));
    }
    await recover();
  });

  await t.test("one person's picture under another's number, or as a screen, is not shown", async () => {
    await onBoth(async (side) => {
      const slots = (/** @type {Message} */ room, /** @type {object} */ other) => room.slots.map((/** @type {any} */ slot) => (slot.peer === null ? slot : { ...slot, ...other }));
      for (const lie of /** @type {((room: Message) => Message)[]} */ ([
        (room) => ({ ...room, peers: [{ ...room.peers[0], peer: STRANGER, name: "Dr. Weber", staff: true }], slots: slots(room, { peer: STRANGER }) }),
        (room) => ({ ...room, slots: slots(room, { source: "screen", audio_mid: null }) }),
      ])) {
        await changeRoom(side, lie);
        await starves(side.tab, "unexpected");
      }
    });
    await recover();
  });

  await t.test("other names in the room and in the line do not change who is in the call", async () => {
    const { version, upserted: [ticket] } = await at_staff.heard("queue_delta", ({ upserted }) => upserted[0]?.state === "in_call");
    const { seal } = (await at_staff.heard("area")).area;
    const { state: found } = /** @type {import("../../web/js/e2ee/area.js").Trusted} */ (await judge(seal, { area: AREA, fingerprint: null, now_s: null }));
    const sealed = await sealName(found.desk, AREA, { name: FARID, visit: (await makeIdentity()).public, made: new Date().toISOString().slice(0, 10) });
    at_staff.say({ kind: "queue", area: AREA, version, tickets: [{ ...ticket, sealed }] });
    for (const lie of [{ name: FARID }, { name: FARID, staff: true }, { name: FARID, device: true }]) {
      await changeRoom(at_staff, (room) => ({ ...room, peers: room.peers.map((/** @type {any} */ peer) => ({ ...peer, ...lie })) }));
      await sees(staff, "the clinician");
      assert.deepEqual(await names(staff), { [PATIENT]: MARIA });
    }
    await changeRoom(at_patient, (room) => ({ ...room, peers: room.peers.map((/** @type {any} */ peer) => ({ ...peer, name: "Dr. Weber" })) }));
    assert.deepEqual(await names(patient), { [STAFF]: CLINICIAN });
    at_staff.say({ kind: "queue", area: AREA, version, tickets: [ticket] });
    await recover();
  });

  await t.test("boxes that are changed, kept from before, redirected or made up open nothing, and late ones all the same; the right hello again brings everything back", async () => {
    const of = (/** @type {Message[]} */ said, /** @type {string} */ kind) => said.filter((message) => message.kind === kind);
    const [earlier, own] = [of(at_patient.daemon_said, "seal_box"), of(at_patient.page_said, "seal_boxes").flatMap(({ boxes }) => boxes)];
    const first_hello = of(at_patient.page_said, "seal_hello")[0]?.hello;
    /** @type {Message[]} */ const held = [];
    at_patient.down = (message, pass) => {
      if (message.kind !== "seal_box") return pass(message);
      held.push(message);
      const bytes = Buffer.from(message.box, "base64url");
      bytes[40] = (bytes[40] ?? 0) ^ 1;
      pass({ ...message, box: bytes.toString("base64url") });
      pass({ ...message, from: STRANGER });
    };
    await patient.reload();
    await inCall(patient);
    const since = at_patient.page_said.length;
    for (const box of earlier) at_patient.say(box);
    for (const { box } of own) at_patient.say({ kind: "seal_box", from: STAFF, box }); // its own, as if from the other side
    const { hello } = await eventually(async () => at_patient.page_said.findLast(({ kind }) => kind === "seal_hello") ?? assert.fail(), (said) => said.hello !== first_hello, "a new hello");
    const { sign, kem, nonce } = JSON.parse(Buffer.from(JSON.parse(hello).body, "base64url").toString());
    const [who, evil] = [{ sign: fromBase64(sign, 32), kem: fromBase64(kem, 32) }, enter(await makeIdentity())];
    assert.ok(who.sign && who.kem);
    const to = { role: /** @type {const} */ ("patient"), public: /** @type {any} */ (who), id: await idOf(/** @type {any} */ (who)), nonce: /** @type {any} */ (fromBase64(nonce)), name: null };
    for (const [use, body] of /** @type {const} */ ([["sender-key", senderKey(STAFF, 1000, new Uint8Array(32))], ["file", { transfer: toBase64(new Uint8Array(16)), key: toBase64(new Uint8Array(32)) }]])) {
      at_patient.say({ kind: "seal_box", from: STAFF, box: await box(evil, to, use, body) });
    }
    await starves(patient);
    assert.deepEqual(of(at_patient.page_said.slice(since), "key_taken"), []);
    at_patient.honest();
    for (const late of [...held.reverse(), ...held]) at_patient.say(late);
    await recover();

    const of_before = { kind: "seal_hellos", hellos: [{ peer: PATIENT, hello: first_hello }] }; // of the page before the reload
    at_staff.down = (message, pass) => pass(message.kind === "seal_hellos" ? of_before : message);
    at_staff.say(of_before);
    await Promise.all([starves(patient), starves(staff)]);
    await recover();
  });

  await t.test("somebody else's certificate in the clinician's place gets nothing, and is marked", async () => {
    const evil = await makeIdentity();
    const certificate = await certify(await makeRoot(), { area: AREA, epoch: 1, device: evil.public, name: CLINICIAN, call: true });
    const since = at_patient.page_said.length;
    at_patient.say({ kind: "seal_hellos", hellos: [{ peer: STAFF, hello: JSON.stringify(await sayHello(enter(evil), "staff", certificate)) }] });
    await patient.see(`[data-peer="${STAFF}"][data-keyless]`);
    await starves(patient);
    // What was on its way to the clinician opens for the clinician only.
    const boxes = at_patient.page_said.slice(since).flatMap(({ kind, boxes }) => (kind === "seal_boxes" ? boxes : []));
    for (const { box } of boxes) assert.equal(await openWith(evil.kem, "box", fromBase64(box) ?? new Uint8Array()), null);
    await recover();
  });

  await t.test("the clinician's keys left out and a device in their place: no picture, sealed or in clear", async () => {
    const as_device = (/** @type {Message} */ message) => ({ ...message, peers: message.peers.map((/** @type {any} */ peer) => ({ ...peer, staff: false, device: true })) });
    at_patient.down = (message, pass) => message.kind !== "seal_hellos" && pass(message.kind === "room" ? as_device(message) : message);
    await patient.reload();
    await inCall(patient);
    await starves(patient, "unexpected");
    await at_patient.refusesFrames("clear", "unexpected");
    await patient.see(`[data-peer="${STAFF}"][data-keyless]`);
    await patient.see('[data-lock="waiting"]');
    assert.deepEqual([await taken(patient), (await frames(patient)).clear, (await frames(patient)).sent], [0, 0, 0]);
    await recover();
  });

  await t.test("a camera that the patient has turned off stays off over a reload, though the server says that it was on", async () => {
    await patient.act("camera");
    await patient.see("[data-self].tile--off");
    await changeRoom(at_patient, (room) => ({ ...room, muted: false, camera_off: false }));
    const since = at_patient.page_said.length;
    await patient.reload();
    await inCall(patient);
    const said = await eventually(async () => at_patient.page_said.slice(since).findLast(({ kind }) => kind === "mute"), (mute) => mute !== undefined, "the page's own switches");
    assert.equal(said?.["camera_off"], true);
    await patient.see("[data-self].tile--off");
    await patient.act("camera");
    await recover();
  });

  const lines = (/** @type {Tab} */ tab) => tab.run(() => [...document.querySelectorAll('[data-testid="chat"] .msg:not(.msg--me)')].map((line) => line.lastChild?.textContent));
  const write = async (/** @type {Tab} */ tab, /** @type {string} */ text) => {
    await tab.fill('[name="text"]', text);
    await tab.act("chat-send");
    await eventually(() => tab.run(() => /** @type {HTMLInputElement} */ (document.querySelector('[name="text"]')).value), (left) => left === "", "the message to be sent");
  };

  await t.test("messages that are repeated, reordered, changed, given to another or in clear are not shown", async () => {
    await Promise.all([openChat(patient), openChat(staff)]);
    await write(staff, "one");
    await eventually(() => lines(patient), (shown) => shown.at(-1) === "one", "the first message");
    const shown = await lines(patient);
    const real = JSON.parse((await at_patient.channelHeard()).findLast((text) => text.startsWith("{")) ?? "");
    const changed = Buffer.from(real.sealed, "base64url");
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    for (const lie of [real, { ...real, peer: STRANGER }, { ...real, peer: PATIENT }, { peer: STAFF, sealed: changed.toString("base64url") }, { peer: STAFF, text: "in clear" }, { peer: STAFF, kind: "text", text: "in clear" },
      { peer: STAFF, sealed: Buffer.from(JSON.stringify({ kind: "text", text: "in clear" })).toString("base64url") }, { peer: STAFF, sealed: null, text: "in clear" }]) await at_patient.sayOnChannel(JSON.stringify(lie));
    for (const rubbish of ["", "{", "null", "[]"]) await at_patient.sayOnChannel(rubbish);

    await at_patient.channel((data, pass) => {
      const held = (/** @type {any} */ (window).held ??= []);
      if (held.push(data) < 3) return;
      for (const text of [held[1], held[0], held[2], held[1]]) pass(text);
    });
    for (const text of ["two", "three", "four"]) await write(staff, text);
    await eventually(() => lines(patient), (now) => now.at(-1) === "four", "the last message");
    assert.deepEqual(await lines(patient), [...shown, "three", "four"], "what was held back is gone");
    await at_patient.channel((data, pass) => pass(data));
    await write(patient, "five");
    await eventually(() => lines(staff), (now) => now.at(-1) === "five", "the answer");
  });

  await t.test("a consent that the patient has changed since is not told again, and none is made up", async () => {
    await at_staff.sayOnChannel(JSON.stringify({ peer: PATIENT, kind: "consent", file: true }));
    await choose(staff, "leaflet.pdf", 1_000);
    await patient.see('dialog[data-topic="file"]');
    assert.equal(await staff.run(() => document.querySelector("[data-consent]")), null);
    await at_staff.channel((data, pass) => {
      const texts = (/** @type {any} */ (window).consents ??= []);
      if (typeof data !== "string") return pass(data);
      if (texts.push(data) === 2) for (const text of [texts[1], texts[0], texts[1]]) pass(text);
    });
    await patient.act("consent-no");
    await patient.act("files-allow");
    await staff.see("[data-consent]");
    await staff.see('[data-consent="true"]');
    await at_staff.channel((data, pass) => pass(data));
  });

  await t.test("a file with a changed piece, or under the name of another, is not to be had", async () => {
    await at_patient.channel((data, pass) => {
      if (typeof data === "string" || new Uint8Array(data)[1] !== 4) return pass(data);
      const bytes = new Uint8Array(data.slice(0));
      bytes[500] = (bytes[500] ?? 0) ^ 1;
      pass(bytes.buffer);
    });
    await choose(staff, "plan.pdf", 40_000);
    await patient.see('[data-file][data-own="false"][data-phase="over"][data-why="changed"]');
    await at_patient.channel((data, pass) => {
      const world = /** @type {any} */ (window);
      if (typeof data === "string" || new Uint8Array(data)[1] !== 1) return pass(data);
      const HEAD = 31;
      world.manifest ??= new Uint8Array(data.slice(HEAD));
      const bytes = new Uint8Array(HEAD + world.manifest.length);
      bytes.set(new Uint8Array(data.slice(0, HEAD)));
      bytes.set(world.manifest, HEAD);
      pass(bytes.buffer);
    });
    await choose(staff, "first.pdf", 2_000);
    await patient.see('[data-file][data-own="false"][data-phase="here"]:has-text("first.pdf")');
    await choose(staff, "second.pdf", 2_000);
    await patient.see('[data-file][data-phase="locked"]');
    const given = async () => at_staff.page_said.filter(({ kind }) => kind === "seal_boxes").length;
    const boxes = await given();
    await eventually(given, (count) => boxes + 2 <= count, "its key to be asked for and given again");
    const there = await patient.run(() => [...document.querySelectorAll('[data-file][data-own="false"]')].map((row) => [row.getAttribute("data-phase"), /** @type {HTMLElement} */ (row.querySelector(".fname")).innerText]));
    assert.deepEqual(there.filter(([phase]) => phase === "here"), [["here", "first.pdf"]]);
    assert.ok(!there.some(([, name]) => name === "second.pdf"));
    await at_patient.channel((data, pass) => pass(data));
  });

  await t.test("frames that are changed, cut, emptied, invented, repeated, old, the page's own or in clear are not taken, and the picture comes back", async () => {
    await onBoth(async (side) => {
      const attacks = /** @type {const} */ (side === at_patient ? [["flip", "failed"], ["empty", "empty"], ["old", "replayed"], ["clear", "unexpected"]] : [["zeros", "unexpected"], ["cut", "failed"], ["noise", "malformed"], ["reflect", "unexpected"]]);
      for (const [attack, reason] of attacks) await side.refusesFrames(attack, reason);
    });
    await Promise.all([sees(patient, "after the attacks"), hears(patient, "after the attacks"), sees(staff, "after the attacks")]);
    await onBoth(async (side) => {
      for (const attack of /** @type {const} */ (side === at_patient ? ["repeat", "swap"] : ["halve", "drop"])) {
        const replays = async () => (await frames(side.tab)).dropped["received_replayed"] ?? 0;
        const [before, replayed] = [await taken(side.tab), await replays()];
        await side.frames(attack);
        await eventually(() => side.attacked(), (count) => 40 < count, `frames under ${attack}`);
        await side.frames("nothing");
        if (attack === "repeat") assert.ok(replayed + 30 < (await replays()), "each is taken once");
        if (attack !== "drop") assert.ok(before < (await taken(side.tab)), `the call goes on under ${attack}`);
      }
    });
    await recover();
    await hears(patient, "in the end");
  });

  await t.test("messages of another shape leave both pages as they are, and too many of them end with a word about it", async () => {
    const STRANGE = [null, 7, "x", [null], { kind: "room" }, "a".repeat(100_000)];
    await onBoth(async (side) => {
      const screen = side === at_patient ? "P5" : "V3";
      const newest = new Map(side.daemon_said.map((message) => [message.kind, message]));
      const lies = [...newest.values()].flatMap(({ kind, ...fields }, index) => Object.keys(fields).slice(0, 2).map((field, at) => ({ kind, ...fields, [field]: STRANGE[(index + at) % STRANGE.length] })));
      const wrong = lies.filter((lie) => messageIn(JSON.stringify(lie)).wrong !== null).slice(0, MISSHAPEN_MAX);
      assert.ok(10 < wrong.length);
      for (const lie of wrong) side.say(lie);
      side.say({ kind: "dance", steps: 7 });
      await side.tab.see(`[data-screen="${screen}"]`);
      await write(side.tab, `still here, ${screen}`);
      // The page counts for each connection, and a slow machine may have lost one meanwhile.
      const is_garbled = async () => {
        for (let more = 0; more < MISSHAPEN_MAX / 4; more += 1) side.say({ kind: "room", me: null });
        return side.tab.run(() => document.querySelector('[data-screen="garbled"]') !== null);
      };
      await eventually(is_garbled, (is) => is, "the page to have had enough");
      const complaints = side.tab.complaints.splice(0);
      assert.ok(complaints.every((line) => line.startsWith("a message of another shape: ")), complaints.join());
      await side.tab.reload();
      await side.tab.see(`[data-screen="${screen}"][data-path="connected"]`);
    });
    await recover();
  });

  for (const side of [at_patient, at_staff]) {
    const all = JSON.stringify([side.page_said, side.daemon_said]) + (await side.channelHeard()).join();
    for (const secret of [MARIA, "only between us", "three", "plan.pdf", Buffer.from("plan.pdf").toString("hex")]) assert.ok(!all.includes(secret), `${secret} was said in clear`);
    assert.deepEqual(side.tab.complaints, []);
  }
});

test("in Firefox: other keys stop the page, changed frames are dropped until the picture comes back, and names are those of the keys", async (t) => {
  const [firefox, folder] = [await launchFirefox(), hostilePage()];
  t.after(() => firefox.close());
  const daemon = await Daemon.start("--web-dir", folder);
  t.after(async () => {
    await daemon.stop();
    rmSync(folder, { recursive: true });
  });
  const staff = await clinician(chromium, daemon);
  t.after(() => staff.close());
  const link = await wholeLink(staff);

  const { seal } = await forged();
  const stopped = await hostileFirefox(firefox, (message, pass, seal) => pass(message.kind === "area" ? { ...message, area: { ...message.area, seal } } : message), seal);
  await stopped.tab.open(link);
  await stopped.tab.see('[data-screen="different"] [data-why="other_key"]');
  assert.equal(await stopped.tab.run(() => document.querySelector("#name")), null);
  await stopped.tab.close();

  const between = await hostileFirefox(firefox);
  const patient = between.tab;
  await enterCall({ patientLink: link }, staff, patient);
  await Promise.all([sees(patient, "the patient"), sees(staff, "the clinician")]);
  for (const [attack, reason] of /** @type {const} */ ([["flip", "failed"], ["reflect", "unexpected"], ["clear", "unexpected"]])) await between.refusesFrames(attack, reason);
  await Promise.all([sees(patient, "after the attacks"), hears(patient, "after the attacks")]);

  await between.socket((message, pass) => pass(message.kind === "room" ? { ...message, peers: message.peers.map((/** @type {any} */ peer) => ({ ...peer, name: "Dr. Weber" })) } : message));
  await staff.act("mute"); // So that the room is told anew.
  await patient.see("[data-peer] figcaption .sr");
  assert.deepEqual(Object.values(await names(patient)), [CLINICIAN]);
  assert.deepEqual(patient.complaints, []);
});
