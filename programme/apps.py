from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammeConfig(AppConfig):
    name = "programme"
    verbose_name = _("Programme")

    def ready(self) -> None:
        from django.db.models.signals import post_delete, post_save

        from forum.outbox.doctor import examination
        from forum.remembering import forget
        from programme import contact, history, models

        history.watch()
        examination.also_look(contact.findings)
        for model in (models.Edition, models.Venue, models.Day, models.EditionHost, models.Organisation):
            post_save.connect(forget, sender=model)
            post_delete.connect(forget, sender=model)
