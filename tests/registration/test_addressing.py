"""Another e-mail address: asked for, confirmed by whoever reads its mail, and no way to learn who is registered."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.utils.translation import override

from forum.outbox import delivery
from forum.outbox.models import Message
from registration import addressing, booking, invariants, links
from registration.models import Registration
from tests.at_once import at_once
from tests.factories import make_registration
from tests.pages import Page, said

LANGUAGES = pytest.mark.parametrize("language", ["ko", "en"])
NEW = "new@example.org"


@pytest.fixture
def mine(client, forum):
    registration = make_registration(forum, email="seowoo@example.org")
    client.get(f"/t/{links.token_of(registration)}/")
    Message.objects.all().delete()
    return registration


def ask(client, registration, email=NEW, language="ko"):
    return client.post(f"/{language}/ticket/{registration.public_id}/email/", {"email": email})


def question_of(registration, language="ko"):
    """The address of the page behind the button in the mail."""
    registration.refresh_from_db()
    with override(language):
        return links.address_url_of(registration).removeprefix("http://forum.test")


def written():
    return list(Message.objects.order_by("pk").values_list("kind", "to_email"))


def test_until_the_new_address_says_yes_nothing_changes_but_both_are_told(client, mine):
    token = links.token_of(mine)

    ask(client, mine)

    mine.refresh_from_db()
    assert written() == [("confirm_address", NEW), ("address_change_asked", "seowoo@example.org")]
    assert (mine.email, mine.new_email, links.token_of(mine)) == ("seowoo@example.org", NEW, token)
    assert client.get(f"/ko/ticket/{mine.public_id}/").status_code == 200


@LANGUAGES
def test_the_question_is_answered_by_a_button_and_names_nobody(client, forum, language):
    mine = make_registration(forum, email="seowoo@example.org", language=language)
    client.get(f"/t/{links.token_of(mine)}/")
    ask(client, mine, language=language)
    delivery.deliver(Message.objects.get(kind="confirm_address").pk)
    sent = mail.outbox[-1]
    address = question_of(mine, language)

    stranger = Client()
    page = Page(stranger.get(address))
    stranger.head(address)

    mine.refresh_from_db()
    assert sent.to == [NEW]
    assert f"http://forum.test{address}" in sent.body
    assert mine.name not in sent.body + sent.alternatives[0].content + page.text
    foot = "You get this message because somebody entered this address on our website."
    assert [said(language, foot) in part for part in (sent.body, sent.alternatives[0].content)] == [True, True]
    assert said(language, "Is this your address?") in page.text
    assert mine.email == "seowoo@example.org"


def test_with_the_press_the_ticket_goes_there_and_the_old_link_and_code_end(client, mine):
    old = links.token_of(mine)
    ask(client, mine)
    Message.objects.all().delete()
    there = Client()

    opened = there.post(question_of(mine), follow=True)

    mine.refresh_from_db()
    assert (mine.email, mine.new_email, links.registration_behind(old)) == (NEW, "", None)
    assert [each.revoked_at is None for each in mine.tickets.order_by("version")] == [False, True]
    assert written() == [("address_changed", "seowoo@example.org"), ("new_address", NEW)]
    assert opened.redirect_chain == [(f"/ko/ticket/{mine.public_id}/", 302)]
    assert said("ko", "Everything comes to this address now.") in Page(opened).text
    assert client.get(f"/ko/ticket/{mine.public_id}/").status_code == 404


def test_the_question_works_once(client, mine):
    ask(client, mine)
    address = question_of(mine)
    there = Client()

    assert [there.post(address).status_code for _ in range(2)] == [302, 404]


@pytest.mark.parametrize("ending", ["another address", "another link", "cancelled"])
def test_a_question_that_is_over_changes_nothing(client, mine, ending):
    ask(client, mine)
    address = question_of(mine)
    if ending == "another address":
        ask(client, mine, "right@example.org")
    elif ending == "another link":
        client.post(f"/ko/ticket/{mine.public_id}/replace-link/")
    else:
        booking.cancel(mine, [1])

    Client().post(address)

    mine.refresh_from_db()
    assert mine.email == "seowoo@example.org"


def test_a_question_that_is_over_does_not_leave_any_more(client, mine):
    ask(client, mine, "typo@example.org")
    ask(client, mine, "right@example.org")
    delivery.sweep()

    written_to = [each.to[0] for each in mail.outbox]
    assert ("typo@example.org" in written_to, "right@example.org" in written_to) == (False, True)


def test_who_registers_meanwhile_keeps_what_they_have(client, forum, mine):
    ask(client, mine)
    address = question_of(mine)
    make_registration(forum, email=NEW)
    Message.objects.all().delete()

    answer = Client().post(address, follow=True)

    mine.refresh_from_db()
    assert mine.email == "seowoo@example.org"
    assert written() == [("already_registered", NEW)]
    assert said("ko", "This address has registered in the meantime. We have sent its link there.") in Page(answer).text


# --- Nobody learns who is registered --------------------------------------------------------------------------------


def seen_by_the_asker(client, forum, email):
    """All that somebody with an own registration sees, on pages and in the own mailbox, after asking for this one."""
    own = make_registration(forum, email=f"own-{email}")
    client.get(f"/t/{links.token_of(own)}/")
    Message.objects.all().delete()
    answer = ask(client, own, email)
    pages = [answer.status_code, shown(answer, own, email)]
    for name in ("", "email/", "data/"):
        page = client.get(f"/ko/ticket/{own.public_id}/{name}")
        pages += [page.status_code, shown(page, own, email)]
    mails = [row[0] for row in Message.objects.filter(to_email=own.email).order_by("pk").values_list("kind")]
    return [*pages, mails]


def shown(response, own, email):
    text = Page(response).text
    for mine in (own.email, email, own.public_id, own.desk_code_for_people):
        text = text.replace(mine, "…")
    return text


def test_asking_for_a_known_address_looks_like_asking_for_an_unknown_one(forum):
    make_registration(forum, email="known@example.org")

    seen = [seen_by_the_asker(Client(), forum, email) for email in ("known@example.org", "other@example.org")]

    assert seen[0] == seen[1]


def test_a_form_corrected_to_a_known_address_ends_like_one_corrected_to_an_unknown_one(forum):
    make_registration(forum, email="known@example.org")
    seen = []
    for email in ("known@example.org", "unknown@example.org"):
        own = make_registration(forum, email=f"own-{email}")
        browser, token = Client(), links.token_of(own)
        browser.get(f"/t/{token}/")

        addressing.correct(own, email)

        mails = list(Message.objects.filter(to_email=f"own-{email}").order_by("pk").values_list("kind", flat=True))
        again = Registration.objects.living().filter(email_key=f"own-{email}").exists()
        pages = [browser.get(path).status_code for path in (f"/t/{token}/", f"/ko/ticket/{own.public_id}/")]
        seen.append((mails, again, pages))

    assert seen == [(["confirmation", "address_changed"], False, [404, 404])] * 2
    assert invariants.broken() == {}


def test_what_is_asked_for_is_forgotten_with_the_person(client, mine):
    from registration import erasure

    ask(client, mine)
    erasure.erase_person(mine, by="the person")

    mine.refresh_from_db()
    assert mine.new_email == ""


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_people_who_correct_to_one_address_at_once_both_get_an_answer(forum):
    people = [make_registration(forum) for _ in range(4)]

    answers = at_once([lambda each=each: addressing.correct(each, "one@example.org") for each in people])

    assert answers == [None] * 4
    assert Registration.objects.filter(email="one@example.org").count() == 1
    assert invariants.broken() == {}


def test_no_log_holds_the_link_of_a_question(client, mine, caplog):
    from forum.logs import SECRET

    ask(client, mine)

    assert re.search(SECRET, question_of(mine)) is not None
