"""The confirmation of a rush: alike for everybody with the same days, but for a name and a code.

Rendering it would be a fifth of the work of a registration. So one is rendered, and filled in for everybody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from forum.outbox.writing import Letter
from forum.remembering import remembered
from programme.models import Day, Edition
from registration.models import Registration
from registration.notices.rendering import letter_of, own_links
from registration.notices.typed import typed_parts

KIND = "confirmation"
NAME, CODE = "\ue010", "\ue011"  # of private use, and not those of slots: they stand in no text


def is_alike(kind: str, facts: Mapping[str, Any]) -> bool:
    """Whether the mail says nothing of this person but seats, a name and a code."""
    return kind == KIND and not (facts["waiting"] or facts["offers"] or facts["registration"].support)


def confirmation(registration: Registration, days: list[Day]) -> Letter:
    pattern = _pattern(registration.edition, registration.language, *days)
    return pattern.filled({NAME: registration.name, CODE: registration.desk_code_for_people})


@remembered(seconds=1)
def _pattern(edition: Edition, language: str, *days: Day) -> Letter:
    anybody = SimpleNamespace(name=NAME, desk_code_for_people=CODE, support=())
    facts = own_links() | {"registration": anybody, "days": days, "waiting": (), "offers": ()}
    return letter_of(KIND, edition, language, facts, typed_parts(edition.pk, KIND, language))
