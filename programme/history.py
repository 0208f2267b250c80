"""Every change of the programme is logged, with who made it. The log is read in the admin."""

from __future__ import annotations

from auditlog.registry import auditlog

from programme import models

NOT_FOR_READING = ["checkin_salt"]


def watch() -> None:
    """Log each model once per language: the untranslated column only repeats one of the two."""
    from modeltranslation.translator import translator

    for model in (
        models.Edition, models.EditionHost, models.Day, models.Room, models.Venue, models.Organisation,
        models.Session, models.Talk, models.Speaker, models.Appearance, models.Stream,
    ):  # fmt: skip
        translated = model in translator.get_registered_models()
        repeated = list(translator.get_options_for_model(model).all_fields) if translated else []
        auditlog.register(model, exclude_fields=[*repeated, *NOT_FOR_READING])
