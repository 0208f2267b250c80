"""Confirmations that are filled in, not rendered: nobody can tell them from those that are."""

from __future__ import annotations

import dataclasses

import pytest

from registration.models import MailText
from registration.notices import alike
from registration.notices.letters import standing
from registration.notices.rendering import letter_of
from registration.notices.typed import typed_parts
from tests.factories import make_registration

# Escaped once in HTML and not at all in text, never read as a placeholder or a mark, and as long as a name can be.
NAMES = ["홍서우", "{forum} & <b>“O'Neill”</b>", f"{alike.CODE}{alike.NAME}", ("아주 긴 이름 " * 8)[:60]]


def rendered(registration):
    bookings = registration.bookings.select_related("day")
    typed = typed_parts(registration.edition_id, alike.KIND, registration.language)
    facts = standing(registration, bookings)
    return letter_of(alike.KIND, registration.edition, registration.language, facts, typed)


def as_read(letter):
    """Making styles inline writes quotation marks of texts as they are: read, both are the same."""
    return dataclasses.replace(letter, html=letter.html.replace("&#x27;", "'").replace("&quot;", '"'))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("days", [(1,), (2,), (1, 2)])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_filled_in_confirmation_is_the_rendered_one(forum, language, days, name):
    somebody = make_registration(forum, days=days, language=language, name=name)
    chosen = [booking.day for booking in somebody.bookings.select_related("day")]
    assert as_read(alike.confirmation(somebody, chosen)) == as_read(rendered(somebody))


def test_what_organisers_typed_is_filled_in_too(forum):
    subject = "{name} " * 20
    MailText.objects.create(edition=forum, kind=alike.KIND, subject_ko=subject, opening_ko="{name}: {days}")
    somebody = make_registration(forum, name=NAMES[3])
    letter = alike.confirmation(somebody, [booking.day for booking in somebody.bookings.select_related("day")])
    assert as_read(letter) == as_read(rendered(somebody))
    assert letter.subject.startswith("아주 긴 이름")


def test_whoever_waits_or_asks_for_support_gets_a_mail_of_their_own(forum):
    support = {"support": ["sign_language"], "support_note": ""}
    alone = [make_registration(forum, **more) for more in ({}, support)]
    assert [alike.is_alike(alike.KIND, standing(each, each.bookings.all())) for each in alone] == [True, False]
