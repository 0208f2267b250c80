/* Wires the scanner: what this phone is → start screen → camera → code → verdict → next person. */

import { ping, serverNow } from "./api.js";
import { maySleep, stayAwake } from "./awake.js";
import { Camera, CameraTrouble } from "./camera.js";
import { Connection } from "./connection.js";
import { signal, unlockSound } from "./feedback.js";
import { Identity, isTheEnd } from "./identity.js";
import { List } from "./list.js";
import { Overriding } from "./overriding.js";
import { Pairing } from "./pairing.js";
import { Queue } from "./queue.js";
import { Reader } from "./reader.js";
import { Scanning } from "./scanning.js";
import { renew, settleIn } from "./shell.js";
import { Start } from "./start.js";
import { openStore } from "./store.js";
import { Typing, explain } from "./typing.js";
import { Verdicts } from "./verdicts.js";
import { Viewfinder } from "./viewfinder.js";
import { listenForScanners } from "./wedge.js";
import { dateOf, setTimezone } from "./words.js";

const REFRESH_MS = 30_000;
const LOOK_MS = 20_000; // at the clock: is our time over, how old is the list?
const WIPE_AGAIN_MS = 5000;
const IDLE_MS = 15 * 60_000;
const ANSWERED_STAY_MS = 36 * 3_600_000;

const byId = (id) => document.getElementById(id);

let isScanning = false;
let isRenewing = false;
let direction = "in";
let idleTimer = 0;
let refreshTimer = 0;

const store = await openStore();
const identity = new Identity(store);
const list = new List(store, dateOf);
const connection = new Connection(probe, onReach);
const camera = new Camera(byId("video"), openCamera);
const reader = new Reader(byId("video"), { ...document.body.dataset }, readByCamera);
const finder = new Viewfinder();
const start = new Start(begin);
const pairing = new Pairing(pair);
const typing = new Typing((code) => scanning.typed(code));
const overriding = new Overriding((reason) => scanning.letIn(reason), explain);
const verdicts = new Verdicts(byId("verdict"), [byId("bar"), byId("view"), byId("dock")], closed);
const queue = new Queue(store, connection, {
  onChange: drawNet,
  onLateAnswer: (answer, about) => scanning.answerLate(answer, about),
  onRefusal: refused,
});
const scanning = new Scanning({ door, queue, list, finder, typing, verdicts });

listen();
settleIn();
await open();
if (isSecureContext) reader.warm().catch(() => {}); // told when scanning starts, if it still fails then
document.body.dataset.ready = "";

function listen() {
  byId("sound").addEventListener("click", () => {
    unlockSound();
    signal("ok");
  });
  byId("reload").addEventListener("click", refresh);
  byId("change").addEventListener("click", end);
  byId("torch").addEventListener("click", switchTorch);
  byId("direction").addEventListener("click", () => turn(direction === "in" ? "out" : "in"));
  byId("undo").addEventListener("click", () => scanning.undo());
  for (const button of document.querySelectorAll("[data-again]")) button.addEventListener("click", openCamera);
  for (const button of document.querySelectorAll("[data-type]")) button.addEventListener("click", () => typing.open());
  for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, noteTouch);
  listenForScanners((text) => isScanning && scanning.byScanner(text));
  addEventListener("hashchange", takeCode);
  setInterval(look, LOOK_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !identity.state) return;
    look();
    refresh();
    if (isScanning && isSecureContext && !camera.isOpen) openCamera(); // a telephone call took it away
  });
}

/* What this phone is, and what the server says of it */

async function open() {
  await identity.restore();
  if (identity.state) {
    setTimezone(identity.state.edition.timezone);
    await list.restore();
    start.offer(identity.state);
  } else {
    await list.erase(); // our time was over before we started
  }
  if (identity.mark) await queue.identify(identity.mark);
  await store.forgetAnswered(serverNow() - ANSWERED_STAY_MS);
  drawNet();
  if (!takeCode()) await (isAnything() ? refresh() : show("pairing"));
  connection.start();
}

/** Whether this browser is, was or has just become a device: else there is nothing to ask for. */
function isAnything() {
  return identity.state !== null || identity.mark !== null || "device" in document.body.dataset;
}

function takeCode() {
  const code = Pairing.takeCode();
  if (code === null) return false;
  show("pairing");
  pairing.hand(code);
  return true;
}

async function pair(code) {
  await identity.pair(code);
  await list.erase(); // of what this phone was before
  pairing.tell(null);
  await known();
  show("start");
  refresh();
}

async function refresh() {
  clearTimeout(refreshTimer);
  try {
    await connection.hear(() => identity.refresh());
    await known();
    await obey(identity.state.commands);
    await connection.hear(() => list.refresh());
    if (pairing.isShown) show("start");
  } catch (error) {
    await refused(error);
    if (!identity.state && !pairing.isShown) start.tell("unreachable");
  }
  drawNet();
  clearTimeout(refreshTimer); // two may have run at once
  if (identity.state || start.isShown) refreshTimer = setTimeout(refresh, REFRESH_MS);
}

async function known() {
  setTimezone(identity.state.edition.timezone);
  start.offer(identity.state);
  if (isScanning) finder.drawDoor(door().point, start.gate);
  await queue.identify(identity.mark);
}

/** What the connection asks from time to time. A phone whose time is over only sends what it still has. */
async function probe() {
  if (!identity.state) return queue.waiting > 0 ? queue.flush() : undefined;
  try {
    const { commands } = await connection.hear(ping);
    await obey(commands);
    queue.flush();
  } catch (error) {
    await refused(error);
  }
}

function onReach() {
  drawNet();
  if (!connection.isThere) return;
  queue.flush();
  refresh();
}

async function obey(commands) {
  if (commands.includes("wipe")) await wipe();
  else if (commands.includes("refresh")) await connection.hear(() => list.refresh({ isWhole: true }));
}

async function refused(error) {
  if (isTheEnd(error)) await over(error.code);
  else if (error.code === "app_too_old") renewSoon();
  else if (error.code === "device_not_yet") start.tell("not-yet");
}

/** This phone may not scan any more: the list goes, the scans stay until they are sent. */
async function over(reason) {
  const wasOurs = identity.state !== null;
  await identity.forget();
  await list.erase();
  if (isScanning) leave();
  pairing.tell(identity.mark ? reason : null);
  show("pairing");
  drawNet();
  if (wasOurs) await queue.flush();
}

/** Everything goes, as an organiser ordered. First what is waiting is sent: afterwards there is nothing to send it by. */
async function wipe() {
  await over("wiped");
  await queue.flush();
  if (queue.waiting > 0) return setTimeout(wipe, WIPE_AGAIN_MS);
  try {
    await identity.unpair();
    location.reload();
  } catch {
    setTimeout(wipe, WIPE_AGAIN_MS);
  }
}

function look() {
  if (identity.isOver) over("device_expired");
  drawNet();
}

/** Not under somebody's eyes: when no verdict is on the screen. */
async function renewSoon() {
  if (isRenewing || verdicts.isOpen || typing.isOpen || overriding.isOpen) return;
  isRenewing = true;
  finder.drawAppOld(!(await renew()));
}

function door() {
  const { points, edition } = identity.state;
  const point = points.find((one) => one.id === start.pointId);
  const { gate, closesItself } = start;
  return { point, gate, salt: edition.salt, direction, closesItself, isSupervisor: identity.isSupervisor };
}

function drawNet() {
  const age = list.checkedAt === null ? null : Math.max(0, Math.floor((serverNow() - list.checkedAt) / 60_000));
  const { waiting, refused: notTaken, others } = queue;
  finder.drawNet({ isThere: connection.isThere, waiting, refused: notTaken, others, isLasting: store.lasting, listAge: age });
  start.drawList(list.isThere ? list.size : null);
  pairing.drawUnsent(waiting + notTaken);
}

/* From screen to screen */

function show(screen) {
  pairing.show(screen === "pairing");
  start.show(screen === "start");
  finder.show(screen === "scan");
}

function begin() {
  unlockSound();
  isScanning = true;
  show("scan");
  finder.clear();
  finder.drawDoor(door().point, start.gate);
  finder.focus();
  turn("in");
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
  show("start");
}

/** A phone left on a table goes back to its first screen, camera off. */
function noteTouch() {
  if (isScanning) unlockSound();
  clearTimeout(idleTimer);
  idleTimer = setTimeout(() => isScanning && leave(), IDLE_MS);
}

function leave() {
  for (const sheet of [typing, overriding]) if (sheet.isOpen) sheet.close();
  verdicts.close();
  end();
}

function closed(action) {
  scanning.goOn(action);
  if (action === "decide") overriding.open();
}

function turn(to) {
  direction = to;
  finder.drawDirection(door().point.mode === "once" ? null : direction);
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
  if (!overriding.isOpen) scanning.byCamera(text);
}

async function switchTorch() {
  await camera.light(!camera.torch).catch(() => {});
  finder.drawTorch(camera.torch);
}
