from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CheckinConfig(AppConfig):
    name = "registration.checkin"
    label = "checkin"
    verbose_name = _("Check-in")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from registration import audiences
        from registration.checkin import models, queries, receivers

        receivers.listen()
        audiences.ask_for_attendance(queries.who_attended)
        auditlog.register(models.Point)
        auditlog.register(models.Device, include_fields=["label", "user", "valid_until", "revoked_at"])
