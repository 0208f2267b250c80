/* The page itself: kept for starts without a network, and loaded anew when it has become too old. */

const RELOADED = "forum-checkin-reloaded";

/** Has the browser keep the page, and not throw away what lies in its store. */
export async function settleIn() {
  navigator.storage?.persist?.().catch(() => {});
  if (!navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register("/checkin/sw.js", { updateViaCache: "none" });
    await navigator.serviceWorker.ready;
    await keepLetters();
  } catch (error) {
    console.warn("The scanner will not start without a network.", error);
  }
}

/** The font comes in many pieces, each when it is needed: every word of the page may be, when there is no network. */
async function keepLetters() {
  const words = [...document.querySelectorAll("template")].map((template) => template.content.textContent);
  await document.fonts.load(`1em ${getComputedStyle(document.body).fontFamily}`, document.body.textContent + words.join(""));
  const loaded = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".woff2"));
  for (const { name } of loaded) await fetch(name, { cache: "force-cache" }); // past the worker, which keeps it
}

/**
 * The server asks for a newer page: loads it, once. Scans stay in their store.
 * @returns {boolean} false when this is what the last loading brought, so that loading again would not help
 */
export async function renew() {
  const { version } = document.body.dataset;
  if (sessionStorage.getItem(RELOADED) === version) return false;
  sessionStorage.setItem(RELOADED, version);
  const registration = await navigator.serviceWorker?.getRegistration("/checkin/");
  await registration?.update().catch(() => {});
  location.reload();
  return true;
}
