"""Somebody registers and the mail leaves, in a process that dies (-9) on the way: `python -m tests.dying`.

Once for every statement for the database, and once for every other point of the way. The points are printed as JSON.
tests/product.py starts this with a copy's settings; no worker runs meanwhile.
"""

from __future__ import annotations

import json
import os
import signal
import smtplib
import sys
import uuid
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.db import connection, connections  # noqa: E402 (a process of its own)
from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: E402

from forum.outbox import delivery, holding, queue  # noqa: E402
from forum.outbox.models import Message  # noqa: E402
from programme.models import Edition  # noqa: E402
from registration import sign_up  # noqa: E402
from tests.factories import make_answers  # noqa: E402

Deed = Callable[..., Any]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(deed: Deed) -> Deed:
    return lambda *given, **named: die()


def after(deed: Deed) -> Deed:
    return lambda *given, **named: (deed(*given, **named), die())


def at_word(word: str) -> Callable[[Deed], Deed]:
    """Before the client says this to the mail server."""
    return lambda deed: lambda line, said, *more: die() if said.lower().startswith(word) else deed(line, said, *more)


def at_answer(code: int, number: int = 1) -> Callable[[Deed], Deed]:
    """After the server has answered so, for the so-manieth time."""
    heard = []

    def patch(deed: Deed) -> Deed:
        def hear(line: Any) -> Any:
            answer = deed(line)
            heard.extend([1] if answer[0] == code else [])
            return die() if len(heard) == number else answer

        return hear

    return patch


# 250 is the answer to EHLO, MAIL, RCPT and, as the fourth, to the content.
POINTS: dict[str, tuple[Any, str, Callable[[Deed], Deed]]] = {
    "before a commit": (BaseDatabaseWrapper, "commit", before),
    "after a commit": (BaseDatabaseWrapper, "commit", after),
    "before the nudge": (queue, "_nudge", before),
    "after the nudge": (queue, "_nudge", after),
    "after the claim": (holding, "claim", after),
    "after it was written": (delivery, "compose", after),
    "before MAIL": (smtplib.SMTP, "putcmd", at_word("mail")),
    "before RCPT": (smtplib.SMTP, "putcmd", at_word("rcpt")),
    "before DATA": (smtplib.SMTP, "putcmd", at_word("data")),
    "before the content": (smtplib.SMTP, "getreply", at_answer(354)),
    "after the server took it": (smtplib.SMTP, "getreply", at_answer(250, 4)),
    "after it was noted": (holding, "end", after),
}


def go(email: str) -> None:
    """The whole way."""
    edition = Edition.objects.get(is_current=True)
    registration = sign_up.register(edition, make_answers(edition, email=email), uuid.uuid4())
    delivery.deliver(Message.objects.get(about=registration.uuid).pk)


def at_statement(number: int, email: str) -> None:
    """Die before statement `number`; with 0 tell, by the exit code, how many there are."""
    counted = []

    def count(execute: Deed, sql: str, params: Any, many: bool, context: Any) -> Any:
        counted.append(sql)
        if len(counted) == number:
            die()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        go(email)
    os._exit(len(counted) if number == 0 else 0)


def at_point(name: str, email: str) -> None:
    where, what, patch = POINTS[name]
    setattr(where, what, patch(getattr(where, what)))
    go(email)
    os._exit(0)


def in_a_child(deed: Callable[[], None]) -> int:
    """Its exit code, or minus the signal that ended it."""
    connections.close_all()
    if pid := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    try:
        deed()
    finally:
        os._exit(250)  # an error: never back into the parent's loop


def main() -> None:
    in_a_child(lambda: at_statement(0, "dying-first@example.org"))  # makes the row of the mail server
    statements = in_a_child(lambda: at_statement(0, "dying-nowhere@example.org"))
    ends = {
        f"statement {number}": in_a_child(lambda number=number: at_statement(number, f"dying-s{number}@example.org"))
        for number in range(1, statements + 1)
    }
    for place, name in enumerate(POINTS):
        ends[name] = in_a_child(lambda name=name, place=place: at_point(name, f"dying-p{place}@example.org"))
    survived = [name for name, code in ends.items() if code != -signal.SIGKILL]
    if survived or statements > 200:
        sys.exit(f"not killed at {survived}: {[ends[name] for name in survived]}; {statements} statements")
    sys.stdout.write(f"{json.dumps(list(ends))}\n")


if __name__ == "__main__":
    main()
