"""Everything that one account holds."""

from __future__ import annotations

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from forum.accounts.citizens import can_be_deleted
from programme import queries
from registration import claiming, disclosing, erasure
from registration.models import Booking, Registration
from registration.views.pages import private
from registration.views.rights import as_file

signed_in = login_required(login_url="registration:sign_in")


@private
@signed_in
@require_safe
def my(request: HttpRequest) -> HttpResponse:
    """Every registration of the account, past editions' too while they hold data. Opening the page claims them."""
    claiming.claim(request.user)
    rows = claiming.registrations_of(request.user).select_related("edition")
    rows = rows.prefetch_related("edition__days", "bookings")
    context = {
        "edition": queries.current_edition(),
        "registrations": [(each, _days(each)) for each in rows],
        "can_be_deleted": can_be_deleted(request.user),
    }
    return render(request, "registration/my.html", context)


@private
@signed_in
@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """Everything that we hold about the account and its registrations, as JSON."""
    rows = claiming.registrations_of(request.user).select_related("edition", "user")
    return as_file(disclosing.everything_of(request.user, rows), "my-data.json")


@private
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Ask once, then destroy the account. Of staff, also former ones, it stays known what they were allowed."""
    if not can_be_deleted(request.user):
        raise PermissionDenied
    page = {"edition": queries.current_edition()}
    if request.method != "POST":
        return render(request, "registration/delete_account.html", page)
    erasure.erase_account(request.user, by="the person")
    logout(request)
    return render(request, "registration/account_deleted.html", page)


def _days(registration: Registration) -> list[tuple[object, Booking]]:
    """Each day that was ever booked, with its latest booking."""
    latest = {booking.day_id: booking for booking in sorted(registration.bookings.all(), key=lambda each: each.pk)}
    return [(day, latest[day.pk]) for day in registration.edition.days.all() if day.pk in latest]
