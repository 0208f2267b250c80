/* Between a scan and the network. A scan is kept first, then sent, and sent again until the server has answered.
   Two tabs may send the same scan: the server counts it once, so nothing has to be locked. */

import { Refusal, sendScans } from "./api.js";

const BATCH = 100;
const PATIENCE_MS = 3000; // somebody stands in front of the steward
const PATIENCE_OFFLINE_MS = 1200; // the last call failed, so this one probably will
const RETRY_MS = { first: 2000, last: 60_000 };

export class Queue {
  online = true;
  waiting = 0; // scans without an answer
  refused = 0; // scans the server would not take
  others = 0; // scans that somebody else made on this phone
  #store;
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
   * @param {{onChange: () => void, onLateAnswer: (answer: import("./shapes.js").Answer) => void, onSignedOut: (refusal: Refusal) => void}} tell
   */
  constructor(store, tell) {
    this.#store = store;
    this.#tell = tell;
    addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden || this.flush());
  }

  /** The server has said who we are: from now on we can send. @param {import("./shapes.js").State} state */
  async identify(state) {
    const isNew = this.#device !== state.device.uuid;
    this.#owner = state.device.label;
    this.#device = state.device.uuid;
    this.#last = isNew ? state.last_seq : Math.max(this.#last, state.last_seq);
    if (isNew) await this.#store.adopt(this.#owner, this.#device, this.#last);
    this.noteReach(true);
    await this.#count();
    this.flush();
  }

  noteReach(online) {
    const isNews = online !== this.online;
    this.online = online;
    if (online) this.#delay = RETRY_MS.first;
    if (isNews) this.#tell.onChange();
  }

  /**
   * Keeps the scan and asks the server. Null when no answer came in time: the scan then is sent again until
   * there is one, which goes to onLateAnswer.
   * @returns {Promise<import("./shapes.js").Answer | null>}
   */
  async send(gate, scan) {
    const kept = await this.#store.keep({ owner: this.#owner, device: this.#device, gate, scan }, this.#last);
    const answer = new Promise((resolve) => this.#awaited.set(scan.scan_id, resolve));
    const patience = this.online ? PATIENCE_MS : PATIENCE_OFFLINE_MS;
    setTimeout(() => this.#answerTo(scan.scan_id, null), patience);
    // By itself, so that the person at the door does not wait for the backlog.
    this.#post([kept]).then((isAnswered) => {
      this.#answerTo(scan.scan_id, null);
      if (isAnswered) this.flush();
    });
    return answer;
  }

  /**
   * Asks once and keeps nothing: for desk codes, which may not stay on a phone. Throws Refusal or Unreachable;
   * to try again, hand in the same scan.
   */
  async ask(gate, scan) {
    scan.seq ??= await this.#store.nextSeq(this.#device, this.#last);
    try {
      const { items } = await sendScans(gate, [scan]);
      this.noteReach(true);
      return items[0] ?? refusedAnswer(scan);
    } catch (error) {
      if (error instanceof Refusal) this.#noteSignedOut(error);
      else this.noteReach(false);
      throw error;
    }
  }

  /** Sends what waits, the newest first, until nothing is left or the network fails. */
  async flush() {
    if (this.#isFlushing || !this.#device) return;
    this.#isFlushing = true;
    clearTimeout(this.#timer);
    try {
      let batch = await this.#nextBatch();
      while (batch.length > 0 && (await this.#post(batch))) batch = await this.#nextBatch();
    } finally {
      this.#isFlushing = false;
    }
  }

  async #nextBatch() {
    const mine = (await this.#store.all()).filter((kept) => kept.owner === this.#owner);
    const ready = mine.filter((kept) => !kept.refused && !this.#sending.has(kept.scan_id));
    return ready.filter((kept) => kept.gate === ready[0].gate).slice(0, this.#limit);
  }

  /** True when the server dealt with the batch, so that the next one makes sense. */
  async #post(batch) {
    for (const kept of batch) this.#sending.add(kept.scan_id);
    try {
      const answer = await sendScans(batch[0].gate, batch.map((kept) => kept.scan));
      this.#last = Math.max(this.#last, answer.last_seq ?? 0);
      this.#limit = BATCH;
      this.noteReach(true);
      await this.#settle(answer.items);
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

  async #settle(answers) {
    await this.#store.forget(answers.map((answer) => answer.scan_id));
    for (const answer of answers) {
      if (!this.#answerTo(answer.scan_id, answer)) this.#tell.onLateAnswer(answer);
    }
  }

  async #cope(batch, error) {
    const isRefused = error instanceof Refusal;
    if (isRefused && [400, 413].includes(error.status)) {
      if (batch.length > 1) {
        this.#limit = Math.ceil(batch.length / 2); // one of them is at fault: find it by halving
        return true;
      }
      await this.#store.setAside(batch[0]);
      this.#limit = BATCH;
      this.#answerTo(batch[0].scan_id, refusedAnswer(batch[0].scan));
      return true;
    }
    if (isRefused && this.#noteSignedOut(error)) return false;
    this.noteReach(false);
    this.#retryAfter(isRefused ? error.retryAfter : null);
    return false;
  }

  #noteSignedOut(refusal) {
    const isSignedOut = [401, 403].includes(refusal.status);
    if (isSignedOut) this.#tell.onSignedOut(refusal);
    return isSignedOut;
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
    const all = await this.#store.all();
    const mine = all.filter((kept) => kept.owner === this.#owner);
    this.others = all.length - mine.length;
    this.refused = mine.filter((kept) => kept.refused).length;
    this.waiting = mine.length - this.refused;
    this.#tell.onChange();
  }
}

/** Not a word of the server's: the page's own for "ask the desk". */
function refusedAnswer(scan) {
  return { scan_id: scan.scan_id, verdict: "refused" };
}
