"""The secret link: always the same, until it is replaced; guessed by nobody."""

from __future__ import annotations

import pytest

from registration import crockford, links
from tests.factories import make_registration


@pytest.fixture
def registration(forum):
    return make_registration(forum)


def test_the_link_leads_to_its_registration(registration):
    assert links.registration_behind(links.token_of(registration)) == registration


def test_it_stands_on_the_sites_own_name(registration):
    assert links.url_of(registration) == f"http://forum.test/t/{links.token_of(registration)}/"


def test_asking_again_gives_the_same_link(registration):
    before = links.token_of(registration)
    registration.refresh_from_db()

    assert links.token_of(registration) == before


def test_a_replaced_link_leads_nowhere_and_the_new_one_does(registration):
    old = links.token_of(registration)
    registration.link_version += 1
    registration.save()

    assert links.registration_behind(old) is None
    assert links.registration_behind(links.token_of(registration)) == registration


def test_another_key_makes_other_links(registration, settings):
    old = links.token_of(registration)
    settings.LINK_KEY = b"another key"

    assert links.registration_behind(old) is None


def test_one_persons_secret_opens_nobody_elses(registration, forum):
    other = make_registration(forum)
    _public_id, mac = links.token_of(registration).split("-")

    assert links.registration_behind(f"{other.public_id}-{mac}") is None


def test_a_link_has_more_digits_than_anybody_can_try(registration):
    _public_id, mac = links.token_of(registration).split("-")

    assert len(mac) == 26
    assert set(mac) <= set(crockford.ALPHABET)


WRONG = {
    "nothing": lambda token: "",
    "a digit less": lambda token: token[:-1],
    "a digit more": lambda token: token + "0",
    "another last digit": lambda token: token[:-1] + ("1" if token[-1] == "0" else "0"),
    "only the public id": lambda token: token.split("-")[0],
    "no secret": lambda token: token.split("-")[0] + "-",
    "no public id": lambda token: "-" + token.split("-")[1],
    "NUL": lambda token: token[:-1] + "\x00",
    "other letters": lambda token: token[:-1] + "é",
    "surrogates": lambda token: "\ud800" + token[1:],
    "very long": lambda token: token * 1_000,
    "a line break": lambda token: token + "\n",
}


@pytest.mark.parametrize("spoil", WRONG.values(), ids=WRONG)
def test_a_link_that_is_not_quite_right_leads_nowhere(registration, spoil):
    assert links.registration_behind(spoil(links.token_of(registration))) is None
