"""Chromium in front of pages that Django's test client got: what a page looks like and does, without a server.

`pages` holds an answer for each address. What is put into it later is what the page gets when it asks again; an address
that is not in it cannot be reached.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Request, Route, sync_playwright

from tests.conftest import CHROMIUM

SITE = "https://forum.test"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Playwright runs an event loop in this thread, which Django takes for a mistake unless it is told otherwise."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@contextmanager
def window(browser: Browser, pages: dict[str, object], width: int, scheme: str = "light", **more: object):
    """A window of this width. What the page complained of in the console is in `complaints`."""
    size = {"width": width, "height": 900}
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce", **more)
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    context.route("**/*", lambda route, request: _answer(route, request, pages))
    yield page
    context.close()


def barriers(page: Page) -> list[str]:
    """What keeps somebody out of the page, and whether it scrolls sideways."""
    page.evaluate("document.fonts.ready.then(() => true)")  # a font that arrives later changes the widths
    sideways = ["sideways"] if page.evaluate(SIDEWAYS) > 0 else []
    return [each["id"] for each in Axe().run(page, options=RULES).response["violations"]] + sideways


def _answer(route: Route, request: Request, pages: dict[str, object]) -> None:
    address = urlsplit(request.url)
    if address.path.startswith("/static/"):
        path = finders.find(address.path.removeprefix("/static/"))
        route.fulfill(path=path, content_type=mimetypes.guess_type(path)[0]) if path else route.fulfill(status=404)
    elif address.path in pages:
        response = pages[address.path]
        route.fulfill(status=response.status_code, headers=dict(response.headers), body=response.content)
    else:
        route.abort()
