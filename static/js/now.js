// While a page of today is open, what is on changes: its parts that say so are fetched anew after every whole minute,
// when the server's own copy ends. Rests while nobody looks or somebody is in the part with the keyboard.
{
  const parts = [...document.querySelectorAll("[data-fresh]")];
  const shown = new Map(parts.map((part) => [part, part.innerHTML]));
  // Not all at once: a thousand open pages ask within fifteen seconds. A wall has few and wants to be exact.
  const spread = document.body.classList.contains("board") ? 1_000 : 15_000;
  const LONGEST = 60 * 60 * 1000; // a screen that stays on takes a new version of the site too
  const opened = Date.now();
  let lastAnswer = Date.now();

  async function renew() {
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" }, cache: "no-cache" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      if (spread < 15_000 && Date.now() - opened > LONGEST) return location.reload();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      lastAnswer = Date.now();
      for (const part of parts) replace(part, page.getElementById(part.id));
      document.dispatchEvent(new Event("fresh"));
    } catch {
      // The network is away: what is shown stays, and the next minute may succeed.
    }
    const lost = document.querySelector("[data-lost]");
    if (lost) lost.hidden = Date.now() - lastAnswer < 150_000;
  }

  function replace(part, fresh) {
    const there = fresh?.innerHTML ?? "";
    if (there === shown.get(part) || part.contains(document.activeElement)) return;
    shown.set(part, there);
    part.replaceChildren(...(fresh ? [...fresh.childNodes].map((node) => document.adoptNode(node)) : []));
  }

  function next() {
    const wait = 60_000 - (Date.now() % 60_000) + 500 + Math.random() * spread;
    setTimeout(() => {
      if (document.hidden) document.addEventListener("visibilitychange", again, { once: true });
      else again();
    }, wait);
  }

  async function again() {
    await renew();
    next();
  }

  if (parts.length) next();
}
