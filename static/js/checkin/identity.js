/* What this phone is: kept, so that it starts without a network, and forgotten when it may not scan any more. */

import { Refusal, clockOffset, pair, rememberOffset, serverNow, state as askState, unpair } from "./api.js";

const ENDED = new Set(["not_paired", "device_revoked", "device_expired"]);

export class Identity {
  /** @type {import("./shapes.js").State | null} the server's last word */
  state = null;
  /** @type {{owner: string, device: string, last: number} | null} whose scans these are; outlasts the right to scan */
  mark = null;
  #store;

  constructor(store) {
    this.#store = store;
  }

  /** What the phone knew when it was switched off. Whether it still may is not known yet, except by its time. */
  async restore() {
    const kept = await this.#store.read("state");
    this.mark = (await this.#store.read("mark")) ?? null;
    rememberOffset((await this.#store.read("offset")) ?? 0);
    if (kept && serverNow() < new Date(kept.device.valid_until)) this.state = kept;
  }

  /** Whether the time of this phone is over, by what the server said before. */
  get isOver() {
    return this.state !== null && serverNow() >= new Date(this.state.device.valid_until);
  }

  get isSupervisor() {
    return this.state?.device.rights === "supervisor";
  }

  /** Throws what the server says against it. */
  async refresh() {
    await this.#keep(await askState());
  }

  async pair(code) {
    await this.#keep(await pair(code));
  }

  /** The server ordered it: nothing of this site stays. */
  async unpair() {
    await unpair();
    await this.forget();
  }

  /** Scans stay in their store; so does the mark, by which they are sent. */
  async forget() {
    this.state = null;
    await this.#store.write({ state: undefined });
  }

  async #keep(state) {
    const { device, last_seq: last } = state;
    this.mark = { owner: await ownerOf(device), device: device.uuid, last };
    this.state = state;
    // A steward's label is an address, which stays on no phone.
    const kept = { ...state, device: device.signed_in ? { ...device, label: "" } : device };
    await this.#store.write({ state: kept, offset: clockOffset(), mark: this.mark });
  }
}

/** Whether the answer means that this phone may not read any more. */
export function isTheEnd(error) {
  return error instanceof Refusal && ENDED.has(error.code);
}

/** Scans of a phone that organisers pair belong to the phone; a steward's to the steward, by a mark without a name. */
async function ownerOf(device) {
  if (!device.signed_in) return "phone";
  if (!isSecureContext) return device.uuid; // nothing is kept there
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`forum-checkin ${device.label}`));
  return [...new Uint8Array(digest).slice(0, 12)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
