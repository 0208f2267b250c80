"""The scanner on a slow phone: how long the list of 5,000 tickets takes, and how long a code takes to its verdict.

Chromium at a quarter of this machine's speed, as a cheap phone is. Codes come from a scanner on a cable, so that the
clock begins where the camera's decoder ends: with the network on, and with the network off. `bounds` is what was
promised: the list within 3 seconds, 95 of 100 verdicts within 800 ms by the site and 300 ms by the phone alone.
Needs Chromium and the packages of the tests (`./run test --version` installs them).
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from bench._measure import milliseconds, product, report, say

TICKETS, CODES, SLOWER = 5000, 60, 4
BOUNDS = {"list_ms": 3000, "online_p95_ms": 800, "alone_p95_ms": 300}
CHROMIUM = "/usr/bin/chromium"
# Types a code as such a scanner does, and answers after how many milliseconds its verdict was painted.
READ = """(code) => new Promise((done) => {
  const slot = document.getElementById("verdict");
  const began = performance.now();
  const watch = new MutationObserver(() => {
    if (!slot.querySelector(".verdict")) return;
    watch.disconnect();
    const word = slot.querySelector("h2").textContent;
    requestAnimationFrame(() => setTimeout(() => done([performance.now() - began, word])));
  });
  watch.observe(slot, { childList: true });
  for (const key of [...code, "Enter"]) dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
})"""
LOAD = """async ([api, list, store]) => {
  const { List } = await import(list);
  const { openStore } = await import(store);
  await import(api);
  const fresh = new List(await openStore(), () => "");
  const began = performance.now();
  await fresh.refresh({ isWhole: true });
  return [performance.now() - began, fresh.size];
}"""


def measure() -> dict[str, Any]:
    with product() as copy:
        say(f"registering {TICKETS} people")
        texts = _tickets(TICKETS)
        code = _pairing_code()
        copy.start_web()
        return {"bench": "scanner", "slower": SLOWER, "bounds": BOUNDS, **_on_a_phone(copy.url, code, texts)}


def _on_a_phone(site: str, code: str, texts: list[str]) -> dict[str, Any]:
    from playwright.sync_api import expect, sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(base_url=site, viewport={"width": 360, "height": 640})
        page = context.new_page()
        page.goto(f"/checkin/?lang=en#pair={code}")
        expect(page.locator("#list-size")).to_have_text(re.compile(r"\d"), timeout=60_000)
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        scripts = [f"{site}/static/js/checkin/{name}.js" for name in ("api", "list", "store")]
        loads = [page.evaluate(LOAD, scripts) for _ in range(3)]
        if {size for _ms, size in loads} != {TICKETS}:
            raise ValueError(f"the list has {loads} tickets")
        say(f"the list: {loads}")
        page.locator("#gate").fill("Gate A")
        page.locator("#begin").click()
        expect(page.locator("#scan")).to_be_visible()
        online = _read(page, texts[:CODES])
        context.set_offline(True)
        expect(page.locator("#net")).to_contain_text("offline", timeout=30_000)
        alone = _read(page, texts[CODES : 2 * CODES])
        browser.close()
    return {"list_ms": round(max(ms for ms, _size in loads)), "tickets": TICKETS, "online": online, "alone": alone}


def _read(page: Any, codes: list[str]) -> dict[str, float]:
    waits = []
    for code in codes:
        wait, word = page.evaluate(READ, code)
        if word != "입장":
            raise ValueError(f"the verdict was {word}")
        waits.append(wait / 1000)
        page.keyboard.press("Escape")
    figures = milliseconds(waits)
    say(f"{len(codes)} codes: {figures}")
    return figures


def _tickets(number: int) -> list[str]:
    """So many people with a seat on day 1, which is today. Written as rows."""
    from django.conf import settings
    from django.utils import timezone

    from programme.models import Day, Edition
    from registration.models import Booking, Quota, Registration, Ticket
    from registration.ticketing import derive_code, derive_lookup, write

    edition = Edition.objects.get(is_current=True)
    Day.objects.filter(edition=edition, number=1).update(date=timezone.localdate())
    quota = Quota.objects.select_related("day").get(day__edition=edition, day__number=1)
    Quota.objects.filter(pk=quota.pk).update(capacity=number, taken=number)
    people = Registration.objects.bulk_create(
        Registration(edition=edition, name="홍서우", email=f"p{each}@example.org", email_key=f"p{each}", language="ko")
        for each in range(number)
    )
    Booking.objects.bulk_create(Booking.of_seat(person, quota) for person in people)
    key_id, salt = max(settings.TICKET_KEYS), bytes(edition.checkin_salt)
    codes = [derive_code(settings.TICKET_KEYS[key_id], person.uuid, 1) for person in people]
    Ticket.objects.bulk_create(
        Ticket(registration=person, key_id=key_id, lookup=derive_lookup(code, salt))
        for person, code in zip(people, codes, strict=True)
    )
    return [write(code) for code in codes]


def _pairing_code() -> str:
    from programme.models import Edition
    from registration.checkin import pairing
    from registration.checkin.models import Device

    edition = Edition.objects.get(is_current=True)
    until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    return pairing.offer(Device.objects.create(edition=edition, label="Slow phone", valid_until=until))


if __name__ == "__main__":
    report(__doc__, measure)
