/* From a code to its verdict, one person at a time. The server's word, where it comes in time; else the phone's own. */

import { clockOffset, serverNow } from "./api.js";
import { fromBase64url, lookup, readTicket, toBase64url } from "./codec.js";
import { TAKEN_BACK_WITHIN_MS, decide, decideTakingBack, isSeat, momentOf, statesOf } from "./deciding.js";
import { signal } from "./feedback.js";
import { Recent } from "./recent.js";
import { dateOf } from "./words.js";

const ALREADY_READ_MS = 2000;
const SLOW_MS = 250;
const CAN_BE_UNDONE = ["admitted", "admitted_again", "exited"];

export class Scanning {
  #door;
  #queue;
  #list;
  #finder;
  #typing;
  #verdicts;
  #recent = new Recent();
  #isBusy = false;
  #lastCode = null; // whose verdict is on the screen
  #lastRead = null; // what was read for it: {ticket, l, method} or {deskCode}
  #deskScan = null; // typed, and not yet answered
  #undoable = null; // the last scan that let somebody in or out

  /** `door()` tells {point, gate, salt, direction, closesItself, isSupervisor} as they are now. */
  constructor({ door, queue, list, finder, typing, verdicts }) {
    this.#door = door;
    this.#queue = queue;
    this.#list = list;
    this.#finder = finder;
    this.#typing = typing;
    this.#verdicts = verdicts;
  }

  /** The camera sees this many times a second, for as long as the phone is held up. */
  byCamera(text) {
    if (this.#isBusy || this.#verdicts.isOpen || this.#typing.isOpen) return;
    this.#read(text);
  }

  /** A scanner's key press may go over a welcome, but not over what has to be read. */
  byScanner(text) {
    if (this.#isBusy || (this.#verdicts.isOpen && !this.#verdicts.isGood)) return signal("busy");
    this.#verdicts.close();
    this.#read(text);
  }

  /** @throws what the server or the network has against a desk code */
  async typed({ ticket, deskCode }) {
    this.#lastCode = null;
    await this.#once(() => (ticket ? this.#ticket(ticket, "typed") : this.#deskCode(deskCode)));
  }

  /** A supervisor lets in whom the screen refuses. */
  async letIn(reason) {
    const { ticket, method, deskCode } = this.#lastRead;
    await this.#once(() => (ticket ? this.#ticket(ticket, method, reason) : this.#deskCode(deskCode, reason)));
  }

  /** Takes the last scan back that let somebody in or out. */
  async undo() {
    const target = this.#undoable;
    if (!target || !this.canUndo) return;
    await this.#once(async () => {
      const scan = this.#scan({ voids: target.scan.scan_id, method: target.scan.method });
      scan.point = target.scan.point;
      const { isSupervisor } = this.#door();
      const about = { target, at: momentOf(scan), isSupervisor };
      const { answer, kept } = await this.#send(scan, target.l, () => decideTakingBack(about));
      this.#show({ ...(answer ?? this.#own(kept)), person: target.person && { name: target.person.name } });
    });
  }

  get canUndo() {
    return this.#undoable !== null && serverNow() - momentOf(this.#undoable.scan) < TAKEN_BACK_WITHIN_MS;
  }

  /** The answer to a scan that was saved: in the place of the phone's own, if that is still on the screen. */
  answerLate(answer, { decided, isTakingBack }) {
    const isNews = answer.verdict !== decided?.verdict;
    if (this.#verdicts.isOpen && this.#verdicts.scanId === answer.scan_id) {
      if (isNews) this.#show(answer);
      else this.#verdicts.confirm();
    } else if (isNews) {
      if (!isTakingBack) this.#finder.drawLast(answer, serverNow());
      this.#finder.drawLate(answer);
    }
  }

  /** The verdict was closed; whoever is still holding up that phone has been dealt with. */
  goOn(action) {
    if (this.#lastCode) this.#recent.sees(this.#lastCode);
    this.#finder.focus();
    if (action === "type") this.#typing.open();
  }

  async #read(text) {
    if (this.#recent.sees(text)) return this.#finder.hint("hint-already-read", ALREADY_READ_MS);
    this.#lastCode = text;
    const ticket = readTicket(text);
    if (!ticket) return this.#show({ verdict: "malformed" });
    if (!isSecureContext) return this.#finder.drawTrouble("insecure");
    await this.#once(() => this.#ticket(ticket, "qr"));
  }

  async #once(work) {
    if (this.#isBusy) return;
    this.#isBusy = true;
    const slow = setTimeout(() => this.#finder.drawChecking(true), SLOW_MS);
    try {
      await work();
    } finally {
      clearTimeout(slow);
      this.#finder.drawChecking(false);
      this.#isBusy = false;
    }
  }

  async #ticket(ticket, method, override = "") {
    const salt = fromBase64url(this.#door().salt);
    const l = toBase64url(await lookup(ticket, salt));
    this.#lastRead = { ticket, method };
    const scan = this.#scan({ l, method, override });
    try {
      const person = this.#list.person(l, ticket, salt).catch(() => null); // opened while the server is asked
      const { answer, kept } = await this.#send(scan, l, (own) => this.#decide(scan, own));
      this.#show(answer ?? { ...this.#own(kept), person: await this.#known(person, l) }, { scan, l });
    } catch (error) {
      console.error("The scan could not be kept.", error);
      this.#show({ scan_id: scan.scan_id, verdict: "refused" });
    }
  }

  async #deskCode(code, override = "") {
    const { point, gate } = this.#door();
    this.#lastRead = { deskCode: code };
    // The same scan until it is answered: an answer lost on the way must not admit twice.
    const known = this.#deskScan;
    if (known?.desk_code !== code || known.point !== point.id || known.override !== override) {
      this.#deskScan = this.#scan({ desk_code: code, method: "desk", override });
    }
    const scan = this.#deskScan;
    const answer = await this.#queue.ask(gate, scan);
    this.#deskScan = null;
    this.#show(answer, { scan, l: "" });
  }

  #send(scan, l, decideNow) {
    const date = dateOf(momentOf(scan));
    return this.#queue.send({ gate: this.#door().gate, date, l, scan }, decideNow);
  }

  #decide(scan, own) {
    if (!this.#list.isThere) return null;
    const { point, isSupervisor } = this.#door();
    const at = momentOf(scan);
    return decide({
      ticket: this.#list.find(scan.l),
      days: this.#list.days,
      point,
      direction: scan.direction,
      isOverride: isSupervisor && scan.override !== "",
      at,
      date: dateOf(at),
      there: this.#list.there(scan.l, point.id),
      own,
    });
  }

  /** What the phone itself says: kept, and not yet the server's word. */
  #own({ scan_id: scanId, decided }) {
    const { verdict, first, gate } = decided ?? { verdict: "queued" };
    return { scan_id: scanId, verdict, isSaved: true, first_in_at: first && new Date(first).toISOString(), first_gate: gate };
  }

  async #known(person, l) {
    const entry = this.#list.find(l);
    const known = await person;
    if (!entry || !known) return null;
    const states = statesOf(entry, this.#list.days);
    const days = this.#list.days.map((day, place) => ({ ...day, state: isSeat(states[place]) ? "confirmed" : "" }));
    return { ...known, days };
  }

  /** @returns {import("./shapes.js").Scan} but for its number, which the store gives */
  #scan(what) {
    const { point, direction } = this.#door();
    return {
      scan_id: uuid(),
      point: point.id,
      direction: what.voids ? "in" : direction,
      scanned_at: new Date().toISOString(),
      offset_ms: clockOffset(),
      offline: false,
      override: "",
      ...what,
    };
  }

  /** @param {import("./shapes.js").Answer} answer  @param {{scan: object, l: string}} [about]  what it answers to */
  #show(answer, about) {
    const { point, gate, closesItself, isSupervisor } = this.#door();
    const now = serverNow();
    if (answer.verdict === "admitted" && !answer.replay) point.admitted += 1; // until the server counts again
    if (about) this.#undoable = CAN_BE_UNDONE.includes(answer.verdict) ? { ...about, person: answer.person } : null;
    if (answer.verdict === "voided") this.#undoable = null;
    this.#finder.drawDoor(point, gate);
    this.#finder.drawLast(answer, now);
    this.#finder.drawUndo(this.canUndo);
    if (this.#typing.isOpen) this.#typing.close(); // it would lie over the verdict
    signal(this.#verdicts.show(answer, { point, now, closesItself, isSupervisor }));
  }
}

/** crypto.randomUUID() without the https it asks for. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
