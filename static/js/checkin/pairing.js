/* Makes this browser a scanner: by the code in the address (after the #, where no server sees it), or by a typed one. */

import { Refusal } from "./api.js";
import { normalise } from "./codec.js";
import { text } from "./words.js";

const DIGITS = 10;
const FRAGMENT = "#pair=";

export class Pairing {
  #screen = document.getElementById("pairing");
  #input = document.getElementById("pairing-code");
  #status = document.getElementById("pairing-status");

  /** @param {(code: string) => Promise<void>} pair  throws what the server or the network has against it */
  constructor(pair) {
    this.pair = pair;
    document.getElementById("pairing-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.hand(this.#input.value);
    });
  }

  get isShown() {
    return !this.#screen.hidden;
  }

  show(isShown) {
    this.#screen.hidden = !isShown;
  }

  /** Why this phone has to be paired again (a paragraph of the page by its name), or null. */
  tell(reason) {
    for (const note of this.#screen.querySelectorAll("[data-over]")) note.hidden = note.dataset.over !== reason;
  }

  /** What was not sent when the phone's time ended. */
  drawUnsent(count) {
    const line = document.getElementById("pairing-unsent");
    line.hidden = count === 0;
    line.textContent = text("pairing-unsent", { count });
  }

  /** The code in the address, if there is one. It is a secret, and used up in a moment: it does not stay there. */
  static takeCode() {
    if (!location.hash.startsWith(FRAGMENT)) return null;
    const code = decodeURIComponent(location.hash.slice(FRAGMENT.length));
    history.replaceState(null, "", location.pathname + location.search);
    return code;
  }

  async hand(typed) {
    const code = normalise(typed);
    this.#input.value = code;
    if (code.length !== DIGITS) return this.#complain(text("pairing-short"));
    this.#complain("");
    this.#status.textContent = text("pairing-now");
    try {
      await this.pair(code);
      this.#input.value = "";
    } catch (error) {
      this.#complain(error instanceof Refusal ? error.message : text("pairing-unreachable"));
    } finally {
      this.#status.textContent = "";
    }
  }

  #complain(sentence) {
    document.getElementById("pairing-error-text").textContent = sentence;
    document.getElementById("pairing-error").hidden = !sentence;
    this.#input.toggleAttribute("aria-invalid", Boolean(sentence));
    if (sentence) this.#input.focus();
  }
}
