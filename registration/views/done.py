"""What comes after the last press: the same page for everybody, registered before or not.

A signed cookie remembers for a day what the page says, so that it survives a reload. It names the form, never the
registration: what can be corrected here is what that very form has made. For an hour another one keeps what was typed:
a form that made nothing, since the address is known, must be as easy to correct as one that did.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import json
from dataclasses import asdict, dataclass, replace

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forum.errors import Refused
from forum.limits import TooMany, spend
from programme import models, queries
from registration import addressing, reaching, sign_up
from registration.forms import EmailForm, LastPress, RegistrationForm
from registration.views.pages import private

COOKIE, TYPED = "done", "typed"
LIVES = 24 * 60 * 60  # seconds
CORRECTABLE_FOR = 60 * 60  # seconds: the browser may be a library's
CORRECTIONS = 5  # of one form
_SALT, _TYPED_SALT = "registration.done", "registration.typed"


@dataclass(frozen=True)
class Receipt:
    """What the page says. `waiting` is the place in the line by day number; the other days have a seat.

    `pressed` is the moment up to which a mail was written because of this form, in milliseconds, so that it is always
    as long. None where nothing is told of it: of corrected addresses only one that nobody registered gets a mail.
    """

    email: str
    key: str
    days: list[int]
    waiting: dict[str, int]
    pressed: int | None = None

    @property
    def mail(self) -> reaching.LastMail | None:
        if self.pressed is None:
            return None
        return reaching.mail_of_form(self.email, dt.datetime.fromtimestamp(self.pressed / 1000, dt.UTC))


def hand_over(slug: str, receipt: Receipt, typed: QueryDict | None = None) -> HttpResponse:
    """On to the page, with the receipt in a cookie, and what was typed in another."""
    response = redirect("registration:done", slug)
    # The page's address differs by language.
    how = {"path": "/", "httponly": True, "secure": settings.IS_HTTPS, "samesite": "Lax"}
    response.set_cookie(COOKIE, signing.dumps(asdict(receipt), salt=_SALT + slug), **how)
    if typed is not None:
        kept = {name: values for name, values in typed.lists() if name in RegistrationForm.base_fields}
        text = base64.urlsafe_b64encode(json.dumps(kept, ensure_ascii=False).encode()).decode()
        signed = signing.TimestampSigner(salt=_TYPED_SALT + slug).sign(text)
        response.set_cookie(TYPED, signed, max_age=CORRECTABLE_FOR, **how)
    return response


def show(request: HttpRequest, slug: str) -> HttpResponse:
    """The page, or the form for whoever has sent none."""
    receipt = _receipt(request, slug)
    if receipt is None:
        return redirect("registration:form", slug)
    row = queries.edition_row(slug)
    page = queries.page_of(row)
    days = [(day, receipt.waiting.get(str(day.number))) for day in row.days.all() if day.number in receipt.days]
    context = {
        "edition": page,
        "email": receipt.email,
        "days": days,
        "mail": receipt.mail,
        "has_seat": len(receipt.waiting) < len(days),
        "is_correctable": _receipt(request, slug, CORRECTABLE_FOR) is not None,
    }
    return render(request, "registration/done.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest, edition: str) -> HttpResponse:
    """Correct a mistyped address, soon after the form was sent. The same answer whatever the form has made."""
    receipt = _receipt(request, edition, CORRECTABLE_FOR)
    if receipt is None:
        return redirect("registration:form", edition)
    row, form = queries.edition_row(edition), EmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            spend(f"correct:{receipt.key}", allowed=CORRECTIONS, seconds=CORRECTABLE_FOR)
        except TooMany as refusal:
            form.add_error(None, str(refusal))
        else:
            _correct(row, receipt, _typed(request, row, form.cleaned_data["email"]), form.cleaned_data["email"])
            messages.success(request, _("If nothing arrives at the new address, please register again with it."))
            return hand_over(edition, replace(receipt, email=form.cleaned_data["email"], pressed=None))
    context = {"edition": queries.page_of(row), "form": form, "email": receipt.email}
    return render(request, "registration/done_address.html", context)


def _correct(edition: models.Edition, receipt: Receipt, typed: LastPress | None, email: str) -> None:
    """What the form has made goes to the right address. One that made nothing is sent again with it."""
    keys = [receipt.key]
    if typed:
        keys.append(sign_up.key_of(edition, typed.key(), receipt.email))
    own = edition.registrations.living().filter(submission_key__in=keys).order_by("-pk").first()
    if own:
        addressing.correct(own, email)
    elif typed and not typed.cleaned_data["website"]:
        with contextlib.suppress(Refused):  # the page says to register again, should nothing arrive
            sign_up.register(edition, typed.answers(), typed.key())


def _typed(request: HttpRequest, edition: models.Edition, email: str) -> LastPress | None:
    """The form that was sent, with this address in it."""
    try:
        signer = signing.TimestampSigner(salt=_TYPED_SALT + edition.slug)
        text = signer.unsign(request.COOKIES.get(TYPED, ""), max_age=CORRECTABLE_FOR)
    except signing.BadSignature:
        return None
    data = QueryDict(mutable=True)
    for name, values in (json.loads(base64.urlsafe_b64decode(text)) | {"email": [email]}).items():
        data.setlist(name, values)
    form = LastPress(data, edition=edition)
    return form if form.is_valid() and form.key() else None


def _receipt(request: HttpRequest, slug: str, age: int = LIVES) -> Receipt | None:
    try:
        return Receipt(**signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT + slug, max_age=age))
    except (signing.BadSignature, TypeError):
        return None
