/* The server, as the scanner sees it: a few calls, two ways to fail, and how far its clock is from ours. */

const ROOT = "/api/checkin/v1/";
const PATIENCE_MS = 10_000; // a hung connection counts as none
const SAMPLES = 10;

/** The server answered, and the answer is no. `code` is one of its error codes. */
export class Refusal extends Error {
  constructor(status, error = {}) {
    super(error.message ?? String(status));
    this.status = status;
    this.code = error.code ?? "unknown";
    this.retryAfter = error.retry_after ?? null; // seconds
  }
}

/** Nothing came back that the server could have said. */
export class Unreachable extends Error {}

/** @returns {Promise<import("./shapes.js").State>} */
export function state() {
  return call("state");
}

/**
 * Hands in an organiser's pairing code, once: the answer brings the cookie that makes this browser the device.
 * @returns {Promise<import("./shapes.js").State>}
 */
export function pair(code) {
  return call("pair", { code });
}

/**
 * Sends 1 to 100 scans made at one gate. Sending one again is harmless.
 * @param {string} gate
 * @param {import("./shapes.js").Scan[]} items
 * @returns {Promise<{last_seq: number, items: import("./shapes.js").Answer[]}>}
 */
export function sendScans(gate, items) {
  return call("scans", { gate, items });
}

/** Milliseconds to add to our clock to get the server's, by the quickest of the last answers. */
export function clockOffset() {
  const best = samples.reduce((least, sample) => (sample.trip < least.trip ? sample : least), { trip: Infinity, offset: 0 });
  return Math.round(best.offset);
}

/** Now, by the server's clock. */
export function serverNow() {
  return new Date(Date.now() + clockOffset());
}

const samples = [];

async function call(path, body) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE_MS);
  const sentAt = Date.now();
  let response;
  let answer;
  try {
    response = await fetch(ROOT + path, {
      method: body ? "POST" : "GET",
      headers: body ? { "Content-Type": "application/json", "X-Checkin": "1" } : {},
      body: body ? JSON.stringify(body) : undefined,
      credentials: "same-origin",
      cache: "no-store",
      signal: abort.signal,
    });
    // A café's or a hotel's sign-in page also answers 200: only what parses came from us.
    answer = await response.json();
  } catch (cause) {
    throw new Unreachable(path, { cause });
  } finally {
    clearTimeout(timer);
  }
  if (response.ok) {
    noteClock(answer.server_time, sentAt);
    return answer;
  }
  if (!answer.error) throw new Unreachable(`${path}: ${response.status}`);
  throw new Refusal(response.status, answer.error);
}

function noteClock(serverTime, sentAt) {
  if (!serverTime) return;
  const now = Date.now();
  const trip = now - sentAt;
  samples.push({ trip, offset: Date.parse(serverTime) + trip / 2 - now });
  if (samples.length > SAMPLES) samples.shift();
}
