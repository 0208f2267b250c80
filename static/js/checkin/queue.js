/* Between a scan and the network. A scan is kept first, then sent, and sent again until the server has answered.
   Two tabs may send the same scan: the server counts it once. */

import { Refusal, phone, sendScans, serverNow } from "./api.js";

const BATCH = 100;
const PATIENCE_MS = 1200; // somebody stands in front of the steward
const RETRY_MS = { first: 1000, last: 60_000 };

export class Queue {
  waiting = 0; // scans without an answer
  refused = 0; // scans the server would not take
  others = 0; // scans that a steward made on this phone, who is not signed in now
  #store;
  #connection;
  #tell;
  #owner = null;
  #device = null;
  #last = 0; // the highest number of this device that the server knows
  #limit = BATCH;
  #sending = new Set();
  #awaited = new Map();
  #isFlushing = false;
  #delay = RETRY_MS.first;
  #timer = 0;

  /**
   * @param {object} store  of openStore()
   * @param {import("./connection.js").Connection} connection
   * @param {{onChange: () => void, onLateAnswer: (answer: import("./shapes.js").Answer) => void, onRefusal: (refusal: Refusal) => void}} tell
   */
  constructor(store, connection, tell) {
    this.#store = store;
    this.#connection = connection;
    this.#tell = tell;
  }

  /** Whose scans these are, by what the phone knows of itself. A new device takes over what its owner has not sent. */
  async identify({ owner, device, last }) {
    const isNew = this.#device !== device;
    this.#owner = owner;
    this.#device = device;
    this.#last = isNew ? last : Math.max(this.#last, last);
    if (isNew) await this.#store.adopt(owner, device, this.#last);
    await this.#count();
    this.flush();
  }

  /**
   * Keeps the scan, and asks the server if it is there. What comes back is its answer, or what the phone decided
   * (`isSaved`) where no answer came in time: the scan then is sent until there is one, which goes to onLateAnswer.
   * @param {{gate: string, date: string, l: string, scan: object}} entry
   * @param {(own: import("./store.js").Kept[]) => import("./shapes.js").Decided | null} decide
   * @returns {Promise<{answer: import("./shapes.js").Answer | null, kept: import("./store.js").Kept}>}
   */
  async send(entry, decide) {
    const isAlone = !this.#connection.isThere;
    const scan = { ...entry.scan, offline: isAlone };
    const kept = await this.#store.keep({ ...entry, owner: this.#owner, device: this.#device, scan }, this.#last, decide);
    if (isAlone) {
      this.#count();
      return { answer: null, kept };
    }
    const answer = await this.#askInTime(kept);
    if (!answer) {
      await this.#store.answerByPhone(kept.scan_id);
      this.#count();
    }
    return { answer, kept };
  }

  /**
   * Asks once and keeps nothing: for desk codes, which may not stay on a phone. Throws Refusal or Unreachable;
   * to try again, hand in the same scan.
   */
  async ask(gate, scan) {
    scan.seq ??= await this.#store.nextSeq(this.#device, this.#last);
    try {
      const { items } = await this.#connection.hear(() => sendScans(gate, [scan]));
      await this.#store.took(this.#device, scan.seq);
      return items[0] ?? refusedAnswer(scan);
    } catch (error) {
      if (error instanceof Refusal) this.#tell.onRefusal(error);
      throw error;
    }
  }

  /** Sends what waits, the oldest first, until nothing is left or the network fails. One tab at a time. */
  async flush() {
    if (this.#isFlushing || !this.#device) return;
    this.#isFlushing = true;
    clearTimeout(this.#timer);
    try {
      if (navigator.locks) await navigator.locks.request("forum-checkin-send", { ifAvailable: true }, (lock) => lock && this.#drain());
      else await this.#drain();
    } finally {
      this.#isFlushing = false;
    }
  }

  async #drain() {
    let batch = await this.#nextBatch();
    while (batch.length > 0 && (await this.#post(batch))) batch = await this.#nextBatch();
  }

  async #nextBatch() {
    const ready = (await this.#mine()).filter((kept) => !kept.refused && !this.#sending.has(kept.scan_id));
    return ready.filter((kept) => kept.gate === ready[0].gate).slice(0, this.#limit);
  }

  async #mine() {
    return (await this.#store.waiting()).filter((kept) => kept.owner === this.#owner);
  }

  /** By itself, so that the person at the door does not wait for the backlog. */
  #askInTime(kept) {
    const answer = new Promise((resolve) => this.#awaited.set(kept.scan_id, resolve));
    setTimeout(() => {
      if (this.#answerTo(kept.scan_id, null)) this.#connection.failed(); // too late is as good as never
    }, PATIENCE_MS);
    this.#post([kept]).then((isAnswered) => {
      this.#answerTo(kept.scan_id, null);
      if (isAnswered) this.flush();
    });
    return answer;
  }

  /** True when the server dealt with the batch, so that the next one makes sense. */
  async #post(batch) {
    for (const kept of batch) this.#sending.add(kept.scan_id);
    try {
      const answer = await this.#connection.hear(() => sendScans(batch[0].gate, batch.map((kept) => kept.scan)));
      this.#last = Math.max(this.#last, answer.last_seq ?? 0);
      this.#limit = BATCH;
      this.#delay = RETRY_MS.first;
      await this.#settle(batch, answer.items);
      return this.#isComplete(batch, answer.items);
    } catch (error) {
      return await this.#cope(batch, error);
    } finally {
      for (const kept of batch) this.#sending.delete(kept.scan_id);
      await this.#count();
    }
  }

  /** What the server left out is asked for again, but later: not in a loop. */
  #isComplete(batch, answers) {
    const isComplete = answers.length >= batch.length;
    if (!isComplete) this.#retryAfter(null);
    return isComplete;
  }

  async #settle(batch, answers) {
    await this.#store.settle(answers, serverNow().getTime());
    for (const answer of answers) {
      if (this.#answerTo(answer.scan_id, answer)) continue;
      const { decided, scan } = batch.find((kept) => kept.scan_id === answer.scan_id) ?? {};
      this.#tell.onLateAnswer(answer, { decided, isTakingBack: Boolean(scan?.voids) });
    }
  }

  async #cope(batch, error) {
    const isRefused = error instanceof Refusal;
    if (isRefused && [400, 413].includes(error.status)) return this.#halve(batch);
    if (isRefused) this.#tell.onRefusal(error);
    if (!isRefused || ![401, 403].includes(error.status)) this.#retryAfter(isRefused ? error.retryAfter : null);
    return false;
  }

  /** One of them is at fault: found by halving, set aside, and the rest goes on. */
  async #halve(batch) {
    if (batch.length > 1) {
      this.#limit = Math.ceil(batch.length / 2);
      return true;
    }
    await this.#store.setAside(batch[0]);
    this.#limit = BATCH;
    this.#answerTo(batch[0].scan_id, refusedAnswer(batch[0].scan));
    return true;
  }

  #retryAfter(seconds) {
    const wait = seconds === null ? this.#delay * (0.5 + Math.random() / 2) : seconds * 1000;
    this.#delay = Math.min(this.#delay * 2, RETRY_MS.last);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), wait);
  }

  /** True when somebody still waited for it. */
  #answerTo(scanId, answer) {
    const resolve = this.#awaited.get(scanId);
    if (!resolve) return false;
    this.#awaited.delete(scanId);
    resolve(answer);
    return true;
  }

  async #count() {
    const all = await this.#store.waiting();
    const mine = all.filter((kept) => kept.owner === this.#owner);
    this.others = all.length - mine.length;
    this.refused = mine.filter((kept) => kept.refused).length;
    this.waiting = mine.length - this.refused;
    phone.unsent = this.waiting + this.refused;
    this.#tell.onChange();
  }
}

/** Not a word of the server's: the page's own for "ask the desk". */
function refusedAnswer(scan) {
  return { scan_id: scan.scan_id, verdict: "refused" };
}
