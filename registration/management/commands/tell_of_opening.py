"""Write to everybody who waits for a registration that has opened: what the worker does every minute."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from registration import interest


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{interest.sweep()} told")
