"""Confirmations that are filled in, not rendered: nobody can tell them from those that are."""

from __future__ import annotations

import pytest

from registration.notices import alike
from registration.notices.letters import standing
from registration.notices.rendering import letter_of
from registration.notices.typed import typed_parts
from tests.factories import make_registration

# Escaped once in HTML and not at all in text, never read as a placeholder or a mark, and longer than any subject.
NAMES = ["홍서우", "{forum} & <b>“O'Neill”</b>", f"{alike.CODE}{alike.NAME}", "아주 긴 이름 " * 20]
SUBJECT_WITH_NAME = {"subject_ko": "{name} 님, {desk_code}", "subject_en": "{name}, {desk_code}"}


def rendered(registration):
    bookings = registration.bookings.select_related("day")
    typed = typed_parts(registration.edition_id, alike.KIND, registration.language)
    facts = standing(registration, bookings)
    return letter_of(alike.KIND, registration.edition, registration.language, facts, typed)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("days", [(1,), (2,), (1, 2)])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_filled_in_confirmation_is_the_rendered_one(edition, language, days, name):
    somebody = make_registration(edition, days=days, language=language, name=name)
    chosen = [booking.day for booking in somebody.bookings.select_related("day")]
    assert alike.confirmation(somebody, chosen) == rendered(somebody)
