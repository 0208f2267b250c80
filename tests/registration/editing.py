"""What the admin says after saving, and the mail that it prepared."""

from __future__ import annotations

from django.contrib.messages import get_messages

from registration.models import Broadcast


def said(answer):
    assert answer.status_code == 302, answer.context["errors"]
    return [str(message) for message in get_messages(answer.wsgi_request)]


def draft():
    return Broadcast.objects.get(purpose="change", state="draft")
