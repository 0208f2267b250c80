"""The board: the same numbers as plain counting, and never without who still holds scans."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections import Counter

import pytest
import time_machine
from django.utils import timezone

from registration.checkin import devices
from registration.checkin.models import Point
from registration.models import Booking, Quota, Registration
from registration.staff.arrivals_chart import chart
from tests.factories import make_registration
from tests.pages import Page, said
from tests.registration.checkin.doors import Door

BOARD = "/staff/board/"


@pytest.fixture
def watcher(client, steward, on_day_one):
    """A steward's browser at noon of the first day."""
    client.force_login(steward)
    return client


def look(client, language="en", **query):
    answer = client.get(BOARD, query, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer


def numbers(answer):
    """What the tiles say: {label: number}."""
    tiles = re.findall(r'<dt>([^<]+)</dt><dd class="tile__value">(\d+)', answer.content.decode())
    return {label: int(number) for label, number in tiles}


def table(answer, heading):
    """The rows of the table in the section with this heading, as text."""
    section = re.search(rf'aria-labelledby="{heading}".*?</section>', answer.content.decode(), re.DOTALL)[0]
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", section, re.DOTALL)
    return [
        (name, *(re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td.*?</td>", cells))) for name, cells in rows
    ]


def test_two_points_with_repeats_come_to_what_plain_counting_says(forum, watcher, on_day_one):
    """C12. The oracle is a diary of who went where, kept beside."""
    hall = forum.points.get(day=on_day_one)
    room = Point.objects.create(edition=forum, day=on_day_one, name_ko="분과실", name_en="Room", counts_people=False)
    chance = random.Random(11)
    crowd = [make_registration(forum) for _ in range(20)]
    doors = [Door(forum, gate=gate) for gate in ("Gate A", "Gate B")]
    inside, first, gates = {}, {}, Counter()
    for step in range(100):
        person, door, point = chance.choice(crowd[:17]), chance.choice(doors), chance.choice([hall, room])
        direction, ago = "out" if chance.random() < 0.2 else "in", 110 - step
        door.scan(person, point=point.pk, direction=direction, minutes_ago=ago)
        key = (point.pk, person.pk)
        inside[key] = direction == "in"
        if direction == "in" and key not in first:
            first[key] = timezone.localtime(timezone.now() - dt.timedelta(minutes=ago), forum.tzinfo)
            gates[point.pk, door.gate] += 1

    for query, point in (({}, hall), ({"day": 1}, hall), ({"point": hall.pk}, hall), ({"point": room.pk}, room)):
        answer = look(watcher, **query)
        came = {person: moment for (pk, person), moment in first.items() if pk == point.pk}
        spans = Counter(f"{moment:%H}:{moment.minute // 5 * 5:02}" for moment in came.values())
        there = sum(is_in for (pk, person), is_in in inside.items() if pk == point.pk and person in came)
        assert numbers(answer) == {
            "Expected": 20,
            "Arrived": len(came),
            "Inside now": there,
            "Still to come": 20 - len(came),
            "Doubles": 0,
        }
        assert table(answer, "arrivals-heading") == [(at, str(number)) for at, number in sorted(spans.items())]
        expected = [(gate, str(number)) for (pk, gate), number in sorted(gates.items()) if pk == point.pk]
        assert [row[:2] for row in table(answer, "gates-heading") if row[1] != "0"] == expected


@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_says_that_it_is_incomplete_and_which_phone_holds_how_many(forum, watcher, language):
    door, other = Door(forum, gate="Gate B"), Door(forum, gate="Gate C")
    warning = said(language, "These numbers are incomplete.")
    assert warning not in Page(look(watcher, language)).text

    door.get("ping", **{"X-Checkin-Unsent": "37"})
    other.scan(make_registration(forum), seq=4)
    text = Page(look(watcher, language)).text

    assert warning in text
    expected = {
        "en": ["Gate B holds 37 unsent scans.", "Of Gate C 4 scans are missing."],
        "ko": ["Gate B에 보내지 않은 기록이 37건 있습니다.", "Gate C의 기록 4건이 빠져 있습니다."],
    }
    assert [sentence in text for sentence in expected[language]] == [True, True]
    door.get("ping", **{"X-Checkin-Unsent": "0"})
    assert expected[language][0] not in Page(look(watcher, language)).text


def test_doubles_people_without_a_seat_and_scans_to_decide_are_counted(forum, watcher, organiser):
    person, waits = make_registration(forum), make_registration(forum)
    waits.bookings.update(state=Booking.State.WAITING, place=1, confirmed_at=None)
    for gate in ("Gate A", "Gate B"):
        Door(forum, gate=gate).scan(person, offline=True, device_verdict="admitted")
    Door(forum, rights="supervisor").scan(waits, override="stand-by")
    lost = Door(forum)
    devices.revoke(lost.device)
    lost.scan(make_registration(forum))

    answer = look(watcher)

    assert numbers(answer) == {"Expected": 2, "Arrived": 2, "Inside now": 2, "Still to come": 1, "Doubles": 1}
    text = Page(answer).text
    assert [words in text for words in ("0 at the desk · 1 without a seat", "1 scan waits for your decision.")] == [
        True,
        True,
    ]
    assert "/admin/" not in answer.content.decode()  # a steward has no admin
    watcher.force_login(organiser)
    assert "/admin/checkin/scan/?waiting=yes" in Page(look(watcher)).links


def test_whoever_registered_at_the_desk_is_told_apart(forum, watcher):
    door = Door(forum)
    for number in range(3):
        person = make_registration(forum)
        Registration.objects.filter(pk=person.pk).update(channel="desk" if number else "web")
        door.scan(person)

    answer = look(watcher)

    assert (numbers(answer)["Arrived"], answer.context["told"].walk_ins) == (3, 2)
    assert "2 at the desk" in Page(answer).text


def test_how_gates_are_connected(forum, watcher):
    person = make_registration(forum)
    for gate, unsent in (("Gate A", "0"), ("Gate B", "3")):
        Door(forum, gate=gate).send(Door(forum, gate=gate).item(person), **{"X-Checkin-Unsent": unsent})
    silent = Door(forum, gate="Gate C")
    silent.scan(person)
    type(silent.device).objects.filter(pk=silent.device.pk).update(
        last_seen_at=timezone.now() - dt.timedelta(minutes=6)
    )

    rows = table(look(watcher), "gates-heading")

    assert rows == [("Gate A", "1", "online"), ("Gate B", "0", "3 unsent scans"), ("Gate C", "0", "silent")]


def test_today_is_shown_without_asking_and_else_the_next_day_or_the_last(forum, client, steward):
    shown = {}
    for name, day, days in (("before", 1, -3), ("first", 1, 0), ("second", 2, 0), ("after", 2, 30)):
        moment = forum.days.get(number=day).at(dt.time(12)) + dt.timedelta(days=days)
        with time_machine.travel(moment, tick=False):
            client.force_login(steward)
            shown[name] = look(client).context["day"].number

    assert shown == {"before": 1, "first": 1, "second": 2, "after": 2}


@pytest.mark.parametrize("query", [{"day": 9}, {"day": "x"}, {"point": 10**9}, {"edition": "1999"}, {"point": "'"}])
def test_what_there_is_not_is_not_found(watcher, query):
    assert watcher.get(BOARD, query).status_code == 404


def test_another_day_and_another_edition_have_boards_of_their_own(forum, watcher, on_day_one):
    Door(forum).scan(make_registration(forum, days=(1, 2)))

    assert [numbers(look(watcher, day=day))["Arrived"] for day in (1, 2)] == [1, 0]
    assert numbers(look(watcher, edition=forum.slug))["Arrived"] == 1


def test_strangers_see_no_board(forum, client):
    assert client.get(BOARD).status_code == 302


def test_only_organisers_find_the_lists_there(forum, watcher, organiser):
    lists = [f"/staff/board/2022/day-1/by-{order}.pdf" for order in ("name", "code")]
    assert [link in Page(look(watcher)).links for link in lists] == [False, False]

    watcher.force_login(organiser)

    assert [link in Page(look(watcher)).links for link in lists] == [True, True]


def test_what_a_gate_and_a_phone_are_called_is_text(forum, watcher):
    strange = "<img src=x onerror=alert(1)>"
    person = make_registration(forum, name=strange)
    door = Door(forum, gate=strange)
    door.send(door.item(person), **{"X-Checkin-Unsent": "2"})

    html = look(watcher).content.decode()

    assert "<img" not in html
    assert html.count("&lt;img src=x onerror=alert(1)&gt;") >= 2


def test_nobody_is_named_on_it(forum, watcher):
    person = make_registration(forum, name="홍서우")
    Door(forum).scan(person)

    html = look(watcher).content.decode()

    assert [each in html for each in ("홍서우", person.email, person.desk_code)] == [False, False, False]


def test_seats_and_the_line_stand_beside_the_expected(forum, watcher):
    Quota.objects.filter(day__number=1).update(capacity=250, waiting=0)
    waits = make_registration(forum)
    waits.bookings.update(state=Booking.State.WAITING, place=1, confirmed_at=None)

    text = Page(look(watcher)).text

    assert [words in text for words in ("/ 250 seats", "1 in line")] == [True, True]


def test_it_asks_as_often_for_three_people_and_phones_as_for_one(forum, watcher, django_assert_max_num_queries):
    Door(forum, gate="Gate A").scan(make_registration(forum))
    with django_assert_max_num_queries(30) as one:
        look(watcher)
    number = len(one)
    for gate in ("Gate B", "Gate C"):
        Door(forum, gate=gate).scan(make_registration(forum))
    with django_assert_max_num_queries(number):
        look(watcher)


# --- The picture ----------------------------------------------------------------------------------------------------

NINE = dt.datetime(2026, 3, 2, 0, 0, tzinfo=dt.UTC)
SEOUL = dt.timezone(dt.timedelta(hours=9))


def spans(*pairs):
    return [(NINE + dt.timedelta(minutes=5 * place), number) for place, number in pairs]


def test_bars_stand_side_by_side_and_are_as_high_as_their_numbers():
    drawn = chart(spans((0, 10), (1, 40), (3, 20)), SEOUL)

    assert [(f"{bar.at:%H:%M}", bar.number) for bar in drawn.bars] == [
        ("09:00", 10),
        ("09:05", 40),
        ("09:10", 0),
        ("09:15", 20),
    ]
    heights = [bar.height for bar in drawn.bars]
    assert [round(height / heights[0], 2) for height in heights] == [1, 4, 0, 2]
    assert all(round(bar.y + bar.height, 2) == 100 for bar in drawn.bars)
    assert [bar.x for bar in drawn.bars] == [2.5, 27.5, 52.5, 77.5]
    assert [mark for mark, _y in drawn.marks] == [0, 10, 20, 30, 40]


@pytest.mark.parametrize(("most", "marks"), [(1, [0, 1]), (4, [0, 1, 2, 3, 4]), (5, [0, 2, 4, 6]), (97, [0, 50, 100])])
def test_the_lines_across_are_round_numbers_up_to_the_highest(most, marks):
    assert [mark for mark, _y in chart(spans((0, most)), SEOUL).marks] == marks


def test_a_long_day_has_few_labels_and_no_numbers_above_its_bars():
    drawn = chart(spans((0, 1), (107, 1)), SEOUL)

    assert (len(drawn.bars), drawn.is_numbered) == (108, False)
    assert [f"{bar.at:%H:%M}" for bar in drawn.bars if bar.is_labelled] == ["10:00", "12:00", "14:00", "16:00"]


def test_without_arrivals_there_is_no_picture():
    assert chart([], SEOUL).bars == []
