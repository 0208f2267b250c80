"""Every text that a person can see exists in Korean; English is what the code says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "forum/locale/ko/LC_MESSAGES/django.po"


def test_every_message_is_translated_and_none_is_a_guess():
    catalogue = polib.pofile(CATALOGUE)

    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


def test_a_translation_uses_the_same_values_as_its_message():
    catalogue = polib.pofile(CATALOGUE)

    differing = {
        entry.msgid: entry.msgstr
        for entry in catalogue
        if not entry.msgid_plural and _values(entry.msgid) != _values(entry.msgstr)
    }

    assert differing == {}


def test_the_catalogue_knows_every_message_of_the_code(tmp_path):
    if not shutil.which("xgettext"):
        pytest.fail("gettext is not there") if os.environ.get("CI") == "true" else pytest.skip("gettext is not there")
    copy = tmp_path / "product"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "node_modules", "var*", "*.mo", "tests"))
    known = {entry.msgid for entry in polib.pofile(CATALOGUE)}

    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "-l", "ko", "--no-obsolete", "--no-location"],
        cwd=copy,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "forum.settings", "VAR": str(tmp_path / "var")},
        check=True,
        capture_output=True,
    )

    found = {entry.msgid for entry in polib.pofile(copy / CATALOGUE.relative_to(ROOT))}
    assert found == known


def _values(text: str) -> list[str]:
    return sorted(re.findall(r"%\((\w+)\)[sd]", text))
