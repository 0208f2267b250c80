from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "forum.accounts"
    label = "accounts"
    verbose_name = _("People who work on the forum")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from forum.accounts.models import User
        from forum.accounts.roles import make_groups

        post_migrate.connect(make_groups)
        # Who was given which right, and when: kept three years (safety standard, article 5).
        auditlog.register(User, include_fields=["email", "name", "is_staff", "is_active"], m2m_fields={"groups"})
