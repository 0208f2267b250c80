/* Keeps the screen on while people come in, where the browser can. */

let lock = null;
let isWanted = false;

document.addEventListener("visibilitychange", () => {
  if (isWanted && !document.hidden) stayAwake(); // the browser lets go of the lock when the page is hidden
});

export async function stayAwake() {
  isWanted = true;
  lock = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null; // refused when the battery is low
}

export function maySleep() {
  isWanted = false;
  lock?.release();
  lock = null;
}
