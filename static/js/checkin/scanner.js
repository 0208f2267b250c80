/* Wires the scanner: pairing → start screen → camera → code → verdict → next person. */

import { maySleep, stayAwake } from "./awake.js";
import { Contact } from "./contact.js";
import { signal, unlockSound } from "./feedback.js";
import { Lens } from "./lens.js";
import { Overriding } from "./overriding.js";
import { Pairing } from "./pairing.js";
import { Scanning } from "./scanning.js";
import { renew, settleIn } from "./shell.js";
import { Start } from "./start.js";
import { openStore } from "./store.js";
import { Typing, explain } from "./typing.js";
import { Verdicts } from "./verdicts.js";
import { Viewfinder } from "./viewfinder.js";
import { listenForScanners } from "./wedge.js";

const IDLE_MS = 15 * 60_000;

const byId = (id) => document.getElementById(id);

let isScanning = false;
let isRenewing = false;
let direction = "in";
let idleTimer = 0;

const store = await openStore();
const contact = new Contact(store, {
  onChange: draw,
  onState: known,
  onOver: over,
  onTrouble: (trouble) => start.tell(trouble),
  onOld: renewSoon,
  onLateAnswer: (answer, about) => scanning.answerLate(answer, about),
});
const { list, queue, connection } = contact;
const finder = new Viewfinder();
const lens = new Lens(byId("video"), { ...document.body.dataset }, finder, readByCamera);
const start = new Start(begin);
const pairing = new Pairing(pair);
const typing = new Typing((code) => scanning.typed(code));
const overriding = new Overriding((reason) => scanning.letIn(reason), explain);
const verdicts = new Verdicts(byId("verdict"), [byId("bar"), byId("view"), byId("dock")], closed);
const scanning = new Scanning({ door, queue, list, finder, typing, verdicts });

listen();
settleIn();
const isAnything = await contact.restore();
draw();
if (!takeCode()) await (isAnything ? contact.refresh() : show("pairing"));
contact.start();

function listen() {
  byId("sound").addEventListener("click", () => {
    unlockSound();
    signal("ok");
  });
  byId("reload").addEventListener("click", () => contact.refresh());
  byId("change").addEventListener("click", end);
  byId("torch").addEventListener("click", () => lens.switchTorch());
  byId("direction").addEventListener("click", () => turn(direction === "in" ? "out" : "in"));
  byId("undo").addEventListener("click", () => scanning.undo());
  for (const button of document.querySelectorAll("[data-again]")) button.addEventListener("click", () => lens.open());
  for (const button of document.querySelectorAll("[data-type]")) button.addEventListener("click", () => typing.open());
  for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, noteTouch);
  listenForScanners((text) => isScanning && scanning.byScanner(text));
  addEventListener("hashchange", takeCode);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !contact.state) return;
    contact.look();
    contact.refresh();
    if (isScanning && isSecureContext && !lens.isOpen) lens.open(); // a telephone call took it away
  });
}

/* What this phone is */

function takeCode() {
  const code = Pairing.takeCode();
  if (code === null) return false;
  show("pairing");
  pairing.hand(code);
  return true;
}

async function pair(code) {
  await contact.pair(code);
  pairing.tell(null);
}

function known(state) {
  start.offer(state);
  if (pairing.isShown) show("start");
  if (isScanning) finder.drawDoor(door().point, start.gate);
}

function over(reason) {
  if (isScanning) leave();
  pairing.tell(contact.identity.mark ? reason : null);
  show("pairing");
  draw();
}

/** Not under somebody's eyes: when no verdict is on the screen. */
async function renewSoon() {
  if (isRenewing || verdicts.isOpen || typing.isOpen || overriding.isOpen) return;
  isRenewing = true;
  finder.drawAppOld(!(await renew()));
}

function door() {
  const { points, edition } = contact.state;
  const point = points.find((one) => one.id === start.pointId);
  const { gate, closesItself } = start;
  return { point, gate, salt: edition.salt, direction, closesItself, isSupervisor: contact.identity.isSupervisor };
}

function draw() {
  const { waiting, refused, others } = queue;
  finder.drawNet({ isThere: connection.isThere, waiting, refused, others, isLasting: store.lasting, listAge: contact.listAge });
  start.drawList(list.isThere ? list.size : null);
  pairing.drawUnsent(waiting + refused);
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
  draw();
  stayAwake();
  noteTouch();
  lens.open();
}

function end() {
  isScanning = false;
  lens.close();
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

function readByCamera(text) {
  noteTouch();
  if (!overriding.isOpen) scanning.byCamera(text);
}
