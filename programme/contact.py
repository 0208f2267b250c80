"""Whom people can ask. Every mail names them, and mails about what somebody else did tell to call or write there."""

from __future__ import annotations

from django.utils.translation import gettext as _

from forum.outbox.doctor.findings import Finding, State
from programme.models import Edition


def findings() -> list[Finding]:
    """For the mail doctor: whether the mails of the current edition say where to call and where answers go."""
    edition = Edition.objects.filter(is_current=True).first()
    if edition is None:
        return []
    return [_email(edition), _phone(edition)]


def _email(edition: Edition) -> Finding:
    title = _("Answers to mails")
    if edition.contact_email:
        return Finding(title, State.WELL, _("They go to the edition’s contact e-mail."), edition.contact_email)
    sentence = _("The edition has no contact e-mail, so answers go to the sender.")
    return Finding(title, State.LOOK, f"{sentence} {_where()}")


def _phone(edition: Edition) -> Finding:
    title = _("Telephone in mails")
    if edition.contact_phone:
        return Finding(title, State.WELL, _("Mails say where to call."), str(edition.contact_phone))
    sentence = _("The edition has no contact telephone, so mails cannot say where to call.")
    return Finding(title, State.LOOK, f"{sentence} {_where()}")


def _where() -> str:
    return _("Fill it in with the edition, in the admin.")
