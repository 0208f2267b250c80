"""Write the confirmed mails to many into the outbox: what the worker does every 15 seconds."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from registration import writing


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{writing.write()} written")
