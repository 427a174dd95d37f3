// Soft tones made with Web Audio, in the range that old ears hear best. No files. Every sound has a visible twin.

/** @type {AudioContext | null} */
let context = null;

/** The page's audio context, or null before the first touch or key, when browsers would keep it silent. */
export function audio() {
  return context;
}

/** Call once at the start: makes the context on the first touch or key. */
export function unlockOnTouch() {
  const unlock = () => {
    context ??= new AudioContext();
    // Never awaited: without an output device some browsers leave the promise pending for ever.
    if (context.state === "suspended") void context.resume().catch(() => {});
  };
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, unlock, { capture: true, passive: true });
}

/** Plays all tones on this loudspeaker, where the browser can. @param {string} id as `enumerateDevices` gives it */
export function speakThrough(id) {
  const chosen = /** @type {{ setSinkId?: (id: string) => Promise<void> } | null} */ (context);
  void chosen?.setSinkId?.(id).catch(() => {}); // gone meanwhile: the old one goes on
}

/** One marimba-like tone. @param {number} hertz @param {number} at_s from now @param {number} length_s @param {number} [loudness] 0 to 1 */
function tone(hertz, at_s, length_s, loudness = 0.5) {
  if (context === null) return;
  const start = context.currentTime + at_s;
  for (const [overtone, share] of /** @type {const} */ ([[1, 1], [4, 0.18]])) {
    const oscillator = new OscillatorNode(context, { frequency: hertz * overtone });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(loudness * share, start + 0.008);
    gain.gain.exponentialRampToValueAtTime(0.0008, start + length_s / overtone);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(start);
    oscillator.stop(start + length_s);
  }
}

/** Patient: it is your turn. Three rising tones. */
export function turnChime() {
  [523, 659, 784].forEach((hertz, i) => tone(hertz, i * 0.22, 1.1));
}

/** Staff: somebody waits. Two falling tones, 0.7 s. */
export function queueBell() {
  tone(784, 0, 0.45);
  tone(587, 0.25, 0.45);
}

/** Staff: somebody came into or left the consultation. */
export function roomTone() {
  tone(659, 0, 0.4, 0.3);
}

/** The test sound: four seconds of melody. */
export function melody() {
  [523, 659, 784, 1047, 784, 880, 784, 659, 523].forEach((hertz, i) => tone(hertz, i * 0.42, 0.9, 0.6));
}
