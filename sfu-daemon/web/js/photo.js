// One still of the camera, as sharp as the camera can, and nothing in it but the picture.

import { withoutMetadata } from "./jpeg.js";

/** @import { Bytes } from "./e2ee/bytes.js" */

/** Larger than any phone's sensor is wide: the browser takes the largest that the camera has. */
const IDEAL = 8_192;
const QUALITY = 0.92;
/** A camera that is opened anew takes so long to find its exposure. */
const FRAME_WITHIN_MS = 5_000;

/** Takes a picture from the camera of `track`, drawn anew so that no metadata is left.
 * @param {MediaStreamTrack} track @returns {Promise<{ canvas: HTMLCanvasElement, jpeg: Bytes }>} */
export async function takeStill(track) {
  const picture = (await stillOf(track)) ?? (await frameOf(track));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.width, picture.height];
  canvas.getContext("2d")?.drawImage(picture, 0, 0);
  picture.close();
  const blob = await new Promise((/** @type {(blob: Blob | null) => void} */ resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  const jpeg = blob === null ? null : withoutMetadata(new Uint8Array(await blob.arrayBuffer()));
  if (jpeg === null) throw new Error("the browser made no JPEG");
  return { canvas, jpeg };
}

/** By the camera's own shutter, where the browser has it (W3C Image Capture). @param {MediaStreamTrack} track @returns {Promise<ImageBitmap | null>} */
async function stillOf(track) {
  if (!("ImageCapture" in globalThis)) return null;
  try {
    // Not in TypeScript's DOM library.
    const capture = new /** @type {any} */ (globalThis).ImageCapture(track);
    return await createImageBitmap(await capture.takePhoto());
  } catch {
    return null; // Some cameras have no shutter.
  }
}

/** From the same camera opened a second time at its highest resolution; if it refuses, from the call's own picture. @param {MediaStreamTrack} track */
async function frameOf(track) {
  const { deviceId = "" } = track.getSettings();
  const sharp = await navigator.mediaDevices
    .getUserMedia({ video: { ...(deviceId === "" ? {} : { deviceId: { exact: deviceId } }), width: { ideal: IDEAL }, height: { ideal: IDEAL } } })
    .catch(() => null);
  try {
    return await drawn(sharp ?? new MediaStream([track]));
  } finally {
    for (const own of sharp?.getTracks() ?? []) own.stop();
  }
}

/** @param {MediaStream} stream */
async function drawn(stream) {
  const video = document.createElement("video");
  video.muted = video.playsInline = true;
  video.srcObject = stream;
  await Promise.race([video.play(), new Promise((_, fail) => setTimeout(() => fail(new Error("the camera shows nothing")), FRAME_WITHIN_MS))]);
  const bitmap = await createImageBitmap(video);
  video.srcObject = null;
  return bitmap;
}
