"""Pages of the admin whose saving may move something that people planned by."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from programme import changes


class Announcing:
    """Whatever is saved, deleted or done to many at once here is announced if it moved something (`changes.py`)."""

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _announced(super().changelist_view, request, *args, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _announced(super().changeform_view, request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _announced(super().delete_view, request, *args, **kwargs)


def _announced(view: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    if request.method != "POST":
        return view(request, *args, **kwargs)
    with changes.announcing(request):
        return view(request, *args, **kwargs)
