// Everybody who is in a call, and what they share: one person fills the stage, two or more share it, a shared screen takes it.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { play } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";
import { watch } from "./watch.js";

/** @import { RoomPeer, SlotView } from "./types.d.ts" */
/** @import { MediaPath } from "./path.js" */
/** @import { Voices } from "./state.js" */
/** @import { Views } from "./views.js" */

/** @typedef {{ me: number, peers: RoomPeer[], slots: SlotView[] }} Room */
/**
 * What the tiles are drawn from.
 * @typedef {object} Stage
 * @property {Room} room
 * @property {Voices} voices
 * @property {(peer: RoomPeer) => string} nameOf
 * @property {(peer: RoomPeer) => boolean} keyless who is there without the keys of this call
 * @property {Pick<MediaPath, "stream">} path
 * @property {Views} views
 * @property {MediaStream | null} self the own picture; null while the camera is off
 * @property {string} speaker the chosen loudspeaker
 * @property {() => void} blocked the browser wants a touch before it plays sound
 */

/** On a phone, more people than this are seen as one large and a row of small ones. */
const GRID_MAX = 6;
const NARROW = "(max-width: 47.99rem)";

/** Who shares a screen, and in which slot it is. @param {{ peers: RoomPeer[], slots: SlotView[] } | null} room */
export function screensOf(room) {
  return (room?.slots ?? []).flatMap((slot) => {
    const peer = slot.source === "screen" ? room?.peers.find(({ peer }) => peer === slot.peer) : undefined;
    return peer === undefined ? [] : [{ peer, slot }];
  });
}

/** The others, oneself, and what is shared. @param {Stage} stage */
export function people(stage) {
  const { room, self } = stage;
  const [screen, ...more] = screensOf(room);
  const others = present(room);
  const voices = repeat(room.slots.filter(({ peer, audio_mid }) => peer !== null && audio_mid !== null), ({ slot }) => slot, (slot) => voice(stage, slot));
  const me = room.me !== 0 && stage.voices.speaking.includes(room.me);
  if (screen !== undefined) {
    return html`<div class="share">${screenTile(stage, screen)}
      <div class="side" tabindex="0" role="group" aria-label=${t("tile-people")}>${more.map((other) => screenTile(stage, other))}${others.map((peer) => peerTile(stage, peer))}${selfTile(self, me, false)}</div></div>${voices}`;
  }
  const [only, ...rest] = ordered(stage);
  if (only === undefined || rest.length === 0) return html`${only === undefined ? nothing : peerTile(stage, only)}${selfTile(self, me)}${voices}`;
  const count = others.length + 1;
  const tiles = rest.map((peer) => peerTile(stage, peer));
  const own = selfTile(self, me, false);
  if (count <= GRID_MAX) return html`<div class="grid ${count <= 4 ? "grid--4" : "grid--6"}" data-people=${count}>${peerTile(stage, only)}${tiles}${own}</div>${voices}`;
  return html`<div class="grid grid--9" data-people=${count}>${peerTile(stage, only)}<div class="rest" tabindex="0" role="group" aria-label=${t("tile-people")}>${tiles}${own}</div></div>${voices}`;
}

/** People, also those who are on their way, and the devices that are there: who adds one knows of it, and for the other side it is nothing yet.
 * @param {Room} room */
function present({ peers }) {
  return peers.filter(({ device, connected }) => connected || !device);
}

/** By name, for a line of text. @param {RoomPeer[]} peers @param {(peer: RoomPeer) => string} nameOf */
export function everybody(peers, nameOf) {
  return peers.filter(({ device }) => !device).map(nameOf).join(", ");
}

/** In the order of the room. Where only one is large, it is whom the room listens to; elsewhere faces that change places would only confuse.
 * @param {Stage} stage */
function ordered({ room, voices }) {
  const peers = present(room);
  const large = peers.find(({ peer }) => peer === voices.dominant);
  if (large === undefined || peers.length < GRID_MAX || !matchMedia(NARROW).matches) return peers;
  return [large, ...peers.filter((peer) => peer !== large)];
}

/** Another person, or a device, whose picture is never cut off. @param {Stage} stage @param {RoomPeer} peer */
export function peerTile(stage, peer) {
  const { room, voices, path, views } = stage;
  const name = stage.nameOf(peer);
  const slot = room.slots.find((slot) => slot.peer === peer.peer && slot.source !== "screen");
  const dark = peer.camera_off || !peer.connected || slot?.video_mid == null;
  const speaks = voices.speaking.includes(peer.peer) && !peer.muted;
  return html`<figure class="tile ${peer.device ? "tile--whole" : ""} ${dark ? "tile--off" : ""} ${speaks ? "tile--speaks" : ""}" data-peer=${peer.peer} data-keyless=${stage.keyless(peer) ? "" : nothing}>
    ${slot?.video_mid == null ? nothing : html`<video data-video="remote" autoplay playsinline .muted=${true} ?hidden=${dark} aria-label=${t("tile-of", { name })} ${play(path.stream(null, slot.video_mid))} ${watch(views, slot.slot)}></video>`}
    ${dark ? html`<div class="dark"><span class="arch" aria-hidden="true">${initials(name)}</span>${peer.connected && !peer.camera_off ? nothing : html`<p>${t(peer.connected ? "tile-camera-off" : "tile-coming", { name })}</p>`}</div>` : nothing}
    <figcaption class="name">${label(name, peer, speaks)}${peer.device && !stage.keyless(peer) ? html`<span class="chip">${icon("warn", "i--s")}${t("lock-short-clear")}</span>` : nothing}${stage.keyless(peer) ? html`<span class="chip">${icon("lockq", "i--s")}${t(peer.device ? "tile-clear" : "tile-keyless")}</span>` : nothing}</figcaption>
  </figure>`;
}

/** Whoever is muted or speaks has a sign beside the name, and a word for those who do not see it. @param {string} name @param {RoomPeer} peer @param {boolean} speaks */
function label(name, peer, speaks) {
  if (peer.muted) return html`${icon("micoff", "i--s")}<span class="sr">${t("tile-muted", { name })}</span><span aria-hidden="true">${name}</span>`;
  if (speaks) return html`${icon("sound", "i--s")}<span class="sr">${t("tile-speaks", { name })}</span><span aria-hidden="true">${name}</span>`;
  return name;
}

/** Somebody's screen, never cut off. @param {Stage} stage @param {{ peer: RoomPeer, slot: SlotView }} screen */
function screenTile({ path, views, nameOf }, { peer, slot }) {
  const name = t("tile-screen", { name: nameOf(peer) });
  return html`<figure class="tile tile--screen" data-screen-of=${peer.peer}>
    ${slot.video_mid === null ? nothing : html`<video data-video="screen" autoplay playsinline .muted=${true} aria-label=${name} ${play(path.stream(null, slot.video_mid))} ${watch(views, slot.slot)}></video>`}
    <figcaption class="name">${icon("screen", "i--s")}${name}</figcaption>
  </figure>`;
}

/** A voice plays apart from its picture: some browsers hold the sound back until the first picture comes, and tiles come and go while somebody speaks.
 * @param {Stage} stage @param {SlotView} slot */
function voice({ path, speaker, blocked }, { audio_mid }) {
  return html`<audio data-audio="remote" autoplay ${play(path.stream(audio_mid, null), { speaker, blocked })}></audio>`;
}

/** Oneself: in the arch over the stage, or among the others. @param {MediaStream | null} picture null while the camera is off @param {boolean} [speaks] one is heard @param {boolean} [arch] */
export function selfTile(picture, speaks = false, arch = true) {
  return html`<figure class="tile ${arch ? "tile--self" : ""} ${picture === null ? "tile--off" : ""} ${speaks ? "tile--speaks" : ""}" data-self>
    ${picture === null
      ? html`${icon("camoff", "i--l")}<span class="sr">${t("tile-self-off")}</span>`
      : html`<video data-video="self" autoplay playsinline .muted=${true} aria-label=${t("tile-self")} ${play(picture)}></video>`}
    <figcaption class="name">${speaks ? icon("sound", "i--s") : nothing}${t("you")}</figcaption>
  </figure>`;
}

/** Says that the own screen is seen, for as long as it is. @param {() => void} stop */
export function sharingBanner(stop) {
  return html`<div class="note note--row" role="status" data-note="sharing">${icon("screen")}<span>${t("share-own")}</span><button class="btn btn--s btn--stop" type="button" data-action="share-stop" @click=${stop}>${t("share-stop")}</button></div>`;
}

/** @param {string} name */
export function initials(name) {
  const words = name.replace(/^(Dr|Prof|Dra|Dr\.ª)\.?\s+/i, "").split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? "")][0]?.toUpperCase() ?? "").join("");
}
