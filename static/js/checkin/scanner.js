/* Wires the scanner: start screen → camera → code → queue → verdict → next person. */

import { Refusal, state as fetchState } from "./api.js";
import { maySleep, stayAwake } from "./awake.js";
import { Camera, CameraTrouble } from "./camera.js";
import { signal, unlockSound } from "./feedback.js";
import { Queue } from "./queue.js";
import { Reader } from "./reader.js";
import { Scanning } from "./scanning.js";
import { Start } from "./start.js";
import { openStore } from "./store.js";
import { Typing } from "./typing.js";
import { Verdicts } from "./verdicts.js";
import { Viewfinder } from "./viewfinder.js";
import { listenForScanners } from "./wedge.js";
import { setTimezone } from "./words.js";

const REFRESH_MS = 30_000;
const PROBE_MS = 5000; // while the server does not answer
const IDLE_MS = 15 * 60_000;

const byId = (id) => document.getElementById(id);

let state = null; // the server's last word on points and counts
let isScanning = false;
let idleTimer = 0;
let refreshTimer = 0;

const store = await openStore();
const camera = new Camera(byId("video"), openCamera);
const reader = new Reader(byId("video"), { ...document.body.dataset }, readByCamera);
const finder = new Viewfinder();
const start = new Start(begin);
const typing = new Typing((code) => scanning.typed(code));
const verdicts = new Verdicts(byId("verdict"), [byId("bar"), byId("view"), byId("dock")], (action) => scanning.goOn(action));
const queue = new Queue(store, {
  onChange: drawNet,
  onLateAnswer: (answer) => scanning.answerLate(answer),
  onSignedOut: () => drawSignedOut(true),
});
const scanning = new Scanning({ door, queue, finder, typing, verdicts });

listen();
await refresh();
if (isSecureContext) reader.warm().catch(() => {}); // told when scanning starts, if it still fails then

function listen() {
  byId("sound").addEventListener("click", () => {
    unlockSound();
    signal("ok");
  });
  byId("reload").addEventListener("click", refresh);
  byId("change").addEventListener("click", end);
  byId("torch").addEventListener("click", switchTorch);
  for (const button of document.querySelectorAll("[data-again]")) button.addEventListener("click", openCamera);
  for (const button of document.querySelectorAll("[data-type]")) button.addEventListener("click", () => typing.open());
  for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, noteTouch);
  listenForScanners((text) => isScanning && scanning.byScanner(text));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    refresh();
    if (isScanning && isSecureContext && !camera.isOpen) openCamera(); // a telephone call took it away
  });
}

/* Door and state */

async function refresh() {
  clearTimeout(refreshTimer);
  try {
    state = await fetchState();
    setTimezone(state.edition.timezone);
    start.offer(state);
    drawSignedOut(false);
    if (isScanning) finder.drawDoor(door().point, start.gate);
    await queue.identify(state);
  } catch (error) {
    const isRefused = error instanceof Refusal;
    if (isRefused && [401, 403].includes(error.status)) drawSignedOut(true);
    else queue.noteReach(false);
    if (!state) start.tell(isRefused && error.status < 500 ? "signed-out" : "unreachable");
  }
  clearTimeout(refreshTimer); // two may have run at once
  refreshTimer = setTimeout(refresh, queue.online ? REFRESH_MS : PROBE_MS);
}

function door() {
  const point = state.points.find((one) => one.id === start.pointId);
  return { point, gate: start.gate, salt: state.edition.salt, closesItself: start.closesItself };
}

function drawSignedOut(isSignedOut) {
  finder.drawSignedOut(isSignedOut);
  if (isSignedOut) start.tell("signed-out");
}

function drawNet() {
  finder.drawNet(queue, store.lasting);
}

/* From screen to screen */

function begin() {
  unlockSound();
  isScanning = true;
  start.show(false);
  finder.show(true);
  finder.clear();
  finder.drawDoor(door().point, start.gate);
  finder.focus();
  drawNet();
  stayAwake();
  noteTouch();
  openCamera();
}

function end() {
  isScanning = false;
  reader.stop();
  camera.close();
  maySleep();
  finder.show(false);
  start.show(true);
}

/** A phone left on a table goes back to its first screen, camera off. */
function noteTouch() {
  if (isScanning) unlockSound();
  clearTimeout(idleTimer);
  idleTimer = setTimeout(() => isScanning && leave(), IDLE_MS);
}

function leave() {
  if (typing.isOpen) typing.close();
  verdicts.close();
  end();
}

/* Camera */

async function openCamera() {
  finder.drawTrouble("asking");
  try {
    await camera.open();
    if (!isScanning) return camera.close(); // left while the browser was asking
    finder.drawTorch(camera.torch);
    finder.drawTrouble(null);
    finder.hint("hint-aim");
    await reader.start();
  } catch (error) {
    console.warn("There is no picture to read.", error);
    reader.stop();
    finder.drawTorch(null);
    finder.drawTrouble(error instanceof CameraTrouble ? error.reason : "broken");
  }
}

function readByCamera(text) {
  noteTouch();
  scanning.byCamera(text);
}

async function switchTorch() {
  await camera.light(!camera.torch).catch(() => {});
  finder.drawTorch(camera.torch);
}
