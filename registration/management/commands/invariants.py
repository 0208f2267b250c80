"""Look whether everything that must hold holds. Says what does not, and then exits with 1."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from registration import invariants
from registration.checkin import invariants as at_the_door


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        broken = invariants.broken() | at_the_door.broken()
        for promise, rows in broken.items():
            self.stderr.write(f"{promise}: {rows[:20]}")
        if broken:
            raise CommandError(f"{len(broken)} promises are broken")
        self.stdout.write("everything holds")
