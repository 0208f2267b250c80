// Looks again every few seconds at what changes by itself: the section with data-progress, which may say after how many.
// Shows only what changed, and rests while nobody looks or something in the section has the focus. Stops when the section
// says no more that it changes. Where the network is away, what is shown stays, and [data-progress-lost] says so.
const PAUSE = 3;

function show(section, fresh) {
  for (const details of section.querySelectorAll("details[id][open]")) {
    fresh.querySelector(`#${details.id}`)?.setAttribute("open", "");
  }
  section.replaceWith(document.adoptNode(fresh));
}

function sayLost(isLost) {
  const note = document.querySelector("[data-progress-lost]");
  if (note) note.hidden = !isLost;
}

async function lookAgain() {
  const section = document.querySelector("[data-progress]");
  if (!section) return;
  if (!document.hidden && !section.contains(document.activeElement)) {
    try {
      const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } });
      const isThere = answer.ok && !answer.redirected;
      if (isThere) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById(section.id);
        if (fresh) show(section, fresh);
      }
      sayLost(!isThere);
    } catch {
      sayLost(true);
    }
  }
  setTimeout(lookAgain, pause());
}

function pause() {
  return 1000 * (Number(document.querySelector("[data-progress]")?.dataset.progress) || PAUSE);
}

setTimeout(lookAgain, pause());
