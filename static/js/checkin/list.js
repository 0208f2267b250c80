/* The list for doors without a network, and who is in: in memory to decide by, in the store to start with. */

import { serverNow, snapshot } from "./api.js";
import { blobKey, fromBase64url } from "./codec.js";

const IV_BYTES = 12;

export class List {
  days = [];
  checkedAt = null; // when the server last said that it is complete: milliseconds by its clock
  #store;
  #dateOf;
  #tickets = null;
  #there = new Map();
  #heard = 0;
  #date = "";
  #cursor = "";
  #loading = null;
  #era = 0; // another one after each erasure: what was asked for before is not kept

  /** @param {(moment: number) => string} dateOf  the date of a moment where the edition is */
  constructor(store, dateOf) {
    this.#store = store;
    this.#dateOf = dateOf;
  }

  /** Whether there is anything to decide by. */
  get isThere() {
    return this.#tickets !== null;
  }

  get size() {
    return this.#tickets?.size ?? 0;
  }

  /** What the phone kept, if it did. */
  async restore() {
    const kept = await this.#store.read("list");
    if (!kept || this.isThere) return;
    this.#take(kept, await this.#store.read("there"));
    this.checkedAt = (await this.#store.read("checkedAt")) ?? null;
  }

  /** Asks for what is new; for everything if need be or asked. @returns whether the list is complete now */
  refresh({ isWhole = false } = {}) {
    this.#loading ??= this.#refresh(isWhole).finally(() => (this.#loading = null));
    return this.#loading;
  }

  find(l) {
    return this.#tickets?.get(l);
  }

  /** @returns {import("./deciding.js").There | undefined} */
  there(l, point) {
    const stay = this.#there.get(`${point} ${l}`);
    return stay && { stay, heard: this.#heard, date: this.#date };
  }

  /** Who holds the ticket in hand: only the ticket itself opens its entry. Null where the list has no name for it. */
  async person(l, ticket, salt) {
    const entry = this.find(l);
    if (!entry?.b) return null;
    const key = await crypto.subtle.importKey("raw", await blobKey(ticket, salt), "AES-GCM", false, ["decrypt"]);
    const sealed = fromBase64url(entry.b);
    const how = { name: "AES-GCM", iv: sealed.slice(0, IV_BYTES), additionalData: fromBase64url(l) };
    const words = JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, key, sealed.slice(IV_BYTES))));
    return { name: words.n, organisation: "", category: words.c, support: words.s ?? [] };
  }

  /** The phone may not hold it any more. */
  async erase() {
    this.#era += 1;
    this.#loading = null;
    this.#tickets = null;
    this.#there = new Map();
    this.#cursor = "";
    this.days = [];
    this.checkedAt = null;
    await this.#store.write({ list: undefined, there: undefined, checkedAt: undefined });
  }

  async #refresh(isWhole) {
    const today = this.#dateOf(serverNow().getTime());
    // Yesterday's people are no longer in.
    const cursor = isWhole || this.#date !== today ? "" : this.#cursor;
    const era = this.#era;
    const news = await snapshot(cursor);
    if (era !== this.#era) return;
    if (news) await this.#merge(news, era);
    if (era !== this.#era) return;
    this.checkedAt = serverNow().getTime();
    await this.#store.write({ checkedAt: this.checkedAt });
  }

  async #merge({ cursor, full, days, items, gone, there }, era) {
    const tickets = full ? new Map() : this.#tickets;
    for (const item of items) tickets.set(item.l, item);
    for (const l of gone) tickets.delete(l);
    const stays = full ? new Map() : this.#there;
    for (const { l, p, first, last, inside } of there) {
      if (first === null) stays.delete(`${p} ${l}`);
      else stays.set(`${p} ${l}`, { first: first * 1000, last: last * 1000, inside });
    }
    const heard = Number(cursor.split(".")[1]); // a cursor ends with the moment from which on it may lack something
    const facts = { cursor, days, items: [...tickets.values()] };
    const isNewList = full || items.length > 0 || gone.length > 0;
    const thereNow = { heard, date: this.#dateOf(heard), stays: [...stays] };
    await this.#store.write(isNewList ? { list: facts, there: { ...thereNow, cursor } } : { there: { ...thereNow, cursor } });
    if (era === this.#era) this.#take(facts, { ...thereNow, cursor });
  }

  #take({ cursor, days, items }, there) {
    this.#tickets = new Map(items.map((item) => [item.l, item]));
    this.days = days;
    this.#there = new Map(there?.stays ?? []);
    this.#heard = there?.heard ?? 0;
    this.#date = there?.date ?? "";
    this.#cursor = there?.cursor ?? cursor;
  }
}
