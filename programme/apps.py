from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammeConfig(AppConfig):
    name = "programme"
    verbose_name = _("Programme")

    def ready(self) -> None:
        from django.db.models.signals import post_delete, post_save

        from forum.remembering import forget
        from programme import history, models

        history.watch()
        shown_with_an_edition = (
            models.Edition, models.Venue, models.Day, models.EditionHost, models.Organisation,
            models.Notice, models.Question,
        )  # fmt: skip
        for model in shown_with_an_edition:
            post_save.connect(forget, sender=model)
            post_delete.connect(forget, sender=model)
