// Clients for WHIP and WHEP that are no browsers: what npm has, each spoken to in its own way. This file is the program of a process: its parent
// (whip.js) says which client it is and where it goes, and is told what it has received.

import wrtc from "@roamhq/wrtc";
import datachannel from "node-datachannel";
import { MediaStreamTrack, RTCPeerConnection, RtpHeader, RtpPacket, useOPUS, useVP8 } from "werift";
import { eventually } from "./wait.js";
import { offer } from "./whip.js";

const { nonstandard } = wrtc;

/** As [`offer`], for whom nothing but success will do. @param {string} url @param {string} sdp @param {string} [token] */
async function accepted(url, sdp, token) {
  const reply = await offer(url, sdp, token);
  if (reply.status !== 201) throw new Error(`${url} answered ${reply.status}: ${reply.text}`);
  return reply;
}

/** Sends VP8 that no decoder could show, which no SFU should mind: the descriptor and the keyframe bit are right. */
class WeriftPublisher {
  #peer = new RTCPeerConnection({ codecs: { audio: [useOPUS()], video: [useVP8()] }, bundlePolicy: "max-bundle", iceAdditionalHostAddresses: ["127.0.0.1"] });
  #track = new MediaStreamTrack({ kind: "video" });

  /** @param {string} url @param {string} [token] */
  async start(url, token) {
    this.#peer.addTransceiver(this.#track, { direction: "sendonly" });
    await this.#peer.setLocalDescription(await this.#peer.createOffer());
    this.offer = this.#peer.localDescription?.sdp ?? "";
    this.reply = await accepted(url, this.offer, token);
    await this.#peer.setRemoteDescription({ type: "answer", sdp: this.reply.text });
    let number = 0;
    setInterval(() => {
      number += 1;
      const header = new RtpHeader({ payloadType: 96, sequenceNumber: number & 0xffff, timestamp: number * 3_000, ssrc: 1, marker: true });
      const frame = Buffer.alloc(400, 7);
      // RFC 7741: the start of a partition; every tenth frame is a key frame.
      frame.set([0x10, number % 10 === 1 ? 0x00 : 0x01, 0, 0, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xb4, 0x00]);
      this.#track.writeRtp(new RtpPacket(header, frame));
    }, 33);
    return this;
  }
}

/** libwebrtc without a browser: it encodes a moving picture, and decodes what it plays. */
class WrtcPublisher {
  #peer = new wrtc.RTCPeerConnection({ iceServers: [] });
  #source = new nonstandard.RTCVideoSource();
  #track = this.#source.createTrack();

  /** @param {string} url @param {string} [token] */
  async start(url, token) {
    this.#peer.addTransceiver(this.#track, { direction: "sendonly" });
    this.reply = await negotiate(this.#peer, url, token);
    const [width, height] = [320, 180];
    let shade = 0;
    setInterval(() => {
      shade = (shade + 5) % 256;
      this.#source.onFrame({ width, height, data: new Uint8ClampedArray(width * height * 1.5).fill(shade) });
    }, 50);
    return this;
  }
}

class WrtcPlayer {
  /** Pictures that were decoded. */
  received = 0;
  #peer = new wrtc.RTCPeerConnection({ iceServers: [] });
  #videos;
  /** @type {any[]} */ #sinks = [];

  /** @param {{ videos?: number }} [options] how many others it has a place for */
  constructor({ videos = 1 } = {}) {
    this.#videos = videos;
  }

  /** @param {string} url @param {string} [token] */
  async start(url, token) {
    this.#peer.addTransceiver("audio", { direction: "recvonly" });
    for (let n = 0; n < this.#videos; n += 1) {
      const { receiver } = this.#peer.addTransceiver("video", { direction: "recvonly" });
      const sink = new nonstandard.RTCVideoSink(receiver.track);
      sink.onframe = () => (this.received += 1);
      this.#sinks.push(sink);
    }
    this.reply = await negotiate(this.#peer, url, token);
    return this;
  }
}

class WeriftPlayer {
  /** Packets. */
  received = 0;
  #peer = new RTCPeerConnection({ codecs: { audio: [useOPUS()], video: [useVP8()] }, bundlePolicy: "max-bundle", iceAdditionalHostAddresses: ["127.0.0.1"] });

  /** @param {string} url @param {string} [token] */
  async start(url, token) {
    this.#peer.onTrack.subscribe((track) => track.onReceiveRtp.subscribe(() => (this.received += 1)));
    this.#peer.addTransceiver("audio", { direction: "recvonly" });
    this.#peer.addTransceiver("video", { direction: "recvonly" });
    await this.#peer.setLocalDescription(await this.#peer.createOffer());
    this.reply = await accepted(url, this.#peer.localDescription?.sdp ?? "", token);
    await this.#peer.setRemoteDescription({ type: "answer", sdp: this.reply.text });
    return this;
  }
}

/** libdatachannel, the engine of OBS. With a certificate of one's choice it also plays the peers that are refused. */
class DatachannelPlayer {
  /** Packets. */
  received = 0;
  #peer;
  #track;

  /** @param {{ codec?: "VP8" | "H264", certificatePemFile?: string, keyPemFile?: string }} [options] */
  constructor({ codec = "VP8", ...certificate } = {}) {
    this.#peer = new datachannel.PeerConnection("player", { iceServers: [], ...certificate });
    const video = new datachannel.Video("0", "RecvOnly");
    codec === "VP8" ? video.addVP8Codec(96) : video.addH264Codec(96);
    this.#track = this.#peer.addTrack(video);
    this.#track.onMessage(() => (this.received += 1));
  }

  /** @param {string} url @param {string} [token] */
  async start(url, token) {
    this.reply = await negotiateDatachannel(this.#peer, url, token);
    return this;
  }
}

/** As OBS does it: one H264 stream, no simulcast, no other codec to choose from. Its frames are two packets, parameters and a slice. */
class DatachannelPublisher {
  static #SSRC = 42;
  #peer = new datachannel.PeerConnection("publisher", { iceServers: [] });
  #track;

  constructor() {
    const video = new datachannel.Video("0", "SendOnly");
    video.addH264Codec(96);
    video.addSSRC(DatachannelPublisher.#SSRC, "camera", "stream", "track");
    this.#track = this.#peer.addTrack(video);
  }

  /** @param {string} url @param {string} [token] */
  async start(url, token) {
    this.reply = await negotiateDatachannel(this.#peer, url, token);
    let number = 0;
    const send = (/** @type {number} */ nal, /** @type {boolean} */ marker) => {
      number += 1;
      const header = new RtpHeader({ payloadType: 96, sequenceNumber: number & 0xffff, timestamp: (number >> 1) * 3_000, ssrc: DatachannelPublisher.#SSRC, marker });
      this.#track.sendMessageBinary(new RtpPacket(header, Buffer.from([nal, ...Array(200).fill(7)])).serialize());
    };
    setInterval(() => {
      if (!this.#track.isOpen()) return;
      send(0x67, false); // RFC 6184: a sequence parameter set,
      send(0x65, true); // and a slice of a key frame.
    }, 33);
    return this;
  }
}

/** @param {import("node-datachannel").PeerConnection} peer @param {string} url @param {string} [token] */
async function negotiateDatachannel(peer, url, token) {
  peer.setLocalDescription();
  await eventually(async () => peer.gatheringState(), (state) => state === "complete", "candidates");
  const reply = await accepted(url, peer.localDescription()?.sdp ?? "", token);
  try {
    peer.setRemoteDescription(reply.text, "answer");
  } catch (error) {
    // It reads the candidates last. By then the handshake may have failed already, and the transport is gone.
    if (!String(error).includes("without ICE transport")) throw error;
  }
  return reply;
}

/** @param {any} peer @param {string} url @param {string} [token] */
async function negotiate(peer, url, token) {
  await peer.setLocalDescription(await peer.createOffer());
  const reply = await accepted(url, peer.localDescription.sdp, token);
  await peer.setRemoteDescription({ type: "answer", sdp: reply.text });
  return reply;
}

/** How often the parent is told. */
const NEWS_MS = 100;
/** @type {Record<string, new (options?: any) => any>} */
const CLIENTS = { WeriftPublisher, WeriftPlayer, WrtcPublisher, WrtcPlayer, DatachannelPublisher, DatachannelPlayer };

process.on("message", async (/** @type {any} */ { client, options, url, token }) => {
  const tell = (/** @type {object} */ news) => process.send?.(news);
  try {
    const started = await new CLIENTS[client](options).start(url, token);
    const { status, text, resource, etag } = started.reply;
    tell({ offer: started.offer, reply: { status, text, resource, etag } });
    setInterval(() => tell({ received: started.received ?? 0 }), NEWS_MS);
  } catch (error) {
    tell({ error: String(error) });
  }
});
