"""The mailbox's pages: a list, a mail, and its parts. Only wired in development."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from email.message import EmailMessage
from functools import wraps
from ipaddress import ip_address
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.clickjacking import xframe_options_sameorigin

from forum.mailbox.backend import folder

View = Callable[..., HttpResponse]


def from_this_machine(view: View) -> View:
    """Mail opens tickets and sign-ins: only this machine reads it, also while the site is open to a local network."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not ip_address(request.META["REMOTE_ADDR"]).is_loopback:
            raise Http404
        return view(request, *args, **kwargs)

    return wrapper


@from_this_machine
@csp_replace({"frame-src": [SELF]})
def inbox(request: HttpRequest) -> HttpResponse:
    paths = sorted(folder().glob("*.eml"), reverse=True) if folder().exists() else []
    mails = [{"key": path.stem, "mail": _read(path.stem)} for path in paths[:200]]
    return render(request, "mailbox/inbox.html", {"mails": mails})


@from_this_machine
@csp_replace({"frame-src": [SELF]})
def mail(request: HttpRequest, key: str) -> HttpResponse:
    message = _read(key)
    text = message.get_body(("plain",))
    context = {
        "key": key,
        "mail": message,
        "text": text.get_content() if text else "",
        "has_html": message.get_body(("html",)) is not None,
        "parts": [
            {"number": number, "name": part.get_filename(), "type": part.get_content_type()}
            for number, part in enumerate(message.walk())
            if part.get_filename()
        ],
    }
    return render(request, "mailbox/mail.html", context)


@from_this_machine
@xframe_options_sameorigin
@csp_replace({"style-src": ["'unsafe-inline'"], "frame-ancestors": [SELF], "script-src": ["'none'"]})
def html(request: HttpRequest, key: str) -> HttpResponse:
    """The HTML part as a mail program shows it: inline styles and pictures, no script."""
    message = _read(key)
    body = message.get_body(("html",))
    if body is None:
        raise Http404
    by_id = {(part["Content-ID"] or "").strip("<>"): number for number, part in enumerate(message.walk())}

    def address(match: re.Match[str]) -> str:
        return reverse("mailbox_part", args=[key, by_id[match[1]]]) if match[1] in by_id else match[0]

    return HttpResponse(mark_safe(re.sub(r"cid:([\w.-]+)", address, body.get_content())))  # noqa: S308 (development)


@from_this_machine
def part(request: HttpRequest, key: str, number: int) -> HttpResponse:
    parts = list(_read(key).walk())
    if number >= len(parts):
        raise Http404
    return HttpResponse(parts[number].get_payload(decode=True), content_type=parts[number].get_content_type())


def _read(key: str) -> EmailMessage:
    path = folder() / f"{key}.eml"
    if not key.isdigit() or not path.exists():
        raise Http404
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
