"""At which second of a recording each talk starts: measured there, or worked out of the start that was noted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping


def seconds(
    begun: Mapping[str, dt.datetime], starts_at: dt.datetime | None, measured: Mapping[str, int]
) -> dict[str, int]:
    """Whole seconds by the talk's slug. What was measured counts. A noted start counts from the recording's own, which
    one measured talk gives away where nobody noted it. A talk from before the recording is not in it."""
    zero = starts_at or _beginning(begun, measured)
    noted = {slug: int((moment - zero).total_seconds()) for slug, moment in begun.items()} if zero else {}
    return {slug: second for slug, second in {**noted, **measured}.items() if second >= 0}


def hours(seconds: int) -> str:
    """1:02:03, or 2:03 within the first hour."""
    minutes, rest = divmod(seconds, 60)
    whole, minutes = divmod(minutes, 60)
    return f"{whole}:{minutes:02}:{rest:02}" if whole else f"{minutes}:{rest:02}"


def _beginning(begun: Mapping[str, dt.datetime], measured: Mapping[str, int]) -> dt.datetime | None:
    """Of the recording, by its first talk that was both noted and measured."""
    both = [slug for slug in measured if slug in begun]
    first = min(both, key=measured.__getitem__, default=None)
    return begun[first] - dt.timedelta(seconds=measured[first]) if first is not None else None
