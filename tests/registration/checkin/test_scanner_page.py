"""The scanner's page: who may open it, in which language, and what its headers allow."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from programme.models import Edition
from registration.checkin.models import Device
from tests.registration.checkin.doors import Door


@pytest.mark.parametrize("language", ["ko", "en"])
def test_strangers_get_the_page_that_says_how_to_pair_and_where_to_sign_in(forum, client, language):
    answer = client.get(f"/checkin/?lang={language}")

    page = answer.content.decode()
    assert f'<html lang="{language}"' in page
    assert 'href="/accounts/login/?next=/checkin/"' in page
    assert "data-device" not in page
    assert not answer.cookies


def test_a_citizen_with_an_account_is_no_steward_and_may_hold_a_phone_to_pair(forum, client):
    client.force_login(get_user_model().objects.create_user("citizen@example.org"))

    assert "data-device" not in client.get("/checkin/").content.decode()
    assert not Device.objects.exists()


def test_a_paired_phone_stays_what_it_is_whoever_signs_in_on_it(forum, steward):
    door = Door(forum, gate="Phone 3")
    door.client.force_login(steward)

    answer = door.client.get("/checkin/")

    assert "data-device" in answer.content.decode()
    assert "ck" not in answer.cookies
    assert list(Device.objects.all()) == [door.device]


def test_on_a_phone_that_was_revoked_a_steward_who_signs_in_gets_a_new_device(forum, steward):
    door = Door(forum, revoked_at=timezone.now())
    door.client.force_login(steward)

    assert "ck" in door.client.get("/checkin/").cookies
    assert Device.objects.exclude(pk=door.device.pk).get().user == steward


@pytest.mark.parametrize("role", ["steward_client", "organiser_client"])
def test_the_phone_of_a_steward_or_an_organiser_becomes_a_device(forum, role, request):
    answer = request.getfixturevalue(role).get("/checkin/")

    assert "data-device" in answer.content.decode()
    assert "ck" in answer.cookies


def test_with_a_second_factor_required_it_is_set_up_first(forum, steward_client, settings):
    settings.REQUIRE_SECOND_FACTOR = True

    answer = steward_client.get("/checkin/")

    assert (answer.status_code, "ck" in answer.cookies) == (302, False)


def test_the_camera_is_this_pages_alone(forum, steward_client):
    scanner, home = steward_client.get("/checkin/"), steward_client.get("/ko/")

    assert "camera=(self)" in scanner["Permissions-Policy"]
    assert "camera=()" in home["Permissions-Policy"]


def test_the_policy_lets_the_decoder_run_and_nothing_from_elsewhere(forum, steward_client):
    policy = directives(steward_client.get("/checkin/")["Content-Security-Policy"])

    assert policy["default-src"] == {"'none'"}
    assert policy["script-src"] == {"'self'", "'wasm-unsafe-eval'"}
    assert policy["worker-src"] == {"'self'"}
    assert policy["connect-src"] == {"'self'"}
    assert not [source for sources in policy.values() for source in sources if source in ("'unsafe-inline'", "*")]


def test_nothing_in_it_is_inline_or_from_another_site(forum, steward_client):
    page = steward_client.get("/checkin/").content.decode()

    assert not re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son\w+=", page)
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", page)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_speaks_the_language_that_was_asked_for(forum, steward_client, language):
    page = steward_client.get(f"/checkin/?lang={language}").content.decode()

    assert f'<html lang="{language}"' in page


@pytest.mark.parametrize("language", ["ko", "en"])
def test_verdicts_stand_in_both_languages_whatever_the_page_speaks(forum, steward_client, language):
    page = steward_client.get(f"/checkin/?lang={language}").content.decode()

    for word in ("입장", "Welcome", "이미 입장", "Already checked in", "취소된 신청", "Cancelled registration"):
        assert word in page


def test_the_page_names_nobody_so_that_phones_may_keep_it(forum, steward_client, steward):
    from tests.factories import make_registration

    registration = make_registration(forum, name="김하늘")

    page = steward_client.get("/checkin/").content.decode()

    assert [name for name in (steward.email, registration.name) if name in page] == []


def test_no_cache_keeps_it(forum, steward_client):
    assert "no-store" in steward_client.get("/checkin/")["Cache-Control"]


def test_without_a_current_edition_there_is_nothing_to_scan_for(forum, steward_client):
    Edition.objects.update(is_current=False)

    assert steward_client.get("/checkin/", follow=True).status_code == 404


def directives(policy: str) -> dict[str, set[str]]:
    return {name: set(sources) for name, *sources in (part.split() for part in policy.split(";") if part.strip())}
