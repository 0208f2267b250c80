"""How the API says no: a code for machines, a sentence for people, and where it helps when to try again."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from forum.limits import TooMany, spend

BATCH = 100
BUSY_SECONDS = 5


class CheckinAPI(NinjaAPI):
    def create_response(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answers name people: no cache keeps them."""
        response = super().create_response(*args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response


api = CheckinAPI(title="Check-in", version="1", urls_namespace="checkin-api", docs_url=None)


class Refusal(HttpError):
    def __init__(self, status: int, code: str, message: str, retry_after: int | None = None) -> None:
        super().__init__(status, message)
        self.code, self.retry_after = code, retry_after


def limit(key: str, *, allowed: int, seconds: int = 60) -> None:
    """Refuse what happens too often."""
    try:
        spend(key, allowed=allowed, seconds=seconds)
    except TooMany as refusal:
        raise Refusal(429, refusal.code, str(refusal), refusal.seconds) from refusal


def too_large() -> Refusal:
    return Refusal(413, "batch_too_large", _("Send at most %(number)s scans at once.") % {"number": BATCH})


@api.exception_handler(Refusal)
def _refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    return _error(request, error.status_code, error.code, str(error), error.retry_after)


@api.exception_handler(AuthenticationError)
def _not_paired(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return _error(request, 401, "not_paired", _("This phone is not signed in any more. Open the scanner again."))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return _error(request, 400, "bad_request", _("The request does not have the shape that the API asks for."))


@api.exception_handler(HttpError)
def _bad_request(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _error(request, error.status_code, "bad_request", str(error))


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return _refused(request, too_large())


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def _busy(request: HttpRequest, error: Exception) -> HttpResponse:
    """The database is away or overloaded: the phone keeps what it has and comes again."""
    return _error(request, 503, "busy", _("The server is busy. Scans are kept on the phone."), BUSY_SECONDS)


def _error(request: HttpRequest, status: int, code: str, message: str, retry_after: int | None = None) -> HttpResponse:
    error = {"code": code, "message": message} | ({"retry_after": retry_after} if retry_after else {})
    response = api.create_response(request, {"error": error}, status=status)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response
