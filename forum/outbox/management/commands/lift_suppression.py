"""Write to these addresses again, which returned a mail or complained of one. Organisers do so on the registration."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from forum.outbox import suppression


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("addresses", nargs="+")

    def handle(self, *args: Any, addresses: list[str], **options: Any) -> None:
        for address in addresses:
            self.stdout.write(f"{address}: {'lifted' if suppression.lift(address) else 'nothing was held back'}")
