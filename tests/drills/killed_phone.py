"""A phone without a network lets somebody in, and is killed as soon as green is on its screen. Fifty times: each scan
is there when it starts again, and each arrives at the site, once.

The phone is a real Chromium with a profile on the disk; it starts from what it keeps, the site being away. Killed with
SIGKILL, all its processes at once. `./run drill killed-phone --hurry` does it five times.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Playwright, expect, sync_playwright

from tests.drills._stage import main, say
from tests.product import wait_until
from tests.venue import Venue, begin, is_ready, pair, type_in, unsent

TIMES = 50
LABEL = "Flat battery"
CHROMIUM = "/usr/bin/chromium"
QUIET = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")


class Phone:
    """Chromium as a process of its own: killing it is a flat battery."""

    def __init__(self, playwright: Playwright, profile: Path) -> None:
        port_file = profile / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        command = [CHROMIUM, *QUIET, "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        wait_until(lambda: port_file.exists() and port_file.read_text().count("\n"), "Chromium is up")
        address = f"http://127.0.0.1:{port_file.read_text().splitlines()[0]}"
        self.browser = playwright.chromium.connect_over_cdp(address)
        self.page = self.browser.contexts[0].pages[0]
        self.page.set_default_timeout(20_000)

    def switch_off(self) -> None:
        """As people do: cookies reach the disk, which Chromium writes only every half a minute."""
        with contextlib.suppress(Exception):  # the line breaks off with it
            self.browser.new_browser_cdp_session().send("Browser.close")
        self.process.wait(20)

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        with contextlib.suppress(Exception):  # it is gone
            self.browser.close()


@contextlib.contextmanager
def phone(playwright: Playwright, profile: Path) -> Iterator[Phone]:
    one = Phone(playwright, profile)
    try:
        yield one
    finally:
        if one.process.poll() is None:
            one.kill()


def run(*, times: int = TIMES) -> dict[str, Any]:
    with contextlib.ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="forum-drill-", ignore_cleanup_errors=True))
        )
        venue = stack.enter_context(Venue(folder / "var"))
        playwright = stack.enter_context(sync_playwright())
        say("making a private forum, and pairing a phone")
        venue.open()
        profile = folder / "profile"
        with phone(playwright, profile) as one:
            pair(one.page, venue.code_for(LABEL), site=venue.url)
            one.switch_off()
        venue.go_dark()
        say(f"killing the phone {times} times right after green")
        began = time.monotonic()
        kept = [_let_one_in(playwright, profile, venue, number) for number in range(times)]
        seconds = time.monotonic() - began
        venue.come_back()
        with phone(playwright, profile) as one:
            _open(one.page, venue)
            expect(one.page.locator("#net-unsent")).to_have_attribute("data-count", "0", timeout=60_000)
        scans = venue.scans_of(LABEL)
    arrived = [scan["seq"] for scan in scans]
    return {
        "ok": all(kept) and arrived == list(range(1, times + 1)),
        "drill": "killed-phone",
        "kills": times,
        "kept": sum(kept),
        "arrived": len(set(arrived)),
        "seconds": round(seconds, 1),
    }


def _open(page: Page, venue: Venue) -> None:
    page.goto(f"{venue.url}/checkin/?lang=en", wait_until="commit")
    is_ready(page)
    begin(page)


def _let_one_in(playwright: Playwright, profile: Path, venue: Venue, number: int) -> bool:
    """Whether the scan is there after the kill."""
    with phone(playwright, profile) as one:
        _open(one.page, venue)
        type_in(one.page, next(venue.guests))
        one.page.wait_for_selector(".verdict--ok")
        one.kill()
    with phone(playwright, profile) as one:
        _open(one.page, venue)
        return unsent(one.page) == number + 1


if __name__ == "__main__":
    main(lambda: run(times=5 if "--hurry" in sys.argv else TIMES), __doc__)
