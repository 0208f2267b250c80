"""The list for doors without a network: what it says, what it hides, what it costs, and that changes are enough."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import time

import pytest
import time_machine
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.cache import cache
from django.utils import timezone

from registration import booking, ticketing
from registration.checkin import snapshot
from registration.checkin.schemas import from_base64url
from registration.erasure import erase_person
from registration.models import Booking, Quota, Registration, Ticket
from tests.factories import make_registration
from tests.registration.checkin.doors import Door, base64url, lookup_of

CROWD = 5000


def read(door: Door, since: str = "") -> dict:
    answer = door.get(f"snapshot?since={since}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def item_of(registration, told: dict) -> dict:
    return {item["l"]: item for item in told["items"]}[base64url(lookup_of(registration))]


def opened(item: dict, ticket: Ticket) -> dict:
    """What a phone sees while the ticket is in front of it."""
    blob, code = from_base64url(item["b"]), ticketing.code_of(ticket)
    key = ticketing.derive_blob_key(code, bytes(ticket.registration.edition.checkin_salt))
    return json.loads(AESGCM(key).decrypt(blob[:12], blob[12:], from_base64url(item["l"])))


def valid(registration) -> Ticket:
    return registration.tickets.select_related("registration__edition").get(revoked_at__isnull=True)


def test_a_ticket_opens_its_own_entry(forum, door):
    registration = make_registration(forum, name="김하늘", support=["receiver"], days=(1, 2))

    item = item_of(registration, read(door))

    assert opened(item, valid(registration)) == {"n": "김하늘", "c": "attendee", "s": ["receiver"]}
    assert item["d"] == 0b0101


def test_no_other_ticket_opens_it(forum, door):
    one, other = make_registration(forum), make_registration(forum)

    item = item_of(one, read(door))

    with pytest.raises(InvalidTag):
        opened(item, valid(other))
    with pytest.raises(InvalidTag):
        opened(item | {"l": base64url(lookup_of(other))}, valid(one))


def test_nothing_of_anybody_stands_in_it(forum, door):
    registration = make_registration(
        forum, name="김하늘", email="haneul@example.org", organisation="서울기술연구원", support=["wheelchair"]
    )

    text = door.get("snapshot").content.decode()

    code = ticketing.text_of(valid(registration))
    for secret in (
        "김하늘",
        "haneul",
        "서울기술연구원",
        "wheelchair",
        code,
        registration.desk_code,
        registration.public_id,
    ):
        assert secret not in text
        assert json.dumps(secret)[1:-1] not in text


def test_entries_of_short_and_long_names_look_alike(forum, door):
    people = [make_registration(forum, name=name) for name in ("김솔", "홍서우", "Alexandra Konstantinopolitanskaya")]

    told = read(door)

    assert len({len(item_of(person, told)["b"]) for person in people}) == 1
    longest = make_registration(forum, name="가" * 60, support=[code for code, _label in Registration.Support.choices])
    assert opened(item_of(longest, read(door)), valid(longest))["n"] == "가" * 60


def test_each_state_of_each_day(forum, door):
    both, gone, line, moved = (make_registration(forum, days=days) for days in ((1, 2), (1, 2), (2,), (1,)))
    booking.cancel(gone, [1])
    line.bookings.update(state=Booking.State.WAITING, place=1, confirmed_at=None)
    old = lookup_of(moved)
    ticketing.replace(moved)

    told = read(door)

    assert [day["number"] for day in told["days"]] == [1, 2]
    assert [item_of(each, told)["d"] for each in (both, gone, line, moved)] == [0b0101, 0b0111, 0b1000, 0b0001]
    replaced = {item["l"]: item for item in told["items"]}[base64url(old)]
    assert (replaced["r"], replaced.get("b")) == (1, None)


def test_whose_ticket_opens_nothing_is_not_named(forum, door):
    registration = make_registration(forum)
    ticket = lookup_of(registration)
    booking.cancel(registration, [1])

    assert {item["l"]: item for item in read(door)["items"]}[base64url(ticket)] == {"l": base64url(ticket), "d": 0b11}


def test_who_is_inside_at_this_phones_points(forum, door):
    registration, nobody = make_registration(forum), make_registration(forum)
    Door(forum, gate="Gate B").scan(registration)
    door.scan(nobody, direction="out")

    there = read(door)["there"]

    assert [(each["l"], each["p"], each["inside"]) for each in there] == [
        (base64url(lookup_of(registration)), door.point.pk, True)
    ]
    assert abs(there[0]["first"] - time.time()) < 10


def test_nothing_new_is_no_list(forum, door):
    make_registration(forum)
    first = door.get("snapshot")

    by_cursor = door.get(f"snapshot?since={first.json()['cursor']}")
    by_tag = door.get("snapshot", **{"If-None-Match": first["ETag"]})

    assert [answer.status_code for answer in (by_cursor, by_tag)] == [304, 304]
    assert by_cursor.content == b""


def test_only_what_changed_is_sent(forum, door):
    stays, changes = make_registration(forum), make_registration(forum, days=(1, 2))
    leaves = make_registration(forum)
    gone = base64url(lookup_of(leaves))
    cursor = read(door)["cursor"]
    booking.cancel(changes, [2])
    comes = make_registration(forum)
    erase_person(leaves, by="test")

    told = read(door, cursor)

    assert (told["full"], told["gone"]) == (False, [gone])
    assert {item["l"] for item in told["items"]} == {base64url(lookup_of(each)) for each in (changes, comes)}
    assert base64url(lookup_of(stays)) not in json.dumps(told)


def test_a_name_that_was_mended_is_a_change(forum, door):
    registration = make_registration(forum, name="김하늘")
    cursor = read(door)["cursor"]
    Registration.objects.filter(pk=registration.pk).update(name="김하랑")

    assert opened(item_of(registration, read(door, cursor)), valid(registration))["n"] == "김하랑"


def test_who_came_since_is_told_alone_and_who_was_taken_back_too(forum, door):
    before, after = make_registration(forum), make_registration(forum)
    with time_machine.travel(timezone.now() - dt.timedelta(minutes=1)):
        long_ago = door.scan(before)
    cursor = read(door)["cursor"]
    door.scan(after)

    told = read(door, cursor)
    door.take_back(long_ago["scan_id"])
    later = read(door, told["cursor"])

    assert (told["full"], told["items"]) == (False, [])
    assert [each["l"] for each in told["there"]] == [base64url(lookup_of(after))]
    assert {each["l"]: each["first"] for each in later["there"]}[base64url(lookup_of(before))] is None


@pytest.mark.parametrize("cursor", ["x", "0123456789abcdef.1790000000000", "\x00", "." * 40, "é.1", "9" * 400])
def test_a_cursor_that_nobody_knows_gets_everything(forum, door, cursor):
    make_registration(forum)

    told = door.get("snapshot", **{"If-None-Match": cursor.encode("utf-8").decode("latin-1")}).json()

    assert (told["full"], len(told["items"])) == (True, 1)


def test_the_same_person_is_the_same_entry_in_every_list(forum, door):
    make_registration(forum)
    first = read(door)
    cache.clear()

    assert read(door)["items"] == first["items"]


def test_a_full_list_is_packed_for_who_can_unpack(forum, door):
    make_registration(forum)

    packed = door.get("snapshot", **{"Accept-Encoding": "gzip, br"})

    assert packed["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.content))["items"] == read(door)["items"]


def test_after_erasure_no_list_is_kept(forum, door):
    registration = make_registration(forum, name="김하늘")
    read(door)
    assert cache.get(snapshot._list_key(forum.pk))

    erase_person(registration, by="test")

    assert cache.get(snapshot._list_key(forum.pk)) is None
    assert read(door)["items"] == []


def test_ping_says_that_the_list_changed(forum, door):
    with time_machine.travel(timezone.now()):
        cursor = read(door)["cursor"]
        assert door.get("ping").json()["list_version"] == cursor.partition(".")[0]


def test_five_thousand_tickets_are_less_than_a_megabyte_and_soon_there(forum, door):
    crowd(forum, CROWD)
    began = time.perf_counter()
    answer = door.get("snapshot", **{"Accept-Encoding": "gzip"})
    seconds = time.perf_counter() - began

    items = json.loads(gzip.decompress(answer.content))["items"]
    assert (len(items), len(answer.content) <= 1_000_000) == (CROWD, True), len(answer.content)
    assert seconds < 10  # it takes a fifth of one; a busy machine is no fault of ours
    again = door.get("snapshot", **{"Accept-Encoding": "gzip"})
    assert json.loads(gzip.decompress(again.content))["items"] == items


def crowd(forum, number: int) -> None:
    """So many people for day 1, written as rows."""
    quota = Quota.objects.select_related("day").get(day__edition=forum, day__number=1)
    Quota.objects.filter(pk=quota.pk).update(capacity=number, taken=number)
    names = ("홍서우", "김하늘", "이도윤", "Alexandra Papadopoulou", "남궁민재")
    people = Registration.objects.bulk_create(
        Registration(edition=forum, name=names[n % 5], email=f"p{n}@example.org", email_key=f"p{n}", language="ko")
        for n in range(number)
    )
    Booking.objects.bulk_create(Booking.of_seat(person, quota) for person in people)
    keys = ticketing.settings.TICKET_KEYS
    key_id, salt = max(keys), bytes(forum.checkin_salt)
    Ticket.objects.bulk_create(
        Ticket(
            registration=person,
            key_id=key_id,
            lookup=ticketing.derive_lookup(ticketing.derive_code(keys[key_id], person.uuid, 1), salt),
        )
        for person in people
    )
