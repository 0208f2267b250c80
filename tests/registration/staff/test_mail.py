"""The page of the mail doctor: for organisers only, in words, and with a probe to nobody but themselves."""

from __future__ import annotations

import io

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse

from forum.outbox import delivery
from forum.outbox.doctor import probe
from forum.outbox.models import Message
from registration.staff.mail import PROBES
from tests.pages import Page, is_korean

PAGE, PROBE = reverse("staff_mail"), reverse("mail_probe")


def test_organisers_get_there_from_their_home(organiser_client, forum):
    assert PAGE in Page(organiser_client.get("/staff/")).links


def test_stewards_and_strangers_do_not(steward_client, client, forum):
    assert PAGE not in Page(steward_client.get("/staff/")).links
    assert [steward_client.get(PAGE).status_code, steward_client.post(PROBE).status_code] == [403, 403]
    steward_client.logout()
    assert [client.get(PAGE).status_code, client.post(PROBE).status_code] == [302, 302]
    assert Message.objects.count() == 0


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_finding_has_a_word_before_its_colour(organiser_client, forum, language):
    page = Page(organiser_client.get(PAGE, headers={"accept-language": language}))

    words = {"ko": ("괜찮음", "확인 필요", "고장"), "en": ("well", "look at it", "broken")}[language]
    assert sum(page.text.count(word) for word in words) >= 9
    assert (is_korean(page.title), page.language) == (language == "ko", language)


@pytest.mark.parametrize(("email", "phone"), [("", ""), ("help@example.org", ""), ("help@example.org", "02-123-4567")])
def test_an_edition_without_a_contact_is_named(organiser_client, forum, email, phone):
    forum.contact_email, forum.contact_phone = email, phone
    forum.save()

    page = Page(organiser_client.get(PAGE, headers={"accept-language": "en"}))
    command = io.StringIO()
    with pytest.raises(SystemExit):  # no worker runs here
        call_command("mail_doctor", stdout=command)

    for said in (page.text, command.getvalue()):
        missing = ["no contact e-mail" in said, "no contact telephone" in said]
        assert missing == [not email, not phone]


def test_a_probe_goes_to_the_organiser_and_the_page_tells_what_became_of_it(organiser_client, forum):
    sent = organiser_client.post(PROBE)
    waiting = Page(organiser_client.get(sent.url, headers={"accept-language": "en"}))
    delivery.deliver(Message.objects.get().pk)
    over = Page(organiser_client.get(sent.url, headers={"accept-language": "en"}))

    assert [each.to for each in mail.outbox] == [["organiser@example.org"]]
    assert "It waits to be sent" in waiting.text
    assert "The mail server took it after" in over.text


def test_nobody_sees_what_became_of_anothers_probe(organiser_client, forum):
    other = probe.send("somebody@example.org")

    assert organiser_client.get(PAGE, {"probe": other.uuid}).context["probe"] is None
    assert organiser_client.get(PAGE, {"probe": "x"}).context["probe"] is None


def test_probes_are_limited(organiser_client, forum):
    for _ in range(PROBES + 1):
        organiser_client.post(PROBE)

    assert Message.objects.count() == PROBES
