from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CheckinConfig(AppConfig):
    name = "registration.checkin"
    label = "checkin"
    verbose_name = _("Check-in")

    def ready(self) -> None:
        from registration.checkin import receivers

        receivers.listen()
