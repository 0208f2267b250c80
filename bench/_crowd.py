"""A crowd in front of the forms of a copy, and a forum without anybody in it."""

from __future__ import annotations

import threading

from tests.pressing import Button, Form, open_form
from tests.product import Product

_mine = threading.local()  # each thread's connection


def people(copy: Product, number: int, name: str) -> list[Form]:
    """So many filled-in forms. A few pages are opened; the rest are the same in other tabs, each with a key of its own.

    The key is made as the page makes it: opening thousands of pages would only take time.
    """
    from registration.forms import new_submission_key

    pages = [open_form(copy.url, f"page-{each}@example.org") for each in range(4)]
    return [
        pages[each % len(pages)].as_somebody_else(f"{name}-{each}@example.org", new_submission_key())
        for each in range(number)
    ]


def button(copy: Product) -> Button:
    """This thread's own connection to the site."""
    if getattr(_mine, "button", None) is None:
        _mine.button = Button(copy.url)
    return _mine.button


def empty(seats: int, longest_line: int) -> None:
    """Nobody is registered; each day has so many seats, and everybody else may wait."""
    from django.db import connection

    from registration.models import Quota

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE registration_registration, outbox_message CASCADE")
    Quota.objects.update(capacity=seats, taken=0, waiting=0, last_place=0, longest_line=longest_line)
