"""Changing a registration: all or nothing, in one mail, and never from what was true a moment ago."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core import mail
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import override

from forum.outbox import delivery
from forum.outbox.models import Message
from programme.models import Edition
from programme.templatetags.forum_dates import day_long
from registration import addressing, booking, changing, invariants, links, sign_up, waiting_list
from registration.errors import ChangesClosed, DayFull, RegistrationOver
from registration.models import Booking, Quota, Registration
from tests.at_once import at_once
from tests.factories import make_answers, make_registration


def details(**more):
    return dict.fromkeys(["organisation", "field", "support_note"], "") | {
        "name": "홍서우",
        "support": [],
        "takes_any_seat": False,
        **more,
    }


def test_days_and_details_changed_together_are_one_mail(forum):
    registration = make_registration(forum)

    changing.change(registration, [1, 2], details(name="홍서윤"))

    assert list(Message.objects.order_by("pk").values_list("kind", flat=True)) == ["confirmation", "changed"]


@pytest.mark.parametrize(
    ("language", "labels", "details_changed"),
    [
        ("ko", ("추가", "취소"), "변경: 이름, 소속"),
        ("en", ("Added", "Cancelled"), "Changed: Name, Organisation"),
    ],
)
def test_the_mail_says_what_changed_and_of_details_their_names_only(forum, language, labels, details_changed):
    registration = make_registration(forum, days=(1,), language=language)

    as_it_is = {column: getattr(registration, column) for column in changing.DETAILS}
    changing.change(registration, [2], as_it_is | {"name": "홍서윤", "organisation": "새 소속"})

    written = Message.objects.get(kind="changed")
    dates = [forum.days.get(number=number).date for number in (2, 1)]
    with override(language):
        said = [*(f"{label}: {day_long(date)}" for label, date in zip(labels, dates, strict=True)), details_changed]
    rows = [" ".join(strip_tags(row).split()) for row in re.findall(r"<tr.*?</tr>", written.html, re.DOTALL)]
    assert [line for line in written.text.splitlines() if line in said] == said
    assert [row for row in rows if row in {line.replace(": ", "", 1) for line in said}] == [
        line.replace(": ", "", 1) for line in said
    ]
    assert "새 소속" not in written.text + written.html


def test_a_cancellation_taken_back_is_a_day_added(forum):
    registration = make_registration(forum, days=(1,), language="en")
    booking.cancel(registration, [1])

    booking.undo_cancel(registration)

    assert "Added: " in Message.objects.get(kind="changed").text


def test_when_the_day_is_full_the_details_stay_too(forum):
    registration = make_registration(forum)
    Quota.objects.filter(day__number=2).update(capacity=0)

    with pytest.raises(DayFull):
        changing.change(registration, [1, 2], details(name="홍서윤"))

    registration.refresh_from_db()
    assert registration.name == "홍서우"


def test_after_changes_have_closed_the_verb_itself_refuses(forum):
    registration = make_registration(forum)
    registration.edition.changes_until = timezone.now() - dt.timedelta(seconds=1)

    with pytest.raises(ChangesClosed):
        changing.change(registration, [2], details())


def test_a_cancelled_registration_gets_no_days_by_an_old_page(client, forum):
    registration = make_registration(forum)
    client.get(f"/t/{links.token_of(registration)}/")
    booking.cancel(registration, [1])

    page = client.post(f"/ko/ticket/{registration.public_id}/edit/", {"days": ["1"], "name": "홍서우"})

    assert page.headers["Location"] == f"/ko/ticket/{registration.public_id}/"
    assert invariants.broken() == {}
    with pytest.raises(RegistrationOver):
        booking.choose_days(registration, [1])


def test_a_mail_still_waiting_for_a_wrong_address_never_takes_the_new_link_there(forum):
    registration = make_registration(forum, email="typo@example.org")

    addressing.correct(registration, "right@example.org")
    delivery.sweep()

    assert sorted((each.to, links.token_of(registration) in each.body) for each in mail.outbox) == [
        (["right@example.org"], True),
        (["typo@example.org"], False),
    ]
    first, second = Message.objects.filter(kind="confirmation").order_by("pk")
    assert (first.state, second.state) == (Message.State.CANCELLED, Message.State.SENT)


def test_an_offer_is_declined_only_while_it_is_one(forum):
    registration = make_registration(forum)

    waiting_list.decline(registration.bookings.get())

    assert registration.bookings.get().state == Booking.State.CONFIRMED


@pytest.mark.parametrize("posted", [{}, {"asked": "x", "answer": "take"}, {"asked": "1"}, {"answer": "perhaps"}])
@pytest.mark.parametrize("where", ["offer", "coming"])
def test_a_press_without_an_answer_releases_nothing(client, forum, where, posted):
    registration = make_registration(forum)
    client.get(f"/t/{links.token_of(registration)}/")

    answer = client.post(f"/ko/ticket/{registration.public_id}/{where}/", posted)

    assert answer.status_code in (200, 302)
    assert registration.bookings.confirmed().count() == 1


def test_the_form_of_one_edition_sent_to_another_is_no_fault_of_the_page(forum):
    key = make_registration(forum).submission_key
    Registration.objects.update(edition=Edition.objects.get(slug="2021"))

    registration = sign_up.register(forum, make_answers(forum), key)

    assert registration.submission_key != key


# --- At the same moment -------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_day_dropped_in_several_tabs_at_once_gives_back_one_seat(forum):
    registration = make_registration(forum, days=(1, 2))
    make_registration(forum, days=(2,))

    at_once([lambda: booking.choose_days(Registration.objects.get(pk=registration.pk), [1])] * 6)

    assert invariants.broken() == {}
    assert Quota.objects.get(day__number=2).taken == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_undo_pressed_several_times_at_once_takes_one_seat_and_breaks_nothing(forum):
    registration = make_registration(forum)
    booking.cancel(registration, [1])

    answers = at_once([lambda: booking.undo_cancel(Registration.objects.get(pk=registration.pk))] * 6)

    assert sorted(answers) == [[], [], [], [], [], [1]]
    assert invariants.broken() == {}
