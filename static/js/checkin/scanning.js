/* From a code to its verdict, one person at a time. */

import { clockOffset, serverNow } from "./api.js";
import { fromBase64url, lookup, readTicket, toBase64url } from "./codec.js";
import { signal } from "./feedback.js";
import { Recent } from "./recent.js";

const ALREADY_READ_MS = 2000;
const SLOW_MS = 250;

export class Scanning {
  #door;
  #queue;
  #finder;
  #typing;
  #verdicts;
  #recent = new Recent();
  #isBusy = false;
  #lastCode = null; // whose verdict is on the screen
  #deskScan = null; // typed, and not yet answered

  /** `door()` tells {point, gate, salt, closesItself} as they are now. */
  constructor({ door, queue, finder, typing, verdicts }) {
    this.#door = door;
    this.#queue = queue;
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

  /** The answer to a scan that was saved: in the place of "saved", if that is still on the screen. */
  answerLate(answer) {
    if (this.#verdicts.isOpen && this.#verdicts.scanId === answer.scan_id) return this.#show(answer);
    this.#finder.drawLast(answer, serverNow());
    this.#finder.drawLate(answer);
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

  async #ticket(ticket, method) {
    const { gate, salt } = this.#door();
    const l = toBase64url(await lookup(ticket, fromBase64url(salt)));
    const scan = this.#scan({ l, method });
    try {
      this.#show((await this.#queue.send(gate, scan)) ?? { scan_id: scan.scan_id, verdict: "queued" });
    } catch (error) {
      console.error("The scan could not be kept.", error);
      this.#show({ scan_id: scan.scan_id, verdict: "refused" });
    }
  }

  async #deskCode(code) {
    const { point, gate } = this.#door();
    // The same scan until it is answered: an answer lost on the way must not admit twice.
    if (this.#deskScan?.desk_code !== code || this.#deskScan.point !== point.id) {
      this.#deskScan = this.#scan({ desk_code: code, method: "desk" });
    }
    const answer = await this.#queue.ask(gate, this.#deskScan);
    this.#deskScan = null;
    this.#show(answer);
  }

  /** @returns {import("./shapes.js").Scan} but for its number, which the queue gives */
  #scan(what) {
    return {
      scan_id: uuid(),
      point: this.#door().point.id,
      direction: "in",
      scanned_at: new Date().toISOString(),
      offset_ms: clockOffset(),
      offline: false,
      ...what,
    };
  }

  /** @param {import("./shapes.js").Answer} answer */
  #show(answer) {
    const { point, gate, closesItself } = this.#door();
    const now = serverNow();
    if (answer.verdict === "admitted" && !answer.replay) point.admitted += 1; // until the server counts again
    this.#finder.drawDoor(point, gate);
    this.#finder.drawLast(answer, now);
    if (this.#typing.isOpen) this.#typing.close(); // it would lie over the verdict
    signal(this.#verdicts.show(answer, { point, now, closesItself }));
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
