"""Settings that contradict each other fail `manage.py check`, not a citizen."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import Tags, register

from forum import pdf


@register(Tags.database, deploy=True)
def no_sqlite_in_production(app_configs: Any, **_: Any) -> list[checks.Error]:
    if "sqlite" in settings.DATABASES["default"]["ENGINE"]:
        return [
            checks.Error("SQLite serves one machine only.", hint="Set DATABASE_URL to PostgreSQL.", id="forum.E001")
        ]
    return []


@register(Tags.security, deploy=True)
def no_development_in_production(app_configs: Any, **_: Any) -> list[checks.Error]:
    if settings.DEVELOPMENT:
        return [checks.Error("DEVELOPMENT shows all mail to everybody.", hint="Unset DEVELOPMENT.", id="forum.E002")]
    return []


@register(Tags.security, deploy=True)
def staff_need_a_second_factor(app_configs: Any, **_: Any) -> list[checks.Error]:
    if not settings.REQUIRE_SECOND_FACTOR:
        return [checks.Error("Staff see personal data.", hint="Unset REQUIRE_SECOND_FACTOR.", id="forum.E003")]
    return []


@register(Tags.caches, deploy=True)
def limits_need_a_shared_cache(app_configs: Any, **_: Any) -> list[checks.Warning]:
    if not settings.CACHES["default"]["LOCATION"]:
        return [
            checks.Warning("Without CACHE_URL no rate limit holds.", hint="Set CACHE_URL to a Redis.", id="forum.W001")
        ]
    return []


@register(Tags.files, deploy=True)
def pdfs_need_their_fonts(app_configs: Any, **_: Any) -> list[checks.Error]:
    if missing := pdf.missing_fonts():
        return [checks.Error(f"PDFs lack {', '.join(missing)}.", hint="Run npm ci.", id="forum.E004")]
    return []
