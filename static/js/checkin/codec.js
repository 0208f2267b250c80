/* Tickets as text and as bytes. The server computes the same; docs/ticket-vectors.json holds both to it. */

const PREFIX = "FT1";
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford: no I, L, O, U
const TICKET_DIGITS = 26; // 130 bits for 128: the first digit is below 8
const DESK_DIGITS = 8;

/** What was meant, however it was typed: upper case, O is 0, I and L are 1, no spaces or hyphens. */
export function normalise(text) {
  return text
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[\s-]/g, "")
    .replace(/O/g, "0")
    .replace(/[IL]/g, "1");
}

/** The 16 bytes of a ticket's text, or null when it is not a ticket of ours. */
export function readTicket(text) {
  const code = normalise(text);
  if (!code.startsWith(PREFIX) || code.length !== PREFIX.length + TICKET_DIGITS) return null;
  let number = 0n;
  for (const character of code.slice(PREFIX.length)) {
    const digit = DIGITS.indexOf(character);
    if (digit < 0) return null;
    number = (number << 5n) | BigInt(digit);
  }
  if (number >> 128n) return null;
  const bytes = new Uint8Array(16);
  for (let index = 15; index >= 0; index -= 1) {
    bytes[index] = Number(number & 0xffn);
    number >>= 8n;
  }
  return bytes;
}

/** A desk code as the server knows it, or null. */
export function readDeskCode(text) {
  const code = normalise(text);
  const isDeskCode = code.length === DESK_DIGITS && [...code].every((character) => DIGITS.includes(character));
  return isDeskCode ? code : null;
}

/** The name under which the server knows a ticket: 16 bytes that do not lead back to it. */
export function lookup(ticket, salt) {
  return derive(ticket, salt, "forum-ticket/lookup", 16);
}

/** The key to a person's entry in the list for doors without a network. */
export function blobKey(ticket, salt) {
  return derive(ticket, salt, "forum-ticket/blob", 32);
}

export function toBase64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

export function fromBase64url(text) {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

async function derive(ticket, salt, info, length) {
  const key = await crypto.subtle.importKey("raw", ticket, "HKDF", false, ["deriveBits"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt, info: new TextEncoder().encode(info) };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, length * 8));
}
