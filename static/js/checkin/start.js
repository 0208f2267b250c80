/* The first screen: which door this is. Its button is the touch that lets a page use sound and camera. */

import { dayAndDate, local, text } from "./words.js";

const REMEMBERED = "forum-checkin-door";

export class Start {
  #screen = document.getElementById("start");
  #form = document.getElementById("door");
  #alert = document.getElementById("start-alert");

  constructor(onStart) {
    document.getElementById("insecure").hidden = isSecureContext;
    document.body.classList.toggle("is-insecure", !isSecureContext);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.#form.dataset.isReady || !this.#hasGate()) return;
      remember({ gate: this.gate, closesItself: this.closesItself });
      onStart();
    });
  }

  get gate() {
    return this.#form.elements.gate.value.trim();
  }

  get pointId() {
    return Number(this.#form.elements.point.value);
  }

  get closesItself() {
    return this.#form.elements.closes.checked;
  }

  get isShown() {
    return !this.#screen.hidden;
  }

  show(isShown) {
    this.#screen.hidden = !isShown;
    if (isShown) document.getElementById("begin").focus();
  }

  /** What this phone holds to go on with when the network breaks off. Null: nothing yet. */
  drawList(size) {
    const words = size === null ? text("list-none") : text("list-size", { count: size });
    const line = document.getElementById("list-size");
    if (line.textContent !== words) line.textContent = words;
  }

  /** Offers the points, today's chosen; keeps a choice that was made. Says what this phone is. @param {import("./shapes.js").State} state */
  offer(state) {
    const { point, gate, closes } = this.#form.elements;
    document.getElementById("edition").textContent = local(state.edition.name);
    for (const label of document.querySelectorAll("[data-label]")) label.textContent = state.device.label;
    const chosen = Number(point.value) || (state.points.find((one) => one.is_today) ?? state.points[0])?.id;
    point.replaceChildren(...state.points.map((one) => new Option(nameOf(one, state.points), one.id, false, one.id === chosen)));
    if (!this.#form.dataset.isReady) {
      const door = remembered();
      gate.value = state.device.gate || door.gate || "";
      closes.checked = door.closesItself ?? true;
    }
    if (state.points.length > 0) this.#form.dataset.isReady = "true";
    document.getElementById("begin").disabled = state.points.length === 0;
    this.tell(state.points.length > 0 ? null : "no-points");
  }

  /** Says why nothing can start yet (a paragraph of the page by its name), or that all is well (null). */
  tell(trouble) {
    for (const paragraph of this.#alert.querySelectorAll("[data-trouble]")) {
      paragraph.hidden = paragraph.dataset.trouble !== trouble;
    }
    this.#alert.hidden = trouble === null;
  }

  #hasGate() {
    const error = document.getElementById("gate-error");
    const { gate } = this.#form.elements;
    error.hidden = this.gate !== "";
    gate.toggleAttribute("aria-invalid", !this.gate);
    if (!this.gate) gate.focus();
    return this.gate !== "";
  }
}

function nameOf(point, points) {
  if (!point.day) return local(point.name);
  const isOnlyOne = points.filter((other) => other.day?.number === point.day.number).length === 1;
  const name = isOnlyOne ? dayAndDate(point.day) : `${dayAndDate(point.day)} · ${local(point.name)}`;
  return point.is_today ? text("point-today", { name }) : name;
}

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(REMEMBERED)) ?? {};
  } catch {
    return {};
  }
}

function remember(door) {
  try {
    localStorage.setItem(REMEMBERED, JSON.stringify(door));
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}
