/* The sheet where a code is typed: a whole ticket code, or the eight characters for the desk. */

import { Refusal } from "./api.js";
import { readDeskCode, readTicket } from "./codec.js";
import { text } from "./words.js";

export class Typing {
  #dialog = document.getElementById("typing");
  #input = document.getElementById("code");
  #error = document.getElementById("code-error");
  #status = document.getElementById("code-status");
  #isBusy = false;

  /** `onCode({ticket, deskCode})` is given one of the two and shows the verdict; what it throws is told at the field. */
  constructor(onCode) {
    this.onCode = onCode;
    this.#dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#dialog.querySelector("[data-close]").addEventListener("click", () => this.close());
  }

  get isOpen() {
    return this.#dialog.open;
  }

  open() {
    this.#input.value = "";
    this.#complain("");
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#input.focus();
  }

  close() {
    this.#dialog.close();
  }

  async #submit() {
    if (this.#isBusy) return;
    const typed = this.#input.value;
    const ticket = readTicket(typed);
    const deskCode = ticket ? null : readDeskCode(typed);
    if (!ticket && !deskCode) return this.#complain(text("code-form"));
    if (ticket && !isSecureContext) return this.#complain(text("code-insecure"));
    this.#isBusy = true;
    this.#status.textContent = text("hint-checking");
    try {
      await this.onCode({ ticket, deskCode });
    } catch (error) {
      this.#complain(explain(error));
    } finally {
      this.#isBusy = false;
      this.#status.textContent = "";
    }
  }

  #complain(sentence) {
    document.getElementById("code-error-text").textContent = sentence;
    this.#error.hidden = !sentence;
    this.#input.toggleAttribute("aria-invalid", Boolean(sentence));
    if (sentence) this.#input.focus();
  }
}

/** What to tell somebody whose code could not be asked about. */
export function explain(error) {
  if (!(error instanceof Refusal)) return text("code-offline");
  if (error.code === "rate_limited") return text("code-too-many", { seconds: error.retryAfter ?? 60 });
  if (error.status === 401 || error.status === 403) return text("signed-out");
  return text("code-busy");
}
