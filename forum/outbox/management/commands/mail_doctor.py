"""Say how our mail is: what the sending domain says of it, and whether it flows. With --to also send a probe.

Ends with 1 where something is broken.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import override

from forum.outbox.doctor import probe
from forum.outbox.doctor.examination import examine
from forum.outbox.doctor.findings import Finding, State
from forum.outbox.models import Message

MARKS = {State.WELL: "✓", State.LOOK: "!", State.BROKEN: "✗"}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", metavar="ADDRESS", help="Send a probe there, and wait for what becomes of it.")
        parser.add_argument("--wait", type=float, default=30, metavar="SECONDS", help="How long to wait for a probe.")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="en")

    def handle(self, *args: Any, to: str | None, wait: float, language: str, **options: Any) -> None:
        with override(language):
            found = [probe_and_wait(to, wait)] if to else []
            found += examine()
            for finding in found:
                self._say(finding)
        if any(finding.state == State.BROKEN for finding in found):
            sys.exit(1)

    def _say(self, finding: Finding) -> None:
        self.stdout.write(f"{MARKS[finding.state]} {finding.title} · {finding.state.label}: {finding.sentence}")
        for line in finding.seen.splitlines():
            self.stdout.write(f"    {line}")


def probe_and_wait(address: str, seconds: float) -> Finding:
    message, until = probe.send(address), time.monotonic() + seconds
    while message.state in (Message.State.QUEUED, Message.State.SENDING) and time.monotonic() < until:
        time.sleep(0.2)
        message.refresh_from_db()
    return probe.fate_of(message)
