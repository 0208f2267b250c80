/* What a verdict sounds and feels like: each its own, so that a steward need not look. */

/** Notes are [hertz, milliseconds]; vibrations alternate on and off, in milliseconds. */
const LOOKS = {
  ok: { wave: "sine", notes: [[880, 90], [1320, 90]], vibration: [80] },
  out: { wave: "sine", notes: [[880, 90], [587, 140]], vibration: [80] },
  already: { wave: "sine", notes: [[660, 120], [660, 120]], vibration: [60, 60, 60] },
  wrongday: { wave: "sine", notes: [[660, 200], [440, 200]], vibration: [300] },
  waiting: { wave: "sine", notes: [[660, 200], [440, 200]], vibration: [300] },
  cancelled: { wave: "square", notes: [[196, 500]], vibration: [300, 120, 300] },
  unknown: { wave: "sine", notes: [[220, 120], [220, 120], [220, 120]], vibration: [120, 80, 120, 80, 120] },
  busy: { wave: "sine", notes: [[150, 80]], vibration: [40] },
  queued: { wave: "sine", notes: [[520, 150]], vibration: [80, 80] },
};
const GAP_MS = 60;
const LOUDNESS = { sine: 0.6, square: 0.25 };
const FLASH_MS = 120;

let audio = null;

/** Must be called from a touch: phones are silent until then. */
export function unlockSound() {
  const AudioContext = window.AudioContext ?? window.webkitAudioContext;
  if (!AudioContext) return;
  audio ??= new AudioContext();
  // A telephone call leaves it "interrupted"; every later touch may wake it.
  if (audio.state !== "running") audio.resume().catch(() => {});
}

/** Tells a look by sound and vibration, or by one short flash of the edge where a phone cannot vibrate. */
export function signal(look) {
  const { wave, notes, vibration } = LOOKS[look] ?? LOOKS.unknown;
  if (audio) playNotes(wave, notes);
  if (navigator.vibrate) navigator.vibrate(vibration);
  else flashEdge();
}

function playNotes(wave, notes) {
  let at = audio.currentTime;
  for (const [hertz, milliseconds] of notes) {
    const end = at + milliseconds / 1000;
    const tone = new OscillatorNode(audio, { type: wave, frequency: hertz });
    const volume = new GainNode(audio, { gain: 0 });
    // Soft edges: a tone that starts at once clicks.
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(LOUDNESS[wave], at + 0.01);
    volume.gain.setValueAtTime(LOUDNESS[wave], end - 0.02);
    volume.gain.linearRampToValueAtTime(0, end);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(end);
    at = end + GAP_MS / 1000;
  }
}

function flashEdge() {
  document.body.classList.add("is-flashing");
  setTimeout(() => document.body.classList.remove("is-flashing"), FLASH_MS);
}
