from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    name = "forum.outbox"
    label = "outbox"
    verbose_name = _("Mail")

    def ready(self) -> None:
        from anymail.signals import tracking

        from forum.outbox import webhooks

        tracking.connect(webhooks.receive, dispatch_uid="outbox.receive")
