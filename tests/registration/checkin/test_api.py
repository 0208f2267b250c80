"""The check-in API on the wire: who may ask, what comes back, and that nothing spoils a batch."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import uuid
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programme.models import Edition
from registration import booking
from registration.checkin import devices
from registration.checkin.models import Device, Point, Scan
from registration.models import Booking
from tests.factories import make_registration
from tests.registration.checkin.doors import Door, base64url, lookup_of

STATEMENTS = 5  # of a scan online, the device's cookie included, without BEGIN, COMMIT and savepoints


def test_a_steward_is_told_who_it_is_and_what_help_they_wait_for(forum, door):
    registration = make_registration(
        forum, days=(1, 2), name="김하늘", organisation="서울기술연구원", support=["receiver", "wheelchair"]
    )

    told = door.scan(registration)

    assert (told["verdict"], told["replay"], told["flags"]) == ("admitted", False, [])
    assert told["person"] == {
        "name": "김하늘",
        "organisation": "서울기술연구원",
        "category": "attendee",
        "support": ["receiver", "wheelchair"],
        "days": [
            {"number": day.number, "date": day.date.isoformat(), "state": "confirmed"} for day in forum.days.all()
        ],
    }


def test_already_in_says_when_and_where(forum, door):
    registration = make_registration(forum)
    first = door.scan(registration, minutes_ago=3)

    again = Door(forum, gate="Gate B").scan(registration)

    assert (again["verdict"], again["first_in_at"], again["first_gate"]) == ("already_in", first["at"], "Gate A")


def test_back_from_lunch(forum, door):
    registration = make_registration(forum)
    door.scan(registration, minutes_ago=21)

    assert door.scan(registration)["verdict"] == "admitted_again"


def test_a_cancelled_day_says_since_when_and_which_days_are_left(forum, door):
    registration = make_registration(forum, days=(1, 2))
    booking.cancel(registration, [1])

    told = door.scan(registration)

    assert told["verdict"] == "cancelled"
    assert told["cancelled_at"]
    assert [day["state"] for day in told["person"]["days"]] == ["cancelled", "confirmed"]


def test_a_ticket_for_the_other_day_names_both_days(forum, door):
    told = door.scan(make_registration(forum, days=(2,)))

    assert (told["verdict"], told["day"]["number"]) == ("wrong_day", 1)
    assert [(day["number"], day["state"]) for day in told["person"]["days"]] == [(2, "confirmed")]


def test_on_the_waiting_list(forum, door):
    registration = make_registration(forum)
    registration.bookings.update(state=Booking.State.WAITING, place=1)

    assert door.scan(registration)["verdict"] == "waitlisted"


def test_an_unknown_code_names_nobody(forum, door):
    told = door.scan(secrets.token_bytes(16))

    assert (told["verdict"], told["person"]) == ("unknown_code", None)


@pytest.mark.parametrize("spoil", [str.lower, " ".join, lambda code: code.replace("0", "o").replace("1", "I")])
def test_a_desk_code_is_read_forgivingly(forum, door, spoil):
    registration = make_registration(forum)
    type(registration).objects.filter(pk=registration.pk).update(desk_code="01AB9XYZ")

    assert door.scan(spoil("01AB9XYZ"))["verdict"] == "admitted"


def test_guessing_desk_codes_ends_soon_and_says_for_how_long(forum, door):
    with time_machine.travel(dt.datetime(2026, 11, 22, 3, 0, 20, tzinfo=dt.UTC)):
        door = Door(forum)
        answers = [door.send(door.item("00000000")) for _ in range(31)]

    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    error = answers[-1].json()["error"]
    assert error["code"] == "rate_limited"
    assert 0 < error["retry_after"] <= 40
    assert answers[-1]["Retry-After"] == str(error["retry_after"])


def test_tickets_are_not_guessed_so_nobody_waits_for_them(forum, door):
    for _ in range(35):
        assert door.scan(secrets.token_bytes(16))["verdict"] == "unknown_code"


def test_many_unknown_codes_are_worth_a_look_and_stop_nobody(forum, caplog):
    with time_machine.travel(dt.datetime(2026, 11, 22, 3, 0, 5, tzinfo=dt.UTC)):
        door = Door(forum)
        verdicts = [door.scan(secrets.token_bytes(16))["verdict"] for _ in range(63)]

    assert verdicts == ["unknown_code"] * 63
    assert [record.message for record in caplog.records if "unknown codes" in record.message] == [
        f"Device {door.device.uuid} reads more than 60 unknown codes a minute."
    ]


def test_while_the_database_is_away_a_phone_is_told_to_come_again(forum, door, monkeypatch):
    def away(*_: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(devices, "pass_of", away)

    answer = door.send(door.item(b"0" * 16))

    assert (answer.status_code, answer.json()["error"]["code"], answer["Retry-After"]) == (503, "busy", "5")


def test_the_same_scan_again_is_answered_as_before(forum, door):
    item = door.item(make_registration(forum))

    first, second = (door.send(item).json()["items"][0] for _ in range(2))

    assert second == first | {"replay": True, "first_in_at": second["first_in_at"], "first_gate": second["first_gate"]}
    assert Scan.objects.count() == 1


def test_a_scan_id_used_for_another_person_is_refused_by_itself(forum, door):
    item = door.item(make_registration(forum))
    door.send(item)

    told = door.send(item | {"l": base64url(lookup_of(make_registration(forum)))}).json()["items"][0]

    assert (told["verdict"], told["flags"], told["person"]) == ("malformed", ["scan_id_reused"], None)


def test_a_number_used_twice_is_flagged(forum, door):
    door.scan(make_registration(forum), seq=3)

    told = door.scan(make_registration(forum), seq=3)

    assert (told["verdict"], told["flags"]) == ("admitted", ["sequence_reused"])


def test_a_clock_far_off_is_flagged_and_nobody_is_turned_away(forum, door):
    told = door.scan(make_registration(forum), scanned_at="1970-01-01T09:00:00+09:00")

    assert (told["verdict"], told["flags"]) == ("admitted", ["clock_suspect"])


def test_the_server_says_how_far_it_has_everything(forum, door):
    one, three, five, two = (door.item(make_registration(forum), seq=seq) for seq in (1, 3, 5, 2))

    answers = [door.send(*items).json() for items in ([one, five], [three], [two])]

    assert [(answer["acked_seq"], answer["last_seq"]) for answer in answers] == [(1, 5), (1, 5), (3, 5)]
    assert door.get("state").json()["acked_seq"] == 3


@pytest.mark.parametrize(
    "spoilt",
    [
        {"scan_id": "no uuid"},
        {"seq": 0},
        {"point": 10**9},
        {"point": "hall"},
        {"l": "too-short"},
        {"l": None},
        {"desk_code": "01AB9XYZ"},
        {"method": "by hand"},
        {"direction": "sideways"},
        {"voids": "nothing"},
        {"scanned_at": "yesterday"},
        {"scanned_at": "2026-11-22T09:00:00"},
        {"scanned_at": 1_790_000_000},
        {"scanned_at": "9999-12-31T23:59:59-14:00", "offset_ms": 10**11},
        {"scanned_at": "0001-01-01T00:00:00+14:00"},
    ],
)
def test_one_malformed_item_among_ninety_nine_good_ones_spoils_nothing(forum, door, spoilt):
    good = [door.item(secrets.token_bytes(16)) for _ in range(99)]
    bad = door.item(secrets.token_bytes(16)) | spoilt

    answer = door.post(json.dumps({"gate": "Gate A", "items": [*good[:50], bad, *good[50:]]}))

    assert answer.status_code == 200, answer.content
    assert [item["verdict"] for item in answer.json()["items"]] == ["unknown_code"] * 50 + ["malformed"] + [
        "unknown_code"
    ] * 49
    assert Scan.objects.count() == 99


@pytest.mark.parametrize("character", ["\x00", "\ud800", "\u200b"])
def test_what_no_database_keeps_is_left_out(forum, door, character):
    item = door.item(make_registration(forum).desk_code + character)

    answer = door.post(json.dumps({"gate": f"Gate {character}A", "items": [item]}))

    assert answer.json()["items"][0]["verdict"] == "admitted"
    assert Scan.objects.get().gate == "Gate A"


@pytest.mark.parametrize("item", [None, 7, "scan", [], True])
def test_what_is_no_item_at_all_spoils_nothing_either(forum, door, item):
    told = door.send(door.item(make_registration(forum)), item).json()["items"]

    assert [each["verdict"] for each in told] == ["admitted", "malformed"]


def test_a_hundred_scans_at_once_are_enough(forum, door):
    answer = door.send(*[door.item(secrets.token_bytes(16)) for _ in range(101)])

    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "batch_too_large")
    assert Scan.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    ["scan", "[]", "{}", '{"items": []}', '{"items": 1}', '{"gate": 1, "items": [{}]}',
     json.dumps({"gate": "x" * 41, "items": [{}]})],
)  # fmt: skip
def test_a_body_of_another_shape_is_a_bad_request(door, body):
    answer = door.post(body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Checkin": ""},
        {"X-Checkin": "0"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
)
def test_a_page_of_another_site_cannot_scan_with_our_cookie(forum, door, headers):
    answer = door.send(door.item(make_registration(forum)), **headers)

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
    assert Scan.objects.count() == 0


def test_our_own_origin_may(forum, door):
    answer = door.send(door.item(make_registration(forum)), Origin="http://testserver")

    assert answer.json()["items"][0]["verdict"] == "admitted"


@pytest.mark.parametrize("cookie", [None, "", "guess", "x" * 4000])
def test_without_a_device_nothing_is_told(forum, door, cookie):
    door.client.cookies.clear()
    if cookie is not None:
        door.client.cookies["ck"] = cookie

    answers = [door.get("ping"), door.get("state"), door.send(door.item(make_registration(forum)))]

    assert [(answer.status_code, answer.json()["error"]["code"]) for answer in answers] == [(401, "not_paired")] * 3


def test_a_device_scans_for_its_own_edition_only(forum):
    other = Edition.objects.exclude(pk=forum.pk).filter(days__isnull=False).first()
    Point.objects.create(edition=other, day=other.days.first(), name_ko="행사장", name_en="Hall")
    ours, theirs = Door(forum), Door(other)
    registration = make_registration(forum)

    assert theirs.get("state").json()["edition"]["slug"] == other.slug
    assert theirs.scan(registration)["verdict"] == "unknown_code"
    assert theirs.scan(registration.desk_code)["verdict"] == "unknown_code"
    assert theirs.scan(registration, point=ours.point.pk)["verdict"] == "malformed"


def test_state_says_what_a_door_needs_and_nothing_about_anybody(forum, door):
    registration = make_registration(forum, name="김하늘", email="haneul@example.org", organisation="서울기술연구원")
    door.scan(registration)

    answer = door.get("state")

    state = answer.json()
    today, tomorrow = state["points"]
    assert (today["admitted"], today["expected"], tomorrow["expected"]) == (1, 1, 0)
    assert state["edition"]["salt"] == base64url(bytes(forum.checkin_salt))
    assert (state["device"]["uuid"], state["device"]["gate"]) == (str(door.device.uuid), "Gate A")
    for secret in ("김하늘", "haneul", "서울기술연구원", registration.desk_code, registration.public_id):
        assert secret not in answer.content.decode()


def test_the_point_of_today_is_marked(forum):
    with time_machine.travel(dt.datetime.combine(forum.days.get(number=2).date, dt.time(1), tzinfo=forum.tzinfo)):
        state = Door(forum).get("state").json()

    assert [point["is_today"] for point in state["points"]] == [False, True]


def test_no_answer_is_kept_by_a_cache_and_none_opens_a_web_session(forum, door):
    for answer in (door.get("ping"), door.get("state"), door.send(door.item(make_registration(forum)))):
        assert "no-store" in answer["Cache-Control"]
        assert not answer.cookies


def test_answers_have_the_shape_that_the_api_publishes(forum, door):
    schemas = door.client.get("/api/checkin/openapi.json").json()["components"]["schemas"]
    registration = make_registration(forum, support=["receiver"])
    door.scan(registration)
    door.device.refresh_from_db()

    answers = {
        "PingOut": door.get("ping"),
        "StateOut": door.get("state"),
        "SnapshotOut": door.get("snapshot"),
        "StatsOut": door.get(f"stats?point={door.point.pk}"),
        "SearchOut": Door(forum, rights="search").call("search", {"q": "홍서우", "point": door.point.pk}),
        "ScansOut": door.send(door.item(registration), door.item(secrets.token_bytes(16)), door.item("00000000"), {}),
        "ErrorOut": door.send(door.item(registration), Origin="https://evil.example"),
    }

    for name, answer in answers.items():
        assert_shape(answer.json(), {"$ref": f"#/components/schemas/{name}"}, schemas)


def test_a_scan_asks_the_database_a_fixed_number_of_times(forum, door):
    crowd = [make_registration(forum) for _ in range(2)]
    door.scan(crowd[0])
    items = [door.item(crowd[1]), door.item(crowd[1])]

    for item in items:
        assert len(statements(lambda item=item: door.send(item))) <= STATEMENTS


NONSENSE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    spoilt=st.dictionaries(
        st.sampled_from(
            ["scan_id", "seq", "l", "desk_code", "point", "method", "scanned_at", "offset_ms", "offline", "direction"]
        ),
        NONSENSE | st.datetimes(timezones=st.just(dt.UTC)).map(dt.datetime.isoformat),
        min_size=1,
    ),
    gate=NONSENSE,
)
def test_no_nonsense_breaks_the_server(forum, door, spoilt, gate):
    item = door.item(b"0123456789abcdef", scan_id=str(uuid.uuid4())) | spoilt

    answer = door.post(json.dumps({"gate": gate, "items": [item]}))

    assert answer.status_code in (200, 400, 429), (answer.content, item)


def test_a_phone_shows_up_in_the_list_of_devices(forum, door):
    door.send(door.item(make_registration(forum)))

    device = Device.objects.get()
    assert (device.gate, device.acked_seq) == ("Gate A", 1)
    assert device.last_seen_at is not None


def statements(act: Any) -> list[str]:
    from django.db import connection

    with CaptureQueriesContext(connection) as captured:
        act()
    return [each["sql"] for each in captured if "SAVEPOINT" not in each["sql"]]


def assert_shape(value: Any, schema: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Just enough of JSON Schema for what the API publishes: nothing missing, nothing that it does not name."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        chosen = [each for each in schema["anyOf"] if (each.get("type") == "null") == (value is None)]
        assert chosen, f"{value!r} may not be here"
        return assert_shape(value, chosen[0], schemas)
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
    assert isinstance(value, kinds[schema["type"]]), f"{value!r} is no {schema['type']}"
    if schema["type"] == "array":
        for each in value:
            assert_shape(each, schema["items"], schemas)
    if schema["type"] == "object":
        assert set(schema.get("required", [])) <= set(value) <= set(schema["properties"])
        for name, each in value.items():
            assert_shape(each, schema["properties"][name], schemas)
    return None
