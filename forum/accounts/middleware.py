"""Who acts: staff prove it twice, and what they change is logged under their name."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from auditlog.middleware import AuditlogMiddleware
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from forum.accounts.citizens import is_citizen
from forum.accounts.roles import is_staff_member

GUARDED = ("/admin/", "/checkin/", "/staff/")
SETTINGS = ("/accounts/email/", "/accounts/password/", "/accounts/2fa/")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def second_factor(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Send staff without a second factor to set one up before they see a page of the staff."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if _lacks_second_factor(request):
            return redirect("mfa_activate_totp")
        return get_response(request)

    return middleware


def nothing_to_set(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse citizens the sign-in settings of staff: their account is an address, without password or second factor."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(SETTINGS) and is_citizen(request.user):
            raise PermissionDenied
        return get_response(request)

    return middleware


def actor_of_changes(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Name the person in the log of changes. Pages that only show are spared: whoever asks for the user reads the
    web session, and a public page must be the same for everybody. So is the API of the doors, where devices act."""
    with_actor = AuditlogMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponse:
        has_none = request.method in SAFE_METHODS or request.path.startswith("/api/")
        return get_response(request) if has_none else with_actor(request)

    return middleware


def _lacks_second_factor(request: HttpRequest) -> bool:
    return (
        settings.REQUIRE_SECOND_FACTOR
        and request.path.startswith(GUARDED)
        and is_staff_member(request.user)
        and not is_mfa_enabled(request.user)
    )
