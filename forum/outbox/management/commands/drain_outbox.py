"""Send every mail that is due, without broker or worker: the way out when both are away."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from forum.outbox import delivery


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        tried = 0
        while swept := delivery.sweep():
            tried += swept
        self.stdout.write(f"{tried} tried")
