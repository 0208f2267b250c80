"""Make the tables of who came anew from the scans, and say what was different. `--dry-run` only says it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from programme.models import Edition
from registration.checkin import attending


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        look = attending.differences if options["dry_run"] else attending.rebuild
        number = 0
        for edition in Edition.objects.filter(points__isnull=False).distinct():
            for group, difference in look(edition).items():
                number += 1
                where = f"registration {group.registration} at point {group.point} on {group.date or 'any date'}"
                self.stdout.write(f"{edition.slug}: {where}: {difference}")
        self.stdout.write(f"{number} differed")
