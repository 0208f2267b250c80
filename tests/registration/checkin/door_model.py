"""What the rules of a door say, told a second time: plain values, no database, nothing of the product.

One person, one point, one date. Minutes are counted from when the doors opened.
"""

from __future__ import annotations

from dataclasses import dataclass, field

GREEN = {"admitted", "admitted_again"}


@dataclass
class Event:
    """One scan. `name` also decides between two of the same minute, after the device's own number."""

    name: str
    minute: int
    device: str = "A"
    number: int = 0
    out: bool = False
    refused: str = ""  # what the ticket by itself was refused for
    anyway: bool = False  # the person went in although: a supervisor's word, or a phone that did not know
    forced: bool = False  # a supervisor gave a reason
    review: bool = False  # kept for review and not accepted
    shown_green: bool = False  # a phone without network let them in
    takes_back: str = ""
    supervisor: bool = False


@dataclass
class Diary:
    came: int | None = None
    by: str | None = None
    came_last: int | None = None
    seen_last: int | None = None
    is_in: bool = False
    entries: int = 0
    doubles: int = 0
    verdicts: dict[str, str] = field(default_factory=dict)
    doubled: set[str] = field(default_factory=set)


def diary(events: list[Event], mode: str = "once_a_day") -> Diary:
    book = Diary()
    known = {event.name: event for event in events}
    undone = set()
    for event in known.values():
        if event.takes_back:
            book.verdicts[event.name] = verdict_of_taking_back(event, known.get(event.takes_back))
            if book.verdicts[event.name] == "voided":
                undone.add(event.takes_back)
    for event in sorted(known.values(), key=lambda each: (each.minute, each.number, each.name)):
        if event.takes_back:
            continue
        if event.name in undone:
            book.verdicts[event.name] = "voided"
        elif event.review:
            book.verdicts[event.name] = "under_review"
        elif event.refused and not event.anyway:
            book.verdicts[event.name] = event.refused
        else:
            happen(book, event, mode)
    return book


def verdict_of_taking_back(event: Event, target: Event | None) -> str:
    if event.review:
        return "under_review"
    if target is None or target.takes_back:
        return "void_unknown"
    soon = target.minute <= event.minute <= target.minute + 10
    return "voided" if event.supervisor or (event.device == target.device and soon) else "void_refused"


def happen(book: Diary, event: Event, mode: str) -> None:
    book.seen_last = event.minute
    if event.out:
        book.is_in = False
        book.verdicts[event.name] = "exited"
        return
    first = book.came is None
    back = not book.is_in or event.minute >= (book.came_last or 0) + 20
    welcome = first or event.forced or mode == "unlimited" or (mode == "once_a_day" and back)
    if not welcome:
        book.verdicts[event.name] = "already_in"
        if event.shown_green:
            book.doubles += 1
            book.doubled.add(event.name)
        return
    if first:
        book.came, book.by = event.minute, event.name
    book.verdicts[event.name] = "admitted" if first else "admitted_again"
    book.came_last, book.is_in = event.minute, True
    book.entries += 1
