"""Load the forum of 2022 and the editions before it. Creates what is missing and changes nothing that is there."""

from __future__ import annotations

import datetime as dt
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from programme import content, loading

FACTS = Path(content.__path__[0]) / "forum-2022.json"


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
        self.stdout.write(f"{edition}: {edition.days.count()} days, {edition.sessions.count()} sessions")
