"""Many rows, one after the other: what fails is logged and keeps nobody waiting."""

from __future__ import annotations

import logging

from forum.one_by_one import one_by_one
from forum.outbox.models import Heartbeat


def test_one_row_that_fails_does_not_keep_the_others_and_the_log_names_nobody(caplog):
    rows = [Heartbeat(name=name) for name in ("first", "faulty", "last")]

    def act(row):
        if row.name == "faulty":
            raise ValueError("@".join(("hong", "example.org")))
        return row.name

    with caplog.at_level(logging.ERROR):
        results = one_by_one(act, rows)

    assert results == ["first", "last"]
    assert "outbox.Heartbeat faulty failed: ValueError" in caplog.text
    assert "in act" in caplog.text
    assert "hong@example.org" not in caplog.text
