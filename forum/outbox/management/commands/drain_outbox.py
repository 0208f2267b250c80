"""Send every mail that is due, without broker or worker: the way out when both are away, and a timer's every minute."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from forum.outbox import delivery, lines, provider


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--older-than",
            type=float,
            default=0,
            metavar="SECONDS",
            help="leave what is due for a shorter time to the workers (120 suits a timer)",
        )
        parser.add_argument("--now", action="store_true", help="the mail server is mended: do not wait for its pause")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["now"]:
            provider.try_now()
        tried = delivery.sweep(due_for=timedelta(seconds=options["older_than"]))
        lines.end_all()
        self.stdout.write(f"{tried} tried")
