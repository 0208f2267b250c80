/* People hold their phone still: a code is one reading until it has been out of sight for a while. */

const FORGOTTEN_AFTER_MS = 8000;

export class Recent {
  #seen = new Map();

  /** True when this code was in sight a moment ago. Seeing it again starts its time anew. */
  sees(code) {
    const now = performance.now();
    const isRecent = now - (this.#seen.get(code) ?? -Infinity) < FORGOTTEN_AFTER_MS;
    this.#seen.set(code, now);
    if (this.#seen.size > 50) this.#seen.delete(this.#seen.keys().next().value);
    return isRecent;
  }
}
