// How pictures are sent: which encodings, which codec, which header extensions; and switching off what nobody needs.
//
// The daemon forwards and never recodes, so a viewer with a narrow line or a small tile can only be given what a publisher already sends.

/** @import { WantedLayer } from "./types.d.ts" */

/** A talking head in 720p; more only fills narrow uplinks. */
const CAMERA_BITRATE_MAX = 1_500_000;
/** A quarter, a half and the full size, the smallest first: browsers give way from the end when the uplink is narrow.
 * @type {RTCRtpEncodingParameters[]} */
const CAMERA_LAYERS = [
  { rid: "q", scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: "h", scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { rid: "f", scaleResolutionDownBy: 1, maxBitrate: CAMERA_BITRATE_MAX },
];
/** Where simulcast is refused. @type {RTCRtpEncodingParameters} */
const CAMERA_ALONE = { scaleResolutionDownBy: 1, maxBitrate: CAMERA_BITRATE_MAX };
/** Letters must not be scaled: a viewer with a narrow line gets fewer pictures a second instead, all in full size.
 * `scalabilityMode` is of WebRTC-SVC; browsers without it send one layer.
 * @type {(RTCRtpEncodingParameters & { scalabilityMode: string })[]} */
const SCREEN_LAYERS = [{ scalabilityMode: "L1T3", scaleResolutionDownBy: 1, maxBitrate: 2_500_000 }];
const VOICE = [{ maxBitrate: 48_000 }];

/** What the daemon reads or passes on. Everything else costs bytes in each packet.
 * rtp-stream-id and its kin name the layers, the dependency descriptor their dependencies, and phones that turn tell so by the orientation. */
const EXTENSIONS = [
  "urn:ietf:params:rtp-hdrext:sdes:mid",
  "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
  "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
  "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
  "urn:3gpp:video-orientation",
  "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
  "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension",
];

/** @param {RTCPeerConnection} pc */
export function sendVoice(pc) {
  const transceiver = pc.addTransceiver("audio", { direction: "sendonly", sendEncodings: VOICE });
  chooseVoiceCodecs(transceiver);
  return transceiver;
}

/** @param {RTCPeerConnection} pc */
export function sendCamera(pc) {
  return prepared(withEncodings(pc, CAMERA_LAYERS, CAMERA_ALONE));
}

/** @param {RTCPeerConnection} pc */
export function sendScreen(pc) {
  return prepared(withEncodings(pc, SCREEN_LAYERS, { maxBitrate: SCREEN_LAYERS[0]?.maxBitrate }));
}

/** The made-up picture by which a network is tried: in one size, and no more than the daemon takes of one. @param {RTCPeerConnection} pc @param {number} maxBitrate */
export function sendTestPicture(pc, maxBitrate) {
  return prepared(withEncodings(pc, [{ maxBitrate }], {}));
}

/** @param {RTCRtpSender} sender @param {number} maxBitrate */
export function limitPicture(sender, maxBitrate) {
  return changed(sender, (encodings) => {
    for (const encoding of encodings) encoding.maxBitrate = Math.round(maxBitrate);
    return true;
  });
}

/** @param {RTCPeerConnection} pc @param {"audio" | "video"} kind */
export function receive(pc, kind) {
  const transceiver = pc.addTransceiver(kind, { direction: "recvonly" });
  if (kind === "audio") chooseVoiceCodecs(transceiver);
  return kind === "video" ? prepared(transceiver) : transceiver;
}

/** @param {RTCPeerConnection} pc @param {RTCRtpEncodingParameters[]} encodings @param {RTCRtpEncodingParameters} alone for browsers that refuse these */
function withEncodings(pc, encodings, alone) {
  try {
    return pc.addTransceiver("video", { direction: "sendonly", sendEncodings: encodings });
  } catch {
    return pc.addTransceiver("video", { direction: "sendonly", sendEncodings: [alone] });
  }
}

/** @param {RTCRtpTransceiver} transceiver */
function prepared(transceiver) {
  chooseCodecs(transceiver);
  negotiateExtensions(transceiver);
  return transceiver;
}

/** Not RED: what is sealed twice in one packet, no server can take apart for those who know none. @param {RTCRtpTransceiver} transceiver */
function chooseVoiceCodecs(transceiver) {
  const codecs = globalThis.RTCRtpReceiver?.getCapabilities?.("audio")?.codecs ?? [];
  try {
    transceiver.setCodecPreferences(codecs.filter(({ mimeType }) => mimeType.toLowerCase() !== "audio/red"));
  } catch {
    // As below.
  }
}

/** VP8 first: the one codec of which every browser sends simulcast with temporal layers, and whose clear descriptor needs no extension.
 * Colour depths that no camera has, and error correction that the daemon does not make, would double the length of an offer.
 * H264 with packetization-mode 0, which is also what is meant where none is named, has no room for what sealing adds.
 * @param {RTCRtpTransceiver} transceiver */
function chooseCodecs(transceiver) {
  const of_use = (/** @type {RTCRtpCodec} */ { mimeType, sdpFmtpLine = "" }) => !/red|fec/i.test(mimeType) && !/profile(-id)?=[1-9]/.test(sdpFmtpLine) && (mimeType.toLowerCase() !== "video/h264" || sdpFmtpLine.includes("packetization-mode=1"));
  const codecs = (globalThis.RTCRtpReceiver?.getCapabilities?.("video")?.codecs ?? []).filter(of_use);
  const is_vp8 = (/** @type {RTCRtpCodec} */ codec) => codec.mimeType.toLowerCase() === "video/vp8";
  try {
    transceiver.setCodecPreferences([...codecs.filter(is_vp8), ...codecs.filter((codec) => !is_vp8(codec))]);
  } catch {
    // A browser that does not let us choose offers its own order.
  }
}

/** WebRTC Extensions, section 5.2; only Chromium has it. The dependency descriptor is offered by nobody who does not ask. What an answer left out is
 * not offered again by itself, and Chromium then refuses its own simulcast offer for want of the rid: so this is said before each offer.
 * @typedef {{ uri: string, direction: "sendrecv" | "sendonly" | "recvonly" | "inactive" | "stopped" }} HeaderExtension
 * @param {RTCRtpTransceiver & { getHeaderExtensionsToNegotiate?: () => HeaderExtension[], setHeaderExtensionsToNegotiate?: (list: HeaderExtension[]) => void }} transceiver */
export function negotiateExtensions(transceiver) {
  const known = transceiver.getHeaderExtensionsToNegotiate?.();
  if (known === undefined) return;
  try {
    transceiver.setHeaderExtensionsToNegotiate?.(known.map(({ uri }) => ({ uri, direction: EXTENSIONS.includes(uri) ? "sendrecv" : "stopped" })));
  } catch {
    // The browser keeps its own choice, with which everything but scalable codecs works.
  }
}

/** After the first answer: a camera whose simulcast was refused goes on with its first encoding alone, and that is the smallest. It becomes the full one.
 * @param {RTCRtpSender} sender */
export async function settleCamera(sender) {
  await changed(sender, (encodings) => {
    const [only, ...more] = encodings;
    if (only === undefined || more.length !== 0 || (only.scaleResolutionDownBy ?? 1) === 1) return false;
    Object.assign(only, CAMERA_ALONE);
    return true;
  });
}

/** Stops encoding the layers that nobody wants, and starts those that somebody wants again. @param {RTCRtpSender} sender @param {WantedLayer[]} layers */
export async function switchLayers(sender, layers) {
  await changed(sender, (encodings) => {
    let any = false;
    for (const encoding of encodings) {
      const layer = encodings.length === 1 ? layers[0] : layers.find(({ rid }) => rid === encoding.rid);
      if (layer === undefined || (encoding.active ?? true) === layer.wanted) continue;
      encoding.active = layer.wanted;
      any = true;
    }
    return any;
  });
}

/** Whether movement comes before sharpness. There are no layers of time then, or a server that has to send less would leave out every other picture;
 * it sends the next smaller one instead. @param {RTCRtpSender} sender @param {boolean} on @returns {Promise<boolean>} whether the browser keeps to it */
export async function preferMovement(sender, on) {
  const wanted = on ? "maintain-framerate" : "balanced";
  await changed(sender, (_, parameters) => {
    if (parameters.degradationPreference === wanted) return false;
    parameters.degradationPreference = wanted;
    return true;
  });
  await changed(sender, (/** @type {(RTCRtpEncodingParameters & { scalabilityMode?: string })[]} */ encodings) => {
    for (const encoding of encodings) {
      if (on) encoding.scalabilityMode = "L1T1";
      else delete encoding.scalabilityMode;
    }
    return true;
  });
  return /** @type {Parameters} */ (sender.getParameters()).degradationPreference === wanted;
}

/** Changes of one sender wait for each other: `setParameters` takes only what the last `getParameters` gave, once.
 * @type {WeakMap<RTCRtpSender, Promise<void>>} */
const under_way = new WeakMap();

/** @typedef {RTCRtpSendParameters & { degradationPreference?: "maintain-framerate" | "balanced" }} Parameters WebRTC Extensions; not every browser has the preference */

/** @param {RTCRtpSender} sender @param {(encodings: RTCRtpEncodingParameters[], parameters: Parameters) => boolean} change edits in place; false if there is nothing to do */
function changed(sender, change) {
  const done = (under_way.get(sender) ?? Promise.resolve()).then(async () => {
    try {
      const parameters = /** @type {Parameters} */ (sender.getParameters());
      if (change(parameters.encodings, parameters)) await sender.setParameters(parameters);
    } catch {
      // The line was closed meanwhile, or is being negotiated; the daemon forwards what comes.
    }
  });
  under_way.set(sender, done);
  return done;
}
