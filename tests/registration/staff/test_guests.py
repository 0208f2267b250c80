"""Guests: on seats of their own, one by one, as a list, or a speaker by one press."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from forum.outbox.models import Message
from programme.models import Appearance
from registration import booking, disclosing, erasure, invariants
from registration.checkin import snapshot
from registration.models import AccessLog, Quota, Registration
from tests.factories import make_registration
from tests.registration.checkin.doors import Door
from tests.registration.staff.at_the_desk import begin_day

GUESTS, LIST = "/staff/guests/", "/staff/guests/list/"


@pytest.fixture
def reserved(forum) -> list[Quota]:
    return [
        Quota.objects.create(day=day, share=Quota.Share.RESERVED, capacity=10) for day in forum.days.order_by("number")
    ]


def filled(client, address: str = GUESTS, **answers) -> dict[str, object]:
    form = client.get(address).context["form"]
    fields = {field.name: field.value() for field in form.hidden_fields()}
    return fields | {"category": "press", "agree": "on"} | answers


def invite(client, **answers):
    typed = {"name": "한결", "organisation": "예시 신문", "email": "han@example.org", "days": ["1"]}
    return client.post(GUESTS, filled(client, **typed | answers), follow=True)


def taken(share: str) -> list[int]:
    return list(Quota.objects.filter(share=share).order_by("day").values_list("taken", flat=True))


def test_a_guest_gets_a_reserved_seat_and_the_ticket_by_mail(forum, reserved, organiser_client, organiser):
    invite(organiser_client)

    guest = Registration.objects.get()
    assert (guest.category, guest.channel, guest.organisation) == ("press", "staff", "예시 신문")
    assert (taken("reserved"), taken("public")) == ([1, 0], [0, 0])
    assert (Message.objects.get().kind, Message.objects.get().language) == ("confirmation", "ko")
    consents = guest.consents.order_by("notice__kind").values_list("notice__kind", "agreed", "channel")
    assert list(consents) == [("optional", True, "staff"), ("privacy", True, "staff")]
    assert AccessLog.objects.filter(who=organiser, act="guest", whose=guest.uuid).exists()
    assert invariants.broken() == {}


def test_a_guest_comes_although_citizens_have_filled_the_day_and_the_other_way_round(forum, reserved, organiser_client):
    Quota.objects.filter(share="public").update(capacity=0)
    invite(organiser_client)
    assert taken("reserved") == [1, 0]

    Quota.objects.filter(share="public").update(capacity=5)
    Quota.objects.filter(share="reserved", day__number=1).update(capacity=1)
    page = invite(organiser_client, email="other@example.org").content.decode()

    assert "1일차에 남은 초청 자리가 없습니다" in page
    assert 'value="other@example.org"' in page
    assert (taken("reserved"), taken("public")) == ([1, 0], [0, 0])


def test_without_reserved_seats_nobody_is_invited(forum, organiser_client):
    page = invite(organiser_client).content.decode()

    assert "남은 초청 자리가 없습니다" in page
    assert "share=reserved" in page
    assert not Registration.objects.exists()


def test_a_guest_who_changes_days_takes_another_reserved_seat(forum, reserved, organiser_client):
    invite(organiser_client)
    guest = Registration.objects.get()

    booking.choose_days(guest, [2])

    assert (taken("reserved"), taken("public")) == ([0, 1], [0, 0])
    assert invariants.broken() == {}


def test_a_guest_reads_of_reserved_seats_on_the_page_of_changes(forum, reserved, organiser_client, client):
    from registration import links

    invite(organiser_client)
    guest = Registration.objects.get()
    Quota.objects.filter(share="public").update(capacity=0)
    client.logout()
    client.get(f"/t/{links.token_of(guest)}/")

    form = client.get(f"/ko/ticket/{guest.public_id}/edit/").context["form"]

    assert [(day.number, day.capacity, day.state) for day in form.panel.days] == [
        (1, 10, "available"),
        (2, 10, "available"),
    ]


def test_a_citizen_on_a_guests_seat_is_a_broken_promise(forum, reserved):
    registration = make_registration(forum)
    registration.bookings.update(quota=reserved[0])
    Quota.objects.filter(share="public", day__number=1).update(taken=0)
    Quota.objects.filter(pk=reserved[0].pk).update(taken=1)

    assert list(invariants.broken()) == ["guests on seats of citizens, or citizens on seats of guests"]


def test_doors_and_lists_say_as_whom_a_guest_comes(forum, reserved, organiser_client):
    begin_day(forum)
    invite(organiser_client, category="crew")
    guest = Registration.objects.get()
    door = Door(forum, rights="search")

    assert door.scan(guest)["person"]["category"] == "crew"
    assert door.call("search", {"q": "한결", "point": door.point.pk}).json()["items"][0]["category"] == "crew"
    entries = snapshot._read(forum.pk).entries
    assert [entry.category for entry in entries] == ["crew"]


def test_what_we_hold_of_a_guest_says_as_whom(forum, reserved, organiser_client):
    invite(organiser_client)

    facts = disclosing.about_registration(Registration.objects.get())

    assert (facts["comes_as"], facts["speaker_in_the_programme"]) == ("press", None)


# --- A list -----------------------------------------------------------------------------------------------------------


def paste(client, text: str, **answers):
    return client.post(LIST, filled(client, LIST, guests=text, **answers), follow=True)


def test_a_list_registers_everybody_each_with_what_the_line_says(forum, reserved, organiser_client):
    text = '한결, "예시 신문, 문화부", han@example.org, 1\n\nAnn Example, , ann@example.org\n다온\t예시 방송\t\t1 2'

    page = paste(organiser_client, text)

    assert page.redirect_chain == [(GUESTS, 302)]
    assert "3명을 등록했습니다." in page.content.decode()
    rows = Registration.objects.order_by("pk")
    assert [
        (row.name, row.organisation, row.email, row.language, [each.day.number for each in row.bookings.all()])
        for row in rows
    ] == [
        ("한결", "예시 신문, 문화부", "han@example.org", "ko", [1]),
        ("Ann Example", "", "ann@example.org", "en", [1, 2]),
        ("다온", "예시 방송", "", "ko", [1, 2]),
    ]
    assert taken("reserved") == [3, 2]
    assert Message.objects.count() == 2


def test_lines_that_make_no_sense_are_told_each_and_nobody_is_registered(forum, reserved, organiser_client):
    text = "한결, 예시 신문, han@, 1\n다온, , , 7\n, 예시\n바른"

    page = paste(organiser_client, text)

    form = page.context["form"]
    assert [(number, line) for number, line, _why in form.problems] == list(enumerate(text.split("\n")[:3], 1))
    assert all(why for _number, _line, why in form.problems)
    assert form["guests"].value() == text
    assert not Registration.objects.exists()


def test_lines_that_are_refused_stay_in_the_box_and_the_others_are_registered(forum, reserved, organiser_client):
    make_registration(forum, email="known@example.org")
    Quota.objects.filter(pk=reserved[1].pk).update(capacity=1)
    text = "한결, , known@example.org, 1\n다온, , , 2\n바른, , , 2\n가람, , , 1"

    page = paste(organiser_client, text)

    form = page.context["form"]
    assert form["guests"].value() == "한결, , known@example.org, 1\n바른, , , 2"
    assert [number for number, _line, _why in form.problems] == [1, 3]
    assert sorted(Registration.objects.filter(category="press").values_list("name", flat=True)) == ["가람", "다온"]
    assert taken("reserved") == [1, 1]


def test_a_list_sent_twice_registers_nobody_twice(forum, reserved, organiser_client):
    fields = filled(organiser_client, LIST, guests="한결\n다온")

    for _ in range(2):
        organiser_client.post(LIST, fields)

    assert Registration.objects.count() == 2


def test_an_endless_list_is_refused_with_a_sentence(forum, reserved, organiser_client):
    page = paste(organiser_client, "한결\n" * 201)

    assert "200줄까지" in page.content.decode()
    assert not Registration.objects.exists()


# --- Speakers ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def speaker(forum):
    appearance = Appearance.objects.filter(talk__session__day__number=1, talk__state="published").first()
    return appearance.speaker


def press(client, speaker, **more):
    return client.post(f"{GUESTS}speakers/{speaker.pk}/", more, follow=True)


def test_a_speaker_gets_a_ticket_by_one_press_for_the_days_of_their_talks(forum, reserved, organiser_client, speaker):
    press(organiser_client, speaker)

    registration = Registration.objects.get()
    assert (registration.speaker, registration.category, registration.email) == (speaker, "speaker", "")
    days = set(
        Appearance.objects.filter(speaker=speaker, talk__state="published").values_list(
            "talk__session__day__number", flat=True
        )
    )
    assert {each.day.number for each in registration.bookings.all()} == days
    assert registration.name in (speaker.name_ko, speaker.name_en)
    assert registration.tickets.count() == 1
    assert invariants.broken() == {}


def test_pressed_again_it_leads_to_the_ticket_that_is_there(forum, reserved, organiser_client, speaker):
    press(organiser_client, speaker)
    registration = Registration.objects.get()

    page = press(organiser_client, speaker, email="speaker@example.org")

    assert page.redirect_chain == [(f"/staff/desk/{registration.public_id}/", 302)]
    assert Registration.objects.count() == 1


def test_with_an_address_the_ticket_is_mailed(forum, reserved, organiser_client, speaker):
    press(organiser_client, speaker, email="speaker@example.org")

    assert Message.objects.get(kind="confirmation").to_email == "speaker@example.org"


def test_an_address_that_is_none_issues_nothing(forum, reserved, organiser_client, speaker):
    page = press(organiser_client, speaker, email="speaker@")

    assert "alert--danger" in page.content.decode()
    assert not Registration.objects.exists()


def test_a_speaker_who_registered_as_a_citizen_keeps_that_registration(forum, reserved, organiser_client, speaker):
    own = make_registration(forum, email="speaker@example.org", days=(1, 2))

    press(organiser_client, speaker, email="speaker@example.org")

    own.refresh_from_db()
    assert (own.speaker, own.category, Registration.objects.count()) == (speaker, "speaker", 1)
    assert (taken("reserved"), taken("public")) == ([1, 1], [0, 0])
    assert invariants.broken() == {}


def test_a_citizen_is_made_a_guest_and_the_seat_goes_to_the_next_in_line(forum, reserved, organiser_client):
    Quota.objects.filter(share="public", day__number=1).update(capacity=1)
    registration = make_registration(forum)
    waiting = make_registration(forum, may_wait=[1])

    organiser_client.post(f"{GUESTS}make/{registration.public_id}/", {"category": "press"})

    registration.refresh_from_db()
    assert (registration.category, taken("reserved"), taken("public")) == ("press", [1, 0], [1, 0])
    assert waiting.bookings.get().state == "confirmed"
    assert invariants.broken() == {}


def test_who_waits_and_is_made_a_guest_has_a_seat_and_is_told(forum, reserved, organiser_client):
    Quota.objects.filter(share="public", day__number=1).update(capacity=0)
    registration = make_registration(forum, may_wait=[1])

    for _ in range(2):
        organiser_client.post(f"{GUESTS}make/{registration.public_id}/", {"category": "guest"})

    seat = registration.bookings.get()
    assert (seat.state, seat.place, seat.quota) == ("confirmed", None, reserved[0])
    assert Message.objects.filter(kind="changed").count() == 1
    assert invariants.broken() == {}


def test_without_a_guests_seat_a_citizen_keeps_theirs(forum, organiser_client):
    registration = make_registration(forum)

    page = organiser_client.post(f"{GUESTS}make/{registration.public_id}/", {"category": "guest"}, follow=True)

    registration.refresh_from_db()
    assert (registration.category, taken("public")) == ("attendee", [1, 0])
    assert "남은 초청 자리가 없습니다" in page.content.decode()
    assert invariants.broken() == {}


def test_a_speaker_who_cancelled_can_be_invited_again(forum, reserved, organiser_client, speaker):
    press(organiser_client, speaker)
    booking.cancel(Registration.objects.get(), [1, 2])

    press(organiser_client, speaker)

    assert Registration.objects.living().filter(speaker=speaker).count() == 1
    assert Registration.objects.count() == 2


def test_the_database_keeps_a_speaker_to_one_registration_and_to_their_category(forum, reserved, speaker):
    facts = {"edition": forum, "name": "예시", "language": "ko", "speaker": speaker}
    Registration.objects.create(**facts, category="speaker")

    for category in ("speaker", "guest"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Registration.objects.create(**facts, category=category)


def test_after_erasure_nothing_leads_from_a_seat_to_a_speaker(forum, reserved, organiser_client, speaker):
    press(organiser_client, speaker)
    registration = Registration.objects.get()

    erasure.erase_person(registration, "the person")

    registration.refresh_from_db()
    assert (registration.speaker, registration.name, registration.category) == (None, "", "speaker")
    assert taken("reserved") == [0, 0]


def test_the_page_shows_seats_speakers_and_guests_half_covered(forum, reserved, organiser_client, speaker):
    invite(organiser_client)
    press(organiser_client, speaker)

    page = organiser_client.get(GUESTS)

    assert [quota.taken for _day, quota in page.context["seats"]] == taken("reserved")
    assert [each.speaker for each in page.context["stage"] if each.registration] == [speaker]
    assert {row.masked for row in page.context["guests"]} >= {"한*"}
    assert "han@example.org" not in page.content.decode()
