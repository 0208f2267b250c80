"""A phone at the door when the network breaks off: it goes on, says so, and everything arrives once."""

from __future__ import annotations

import threading
import time

import pytest
from playwright.sync_api import expect

from tests.venue import NO_TICKET, begin, is_ready, pair, scan, type_in, unsent

pytestmark = pytest.mark.browser

REACH = """async (address) => {
  const { Connection } = await import(address);
  const told = {};
  const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  const good = () => wait(0);
  const slow = () => wait(1100);
  const bad = () => Promise.reject(new Error("away"));
  const refusal = () => Promise.reject(Object.assign(new Error("no"), { isReachable: true }));
  const busy = () => Promise.reject(Object.assign(new Error("busy"), { isReachable: false }));
  const connection = new Connection(async () => {}, () => {});
  const hear = async (...calls) => {
    for (const call of calls) await connection.hear(call).catch(() => {});
    return connection.isThere;
  };
  told["one failure"] = await hear(bad);
  told["one in five"] = await hear(good, good, good, good, good, bad, good);
  told["two in five"] = await hear(bad);
  told["one quick answer"] = await hear(good);
  told["a slow one"] = await hear(slow);
  told["quick, slow, quick"] = await hear(good, slow, good);
  told["two quick ones"] = await hear(good);
  told["a refusal"] = await hear(refusal, refusal, refusal);
  told["busy twice"] = await hear(busy, busy);
  return told;
}"""


def test_the_network_breaks_off_and_comes_back_and_every_scan_arrives_once(venue, phone):
    tickets = venue.tickets
    first, second = next(venue.guests), next(venue.guests)
    pair(phone, venue.code_for("Offline A"))
    assert "pair" not in phone.url
    begin(phone)
    expect(phone.locator("#net")).to_contain_text("online")
    assert scan(phone, first) == "Welcome"

    venue.go_dark()
    phone.context.set_offline(True)
    expect(phone.locator("#net")).to_contain_text("offline")
    told = [
        scan(phone, code)
        for code in (first, second, second, tickets["tomorrow"], tickets["gone"], tickets["replaced"], NO_TICKET)
    ]
    assert told == [
        "Already checked in",
        "Welcome",
        "Already checked in",
        "Not valid today",
        "Cancelled registration",
        "Replaced ticket",
        "Code not recognised",
    ]
    assert unsent(phone) == 7
    expect(phone.locator("#net")).to_contain_text("7 unsent")
    expect(phone.locator("#net")).to_contain_text("list")

    venue.come_back()
    phone.context.set_offline(False)
    expect(phone.locator("#net")).to_contain_text("all sent", timeout=30_000)
    expect(phone.locator("#net")).to_contain_text("online")
    scans = venue.scans_of("Offline A")
    assert [each["seq"] for each in scans] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [each["offline"] for each in scans] == [False] + [True] * 7
    assert [each["verdict"] for each in scans] == [
        "admitted", "already_in", "admitted", "already_in", "wrong_day", "cancelled", "revoked", "unknown_code",
    ]  # fmt: skip
    assert [each["told"] for each in scans[1:]] == [each["verdict"] for each in scans[1:]]


def test_it_starts_in_flight_mode_with_the_server_away_and_scans(venue, phone):
    pair(phone, venue.code_for("Cold start"))

    venue.go_dark()
    phone.context.set_offline(True)
    phone.close()
    page = phone.context.new_page()
    page.goto("/checkin/", wait_until="commit")
    is_ready(page)
    begin(page)
    assert scan(page, next(venue.guests)) == "Welcome"
    assert unsent(page) == 1

    venue.come_back()
    page.context.set_offline(False)
    expect(page.locator("#net")).to_contain_text("all sent", timeout=30_000)
    assert [each["verdict"] for each in venue.scans_of("Cold start")] == ["admitted"]


def test_a_scan_is_taken_back_without_a_network_and_the_person_may_come_in_anew(venue, phone):
    guest = next(venue.guests)
    pair(phone, venue.code_for("Taking back"))
    begin(phone)
    phone.context.set_offline(True)
    expect(phone.locator("#net")).to_contain_text("offline")

    assert scan(phone, guest) == "Welcome"
    phone.get_by_role("button", name="Take back").click()
    expect(phone.locator(".verdict__en")).to_have_text("Taken back")
    phone.keyboard.press("Escape")
    expect(phone.get_by_role("button", name="Take back")).to_be_hidden()
    assert scan(phone, guest) == "Welcome"

    phone.context.set_offline(False)
    expect(phone.locator("#net")).to_contain_text("all sent", timeout=30_000)
    scans = venue.scans_of("Taking back")
    assert [(each["voids"], each["verdict"]) for each in scans] == [
        (False, "admitted"),
        (True, "voided"),
        (False, "admitted"),
    ]


def test_going_out_and_coming_back_is_told_and_counted_with_and_without_a_network(venue, phone):
    guest = next(venue.guests)
    pair(phone, venue.code_for("In and out"))
    begin(phone)
    assert scan(phone, guest) == "Welcome"
    phone.get_by_role("button", name="Going out").click()
    assert scan(phone, guest) == "Goodbye"
    phone.get_by_role("button", name="Going out").click()

    phone.context.set_offline(True)
    expect(phone.locator("#net")).to_contain_text("offline")
    assert scan(phone, guest) == "Welcome back"
    assert scan(phone, guest) == "Already checked in"
    phone.get_by_role("button", name="Going out").click()
    assert scan(phone, guest) == "Goodbye"

    phone.context.set_offline(False)
    expect(phone.locator("#net")).to_contain_text("all sent", timeout=30_000)
    told = [each["verdict"] for each in venue.scans_of("In and out")]
    assert told == ["admitted", "exited", "admitted_again", "already_in", "exited"]


def test_a_supervisor_lets_somebody_in_with_a_reason_with_and_without_a_network(venue, phone):
    tickets = venue.tickets
    pair(phone, venue.code_for("Chief", rights="supervisor"))
    begin(phone)

    type_in(phone, tickets["tomorrow"])
    expect(phone.locator(".verdict__en")).to_have_text("Not valid today")
    phone.get_by_role("button", name="Let in all the same").click()
    phone.get_by_role("button", name="Stand-by: a place is free").click()
    expect(phone.locator(".verdict__en")).to_have_text("Welcome")
    phone.keyboard.press("Escape")

    phone.context.set_offline(True)
    expect(phone.locator("#net")).to_contain_text("offline")
    type_in(phone, tickets["gone"])
    expect(phone.locator(".verdict__en")).to_have_text("Cancelled registration")
    phone.get_by_role("button", name="Let in all the same").click()
    phone.get_by_role("button", name="Let in", exact=True).click()
    expect(phone.locator("#reason-error")).to_contain_text("Say why")
    phone.get_by_label("Another reason").fill("The mayor says so")
    phone.keyboard.press("Enter")
    expect(phone.locator(".verdict__en")).to_have_text("Welcome")

    phone.context.set_offline(False)
    phone.keyboard.press("Escape")
    expect(phone.locator("#net")).to_contain_text("all sent", timeout=30_000)
    scans = venue.scans_of("Chief")
    assert [each["verdict"] for each in scans] == ["wrong_day", "admitted", "cancelled", "admitted"]
    assert [each["reason"] for each in scans] == ["", "Stand-by: a place is free", "", "The mayor says so"]


def test_whoever_is_no_supervisor_is_offered_no_such_button(venue, phone):
    pair(phone, venue.code_for("Volunteer"))
    begin(phone)
    type_in(phone, venue.tickets["tomorrow"])

    expect(phone.locator(".verdict__en")).to_have_text("Not valid today")
    expect(phone.get_by_role("button", name="Let in all the same")).to_have_count(0)


def test_a_server_that_says_nothing_keeps_nobody_waiting(venue, phone):
    pair(phone, venue.code_for("Silence"))
    begin(phone)
    hold = threading.Event()
    phone.route("**/api/checkin/v1/scans", lambda route: route.continue_() if hold.is_set() else None)

    began = time.monotonic()
    type_in(phone, next(venue.guests))
    expect(phone.locator(".verdict__en")).to_have_text("Welcome")
    waited = time.monotonic() - began
    expect(phone.locator("[data-saved]")).to_be_visible()
    assert 1.2 <= waited < 4
    hold.set()
    phone.keyboard.press("Escape")
    expect(phone.locator("#net")).to_contain_text("all sent", timeout=30_000)
    assert [(each["verdict"], each["offline"], each["told"]) for each in venue.scans_of("Silence")] == [
        ("admitted", True, "admitted")
    ]


def test_one_failure_is_no_broken_network_and_one_answer_does_not_mend_it(venue, phone):
    phone.goto("/checkin/")
    told = phone.evaluate(REACH, f"{venue.url}/static/js/checkin/connection.js")

    assert told == {
        "one failure": True,
        "one in five": True,
        "two in five": False,
        "one quick answer": False,
        "a slow one": False,
        "quick, slow, quick": False,
        "two quick ones": True,
        "a refusal": True,
        "busy twice": False,
    }
