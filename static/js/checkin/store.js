/* Scans the server has not answered yet, kept through reloads and flat batteries. Lookups only: no names, no codes. */

const NAME = "forum-checkin";
const VERSION = 1;

/**
 * @typedef {object} Kept
 * @property {string} scan_id
 * @property {string} owner  who was signed in
 * @property {string} device  whose number the scan has
 * @property {string} gate
 * @property {import("./shapes.js").Scan} scan
 * @property {boolean} [refused]  the server would not take it: kept for people to look at
 */

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
  async keep({ owner, device, gate, scan }, atLeast) {
    const change = this.change(["numbers", "scans"]);
    const seq = await next(change.objectStore("numbers"), device, atLeast);
    const kept = { scan_id: scan.scan_id, owner, device, gate, scan: { ...scan, seq } };
    change.objectStore("scans").put(kept);
    await finished(change);
    return kept;
  }

  /** Somebody signed in again and is a new device: what they scanned before gets numbers of that one. */
  async adopt(owner, device, atLeast) {
    const change = this.change(["numbers", "scans"]);
    const scans = change.objectStore("scans");
    for (const kept of await result(scans.getAll())) {
      if (kept.owner !== owner || kept.device === device) continue;
      const seq = await next(change.objectStore("numbers"), device, atLeast);
      scans.put({ ...kept, device, scan: { ...kept.scan, seq } });
    }
    await finished(change);
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

  async keep({ owner, device, gate, scan }, atLeast) {
    const seq = await this.nextSeq(device, atLeast);
    const kept = { scan_id: scan.scan_id, owner, device, gate, scan: { ...scan, seq } };
    this.#scans.set(scan.scan_id, kept);
    return kept;
  }

  async adopt(owner, device, atLeast) {
    for (const kept of this.#scans.values()) {
      if (kept.owner !== owner || kept.device === device) continue;
      kept.device = device;
      kept.scan.seq = await this.nextSeq(device, atLeast);
    }
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
