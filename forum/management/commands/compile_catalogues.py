"""Compile the translations, where there is no gettext on the machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            for source in Path(folder).glob("*/LC_MESSAGES/*.po"):
                with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
                    write_mo(mo, read_po(po, locale=source.parts[-3]))
                self.stdout.write(f"{source.parts[-3]}: {source.with_suffix('.mo').name}")
