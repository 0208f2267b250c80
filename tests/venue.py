"""A forum whose first day is today, with people for every verdict, and phones to pair: for journeys at the doors."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.product import Product, answers_http, free_port, wait_until

GUESTS = 80
NO_TICKET = "FT1" + "0" * 26
# Nobody's real name. The first would be an element if a page took it for HTML.
NAMES = {"markup": "<img src=x onerror=alert(1)>", "guest": "홍서우", "companion": "김하늘"}
PEOPLED = """
import json
from django.db.models import F
from django.utils import timezone
from programme.models import Day, Edition
from registration import booking, ticketing
from registration.models import Booking, Quota, Registration
edition = Edition.objects.get(is_current=True)
Day.objects.filter(edition=edition, number=1).update(date=timezone.localdate())
Quota.objects.update(capacity=100000)
quotas = {{quota.day.number: quota for quota in Quota.objects.filter(day__edition=edition).select_related("day")}}
numbers = iter(range(100000))
def person(name, day=1, **more):
    number = next(numbers)
    one = Registration.objects.create(
        edition=edition, name=name, language="ko", organisation="한빛연구소", support=["receiver"],
        email=f"door-{{number}}@example.org", email_key=f"door-{{number}}@example.org", **more,
    )
    Booking.of_seat(one, quotas[day]).save()
    Quota.objects.filter(pk=quotas[day].pk).update(taken=F("taken") + 1)
    return one, ticketing.text_of(ticketing.issue_first(one))
people = {{"press": person({names[companion]!r}, category="press")}}
people |= {{"markup": person({names[markup]!r}), "tomorrow": person({names[companion]!r}, 2)}}
people |= {{"gone": person({names[companion]!r}), "replaced": person({names[companion]!r})}}
guests = [person({names[guest]!r}) for _ in range({guests})]
booking.cancel(people["gone"][0], [1])
ticketing.replace(people["replaced"][0])
print(json.dumps({{
    **{{name: text for name, (_one, text) in people.items()}},
    "guests": [text for _one, text in guests],
    "desk_codes": [one.desk_code for one, _text in guests],
}}))
"""
PAIRED = """
from datetime import timedelta
from django.core.cache import cache
from django.utils import timezone
from programme.models import Edition
from registration.checkin import pairing
from registration.checkin.models import Device
cache.clear()  # ten phones a minute are paired at most, and tests are faster
edition = Edition.objects.get(is_current=True)
until = timezone.now() + timedelta(hours={hours})
print(pairing.offer(Device.objects.create(edition=edition, label={label!r}, valid_until=until, rights={rights!r})))
"""
SCANS = """
import json
from registration.checkin.models import Device, Scan
device = Device.objects.get(label={label!r})
rows = Scan.objects.filter(device=device).order_by("seq").select_related("ticket", "outcome")
print(json.dumps([
    {{
        "seq": scan.seq, "verdict": scan.verdict, "flags": scan.flags, "offline": scan.is_offline,
        "told": scan.device_verdict, "at": scan.effective_at.timestamp(), "voids": bool(scan.voids),
        "reason": scan.override_reason,
    }}
    for scan in rows
]))
"""


class Venue(Product):
    """The product's processes, and the ends of it that an organiser holds."""

    tickets: dict[str, Any]

    def open(self) -> None:
        port = free_port()
        self.settings["CACHE_URL"] = f"redis://127.0.0.1:{port}/0"
        self.prepare()
        self.start_broker()
        self.start_valkey("cache", port)
        self.tickets = json.loads(self.say(PEOPLED.format(names=NAMES, guests=GUESTS)))
        self.guests = iter(self.tickets["guests"])
        self.start_web()

    def say(self, code: str) -> str:
        return self.manage("shell", "-v", "0", "-c", code).strip()

    def code_for(self, label: str, rights: str = "scan", hours: float = 10) -> str:
        return self.say(PAIRED.format(label=label, rights=rights, hours=hours))

    def scans_of(self, label: str) -> list[dict[str, Any]]:
        return json.loads(self.say(SCANS.format(label=label)))

    def change_device(self, label: str, **values: str) -> None:
        """Each value is Python, with `now` and `timedelta` to hand."""
        changes = ", ".join(f"{name}={value}" for name, value in values.items())
        self.say(
            "from datetime import timedelta; from django.utils import timezone; now = timezone.now()\n"
            "from registration.checkin.models import Device\n"
            f"Device.objects.filter(label={label!r}).update({changes})"
        )

    def go_dark(self) -> None:
        self.kill("web")

    def come_back(self) -> None:
        self.start_web()
        wait_until(lambda: answers_http(f"{self.url}/healthz"), "the site answers", 60)


def pair(page: Page, code: str, language: str = "en", site: str = "") -> None:
    """Open what the QR says, and wait until the phone has all it needs to go on alone."""
    page.goto(f"{site}/checkin/?lang={language}#pair={code}")
    is_ready(page)


def is_ready(page: Page) -> None:
    # How long it takes is measured in bench/scanner.py, not here: a busy machine is no fault.
    expect(page.locator("#begin")).to_be_enabled(timeout=20_000)
    expect(page.locator("#list-size")).to_have_text(re.compile(r"\d"))
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")


def begin(page: Page, gate: str = "Gate A") -> None:
    page.locator("#gate").fill(gate)
    page.locator("#begin").click()
    expect(page.locator("#scan")).to_be_visible()


def type_in(page: Page, code: str) -> None:
    page.locator("#dock [data-type]").click()
    page.locator("#code").fill(code)
    page.keyboard.press("Enter")


def scan(page: Page, code: str) -> str:
    """Type a ticket's code. Answers the English word of its verdict, and closes it."""
    type_in(page, code)
    word = page.locator(".verdict__en")
    expect(word).to_be_visible()
    told = word.inner_text()
    page.keyboard.press("Escape")
    expect(word).to_be_hidden()
    return told


def unsent(page: Page) -> int:
    return int(page.locator("#net-unsent").get_attribute("data-count"))
