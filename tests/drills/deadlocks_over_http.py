"""A thousand presses on three days in any order, over HTTP: no deadlock, no page that fails, every seat counted.

People register, change their days, cancel and regret on the site's own pages, sixteen at once, on the forum's two days
and an invented third one. `./run drill deadlocks` does ten thousand transactions without pages.
`./run drill deadlocks_over_http --hurry` does 200 presses.
"""

from __future__ import annotations

import contextlib
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg2

from tests.citizen import Citizen, hidden_fields
from tests.drills._stage import main, say
from tests.drills.deadlocks import DEADLOCKS
from tests.pressing import Button, Form, open_form
from tests.product import Product, own_database

AT_ONCE, SEATS = 16, 15
DAYS = (1, 2, 3)
THIRD_DAY = f"""
import datetime as dt
from programme.models import Day, Edition
from registration.models import Quota
edition = Edition.objects.get(is_current=True)
date = edition.days.last().date + dt.timedelta(days=1)
Quota.objects.create(day=Day.objects.create(edition=edition, number=3, date=date), capacity=1)
Quota.objects.update(capacity={SEATS}, longest_line=10_000)
"""
TOKENS = """
from registration import links
from registration.models import Registration
for registration in Registration.objects.all():
    print(links.token_of(registration))
"""


def run(*, presses: int = 1_000) -> dict[str, Any]:
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(own_database())
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="forum-drill-"))
        product = stack.enter_context(Product(Path(folder), {"DATABASE_URL": url}))
        say("making a private database with three days, and a site")
        product.prepare()
        product.manage("shell", "-v", "0", "-c", THIRD_DAY)
        product.start_broker()
        product.start_web()
        began = time.monotonic()
        chance, site = random.Random(presses), product.url
        first = presses // 4
        counts = _at_once(_come(site, f"first-{number}", _some_days(chance)) for number in range(first))
        say(f"{first} people have registered: {dict(counts)}")
        tokens = product.manage("shell", "-v", "0", "-c", TOKENS).split()
        counts += _at_once(_any_act(site, number, tokens, chance) for number in range(presses - first))
        seconds = time.monotonic() - began
        invariants = product.manage("invariants").strip()
        deadlocks = _ask(url)
    failed = {act: number for act, number in counts.items() if act.rpartition(" ")[2] not in ("200", "302")}
    return {
        "ok": not deadlocks and not failed and invariants == "everything holds",
        "drill": "deadlocks_over_http",
        "presses": sum(counts.values()),
        "seconds": round(seconds, 1),
        "connections": AT_ONCE,
        "deadlocks": deadlocks,
        "failed": failed,
        "invariants": invariants,
        "acts": dict(sorted(counts.items())),
    }


Act = Callable[[], str]


def _at_once(acts: Iterable[Act]) -> Counter[str]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Counter(pool.map(lambda act: act(), list(acts)))


def _any_act(site: str, number: int, tokens: list[str], chance: random.Random) -> Act:
    days = _some_days(chance)
    act = chance.choices(("come", "change", "cancel", "undo"), (20, 45, 25, 10))[0]
    return _come(site, f"later-{number}", days) if act == "come" else _manage(site, chance.choice(tokens), act, days)


def _some_days(chance: random.Random) -> tuple[int, ...]:
    return tuple(chance.sample(DAYS, chance.randint(1, len(DAYS))))


def _come(site: str, name: str, days: tuple[int, ...]) -> Act:
    return lambda: _said("come", site, open_form(site, f"{name}@example.org", days))


def _manage(site: str, token: str, act: str, days: tuple[int, ...]) -> Act:
    """What the pages behind a link offer. A page that offers nothing, since all is cancelled, is none to press on."""
    page = {"change": "edit", "cancel": "cancel", "undo": "undo"}[act]
    path = f"/ko/ticket/{token.partition('-')[0]}/"

    def go() -> str:
        with Citizen(site) as citizen:
            citizen.get(f"/t/{token}/")
            status, shown = citizen.get(path if act == "undo" else f"{path}{page}/")
            typed = hidden_fields(shown) if status == 200 else []
            if "csrfmiddlewaretoken" not in dict(typed):
                return f"{act}: nothing to press {status}"
            if act == "change":
                typed += [("name", "홍서우")]
            if act != "undo" and "days" not in dict(typed):
                typed += [("days", str(day)) for day in days]
            cookie = "; ".join(f"{name}={value}" for name, value in citizen.cookies.items())
        return _said(act, site, Form(cookie, tuple(typed), f"{path}{page}/"))

    return go


def _said(act: str, site: str, form: Form) -> str:
    with Button(site) as button:
        return f"{act}: {button.press_until_done(form)[-1]}"


def _ask(url: str) -> int:
    with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(DEADLOCKS)
        return cursor.fetchone()[0]


if __name__ == "__main__":
    main(lambda: run(presses=200 if "--hurry" in sys.argv else 1_000), __doc__)
