/* What crosses from one module to another, as JSDoc types. There is nothing to run here. */

/**
 * @typedef {{ko: string, en: string}} Text
 * @typedef {{number: number, date: string}} Day  date is YYYY-MM-DD
 *
 * @typedef {object} Point  what is counted once: the hall on a day
 * @property {number} id
 * @property {Text} name
 * @property {Day | null} day  null where a point stands for every day and today is none of them
 * @property {boolean} every_day
 * @property {boolean} is_today
 * @property {"once_a_day"|"once"|"unlimited"} mode
 * @property {string | null} opens_at
 * @property {string | null} closes_at
 * @property {number} admitted
 * @property {number} expected
 *
 * @typedef {object} State  the answer of GET state
 * @property {string} server_time
 * @property {number} acked_seq  the server keeps every scan of this device up to this number
 * @property {number} last_seq  the highest number that came: the next one must be higher
 * @property {{uuid: string, label: string, gate: string, rights: string, valid_until: string, signed_in: boolean}} device
 * @property {{slug: string, name: Text, timezone: string, salt: string}} edition
 * @property {Point[]} points
 *
 * @typedef {object} Scan  one reading, made on the phone; what is sent is this and the gate
 * @property {string} scan_id  UUID: sending a scan twice counts it once
 * @property {number} seq
 * @property {string} [l]  the ticket's lookup; the code itself is never kept
 * @property {string} [desk_code]
 * @property {number} point
 * @property {"in"|"out"} direction
 * @property {"qr"|"typed"|"desk"|"search"} method
 * @property {string} scanned_at
 * @property {number} offset_ms  server's clock minus ours
 * @property {boolean} offline  the door was told what the phone itself decided
 * @property {string} [device_verdict]  and what that was; empty without a list
 * @property {string} [voids]  instead of a ticket: the scan that it takes back
 * @property {string} override  why a supervisor lets in, or empty
 *
 * @typedef {object} Answer  the server's verdict on one scan
 * @property {string} scan_id
 * @property {string} verdict
 * @property {boolean} replay
 * @property {string[]} flags
 * @property {string} at
 * @property {string} [first_in_at]
 * @property {string} [first_gate]
 * @property {{name: string, organisation: string, category: string, support: string[], days: (Day & {state: string})[]}} [person]
 * @property {string} [cancelled_at]
 * @property {Day} [day]
 * @property {boolean} [isSaved]  not the server's word: the phone's own, until it is sent
 *
 * @typedef {object} Decided  the phone's own verdict
 * @property {string} verdict
 * @property {number | null} [first]  when the person came in first, milliseconds by the server's clock
 * @property {string | null} [gate]  and by which gate of this phone
 */

export {};
