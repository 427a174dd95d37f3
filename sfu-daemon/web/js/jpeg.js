// What a JPEG says beside its picture. A camera writes where and when into it (EXIF, in APP1); a picture that leaves the page says nothing of it.

/** @import { Bytes } from "./e2ee/bytes.js" */

/** ITU-T T.81, annex B: the markers that have no length. */
const [SOI, EOI, SOS, COM, APP0, APP15] = [0xd8, 0xd9, 0xda, 0xfe, 0xe0, 0xef];

/** The segments up to the picture's data. @param {Uint8Array} bytes @returns {{ marker: number, start: number, end: number }[] | null} null if it is not a JPEG */
export function segmentsOf(bytes) {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) return null;
  const segments = [];
  let at = 2;
  for (;;) {
    const [lead, marker, high, low] = bytes.subarray(at, at + 4);
    if (lead !== 0xff || marker === undefined || high === undefined || low === undefined) return null;
    if (marker === 0xff) at += 1; // A fill byte.
    else if (marker === EOI) return null; // No picture in it.
    else {
      const end = at + 2 + 256 * high + low;
      if (256 * high + low < 2 || bytes.length < end) return null;
      segments.push({ marker, start: at, end });
      if (marker === SOS) return segments;
      at = end;
    }
  }
}

/** The same picture without any application segment or comment but JFIF's own (APP0). What a canvas has drawn anew holds none; this makes sure
 * of it, whatever the browser. @param {Uint8Array} bytes @returns {Bytes | null} null if it is not a JPEG */
export function withoutMetadata(bytes) {
  const segments = segmentsOf(bytes);
  const last = segments?.at(-1);
  if (segments === null || last === undefined) return null;
  const says = (/** @type {number} */ marker) => marker === COM || (APP0 < marker && marker <= APP15);
  const kept = [bytes.subarray(0, 2), ...segments.filter(({ marker }) => !says(marker)).map(({ start, end }) => bytes.subarray(start, end)), bytes.subarray(last.end)];
  const whole = new Uint8Array(kept.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of kept) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
