// The one path on which sound and pictures go to the daemon and others' come back: an RTCPeerConnection for as long as a visit wants one.

import { negotiateExtensions, preferMovement, receive, sendCamera, sendScreen, sendVoice, settleCamera, switchLayers } from "./encodings.js";

/** @import { Sealing } from "./sealing.js" */
/** @import { SourceName, WantedLayer } from "./types.d.ts" */

/** Browsers say "disconnected" only after seconds without an answer; a moment more, and a restart is faster than hoping. */
const DISCONNECTED_PATIENCE_MS = 1_000;
/** A restart that has not helped in this time is tried again: the network may have changed once more. */
const RESTART_EVERY_MS = 5_000;
/** The daemon frees a session that was silent for a minute. Later, only a new connection helps. */
const RESTART_WITHIN_MS = 45_000;
const CONNECT_WITHIN_MS = 10_000;
const RETRY_MAX_MS = 8_000;
/** The daemon takes an offer a second in the long run. */
const OFFER_AGAIN_MS = 1_000;

/** @typedef {"idle" | "connecting" | "connected" | "lost"} PathState "lost" is: was connected, and tries again */
/** What goes out; null sends nothing. @typedef {{ microphone: MediaStreamTrack | null, camera: MediaStreamTrack | null, screen: MediaStreamTrack | null }} Tracks */
/**
 * @typedef {object} PathEvents
 * @property {(offer: { request: number, sdp: string, sources: Record<string, SourceName> }) => boolean} offer sends an offer; false if there is no way to send it now
 * @property {() => void} changed the state or a track has changed
 * @property {() => void} fresh a new connection was offered: what was told about the old one is void
 * @property {(data: string | ArrayBuffer) => void} message came on the data channel
 * @property {(is_open: boolean) => void} channel the data channel is a new one, or gone
 */

/** One media path to the daemon: microphone, camera and screen out, `slots` people and a screen in, and a data channel for what they write.
 * The browser always offers and the daemon always answers. A path that is lost restarts its ICE, and a path that is broken is built anew, for ever, until `close`. */
export class MediaPath {
  /** @type {PathState} */ state = "idle";
  #slots;
  #events;
  #sealing;
  #request = 0;
  #attempt = 0;
  #was_connected = false;
  /** Since when the path is lost. @type {number | null} */ #lost_at = null;
  /** The first answer of this connection has come: what the daemon says about m-lines from now on is about its lines. */ #heard = false;
  /** ... and the browser has taken it. */ #answered = false;
  /** What the daemon last said about the layers of each line. @type {Map<string, WantedLayer[]>} */ #wanted = new Map();
  /** Something is to be offered beyond the offer that waits for its answer. */ #stale = false;
  /** The offer that waits was refused once. */ #refused = false;
  /** An offer of this connection has gone out. */ #said = false;
  /** The screen that its line carries, or is about to. @type {MediaStreamTrack | null} */ #shown = null;
  /** @type {RTCPeerConnection | null} */ #pc = null;
  /** @type {RTCDataChannel | null} */ #channel = null;
  /** Movement comes before sharpness. */ #moves = false;
  /** @type {Tracks} */ #tracks = { microphone: null, camera: null, screen: null };
  /** The screen has a line once it was shared. @type {{ microphone: RTCRtpTransceiver, camera: RTCRtpTransceiver, screen: RTCRtpTransceiver | null } | null} */ #outgoing = null;
  /** @type {Map<string, MediaStream>} */ #streams = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /** @param {number} slots how many others can be received, 1 to 8 @param {PathEvents} events @param {Pick<Sealing, "send" | "receive" | "end">} sealing through which all media pass */
  constructor(slots, events, sealing) {
    this.#sealing = sealing;
    this.#slots = slots;
    this.#events = events;
  }

  /** Opens the path, or does nothing if it is open or opening. */
  open() {
    if (this.#pc === null && this.#timer === undefined) void this.#build();
  }

  /** Signalling has come back: what could not be said is said now, and a path that is not up is tried at once. */
  retry() {
    if (this.state === "idle") return;
    if (this.#pc === null || !this.#was_connected) void this.#build();
    else if (this.#pc.signalingState === "have-local-offer") {
      if (this.#say() && this.state !== "connected") this.#later(CONNECT_WITHIN_MS, () => this.#again());
    } else if (this.state === "lost") this.#recover();
  }

  /** Ends the path. */
  close() {
    this.#tear();
    this.#was_connected = false;
    this.#lost_at = null;
    this.#attempt = 0;
    this.#set("idle");
    this.#sealing.end();
  }

  /** What goes out from now on. A screen gets a line of its own, which takes another offer. @param {Tracks} tracks */
  send(tracks) {
    this.#tracks = tracks;
    if (tracks.camera !== null) tracks.camera.contentHint = this.#moves ? "motion" : "";
    if (this.#outgoing === null) return;
    const { microphone, camera } = this.#outgoing;
    put(microphone, tracks.microphone);
    put(camera, tracks.camera);
    if (this.#putScreen()) void this.#negotiate();
  }

  /** Whether the camera's movement comes before its sharpness, also on later connections. @param {boolean} on @returns {Promise<boolean>} whether the browser keeps to it */
  async preferMovement(on) {
    this.#moves = on;
    this.send(this.#tracks);
    return this.#outgoing !== null && preferMovement(this.#outgoing.camera.sender, on);
  }

  /** The daemon's answer. @param {number} request @param {string} sdp */
  async answer(request, sdp) {
    const pc = this.#pc;
    if (pc === null || request !== this.#request || pc.signalingState !== "have-local-offer") return; // an answer to a path that is gone
    this.#heard = true;
    try {
      await pc.setRemoteDescription({ type: "answer", sdp });
    } catch {
      if (pc === this.#pc) this.#again();
      return;
    }
    if (pc !== this.#pc) return;
    this.#refused = false;
    if (!this.#answered && this.#outgoing !== null) {
      void settleCamera(this.#outgoing.camera.sender);
      if (this.#moves) void preferMovement(this.#outgoing.camera.sender, true);
    }
    this.#answered = true;
    for (const [mid, layers] of this.#wanted) this.#switch(mid, layers); // what was said meanwhile, or of a line that was not there yet
    this.#events.changed();
    if (this.#stale) void this.#negotiate();
  }

  /** The daemon refused an offer. @param {number} request */
  refused(request) {
    if (request !== this.#request || this.#pc === null) return;
    // What came too soon may pass in a while, and costs nothing that goes on.
    if (this.state !== "connected" || this.#refused) return this.#again();
    this.#refused = true;
    this.#later(OFFER_AGAIN_MS, () => this.#say());
  }

  /** The daemon knows which layers of a sending line anybody needs. @param {string} mid @param {WantedLayer[]} layers */
  want(mid, layers) {
    if (!this.#heard) return;
    this.#wanted.set(mid, layers);
    if (this.#answered) this.#switch(mid, layers);
  }

  /** @param {string} mid @param {WantedLayer[]} layers */
  #switch(mid, layers) {
    const line = this.#lines().find(([, { mid: own }]) => own === mid);
    if (line !== undefined) void switchLayers(line[1].sender, layers);
  }

  /** What arrives on these m-lines, as one stream so that lips and voice stay together. @param {string | null} audio_mid @param {string | null} video_mid */
  stream(audio_mid, video_mid) {
    const key = `${audio_mid} ${video_mid}`;
    const known = this.#streams.get(key);
    if (known !== undefined) return known;
    const tracks = (this.#pc?.getTransceivers() ?? [])
      .filter(({ mid }) => mid !== null && (mid === audio_mid || mid === video_mid))
      .map(({ receiver }) => receiver.track);
    if (tracks.length === 0) return null;
    const stream = new MediaStream(tracks);
    this.#streams.set(key, stream);
    return stream;
  }

  /** Writes on the data channel. @param {string | Uint8Array<ArrayBuffer>} data @returns {boolean} false if it cannot be sent now */
  write(data) {
    if (this.#channel?.readyState !== "open") return false;
    try {
      typeof data === "string" ? this.#channel.send(data) : this.#channel.send(data);
      return true;
    } catch {
      return false; // The browser's buffer is full.
    }
  }

  /** Bytes that wait in the data channel. */
  buffered() {
    return this.#channel?.bufferedAmount ?? 0;
  }

  /** What the browser has counted of the path; null while it is not up. @returns {Promise<RTCStatsReport | null>} */
  async report() {
    return this.state === "connected" && this.#pc !== null ? this.#pc.getStats() : null;
  }

  async #build() {
    this.#tear();
    const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    this.#pc = pc;
    this.#set(this.#was_connected ? "lost" : "connecting");
    this.#outgoing = { microphone: sendVoice(pc), camera: sendCamera(pc), screen: null };
    this.#sealing.send(this.#outgoing.microphone.sender, "microphone");
    this.#sealing.send(this.#outgoing.camera.sender, "camera");
    const receiving = Array.from({ length: this.#slots }, () => [receive(pc, "audio"), receive(pc, "video")]).flat();
    receiving.push(receive(pc, "video")); // a slot without sound, for a screen
    this.#sealing.receive(receiving);
    const channel = pc.createDataChannel("room");
    channel.binaryType = "arraybuffer";
    this.#channel = channel;
    channel.onopen = () => {
      this.#events.channel(true);
      this.#events.changed();
    };
    channel.onclose = () => this.#again(); // the far end has closed the path; ICE alone would notice much later
    channel.onmessage = ({ data }) => this.#events.message(data);
    pc.ontrack = () => this.#events.changed();
    pc.onconnectionstatechange = () => this.#moved(pc);
    const { microphone, camera } = this.#outgoing;
    put(microphone, this.#tracks.microphone);
    put(camera, this.#tracks.camera);
    this.#putScreen();
    this.#later(CONNECT_WITHIN_MS, () => this.#again());
    if (!(await this.#negotiate())) this.#later(null); // `retry` comes when signalling is back.
  }

  /** Offers what the connection is now, at once or after the answer that is awaited. @returns {Promise<boolean>} whether an offer is on its way */
  async #negotiate() {
    const pc = this.#pc;
    if (pc === null) return false;
    this.#stale = pc.signalingState !== "stable";
    if (this.#stale) return true;
    for (const [source, line] of this.#lines()) if (source !== "microphone") negotiateExtensions(line);
    try {
      await pc.setLocalDescription();
    } catch {
      if (pc === this.#pc) this.#again();
      return true;
    }
    return pc !== this.#pc || this.#say();
  }

  /** Sends the offer that waits for an answer, for the first time or again. The daemon is ICE-lite and learns our address from our checks,
   * so it goes out without waiting for candidates. */
  #say() {
    const sdp = this.#pc?.localDescription?.sdp ?? "";
    const sources = Object.fromEntries(this.#lines().filter(([, { direction }]) => direction === "sendonly").map(([source, { mid }]) => [mid ?? "", source]));
    const sent = this.#events.offer({ request: (this.#request += 1), sdp, sources });
    if (sent && !this.#said) {
      this.#said = true;
      this.#events.fresh();
    }
    return sent;
  }

  /** @returns {[SourceName, RTCRtpTransceiver][]} */
  #lines() {
    if (this.#outgoing === null) return [];
    const { microphone, camera, screen } = this.#outgoing;
    /** @type {[SourceName, RTCRtpTransceiver][]} */
    const lines = [["microphone", microphone], ["camera", camera]];
    return screen === null ? lines : [...lines, ["screen", screen]];
  }

  /** Brings the screen's line in step with what is shared. A line that was used once is kept for the next time. @returns {boolean} whether that takes an offer */
  #putScreen() {
    const out = this.#outgoing;
    const track = this.#tracks.screen;
    if (out === null || this.#pc === null || (track === null && out.screen === null)) return false;
    if (out.screen === null) {
      out.screen = sendScreen(this.#pc);
      this.#sealing.send(out.screen.sender, "screen");
    }
    const line = out.screen;
    if (this.#shown === track) return false;
    this.#shown = track;
    put(line, track);
    line.direction = track === null ? "inactive" : "sendonly";
    // What nobody needed of the last screen says nothing of this one.
    if (line.mid !== null) this.#wanted.delete(line.mid);
    if (track !== null) void switchLayers(line.sender, [{ rid: null, wanted: true }]);
    return true;
  }

  /** @param {RTCPeerConnection} pc */
  #moved(pc) {
    if (pc !== this.#pc) return;
    switch (pc.connectionState) {
      case "connected":
        this.#later(null);
        this.#attempt = 0;
        this.#was_connected = true;
        this.#lost_at = null;
        this.#set("connected");
        if (this.#refused) this.#later(OFFER_AGAIN_MS, () => this.#say());
        break;
      case "disconnected":
        this.#later(DISCONNECTED_PATIENCE_MS, () => this.#recover());
        break;
      case "failed":
        this.#recover();
        break;
      case "new":
      case "connecting":
      case "closed":
        break;
    }
  }

  /** The network is gone or another one: asks for new addresses at both ends, and keeps keys and everything else. Meanwhile the browser goes on
   * looking for the old way as well, and takes it if it comes back without anybody's help. */
  #recover() {
    if (!this.#was_connected) return this.#again();
    this.#lost_at ??= performance.now();
    if (RESTART_WITHIN_MS < performance.now() - this.#lost_at) return this.#again();
    this.#set("lost");
    this.#later(RESTART_EVERY_MS, () => this.#recover());
    if (this.#pc?.signalingState !== "stable") {
      if (this.#refused) this.#say();
      return; // The offer on its way is as good; `retry` says it again if it was lost.
    }
    this.#pc.restartIce();
    void this.#negotiate();
  }

  #again() {
    this.#tear();
    const wait_ms = Math.min(RETRY_MAX_MS, 500 * 2 ** this.#attempt++);
    this.#later(wait_ms, () => void this.#build());
    this.#set(this.#was_connected ? "lost" : "connecting");
  }

  #tear() {
    this.#later(null);
    this.#outgoing = null;
    this.#heard = this.#answered = this.#stale = this.#refused = this.#said = false;
    this.#wanted.clear();
    this.#shown = null;
    this.#streams.clear();
    if (this.#channel !== null) {
      this.#channel.onopen = this.#channel.onclose = this.#channel.onmessage = null;
      this.#events.channel(false);
    }
    this.#channel = null;
    const pc = this.#pc;
    this.#pc = null;
    if (pc === null) return;
    pc.onconnectionstatechange = pc.ontrack = null;
    pc.close();
  }

  /** There is one thing to wait for at a time. @param {number | null} wait_ms @param {() => void} [act] */
  #later(wait_ms, act) {
    clearTimeout(this.#timer);
    this.#timer = wait_ms === null ? undefined : setTimeout(() => {
      this.#timer = undefined;
      act?.();
    }, wait_ms);
  }

  /** @param {PathState} state */
  #set(state) {
    if (this.state === state) return;
    this.state = state;
    this.#events.changed();
  }
}

/** @param {RTCRtpTransceiver} line @param {MediaStreamTrack | null} track */
function put({ sender }, track) {
  if (sender.track !== track) sender.replaceTrack(track).catch(() => {}); // a connection that was closed meanwhile; there is nobody left to tell
}
