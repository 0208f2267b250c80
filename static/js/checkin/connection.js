/* Whether the server is there. One failure is none: two of the last five make it away, and two quick answers in a row
   make it there again. What the browser thinks of its network is only a reason to ask. */

const LAST = 5, FAILURES = 2, SUCCESSES = 2;
const QUICK_MS = 1000;
const PROBE_MS = { there: 15_000, doubtful: 1000, away: 5000 };

export class Connection {
  isThere = true;
  #history = [];
  #good = 0;
  #probe;
  #onChange;
  #timer = 0;

  /**
   * @param {() => Promise<void>} probe  asks the server something by way of hear()
   * @param {() => void} onChange
   */
  constructor(probe, onChange) {
    this.#probe = probe;
    this.#onChange = onChange;
  }

  start() {
    for (const event of ["online", "offline"]) addEventListener(event, () => this.ask());
    document.addEventListener("visibilitychange", () => document.hidden || this.ask());
    this.#later();
  }

  /** Makes a call, passes on what becomes of it, and learns from it. A refusal is an answer, unless it is of no use. */
  async hear(call) {
    const began = performance.now();
    try {
      const answer = await call();
      this.#note(true, performance.now() - began < QUICK_MS);
      return answer;
    } catch (error) {
      this.#note(Boolean(error.isReachable), performance.now() - began < QUICK_MS);
      throw error;
    }
  }

  /** There was no answer in time. */
  failed() {
    this.#note(false, false);
  }

  async ask() {
    clearTimeout(this.#timer);
    try {
      await this.#probe();
    } finally {
      this.#later();
    }
  }

  #note(isGood, isQuick) {
    const wasThere = this.isThere;
    this.#history = [...this.#history, isGood].slice(-LAST);
    this.#good = isGood && isQuick ? this.#good + 1 : 0;
    if (this.isThere) {
      this.isThere = this.#history.filter((each) => !each).length < FAILURES;
    } else if (this.#good >= SUCCESSES) {
      this.isThere = true;
      this.#history = [];
    }
    if (wasThere && !this.isThere) this.#good = 0;
    if (this.isThere !== wasThere) this.#onChange();
    this.#later();
  }

  #later() {
    clearTimeout(this.#timer);
    const isDoubtful = this.isThere ? this.#history.at(-1) === false : this.#good > 0;
    this.#timer = setTimeout(() => this.ask(), isDoubtful ? PROBE_MS.doubtful : this.isThere ? PROBE_MS.there : PROBE_MS.away);
  }
}
