"""A phone at the door when the network breaks off: it goes on, says so, and everything arrives once."""

from __future__ import annotations

import datetime as dt
import re
import threading
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from registration import ticketing
from tests.conftest import CHROMIUM
from tests.journeys.conftest import film_of
from tests.venue import NAMES, Venue, begin, is_ready, pair, scan, type_in, unsent

pytestmark = pytest.mark.browser

NO_TICKET = "FT1" + "0" * 26
PHONE = {"viewport": {"width": 360, "height": 640}, "reduced_motion": "reduce", "locale": "en-GB"}


@pytest.fixture(scope="module")
def venue(tmp_path_factory) -> Iterator[Venue]:
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
    assert [(each["voids"], each["verdict"]) for each in scans] == [(False, "admitted"), (True, "voided"), (False, "admitted")]


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


def test_nothing_on_the_phone_says_who_comes(venue, launch, playwright, tmp_path):
    context = persistent(playwright, venue, tmp_path / "profile")
    page = context.pages[0]
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

    secrets = [*NAMES.values(), "한빛연구소", "door-0@example.org", "@example.org", *codes, *(each[3:] for each in codes)]
    assert [secret for secret in secrets if secret in said] == []
    on_disk = [path.read_bytes() for path in (tmp_path / "profile").rglob("*") if path.is_file()]
    spelled = [each.encode(how) for each in secrets for how in ("utf-8", "utf-16-le")]
    assert [each for each in spelled if any(each in content for content in on_disk)] == []
    assert '"cursor":' in said and '"b":' in said  # it did look at the list


def test_a_name_that_looks_like_markup_is_shown_as_text(venue, phone):
    said = []
    phone.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    pair(phone, venue.code_for("Markup"))
    begin(phone)
    for is_offline in (False, True):
        phone.context.set_offline(is_offline)
        if is_offline:
            expect(phone.locator("#net")).to_contain_text("offline")
        type_in(phone, venue.tickets["markup"])
        expect(phone.locator(".verdict__name")).to_have_text(NAMES["markup"])
        phone.keyboard.press("Escape")
        expect(phone.locator("#last-name")).to_have_text(NAMES["markup"])

    assert (said, phone.locator("main img").count()) == ([], 0)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_no_screen_has_a_barrier_on_a_small_phone(venue, phone, look, language):
    phone.witness = Deaf()
    phone.goto(f"/checkin/?lang={language}")
    expect(phone.locator("#pairing")).to_be_visible()
    look(phone)
    pair(phone, venue.code_for(f"Barriers {language}", rights="supervisor"), language)
    look(phone)
    begin(phone)
    look(phone)
    phone.context.set_offline(True)
    expect(phone.locator("#net")).to_contain_text(re.compile("offline|오프라인"))
    look(phone)
    for code in (next(venue.guests), venue.tickets["tomorrow"], venue.tickets["gone"], NO_TICKET):
        type_in(phone, code)
        expect(phone.locator(".verdict__en")).to_be_visible()
        look(phone)
        phone.keyboard.press("Escape")
    type_in(phone, venue.tickets["tomorrow"])
    phone.locator("[data-action=decide]").click()
    look(phone)


def test_the_language_that_was_chosen_is_remembered_with_and_without_a_network(venue, browser):
    context = browser.new_context(base_url=venue.url, viewport=PHONE["viewport"], locale="en-GB")
    page = context.new_page()
    pair(page, venue.code_for("Language"), "en")
    page.get_by_role("link", name="한국어").click()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    is_ready(page)

    page.goto("/checkin/")
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    context.set_offline(True)
    page.goto("/checkin/")
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    page.goto("/checkin/?lang=en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    context.close()


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


def test_it_reads_codes_by_camera_without_ever_having_done_so_with_a_network(venue, launch, tmp_path):
    guest = next(venue.guests)
    film = film_of(ticketing.qr_png(guest), tmp_path / "guest.mjpeg")
    fake = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    camera = launch(*fake, f"--use-file-for-fake-video-capture={film}")
    context = camera.new_context(base_url=venue.url, permissions=["camera"], **PHONE)
    page = context.new_page()
    pair(page, venue.code_for("Camera"))

    context.set_offline(True)
    page.goto("/checkin/", wait_until="commit")
    is_ready(page)
    begin(page)

    expect(page.locator(".verdict__en")).to_have_text("Welcome", timeout=20_000)
    expect(page.locator("[data-saved]")).to_be_visible()
    context.close()


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


def test_without_a_mouse_or_a_touch_everything_is_done_by_keys(venue, phone):
    guest = next(venue.guests)
    phone.goto("/checkin/?lang=en")
    phone.locator("#pairing-code").focus()
    phone.keyboard.type(venue.code_for("Keys", rights="supervisor").lower())
    phone.keyboard.press("Enter")
    is_ready(phone)
    phone.locator("#gate").focus()
    phone.keyboard.type("Gate K")
    phone.keyboard.press("Enter")
    expect(phone.locator("#scan")).to_be_visible()

    # A scanner on a cable types fast and ends with Enter, whatever has the focus.
    phone.keyboard.type(guest)
    phone.keyboard.press("Enter")
    expect(phone.locator(".verdict__en")).to_have_text("Welcome")
    phone.keyboard.press("Enter")
    expect(phone.locator(".verdict")).to_have_count(0)

    press_until(phone, "undo")
    expect(phone.locator(".verdict__en")).to_have_text("Taken back")
    phone.keyboard.press("Escape")
    press_until(phone, "direction")
    expect(phone.locator("#direction")).to_have_attribute("aria-pressed", "true")
    press_until(phone, "change")
    expect(phone.locator("#start")).to_be_visible()


# --- What lies on the phone ---------------------------------------------------------------------------------------

READ_STORE = """
const open = (name) => new Promise((done) => { const asked = indexedDB.open(name); asked.onsuccess = () => done(asked.result); });
const all = (store) => new Promise((done) => { const asked = store.getAll(); asked.onsuccess = () => done(asked.result); });
const keys = (store) => new Promise((done) => { const asked = store.getAllKeys(); asked.onsuccess = () => done(asked.result); });
"""
KEPT = f"""async () => {{ {READ_STORE}
  const database = await open("forum-checkin");
  const kept = {{ facts: {{}}, scans: [] }};
  if (database.objectStoreNames.contains("facts")) {{
    const names = await keys(database.transaction("facts").objectStore("facts"));
    const values = await all(database.transaction("facts").objectStore("facts"));
    names.forEach((name, place) => (kept.facts[name] = values[place]));
    kept.scans = await all(database.transaction("scans").objectStore("scans"));
  }}
  database.close();
  return kept;
}}"""
SPOIL_THE_SECOND = f"""async () => {{ {READ_STORE}
  const database = await open("forum-checkin");
  const change = database.transaction("scans", "readwrite");
  const kept = (await all(change.objectStore("scans"))).find((each) => each.scan.seq === 2);
  change.objectStore("scans").put({{ ...kept, scan: {{ ...kept.scan, scanned_at: "yesterday" }} }});
  await new Promise((done) => (change.oncomplete = done));
  database.close();
}}"""
EVERYTHING_KEPT = f"""async () => {{ {READ_STORE}
  const said = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
  for (const {{ name }} of await indexedDB.databases()) {{
    const database = await open(name);
    for (const store of database.objectStoreNames) said.push(JSON.stringify(await all(database.transaction(store).objectStore(store))));
  }}
  for (const name of await caches.keys()) {{
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {{
      said.push(request.url);
      const answer = await cache.match(request, {{ ignoreVary: true }});
      if (!/font|wasm/.test(answer.headers.get("content-type"))) said.push(await answer.text());
    }}
  }}
  return said.join("\\n");
}}"""


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
  const hear = async (...calls) => { for (const call of calls) await connection.hear(call).catch(() => {}); return connection.isThere; };
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


def press_until(page: Page, name: str) -> None:
    """Tab to what has this id, and press it."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == name:
            return page.keyboard.press("Enter")
    raise AssertionError(f"{name} is out of reach")


def kept_by(page: Page) -> dict:
    return page.evaluate(KEPT)


def persistent(playwright, venue: Venue, folder) -> BrowserContext:
    """A browser that keeps what it is told on the disk."""
    context = playwright.chromium.launch_persistent_context(
        str(folder), executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"], base_url=venue.url, **PHONE
    )
    context.set_default_timeout(20_000)
    return context


class Deaf:
    is_deaf = True
