"""Citizens sign in by a mailed code. Nobody learns from it who has an account."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum.accounts import codes
from forum.accounts.models import User
from forum.outbox import delivery
from forum.outbox.models import Message
from tests.pages import Page, asks_to_pause, is_korean, said
from tests.signing_in import ADDRESS, CODE, MY, ask_for_code, give_code, mailed_code, sign_in

SEOWOO = "seowoo@example.kr"


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def wrong(code):
    return "00000000" if code != "00000000" else "11111111"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_address_and_the_code_from_the_mail_lead_in(client, forum, language):
    assert ask_for_code(client, SEOWOO, language).url == CODE.format(language)
    answer = give_code(client, mailed_code(SEOWOO), language)

    assert (answer.url, client.get(answer.url).status_code) == (MY.format(language), 200)
    assert EmailAddress.objects.values_list("user__email", "email", "verified").get() == (SEOWOO, SEOWOO, True)


def test_every_request_is_what_a_browser_sends(forum):
    browser = Client(enforce_csrf_checks=True)
    first = Page(browser.get(ADDRESS.format("ko")))
    browser.post(ADDRESS.format("ko"), first.fields | {"email": SEOWOO})
    second = Page(browser.get(CODE.format("ko")))

    answer = browser.post(CODE.format("ko"), second.fields | {"code": mailed_code(SEOWOO)})

    assert answer.url == MY.format("ko")
    assert ask_for_code(Client(enforce_csrf_checks=True), SEOWOO).status_code == 403


def test_an_account_is_made_only_once_the_code_was_right(client, forum):
    ask_for_code(client, SEOWOO)
    give_code(client, wrong(mailed_code(SEOWOO)))
    assert (User.objects.count(), EmailAddress.objects.count()) == (0, 0)

    give_code(client, mailed_code(SEOWOO))
    assert (User.objects.count(), EmailAddress.objects.count()) == (1, 1)


def test_an_account_holds_the_address_and_no_password(client, forum):
    sign_in(client, "SeoWoo@Example.KR".lower())

    user = User.objects.get()
    assert (user.email, user.name, user.has_usable_password()) == (SEOWOO, "", False)
    assert (user.is_staff, user.is_superuser, user.groups.count()) == (False, False, 0)


def test_the_second_time_it_is_the_same_account(forum):
    for written in (SEOWOO, "SEOWOO@Example.kr", f" {SEOWOO} "):
        browser = Client()
        ask_for_code(browser, written)
        assert give_code(browser, mailed_code(SEOWOO)).url == MY.format("ko")

    assert (User.objects.count(), EmailAddress.objects.count()) == (1, 1)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_nobody_learns_whether_an_address_has_an_account(forum, language):
    sign_in(Client(), "known@example.kr")
    User.objects.create_user("banned@example.kr", is_active=False)
    User.objects.create_user("staffs@example.kr", is_staff=True)
    Message.objects.all().delete()
    answers = []
    for email in ("known@example.kr", "other@example.kr", "banned@example.kr", "staffs@example.kr"):
        browser = Client()
        pages = [ask_for_code(browser, email, language), browser.get(CODE.format(language))]
        pages.append(give_code(browser, wrong(mailed_code(email)), language))
        answers.append([without_what_differs(page, email) for page in pages])
        message = Message.objects.get(to_email=email)
        answers[-1].append((message.language, re.sub(r"\d{8}", "", message.subject + message.text + message.html)))

    assert answers[0] == answers[1] == answers[2] == answers[3]


def without_what_differs(page, email):
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode()).replace(email, "")
    return page.status_code, page.headers.get("Location"), text, sorted(page.cookies)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_page_and_mail_speak_the_language_the_citizen_came_in(client, forum, language):
    ask_for_code(client, SEOWOO, language)
    pages = [client.get(ADDRESS.format(language)), client.get(CODE.format(language))]

    assert {Page(page).language for page in pages} == {language}
    message = Message.objects.get()
    assert message.language == language
    assert {is_korean(part) for part in (message.subject, message.text, message.html)} == {language == "ko"}


def test_the_code_is_in_subject_text_and_html_and_kept_nowhere_once_sent(client, forum):
    ask_for_code(client, SEOWOO)
    code = mailed_code(SEOWOO)
    message = Message.objects.get()
    assert [code in part for part in (message.subject, message.text, message.html)] == [True] * 3

    delivery.sweep()

    assert Message.objects.values_list("state", "subject", "text", "html").get() == ("sent", "", "", "")
    assert code in mail.outbox[0].body


@pytest.mark.parametrize("written", ["{0}", " {0} ", "{1} {2}", "{1}-{2}"])
def test_the_code_may_be_typed_with_spaces(client, forum, written):
    ask_for_code(client, SEOWOO)
    code = mailed_code(SEOWOO)

    give_code(client, written.format(code, code[:4], code[4:]))

    assert is_signed_in(client)


def test_the_code_may_be_typed_in_full_width_digits(client, forum):
    ask_for_code(client, SEOWOO)

    give_code(client, mailed_code(SEOWOO).translate({ord("0") + each: ord("0") + each for each in range(10)}))

    assert is_signed_in(client)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter the code from the mail."),
        ("1234", "The code has %(number)d digits."),
        ("abcdefgh", "The code has %(number)d digits."),
        ("١٢٣٤٥٦٧٨", "The code has %(number)d digits."),
    ],
)
def test_what_cannot_be_a_code_is_said_so_and_costs_no_try(client, forum, language, typed, sentence):
    ask_for_code(client, SEOWOO, language)
    for _ in range(5):
        page = Page(give_code(client, typed, language))

    facts = {"number": codes.DIGITS} if "%" in sentence else {}
    assert page.summary == [("#id_code", said(language, sentence, **facts))]
    give_code(client, mailed_code(SEOWOO), language)
    assert is_signed_in(client)


def test_after_three_wrong_codes_the_right_one_is_worth_nothing(client, forum):
    ask_for_code(client, SEOWOO)
    right = mailed_code(SEOWOO)
    answers = [give_code(client, wrong(right)) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 302]
    assert give_code(client, right).url == ADDRESS.format("ko")
    assert not is_signed_in(client)


def test_a_code_is_worth_nothing_after_a_quarter_of_an_hour(client, forum):
    ask_for_code(client, SEOWOO)
    right = mailed_code(SEOWOO)

    with time_machine.travel(timezone.now() + dt.timedelta(minutes=15, seconds=2)):
        answer = give_code(client, right)

    assert (answer.url, is_signed_in(client)) == (ADDRESS.format("ko"), False)


def test_a_code_works_once(client, forum):
    sign_in(client, SEOWOO)
    right = mailed_code(SEOWOO)
    client.logout()

    assert give_code(client, right).url == ADDRESS.format("ko")
    assert not is_signed_in(client)


def test_a_code_works_only_in_the_browser_that_asked_for_it(client, forum):
    ask_for_code(client, SEOWOO)
    other = Client()
    ask_for_code(other, "other@example.kr")

    give_code(other, mailed_code(SEOWOO))

    assert not is_signed_in(other)


def test_a_new_code_ends_the_one_before_and_its_tries(client, forum):
    ask_for_code(client, SEOWOO)
    first = mailed_code(SEOWOO)
    for _ in range(2):
        give_code(client, wrong(first))
    client.post(CODE.format("ko"), {"again": "yes"})
    second = mailed_code(SEOWOO)

    assert first != second
    give_code(client, first)
    assert not is_signed_in(client)
    give_code(client, second)
    assert is_signed_in(client)


# --- Not too often ------------------------------------------------------------------------------------------------


def test_nobody_can_make_us_write_to_an_address_without_end(client, forum):
    answers = [ask_for_code(Client(REMOTE_ADDR=f"203.0.113.{number}"), SEOWOO) for number in range(20)]

    assert Message.objects.count() == 5
    page = Page(answers[-1])
    assert asks_to_pause(page)
    assert page.fields["email"] == [SEOWOO]


def test_asking_again_counts_as_asking(client, forum):
    ask_for_code(client, SEOWOO)
    for _ in range(10):
        client.post(CODE.format("ko"), {"again": "yes"})

    assert Message.objects.count() == 5
    give_code(client, mailed_code(SEOWOO))  # the last one that was sent still works
    assert is_signed_in(client)


def test_an_address_is_written_to_fifteen_times_a_day_at_most(client, forum):
    midnight = dt.datetime(2026, 11, 2, 0, 0, tzinfo=dt.UTC)
    for quarter in range(8):
        with time_machine.travel(midnight + dt.timedelta(minutes=16 * quarter), tick=False):
            for _ in range(5):
                ask_for_code(Client(), SEOWOO)

    assert Message.objects.count() == 15


def test_two_hundred_people_behind_one_address_of_the_network_sign_in_at_once(forum):
    for number in range(200):
        browser = Client(REMOTE_ADDR="198.51.100.7")
        sign_in(browser, f"person-{number}@example.kr")
        assert is_signed_in(browser), number

    assert User.objects.count() == 200


def test_one_network_may_not_write_to_everybody(client, forum, monkeypatch):
    monkeypatch.setattr(codes, "FROM_ONE_NETWORK", (2, 3600))
    for number in range(4):
        ask_for_code(client, f"person-{number}@example.kr")

    assert Message.objects.count() == 2


# --- Where it leads, and for how long -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/en/2022/register/", "/en/2022/register/"),
        ("", "/ko/my/"),
        ("https://evil.example.org/", "/ko/my/"),
        ("//evil.example.org/", "/ko/my/"),
        ("javascript:alert(1)", "/ko/my/"),
        ("/\\evil.example.org", "/ko/my/"),
    ],
)
def test_signing_in_leads_to_our_own_pages_only(client, forum, wanted, reached):
    assert sign_in(client, SEOWOO, next=wanted).url == reached


def test_a_page_that_needs_an_account_is_where_signing_in_leads(client, forum):
    page = client.get("/en/my/delete/")
    assert page.url == "/en/my/sign-in/?next=/en/my/delete/"

    form = Page(client.get(page.url))
    assert sign_in(client, SEOWOO, "en", next=form.fields["next"][0]).url == "/en/my/delete/"


def test_whoever_is_signed_in_is_not_asked_again(client, forum):
    sign_in(client, SEOWOO)

    assert [client.get(page.format("ko")).url for page in (ADDRESS, CODE)] == ["/ko/my/", "/ko/my/"]


def test_a_code_page_without_a_code_leads_to_the_first(client, forum):
    assert client.get(CODE.format("ko")).url == ADDRESS.format("ko")


def test_a_citizen_stays_signed_in_for_thirty_days_and_staff_for_a_working_day(forum, organiser):
    citizen, staff = Client(), Client()
    sign_in(citizen, SEOWOO)
    sign_in(staff, organiser.email)

    assert [browser.session.get_expiry_age() for browser in (citizen, staff)] == [30 * 24 * 3600, 12 * 3600]


def test_an_address_that_was_only_typed_is_forgotten_within_the_hour(client, forum):
    ask_for_code(client, SEOWOO)

    assert Session.objects.get().expire_date - timezone.now() < dt.timedelta(hours=1)


def test_the_pages_are_kept_by_nobody(client, forum):
    ask_for_code(client, SEOWOO)

    for page in (ADDRESS, CODE):
        answer = client.get(page.format("ko"))
        assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))
        assert answer["X-Robots-Tag"] == "noindex"


# --- Staff, and who may not -----------------------------------------------------------------------------------------


def test_staff_who_come_this_way_keep_their_role_and_get_no_other(client, forum, steward):
    assert sign_in(client, steward.email).url == MY.format("ko")

    steward.refresh_from_db()
    assert ([group.name for group in steward.groups.all()], steward.is_staff) == (["steward"], False)
    assert (client.get("/staff/").status_code, client.get("/admin/", follow=True).status_code) == (200, 403)


def test_a_citizen_opens_no_page_of_the_staff(client, forum):
    sign_in(client, SEOWOO)

    assert [client.get(page, follow=True).status_code for page in ("/admin/", "/staff/devices/", "/staff/")] == [
        403
    ] * 3


def test_whoever_is_banned_does_not_get_in(client, forum):
    User.objects.create_user(SEOWOO, is_active=False)

    answer = sign_in(client, SEOWOO)

    assert (answer.url, is_signed_in(client)) == (reverse("account_inactive"), False)
    assert User.objects.count() == 1


def test_a_citizen_cannot_set_a_password_a_second_factor_or_another_address(client, forum):
    sign_in(client, SEOWOO)
    pages = ["account_set_password", "account_change_password", "account_email", "mfa_index", "mfa_activate_totp"]

    assert [client.get(reverse(page)).status_code for page in pages] == [403] * len(pages)
    assert client.post(reverse("account_email"), {"email": "b@example.kr", "action_add": ""}).status_code == 403


def test_a_forgotten_password_is_mailed_to_no_citizen(client, forum):
    sign_in(client, SEOWOO)
    client.logout()
    Message.objects.all().delete()
    forgotten = reverse("account_reset_password")

    answers = [client.post(forgotten, {"email": email}) for email in (SEOWOO, "nobody@example.kr")]

    assert answers[0].url == answers[1].url
    assert Message.objects.count() == 0


def test_a_citizen_who_signs_in_on_the_page_of_the_staff_lands_on_their_own(client, forum):
    sign_in(client, SEOWOO)
    client.logout()
    client.post(reverse("account_request_login_code"), {"email": SEOWOO})
    code = re.search(r"^[A-Z-]{9}$", Message.objects.latest("pk").text, re.MULTILINE)[0]

    answer = client.post(reverse("account_confirm_login_code"), {"code": code}, headers={"accept-language": "ko"})

    assert answer.url == MY.format("ko")


def test_no_role_can_be_asked_for(client, forum):
    sign_in(client, SEOWOO, is_staff="on", is_superuser="on", role="organiser", groups="1")

    assert User.objects.filter(is_staff=True).count() == 0
    assert Group.objects.filter(user__isnull=False).count() == 0
