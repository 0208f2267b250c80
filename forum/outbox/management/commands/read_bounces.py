"""Read delivery reports and complaints that mail servers sent to the sender of our mails: from files, or from a pipe.

Anything else is passed over, so that a mail server can hand over whatever comes to that address.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from forum.outbox import reports


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", default=["-"], help="Files that hold one mail each; - is the input.")

    def handle(self, *args: Any, files: list[str], **options: Any) -> None:
        for name in files:
            noted = reports.read(sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes())
            self.stdout.write(f"{noted[0].uuid}: {noted[1].value}" if noted else "no report about a mail of ours")
