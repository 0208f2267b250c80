/* The screen behind the verdicts: bar, notices, view finder and dock. Draws what it is told. */

import { dayAndDate, local, text, time } from "./words.js";
import { lookOf, wordOf } from "./verdicts.js";

const byId = (id) => document.getElementById(id);

export class Viewfinder {
  #hintTimer = 0;
  #late = 0; // bad news that came after the verdict "saved"

  show(isShown) {
    byId("scan").hidden = !isShown;
  }

  /** Takes the focus when nothing else has it, so that keys and readers know where they are. */
  focus() {
    byId("view").focus({ preventScroll: true });
  }

  /** @param {import("./shapes.js").Point} point */
  drawDoor(point, gate) {
    byId("where").textContent = `${point.day ? text("day", point.day) : local(point.name)} · ${gate}`;
    byId("admitted").textContent = point.admitted;
    byId("expected").textContent = point.expected;
    const notice = byId("other-day");
    notice.textContent = point.is_today ? "" : text("other-day", { day: dayAndDate(point.day) });
    notice.hidden = point.is_today;
  }

  /** @param {import("./queue.js").Queue} queue */
  drawNet(queue, isLasting) {
    const net = byId("net");
    net.className = queue.online ? "net-ok" : "net-off";
    const state = text(queue.online ? "online" : "offline");
    net.textContent = queue.waiting > 0 ? text("net-waiting", { state, count: queue.waiting }) : state;
    notice("queue-others", queue.others);
    notice("queue-refused", queue.refused);
    notice("not-lasting", isLasting ? 0 : queue.waiting);
  }

  drawSignedOut(isSignedOut) {
    byId("signed-out").hidden = !isSignedOut;
  }

  /** Null hides the torch: the track has none. */
  drawTorch(isOn) {
    byId("torch").hidden = isOn === null;
    byId("torch").setAttribute("aria-pressed", String(isOn));
  }

  /** Why there is no picture (a block of the page by its name), or null when there is. */
  drawTrouble(reason) {
    for (const block of document.querySelectorAll("#view [data-trouble]")) block.hidden = block.dataset.trouble !== reason;
    byId("view").classList.toggle("has-trouble", reason !== null);
  }

  drawChecking(isChecking) {
    byId("view").classList.toggle("is-checking", isChecking);
    this.hint(isChecking ? "hint-checking" : "hint-aim");
  }

  /** One line under the frame. `backAfter` milliseconds it is the usual one again. */
  hint(name, backAfter = 0) {
    clearTimeout(this.#hintTimer);
    if (byId("hint").textContent !== text(name)) byId("hint").textContent = text(name);
    if (backAfter) this.#hintTimer = setTimeout(() => this.hint("hint-aim"), backAfter);
  }

  /** The last verdict in one line: somebody asks "was that me?" when it is gone. */
  drawLast(answer, now) {
    const line = byId("last");
    line.dataset.look = lookOf(answer.verdict);
    byId("last-word").textContent = wordOf(answer.verdict);
    byId("last-name").textContent = answer.person?.name ?? "";
    byId("last-time").textContent = time(now);
    line.hidden = false;
  }

  /** Somebody was let in, or not, before the server could say no: that stays on the screen. */
  drawLate(answer) {
    if (lookOf(answer.verdict) === "ok") return;
    this.#late += 1;
    const name = answer.person?.name ?? "–";
    byId("queue-late").textContent = text("queue-late", { count: this.#late, name, verdict: wordOf(answer.verdict) });
    byId("queue-late").hidden = false;
  }

  clear() {
    this.#late = 0;
    byId("last").hidden = byId("queue-late").hidden = true;
  }
}

function notice(name, count) {
  byId(name).textContent = count > 0 ? text(name, { count }) : "";
  byId(name).hidden = count === 0;
}
