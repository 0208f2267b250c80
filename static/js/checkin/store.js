/* Scans the server has not answered yet, kept through reloads and flat batteries. Lookups only: no names, no codes. */

const NAME = "forum-checkin";
const VERSION = 1;

/** @typedef {{device: string, gate: string, scan: import("./shapes.js").Scan, refused?: boolean}} Kept */

/** The scans in IndexedDB, or in memory where the browser has none to give (`lasting` tells). */
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

  /** The device's next number, never given twice. `atLeast` is what the server has seen of it. */
  async nextSeq(device, atLeast) {
    const change = this.change(["numbers"]);
    const seq = await next(change.objectStore("numbers"), device, atLeast);
    await finished(change);
    return seq;
  }

  /** Numbers the scan and keeps it, in one transaction: when this returns, it survives a power cut. */
  async keep({ device, gate, scan }, atLeast) {
    const change = this.change(["numbers", "scans"]);
    const seq = await next(change.objectStore("numbers"), device, atLeast);
    const kept = { device, gate, scan: { ...scan, seq }, scan_id: scan.scan_id };
    change.objectStore("scans").put(kept);
    await finished(change);
    return kept;
  }

  /** @returns {Promise<Kept[]>} the newest first */
  async all() {
    const everything = await result(this.database.transaction("scans").objectStore("scans").getAll());
    return everything.sort((one, other) => other.scan.seq - one.scan.seq);
  }

  async setAside(kept) {
    const change = this.change(["scans"]);
    change.objectStore("scans").put({ ...kept, refused: true });
    await finished(change);
  }

  async forget(scanIds) {
    const change = this.change(["scans"]);
    for (const scanId of scanIds) change.objectStore("scans").delete(scanId);
    await finished(change);
  }

  change(stores) {
    // The default durability may lose a finished transaction in a power cut.
    return this.database.transaction(stores, "readwrite", { durability: "strict" });
  }
}

class MemoryStore {
  lasting = false;
  #numbers = new Map();
  #scans = new Map();

  async nextSeq(device, atLeast) {
    const seq = Math.max(this.#numbers.get(device) ?? 0, atLeast) + 1;
    this.#numbers.set(device, seq);
    return seq;
  }

  async keep({ device, gate, scan }, atLeast) {
    const kept = { device, gate, scan: { ...scan, seq: await this.nextSeq(device, atLeast) }, scan_id: scan.scan_id };
    this.#scans.set(scan.scan_id, kept);
    return kept;
  }

  async all() {
    return [...this.#scans.values()].reverse();
  }

  async setAside(kept) {
    this.#scans.set(kept.scan_id, { ...kept, refused: true });
  }

  async forget(scanIds) {
    for (const scanId of scanIds) this.#scans.delete(scanId);
  }
}

function openDatabase() {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("numbers");
    request.result.createObjectStore("scans", { keyPath: "scan_id" });
  };
  return result(request);
}

async function next(numbers, device, atLeast) {
  const seq = Math.max((await result(numbers.get(device))) ?? 0, atLeast) + 1;
  numbers.put(seq, device);
  return seq;
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
