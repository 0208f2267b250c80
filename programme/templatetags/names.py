"""What things of the programme are called."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from programme.read_model import Session, Speaker, Talk
from programme.templatetags.phrases import phrase

register = template.Library()


@register.filter
def session_name(session: Session) -> str:
    """Session 2, or what else it is."""
    if session.number:
        return _("Session %(number)s") % {"number": session.number}
    return {"ceremony": _("Ceremony"), "break": _("Break")}.get(session.kind) or _("Session")


@register.filter
def talk_kind(talk: Talk) -> str:
    """What kind of contribution it is."""
    return {"keynote": _("Keynote"), "panel": _("Panel"), "address": _("Speech")}.get(talk.kind) or _("Talk")


@register.filter
def spoken(talk: Talk) -> str:
    """What is spoken, and what can be heard as well. Empty while the language is unknown."""
    if not talk.language:
        return ""
    if not talk.interpreted_into:
        return _language(talk.language)
    names = {"spoken": _language(talk.language), "heard": _language(talk.interpreted_into)}
    return _("%(spoken)s, interpreted into %(heard)s") % names


@register.filter
def post(speaker: Speaker) -> str:
    """Position and affiliation in the order of the page's language."""
    if not (speaker.position and speaker.affiliation):
        return phrase(speaker.position or speaker.affiliation)
    names = {"position": phrase(speaker.position), "affiliation": phrase(speaker.affiliation)}
    return SafeString(_("%(position)s, %(affiliation)s") % names)


def _language(code: str) -> str:
    return str(get_language_info(code)["name_translated"])
