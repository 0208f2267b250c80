"""The certificate of attendance: its owner gets it, and anybody can look whether one is true."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum import masking
from forum.limits import TooMany, spend
from programme import queries
from registration import access, certificate_pdf, certifying, consent
from registration.errors import NothingToCertify
from registration.models import Certificate
from registration.views.limits import network_of
from registration.views.pages import private

LOOKS_AN_HOUR = 120  # from one network: an office that verifies a whole class passes


@private
@require_safe
def pdf(request: HttpRequest, public_id: str) -> HttpResponse:
    """The certificate to keep. Whoever was not checked in is told so on the ticket's page."""
    registration = access.registration_of(request, public_id)
    try:
        certificate = certifying.issue(registration)
    except NothingToCertify as refusal:
        messages.error(request, str(refusal))
        return redirect("registration:ticket", public_id)
    content = certificate_pdf.typeset(certificate, certifying.days(registration))
    name = content_disposition_header(as_attachment=False, filename=certificate_pdf.file_name(certificate))
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})


@private
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Where a code is typed."""
    code = request.GET.get("code", "").strip()
    if not code:
        return render(request, "registration/certificate.html", {"edition": queries.current_edition()})
    return _look(request, code, missing=200)


@private
@require_safe
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Whether the certificate is true: whose (covered), of which forum, for which days. For whoever has the code."""
    return _look(request, code, missing=404)


def _look(request: HttpRequest, code: str, missing: int) -> HttpResponse:
    """`missing` is the status where there is no such certificate: an address that leads nowhere, or a form to mend."""
    context = {"edition": queries.current_edition(), "code": code[:40]}
    try:
        spend(f"certificate:{network_of(request)}", allowed=LOOKS_AN_HOUR, seconds=3600)
    except TooMany as refusal:
        return render(request, "registration/certificate.html", context | {"refusal": refusal}, status=429)
    certificate = certifying.behind(code)
    if certificate is None:
        text = _("There is no certificate with this code. Compare it with the paper, letter by letter.")
        return render(request, "registration/certificate.html", context | {"refusal": text}, status=missing)
    return render(request, "registration/certificate.html", context | _facts(certificate))


def _facts(certificate: Certificate) -> dict[str, object]:
    registration = certificate.registration
    return {
        "certificate": certificate,
        "forum": queries.edition(certificate.edition.slug),
        "issued": certificate.issued_at.astimezone(certificate.edition.tzinfo),
        "name": masking.mask_name(registration.name),
        "days": [(day, certificate_pdf.hours_of(day)) for day in certifying.days(registration)],
        "erased_from": consent.erasure_date(certificate.edition),
    }
