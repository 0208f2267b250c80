"""Certificates of attendance: for whoever was checked in, and true for as long as that holds."""

from __future__ import annotations

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote

import pytest
import time_machine
import zxingcpp
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils.translation import override

from programme.templatetags.forum_dates import day_long
from registration import booking, certifying, consent, crockford, disclosing, erasure, links
from registration.checkin import attending
from registration.errors import NothingToCertify
from registration.models import Certificate
from registration.views import certificate as views
from tests.factories import make_registration
from tests.pages import Page, said
from tests.paper import Paper
from tests.registration.checkin.doors import Door


def at(forum, day, hour=12, days=0):
    return forum.days.get(number=day).at(dt.time(hour)) + dt.timedelta(days=days)


def scan(forum, registration, day=1, **facts):
    """Somebody is let in at noon of a day. Answers the door and what it read."""
    with time_machine.travel(at(forum, day), tick=False):
        door = Door(forum, day=day)
        return door, door.admit(registration, **facts).scan


def take_back(forum, door, scan, day=1):
    with time_machine.travel(at(forum, day) + dt.timedelta(minutes=5), tick=False):
        door.take_back(scan.scan_id)


def opened(registration):
    client = Client()
    client.get(f"/t/{links.token_of(registration)}/")
    return client


def address(registration, language="ko"):
    return f"/{language}/ticket/{registration.public_id}/certificate.pdf"


def ticket(registration, language="ko"):
    return f"/{language}/ticket/{registration.public_id}/"


@pytest.fixture
def came(forum):
    """홍서우, let in on day 1 of both."""
    registration = make_registration(forum, days=(1, 2), name="홍서우")
    scan(forum, registration)
    return registration


@pytest.fixture
def afterwards(forum, came):
    """The morning after the forum."""
    with time_machine.travel(at(forum, 2, days=1), tick=False):
        yield came


def certificate_of(registration, language="ko"):
    answer = opened(registration).get(address(registration, language))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return answer


# --- Getting one ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_says_who_when_where_and_by_whom_on_one_page(forum, afterwards, language):
    forum.days.update(times_confirmed=True)
    sheet = Paper(certificate_of(afterwards, language).content)

    certificate = Certificate.objects.get()
    with override(language):
        expected = [
            forum.name, forum.venue.name, day_long(forum.days.get(number=1).date),
            *(host.organisation.name for host in forum.edition_hosts.select_related("organisation")),
        ]  # fmt: skip
    expected += ["홍서우", certificate.serial, certificate.code_for_people, "09:30–17:30"]
    expected += [
        said(language, "Certificate of attendance"),
        said(language, "Made in a rehearsal: the dates were moved."),
    ]
    text = sheet.text
    assert [words for words in expected if words not in text] == []
    with override(language):
        assert day_long(forum.days.get(number=2).date) not in text
    assert (len(sheet.reader.pages), sheet.is_accessible, sheet.catalogue["/Lang"]) == (1, True, language)


def test_its_code_leads_to_the_page_that_verifies_it(forum, afterwards, tmp_path):
    sheet = Paper(certificate_of(afterwards).content)

    [code] = zxingcpp.read_barcodes(sheet.drawn(tmp_path).convert("L"))

    assert code.text == f"http://forum.test/c/{Certificate.objects.get().code}/"
    assert code.text in sheet.text  # copied from there it is the same


def test_its_file_is_called_by_its_number_and_kept_by_no_cache(afterwards):
    answer = certificate_of(afterwards)

    assert unquote(answer["Content-Disposition"]).endswith("참가확인서 SBDF-2022-000001.pdf")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "name", ["W" * 60, "가" * 60, "<img src=x onerror=alert(1)>", '#panic("x")', "محمد علي", "뷁쉣"]
)
def test_a_strange_or_long_name_is_text_on_one_page(forum, name, tmp_path):
    registration = make_registration(forum, name=name)
    scan(forum, registration)
    with time_machine.travel(at(forum, 2), tick=False):
        sheet = Paper(certificate_of(registration).content)

    assert (len(sheet.reader.pages), sheet.is_accessible) == (1, True)
    assert len(zxingcpp.read_barcodes(sheet.drawn(tmp_path).convert("L"))) == 1
    if name.isascii() or "가" <= name[0] <= "힣":
        assert name.replace(" ", "") in sheet.text.replace(" ", "").replace("\u200b", "")


def test_the_longest_of_everything_fits_one_page(forum, afterwards, tmp_path):
    forum.theme_ko, forum.name_ko = ("긴글 " * 50)[:200].strip(), ("긴글 " * 40)[:120].strip()
    forum.save()
    scan(forum, afterwards, day=2)
    with time_machine.travel(at(forum, 2, days=2), tick=False):
        sheet = Paper(certificate_of(afterwards).content)

    assert len(sheet.reader.pages) == 1
    assert len(zxingcpp.read_barcodes(sheet.drawn(tmp_path).convert("L"))) == 1


def test_numbers_count_from_one_without_a_gap_and_asking_twice_gives_the_same(forum, came):
    others = [make_registration(forum) for _ in range(3)]
    [scan(forum, other) for other in others]
    with time_machine.travel(at(forum, 2), tick=False):
        issued = [certifying.issue(each) for each in (came, *others, came)]

    assert [each.serial for each in issued] == [f"SBDF-2022-{number:06d}" for number in (1, 2, 3, 4, 1)]
    assert len({each.code for each in issued}) == 4
    assert {len(each.code) for each in issued} == {20}


def test_the_days_are_those_that_are_over(forum, came):
    scan(forum, came, day=2)
    evening = forum.days.get(number=1).span[1]

    told = {
        name: [day.number for day in certifying.days(came, moment)]
        for name, moment in {
            "before its end": evening - dt.timedelta(minutes=1),
            "at its end": evening,
            "after both": at(forum, 2, days=1),
        }.items()
    }

    assert told == {"before its end": [], "at its end": [1], "after both": [1, 2]}


def test_who_did_not_come_gets_none_and_is_told_why(forum):
    missed = make_registration(forum)
    with time_machine.travel(at(forum, 2), tick=False):
        with pytest.raises(NothingToCertify):
            certifying.issue(missed)
        client = opened(missed)
        answer = client.get(address(missed), follow=True)

    assert answer.redirect_chain == [(ticket(missed), 302)]
    assert said("ko", str(NothingToCertify.message)) in Page(answer).text
    assert not Certificate.objects.exists()


def test_nobody_gets_one_before_the_day_is_over(forum, came):
    with time_machine.travel(at(forum, 1, hour=13), tick=False):
        assert opened(came).get(address(came)).status_code == 302
    assert not Certificate.objects.exists()


def test_strangers_get_none(forum, afterwards, client):
    assert client.get(address(afterwards)).status_code == 404
    assert not Certificate.objects.exists()


def test_who_gave_the_second_day_back_after_the_first_keeps_it(forum, came):
    booking.cancel(came, [1, 2])
    with time_machine.travel(at(forum, 2), tick=False):
        assert certificate_of(came).status_code == 200


def test_the_database_gives_no_number_and_no_person_two_certificates(forum, came):
    other = make_registration(forum)
    Certificate.objects.create(registration=came, edition=forum, number=1)

    for wrong in (
        {"registration": other, "number": 1},
        {"registration": came, "number": 2},
        {"registration": other, "number": 0},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Certificate.objects.create(edition=forum, **wrong)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_who_ask_at_once_twice_each_get_twenty_numbers(forum):
    people = [make_registration(forum) for _ in range(20)]
    [scan(forum, person) for person in people]

    def ask(person):
        try:
            return certifying.issue(person).number
        finally:
            connection.close()

    with time_machine.travel(at(forum, 2), tick=False), ThreadPoolExecutor(8) as pool:
        told = list(pool.map(ask, people * 2))

    assert sorted(told) == sorted([*range(1, 21)] * 2)
    assert told[:20] == told[20:]


# --- Verifying one --------------------------------------------------------------------------------------------------


def verify(certificate, language="ko", client=None):
    answer = (client or Client()).get(f"/c/{certificate.code}/", headers={"accept-language": language})
    return answer, Page(answer).text


@pytest.mark.parametrize("language", ["ko", "en"])
def test_anybody_sees_that_it_is_true_and_whose_only_covered(forum, afterwards, language):
    certificate = certifying.issue(afterwards)

    answer, text = verify(certificate, language)

    assert answer.status_code == 200
    with override(language):
        date = day_long(forum.days.get(number=1).date)
        expected = [certificate.serial, "홍*우", forum.name, date, said(language, "This certificate is valid")]
    assert [words for words in expected if words not in text] == []
    html = answer.content.decode()
    assert [
        secret for secret in ("홍서우", afterwards.email, afterwards.public_id, afterwards.desk_code) if secret in html
    ] == []
    assert (answer["X-Robots-Tag"], "no-store" in answer["Cache-Control"]) == ("noindex", True)
    assert '<meta name="robots" content="noindex">' in html


def test_hours_are_said_once_they_are_certain(forum, afterwards):
    certificate = certifying.issue(afterwards)
    told = []
    for confirmed in (False, True):
        forum.days.update(times_confirmed=confirmed)
        told.append("09:30–17:30" in verify(certificate)[1])

    assert told == [False, True]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_one_whose_attendance_was_taken_back_is_not_valid_any_more_and_says_so(forum, language):
    registration = make_registration(forum, name="홍서우")
    door, read = scan(forum, registration)
    with time_machine.travel(at(forum, 2), tick=False):
        certificate = certifying.issue(registration)
        before = said(language, "This certificate is valid") in verify(certificate, language)[1]
    take_back(forum, door, read)
    with time_machine.travel(at(forum, 2), tick=False):
        answer, text = verify(certificate, language)
        refused = opened(registration).get(address(registration)).status_code

    assert (before, answer.status_code, refused) == (True, 200, 302)
    assert said(language, "This certificate is not valid any more") in text
    assert said(language, "This certificate is valid") not in text
    with override(language):
        assert day_long(forum.days.get(number=1).date) not in text


def test_a_correction_is_in_it_at_once_and_the_number_stays(forum, came):
    with time_machine.travel(at(forum, 2), tick=False):
        first = certifying.issue(came)
    scan(forum, came, day=2)
    attending.rebuild(forum)
    with time_machine.travel(at(forum, 2, days=1), tick=False):
        again, text = certifying.issue(came), verify(first)[1]

    assert (again.pk, again.number) == (first.pk, first.number)
    with override("ko"):
        assert [day_long(day.date) in text for day in forum.days.all()] == [True, True]


@pytest.mark.parametrize(
    "how", [str.lower, lambda code: f" {code[:5]}-{code[5:]} ", lambda code: code.replace("0", "O").replace("1", "l")]
)
def test_a_code_is_read_as_it_was_meant(forum, afterwards, client, how):
    certificate = certifying.issue(afterwards)
    Certificate.objects.update(code="01234567890ABCDEFGHJ")
    certificate.refresh_from_db()

    answer = client.get("/c/", {"code": how(certificate.code)})

    assert certificate.serial in Page(answer).text


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("code", ["00000000000000000000", "x", "홍서우", "0" * 300, "<b>", "U" * 20, "%00"])
def test_a_code_that_there_is_not_is_not_found_and_says_what_to_do(forum, client, code, language):
    answer = client.get("/c/", {"code": code}, headers={"accept-language": language})

    page = Page(answer)
    assert (answer.status_code, page.fields["code"]) == (200, [code[:40]])
    sentence = "There is no certificate with this code. Compare it with the paper, letter by letter."
    assert said(language, sentence) in page.text
    assert "<b>" not in answer.content.decode().split("<main")[1]


def test_nobody_tries_codes_for_long(forum, afterwards, client, monkeypatch):
    monkeypatch.setattr(views, "LOOKS_AN_HOUR", 3)
    certificate = certifying.issue(afterwards)

    seen = [client.get(f"/c/{crockford.random(20)}/").status_code for _ in range(3)]
    own = client.get(f"/c/{certificate.code}/")

    assert (seen, own.status_code) == ([404] * 3, 429)
    assert certificate.serial not in own.content.decode()
    assert client.get(f"/c/{certificate.code}/", REMOTE_ADDR="203.0.113.9").status_code == 200
    assert client.get("/c/").status_code == 200


# --- On the ticket's page -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("survey", ["", "https://survey.example.org/forum"])
def test_the_page_thanks_whoever_came_and_leads_to_certificate_and_survey(forum, came, language, survey):
    type(forum).objects.update(survey_url=survey)
    with time_machine.travel(at(forum, 2, days=1), tick=False):
        page = Page(opened(came).get(ticket(came, language)))

    assert said(language, "%(name)s, thank you for being with us", name="홍서우") in page.text
    assert {address(came, "ko"), address(came, "en")} <= set(page.links)
    assert [link for link in page.links if "survey" in link] == ([survey] if survey else [])
    with override(language):
        assert day_long(consent.erasure_date(forum)) in page.text
    assert f"{ticket(came, language)}qr.png" not in page.links
    assert f"{ticket(came, language)}cancel/" not in page.links


def test_between_two_days_there_is_the_certificate_of_the_first_and_the_ticket_for_the_second(forum, came):
    with time_machine.travel(at(forum, 2, hour=8), tick=False):
        page = Page(opened(came).get(ticket(came, "en")))

    assert address(came, "en") in page.links
    assert f"{ticket(came, 'en')}qr.png" in page.links
    assert "see you on" in page.text
    with override("en"):
        assert f"{forum.days.get(number=2).date:%-d %b}" in re.search(r"see you on (.{10})", page.text)[1]


def test_whoever_was_not_seen_is_not_thanked(forum):
    missed = make_registration(forum)
    with time_machine.travel(at(forum, 2), tick=False):
        page = Page(opened(missed).get(ticket(missed, "en")))

    assert said("en", "Your days at the forum are over") in page.text
    assert address(missed, "en") not in page.links


def test_the_link_of_the_mail_leads_to_the_certificate(forum, afterwards):
    answer = Client().get(f"/t/{links.token_of(afterwards)}/?to=certificate", follow=True)

    assert answer.redirect_chain == [(address(afterwards), 302)]
    assert answer["Content-Type"] == "application/pdf"


# --- What is kept ---------------------------------------------------------------------------------------------------


def test_its_number_and_code_are_in_the_file_of_ones_own_data(forum, afterwards):
    assert disclosing.about_registration(afterwards)["certificate_of_attendance"] is None

    certificate = certifying.issue(afterwards)

    told = disclosing.about_registration(afterwards)["certificate_of_attendance"]
    assert told == {"number": certificate.serial, "code": certificate.code, "issued_at": certificate.issued_at}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_after_the_erasure_the_number_stays_and_the_name_is_gone(forum, afterwards, language):
    certificate, client = certifying.issue(afterwards), opened(afterwards)

    erasure.erase_person(afterwards, by="desk")
    answer, text = verify(certificate, language)

    assert answer.status_code == 200
    with override(language):
        date = day_long(forum.days.get(number=1).date)
    expected = [certificate.serial, date, said(language, "This certificate is valid")]
    sentence = "Not kept any more: personal data of this forum has been erased. Number and days stay."
    assert [words for words in [*expected, said(language, sentence)] if words not in text] == []
    assert [cover for cover in ("홍*우", "홍서우", "*") if cover in text] == []
    assert client.get(address(afterwards)).status_code == 404
    other = make_registration_then_come(forum)
    assert certifying.issue(other).number == certificate.number + 1  # a number is never given twice


def make_registration_then_come(forum):
    type(forum).objects.update(registration_closes_at=at(forum, 2, days=30))
    with time_machine.travel(at(forum, 1, days=-1), tick=False):
        forum.refresh_from_db()
        other = make_registration(forum)
    scan(forum, other)
    return other
