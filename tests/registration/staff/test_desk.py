"""The desk: who is found, what is shown and kept, and what its buttons do. Through its pages."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
import time_machine
from django.utils import timezone

from forum.outbox.models import Message
from registration import booking, invariants, links
from registration.checkin.models import Attendance, Device, Point, Scan
from registration.models import AccessLog, Booking, Quota
from tests.factories import make_registration
from tests.registration.checkin.doors import Door
from tests.registration.staff.at_the_desk import DESK, hidden

SEOWOO = {"name": "홍서우", "email": "seowoo@example.kr"}


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(timezone.localtime().replace(hour=12)):
        yield


def find(client, words: str):
    return client.post(DESK, {"q": words})


def press(client, registration, act: str, **more):
    """Press the button on the person's page, with what the page carries."""
    fields = hidden(client.get(f"{DESK}{registration.public_id}/"), f"/{act}/")
    return client.post(f"{DESK}{registration.public_id}/{act}/", fields | more, follow=True)


def verdicts() -> list[str]:
    return list(Scan.objects.order_by("received_at").values_list("verdict", flat=True))


@pytest.mark.parametrize("words", ["홍서우", "ㅎㅅㅇ", "홍ㅅㅇ", "seowoo@example.kr", "code", "last"])
def test_a_person_is_found_by_what_they_can_say_and_stands_there_half_covered(forum, desk, words):
    registration = make_registration(forum, **SEOWOO)
    make_registration(forum, name="김하늘")
    code = {"code": registration.desk_code, "last": registration.desk_code[-4:]}

    page = find(desk, code.get(words, words)).content.decode()

    assert re.findall(rf'href="{DESK}(\w{{10}})/', page) == [registration.public_id]
    assert "홍*우" in page
    assert "홍서우" not in page.replace('value="홍서우"', "").replace("(홍서우)", "")
    assert "seowoo@" not in page.replace('value="seowoo@example.kr"', "")


def test_a_latin_name_is_found_in_any_case(forum, desk):
    registration = make_registration(forum, name="Seowoo Hong")

    assert registration.public_id in find(desk, "seowoo h").content.decode()


def test_a_search_and_every_opened_registration_are_kept(forum, desk, steward):
    registration = make_registration(forum, **SEOWOO)
    find(desk, "ㅎㅅㅇ")
    desk.get(f"{DESK}{registration.public_id}/")
    desk.get(f"{DESK}{registration.public_id}/ticket/")
    desk.get(f"{DESK}{registration.public_id}/ticket.pdf")

    kept = list(AccessLog.objects.order_by("pk").values_list("who", "whose", "act", "detail"))
    theirs = registration.uuid
    assert kept == [
        (steward.pk, None, "search", "ㅎㅅㅇ"),
        (steward.pk, theirs, "open", ""),
        (steward.pk, theirs, "show ticket", ""),
        (steward.pk, theirs, "print ticket", ""),
    ]


def test_too_few_letters_are_asked_for_more_and_kept_in_the_box(desk):
    page = find(desk, "ㅎ").content.decode()

    assert 'value="ㅎ"' in page
    assert "두 글자 이상" in page
    assert not AccessLog.objects.exists()


def test_nobody_found_leads_to_registering_on_the_spot_with_the_name(forum, desk):
    page = find(desk, "한결 같은").content.decode()
    assert '<input type="hidden" name="name" value="한결 같은">' in page

    form = desk.post(f"{DESK}walk-in/", {"name": "한결 같은", "begin": "1"}).context["form"]

    assert (form["name"].value(), form.errors) == ("한결 같은", {})


def test_an_opened_registration_shows_what_the_desk_needs(forum, desk):
    registration = make_registration(forum, **SEOWOO, organisation="서울 데이터 모임 (예시)", support=["receiver"])

    page = desk.get(f"{DESK}{registration.public_id}/").content.decode()

    for words in ("홍서우", "서울 데이터 모임 (예시)", "se***@example.kr", registration.desk_code_for_people):
        assert words in page
    assert str(registration.Support.RECEIVER.label) in page
    assert "seowoo@example.kr" not in page


def test_checking_in_is_a_scan_of_the_stewards_own_desk(forum, desk, steward, today):
    registration = make_registration(forum, **SEOWOO)

    answer = press(desk, registration, "check-in")

    scan = Scan.objects.get()
    device = Device.objects.get()
    assert (scan.verdict, scan.method, scan.device, scan.point, scan.gate) == (
        "admitted", "search", device, today, "안내데스크",
    )  # fmt: skip
    assert (device.user, device.rights, device.is_desk, device.gap) == (steward, "search", True, 0)
    assert "입장 처리했습니다." in answer.content.decode()
    assert invariants.broken() == {}


def test_who_was_found_by_their_code_was_found_by_their_code(forum, desk):
    registration = make_registration(forum, **SEOWOO)
    assert f"{registration.public_id}/?by=desk" in find(desk, registration.desk_code[-4:]).content.decode()

    fields = hidden(desk.get(f"{DESK}{registration.public_id}/?by=desk"), "/check-in/")
    desk.post(f"{DESK}{registration.public_id}/check-in/", fields)

    assert Scan.objects.get().method == "desk"


def test_a_press_sent_twice_counts_once(forum, desk):
    registration = make_registration(forum, **SEOWOO)
    fields = hidden(desk.get(f"{DESK}{registration.public_id}/"), "/check-in/")

    for _ in range(2):
        desk.post(f"{DESK}{registration.public_id}/check-in/", fields)

    assert verdicts() == ["admitted"]


def test_a_check_in_is_undone_and_done_again(forum, desk):
    registration = make_registration(forum, **SEOWOO)

    for act in ("check-in", "undo", "check-in"):
        press(desk, registration, act)

    assert verdicts() == ["admitted", "voided", "admitted"]
    assert Attendance.objects.get().inside


def test_going_out_and_coming_back(forum, desk):
    registration = make_registration(forum, **SEOWOO)
    press(desk, registration, "check-in")
    press(desk, registration, "check-in", direction="out")

    press(desk, registration, "check-in")

    assert verdicts() == ["admitted", "exited", "admitted_again"]


def test_what_a_door_has_let_in_the_desk_knows_and_only_an_organiser_takes_back(forum, desk, organiser):
    registration = make_registration(forum, **SEOWOO)
    Door(forum, gate="8층 정문").scan(registration)

    page = desk.get(f"{DESK}{registration.public_id}/").content.decode()
    assert "8층 정문" in page
    assert "/undo/" not in page
    desk.post(f"{DESK}{registration.public_id}/undo/", {"scan_id": str(uuid.uuid4())})
    assert Attendance.objects.get().inside

    desk.force_login(organiser)
    press(desk, registration, "undo")
    assert not Attendance.objects.get().inside


def test_somebody_with_the_other_day_gets_a_free_seat_of_today(forum, desk):
    registration = make_registration(forum, **SEOWOO, days=(2,))
    taken = Quota.objects.get(day__number=1).taken

    press(desk, registration, "join")

    assert verdicts() == ["admitted"]
    assert Quota.objects.get(day__number=1).taken == taken + 1
    assert list(registration.bookings.order_by("day").values_list("state", flat=True)) == ["confirmed"] * 2
    assert invariants.broken() == {}


def test_without_a_seat_they_stand_by_until_the_organisers_hour(forum, desk, today):
    registration = make_registration(forum, **SEOWOO, days=(2,))
    Quota.objects.filter(day__number=1).update(capacity=0)
    today.standby_from = timezone.now() + dt.timedelta(minutes=30)
    today.places = 10
    today.save()

    press(desk, registration, "join")
    assert verdicts() == ["waitlisted"]
    Point.objects.update(standby_from=timezone.now() - dt.timedelta(minutes=1))
    answer = press(desk, registration, "join")

    assert verdicts() == ["waitlisted", "admitted"]
    assert "대기 입장으로 들여보냈습니다" in answer.content.decode()
    stay = Attendance.objects.get()
    assert (stay.inside, stay.is_standby) == (True, True)
    assert registration.bookings.get(day__number=1).state == Booking.State.STANDBY
    assert invariants.broken() == {}


def test_who_is_on_stand_by_gets_the_seat_that_has_come_free(forum, desk, today):
    other = make_registration(forum)
    registration = make_registration(forum, **SEOWOO, days=(2,))
    Quota.objects.filter(day__number=1).update(capacity=1)
    press(desk, registration, "join")
    booking.cancel(other, [1])

    press(desk, registration, "join")

    assert verdicts() == ["waitlisted", "admitted"]
    assert registration.bookings.get(day__number=1).state == Booking.State.CONFIRMED
    assert not Attendance.objects.get().is_standby
    assert invariants.broken() == {}


def test_leaving_stand_by_gives_back_no_seat(forum, desk):
    registration = make_registration(forum, **SEOWOO, days=(2,))
    Quota.objects.filter(day__number=1).update(capacity=0)
    press(desk, registration, "join")

    booking.cancel(registration, [1, 2])

    assert invariants.broken() == {}
    assert Quota.objects.get(day__number=1).taken == 0


def test_only_an_organiser_lets_in_against_the_list_and_says_why(forum, desk, organiser):
    registration = make_registration(forum, **SEOWOO, days=(2,))
    address = f"{DESK}{registration.public_id}/override/"
    assert desk.post(address, {"reason": "연사 동행"}).status_code == 403
    assert "/override/" not in desk.get(f"{DESK}{registration.public_id}/").content.decode()

    desk.force_login(organiser)
    assert "reason" in desk.post(address, {"reason": " "}).context["reason"].errors
    press(desk, registration, "override", reason="연사 동행")

    scan = Scan.objects.get()
    assert (scan.verdict, scan.override_reason, scan.by_supervisor) == ("admitted", "연사 동행", True)


def test_who_lost_the_role_of_organiser_decides_nothing_more(forum, client, organiser, today):
    client.force_login(organiser)
    client.get(DESK)
    assert Device.objects.get().rights == "supervisor"

    organiser.groups.set([])
    organiser.groups.add(organiser.groups.model.objects.get(name="steward"))
    client.get(DESK)

    assert Device.objects.get().rights == "search"


def test_a_desk_that_was_ended_does_nothing_more(forum, desk):
    desk.get(DESK)
    Device.objects.update(revoked_at=timezone.now())

    assert desk.get(DESK).status_code == 403


def test_the_link_goes_again_at_most_three_times_a_day(forum, desk):
    registration = make_registration(forum, **SEOWOO)

    answers = [press(desk, registration, "mail") for _ in range(4)]

    assert Message.objects.filter(kind="link_again").count() == 3
    assert "alert--danger" in answers[-1].content.decode()


def test_the_ticket_on_the_screen_is_the_one_that_doors_read(forum, desk):
    registration = make_registration(forum, **SEOWOO)
    page = desk.get(f"{DESK}{registration.public_id}/ticket/")

    assert page.status_code == 200
    assert page.context["qr_side"] == 33
    assert page["Referrer-Policy"] == "same-origin"
    assert desk.get(f"{DESK}{registration.public_id}/ticket.pdf").content[:5] == b"%PDF-"


def test_on_another_day_people_are_found_and_nobody_is_let_in(forum, steward_client):
    registration = make_registration(forum, **SEOWOO)

    assert registration.public_id in find(steward_client, "홍서우").content.decode()
    page = steward_client.get(f"{DESK}{registration.public_id}/").content.decode()
    assert "/check-in/" not in page
    steward_client.post(f"{DESK}{registration.public_id}/check-in/", {"scan_id": str(uuid.uuid4())})
    assert not Scan.objects.exists()


def test_of_two_halls_the_steward_chooses_one(forum, desk, today):
    other = Point.objects.create(edition=forum, day=today.day, name_ko="별관", name_en="Annex")
    desk.get(f"{DESK}?point={other.pk}")
    registration = make_registration(forum, **SEOWOO)

    press(desk, registration, "check-in")

    assert Scan.objects.get().point == other


def test_who_has_cancelled_is_registered_anew_with_what_is_known(forum, desk):
    registration = make_registration(forum, **SEOWOO)
    booking.cancel(registration, [1])

    page = desk.get(f"{DESK}{registration.public_id}/")

    assert hidden(page, "/walk-in/") == {"name": "홍서우", "email": "seowoo@example.kr"}


@pytest.mark.parametrize("page", ["ticket/", "ticket.pdf"])
def test_a_ticket_that_opens_nothing_is_neither_shown_nor_printed(forum, desk, page):
    registration = make_registration(forum, **SEOWOO)
    booking.cancel(registration, [1])

    assert desk.get(f"{DESK}{registration.public_id}/{page}")["Location"] == f"{DESK}{registration.public_id}/"


def test_nobody_erased_is_opened(forum, desk):
    from registration import erasure

    registration = make_registration(forum, **SEOWOO)
    erasure.erase_person(registration, "the person")

    assert desk.get(f"{DESK}{registration.public_id}/").status_code == 404


@pytest.mark.parametrize("page", ["", "walk-in/", "telephone/"])
def test_citizens_see_none_of_it(forum, client, page):
    registration = make_registration(forum, **SEOWOO)
    client.get(f"/t/{links.token_of(registration)}/")

    assert client.get(f"{DESK}{page}").status_code == 302


@pytest.mark.parametrize("page", ["/staff/guests/", "/staff/guests/list/"])
def test_stewards_invite_nobody(forum, steward_client, page):
    assert steward_client.get(page).status_code == 403
