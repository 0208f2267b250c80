"""Two organisers who switch the current edition in the same second."""

from __future__ import annotations

import pytest

from programme import editions
from programme.models import Edition
from tests.at_once import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_however_many_switch_at_once_one_edition_is_current(forum):
    chosen = list(Edition.objects.all()) * 4

    answers = at_once([lambda edition=edition: editions.make_current(edition) for edition in chosen])

    assert answers == [None] * len(chosen)
    assert Edition.objects.filter(is_current=True).count() == 1
