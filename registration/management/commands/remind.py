"""Remind everybody who has a seat tomorrow: what the worker does every minute from 10:00 on the eve."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from registration import reminding


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{reminding.remind()} reminded")
