/* The sheet on which a supervisor says why somebody is let in whom the ticket does not. */

export class Overriding {
  #dialog = document.getElementById("overriding");
  #reason = document.getElementById("reason");
  #error = document.getElementById("reason-error");

  /** `onReason(reason)` is called when there is one. What it throws is told at the field. */
  constructor(onReason, explain) {
    this.onReason = onReason;
    this.explain = explain;
    this.#dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#hand(this.#reason.value.trim());
    });
    for (const button of this.#dialog.querySelectorAll("[data-reason]")) {
      button.addEventListener("click", () => this.#hand(button.textContent.trim()));
    }
    this.#dialog.querySelector("[data-close]").addEventListener("click", () => this.close());
  }

  get isOpen() {
    return this.#dialog.open;
  }

  open() {
    this.#reason.value = "";
    this.#complain("");
    this.#dialog.showModal();
  }

  close() {
    this.#dialog.close();
  }

  async #hand(reason) {
    if (!reason) return this.#complain(this.#error.dataset.missing);
    this.#complain("");
    try {
      await this.onReason(reason);
      this.close();
    } catch (error) {
      this.#complain(this.explain(error));
    }
  }

  #complain(sentence) {
    document.getElementById("reason-error-text").textContent = sentence;
    this.#error.hidden = !sentence;
    this.#reason.toggleAttribute("aria-invalid", Boolean(sentence));
    if (sentence) this.#reason.focus();
  }
}
