/* What the server would say, said by the phone: the same rules for the scans of one phone, its list and what the server
   told of who is in. Pure: no clock, no store. */

const LIVES = 1, WAITS = 2, CANCELLED = 3;
const COMES_BACK_AFTER_MS = 20 * 60_000;
export const TAKEN_BACK_WITHIN_MS = 10 * 60_000;
const DOUBT_MS = 2000; // two clocks are compared by way of a network
const COUNTS = new Set(["admitted", "admitted_again", "already_in", "exited"]); // what a ticket of some worth comes to

/**
 * @typedef {{first: number | null, last: number | null, inside: boolean}} Stay  milliseconds by the server's clock
 * @typedef {{stay: Stay, heard: number, date: string}} There  what the server told of a ticket here, when, of which day
 *
 * @param {object} about
 * @param {{d: number, r?: number} | undefined} about.ticket  its entry in the list; undefined: nobody has this code
 * @param {import("./shapes.js").Day[]} about.days  of the edition, in the order of the entry's bits
 * @param {import("./shapes.js").Point} about.point
 * @param {"in" | "out"} about.direction
 * @param {boolean} about.isOverride  a supervisor gave a reason
 * @param {number} about.at  milliseconds by the server's clock
 * @param {string} about.date  of that moment in the edition's time zone, YYYY-MM-DD
 * @param {There | undefined} about.there
 * @param {import("./store.js").Kept[]} about.own  this phone's scans of the ticket
 * @returns {import("./shapes.js").Decided}
 */
export function decide({ ticket, days, point, direction, isOverride, at, date, there, own }) {
  if (!ticket) return { verdict: "unknown_code" };
  const { stay, gate } = stayOf({ point, date, there, own });
  const worth = direction === "out" ? "admitted" : worthOf({ ticket, days, point, at, date });
  if (worth !== "admitted" && !isOverride) return { verdict: worth };
  const { verdict } = step(stay, { at, direction, isOverride }, point.mode);
  return stay.first === null ? { verdict } : { verdict, first: stay.first, gate };
}

/** Taking back is for one's own scans, soon, and for supervisors. @returns {import("./shapes.js").Decided} */
export function decideTakingBack({ target, at, isSupervisor }) {
  if (!target || target.scan.voids) return { verdict: "void_unknown" };
  const age = at - momentOf(target.scan);
  return { verdict: isSupervisor || (age >= 0 && age <= TAKEN_BACK_WITHIN_MS) ? "voided" : "void_refused" };
}

/** The moment of a scan by the server's clock. */
export function momentOf(scan) {
  return Date.parse(scan.scanned_at) + scan.offset_ms;
}

/** The state of each day by an entry's bits. */
export function statesOf(ticket, days) {
  return days.map((_day, place) => Math.floor(ticket.d / 4 ** place) % 4);
}

/** Whether a day's state is a seat. */
export function isSeat(state) {
  return state === LIVES;
}

function worthOf({ ticket, days, point, at, date }) {
  const states = statesOf(ticket, days);
  const booked = states.filter((state) => state !== 0);
  if (booked.length > 0 && booked.every((state) => state === CANCELLED)) return "cancelled";
  if (ticket.r) return "revoked";
  const state = states[days.findIndex((day) => (point.every_day ? day.date === date : day.number === point.day.number))];
  if (state === WAITS) return "waitlisted";
  if (state === CANCELLED) return "cancelled";
  if (state !== LIVES) return "wrong_day";
  if (point.opens_at && at < Date.parse(point.opens_at)) return "not_open";
  if (point.closes_at && at >= Date.parse(point.closes_at)) return "closed";
  return "admitted";
}

/** Goes on with one scan that counts. @returns {{verdict: string, stay: Stay}} */
function step(stay, { at, direction, isOverride }, mode) {
  if (direction === "out") return { verdict: "exited", stay: { ...stay, inside: false } };
  if (stay.first === null) return { verdict: "admitted", stay: { first: at, last: at, inside: true } };
  const comesAgain = isOverride || mode === "unlimited" || (mode !== "once" && (!stay.inside || at - stay.last >= COMES_BACK_AFTER_MS));
  return comesAgain ? { verdict: "admitted_again", stay: { ...stay, last: at, inside: true } } : { verdict: "already_in", stay };
}

/** What the server told, and on top of it what this phone has done since. */
function stayOf({ point, date, there, own }) {
  const isOfNow = there && (point.mode === "once" || there.date === date);
  const here = own.filter((kept) => kept.scan.point === point.id && (point.mode === "once" || kept.date === date));
  let stay = isOfNow ? { ...there.stay } : { first: null, last: null, inside: false };
  const isKnown = (kept) => isOfNow && kept.answered && kept.answered.heard + DOUBT_MS < there.heard;
  const isUndoneSince = (kept) => kept.undone && !isKnown(own.find((each) => each.scan_id === kept.undone) ?? {});
  for (const kept of here) if (isKnown(kept) && isUndoneSince(kept)) stay = without(stay, momentOf(kept.scan));
  const news = here.filter((kept) => !kept.undone && !isKnown(kept) && COUNTS.has((kept.answered ?? kept.decided)?.verdict));
  for (const { scan } of news.sort((one, other) => momentOf(one.scan) - momentOf(other.scan))) {
    const read = { at: momentOf(scan), direction: scan.direction, isOverride: Boolean(scan.override) };
    stay = step(stay, read, point.mode).stay;
  }
  return { stay, gate: here.find((kept) => isSameMoment(stay.first, momentOf(kept.scan)))?.gate ?? null };
}

/** As if the scan of that moment had not been. The server tells whole seconds. */
function without(stay, at) {
  if (stay.last !== null && !isSameMoment(stay.last, at) && !isSameMoment(stay.first, at)) return stay;
  if (isSameMoment(stay.first, at)) {
    return isSameMoment(stay.last, at) ? { first: null, last: null, inside: false } : { ...stay, first: stay.last };
  }
  return { ...stay, inside: false };
}

function isSameMoment(one, other) {
  return one !== null && Math.abs(one - other) < 1000;
}
