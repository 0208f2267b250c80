"""How long nobody tries again: a mail after a failure, and everybody after a failure of the server."""

from __future__ import annotations

from datetime import timedelta

from forum.outbox.failures import Failure

GIVE_UP_AFTER = timedelta(hours=48)  # of trying

_SECONDS, _MINUTES, _HOURS = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours"))

# The last pause of each line is repeated.
_SOON = [30 * _SECONDS, *(number * _MINUTES for number in (2, 5, 15, 30)), 1 * _HOURS]
_OF_A_MAIL = {
    Failure.LATER: [10 * _MINUTES, 1 * _HOURS, 4 * _HOURS],
    Failure.UNCERTAIN: [30 * _SECONDS, 1 * _HOURS],  # each attempt may be one more copy in somebody's mailbox
}
_AWAY = [30 * _SECONDS, *(number * _MINUTES for number in (1, 2, 4, 8, 15))]
_OF_THE_SERVER = {
    Failure.OURS: [5 * _MINUTES, 30 * _MINUTES, 1 * _HOURS],  # it does not mend itself, and providers lock accounts
}


def of_a_mail(failure: Failure, times: int) -> timedelta:
    """After it failed in this way so many times in a row."""
    pauses = _OF_A_MAIL.get(failure, _SOON)
    return pauses[min(times, len(pauses)) - 1]


def of_the_server(failure: Failure, times: int) -> timedelta:
    """After it failed us so many times in a row, in whatever way."""
    pauses = _OF_THE_SERVER.get(failure, _AWAY)
    return pauses[min(times, len(pauses)) - 1]
