"""Staff see other people's data, so a password alone does not let them in."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from forum.accounts.roles import is_staff_member

GUARDED = ("/admin/", "/checkin/", "/staff/")


def second_factor(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Send staff without a second factor to set one up before they see a page of the staff."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if _lacks_second_factor(request):
            return redirect("mfa_activate_totp")
        return get_response(request)

    return middleware


def _lacks_second_factor(request: HttpRequest) -> bool:
    return (
        settings.REQUIRE_SECOND_FACTOR
        and request.path.startswith(GUARDED)
        and is_staff_member(request.user)
        and not is_mfa_enabled(request.user)
    )
