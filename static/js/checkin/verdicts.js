/* A verdict on the screen, over everything but the bar. Its words stand in the templates; here are name, reason, time. */

import { dayAndDate, moment, since, text } from "./words.js";

const CLOSES_AFTER_MS = 2500;
const LONG_NAME = 16; // letters
const GUESTS = ["speaker", "press", "guest", "crew"]; // an attendee is told apart by nothing
const SUPPORT_ICONS = { receiver: "i-head", sign_language: "i-hands", wheelchair: "i-wheel", other: "i-info" };

export class Verdicts {
  #slot;
  #behind;
  #onClose;
  #open = null;

  /**
   * @param {HTMLElement} slot  where a verdict is put
   * @param {HTMLElement[]} behind  what it covers: out of reach while it is there
   * @param {(action: "continue" | "type" | "decide") => void} onClose
   */
  constructor(slot, behind, onClose) {
    this.#slot = slot;
    this.#behind = behind;
    this.#onClose = onClose;
    addEventListener("keydown", (event) => this.#onKey(event));
  }

  /** The scan whose verdict is on the screen, or null. */
  get scanId() {
    return this.#open?.scanId ?? null;
  }

  get isOpen() {
    return this.#open !== null;
  }

  /** Good news may be followed by the next scan at once; bad news has to be read. */
  get isGood() {
    return ["ok", "out"].includes(this.#open?.look);
  }

  /**
   * Shows it until somebody goes on, or by itself when it is good news and `closesItself`.
   * @param {import("./shapes.js").Answer} answer
   * @param {{point: import("./shapes.js").Point, now: Date, closesItself: boolean, isSupervisor: boolean}} context
   * @returns {string} how it looks and sounds
   */
  show(answer, { point, now, closesItself, isSupervisor }) {
    this.#open?.timer?.cancel();
    const section = draw(answer, point, now);
    if (!isSupervisor) section.querySelector('[data-action="decide"]')?.remove();
    const { look } = section.dataset;
    this.#open = { scanId: answer.scan_id, look, timer: null };
    for (const element of this.#behind) element.inert = true;
    this.#slot.replaceChildren(section);
    for (const button of section.querySelectorAll("[data-action]")) {
      button.addEventListener("click", () => this.close(button.dataset.action));
    }
    section.querySelector("button").focus({ preventScroll: true });
    const bar = section.querySelector(".verdict__timer");
    if (bar && closesItself) this.#runOut(section, bar);
    else bar?.remove();
    return look;
  }

  /** The server says the same as the phone. */
  confirm() {
    this.#slot.querySelector("[data-saved]")?.remove();
  }

  close(action = "continue") {
    if (!this.#open) return;
    this.#open.timer?.cancel();
    this.#open = null;
    this.#slot.replaceChildren();
    for (const element of this.#behind) element.inert = false;
    this.#onClose(action);
  }

  /** The bar that is seen to run out is the timer itself. Any touch or key but "continue" holds it. */
  #runOut(section, bar) {
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const timer = bar.firstElementChild.animate([{ transform: "scaleX(1)" }, { transform: "scaleX(0)" }], {
      duration: CLOSES_AFTER_MS,
      easing: isCalm ? "steps(5)" : "linear",
      fill: "forwards",
    });
    timer.onfinish = () => this.close();
    this.#open.timer = timer;
    section.addEventListener("pointerdown", () => this.#hold());
  }

  #hold() {
    this.#open?.timer?.pause();
    this.#slot.firstElementChild?.classList.add("is-held");
  }

  #onKey(event) {
    if (!this.#open || event.target.closest?.("dialog")) return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && !this.#slot.contains(event.target)) {
      event.preventDefault();
      this.close();
    } else if (event.key !== "Enter") {
      this.#hold();
    }
  }
}

/** A verdict's word in the page's language, for one line of text. */
export function wordOf(verdict) {
  const section = templateOf(verdict).content.firstElementChild;
  return section.querySelector(`[lang="${document.documentElement.lang}"]`).textContent;
}

export function lookOf(verdict) {
  return templateOf(verdict).content.firstElementChild.dataset.look;
}

/** A word this page has never heard of, from a server newer than it, must never look like a welcome. */
function templateOf(verdict) {
  const templates = [...document.querySelectorAll("template[data-verdict]")];
  return templates.find((template) => template.dataset.verdict === verdict) ?? document.querySelector('[data-verdict="refused"]');
}

function draw(answer, point, now) {
  const section = templateOf(answer.verdict).content.firstElementChild.cloneNode(true);
  const { person } = answer;
  fill(section, "why", reasons(answer, point, now));
  fill(section, "name", person ? [person.name] : []);
  section.querySelector('[data-slot="name"]').classList.toggle("verdict__name--long", person?.name.length > LONG_NAME);
  fill(section, "organisation", person ? [about(person)] : []);
  const chips = (person?.support ?? []).map(chip).filter(Boolean);
  if (answer.isSaved) chips.push(savedChip());
  section.querySelector('[data-slot="support"]').append(...chips);
  for (const slot of section.querySelectorAll("[data-slot]:empty")) slot.remove();
  return section;
}

function fill(section, slot, lines) {
  const element = section.querySelector(`[data-slot="${slot}"]`);
  for (const line of lines.filter(Boolean)) {
    if (element.hasChildNodes()) element.append(document.createElement("br"));
    element.append(line);
  }
}

/** When, where, which day: one or two lines. */
function reasons(answer, point, now) {
  if (answer.verdict === "already_in" && answer.first_in_at) {
    const firstIn = new Date(answer.first_in_at);
    const values = { when: moment(firstIn, now), gate: answer.first_gate };
    return [text(answer.first_gate ? "in-when-where" : "in-when", values), since(firstIn, now)];
  }
  if (answer.verdict === "wrong_day") {
    const days = (answer.person?.days ?? []).filter((day) => day.state === "confirmed");
    return [
      days.length > 0 && text("ticket-for", { days: days.map(dayAndDate).join(", ") }),
      point.day && text("door-for", { day: dayAndDate(point.day) }),
    ];
  }
  if (answer.cancelled_at) return [text("cancelled-when", { when: moment(new Date(answer.cancelled_at), now) })];
  return [];
}

function about(person) {
  const days = (person.days ?? []).filter((day) => day.state === "confirmed").map((day) => text("day", day));
  const category = GUESTS.includes(person.category) && text(`category-${person.category}`);
  return [category, person.organisation, ...days].filter(Boolean).join(" · ");
}

function chip(support) {
  return support in SUPPORT_ICONS ? labelled(SUPPORT_ICONS[support], text(`support-${support}`)) : null;
}

/** Not confirmed by the server yet. */
function savedChip() {
  const element = labelled("i-cloud", text("saved"));
  element.dataset.saved = "";
  return element;
}

function labelled(icon, words) {
  const element = document.getElementById("chip").content.firstElementChild.cloneNode(true);
  element.querySelector("use").setAttribute("href", `#${icon}`);
  element.append(words);
  return element;
}
