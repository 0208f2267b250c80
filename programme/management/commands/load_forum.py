"""Load the forum of 2022, the editions before it, and the first entries of the register of cases. Creates what is
missing and changes nothing that is there."""

from __future__ import annotations

import datetime as dt
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from programme import content, loading, loading_register

FACTS = Path(content.__path__[0]) / "forum-2022.json"
REGISTER = FACTS.with_name("register.json")


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--move-to",
            type=dt.date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="move a newly created edition so that its first day is this date, and open its registration",
        )

    def handle(self, *args: Any, move_to: dt.date | None, **options: Any) -> None:
        edition = loading.load(json.loads(FACTS.read_text()), move_to)
        loading_register.load(json.loads(REGISTER.read_text()))
        self.stdout.write(f"{edition}: {edition.days.count()} days, {edition.sessions.count()} sessions")
