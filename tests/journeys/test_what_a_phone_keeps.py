"""What lies on a phone: scans until they are sent, the list while it may be read, and never who comes."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from playwright.sync_api import expect

from tests.journeys.phone_store import EVERYTHING_KEPT, SPOIL_THE_SECOND, kept_by
from tests.venue import NAMES, begin, pair, scan, type_in

pytestmark = pytest.mark.browser


def test_a_revoked_phone_forgets_the_list_and_sends_what_it_still_has_for_review(venue, phone):
    pair(phone, venue.code_for("Lost"))
    begin(phone)
    phone.context.set_offline(True)
    expect(phone.locator("#net")).to_contain_text("offline")
    scan(phone, next(venue.guests))
    venue.change_device("Lost", revoked_at="now")

    phone.context.set_offline(False)
    expect(phone.locator("#pairing")).to_be_visible(timeout=30_000)
    expect(phone.get_by_text("This phone may not scan any more.")).to_be_visible()
    assert kept_by(phone)["facts"].keys() == {"mark", "offset"}
    expect(phone.locator("#pairing-unsent")).to_be_hidden(timeout=30_000)
    assert [(each["verdict"], each["flags"]) for each in venue.scans_of("Lost")] == [
        ("under_review", ["device_revoked"])
    ]


def test_without_a_network_a_phone_forgets_the_list_when_its_time_is_over_and_keeps_its_scans(venue, phone):
    pair(phone, venue.code_for("Evening", hours=2))
    begin(phone)
    phone.context.set_offline(True)
    expect(phone.locator("#net")).to_contain_text("offline")
    scan(phone, next(venue.guests))

    phone.clock.install()
    phone.clock.fast_forward("02:01:00")
    expect(phone.locator("#pairing")).to_be_visible(timeout=30_000)
    kept = kept_by(phone)
    assert kept["facts"].keys() == {"mark", "offset"}
    assert [each["decided"]["verdict"] for each in kept["scans"]] == ["admitted"]
    expect(phone.locator("#pairing-unsent")).to_contain_text("1")


def test_a_phone_that_is_told_to_forget_sends_what_it_has_and_keeps_nothing(venue, phone):
    pair(phone, venue.code_for("Returned"))
    begin(phone)
    phone.context.set_offline(True)
    expect(phone.locator("#net")).to_contain_text("offline")
    scan(phone, next(venue.guests))
    venue.change_device("Returned", command="'wipe'")

    phone.context.set_offline(False)
    expect(phone.locator("#pairing")).to_be_visible(timeout=30_000)
    phone.wait_for_function("async () => (await indexedDB.databases()).length === 0 || !document.body.dataset.device")
    assert [each["verdict"] for each in venue.scans_of("Returned")] == ["admitted"]
    assert not [each for each in phone.context.cookies() if each["name"] == "ck"]
    assert kept_by(phone) == {"facts": {}, "scans": []}


@pytest.mark.parametrize("hours", [-26, -2, 2, 26])
def test_a_clock_that_is_wrong_changes_no_moment_and_no_order(venue, phone, hours):
    label = f"Clock {hours}"
    phone.clock.install(time=dt.datetime.now() + dt.timedelta(hours=hours))
    pair(phone, venue.code_for(label))
    begin(phone)
    phone.context.set_offline(True)
    expect(phone.locator("#net")).to_contain_text("offline")
    before = time.time()
    told = [scan(phone, next(venue.guests)), scan(phone, venue.tickets["tomorrow"])]
    after = time.time()

    phone.context.set_offline(False)
    expect(phone.locator("#net")).to_contain_text("all sent", timeout=30_000)
    scans = venue.scans_of(label)
    assert told == ["Welcome", "Not valid today"]
    assert [each["verdict"] for each in scans] == ["admitted", "wrong_day"]
    assert [each["flags"] for each in scans] == [[], []]
    assert before - 2 <= scans[0]["at"] < scans[1]["at"] <= after + 2


def test_one_scan_that_the_server_cannot_read_stops_none_of_the_others(venue, phone):
    pair(phone, venue.code_for("Broken item"))
    begin(phone)
    phone.context.set_offline(True)
    expect(phone.locator("#net")).to_contain_text("offline")
    for _ in range(3):
        scan(phone, next(venue.guests))
    phone.evaluate(SPOIL_THE_SECOND)

    phone.context.set_offline(False)
    expect(phone.locator("#net")).to_contain_text("all sent", timeout=30_000)
    assert [(each["seq"], each["verdict"]) for each in venue.scans_of("Broken item")] == [
        (1, "admitted"), (3, "admitted"),
    ]  # fmt: skip


def test_nothing_on_the_phone_says_who_comes(venue, lasting_phone, tmp_path):
    page, context = lasting_phone, lasting_phone.context
    pair(page, venue.code_for("Dumped"))
    begin(page)
    codes = [next(venue.guests), venue.tickets["markup"]]
    scan(page, codes[0])
    context.set_offline(True)
    expect(page.locator("#net")).to_contain_text("offline")
    type_in(page, codes[1])
    expect(page.locator(".verdict__name")).to_have_text(NAMES["markup"])
    page.keyboard.press("Escape")
    said = page.evaluate(EVERYTHING_KEPT)
    context.close()

    secrets = [
        *NAMES.values(),
        "한빛연구소",
        "door-0@example.org",
        "@example.org",
        *codes,
        *(each[3:] for each in codes),
    ]
    assert [secret for secret in secrets if secret in said] == []
    on_disk = [path.read_bytes() for path in (tmp_path / "profile").rglob("*") if path.is_file()]
    spelled = [each.encode(how) for each in secrets for how in ("utf-8", "utf-16-le")]
    assert [each for each in spelled if any(each in content for content in on_disk)] == []
    assert '"cursor":' in said  # it did look at the list
    assert '"b":' in said


def test_it_loads_itself_anew_once_when_the_site_asks_for_a_newer_one_and_keeps_its_scans(venue, phone):
    pair(phone, venue.code_for("Old app"))
    begin(phone)
    phone.context.set_offline(True)
    expect(phone.locator("#net")).to_contain_text("offline")
    scan(phone, next(venue.guests))
    venue.go_dark()
    venue.settings["CHECKIN_MIN_VERSION"] = "99"
    try:
        venue.come_back()
        with phone.expect_navigation():
            phone.context.set_offline(False)
        phone.wait_for_timeout(3000)
        loaded = phone.evaluate("performance.timeOrigin")
        phone.wait_for_timeout(3000)
        assert phone.evaluate("performance.timeOrigin") == loaded
        assert [each["verdict"] for each in venue.scans_of("Old app")] == ["admitted"]
    finally:
        venue.go_dark()
        del venue.settings["CHECKIN_MIN_VERSION"]
        venue.come_back()
