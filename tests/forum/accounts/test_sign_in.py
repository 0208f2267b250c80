"""Signing in by a mailed code, and a forgotten password: through the outbox, for those who have a sign-in, no longer
than it is worth."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from forum.accounts.models import User
from forum.outbox import delivery
from forum.outbox.models import Message
from tests.pages import is_korean

ASK_FOR_CODE, GIVE_CODE = reverse("account_request_login_code"), reverse("account_confirm_login_code")
SIGN_UP, SIGN_IN, FORGOTTEN = reverse("account_signup"), reverse("account_login"), reverse("account_reset_password")


@pytest.fixture
def haneul(db):
    user = User.objects.create_user("haneul@example.org", "correct horse", is_staff=True)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def code_in(text):
    return re.search(r"^[A-Z0-9-]{6,9}$", text, re.MULTILINE)[0]


def test_a_code_goes_through_the_outbox_and_is_worthless_after_15_minutes(client, haneul):
    client.post(ASK_FOR_CODE, {"email": "haneul@example.org"})

    message = Message.objects.get()
    assert (message.kind, message.to_email, message.blank_when_sent) == ("sign_in", "haneul@example.org", True)
    assert message.expires_at - timezone.now() <= dt.timedelta(minutes=15)
    assert mail.outbox == []


def test_the_code_in_the_mail_signs_in_and_then_is_kept_nowhere(client, haneul):
    client.post(ASK_FOR_CODE, {"email": "haneul@example.org"})
    delivery.sweep()

    assert Message.objects.values_list("state", "subject", "text").get() == ("sent", "", "")
    client.post(GIVE_CODE, {"code": code_in(mail.outbox[0].body)})
    assert client.session["_auth_user_id"] == str(haneul.pk)


def test_a_wrong_code_signs_nobody_in(client, haneul):
    client.post(ASK_FOR_CODE, {"email": "haneul@example.org"})

    client.post(GIVE_CODE, {"code": "WRONG0"})

    assert "_auth_user_id" not in client.session


def test_a_code_that_leaves_too_late_does_not_leave(client, haneul, pass_time):
    client.post(ASK_FOR_CODE, {"email": "haneul@example.org"})

    pass_time(dt.timedelta(minutes=15, seconds=1))
    delivery.sweep()

    assert (Message.objects.get().state, mail.outbox) == ("expired", [])


@pytest.mark.parametrize(("language", "korean"), [("ko", True), ("en", False)])
@pytest.mark.parametrize("form", [ASK_FOR_CODE, FORGOTTEN])
def test_the_mail_speaks_the_language_of_the_page(client, haneul, form, language, korean):
    client.post(form, {"email": "haneul@example.org"}, headers={"accept-language": language})

    message = Message.objects.get()
    assert (message.language, is_korean(message.subject), is_korean(message.text)) == (language, korean, korean)


@pytest.mark.parametrize("form", [ASK_FOR_CODE, FORGOTTEN])
def test_an_address_without_a_sign_in_is_answered_alike_and_written_nothing(client, haneul, form):
    known = client.post(form, {"email": "haneul@example.org"})
    Message.objects.all().delete()

    unknown = client.post(form, {"email": "stranger@example.org"})

    assert (unknown.status_code, unknown.url) == (known.status_code, known.url)
    assert Message.objects.count() == 0


@pytest.mark.parametrize("form", [ASK_FOR_CODE, FORGOTTEN])
def test_a_stranger_cannot_make_us_write_without_end(client, haneul, form):
    for _ in range(10):
        client.post(form, {"email": "haneul@example.org"})

    assert 1 <= Message.objects.count() <= 5


def test_a_new_password_is_set_by_the_link_in_the_mail(client, haneul):
    client.post(FORGOTTEN, {"email": "haneul@example.org"})
    delivery.sweep()

    link = re.search(r"http://forum\.test(/\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": "battery staple 9", "password2": "battery staple 9"})

    haneul.refresh_from_db()
    assert haneul.check_password("battery staple 9")
    assert client.get(link, follow=True).context["token_fail"]  # a link works once


def test_links_in_mails_stand_on_our_own_name_whatever_the_request_called_it(client, haneul):
    client.post(FORGOTTEN, {"email": "haneul@example.org"}, headers={"host": "localhost"})

    text = Message.objects.get().text
    assert re.findall(r"https?://[^/\s]+", text) == ["http://forum.test"]
    assert "localhost" not in text


def test_nobody_signs_up(client, db):
    facts = {"email": "new@example.org", "password1": "correct horse 9", "password2": "correct horse 9"}

    page, answer = client.get(SIGN_UP), client.post(SIGN_UP, facts)

    assert (page.status_code, answer.status_code) == (200, 200)
    assert [template.name for template in answer.templates][0] == "account/signup_closed.html"
    assert (User.objects.count(), Message.objects.count()) == (0, 0)


def test_after_five_wrong_passwords_even_the_right_one_waits(client, haneul):
    for _ in range(5):
        client.post(SIGN_IN, {"login": "haneul@example.org", "password": "wrong"})

    client.post(SIGN_IN, {"login": "haneul@example.org", "password": "correct horse"})

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [("/admin/", "/admin/"), ("https://evil.example.org/", "/staff/"), ("//evil.example.org/", "/staff/")],
)
def test_signing_in_leads_to_our_own_pages_only(client, haneul, wanted, reached):
    facts = {"login": "haneul@example.org", "password": "correct horse", "next": wanted}

    assert client.post(SIGN_IN, facts).url == reached


def test_every_page_of_signing_in_speaks_korean(client, db):
    pages = [client.get(page, headers={"accept-language": "ko"}).content.decode() for page in (SIGN_IN, ASK_FOR_CODE)]

    assert all('<html lang="ko">' in page for page in pages)
