"""Public pages kept whole: rendered once, then answered for half a minute, until the clock shows another minute, or
until somebody changes something.

Things begin at whole minutes: registration opens, a session is on. No page that was rendered before is shown after.
Every process keeps pages of its own, which costs nothing to look up. What is changed anywhere sets a new mark in the
shared cache, at which every process looks once a second. Where that cache is away, a change shows after half a minute.

RFC 9110 §8.8 (ETag, one for each encoding), RFC 9111 (s-maxage for caches on the way), RFC 5861 (stale-if-error).
"""

from __future__ import annotations

import gzip
import hashlib
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

from forum.remembering import forget, remembered
from programme import previewing

View = Callable[..., HttpResponse]
Key = tuple[str, str, str]

MOST = 1000  # pages: what a process keeps of them takes tens of megabytes
ON_THE_WAY = "public, max-age=0, s-maxage={seconds}, stale-if-error=3600"
LOOKING = ("GET", "HEAD")
MARK = "programme.keeping"
_VALIDATORS = ("ETag", "Cache-Control", "Vary", "Content-Language")


@dataclass(frozen=True)
class Page:
    """An answer as it left. `mark` is that of the last change it knows, `until` in seconds since 1970."""

    status: int
    headers: dict[str, str]
    body: bytes
    packed: bytes
    etag: str
    mark: str
    until: float

    def answer(self, request: HttpRequest, now: float) -> HttpResponse:
        is_packed = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
        etag = f'"{self.etag}-gz"' if is_packed else f'"{self.etag}"'
        known = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
        headers = self.headers | {
            "ETag": etag,
            "Cache-Control": ON_THE_WAY.format(seconds=max(1, int(self.until - now))),
        }
        if self.status == 200 and (etag in known or "*" in known):
            return HttpResponseNotModified(headers={name: headers[name] for name in _VALIDATORS if name in headers})
        if is_packed:
            headers["Content-Encoding"] = "gzip"
        content = self.packed if is_packed else self.body
        headers["Content-Length"] = str(len(content))
        return HttpResponse(content, status=self.status, headers=headers)


_pages: dict[Key, Page] = {}


def kept(view: View) -> View:
    """A page that is the same for everybody and asks nothing of the query: it may be kept under its path."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.may_be_kept = True  # type: ignore[attr-defined]
        return response

    wrapper.keeps_pages = True  # type: ignore[attr-defined]
    return wrapper


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The outermost: a page that is kept passes nothing else. Who previews gets nothing that is kept."""

    def keep(request: HttpRequest) -> HttpResponse:
        if request.method not in LOOKING or previewing.COOKIE in request.COOKIES or not settings.PAGES_KEPT_SECONDS:
            return get_response(request)
        now, mark = time.time(), _mark()
        key = (request.scheme or "", request.META.get("HTTP_HOST", ""), request.path)
        page = _pages.get(key)
        if page is None or page.mark != mark or page.until <= now:
            response = get_response(request)
            if not _may_be_kept(response):
                return response
            page = _page_of(response, mark, _until(now))
            _shelve(key, page)
        return page.answer(request, now)

    return keep


def changed(**_: Any) -> None:
    """Something that public pages show has changed: no page that was rendered before is shown once it is committed.
    Takes what a signal sends."""
    transaction.on_commit(_set_a_new_mark, robust=True)


def clear() -> None:
    """Keep nothing in this process."""
    _pages.clear()


def _set_a_new_mark() -> None:
    cache.set(MARK, uuid.uuid4().hex, timeout=None)
    clear()
    forget()


@remembered(seconds=1)
def _mark() -> str:
    mark = cache.get(MARK) or ""
    if any(page.mark != mark for page in tuple(_pages.values())):
        clear()
        forget()  # what this process remembers may be as old as its pages
    return mark


def _until(now: float) -> float:
    return min(now + settings.PAGES_KEPT_SECONDS, (now // 60 + 1) * 60)


def _may_be_kept(response: HttpResponse) -> bool:
    may = getattr(response, "may_be_kept", False) and response.status_code in (200, 301, 302)
    return may and not response.cookies and "no-store" not in response.get("Cache-Control", "")


def _page_of(response: HttpResponse, mark: str, until: float) -> Page:
    body = response.content
    headers = {name: value for name, value in response.items() if name != "Content-Length"}
    vary = [name.strip() for name in headers.get("Vary", "").split(",") if name.strip()]
    headers["Vary"] = ", ".join(dict.fromkeys([*vary, "Accept-Encoding"]))
    digest = hashlib.sha256(body).hexdigest()[:32]
    return Page(response.status_code, headers, body, gzip.compress(body, 6, mtime=0), digest, mark, until)


def _shelve(key: Key, page: Page) -> None:
    while len(_pages) >= MOST:
        _pages.pop(next(iter(_pages)), None)  # the oldest
    _pages.pop(key, None)
    _pages[key] = page
