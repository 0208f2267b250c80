"""The address of an edition's survey: https, or none."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.pages import said

WRONG = ["http://survey.example.org/", "javascript:alert(1)", "survey", "ftp://survey.example.org/"]


@pytest.mark.parametrize("address", WRONG)
def test_any_other_address_is_refused_by_the_form_and_by_the_database(forum, address):
    forum.survey_url = address

    with pytest.raises(ValidationError) as refusal:
        forum.full_clean()
    assert set(refusal.value.message_dict) & {"survey_url"}
    with pytest.raises(IntegrityError), transaction.atomic():
        forum.save()


@pytest.mark.parametrize("address", ["", "https://survey.example.org/forum?language=ko"])
def test_an_https_address_or_none_is_kept(forum, address):
    forum.survey_url = address
    forum.full_clean()
    forum.save()
    forum.refresh_from_db()

    assert forum.survey_url == address


def test_organisers_find_it_in_the_admin(forum, organiser_client):
    html = organiser_client.get(reverse("admin:programme_edition_change", args=[forum.pk])).content.decode()

    assert html.count('name="survey_url"') == 1
    assert said("ko", "Afterwards") in html
