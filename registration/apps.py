from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistrationConfig(AppConfig):
    name = "registration"
    verbose_name = _("Registration")

    def ready(self) -> None:
        from auditlog.registry import auditlog
        from django.db.models.signals import post_delete, post_save

        from forum.outbox.writing import PARTS
        from forum.remembering import forget
        from programme import keeping
        from registration import enclosures, models, receivers

        receivers.listen()
        enclosures.register()
        auditlog.register(models.Quota, include_fields=["day", "share", "capacity"])
        auditlog.register(models.ConsentNotice)
        auditlog.register(models.MailText, exclude_fields=PARTS)  # once per language
        auditlog.register(models.Broadcast, exclude_fields=["batch"])
        post_save.connect(forget, sender=models.ConsentNotice)
        for changed in (post_save, post_delete):
            changed.connect(forget, sender=models.MailText)
            changed.connect(keeping.changed, sender=models.Quota)
