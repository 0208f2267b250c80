// Looks again every few seconds while a mail to many is on its way, and shows only what changed. Stops when all is done,
// and rests while nobody looks or a button of the section has the focus.
const PAUSE = 3000;

async function lookAgain() {
  const section = document.querySelector("[data-progress]");
  if (!section) return;
  if (!document.hidden && !section.contains(document.activeElement)) {
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
      if (answer.ok && !answer.redirected) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById(section.id);
        if (fresh) section.replaceWith(document.adoptNode(fresh));
      }
    } catch {
      // The network is away: what is shown stays, and the next look may succeed.
    }
  }
  setTimeout(lookAgain, PAUSE);
}

setTimeout(lookAgain, PAUSE);
