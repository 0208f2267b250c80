/* What stays on the phone through reloads and flat batteries: scans, the list, and what this phone is. No names, no
   codes: tickets by their lookups, people sealed. Where the browser gives no IndexedDB, memory.js stands in. */

import { MemoryStore } from "./memory.js";

const NAME = "forum-checkin";
const VERSION = 2;

/**
 * @typedef {object} Kept  a scan of this phone
 * @property {string} scan_id
 * @property {string} owner  whose it is: "phone", or a steward's mark
 * @property {string} device  whose number the scan has
 * @property {string} gate
 * @property {string} date  of the scan, where the edition is
 * @property {string} l  whose ticket it is about; of a scan that takes back, the other one's
 * @property {import("./shapes.js").Scan} scan
 * @property {import("./shapes.js").Decided | null} decided  what the phone itself makes of it; null without a list
 * @property {{verdict: string, heard: number}} [answered]  by the server, and when: milliseconds by its clock
 * @property {1} [unsent]  until it is answered: by this they are found
 * @property {boolean} [refused]  the server would not take it: kept for people to look at
 * @property {string} [undone]  the scan that takes this one back
 */

/** The store in IndexedDB, or in memory where the browser has none to give (`lasting` tells). */
export async function openStore() {
  try {
    return new LastingStore(await openDatabase());
  } catch (cause) {
    console.warn("Scans are kept in memory only.", cause);
    return new MemoryStore();
  }
}

class LastingStore {
  lasting = true;

  constructor(database) {
    this.database = database;
  }

  /** The number that the device's next scan gets. It is taken by keep() or took(). */
  async nextSeq(device, atLeast) {
    return next(this.database.transaction("numbers").objectStore("numbers"), device, atLeast);
  }

  async took(device, seq) {
    const change = this.change(["numbers"]);
    const known = (await result(change.objectStore("numbers").get(device))) ?? 0;
    change.objectStore("numbers").put(Math.max(known, seq), device);
    await finished(change);
  }

  /**
   * Judges the scan beside this phone's others of the ticket, numbers it and keeps it, in one transaction: when this
   * returns, it survives a power cut, and no other tab came between.
   * @param {Omit<Kept, "decided" | "scan_id">} entry  its scan without number
   * @param {(own: Kept[]) => import("./shapes.js").Decided | null} decide  must not wait for anything
   */
  async keep({ owner, device, gate, date, l, scan }, atLeast, decide) {
    const change = this.change(["numbers", "scans"]);
    const scans = change.objectStore("scans");
    const own = await result(scans.index("lookup").getAll(l ?? ""));
    const seq = await next(change.objectStore("numbers"), device, atLeast);
    change.objectStore("numbers").put(seq, device);
    const decided = decide(own);
    const kept = { scan_id: scan.scan_id, owner, device, gate, date, l, scan: { ...scan, seq }, decided, unsent: 1 };
    if (scan.offline) kept.scan.device_verdict = decided?.verdict ?? "";
    scans.put(kept);
    if (decided?.verdict === "voided") await this.#mark(scans, scan.voids, scan.scan_id);
    await finished(change);
    return kept;
  }

  /** The server was silent: what the phone itself made of the scan is what the door was told. */
  async answerByPhone(scanId) {
    const change = this.change(["scans"]);
    const scans = change.objectStore("scans");
    const kept = await result(scans.get(scanId));
    if (kept && !kept.answered) {
      scans.put({ ...kept, scan: { ...kept.scan, offline: true, device_verdict: kept.decided?.verdict ?? "" } });
    }
    await finished(change);
  }

  /** The server has answered these. They stay for a while: the next verdict without a network needs them. */
  async settle(answers, heard) {
    const change = this.change(["scans"]);
    const scans = change.objectStore("scans");
    for (const { scan_id: scanId, verdict } of answers) {
      const kept = await result(scans.get(scanId));
      if (!kept) continue;
      const { unsent: _sent, ...rest } = kept;
      scans.put({ ...rest, answered: { verdict, heard } });
      if (kept.scan.voids) await this.#mark(scans, kept.scan.voids, verdict === "voided" ? scanId : undefined);
    }
    await finished(change);
  }

  /** Somebody signed in again and is a new device: what they scanned before gets numbers of that one. */
  async adopt(owner, device, atLeast) {
    const change = this.change(["numbers", "scans"]);
    const scans = change.objectStore("scans");
    for (const kept of inOrder(await result(scans.index("unsent").getAll()))) {
      if (kept.owner !== owner || kept.device === device) continue;
      const seq = await next(change.objectStore("numbers"), device, atLeast);
      change.objectStore("numbers").put(seq, device);
      scans.put({ ...kept, device, scan: { ...kept.scan, seq } });
    }
    await finished(change);
  }

  /** @returns {Promise<Kept[]>} what has no answer yet, the oldest first */
  async waiting() {
    const scans = this.database.transaction("scans").objectStore("scans");
    return inOrder(await result(scans.index("unsent").getAll()));
  }

  async scan(scanId) {
    return result(this.database.transaction("scans").objectStore("scans").get(scanId));
  }

  async setAside(kept) {
    const change = this.change(["scans"]);
    change.objectStore("scans").put({ ...kept, refused: true });
    await finished(change);
  }

  /** Lets go of answered scans that were heard of before that moment (milliseconds by the server's clock). */
  async forgetAnswered(before) {
    const change = this.change(["scans"]);
    const scans = change.objectStore("scans");
    for (const kept of await result(scans.getAll())) {
      if (kept.answered && kept.answered.heard < before) scans.delete(kept.scan_id);
    }
    await finished(change);
  }

  /** Something by its name, or undefined. */
  async read(name) {
    return result(this.database.transaction("facts").objectStore("facts").get(name));
  }

  /** @param {Object<string, unknown>} facts  by name; undefined forgets one */
  async write(facts) {
    const change = this.change(["facts"]);
    for (const [name, value] of Object.entries(facts)) {
      if (value === undefined) change.objectStore("facts").delete(name);
      else change.objectStore("facts").put(value, name);
    }
    await finished(change);
  }

  change(stores) {
    // The default durability may lose a finished transaction in a power cut.
    return this.database.transaction(stores, "readwrite", { durability: "strict" });
  }

  async #mark(scans, scanId, undone) {
    const target = await result(scans.get(scanId));
    if (target) scans.put({ ...target, undone });
  }
}

/** By number; of two devices, the one that has scanned first. */
export function inOrder(scans) {
  return scans.sort((one, other) => one.scan.seq - other.scan.seq || one.scan.scanned_at.localeCompare(other.scan.scanned_at));
}

function openDatabase() {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = ({ oldVersion }) => {
    const { result: database, transaction } = request;
    if (oldVersion < 1) {
      database.createObjectStore("numbers");
      database.createObjectStore("scans", { keyPath: "scan_id" });
    }
    database.createObjectStore("facts");
    const scans = transaction.objectStore("scans");
    scans.createIndex("lookup", "l");
    scans.createIndex("unsent", "unsent");
    bringForward(scans);
  };
  return result(request).then((database) => {
    database.onversionchange = () => database.close(); // a newer page of ours shall not wait for this one
    return database;
  });
}

/** Scans that an older page kept: none of them was answered. */
function bringForward(scans) {
  scans.openCursor().onsuccess = ({ target: { result: cursor } }) => {
    if (!cursor) return;
    cursor.update({ ...cursor.value, date: "", l: cursor.value.scan.l, decided: null, unsent: 1 });
    cursor.continue();
  };
}

async function next(numbers, device, atLeast) {
  return Math.max((await result(numbers.get(device))) ?? 0, atLeast) + 1;
}

function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("another tab holds an older database"));
  });
}

function finished(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}
