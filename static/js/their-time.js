// Behind a time of the forum stands the visitor's own, in brackets, where their clock shows another one at that moment.
// Without this script nothing is missing: every page says whose time it shows.
{
  const words = document.currentScript.dataset.theirTime; // such as "{time} your time"
  const language = document.documentElement.lang;
  const WITH_A_CLOCK = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d.*?([+-])(\d\d):(\d\d)$/;
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const date = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    weekday: "short",
    day: "numeric",
    month: language === "en" ? "short" : "numeric",
  });

  // The moment, the date at the venue, and whether the visitor's clock differs from that of the venue.
  function read(element) {
    const [, day, sign, hours, minutes] = WITH_A_CLOCK.exec(element.dateTime) ?? [];
    if (!day) return null;
    const moment = new Date(element.dateTime);
    const there = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
    return { moment, day, differs: -moment.getTimezoneOffset() !== there };
  }

  function localDay(moment) {
    const pad = (number) => String(number).padStart(2, "0");
    return `${moment.getFullYear()}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}`;
  }

  // The date too where it is not the one that is known already.
  function said(moment, knownDay) {
    const time = clock.format(moment);
    return localDay(moment) === knownDay ? time : `${date.format(moment)}, ${time}`;
  }

  function partner(element) {
    const dash = element.nextSibling;
    const other = dash?.nodeType === Node.TEXT_NODE && dash.data.trim() === "–" ? dash.nextSibling : null;
    return other?.nodeName === "TIME" ? other : null;
  }

  function bracket(text) {
    const [before, after] = words.split("{time}");
    const note = document.createElement("span");
    note.className = "their-time";
    note.append(" (", wording(before), text, wording(after), ")");
    return note;
  }

  function wording(text) {
    const part = document.createElement("span");
    part.className = "their-time__words";
    part.textContent = text;
    return part;
  }

  function show() {
    const done = new Set();
    for (const element of document.querySelectorAll("time[datetime]")) {
      const starts = read(element);
      if (!starts?.differs || done.has(element) || element.dataset.theirs) continue;
      if (element.closest("s")) continue; // what it was before: nobody comes at that time any more
      const end = partner(element);
      const ends = end && read(end);
      let text = said(starts.moment, starts.day);
      if (ends) text += `–${said(ends.moment, localDay(starts.moment))}`;
      for (const each of [element, end]) {
        if (!each) continue;
        each.dataset.theirs = "said";
        done.add(each);
      }
      (end ?? element).after(bracket(text));
    }
  }

  show();
  document.addEventListener("fresh", show);
}
