"""Destroy the personal data of editions whose period of keeping is over, and write the register of destruction."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from registration import erasure, interest


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        interest.end_cancelled()
        for edition in erasure.due():
            self.stdout.write(f"{edition.slug}: {erasure.erase_edition(edition, by='erase_due')} people")
