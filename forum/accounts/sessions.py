"""Web sessions in the database."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone


def end(user_ids: Collection[int]) -> None:
    """Sign these people out everywhere. A session names its user only inside, so all are read: seldom, or at night."""
    users = {str(each) for each in user_ids}
    theirs = [each.pk for each in Session.objects.iterator() if each.get_decoded().get(SESSION_KEY) in users]
    Session.objects.filter(pk__in=theirs).delete()


def clear_ended() -> None:
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
