/* Makes this browser a scanner: by the code in the address (after the #, where no server sees it), or by a typed one. */

import { Refusal, pair } from "./api.js";
import { normalise } from "./codec.js";
import { text } from "./words.js";

const DIGITS = 10;
const FRAGMENT = "#pair=";

const form = document.getElementById("pairing");
const input = document.getElementById("pairing-code");
const status = document.getElementById("pairing-status");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  hand(input.value);
});
addEventListener("hashchange", takeFragment);
takeFragment();

function takeFragment() {
  if (!location.hash.startsWith(FRAGMENT)) return;
  const code = decodeURIComponent(location.hash.slice(FRAGMENT.length));
  history.replaceState(null, "", location.pathname + location.search); // it is a secret, and used up in a moment
  hand(code);
}

async function hand(typed) {
  const code = normalise(typed);
  input.value = code;
  if (code.length !== DIGITS) return complain(text("short"));
  complain("");
  status.textContent = text("pairing");
  try {
    await pair(code);
    status.textContent = text("paired");
    location.reload();
  } catch (error) {
    status.textContent = "";
    complain(error instanceof Refusal ? error.message : text("unreachable"));
  }
}

function complain(sentence) {
  document.getElementById("pairing-error-text").textContent = sentence;
  document.getElementById("pairing-error").hidden = !sentence;
  input.toggleAttribute("aria-invalid", Boolean(sentence));
  if (sentence) input.focus();
}
