/* USB and Bluetooth scanners: keyboards that type a whole code in an instant and then press Enter. */

const PAUSE_MS = 250; // slow Bluetooth scanners are still faster than people
const SHORTEST = 8;

/**
 * Calls `onCode` with what such a scanner typed. Its Enter goes no further: it must not press the button that
 * happens to have the focus. Fields keep what is typed into them.
 */
export function listenForScanners(onCode) {
  let code = "";
  let last = 0;
  addEventListener(
    "keydown",
    (event) => {
      if (event.target.closest?.("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.timeStamp - last > PAUSE_MS) code = "";
      last = event.timeStamp;
      if (event.key === "Enter" && code.length >= SHORTEST) {
        event.preventDefault();
        event.stopImmediatePropagation();
        onCode(code);
        code = "";
      } else {
        code += character(event);
      }
    },
    { capture: true },
  );
}

/** By the key's place when its letter is Hangul: the scanner does not know which keyboard is set. */
function character({ key, code }) {
  if (/^[\x21-\x7e]$/.test(key)) return key;
  return /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(code)?.[1] ?? "";
}
