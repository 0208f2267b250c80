"""What the clock brings: a task calls a verb."""

from __future__ import annotations

from celery import shared_task

from registration import erasure, interest, invariants, reconfirming, reminding, waiting_list, writing

BY = "the site itself, every night (erase_due)"  # in the register of destruction


@shared_task(expires=60)
def sweep_waiting_lists() -> None:
    waiting_list.sweep()


@shared_task(expires=3600)
def ask_who_is_coming() -> None:
    reconfirming.ask()


@shared_task(expires=60)
def remind() -> None:
    reminding.remind()


@shared_task(expires=60)
def tell_of_opening() -> None:
    interest.sweep()


@shared_task(expires=15)
def write_broadcasts() -> None:
    writing.write()


@shared_task(expires=3600)
def erase_due() -> None:
    interest.end_cancelled()
    for edition in erasure.due():
        erasure.erase_edition(edition, by=BY)
    erasure.erase_unused_accounts(by=BY)


@shared_task(expires=3600)
def inspect() -> None:
    invariants.inspect()
