"""Registering on the spot and by telephone: three fields and a button, seats from the same rows as on the web."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from forum.outbox.models import Message
from registration import booking, erasure, invariants
from registration.checkin import walking_in
from registration.checkin.models import Attendance, Point, Scan
from registration.models import AccessLog, Booking, Quota, Registration
from tests.factories import make_registration
from tests.registration.staff.at_the_desk import DESK

WALK_IN, TELEPHONE = f"{DESK}walk-in/", f"{DESK}telephone/"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(timezone.localtime().replace(hour=12)):
        yield


def filled(client, address: str = WALK_IN, **answers) -> dict[str, object]:
    form = client.get(address).context["form"]
    fields = {field.name: field.value() for field in form.hidden_fields()}
    return fields | {"name": "한결", "email": "", "agree": "on"} | answers


def come(client, **answers):
    return client.post(WALK_IN, filled(client, **answers), follow=True)


def stand_by(point: Point, *, places: int, minutes_ago: float = 10) -> None:
    Point.objects.filter(pk=point.pk).update(
        places=places, standby_from=timezone.now() - dt.timedelta(minutes=minutes_ago)
    )


def test_the_form_asks_for_three_things(desk):
    form = desk.get(WALK_IN).context["form"]

    assert [field.name for field in form.visible_fields()] == ["name", "email", "agree"]


def test_one_press_registers_seats_and_lets_in_and_shows_the_ticket(forum, desk):
    page = come(desk)

    registration = Registration.objects.get()
    assert page.redirect_chain == [(f"{DESK}{registration.public_id}/ticket/", 302)]
    assert "입장 처리했습니다." in page.content.decode()
    assert (registration.name, registration.email, registration.channel, registration.language) == (
        "한결", "", "desk", "ko",
    )  # fmt: skip
    assert (registration.is_of_age, registration.category) == (True, "attendee")
    seat = registration.bookings.get()
    assert (seat.state, seat.day.number, seat.quota.share) == ("confirmed", 1, "public")
    assert Quota.objects.get(day__number=1).taken == 1
    assert (Scan.objects.get().verdict, Scan.objects.get().method) == ("admitted", "desk")
    assert Attendance.objects.get().inside
    assert invariants.broken() == {}


def test_the_consent_that_was_read_out_is_kept_with_its_version_and_channel(forum, desk):
    come(desk)

    consent = Registration.objects.get().consents.get()
    newest = forum.consent_notices.filter(kind="privacy", language="ko").latest("version")
    assert (consent.notice, consent.agreed, consent.channel) == (newest, True, "desk")


def test_an_address_gets_the_ticket_by_mail_too_and_a_latin_name_gets_english(forum, desk):
    come(desk, name="Ann Example", email="ann@example.org")

    mail = Message.objects.get()
    assert (mail.kind, mail.to_email, mail.language) == ("confirmation", "ann@example.org", "en")
    assert invariants.broken() == {}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "이름을 적어 주세요."),
        ({"email": "ann@"}, "이메일 주소를"),
        ({"agree": None}, "동의하시면 표시해 주세요."),
        ({"submission_key": "forged"}, "오래 열려"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(forum, desk, wrong, sentence):
    fields = filled(desk, email="ann@example.org") | wrong
    page = desk.post(WALK_IN, {name: value for name, value in fields.items() if value is not None})

    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert page.context["form"]["email"].value() == fields["email"]
    assert not Registration.objects.exists()


def test_the_same_form_sent_twice_is_one_person(forum, desk):
    fields = filled(desk)

    answers = [desk.post(WALK_IN, fields) for _ in range(2)]

    registration = Registration.objects.get()
    assert [answer["Location"] for answer in answers] == [f"{DESK}{registration.public_id}/ticket/"] * 2
    assert Scan.objects.count() == 1
    assert Quota.objects.get(day__number=1).taken == 1


def test_two_people_of_one_name_and_the_next_person_from_the_same_page_are_people_of_their_own(forum, desk):
    fields = filled(desk)
    desk.post(WALK_IN, fields)
    desk.post(WALK_IN, fields | {"name": "다온"})
    come(desk)

    assert sorted(Registration.objects.values_list("name", flat=True)) == ["다온", "한결", "한결"]


def test_an_address_that_is_registered_leads_to_its_registration(forum, desk):
    known = make_registration(forum, email="seowoo@example.kr")

    page = come(desk, email="Seowoo@example.kr")

    assert page.redirect_chain == [(f"{DESK}{known.public_id}/", 302)]
    assert "이미 신청한 이메일 주소입니다." in page.content.decode()
    assert Registration.objects.count() == 1
    assert AccessLog.objects.filter(act="open", whose=known.uuid).exists()


def test_on_a_full_day_they_are_on_stand_by_and_wait_for_the_organisers_hour(forum, desk):
    Quota.objects.filter(day__number=1).update(capacity=0)

    page = come(desk, email="ann@example.org")

    registration = Registration.objects.get()
    assert registration.bookings.get().state == Booking.State.STANDBY
    assert Scan.objects.get().verdict == "waitlisted"
    assert not Attendance.objects.exists()
    assert "현장 대기로 올렸습니다" in page.content.decode()
    assert Message.objects.get().kind == "standby"
    assert invariants.broken() == {}


def test_from_the_hour_on_unclaimed_seats_go_to_walk_ins(forum, desk, today):
    make_registration(forum)
    Quota.objects.filter(day__number=1).update(capacity=1)
    stand_by(today, places=1)

    come(desk)
    come(desk)

    assert list(Scan.objects.order_by("received_at").values_list("verdict", "flags")) == [
        ("admitted", ["standby"]),
        ("hall_full", []),
    ]
    assert Quota.objects.get(day__number=1).taken == 1
    assert invariants.broken() == {}


def test_a_seat_is_no_way_into_a_hall_that_stand_by_has_filled(forum, desk, today):
    """Nobody who comes now may be given the place of somebody who is inside."""
    late = make_registration(forum, days=(2,))
    Quota.objects.filter(day__number=1).update(capacity=0)
    stand_by(today, places=1)
    come(desk)
    Quota.objects.filter(day__number=1).update(capacity=5)

    come(desk, name="다온")

    daon = Registration.objects.get(name="다온")
    assert daon.bookings.get().state == Booking.State.STANDBY
    assert Scan.objects.order_by("received_at").last().verdict == "hall_full"
    assert late.bookings.get().state == Booking.State.CONFIRMED
    assert Attendance.objects.filter(inside=True).count() == 1


def test_nobody_with_a_seat_is_turned_away_for_stand_by(forum, desk, today):
    owner = make_registration(forum)
    Quota.objects.filter(day__number=1).update(capacity=1)
    stand_by(today, places=1)
    come(desk)

    desk.post(f"{DESK}{owner.public_id}/check-in/", {})

    assert Scan.objects.order_by("received_at").last().verdict == "admitted"


def test_nothing_is_left_of_a_walk_in_that_fails_on_the_way(forum, desk, monkeypatch):
    def break_off(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr(walking_in.seats, "take", break_off)
    with pytest.raises(RuntimeError):
        come(desk)

    assert (Registration.objects.count(), Scan.objects.count(), Attendance.objects.count()) == (0, 0, 0)


def test_who_is_on_stand_by_reads_so_on_the_ticket_and_may_leave(forum, desk, client):
    from registration import links

    Quota.objects.filter(day__number=1).update(capacity=0)
    come(desk)
    registration = Registration.objects.get()
    client.logout()
    client.get(f"/t/{links.token_of(registration)}/")

    page = client.get(f"/ko/ticket/{registration.public_id}/").content.decode()
    assert "현장 대기 중입니다" in page
    booking.cancel(registration, [1])

    assert Quota.objects.get(day__number=1).taken == 0
    assert invariants.broken() == {}


def test_nothing_personal_is_left_of_a_walk_in_after_erasure(forum, desk):
    come(desk, email="ann@example.org")
    registration = Registration.objects.get()

    erasure.erase_person(registration, "the person")

    registration.refresh_from_db()
    assert (registration.name, registration.email) == ("", "")
    assert Scan.objects.get().lookup is None
    assert invariants.broken() == {}


def test_on_another_day_nobody_walks_in(forum, steward_client):
    page = steward_client.post(WALK_IN, {"name": "한결", "agree": "on"})

    assert page.status_code == 200
    assert "전화 등록" in page.content.decode()
    assert not Registration.objects.exists()


# --- By telephone ---------------------------------------------------------------------------------------------------


def test_a_caller_is_registered_for_the_days_they_want_and_nobody_is_let_in(forum, steward_client):
    fields = filled(steward_client, TELEPHONE, days=["1", "2"])

    page = steward_client.post(TELEPHONE, fields, follow=True)

    registration = Registration.objects.get()
    assert page.redirect_chain == [(f"{DESK}{registration.public_id}/", 302)]
    assert (registration.channel, registration.email, registration.takes_any_seat) == ("phone", "", True)
    assert list(registration.consents.values_list("notice__kind", "agreed", "channel").order_by("notice__kind")) == [
        ("optional", False, "phone"),
        ("privacy", True, "phone"),
    ]
    assert [each.state for each in registration.bookings.all()] == ["confirmed"] * 2
    assert not Scan.objects.exists()
    assert registration.desk_code_for_people in page.content.decode()
    assert invariants.broken() == {}


def test_two_callers_without_an_address_are_two_people(forum, steward_client):
    for name in ("한결", "다온", "한결"):
        steward_client.post(TELEPHONE, filled(steward_client, TELEPHONE, name=name, days=["1"]))

    assert Registration.objects.count() == 3


def test_what_a_caller_needs_is_kept_when_they_agree_to_that(forum, steward_client):
    fields = filled(steward_client, TELEPHONE, days=["1"], support=["wheelchair"])

    refused = steward_client.post(TELEPHONE, fields)
    assert "optional" in refused.context["form"].errors
    steward_client.post(TELEPHONE, fields | {"optional": "on"})

    assert Registration.objects.get().support == ["wheelchair"]


def test_a_caller_joins_the_line_of_a_full_day(forum, steward_client):
    Quota.objects.filter(day__number=1).update(capacity=1, longest_line=5)
    make_registration(forum)

    steward_client.post(TELEPHONE, filled(steward_client, TELEPHONE, days=["1"]))

    assert Registration.objects.get(channel="phone").bookings.get().state == "waiting"
    assert invariants.broken() == {}


def test_a_call_is_no_way_around_the_opening(forum, steward_client):
    fields = filled(steward_client, TELEPHONE, days=["1"])
    forum.registration_opens_at = timezone.now() + dt.timedelta(days=1)
    forum.save()

    page = steward_client.post(TELEPHONE, fields)

    assert page.status_code == 200
    assert not Registration.objects.exists()


def test_the_address_of_a_caller_that_is_registered_leads_to_its_registration(forum, steward_client):
    known = make_registration(forum, email="seowoo@example.kr")

    fields = filled(steward_client, TELEPHONE, days=["2"], email="seowoo@example.kr")
    answer = steward_client.post(TELEPHONE, fields)

    assert answer["Location"] == f"{DESK}{known.public_id}/"
    assert [each.day.number for each in known.bookings.all()] == [1]
