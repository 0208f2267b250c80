/* The service worker: keeps the scanner's pages and files, so that it starts without a network. Pages come from the
   server while it answers; what the API says is never kept. `SHELL` is what registration/checkin/installing.py tells. */

const { version, files, pages } = self.SHELL;
const PREFIX = "forum-checkin-shell-";
const CACHE = PREFIX + version;
const REMEMBERED = "forum-checkin-language";
const PATIENCE_MS = 2000; // a network that hangs is none
const SCANNER = "/checkin/";

addEventListener("install", (event) => {
  event.waitUntil(install());
});

addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === SCANNER) event.respondWith(page(request, url));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
});

/** All or nothing. Pages are fetched as a stranger would: nobody's name is in them. */
async function install() {
  const cache = await caches.open(CACHE);
  const asStranger = { credentials: "omit", cache: "reload" };
  await cache.addAll([...files, ...Object.values(pages).map((address) => new Request(address, asStranger))]);
  await skipWaiting();
}

/** The version before this one stays: a page of it may still be open, and load its decoder later. */
async function takeOver() {
  const shells = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(shells.slice(0, -1).map((name) => caches.delete(name)));
  await clients.claim();
}

/** In the language that was chosen last on this phone. */
async function page(request, url) {
  const language = await chosen(url.searchParams.get("lang"));
  const asked = language ? fetch(pages[language], { credentials: "same-origin", redirect: "manual" }) : fetch(request);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, null));
  const answer = await Promise.race([asked.catch(() => null), late]);
  if (answer && answer.status < 500) return answer;
  const spoken = navigator.language.startsWith("en") ? "en" : "ko";
  return (await kept(pages[language ?? spoken])) ?? asked;
}

async function file(request) {
  const found = await kept(request);
  if (found) return found;
  const answer = await fetch(request);
  // Of the font those pieces are kept that were needed once.
  if (answer.ok && request.url.endsWith(".woff2")) (await caches.open(CACHE)).put(request, answer.clone());
  return answer;
}

async function kept(request) {
  const how = { ignoreVary: true };
  return (await (await caches.open(CACHE)).match(request, how)) ?? caches.match(request, how);
}

async function chosen(language) {
  const cache = await caches.open(REMEMBERED);
  if (language in pages) {
    await cache.put(SCANNER, new Response(language));
    return language;
  }
  const before = await cache.match(SCANNER);
  const known = await before?.text();
  return known in pages ? known : null;
}
