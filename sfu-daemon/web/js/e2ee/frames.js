// What of a frame must stay in clear for those who carry it: a cover in front of the sealed frame, made for packetizers and the forwarder, and thrown
// away by the receiver. Nothing of it reaches a decoder. See "Frames" in docs/e2ee.md for what reads which bit.

import { concat } from "./bytes.js";

/** @import { Bytes } from "./bytes.js" */

/** @typedef {{ dress: (frame: Uint8Array, sealed: Bytes) => Bytes | null, undress: (wire: Uint8Array) => Uint8Array | null }} Dress
 * `dress` puts the cover of `frame` before `sealed`, `undress` finds what is sealed; null if this is no frame of the codec */

/** @type {Dress} */
const NAKED = { dress: (_, sealed) => sealed, undress: (wire) => wire };

/** RFC 6386, section 9.1. @type {Dress} */
const VP8 = {
  dress(frame, sealed) {
    const [first, width_and_height] = [frame[0], frame.subarray(6, 10)];
    if (first === undefined) return null;
    const tag = first & 0x1f; // whether this is a keyframe, version, whether it is shown; without the size of the first partition
    if ((first & 1) === 1) return concat(Uint8Array.of(tag), sealed);
    return width_and_height.length === 4 ? concat(Uint8Array.of(tag, 0, 0, ...VP8_START), width_and_height, sealed) : null;
  },
  undress(wire) {
    const [first] = wire;
    if (first === undefined) return null;
    if ((first & 1) === 1) return wire.subarray(1);
    return VP8_START.every((byte, at) => wire[3 + at] === byte) ? wire.subarray(10) : null;
  },
};
const VP8_START = [0x9d, 0x01, 0x2a];

/** AV1 bitstream specification, section 5.3. @type {Dress} */
const AV1 = {
  dress(frame, sealed) {
    // Temporal delimiters are of no interest to packetizers, and an encoder's keyframe may come without a sequence header.
    const start = frame[0] !== undefined && obuType(frame[0]) === OBU_DELIMITER ? 2 : 0;
    const [first] = frame.subarray(start);
    if (first === undefined) return null;
    return concat(Uint8Array.of((obuType(first) === OBU_SEQUENCE ? OBU_SEQUENCE : OBU_FRAME) << 3), sealed);
  },
  undress(wire) {
    const [header] = wire;
    if (header === undefined || ![OBU_SEQUENCE, OBU_FRAME].includes(obuType(header))) return null;
    let at = (header & 4) === 0 ? 1 : 2;
    if ((header & 2) === 0) return wire.subarray(at);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wire[at++];
      if (byte === undefined || 28 < shift) return null;
      size += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return at + size === wire.length ? wire.subarray(at) : null;
    }
  },
};
const [OBU_SEQUENCE, OBU_DELIMITER, OBU_FRAME] = [1, 2, 6];
const obuType = (/** @type {number} */ header) => (header >> 3) & 15;

/** ITU-T H.264, section 7.3 and annex B. @type {Dress} */
const H264 = {
  dress(frame, sealed) {
    const found = units(frame);
    const slice = found.find(isSlice);
    const head = slice === undefined ? null : sliceHead(slice);
    if (head === null) return null;
    const parameters = found.filter((unit) => [SEQUENCE_PARAMETERS, PICTURE_PARAMETERS].includes(unitType(unit)));
    return concat(...parameters.flatMap((unit) => [START_CODE, unit]), START_CODE, head, escaped(head, sealed));
  },
  undress(wire) {
    const slice = units(wire).find(isSlice);
    const head = slice === undefined ? null : sliceHead(slice);
    return slice === undefined || head === null ? null : unescaped(head, slice.subarray(head.length));
  },
};
const START_CODE = Uint8Array.of(0, 0, 0, 1);
const [SLICE, KEY_SLICE, SEQUENCE_PARAMETERS, PICTURE_PARAMETERS] = [1, 5, 7, 8];
const unitType = (/** @type {Uint8Array} */ unit) => (unit[0] ?? 0) & 31;
const isSlice = (/** @type {Uint8Array} */ unit) => [SLICE, KEY_SLICE].includes(unitType(unit));
/** Ends a unit, which must not end in a zero. */
const UNIT_END = 0x80;

/** The units between start codes. @param {Uint8Array} stream */
function units(stream) {
  /** @type {number[]} */
  const starts = [];
  for (let at = stream.indexOf(1, 2); 0 <= at; at = stream.indexOf(1, at + 1)) if (stream[at - 1] === 0 && stream[at - 2] === 0) starts.push(at + 1);
  return starts.map((start, index) => {
    let end = (starts[index + 1] ?? stream.length + 3) - 3;
    while (start < end && stream[end - 1] === 0) end -= 1;
    return stream.subarray(start, end);
  });
}

/** The unit's type, and its slice header up to the number of its picture parameters: three numbers in Exp-Golomb code. @param {Uint8Array} unit */
function sliceHead(unit) {
  const BYTES_MAX = 8; // Numbers of the first slice of a frame are small.
  let bit = 8;
  const next = () => ((unit[bit >> 3] ?? 0) >> (7 - (bit++ & 7))) & 1;
  for (let number = 0; number < 3; number += 1) {
    let zeros = 0;
    while (next() === 0) if ((zeros += 1) === BYTES_MAX * 8) return null;
    bit += zeros;
  }
  const bytes = (bit + 7) >> 3;
  return bytes <= BYTES_MAX && bytes < unit.length ? unit.subarray(0, bytes) : null;
}

/** No start code in it. @param {Uint8Array} head what it follows @param {Uint8Array} sealed */
function escaped(head, sealed) {
  const out = new Uint8Array(Math.ceil(sealed.length * 1.5) + 2);
  let [at, zeros] = [0, trailingZeros(head)];
  for (const byte of sealed) {
    if (2 <= zeros && byte <= 3) {
      out[at++] = 3;
      zeros = 0;
    }
    out[at++] = byte;
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  out[at++] = UNIT_END;
  return out.subarray(0, at);
}

/** @param {Uint8Array} head @param {Uint8Array} rest @returns {Bytes | null} */
function unescaped(head, rest) {
  if (rest.at(-1) !== UNIT_END) return null;
  const out = new Uint8Array(rest.length);
  let [at, zeros] = [0, trailingZeros(head)];
  for (const byte of rest.subarray(0, -1)) {
    if (2 <= zeros && byte === 3) {
      zeros = 0;
      continue;
    }
    out[at++] = byte;
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return out.subarray(0, at);
}

/** @param {Uint8Array} bytes */
function trailingZeros(bytes) {
  let count = 0;
  while (count < bytes.length && bytes[bytes.length - 1 - count] === 0) count += 1;
  return count;
}

/** @type {Record<string, Dress | undefined>} */
const DRESSES = { "audio/opus": NAKED, "video/vp9": NAKED, "video/vp8": VP8, "video/av1": AV1, "video/h264": H264 };

/** @param {string | undefined} mime_type as a frame's metadata has it @returns {Dress | null} null for a codec of which we do not know what must stay clear */
export function dressOf(mime_type = "") {
  return DRESSES[mime_type.toLowerCase()] ?? null;
}
