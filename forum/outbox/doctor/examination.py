"""Everything that the doctor looks at, in one go."""

from __future__ import annotations

from forum.outbox.doctor import domain, flow, names
from forum.outbox.doctor.findings import Finding


def examine(ask: names.Ask | None = None, ask_workers: flow.AskWorkers = flow.ask_celery) -> list[Finding]:
    """What there is to say of our mail, first what flows here, then what the domain says."""
    return [*flow.findings(ask_workers), *domain.findings(ask or names.asking())]
