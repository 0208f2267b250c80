"""What is kept of scans, and for how long: the tables can be made anew, and after erasure nobody is in them."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from registration.checkin import invariants
from registration.checkin.models import Attendance, Point, Scan
from registration.erasure import erase_edition, erase_person
from tests.factories import make_registration
from tests.registration.checkin.doors import Door


def said(*command: str) -> str:
    out = io.StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def test_rebuilding_says_what_differed_and_mends_it(forum, door):
    registration = make_registration(forum)
    door.scan(registration)
    assert said("rebuild_attendance") == "0 differed\n"
    Attendance.objects.update(entries=5)

    dry = said("rebuild_attendance", "--dry-run")
    assert Attendance.objects.get().entries == 5
    mended = said("rebuild_attendance")

    assert dry == mended
    assert f"registration {registration.pk} at point {door.point.pk}" in mended
    assert mended.endswith("1 differed\n")
    assert Attendance.objects.get().entries == 1


def test_attendance_is_one_of_the_invariants(forum, door):
    door.scan(make_registration(forum))
    assert invariants.broken() == {}
    Attendance.objects.update(inside=False)

    with pytest.raises(CommandError):
        call_command("invariants", stderr=io.StringIO())


def test_another_way_of_counting_tells_everything_anew(forum, door, organiser_client):
    registration = make_registration(forum)
    for ago in (60, 30):
        door.scan(registration, minutes_ago=ago)
    point = door.point
    form = {
        "name_ko": point.name_ko, "name_en": point.name_en, "edition": forum.pk, "day": point.day_id, "mode": "once",
        "counts_people": "on",
    }  # fmt: skip

    answer = organiser_client.post(reverse("admin:checkin_point_change", args=[point.pk]), form)

    assert answer.status_code == 302
    assert (Point.objects.get(pk=point.pk).mode, Attendance.objects.get().entries) == ("once", 1)
    assert Attendance.objects.get().date is None


@pytest.mark.parametrize(
    "erase", [lambda person, forum: erase_person(person, by="t"), lambda person, forum: erase_edition(forum, by="t")]
)
def test_after_erasure_scans_are_numbers(forum, erase):
    registration = make_registration(forum, name="김하늘")
    door = Door(forum, rights="supervisor")
    first = door.scan(registration, operator="자원봉사 이도윤", override="김하늘 님은 연사입니다")
    door.take_back(first["scan_id"], operator="자원봉사 이도윤", override="잘못 눌렀습니다")
    door.scan(registration.desk_code)

    erase(registration, forum)

    rows = Scan.objects.values_list("lookup", "ticket", "operator", "override_reason")
    assert list(rows) == [(None, None, "", "")] * 3
    assert Scan.objects.filter(registration=registration).count() == 3
    assert Attendance.objects.get().entries == 1
    assert invariants.broken() == {}
