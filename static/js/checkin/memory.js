/* The store of a browser that keeps nothing: the same acts, gone when the page closes. */

export class MemoryStore {
  lasting = false;
  #numbers = new Map();
  #scans = new Map();
  #facts = new Map();

  async nextSeq(device, atLeast) {
    return Math.max(this.#numbers.get(device) ?? 0, atLeast) + 1;
  }

  async took(device, seq) {
    this.#numbers.set(device, Math.max(this.#numbers.get(device) ?? 0, seq));
  }

  async keep({ owner, device, gate, date, l, scan }, atLeast, decide) {
    const own = [...this.#scans.values()].filter((kept) => l && kept.l === l);
    const seq = await this.nextSeq(device, atLeast);
    await this.took(device, seq);
    const decided = decide(own);
    const kept = { scan_id: scan.scan_id, owner, device, gate, date, l, scan: { ...scan, seq }, decided };
    if (scan.offline) kept.scan.device_verdict = decided?.verdict ?? "";
    this.#scans.set(kept.scan_id, kept);
    if (decided?.verdict === "voided") this.#mark(scan.voids, scan.scan_id);
    return kept;
  }

  async answerByPhone(scanId) {
    const kept = this.#scans.get(scanId);
    if (kept && !kept.answered) Object.assign(kept.scan, { offline: true, device_verdict: kept.decided?.verdict ?? "" });
  }

  async settle(answers, heard) {
    for (const { scan_id: scanId, verdict } of answers) {
      const kept = this.#scans.get(scanId);
      if (!kept) continue;
      kept.answered = { verdict, heard };
      if (kept.scan.voids) this.#mark(kept.scan.voids, verdict === "voided" ? scanId : undefined);
    }
  }

  async adopt(owner, device, atLeast) {
    for (const kept of this.#scans.values()) {
      if (kept.owner !== owner || kept.device === device || kept.answered) continue;
      kept.device = device;
      kept.scan.seq = await this.nextSeq(device, atLeast);
      await this.took(device, kept.scan.seq);
    }
  }

  async waiting() {
    return [...this.#scans.values()].filter((kept) => !kept.answered);
  }

  async scan(scanId) {
    return this.#scans.get(scanId);
  }

  async setAside(kept) {
    this.#scans.set(kept.scan_id, { ...kept, refused: true });
  }

  async forgetAnswered(before) {
    for (const kept of this.#scans.values()) if (kept.answered?.heard < before) this.#scans.delete(kept.scan_id);
  }

  async read(name) {
    return this.#facts.get(name);
  }

  async write(facts) {
    for (const [name, value] of Object.entries(facts)) this.#facts.set(name, value);
  }

  #mark(scanId, undone) {
    const target = this.#scans.get(scanId);
    if (target) target.undone = undone;
  }
}
