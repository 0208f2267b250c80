"""Everything that the doctor looks at, in one go."""

from __future__ import annotations

from collections.abc import Callable

from forum.outbox.doctor import domain, flow, names
from forum.outbox.doctor.findings import Finding

_more: list[Callable[[], list[Finding]]] = []


def also_look(findings: Callable[[], list[Finding]]) -> None:
    """Other apps say here what mail needs of theirs. Said twice, it is looked at once."""
    if findings not in _more:
        _more.append(findings)


def examine(ask: names.Ask | None = None, ask_workers: flow.AskWorkers = flow.ask_celery) -> list[Finding]:
    """What there is to say of our mail: what flows here, what other apps know, and what the domain says."""
    others = [finding for findings in _more for finding in findings()]
    return [*flow.findings(ask_workers), *others, *domain.findings(ask or names.asking())]
