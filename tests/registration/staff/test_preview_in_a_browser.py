"""A draft in a real browser: each mail is shown whole, its foot too, at the width of a phone and of a desk."""

from __future__ import annotations

import mimetypes
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from playwright.sync_api import Route, sync_playwright

from tests.conftest import CHROMIUM
from tests.factories import make_registration
from tests.registration.editing import draft

pytestmark = [pytest.mark.django_db, pytest.mark.browser]

SITE = "https://forum.test"
HIDDEN = "frame => frame.contentDocument.documentElement.scrollHeight - frame.clientHeight"


@pytest.fixture(scope="module")
def chromium():
    """Playwright runs an event loop in this thread, which Django takes for a mistake unless it is told otherwise."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_no_part_of_a_mail_is_hidden_in_its_frame(chromium, organiser_client, forum, keynotes, save, width):
    make_registration(forum, days=(1,))
    save(keynotes, starts="10:40", ends="11:20")
    pages = [reverse("broadcast", args=[draft().pk])]
    pages += [reverse("preview_broadcast", args=[draft().pk, language]) for language in ("ko", "en")]
    answers = {page: organiser_client.get(page) for page in pages}
    window = chromium.new_context(viewport={"width": width, "height": 800}).new_page()
    window.route("**/*", lambda route: answer(route, answers))

    window.goto(SITE + pages[0])
    frames = window.query_selector_all("iframe")
    window.wait_for_function("[...document.querySelectorAll('iframe')].every((frame) => frame.style.blockSize)")

    assert [frame.evaluate(HIDDEN) for frame in frames] == [0, 0]


def answer(route: Route, answers: dict) -> None:
    """A page as the test client got it, with its headers, or a static file."""
    path = urlsplit(route.request.url).path
    if path in answers:
        page = answers[path]
        route.fulfill(status=page.status_code, headers=dict(page.headers), body=page.content)
    elif found := finders.find(path.removeprefix("/static/")):
        route.fulfill(path=found, content_type=mimetypes.guess_type(path)[0] or "application/octet-stream")
    else:
        route.fulfill(status=404)
