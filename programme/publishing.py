"""Publishing the programme. The public sees the latest release; what is edited waits for the next one.

Whoever publishes announces what moved (`changes.announcing`), so that those who planned by it can be told.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forum.errors import Refused
from programme import differences, queries
from programme.differences import Difference
from programme.frozen import Facts, freeze
from programme.models import Edition, Release, Session
from programme.read_model import Text


class NothingToPublish(Refused):
    code, message = "nothing_to_publish", _("There is nothing to publish: the public sees exactly this.")


class DraftsMoved(Refused):
    code = "drafts_moved"
    message = _("Somebody changed the programme meanwhile. Nothing was published. Look at the differences again.")


class NeverPublished(Refused):
    code = "never_published"
    message = _("Publish the whole programme first. After that, single changes can be published.")


@dataclass(frozen=True)
class Proposal:
    """What the next release would be, beside the current one."""

    facts: Facts
    current: Release | None
    repeats: int | None = None

    @property
    def old(self) -> Facts:
        return self.current.programme if self.current else differences.NOTHING

    @property
    def differences(self) -> list[Difference]:
        return differences.between(self.old, self.facts)

    @property
    def number(self) -> int:
        return self.current.number + 1 if self.current else 1

    @property
    def mark(self) -> str:
        """A sign of what an organiser has looked at: another one as soon as anything of it is otherwise."""
        seen = json.dumps([self.number, self.facts], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(seen.encode()).hexdigest()[:32]


def everything(edition: Edition) -> Proposal:
    """All that is edited."""
    return Proposal(freeze(queries.drafts(edition)), Release.objects.current(edition))


def only(session: Session) -> Proposal:
    """One session as it is edited, with its talks and their people, and nothing else. Refused without a release."""
    whole = everything(session.edition)
    if whole.current is None:
        raise NeverPublished
    facts = differences.applied(whole.old, differences.of_session(whole.differences, session.pk))
    return Proposal(differences.tidied(facts), whole.current)


def earlier(release: Release) -> Proposal:
    """The way back. What is edited stays as it is."""
    return Proposal(release.programme, Release.objects.current(release.edition), repeats=release.number)


def publish(edition: Edition, by: AbstractBaseUser, note: Text, seen: str) -> Release:
    """Make all that is edited the programme that the public sees.

    This and the two below publish what was `seen` (a proposal's mark): they refuse when it is otherwise by now, or when
    nothing differs from what the public sees.
    """
    return _publish(edition, lambda: everything(edition), by, note, seen)


def publish_one(session: Session, by: AbstractBaseUser, note: Text, seen: str) -> Release:
    """Publish one session alone."""
    return _publish(session.edition, lambda: only(session), by, note, seen)


def publish_again(release: Release, by: AbstractBaseUser, note: Text, seen: str) -> Release:
    """Publish an earlier programme as the next release."""
    return _publish(release.edition, lambda: earlier(release), by, note, seen)


@transaction.atomic
def _publish(edition: Edition, propose: Callable[[], Proposal], by: AbstractBaseUser, note: Text, seen: str) -> Release:
    Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)  # nobody else makes the next release meanwhile
    proposal = propose()
    if proposal.mark != seen:
        raise DraftsMoved
    if proposal.current and not proposal.differences:
        raise NothingToPublish
    return Release.objects.create(
        edition=edition,
        number=proposal.number,
        made_by=by,
        note_ko=note.ko,
        note_en=note.en,
        repeats=proposal.repeats,
        programme=proposal.facts,
    )
