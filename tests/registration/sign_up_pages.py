"""Registering as a browser does it, and what came of it."""

from __future__ import annotations

from forum.outbox.models import Message
from registration.models import Booking, Registration
from tests.factories import filled_form
from tests.pages import Page

NOTHING = (0, 0, 0)


class SignUp:
    """The three pages of registering, in one language."""

    def __init__(self, client, forum, language):
        self.client, self.forum, self.language = client, forum, language
        self.form, self.check, self.done = (
            f"/{language}/{forum.slug}/register/{step}" for step in ("", "check/", "done/")
        )

    def filled(self, **answers):
        """What a browser posts after somebody filled in the form. None leaves a field out."""
        return filled_form(self.client, self.forum, page=self.language, **answers)

    def post(self, step, facts):
        return self.client.post(getattr(self, step), facts)

    def read(self, step, facts):
        """The page that answers, and what it shows."""
        return Page(self.post(step, facts))


def saved() -> tuple[int, int, int]:
    """Registrations, bookings and mails."""
    return Registration.objects.count(), Booking.objects.count(), Message.objects.count()
