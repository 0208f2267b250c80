from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

AUDITED = ["label", "gate", "user", "points", "rights", "valid_from", "valid_until", "revoked_at"]


class CheckinConfig(AppConfig):
    name = "registration.checkin"
    label = "checkin"
    verbose_name = _("Check-in")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from registration import attended, audiences
        from registration.checkin import figures, models, receivers

        receivers.listen()
        audiences.ask_for_attendance(figures.who_attended)
        attended.ask_for_days(figures.days_attended)
        auditlog.register(models.Point)
        auditlog.register(models.Device, include_fields=AUDITED)
        auditlog.register(models.Decision)
