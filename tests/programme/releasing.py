"""What tests of publishing do again and again."""

from __future__ import annotations

from programme import publishing
from programme.models import Edition, Release, Session, Talk
from programme.read_model import Text

ADDRESS = "/staff/programme/2022/"


def publish(edition: Edition, by=None, note: Text | None = None) -> Release:
    """All that is edited, as it is now."""
    return publishing.publish(edition, by, note or Text(), publishing.everything(edition).mark)


def publish_one(session: Session, by=None) -> Release:
    return publishing.publish_one(session, by, Text(), publishing.only(session).mark)


def publish_again(release: Release, by=None) -> Release:
    return publishing.publish_again(release, by, Text(), publishing.earlier(release).mark)


def edit(slug: str, **values) -> Session | Talk:
    """Save other values of a session or a talk, as an editor does."""
    row = Session.objects.filter(slug=slug).first() or Talk.objects.get(slug=slug)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return row
