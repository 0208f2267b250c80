/* The screen behind the verdicts: bar, notices, view finder and dock. Draws what it is told. */

import { dayAndDate, local, text, time } from "./words.js";
import { lookOf, wordOf } from "./verdicts.js";

const byId = (id) => document.getElementById(id);

const NAME_FOR_MS = 10_000;

export class Viewfinder {
  #hintTimer = 0;
  #nameTimer = 0;
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

  /**
   * How the phone stands to the server: always told, and in words.
   * @param {{isThere: boolean, waiting: number, refused: number, others: number, isLasting: boolean, listAge: number | null}} how
   *   listAge in minutes, null without a list
   */
  drawNet({ isThere, waiting, refused, others, isLasting, listAge }) {
    byId("net").className = `scan__net ${isThere ? "net-ok" : "net-off"}`;
    write("net-state", text(isThere ? "online" : "offline"));
    write("net-unsent", text(waiting > 0 ? "net-unsent" : "net-all-sent", { count: waiting }));
    byId("net-unsent").dataset.count = waiting;
    write("net-list", listAge === null ? text("net-no-list") : text(listAge < 1 ? "net-list-now" : "net-list", { minutes: listAge }));
    notice("queue-others", others);
    notice("queue-refused", refused);
    notice("not-lasting", isLasting ? 0 : waiting);
  }

  /** Null hides the switch: this point counts nobody out. @param {"in" | "out" | null} direction */
  drawDirection(direction) {
    byId("direction").hidden = direction === null;
    byId("direction").setAttribute("aria-pressed", String(direction === "out"));
    byId("view").classList.toggle("is-out", direction === "out");
    byId("out-notice").hidden = direction !== "out";
  }

  drawUndo(canUndo) {
    byId("undo").hidden = !canUndo;
  }

  drawAppOld(isOld) {
    byId("app-old").hidden = !isOld;
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
    clearTimeout(this.#nameTimer); // a name is shown to whoever stands there, not to the next ones
    this.#nameTimer = setTimeout(() => (byId("last-name").textContent = ""), NAME_FOR_MS);
  }

  /** Somebody was let in, or not, before the server could say no: that stays on the screen. */
  drawLate(answer) {
    if (["ok", "out"].includes(lookOf(answer.verdict)) || answer.verdict === "voided") return;
    this.#late += 1;
    const name = answer.person?.name ?? "–";
    byId("queue-late").textContent = text("queue-late", { count: this.#late, name, verdict: wordOf(answer.verdict) });
    byId("queue-late").hidden = false;
  }

  clear() {
    this.#late = 0;
    byId("last").hidden = byId("queue-late").hidden = byId("undo").hidden = true;
  }
}

/** What has not changed is not read out again. */
function write(name, words) {
  if (byId(name).textContent !== words) byId(name).textContent = words;
}

function notice(name, count) {
  byId(name).textContent = count > 0 ? text(name, { count }) : "";
  byId(name).hidden = count === 0;
}
