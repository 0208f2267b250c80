from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammeConfig(AppConfig):
    name = "programme"
    verbose_name = _("Programme")

    def ready(self) -> None:
        from django.db.models.signals import m2m_changed, post_delete, post_save

        from forum.outbox.doctor import examination
        from forum.remembering import forget
        from programme import contact, converters, history, keeping, models

        converters.register()
        history.watch()
        examination.also_look(contact.findings)
        shown_with_an_edition = (
            models.Edition, models.Venue, models.Day, models.EditionHost, models.Organisation,
            models.Notice, models.Question,
        )  # fmt: skip
        for model in shown_with_an_edition:
            post_save.connect(forget, sender=model)
            post_delete.connect(forget, sender=model)
        for model in self.get_models():
            post_save.connect(keeping.changed, sender=model)
            post_delete.connect(keeping.changed, sender=model)
        for through in (models.Session.hosts.through, models.Case.fields.through):
            m2m_changed.connect(keeping.changed, sender=through)
