"""Every change of the programme is logged, with who made it. The log is read in the admin, and calendars count it."""

from __future__ import annotations

import datetime as dt

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Max, Model, Q

from programme import models

NOT_FOR_READING = ["checkin_salt", "programme"]  # a release's own programme is in the release


def watch() -> None:
    """Log each model once per language: the untranslated column only repeats one of the two."""
    from modeltranslation.translator import translator

    for model in (
        models.Edition, models.EditionHost, models.Day, models.Room, models.Venue, models.Organisation,
        models.Session, models.Talk, models.Speaker, models.Appearance, models.Stream, models.Running, models.Release,
        models.Notice, models.Question, models.Case, models.CaseField,
    ):  # fmt: skip
        translated = model in translator.get_registered_models()
        repeated = list(translator.get_options_for_model(model).all_fields) if translated else []
        lists = ["fields"] if model is models.Case else []
        auditlog.register(model, exclude_fields=[*repeated, *NOT_FOR_READING], m2m_fields=lists)


def changes_of(*rows: Model | type[Model]) -> tuple[int, dt.datetime | None]:
    """How often these were changed or deleted since they were made, and when last. The number only grows.

    A model stands for all its rows: so it grows also when something moves from one of them to another.
    """
    theirs = Q(pk__in=[])
    for row in rows:
        of_row = {} if isinstance(row, type) else {"object_pk": str(row.pk)}
        theirs |= Q(content_type=ContentType.objects.get_for_model(row), **of_row)
    entries = LogEntry.objects.filter(theirs, action__in=[LogEntry.Action.UPDATE, LogEntry.Action.DELETE])
    found = entries.aggregate(number=Count("pk"), last=Max("timestamp"))
    return found["number"], found["last"]
