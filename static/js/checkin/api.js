/* The server, as the scanner sees it: a few calls, two ways to fail, and how far its clock is from ours. Every call
   tells how this phone is. */

const ROOT = "/api/checkin/v1/";
const PATIENCE_MS = 10_000; // a hung connection counts as none
const LIST_PATIENCE_MS = 60_000; // half a megabyte over a bad network
const SAMPLES = 10;

/** The server answered, and the answer is no. `code` is one of its error codes. */
export class Refusal extends Error {
  constructor(status, error = {}) {
    super(error.message ?? String(status));
    this.status = status;
    this.code = error.code ?? "unknown";
    this.retryAfter = error.retry_after ?? null; // seconds
  }

  /** Busy is as good as away. */
  get isReachable() {
    return this.status < 500;
  }
}

/** Nothing came back that the server could have said. */
export class Unreachable extends Error {}

/** What every call says of this phone. `unsent` is kept up to date by the queue. */
export const phone = { version: document.body.dataset.version ?? "", unsent: null };

/** @returns {Promise<import("./shapes.js").State>} */
export function state() {
  return call("state");
}

/** Is the server there? @returns {Promise<{list_version: string, commands: string[], acked_seq: number}>} */
export function ping() {
  return call("ping");
}

/** What changed in the list since `cursor`, all of it without one, or null where nothing did. */
export function snapshot(cursor) {
  return call(`snapshot${cursor ? `?since=${encodeURIComponent(cursor)}` : ""}`, { patience: LIST_PATIENCE_MS });
}

/**
 * Hands in an organiser's pairing code, once: the answer brings the cookie that makes this browser the device.
 * @returns {Promise<import("./shapes.js").State>}
 */
export function pair(code) {
  return call("pair", { body: { code, app_version: phone.version } });
}

/** Ends this device; the browser forgets everything of this site, also what was not sent. */
export function unpair() {
  return call("unpair", { body: {} });
}

/**
 * Sends 1 to 100 scans made at one gate. Sending one again is harmless.
 * @param {string} gate
 * @param {import("./shapes.js").Scan[]} items
 * @returns {Promise<{last_seq: number, items: import("./shapes.js").Answer[]}>}
 */
export function sendScans(gate, items) {
  return call("scans", { body: { gate, items } });
}

/** Milliseconds to add to our clock to get the server's, by the quickest of the last answers. */
export function clockOffset() {
  if (samples.length === 0) return rememberedOffset;
  return Math.round(samples.reduce((least, sample) => (sample.trip < least.trip ? sample : least)).offset);
}

/** How far the clock was off when the server was last heard: holds until it is heard again. */
export function rememberOffset(milliseconds) {
  rememberedOffset = milliseconds;
}

/** Now, by the server's clock. */
export function serverNow() {
  return new Date(Date.now() + clockOffset());
}

const samples = [];
let rememberedOffset = 0;

async function call(path, { body, patience = PATIENCE_MS } = {}) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), patience);
  const sentAt = Date.now();
  let response;
  let answer = null;
  try {
    response = await fetch(ROOT + path, {
      method: body ? "POST" : "GET",
      headers: headers(body),
      body: body ? JSON.stringify(body) : undefined,
      credentials: "same-origin",
      cache: "no-store",
      signal: abort.signal,
    });
    // A café's or a hotel's sign-in page also answers 200: only what parses came from us.
    if (![204, 304].includes(response.status)) answer = await response.json();
  } catch (cause) {
    throw new Unreachable(path, { cause });
  } finally {
    clearTimeout(timer);
  }
  if (response.ok || response.status === 304) {
    noteClock(answer?.server_time, sentAt);
    return answer;
  }
  if (!answer?.error) throw new Unreachable(`${path}: ${response.status}`);
  throw new Refusal(response.status, answer.error);
}

function headers(body) {
  const said = { "X-Checkin-Version": phone.version, "X-Checkin-Offset": String(clockOffset()) };
  if (phone.unsent !== null) said["X-Checkin-Unsent"] = String(phone.unsent);
  return body ? { ...said, "Content-Type": "application/json", "X-Checkin": "1" } : said;
}

/** A clock that was set while we ran makes the samples before it worthless. */
function noteClock(serverTime, sentAt) {
  if (!serverTime) return;
  const now = Date.now();
  const trip = now - sentAt;
  const offset = Date.parse(serverTime) + trip / 2 - now;
  if (trip < 0) return;
  if (samples.some((sample) => Math.abs(sample.offset - offset) > (sample.trip + trip) / 2 + 1000)) samples.length = 0;
  samples.push({ trip, offset });
  if (samples.length > SAMPLES) samples.shift();
}
