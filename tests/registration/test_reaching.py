"""Whether mail reaches a person: what they see, what organisers see, and the way back. Through a real SMTP server."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum.outbox import bounces, delivery, suppression
from forum.outbox.models import Message, Suppression
from registration import addressing, booking, changing, erasure, notices, reaching
from registration.models import AccessLog, Registration, Ticket
from tests.factories import make_registration
from tests.pages import Page, said
from tests.post_office import PostOffice
from tests.registration.sign_up_pages import SignUp

LATER = dt.timedelta(seconds=11)
LIST = reverse("admin:registration_registration_changelist")
BEING_SENT = "Our mail to %(email)s is being sent."
NOT_DELIVERED = "Our mail to %(email)s was not delivered. Please check the address."
DELAYED = "Our mail to %(email)s has not been delivered so far. We keep trying. Please check the address."
GOES_TO = "Your ticket goes to %(email)s. It usually arrives within a minute."
SENT = "We have sent your ticket to %(email)s. It usually arrives within a minute."


class Office(PostOffice):
    """Knows no such address as those in `unknown`."""

    unknown: tuple[str, ...] = ()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 (aiosmtpd's name)
        if address in self.unknown:
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@pytest.fixture
def office(settings) -> Iterator[Office]:
    with Office() as office:
        settings.EMAIL_BACKEND = "forum.outbox.smtp.SmtpBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = office.server.sockets[0].getsockname()
        yield office


def last_page(forum, email, language="en", **answers):
    browser = SignUp(Client(), forum, language)
    assert browser.post("done", browser.filled(email=email, **answers)).status_code == 302
    return browser


def reads(browser, after=LATER):
    with time_machine.travel(timezone.now() + after):
        return Page(browser.client.get(browser.done))


def ticket_of(owner, registration, language="ko"):
    return Page(owner.get(f"/{language}/ticket/{registration.public_id}/"))


def report(email, outcome, key="1"):
    message = Message.objects.filter(to_email=email).last()
    bounces.note(message, outcome, source="test", key=key)


# --- the last page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_last_page_says_whether_the_mail_has_left(forum, office, language):
    browser = last_page(forum, "seowoo@example.kr", language)
    before = reads(browser)
    delivery.sweep()
    after = reads(browser)

    assert said(language, BEING_SENT, email="seowoo@example.kr") in before.text
    assert said(language, SENT, email="seowoo@example.kr") in after.text
    assert len(office.to("seowoo@example.kr")) == 1


@pytest.mark.parametrize("language", ["ko", "en"])
def test_where_there_is_no_such_address_it_says_so_and_offers_to_correct_it(forum, office, language):
    office.unknown = ("seowo@example.kr",)
    browser = last_page(forum, "seowo@example.kr", language)
    delivery.sweep()

    page = reads(browser)

    assert said(language, NOT_DELIVERED, email="seowo@example.kr") in page.text
    assert f"/{language}/2022/register/done/address/" in page.links
    whole = "You are registered all the same. Nobody needs the mail to get in: the desk finds you by your name."
    assert said(language, whole) in page.text


def test_the_corrected_address_gets_the_ticket_and_is_held_back_by_nothing(forum, office):
    office.unknown = ("seowo@example.kr",)
    browser = last_page(forum, "seowo@example.kr")
    delivery.sweep()
    registration = Registration.objects.get()
    held = registration.link_version, Ticket.objects.get(revoked_at=None).version
    assert registration.unreachable_since is not None

    browser.client.post("/en/2022/register/done/address/", {"email": "seowoo@example.kr"})
    delivery.sweep()

    registration.refresh_from_db()
    assert [mail["To"] for mail in office.mails] == ["seowoo@example.kr"]
    assert registration.unreachable_since is None
    assert (registration.link_version, Ticket.objects.get(revoked_at=None).version) == (held[0] + 1, held[1] + 1)


def test_a_mail_that_comes_back_later_shows_on_the_last_page_too(forum, office):
    browser = last_page(forum, "seowoo@example.kr")
    delivery.sweep()

    report("seowoo@example.kr", Message.Delivery.SOFT_BOUNCE, "1")
    delayed = reads(browser).text
    report("seowoo@example.kr", Message.Delivery.HARD_BOUNCE, "2")

    assert said("en", DELAYED, email="seowoo@example.kr") in delayed
    assert said("en", NOT_DELIVERED, email="seowoo@example.kr") in reads(browser).text


def test_in_no_state_does_it_tell_whether_the_address_was_known(forum, office):
    """Known and new ones, pressed again and again, read while the mail waits, after it left and after it came back."""
    make_registration(forum, email="known@example.kr")
    delivery.sweep()

    def course(email):
        texts = []
        for _ in range(notices.REPEATS_A_DAY + 2):
            browser = last_page(forum, email)
            texts.append(reads(browser, dt.timedelta()).text)
            delivery.sweep()
            texts += [reads(browser, dt.timedelta()).text, reads(browser).text]
        report(email, Message.Delivery.HARD_BOUNCE, email)
        texts.append(reads(browser).text)
        return [text.replace(email, "…") for text in texts]

    assert course("known@example.kr") == course("new@example.kr")


def test_what_the_owner_does_meanwhile_is_not_told_on_a_strangers_page(forum, office):
    known = make_registration(forum, email="known@example.kr", days=(1, 2))
    stranger = last_page(forum, "known@example.kr")
    delivery.sweep()
    before = reads(stranger).text

    booking.cancel(known, [1])
    changing.replace_link(known)

    assert reads(stranger).text == before


def test_who_fills_in_what_nobody_sees_is_told_nothing_of_a_mail(forum, office):
    make_registration(forum, email="known@example.kr")
    pages = [reads(last_page(forum, email, website="x")).text for email in ("known@example.kr", "new@example.kr")]

    assert pages[0].replace("known@", "new@") == pages[1]


# --- the ticket -----------------------------------------------------------------------------------------------------


def test_the_ticket_says_when_the_mail_was_sent_where_the_forum_is(owner, registration, office):
    waiting = ticket_of(owner, registration, "en").text
    delivery.sweep()
    Message.objects.update(sent_at="2022-11-01T01:02:00Z")
    sent = ticket_of(owner, registration, "en").text

    assert "Mail to seowoo@example.kr: being sent" in waiting
    assert "Mail to seowoo@example.kr: sent Tue 1 Nov, 10:02 KST" in sent


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_ticket_says_that_mail_does_not_arrive_and_that_it_counts_all_the_same(
    owner, registration, office, language
):
    office.unknown = (registration.email,)
    delivery.sweep()
    registration.refresh_from_db()

    page = ticket_of(owner, registration, language)

    assert said(language, NOT_DELIVERED, email=registration.email) in page.text
    assert registration.desk_code_for_people in page.text
    assert f"/{language}/ticket/{registration.public_id}/email/" in page.links


@pytest.mark.parametrize(
    ("failure", "arrival"), [("later", "delayed"), ("away", "held_up"), ("too fast", "held_up"), ("", "held_up")]
)
def test_a_mail_that_was_tried_in_vain_is_not_said_to_be_on_its_way(registration, failure, arrival):
    tried, again = (timezone.now() + dt.timedelta(minutes=each) for each in (-3, 60))
    Message.objects.update(first_tried_at=tried, next_attempt_at=again, attempts=2, failure=failure)

    assert reaching.last_mail(registration).arrival == arrival


def test_after_an_address_was_corrected_the_page_does_not_say_that_something_was_sent(forum, office):
    browser = last_page(forum, "seowoo@example.kr")
    browser.client.post("/en/2022/register/done/address/", {"email": "right@example.kr"})
    text = reads(browser).text

    assert (
        said("en", "Your ticket goes to %(email)s. It usually arrives within a minute.", email="right@example.kr")
        in text
    )
    assert "We have sent" not in text


def test_a_mail_that_waits_for_the_morning_is_not_said_to_be_on_its_way(owner, registration, office):
    delivery.sweep()
    notices.are_you_coming(registration, not_before=timezone.now() + dt.timedelta(hours=8))

    assert ": sent " in ticket_of(owner, registration, "en").text


def test_the_ticket_of_somebody_without_an_address_speaks_of_no_mail(owner, registration):
    Registration.objects.update(email="", email_key="")
    Message.objects.all().delete()

    assert "Mail to" not in ticket_of(owner, registration, "en").text


# --- organisers -----------------------------------------------------------------------------------------------------


@pytest.fixture
def returned(registration, office):
    """Somebody whose mail came back, beside somebody whose mail did not."""
    make_registration(registration.edition, email="other@example.kr")
    delivery.sweep()
    report("seowoo@example.kr", Message.Delivery.HARD_BOUNCE)
    registration.refresh_from_db()
    return registration


def listed(client, **query):
    return [each.email for each in client.get(LIST, query).context["cl"].result_list]


def test_organisers_see_whose_mail_does_not_arrive(organiser_client, returned):
    page = reverse("admin:registration_registration_change", args=[returned.pk])

    assert sorted(listed(organiser_client)) == ["other@example.kr", "seowoo@example.kr"]
    assert listed(organiser_client, mail="returned") == ["seowoo@example.kr"]
    opened = organiser_client.get(page, headers={"accept-language": "en"}).content.decode()
    assert ("Mail does not arrive since" in opened, "confirmation · sent · came back" in opened) == (True, True)


@pytest.mark.parametrize("where", ["list", "page"])
def test_an_organiser_has_it_tried_again_and_that_is_kept(organiser_client, returned, office, where):
    if where == "list":
        chosen = Registration.objects.values_list("pk", flat=True)
        organiser_client.post(LIST, {"action": "write_again", "_selected_action": list(chosen)})
    else:
        organiser_client.post(reverse("admin:registration_registration_write_again", args=[returned.pk]))
    delivery.sweep()

    returned.refresh_from_db()
    assert (returned.unreachable_since, Suppression.objects.count()) == (None, 0)
    assert [mail["To"] for mail in office.mails].count("seowoo@example.kr") == 2
    assert list(AccessLog.objects.filter(act="write again").values_list("whose", flat=True)) == [returned.uuid]


def test_what_still_does_not_arrive_shows_again(organiser_client, returned, office):
    office.unknown = (returned.email,)
    organiser_client.post(reverse("admin:registration_registration_write_again", args=[returned.pk]))
    delivery.sweep()

    assert listed(organiser_client, mail="returned") == ["seowoo@example.kr"]


def test_nobody_but_organisers_has_it_tried_again(steward_client, client, returned):
    address = reverse("admin:registration_registration_write_again", args=[returned.pk])

    assert [steward_client.post(address).status_code, Client().post(address).status_code] == [302, 302]
    assert steward_client.get(address).status_code in (302, 405)
    assert Suppression.objects.count() == 1


def test_the_list_says_no_name_also_where_lines_are_chosen(organiser_client, returned):
    html = organiser_client.get(LIST).content.decode()

    assert (returned.name in html, f'aria-label="{returned.public_id}"' in html) == (False, True)


# --- others ---------------------------------------------------------------------------------------------------------


def test_who_registers_with_an_address_that_came_back_before_is_shown_so_at_once(forum, office):
    suppression.suppress("seowoo@example.kr", Suppression.Reason.HARD_BOUNCE, Suppression.Scope.ALL)
    registration = make_registration(forum, email="Seowoo@example.kr")

    delivery.sweep()

    registration.refresh_from_db()
    assert (office.mails, registration.unreachable_since is None) == ([], False)
    assert reaching.last_mail(registration).arrival == "failed"


def test_a_bounce_of_the_old_address_says_nothing_of_the_new_one(registration, office):
    delivery.sweep()
    addressing.correct(registration, "new@example.kr")
    delivery.sweep()

    report("seowoo@example.kr", Message.Delivery.HARD_BOUNCE)

    registration.refresh_from_db()
    assert registration.unreachable_since is None
    assert reaching.last_mail(registration).arrival == "sent"


def test_erasing_a_person_erases_that_their_mail_came_back(returned):
    erasure.erase_person(returned, by="test")

    returned.refresh_from_db()
    assert (returned.unreachable_since, Suppression.objects.count(), returned.email) == (None, 0, "")
