"""The nightly question finds what is broken, and nothing else. test_seat_rules.py looks that nothing ever is."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from registration import invariants
from registration.models import Quota
from tests.factories import make_registration


def test_a_seat_counted_wrong_is_found(forum):
    make_registration(forum)
    Quota.objects.filter(day__number=1).update(taken=2)

    with pytest.raises(CommandError):
        call_command("invariants")

    assert list(invariants.broken()) == ["seats that are counted wrong"]
