/* Wires the scanner: start screen → camera → code → queue → verdict → next person. */

import { Refusal, clockOffset, serverNow, state as fetchState } from "./api.js";
import { stayAwake, maySleep } from "./awake.js";
import { Camera, CameraTrouble } from "./camera.js";
import { fromBase64url, lookup, readTicket, toBase64url } from "./codec.js";
import { signal, unlockSound } from "./feedback.js";
import { Queue } from "./queue.js";
import { Reader } from "./reader.js";
import { Recent } from "./recent.js";
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
const ALREADY_READ_MS = 2000;

const byId = (id) => document.getElementById(id);
const video = byId("video");
const store = await openStore();
const camera = new Camera(video);
const reader = new Reader(video, { ...document.body.dataset }, readByCamera);
const recent = new Recent();
const finder = new Viewfinder();
const start = new Start(begin);
const typing = new Typing(scanTyped);
const verdicts = new Verdicts(byId("verdict"), [byId("bar"), byId("view"), byId("dock")], goOn);
const queue = new Queue(store, { onChange: drawNet, onLateAnswer: showLate, onSignedOut: () => signedOut(true) });

let state = null; // the server's last word on points and counts
let isScanning = false;
let isBusy = false; // one scan at a time
let lastCode = null; // whose verdict is on the screen
let deskScan = null; // typed, and not yet answered
let idleTimer = 0;
let refreshTimer = 0;

listen();
await refresh();
if (isSecureContext) reader.warm().catch(() => {}); // told when scanning starts, if it still fails then

function listen() {
  byId("sound").addEventListener("click", () => {
    unlockSound();
    signal("ok");
  });
  byId("type").addEventListener("click", () => typing.open());
  byId("torch").addEventListener("click", switchTorch);
  byId("change").addEventListener("click", end);
  for (const button of document.querySelectorAll("[data-again]")) button.addEventListener("click", openCamera);
  for (const button of document.querySelectorAll("[data-type]")) button.addEventListener("click", () => typing.open());
  byId("reload").addEventListener("click", refresh);
  listenForScanners(readByScanner);
  for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, noteTouch);
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
    signedOut(false);
    if (isScanning) finder.drawDoor(point(), start.gate);
    await queue.identify(state);
  } catch (error) {
    const isRefused = error instanceof Refusal;
    if (isRefused && [401, 403].includes(error.status)) signedOut(true);
    else queue.noteReach(false);
    if (!state) start.tell(isRefused && error.status < 500 ? "signed-out" : "unreachable");
  }
  clearTimeout(refreshTimer); // two may have run at once
  refreshTimer = setTimeout(refresh, queue.online ? REFRESH_MS : PROBE_MS);
}

function point() {
  return state.points.find((one) => one.id === start.pointId);
}

function signedOut(isSignedOut) {
  finder.drawSignedOut(isSignedOut);
  if (isSignedOut) start.tell("signed-out");
}

function drawNet() {
  finder.drawNet(queue, store.lasting);
}

function begin() {
  unlockSound();
  isScanning = true;
  start.show(false);
  finder.show(true);
  finder.drawDoor(point(), start.gate);
  finder.clearLast();
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

async function switchTorch() {
  await camera.light(!camera.torch).catch(() => {});
  finder.drawTorch(camera.torch);
}

/* A code comes in */

function readByCamera(text) {
  if (isBusy || verdicts.isOpen || typing.isOpen) return;
  read(text);
}

function readByScanner(text) {
  if (!isScanning) return;
  if (isBusy || (verdicts.isOpen && !verdicts.isGood)) return signal("busy"); // the last one is not settled yet
  verdicts.close();
  read(text);
}

async function read(text) {
  if (recent.sees(text)) return finder.hint("hint-already-read", ALREADY_READ_MS);
  noteTouch();
  lastCode = text;
  const ticket = readTicket(text);
  if (!ticket) return show({ verdict: "malformed" });
  if (!isSecureContext) return finder.drawTrouble("insecure");
  await once(() => scanTicket(ticket, "qr"));
}

/** @throws what the server or the network has against a desk code */
async function scanTyped({ ticket, deskCode }) {
  lastCode = null;
  await once(() => (ticket ? scanTicket(ticket, "typed") : scanDeskCode(deskCode)));
}

async function once(work) {
  if (isBusy) return;
  isBusy = true;
  const slow = setTimeout(() => finder.drawChecking(true), 250);
  try {
    await work();
  } finally {
    clearTimeout(slow);
    finder.drawChecking(false);
    isBusy = false;
  }
}

async function scanTicket(ticket, method) {
  const l = toBase64url(await lookup(ticket, fromBase64url(state.edition.salt)));
  const scan = makeScan({ l, method });
  try {
    show((await queue.send(start.gate, scan)) ?? { scan_id: scan.scan_id, verdict: "queued" });
  } catch (error) {
    console.error("The scan could not be kept.", error);
    show({ scan_id: scan.scan_id, verdict: "refused" });
  }
}

async function scanDeskCode(code) {
  // The same scan until it is answered: an answer lost on the way must not admit twice.
  if (deskScan?.desk_code !== code || deskScan.point !== start.pointId) deskScan = makeScan({ desk_code: code, method: "desk" });
  const answer = await queue.ask(start.gate, deskScan);
  deskScan = null;
  show(answer);
}

/** @returns {import("./shapes.js").Scan} */
function makeScan(what) {
  return {
    scan_id: uuid(),
    point: start.pointId,
    direction: "in",
    scanned_at: new Date().toISOString(),
    offset_ms: clockOffset(),
    offline: false,
    ...what,
  };
}

/** crypto.randomUUID() without the https it asks for. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/* Verdicts */

/** @param {import("./shapes.js").Answer} answer */
function show(answer) {
  const now = serverNow();
  if (answer.verdict === "admitted" && !answer.replay) point().admitted += 1;
  finder.drawDoor(point(), start.gate);
  finder.drawLast(answer, now);
  if (typing.isOpen) typing.close(); // it would lie over the verdict
  signal(verdicts.show(answer, { point: point(), now, closesItself: start.closesItself }));
}

/** The answer to a scan that was saved: in the place of "saved", if that is still on the screen, else in the line. */
function showLate(answer) {
  if (verdicts.isOpen && verdicts.scanId === answer.scan_id) return show(answer);
  finder.drawLast(answer, serverNow());
}

function goOn(action) {
  if (lastCode) recent.sees(lastCode);
  finder.focus();
  if (action === "type") typing.open();
}
