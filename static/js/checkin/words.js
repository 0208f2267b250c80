/* Words of the page, in the page's language. They stand in the template; here they are only filled in. */

const language = document.documentElement.lang;
const locale = language === "ko" ? "ko-KR" : "en-GB";
let timezone = "Asia/Seoul";

/** Times are told as on the clocks of the edition's hall. */
export function setTimezone(name) {
  timezone = name;
}

/** The text of that name, with {placeholders} filled in. */
export function text(name, values = {}) {
  const source = document.getElementById("texts").content.querySelector(`[data-text="${name}"]`).textContent;
  return source.replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

/** @param {import("./shapes.js").Text} words */
export function local(words) {
  return words[language] || words.ko || words.en || "";
}

/** "Day 2, Tue 8 Dec" @param {import("./shapes.js").Day} day */
export function dayAndDate({ number, date }) {
  return text("day-and-date", { number, date: dayOf(new Date(`${date}T12:00:00Z`), "UTC") });
}

/** The date of a moment (milliseconds) on the calendars of the edition's hall: YYYY-MM-DD. */
export function dateOf(moment) {
  return new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: timezone }).format(moment);
}

export function time(moment) {
  return new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", hourCycle: "h23", timeZone: timezone }).format(moment);
}

/** "today 9:12", or "Fri 25 Nov 14:02" */
export function moment(then, now) {
  const isToday = dayOf(then, timezone) === dayOf(now, timezone);
  return `${isToday ? ago(0, "day") : dayOf(then, timezone)} ${time(then)}`;
}

/** "29 minutes ago"; under one minute, "now" */
export function since(then, now) {
  const minutes = Math.floor((now - then) / 60_000);
  if (minutes < 1) return ago(0, "second");
  return minutes < 90 ? ago(-minutes, "minute") : ago(-Math.round(minutes / 60), "hour");
}

function dayOf(date, timeZone) {
  return new Intl.DateTimeFormat(locale, { month: language === "ko" ? "long" : "short", day: "numeric", weekday: "short", timeZone }).format(date);
}

function ago(number, unit) {
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(number, unit);
}
