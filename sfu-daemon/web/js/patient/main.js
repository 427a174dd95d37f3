// A patient's page: brings what happens to the state, draws the state, and makes what the state wants come true.

import { Awake } from "../awake.js";
import { cannotCall, inApp } from "../browser.js";
import { consentMessage, Consents, TOPICS } from "../consent.js";
import { announce, download, show } from "../dom.js";
import { language, onLanguage, ordinal, t, wordList } from "../i18n.js";
import { judge, judgedBy, referred, sealName } from "../e2ee/area.js";
import { equal, random } from "../e2ee/bytes.js";
import { Echo, PATIENT } from "../echo.js";
import { lockOf } from "../e2ee/call.js";
import { fingerprintOf, fromCode, identityFromSeed, SEED_BYTES } from "../e2ee/keys.js";
import { readLink, writeLink } from "../e2ee/link.js";
import { Words } from "../e2ee/words.js";
import { Files } from "../files/files.js";
import { fileActs } from "../files/view.js";
import { addressOf, paint } from "../look.js";
import { Devices, Screen } from "../media.js";
import { Messages, textOf } from "../messages.js";
import { otherWays } from "../live/ways.js";
import { MediaPath } from "../path.js";
import { CallQuality } from "../quality.js";
import { shrink } from "../small-window.js";
import { qualityNote } from "../view.js";
import { canSeal, Sealing } from "../sealing.js";
import { Signing } from "../forms/exchange.js";
import { unfit } from "../forms/own.js";
import { Pages } from "../forms/pages.js";
import { library } from "../forms/pdf.js";
import { Signal } from "../signal.js";
import { melody, roomTone, speakThrough, turnChime, unlockOnTouch } from "../sounds.js";
import { disconnected, due, initial, next, over, rejoinable, screen, trustOf, usable, wants, wayTo } from "../state.js";
import { screensOf } from "../tiles.js";
import { Views } from "../views.js";
import { Photo } from "./photo.js";
import { readNote, writeNote } from "./notes.js";
import { placeOf } from "./place.js";
import { Sheet } from "./show.js";
import { formFile, Pad } from "./sign.js";
import { draw, tabTitle } from "./screens.js";

/** @import { PatientEvent, State, Trust } from "../state.js" */
/** @import { Led, Trusted } from "../e2ee/area.js" */
/** @import { Bytes } from "../e2ee/bytes.js" */
/** @import { Identity } from "../e2ee/keys.js" */
/** @import { NoteView, RoomPeer, ServerMessage } from "../types.d.ts" */
/** @import { Actions } from "./corridor.js" */
/** @import { Choices } from "../view.js" */

/** Nine people without oneself. A slot that nobody is in costs 3.5 KB of the offer (34 with eight, of the 64 that the server takes), and 50 ms before the first picture on a busy machine. */
const SLOTS = 8;
const NOTHING = { microphone: null, camera: null, screen: null };
const TICK_MS = 1_000;
const TICK_BUSY_MS = 200;
/** While somebody reads what the server knows, it is read anew so often. */
const KNOWN_EVERY_MS = 3_000;
/** Messages that come so soon after a reload are old ones. */
const HISTORY_MS = 1_500;
/** A message whose copy has not come back by then has not arrived. */
const NOTE_WITHIN_MS = 5_000;
const CHIME_EVERY_MS = 4_000;
const CHIME_FOR_MS = 30_000;

/** A patient's page at the link to an area. */
export function start() {
  let state = initial(Date.now());
  const link = readLink(location.href);
  if (link.repaired !== null) history.replaceState(null, "", link.repaired);
  const slug = link.area ?? "";
  const place = placeOf(slug);
  let fingerprint = link.fingerprint;
  /** @type {Trusted | null} the keys of the area where the visit is, as this page has looked at them */
  let trusted = null;
  /** @type {Trusted | null} ... and of the area of the link */
  let home = null;
  /** @type {Led | null} where staff have handed the visit over to */
  let led = null;
  let passcode = ""; // as typed
  /** @type {string | null} the token of a place that the daemon does not know any more, for a check-in that asks for it again */
  let claim = null;
  /** @type {string | null} the area for whose staff the name was sealed to get a place again, which may turn out to be elsewhere */
  let sealed_in = null;
  let looking = Promise.resolve();
  /** @type {Bytes} of this visit's keys */
  let seed = place.get()?.seed ?? random(SEED_BYTES);
  /** @type {Promise<Identity>} */
  let identity = identityFromSeed(seed);
  /** @type {Choices} */
  let choices = { microphones: [], cameras: [], speakers: [] };
  /** @type {Bytes | null} the root that was verified by words */
  let by_words = null;
  /** @type {string[]} */
  let word_list = [];
  let sound_blocked = false;
  let opening = false;
  let known_asked_at = 0;
  let resumed_at = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let unwritten;
  /** @type {string} what the daemon was last told, so that only changes are sent */
  let told_set_up = "";
  let told_mute = "";
  /** @type {{ since: number, last: number } | null} */
  let chime = null;

  const signal = new Signal("patient", slug, {
    message: (message) => heard(message),
    alive: () => dispatch({ kind: "alive" }),
    lost: () => {
      told_set_up = told_mute = "";
      dispatch({ kind: "lost" });
    },
    garbled: () => dispatch({ kind: "fault", fault: "garbled" }),
  });
  const devices = new Devices(() => {
    void devices.list().then((list) => {
      choices = list;
      dispatch({ kind: "devices", devices: devices.status, opened: false });
    });
  });
  const sealing = new Sealing("patient", {
    send: (message) => signal.send(message),
    changed: () => reached(),
    file: (from, body) => files.key(from, body),
    identify: () => identity,
    takesClear: () => takesClear(),
    grounds: async () => (trusted === null ? null : { root: trusted.root, state: trusted.state, people: [], leads: false }),
    told: (from, use, body) => void words.heard(from, use, body),
  });
  const words = new Words({
    tell: (to, use, body) => sealing.tell(to, use, body),
    who: (peer) => sealing.who(peer), id: () => sealing.id, root: async () => trusted?.root ?? null, language,
    changed: () => {
      draw_now();
      if (words.view.step !== "shown") return;
      announce(t("words-title"), "assertive");
      void wordList(words.view.language).then((list) => {
        word_list = list;
        draw_now();
      });
    },
  });
  const path = new MediaPath(SLOTS, {
    offer: (offer) => signal.send({ kind: "offer", ...offer }),
    changed: () => {
      if (path.state !== state.call.path && (path.state === "lost" || state.lost_since !== null)) signal.wake(); // the one knows of the network before the other
      dispatch({ kind: "path", path: path.state });
    },
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
    if (text !== "") dispatch({ kind: "read", text, by: nameOfNumber(peer) });
  });
  /** What only staff may ask, of whom they mean. @param {string} kind @param {(message: Record<string, unknown>) => void} hear */
  const onStaff = (kind, hear) => messages.on(kind, (peer, message) => {
    if (isStaff(peer) && (message["to"] ?? state.call.room?.me) === state.call.room?.me) hear(message);
  });
  const { live, sign_language } = otherWays({
    messages, path, devices,
    isInCall: () => state.patient?.state === "in_call",
    nameOf: (peer) => nameOfNumber(peer),
    changed: () => draw_now(),
  });
  const quality = new CallQuality({ path, messages, peers: () => (state.call.room?.peers ?? []).map(({ peer }) => peer), changed: (now) => {
    if (qualityNote(now) === null) announce(t(`quality-${now}`)); // What is weak is said by its own note.
    draw_now();
  } });
  const awake = new Awake();
  messages.on("here", () => tell());
  const consents = new Consents(() => {
    files.may(consents.of.file);
    tellConsents();
    draw_now();
  }, tabStorage());
  const files = new Files({
    write: (frame) => path.write(frame),
    buffered: () => path.buffered(),
    giveKeys: (bodies, to) => sealing.giveFiles(bodies, to),
    messages,
    nameOf: (peer) => nameOfNumber(peer),
    changed: () => {
      signing.handed(files.state.files);
      draw_now();
    },
    wantsForm: (_, size, from) => state.patient?.state === "in_call" && isStaff(from) && !state.patient.guest && signing.wants(size),
    formCame: (form, name, bytes) => void showForm(form, name, bytes),
    ask: () => void consents.ask("file"),
    came: () => {
      dispatch({ kind: "chat", open: true });
      announce(t("file-coming-soon"));
    },
  }, null);
  const photo = new Photo({
    consent: () => consents.ask("photo"),
    camera: () => devices.camera,
    tell: (answer) => void messages.say({ kind: "photo_answer", answer }),
    send: (file) => files.send([file]),
    changed: () => draw_now(),
  });
  onStaff("photo_ask", () => {
    if (state.patient?.state === "in_call") void photo.asked();
  });
  /** Staff want to see the screen in this call; before that there is no way to show it. */
  let screen_asked = false;
  onStaff("screen_ask", () => {
    if (state.patient?.state !== "in_call") return;
    if (!Screen.possible()) {
      void messages.say({ kind: "screen_answer", answer: "impossible" });
      return;
    }
    screen_asked = true;
    announce(t("screen-asked"), "assertive");
    draw_now();
    // A browser lets choose only after a touch: who has agreed before presses the button.
    if (consents.of.screen === true) return;
    void consents.ask("screen").then((yes) => (yes ? shareScreen() : void messages.say({ kind: "screen_answer", answer: "declined" })));
  });
  async function shareScreen() {
    if (await screen_share.share()) void messages.say({ kind: "screen_answer", answer: "shown" });
    else announce(t("share-failed"), "assertive");
  }
  const pad = new Pad(() => draw_now());
  const signing = new Signing((message) => messages.say(message), (...form) => files.sendForm(...form), () => {
    if (signing.form?.pdf == null) closePages();
    draw_now();
  });
  /** @type {Pages | null} */
  let pages = null;
  onStaff("form", (message) => {
    if (state.patient?.state === "in_call" && signing.shown(message)) pad.clear();
  });
  onStaff("form_got", (message) => signing.got(message));
  /** A form that is a PDF: shown if all of it can be. @param {string} id @param {string} name @param {Bytes} bytes */
  async function showForm(id, name, bytes) {
    const opened = (await unfit(await library(), bytes)) === null ? await Pages.open(bytes).catch(() => null) : null;
    if (opened === null) return void messages.say({ kind: "form_declined", id, unread: true });
    if (state.patient?.state !== "in_call" || !signing.shownPdf(id, name, bytes)) return opened.close();
    closePages();
    pages = opened;
    pad.clear();
  }

  function closePages() {
    pages?.close();
    pages = null;
  }

  const echo = new Echo((request, sdp) => signal.send({ kind: "echo", request, sdp }), (network) => dispatch({ kind: "echo", network }), PATIENT);
  const sheet = new Sheet(() => draw_now());
  let reaches = false;
  const views = new Views((slot, height) => signal.send({ kind: "view", slot, height }));
  const screen_share = new Screen(() => {
    settle();
    draw_now();
  });

  /** Where a server could have written the policy itself, it is worth nothing. */
  function takesClear() {
    return trusted?.state.policy === "prefer" && trustOf(state) !== "unverified";
  }

  /** Somebody can read what this page says, or nobody can any more. */
  function reached() {
    if (sealing.reaches && !reaches) greet();
    reaches = sealing.reaches;
    draw_now();
  }

  /** This page is heard now, for the first time or again: whoever is there tells it what holds. */
  function greet() {
    void messages.say({ kind: "here" });
    tell();
  }

  /** What others should know who have come, or come back. */
  function tell() {
    tellConsents();
    signing.tell();
    sign_language.tell();
    quality.tell();
  }

  function tellConsents() {
    if (TOPICS.some((topic) => consents.of[topic] !== null)) void messages.say(consentMessage(consents.of));
  }

  /** @type {Actions} */
  const act = {
    checkIn: (name, typed = passcode) => {
      passcode = typed;
      dispatch({ kind: "check_in", name });
      if (state.asked === "check_in") void askPlace(claim);
    },
    rejoin: (name) => {
      dispatch({ kind: "rejoin", name });
      if (state.asked === "rejoin") void sealed(state.name).then((sealed) => sealed && signal.send({ kind: "rejoin", sealed }));
    },
    startOver: () => {
      forget();
      place.forget();
      claim = null;
      seed = random(SEED_BYTES); // another visit
      identity = identityFromSeed(seed);
      dispatch({ kind: "start_over" });
      signal.connect(); // a fresh connection has no visit
    },
    answerWords: (same) => {
      words.answer(same);
      by_words = same && trusted !== null ? trusted.root : null;
      inTurn(look);
    },
    closeWords: () => words.end(),
    typeCode: (typed) => void tryCode(typed),
    leave: () => {
      dispatch({ kind: "leaving" });
      signal.send({ kind: "leave" });
    },
    erase: () => {
      if (signal.send({ kind: "erase" })) dispatch({ kind: "erasing" });
    },
    ask: (camera) => dispatch({ kind: "ask", camera }),
    skip: (device) => dispatch({ kind: "skip", device }),
    works: (device) => {
      if (state.devices[device] === "works") return;
      devices.status = { ...devices.status, [device]: "works" };
      dispatch({ kind: "works", device });
    },
    silent: () => dispatch({ kind: "silent" }),
    speaker: (hears) => dispatch({ kind: "speaker", heard: hears }),
    melody,
    tryNetwork: () => dispatch({ kind: "echo_again" }),
    setUpDone: () => dispatch({ kind: "set_up_done" }),
    checkAgain: () => dispatch({ kind: "check_again" }),
    goIn: (camera) => {
      dispatch({ kind: "going_in", camera });
      signal.send({ kind: "go_in" });
    },
    notYet: () => {
      dispatch({ kind: "not_yet" });
      signal.send({ kind: "not_yet" });
    },
    mute: () => dispatch({ kind: "mute" }),
    camera: () => dispatch({ kind: "camera" }),
    chat: (open) => dispatch({ kind: "chat", open }),
    write: async (text) => {
      const sent = await messages.say({ kind: "text", text });
      if (sent) dispatch({ kind: "wrote", text });
      else announce(t("chat-not-sent"), "assertive");
      return sent;
    },
    writing: () => dispatch({ kind: "writing" }),
    writeNote: async (text) => {
      const note = trusted === null ? null : await writeNote(await identity, trusted, { text, at: Date.now() });
      const sent = note !== null && signal.send({ kind: "note", ...note });
      const failed = () => announce(t("note-not-sent"), "assertive");
      clearTimeout(unwritten);
      if (sent) unwritten = setTimeout(failed, NOTE_WITHIN_MS); // The copy says that it has arrived.
      else failed();
      return sent;
    },
    tellMe: (to) => {
      if (to === "") dispatch({ kind: "telling", telling: "address" });
      else if (signal.send({ kind: "tell_me", by: wayTo(to, state.patient?.tell_by ?? []), to })) dispatch({ kind: "telling", telling: "asked" });
    },
    tellMeNot: () => {
      if (signal.send({ kind: "tell_me" })) dispatch({ kind: "telling", telling: "back" });
    },
    share: () => {
      if (screen_share.track !== null) return screen_share.stop();
      void consents.ask("screen", "own").then((yes) => (yes ? shareScreen() : undefined));
    },
    files: fileActs(files, (chosen) => void consents.ask("file", "own").then((yes) => yes && files.send(chosen))),
    consent: (topic, yes) => {
      consents.decide(topic, yes);
      if (topic === "screen" && !yes) screen_share.stop();
    },
    dialog: (dialog) => {
      dispatch({ kind: "dialog", dialog });
      if (dialog === "knows") askWhatIsKnown();
    },
    use: (kind, id) => void devices.use(kind, id),
    flip: () => void devices.flip(),
    blur: (on) => void devices.chooseBlur(on),
    speak: (id) => {
      devices.speaker = id;
      speakThrough(id);
      draw_now();
    },
    soundBlocked: () => {
      sound_blocked = true;
      draw_now();
    },
    unblockSound: () => {
      sound_blocked = false;
      for (const element of document.querySelectorAll("audio")) void element.play().catch(act.soundBlocked);
      draw_now();
    },
    bringSoundBack: () => {
      if (state.call.muted) return act.mute();
      devices.close("microphone"); // a new one is asked for at once
      settle();
    },
    tryNow: () => {
      signal.wake();
      path.retry();
    },
    useHere: () => {
      dispatch({ kind: "start_over" });
      signal.connect();
    },
    reload: () => location.reload(),
    fullScreen: () => {
      if (document.fullscreenElement) void document.exitFullscreen();
      else void document.documentElement.requestFullscreen().catch(() => {}); // refused by the browser: nothing changes, nothing to say
    },
    smallWindow: () => void shrink().then((done) => done || announce(t("small-window-failed"), "assertive")),
    sheet: () => {
      const address = addressOf(state.area?.look.show, "pdf");
      if (address !== null) void sheet.turn(address);
    },
    copyLink: () => navigator.clipboard.writeText(location.href),
  };

  /** The name and who bears it, for staff. The server gets neither. @param {string} name */
  async function sealed(name) {
    if (trusted === null) return null;
    const made = new Date().toISOString().slice(0, 10);
    return sealName(trusted.state.desk, trusted.state.area, { name, visit: (await identity).public, made });
  }

  /** Asks for a place: a new one, or the one of this token. @param {string | null} token */
  async function askPlace(token) {
    const name = await sealed(state.name);
    if (name === null || state.asked !== "check_in") return;
    if (link.guest !== null) return void signal.send({ kind: "check_in", sealed: name, language: language(), guest_link: link.guest });
    sealed_in = token === null ? null : trusted?.state.area ?? null;
    signal.send({ kind: "check_in", sealed: name, language: language(), place: token, passcode: passcode || null, visit_link: state.has_link ? link.visit : null });
  }

  /** The place was in another area, whose staff have other keys. */
  async function resealed() {
    sealed_in = null;
    const [name, kept] = [await sealed(state.name), place.get()];
    if (name !== null && kept !== null) signal.send({ kind: "resume", token: kept.token, sealed: name });
  }

  /** Looks at the keys of the area where the visit is: by the link or the code, by what they were when the visit began, or in another area by the word
   * of who has handed it over. */
  async function look() {
    const { slug: area, seal } = state.area ?? { slug, seal: null };
    if (seal === null) return dispatch({ kind: "judged", judged: { kind: "unopened" } });
    const kept = place.get();
    const pinned = kept === null ? null : await fingerprintOf(kept.root);
    const by = judgedBy({ area, home: slug, fingerprint, pinned, led, has_visit: kept !== null || state.patient !== null });
    const judged = by === "not_referred" ? by : await judge(seal, { area, ...by, now_s: Math.floor(Date.now() / 1000) });
    if (typeof judged === "string") {
      trusted = null;
      return dispatch({ kind: "judged", judged: { kind: "different", why: judged } });
    }
    trusted = judged;
    if (area === slug) home = judged;
    sealing.grounded();
    if (sealed_in !== null && sealed_in !== area) void resealed();
    dispatch({ kind: "judged", judged: { kind: "trusted", trust: trustIn(judged.root, area), policy: judged.state.policy } });
  }

  /** @param {Bytes} root @param {string} area @returns {Trust} */
  function trustIn(root, area) {
    if (by_words !== null && equal(by_words, root)) return "words";
    if (fingerprint === null) return "unverified"; // the word of somebody whom nobody has verified is worth no more
    if (area !== slug) return led?.call === true ? "referral" : "unverified";
    return fingerprint === link.fingerprint ? "link" : "code";
  }

  /** Staff have handed the visit over. @param {string} referral */
  async function follow(referral) {
    if (home !== null) led = await referred(referral, home, (await identity).id);
    await look();
  }

  /** Messages of the desk, and of this page before a reload. What is not of the practice is not shown. @param {NoteView[]} views */
  async function readNotes(views) {
    if (trusted === null) return;
    const [self, practice] = [await identity, trusted];
    const notes = (await Promise.all(views.map((view) => readNote(self, practice, view)))).filter((note) => note !== null);
    if (notes.some(({ by }) => by === "")) clearTimeout(unwritten);
    if (notes.length !== 0) dispatch({ kind: "notes", notes });
    if (notes.every(({ by }) => by === "") || Date.now() - resumed_at < HISTORY_MS) return; // what came before a reload has been heard
    roomTone();
    navigator.vibrate?.(200);
  }

  /** Looking takes a moment; what came first is looked at first. @param {() => Promise<void>} act */
  function inTurn(act) {
    looking = looking.then(act).catch((error) => console.error("keys of the practice:", error));
  }

  /** @param {string} typed the 16 characters */
  async function tryCode(typed) {
    const code = fromCode(typed);
    if (code === null) return dispatch({ kind: "code_refused", problem: "incomplete" });
    if (trusted === null || !equal((await fingerprintOf(trusted.root)).subarray(0, code.length), code)) return dispatch({ kind: "code_refused", problem: "other" });
    fingerprint = code;
    history.replaceState(null, "", writeLink(location.href, await fingerprintOf(trusted.root), link)); // The same link, whole: a reload need not ask again.
    inTurn(look);
  }

  /** @param {ServerMessage} message */
  function heard(message) {
    if (message.kind === "room") message = { ...message, ...place.asLeft(message) };
    dispatch({ kind: "message", message });
    switch (message.kind) {
      case "welcome": {
        told_set_up = told_mute = "";
        sealing.reconnected();
        const kept = place.get();
        if (kept === null || state.fault !== null) break;
        dispatch({ kind: "resuming" });
        signal.send({ kind: "resume", token: kept.token });
        break;
      }
      case "checked_in":
        forget();
        claim = null;
        passcode = "";
        if (trusted !== null) place.keep({ token: message.token, seed, root: trusted.root });
        break;
      case "resumed":
        resumed_at = Date.now();
        if (state.erasing) signal.send({ kind: "erase" });
        else if (state.leaving && !over(state)) signal.send({ kind: "leave" });
        path.retry();
        views.again();
        break;
      case "answer":
        void path.answer(message.request, message.sdp);
        break;
      case "echo":
        void echo.answer(message.request, message.sdp);
        break;
      case "room":
        if (path.state !== "idle") sealing.room(message);
        files.room(message.peers.filter(({ device }) => !device).length);
        break;
      case "seal_hellos":
      case "seal_box":
      case "key_taken":
        if (path.state !== "idle") sealing.heard(message);
        break;
      case "layers_wanted":
        path.want(message.mid, message.layers);
        break;
      case "error":
        if (message.request !== null) path.refused(message.request);
        if (message.code === "place_unknown" && state.back) inTurn(() => askPlace(place.get()?.token ?? null));
        else if (message.code === "place_unknown") forgotten();
        if (state.fault !== null) signal.stop();
        break;
      case "erased":
        forgotten();
        break;
      case "area":
        inTurn(look);
        break;
      case "place": {
        const kept = place.get();
        if (kept !== null) place.keep({ ...kept, token: message.token });
        break;
      }
      case "notes":
        inTurn(() => readNotes(message.notes));
        break;
      case "referral":
        inTurn(() => follow(message.referral));
        break;
      case "seal_devices":
      case "rules":
      case "visit_link":
      case "check_ins_held":
      case "known":
      case "memos":
      case "patient":
      case "queue":
      case "queue_delta":
      case "speaking":
      case "device_added":
      case "call_ended":
      case "draining":
      case "pong":
        break;
    }
  }

  /** Another visit begins. */
  function forget() {
    consents.forget();
    photo.close();
    signing.close();
    pad.clear();
    files.forget();
    live.forget();
  }

  function saveForm() {
    if (signing.pdf === null) return;
    download(formFile(Date.now()), new Blob([signing.pdf], { type: "application/pdf" }));
    signing.markSaved();
  }

  /** Nothing of the visit is left. Where the person wanted that, not even a connection is. */
  function forgotten() {
    claim = state.place_lost ? place.get()?.token ?? null : null;
    place.forget();
    if (!state.erased) return;
    forget();
    signal.stop();
  }

  function askWhatIsKnown() {
    known_asked_at = Date.now();
    if (state.patient !== null && state.welcomed) signal.send({ kind: "what_you_know" });
  }

  /** @param {PatientEvent} event */
  function dispatch(event) {
    const before = state;
    state = next(state, event, Date.now());
    say(before, state, nameOf);
    if (over(state) && !over(before)) {
      files.end();
      live.forget();
      sign_language.forget();
    }
    settle();
    draw_now();
    if (due(state)) act.goIn(true);
  }

  /** Staff are called as the practice has certified them, and all others as staff have read their names. @param {RoomPeer} peer */
  function nameOf(peer) {
    return sealing.who(peer.peer)?.name || peer.name || t(peer.staff || peer.device ? "the-practice-first" : "p5-other-person");
  }

  /** @param {number} peer */
  function isStaff(peer) {
    return sealing.who(peer)?.role === "staff";
  }

  /** @param {number} number */
  function nameOfNumber(number) {
    const peer = state.call.room?.peers.find(({ peer }) => peer === number);
    return peer === undefined ? t("the-practice-first") : nameOf(peer);
  }

  function draw_now() {
    paint(state.area?.look.accent ?? "");
    if (sheet.is === "open" && screen(state) !== "P3") sheet.close();
    show(screen(state), draw({ state, act, devices, path, views, choices, sound_blocked, lock: lockOf(sealing.state, state.call.room, trustOf(state), takesClear()), words: words.view, word_list, nameOf, met: (peer) => isStaff(peer.peer), keyless: (peer) => sealing.keyless(peer), reaches: sealing.reaches, photo, signing, pages, sheet, pad, saveForm, redraw: draw_now, files, live, quality: quality.shown, sign_language, nameOfNumber, consents, sharing: screen_share.track !== null, screen_asked }), tabTitle(state));
  }

  /** Makes the outside what the state wants. Called after every event; does nothing where nothing changed. */
  function settle() {
    const want = wants(state);
    if (want.path) path.open();
    else if (path.state !== "idle") {
      path.close();
      words.end();
    }

    if (want.echo) echo.start();
    else echo.stop();
    if (!want.microphone && devices.microphone !== null) devices.close("microphone");
    if (!want.camera && devices.camera !== null) devices.close("camera");
    const missing = { microphone: want.microphone && devices.microphone === null, camera: want.camera && devices.camera === null };
    if ((missing.microphone || missing.camera) && !opening) {
      opening = true;
      void devices.open(missing).then(() => {
        opening = false;
        dispatch({ kind: "devices", devices: devices.status, opened: true });
      });
    }
    if (devices.microphone !== null) devices.microphone.enabled = (!state.call.muted && state.call.own_known) || state.patient?.state === "arriving" || state.patient?.state === "waiting";
    if (!want.screen) screen_share.stop();
    if (!want.path) screen_asked = false;
    if (!want.screen && photo.step !== "") photo.close();
    path.send(want.path ? { microphone: devices.microphone, camera: devices.camera, screen: screen_share.track } : NOTHING);

    tellDaemon();
    ring(want.ring);
    awake.want(want.awake);
    quality.watch(state.patient?.state === "in_call" && path.state === "connected");
  }

  function tellDaemon() {
    const ticket = state.patient?.state;
    if (!state.welcomed || state.resuming) return;
    if (ticket === "arriving" || ticket === "waiting") {
      // A reloaded page has not checked anything; the daemon remembers what was found before.
      const checked = ticket === "arriving" || state.devices.camera !== "unknown" || state.devices.microphone !== "unknown";
      const done = state.set_up.step === "done" || ticket === "waiting";
      const found = { ...state.devices, hears: state.set_up.speaker, network: state.network };
      const set_up = JSON.stringify([found, done]);
      if (checked && set_up !== told_set_up && signal.send({ kind: "set_up", devices: found, done })) told_set_up = set_up;
    }
    if ((ticket === "in_call" || ticket === "held") && state.call.own_known) {
      const mute = { muted: state.call.muted || !usable(state.devices.microphone), camera_off: state.call.camera_off || !usable(state.devices.camera) };
      const text = JSON.stringify(mute);
      if (text !== told_mute) place.left(mute);
      if (text !== told_mute && signal.send({ kind: "mute", ...mute })) told_mute = text;
    }
  }

  /** @param {boolean} on */
  function ring(on) {
    if (!on) {
      if (chime !== null) navigator.vibrate?.(0);
      chime = null;
      return;
    }
    chime ??= { since: state.now, last: 0 };
    if (CHIME_FOR_MS < state.now - chime.since || state.now - chime.last < CHIME_EVERY_MS) return;
    chime.last = state.now;
    turnChime();
    navigator.vibrate?.([300, 150, 300]);
  }

  let tick = setTimeout(beat, TICK_MS);
  function beat() {
    const busy = state.turn?.ends_at != null || (state.lost_since !== null && !disconnected(state));
    tick = setTimeout(beat, busy ? TICK_BUSY_MS : TICK_MS);
    dispatch({ kind: "tick" });
    if (state.dialog === "knows" && KNOWN_EVERY_MS <= state.now - known_asked_at) askWhatIsKnown();
    if (state.too_many_until !== null && state.too_many_until <= state.now) {
      if (state.resuming) signal.connect();
      else if (state.asked === "check_in") act.checkIn(state.name);
      else if (state.asked === "rejoin") act.rejoin(state.name);
    }
    if (over(state) && rejoinable(state) === 0 && place.get() !== null) place.forget();
  }
  /** @param {Event} event */
  function touched(event) {
    if (screen(state) !== "P4") return;
    if (event.target instanceof Element && event.target.closest("[data-action=go-in]")) return;
    dispatch({ kind: "touched" });
  }

  addEventListener("beforeunload", (event) => {
    if (signing.unsaved) event.preventDefault(); // The browser asks whether to leave.
  });
  unlockOnTouch();
  addEventListener("pointerdown", touched, { capture: true });
  addEventListener("keydown", touched, { capture: true });
  document.addEventListener("visibilitychange", () => {
    clearTimeout(tick); // after a sleep the clock has jumped: say so at once
    dispatch({ kind: "visible", visible: document.visibilityState === "visible" });
    beat();
  });
  onLanguage(draw_now);
  addEventListener("hashchange", () => location.reload()); // another link, of which only the key differs

  if (place.get() !== null) consents.recall();
  document.body.className = "patient";
  if (link.visit !== null) dispatch({ kind: "has_link" });
  if (link.guest !== null) dispatch({ kind: "is_guest" });
  if (inApp(navigator.userAgent)) dispatch({ kind: "fault", fault: "in-app" });
  else if (cannotCall() !== null) dispatch({ kind: "fault", fault: "unsupported" });
  else if (slug === "") dispatch({ kind: "fault", fault: "wrong-link" });
  else dispatch({ kind: "tick" });
  void canSeal().then((can) => {
    if (!can && state.fault === null) dispatch({ kind: "fault", fault: "unsupported" });
  });
  if (slug !== "") signal.connect(); // also where nothing else works: the practice's phone number comes from the daemon
}

/** The tab's, where it is allowed. */
function tabStorage() {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}

/** Tells screen readers what changed without being asked. Clocks, meters and countdowns are never read out.
 * @param {State} before @param {State} after @param {(peer: RoomPeer) => string} nameOf */
function say(before, after, nameOf) {
  const now = screen(after);
  const was = screen(before);
  if (now === "P4" && was !== "P4") announce(t("p4-title"), "assertive");
  if (disconnected(after) !== disconnected(before) && after.patient !== null) announce(t(disconnected(after) ? "offline-title" : "online-again"), "assertive");
  if (now === "removed" && was !== "removed") announce(t("removed-title"), "assertive");
  for (const { by, text } of after.notes.slice(before.notes.length)) if (by !== "") announce(t("note-came", { name: by, text }), "assertive");
  const position = after.patient?.position ?? null;
  if (now === "P3" && was === "P3" && position !== null && position !== before.patient?.position) announce(t("p3-place-now", { place: ordinal(position), count: position }));
  for (const peer of after.call.room?.peers ?? []) {
    const earlier = before.call.room?.peers.find((other) => other.peer === peer.peer);
    if (peer.staff && peer.page_lost && earlier?.page_lost === false) announce(t("p5-clinician-lost", { name: nameOf(peer) }), "assertive");
    if (peer.connected && !earlier?.connected) announce(t("p5-here", { name: nameOf(peer) }));
    if (earlier !== undefined && earlier.muted !== peer.muted) announce(t(peer.muted ? "p5-peer-muted" : "p5-peer-unmuted", { name: nameOf(peer) }));
  }
  const screens = screensOf(after.call.room);
  if (screens[0] !== undefined && screensOf(before.call.room).length === 0) announce(t("share-theirs", { name: nameOf(screens[0].peer) }));
  for (const peer of before.call.room?.peers ?? []) {
    if (now === "P5" && !after.call.room?.peers.some((other) => other.peer === peer.peer)) announce(t("p5-gone", { name: nameOf(peer) }));
  }
}
