/* What crosses from one module to another, as JSDoc types. There is nothing to run here. */

/**
 * @typedef {{ko: string, en: string}} Text
 * @typedef {{number: number, date: string}} Day  date is YYYY-MM-DD
 *
 * @typedef {object} Point  what is counted once: the hall on a day
 * @property {number} id
 * @property {Text} name
 * @property {Day | null} day  null where a point stands for every day and today is none of them
 * @property {boolean} is_today
 * @property {number} admitted
 * @property {number} expected
 *
 * @typedef {object} State  the answer of GET state
 * @property {string} server_time
 * @property {number} acked_seq  the server keeps every scan of this device up to this number
 * @property {number} last_seq  the highest number that came: the next one must be higher
 * @property {{uuid: string, label: string, gate: string, rights: string}} device
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
 * @property {boolean} offline  answered on the phone; so far always the server's word, so false
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
 */

export {};
