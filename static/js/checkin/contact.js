/* This phone and the site: what it is, what it holds, whether it still may. The site's word counts where it is heard,
   the phone's memory where not. */

import { ping, serverNow } from "./api.js";
import { Connection } from "./connection.js";
import { Identity, isTheEnd } from "./identity.js";
import { List } from "./list.js";
import { Queue } from "./queue.js";
import { dateOf, setTimezone } from "./words.js";

const REFRESH_MS = 30_000;
const LOOK_MS = 20_000; // at the clock: is our time over, how old is the list?
const WIPE_AGAIN_MS = 5000;
const ANSWERED_STAY_MS = 36 * 3_600_000;

export class Contact {
  identity;
  list;
  connection;
  queue;
  #store;
  #tell;
  #refreshTimer = 0;

  /**
   * @param {object} store  of openStore()
   * @param {object} tell
   * @param {() => void} tell.onChange  of what the banner says
   * @param {(state: import("./shapes.js").State) => void} tell.onState  the site has said what this phone is
   * @param {(reason: string) => void} tell.onOver  it may not scan any more: device_revoked, device_expired, not_paired, wiped
   * @param {(trouble: "unreachable" | "not-yet") => void} tell.onTrouble  nothing is known yet
   * @param {() => void} tell.onOld  the site asks for a newer page
   * @param {(answer: import("./shapes.js").Answer, about: object) => void} tell.onLateAnswer
   */
  constructor(store, tell) {
    this.#store = store;
    this.#tell = tell;
    this.identity = new Identity(store);
    this.list = new List(store, dateOf);
    this.connection = new Connection(() => this.#probe(), () => this.#reached());
    this.queue = new Queue(store, this.connection, {
      onChange: tell.onChange,
      onLateAnswer: tell.onLateAnswer,
      onRefusal: (error) => this.#refused(error),
    });
  }

  get state() {
    return this.identity.state;
  }

  /** How old the list is, in whole minutes; null without one. */
  get listAge() {
    const { checkedAt } = this.list;
    return checkedAt === null ? null : Math.max(0, Math.floor((serverNow() - checkedAt) / 60_000));
  }

  /** What this phone knew when it was switched off. @returns {Promise<boolean>} whether it is, was or has just become a device */
  async restore() {
    await this.identity.restore();
    if (this.state) {
      setTimezone(this.state.edition.timezone);
      await this.list.restore();
      this.#tell.onState(this.state);
    } else {
      await this.list.erase(); // our time was over before we started
    }
    if (this.identity.mark) await this.queue.identify(this.identity.mark);
    await this.#store.forgetAnswered(serverNow() - ANSWERED_STAY_MS);
    return this.state !== null || this.identity.mark !== null || "device" in document.body.dataset;
  }

  /** From now on asks from time to time, and looks at the clock. */
  start() {
    this.connection.start();
    setInterval(() => this.look(), LOOK_MS);
  }

  /** Throws what the site or the network has against the code. */
  async pair(code) {
    await this.identity.pair(code);
    await this.list.erase(); // of what this phone was before
    await this.#known();
    this.refresh();
  }

  async refresh() {
    clearTimeout(this.#refreshTimer);
    try {
      await this.connection.hear(() => this.identity.refresh());
      await this.#known();
      await this.#obey(this.state.commands);
      if (this.state) await this.connection.hear(() => this.list.refresh());
    } catch (error) {
      await this.#refused(error);
      if (!this.state && !isTheEnd(error) && error.code !== "device_not_yet") this.#tell.onTrouble("unreachable");
    }
    this.#tell.onChange();
    clearTimeout(this.#refreshTimer); // two may have run at once
    if (this.state || !this.identity.mark) this.#refreshTimer = setTimeout(() => this.refresh(), REFRESH_MS);
  }

  /** Without a network, too, our time ends when it ends. */
  look() {
    if (this.identity.isOver) this.#over("device_expired");
    this.#tell.onChange();
  }

  async #known() {
    setTimezone(this.state.edition.timezone);
    this.#tell.onState(this.state);
    await this.queue.identify(this.identity.mark);
  }

  /** A phone whose time is over only sends what it still has. */
  async #probe() {
    if (!this.state) return this.queue.waiting > 0 ? this.queue.flush() : undefined;
    try {
      const { commands } = await this.connection.hear(ping);
      await this.#obey(commands);
      this.queue.flush();
    } catch (error) {
      await this.#refused(error);
    }
  }

  #reached() {
    this.#tell.onChange();
    if (!this.connection.isThere) return;
    this.queue.flush();
    if (this.state) this.refresh();
  }

  async #obey(commands) {
    if (commands.includes("wipe")) await this.#wipe();
    else if (commands.includes("refresh")) await this.connection.hear(() => this.list.refresh({ isWhole: true }));
  }

  async #refused(error) {
    if (isTheEnd(error)) await this.#over(error.code);
    else if (error.code === "app_too_old") this.#tell.onOld();
    else if (error.code === "device_not_yet") this.#tell.onTrouble("not-yet");
  }

  /** The list goes, the scans stay until they are sent. */
  async #over(reason) {
    const wasOurs = this.state !== null;
    await this.identity.forget();
    await this.list.erase();
    this.#tell.onOver(reason);
    if (wasOurs) await this.queue.flush();
  }

  /** Everything goes, as an organiser ordered. First what is waiting is sent: afterwards there is nothing to send it by. */
  async #wipe() {
    await this.#over("wiped");
    await this.queue.flush();
    try {
      if (this.queue.waiting > 0) throw new Error("not everything is sent yet");
      await this.identity.unpair();
      location.reload();
    } catch {
      setTimeout(() => this.#wipe(), WIPE_AGAIN_MS);
    }
  }
}
