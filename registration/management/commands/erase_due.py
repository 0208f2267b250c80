"""Destroy personal data whose period of keeping is over, of editions and accounts, and write the register of it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from registration import erasure, interest

BY = "the operator of the site, by hand (manage.py erase_due)"  # in the register of destruction


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        interest.end_cancelled()
        for edition in erasure.due():
            self.stdout.write(f"{edition.slug}: {erasure.erase_edition(edition, by=BY)} people")
        self.stdout.write(f"accounts: {erasure.erase_unused_accounts(by=BY)}")
