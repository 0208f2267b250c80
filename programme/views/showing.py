"""How every page of an edition is answered."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from programme.read_model import Programme


def show(request: HttpRequest, template: str, programme: Programme, **more: Any) -> HttpResponse:
    """The page, with the edition in its header, menu and footer. `section` is the entry of the menu it belongs to."""
    return render(request, template, {"programme": programme, "edition": programme.edition, **more})
