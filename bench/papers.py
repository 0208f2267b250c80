"""How long papers take: 500 badges on sheets and on labels, and the list for the doors with 2,000 names.

The product's own functions in this process, on a PostgreSQL with so many people in it. Everybody has a ticket already,
as after a registration on the site. Each is made five times with other data: Typst remembers what it has set.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from bench._measure import product, report, say

PEOPLE, BADGES, TIMES = 2_000, 500, 5
SYLLABLES = "가나다라마바사아자차카타파하강김남노도류문박서신안오유이장정조최한홍"


def measure() -> dict[str, Any]:
    with product(DJANGO_SETTINGS_MODULE="forum.settings"):
        from registration import badges
        from registration.checkin import paper_list

        day, people = _everybody()
        return {
            "bench": "papers",
            "people": len(people),
            "badges": BADGES,
            **_timed("sheets", lambda turn: badges.typeset(_some(people, turn), badges.SHEET)),
            **_timed("labels", lambda turn: badges.typeset(_some(people, turn), badges.LABEL)),
            **_timed("list_by_name", lambda turn: paper_list.typeset(day, paper_list.BY_NAME, f"bench {turn}")[0]),
            **_timed("list_by_code", lambda turn: paper_list.typeset(day, paper_list.BY_CODE, f"bench {turn}")[0]),
        }


def _everybody() -> tuple[Any, list[Any]]:
    """Synthetic people with a seat on the first day and a ticket."""
    from programme.models import Edition
    from registration import ticketing
    from registration.models import Booking, Quota, Registration

    edition = Edition.objects.get(is_current=True)
    day = edition.days.get(number=1)
    quota = Quota.objects.select_related("day__edition").get(day=day, share=Quota.Share.PUBLIC)
    quota.capacity = quota.taken = PEOPLE
    quota.save()
    support = [[], [], [], ["receiver", "captions"]]
    rows = [
        Registration(
            edition=edition,
            name=_name(number),
            organisation=f"기관 {number % 40}",
            language="ko",
            support=support[number % 4],
        )
        for number in range(PEOPLE)
    ]
    people = Registration.objects.bulk_create(rows)
    Booking.objects.bulk_create([Booking.of_seat(person, quota) for person in people])
    for person in people:
        ticketing.issue_first(person)
    return day, people


def _name(number: int) -> str:
    size = len(SYLLABLES)
    return "".join(SYLLABLES[number * step // 7 % size] for step in (1, 11, 13))


def _some(people: list[Any], turn: int) -> list[Any]:
    start = turn * BADGES % (PEOPLE - BADGES)
    return people[start : start + BADGES]


def _timed(what: str, make: Callable[[int], bytes]) -> dict[str, float]:
    seconds, size = [], 0
    for turn in range(TIMES):
        began = time.perf_counter()
        size = len(make(turn))
        seconds.append(time.perf_counter() - began)
    say(f"{what}: {[round(each, 2) for each in seconds]} s")
    return {
        f"{what}_s_median": round(statistics.median(seconds), 2),
        f"{what}_s_worst": round(max(seconds), 2),
        f"{what}_kb": size // 1000,
    }


if __name__ == "__main__":
    report(__doc__, measure)
