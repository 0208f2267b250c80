"""What a journey needs: the product as a newcomer starts it, a browser that forgives nothing, and the mail."""

from __future__ import annotations

import html
import re
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import CHROMIUM
from tests.product import Product, wait_until
from tests.venue import Venue

SCREENS = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Barriers in the forms of Django's own admin: inline rows without labels, its two-list and search fields.
DJANGOS_OWN = {
    "label", "label-title-only", "select-name", "empty-table-header", "aria-prohibited-attr", "aria-input-field-name",
}  # fmt: skip
FILM = "https://www.youtube-nocookie.com"


@dataclass(frozen=True)
class Copy:
    """A running copy of the product: its address, and the organiser's sign-in as its first start printed it."""

    url: str
    email: str
    password: str
    mailbox: Mailbox


@pytest.fixture(scope="session")
def before_the_forum(tmp_path_factory) -> Iterator[Copy]:
    """Two weeks ahead: registration is open."""
    with started(tmp_path_factory.mktemp("before")) as copy:
        yield copy


@pytest.fixture(scope="session")
def on_the_day(tmp_path_factory) -> Iterator[Copy]:
    """A copy of its own for journeys that change the forum."""
    with started(tmp_path_factory.mktemp("day")) as copy:
        yield copy


@pytest.fixture
def copy(before_the_forum) -> Copy:
    return before_the_forum


@pytest.fixture
def site(copy) -> str:
    return copy.url


@pytest.fixture
def mailbox(copy) -> Mailbox:
    return copy.mailbox


class started(Product):  # noqa: N801 (read as a sentence: with started(folder) as copy)
    """The product by the one command that a newcomer types."""

    def __enter__(self) -> Copy:
        self.start("run", sys.executable, "-m", "forum.local", "up")
        try:
            wait_until(self._is_up, "./run says where the forum is", 180)
        except BaseException:
            self.__exit__()
            raise
        said = self._said()
        email, password = (re.search(rf"{word}: (\S+)", said)[1] for word in ("email", "password"))
        return Copy(self.url, email, password, Mailbox(self.url))

    def _is_up(self) -> bool:
        if self.processes["run"].poll() is not None:
            raise RuntimeError(f"./run ended:\n{self._said()}")
        return "Ctrl-C stops everything." in self._said()

    def _said(self) -> str:
        return self.log("run").read_text(errors="replace")


# --- Mail ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mail:
    address: str  # of its page in the mailbox
    subject: str
    text: str
    files: dict[str, str]  # address by name

    def file(self, name: str) -> bytes:
        return fetch(self.files[name])

    def link(self, part: str) -> str:
        """The first link of the text with this in it."""
        return next(link for link in re.findall(r"https?://\S+", self.text) if part in link)


class Mailbox:
    """The mailbox of a development copy, read over HTTP as people do: /dev/mail/."""

    def __init__(self, site: str) -> None:
        self.site = site

    def wait_for(self, email: str, number: int = 1) -> Mail:
        """The latest mail to this address, as soon as there are `number` of them."""
        wait_until(lambda: len(self._keys(email)) >= number, f"mail {number} to {email}", 40)
        return self._read(self._keys(email)[0])

    def _keys(self, email: str) -> list[str]:
        """Newest first."""
        inbox = fetch(f"{self.site}/dev/mail/").decode()
        rows = re.findall(r"<tr>(.*?)</tr>", inbox, re.DOTALL)
        return [re.search(r"/dev/mail/(\d+)/", row)[1] for row in rows if email in row]

    def _read(self, key: str) -> Mail:
        address = f"{self.site}/dev/mail/{key}/"
        page = fetch(address).decode()
        text = re.search(r'<pre class="mailtext">(.*?)</pre>', page, re.DOTALL)[1]
        files = re.findall(r'<a href="(/dev/mail/\d+/parts/\d+/)">([^<]+)</a>', page)
        return Mail(
            address,
            html.unescape(re.search(r"<title>\s*(.*?) · ", page, re.DOTALL)[1]),
            html.unescape(re.sub(r"<[^>]+>", "", text)),
            {name: self.site + path for path, name in files},
        )


def fetch(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read()


# --- Browser ------------------------------------------------------------------------------------------------------
# One for each module, not for the session as pytest-playwright has it: while Playwright runs, Django takes this thread
# for an asynchronous one and refuses its database to every later test.


@pytest.fixture(scope="module")
def playwright():
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def launch(playwright):
    """Start Debian's Chromium, with more arguments if need be."""
    browsers = []

    def start(*arguments: str) -> Browser:
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        browsers.append(playwright.chromium.launch(executable_path=CHROMIUM, args=[*quiet, *arguments]))
        return browsers[-1]

    yield start
    for browser in browsers:
        browser.close()


@pytest.fixture(scope="module")
def browser(launch) -> Browser:
    return launch()


@pytest.fixture
def browser_context_args() -> dict:
    return {}


@pytest.fixture(params=SCREENS)
def screen(request) -> dict[str, int]:
    """Every journey is made on a phone and on a desktop."""
    return SCREENS[request.param]


@pytest.fixture
def visit(browser, site, screen):
    """Open a window of somebody's own: `visit("ko")`. At the end none of them may have had anything to complain of."""
    witnesses = []

    def open_window(language: str, browser: Browser = browser, **more: object) -> Page:
        facts = {"viewport": screen, "locale": language, "reduced_motion": "reduce", "base_url": site} | more
        context = browser.new_context(**facts)
        context.set_default_timeout(20_000)
        witnesses.append(Witness(context, site))
        page = context.new_page()
        page.witness = witnesses[-1]
        return page

    yield open_window
    for witness in witnesses:
        witness.context.close()
    assert [complaint for witness in witnesses for complaint in witness.complaints] == []


class Witness:
    """Notes what no page of ours may do: break its own policy, raise an error, ask another site for anything."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.context, self.site = context, site
        self.complaints: list[str] = []
        self.films: list[str] = []
        self.is_deaf = False
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.complaints.append(f"{error.page.url}: {error.error}"))
        context.on("request", self._on_request)
        # No film is ever fetched: what would come from there is answered here.
        context.route(f"{FILM}/**", lambda route: route.fulfill(body="<p>film</p>", content_type="text/html"))

    def _on_console(self, message) -> None:
        if message.type == "error" and not self.is_deaf:
            self.complaints.append(f"{message.page.url if message.page else ''}: {message.text}")

    def _on_request(self, request) -> None:
        parts = urlsplit(request.url)
        if f"{parts.scheme}://{parts.netloc}" == FILM:
            self.films.append(request.url)
        elif parts.scheme not in ("data", "blob") and not request.url.startswith(f"{self.site}/"):
            self.complaints.append(f"asked {request.url}")


@pytest.fixture
def look():
    """Look at a page as everybody has to: `look(page)` fails when it has a barrier or scrolls sideways."""
    axe = Axe()

    def at(page: Page, leave_out: str = "") -> None:
        page.wait_for_load_state("load")
        context = {"exclude": [[leave_out]]} if leave_out else None
        page.witness.is_deaf = True  # the examiner itself tries inline styles
        found = axe.run(page, context=context, options=RULES).response["violations"]
        sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        page.witness.is_deaf = False
        allowed = DJANGOS_OWN if "/admin/" in page.url else set()
        barriers = {each["id"]: [node["target"] for node in each["nodes"]][:3] for each in found}
        assert {name: where for name, where in barriers.items() if name not in allowed} == {}, page.url
        assert sideways <= 0, page.url

    return at


# --- Phones at the doors ------------------------------------------------------------------------------------------

PHONE = {"viewport": {"width": 360, "height": 640}, "reduced_motion": "reduce", "locale": "en-GB"}


@pytest.fixture(scope="session")
def venue(tmp_path_factory) -> Iterator[Venue]:
    """A forum whose first day is today. Tests switch it off and on again."""
    with Venue(tmp_path_factory.mktemp("venue")) as product:
        product.open()
        yield product


@pytest.fixture
def phone(browser, venue) -> Iterator[Page]:
    """A browser of its own on a small phone."""
    context = browser.new_context(base_url=venue.url, **PHONE)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def lasting_phone(playwright, venue, tmp_path) -> Iterator[Page]:
    """One that keeps on the disk, in `profile`, what it is told."""
    context = playwright.chromium.launch_persistent_context(
        str(tmp_path / "profile"),
        executable_path=CHROMIUM,
        args=["--no-sandbox", "--disable-gpu"],
        base_url=venue.url,
        **PHONE,
    )
    context.set_default_timeout(20_000)
    yield context.pages[0]
    context.close()


# --- Camera -------------------------------------------------------------------------------------------------------


def film_of(picture: bytes, path: Path) -> Path:
    """A film for Chromium's fake camera: the picture, held still in front of it. JPEG frames, back to back."""
    import io

    from PIL import Image

    qr = Image.open(io.BytesIO(picture)).convert("RGB").resize((420, 420), Image.Resampling.NEAREST)
    frame = Image.new("RGB", (640, 480), "white")
    frame.paste(qr, (110, 30))
    jpeg = io.BytesIO()
    frame.save(jpeg, "JPEG", quality=92)
    path.write_bytes(jpeg.getvalue() * 20)
    return path
