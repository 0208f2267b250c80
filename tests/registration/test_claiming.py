"""A signed-in account may do what the secret link allows, with registrations of its own address and no others."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from forum.accounts.models import User
from registration import addressing, booking, changing, claiming, erasure, links
from registration.models import Registration
from tests.factories import make_registration
from tests.signing_in import sign_in

SEOWOO = "seowoo@example.kr"


@pytest.fixture
def citizen(client, registration):
    """홍서우's browser, signed in with the address of the registration; the link was never opened in it."""
    sign_in(client, SEOWOO)
    return client


def pages_of(registration):
    ticket = f"/ko/ticket/{registration.public_id}/"
    return [ticket, *(f"{ticket}{page}/" for page in ("edit", "email", "cancel", "coming", "data", "data/download"))]


def opens(browser, registration):
    answers = {browser.get(page).status_code for page in pages_of(registration)}
    assert len(answers) == 1
    return answers == {200}


def claimed_by(registration):
    return Registration.objects.values_list("user__email", flat=True).get(pk=registration.pk)


def test_the_account_of_the_address_opens_everything_without_the_link(citizen, registration):
    assert opens(citizen, registration)


def test_an_account_of_another_address_opens_nothing(registration):
    stranger = Client()
    sign_in(stranger, "other@example.kr")

    assert not opens(stranger, registration)


@pytest.mark.parametrize("written", ["SeoWoo@Example.KR", "SEOWOO@example.kr"])
def test_addresses_are_compared_as_registering_compares_them(client, forum, written):
    registration = make_registration(forum, email=written)
    sign_in(client, SEOWOO)

    assert opens(client, registration)


def test_an_address_that_is_not_verified_gives_no_right(client, registration):
    user = User.objects.create_user("other@example.kr")
    EmailAddress.objects.create(user=user, email=SEOWOO, verified=False)
    client.force_login(user)

    assert not opens(client, registration)
    client.get("/ko/my/")
    assert claimed_by(registration) is None


def test_the_address_in_the_account_alone_gives_no_right_either(client, registration):
    client.force_login(User.objects.create_user(SEOWOO))

    assert not opens(client, registration)


def test_signing_out_ends_the_right(citizen, registration):
    citizen.post("/ko/my/sign-out/")

    assert not opens(citizen, registration)


def test_opening_my_registrations_claims_them_all(citizen, forum, registration):
    other = make_registration(forum, email="other@example.kr")

    citizen.get("/ko/my/")
    citizen.get("/ko/my/")

    assert (claimed_by(registration), claimed_by(other)) == (SEOWOO, None)


def test_looking_again_writes_nothing(citizen, registration, django_assert_max_num_queries):
    citizen.get("/ko/my/")

    with django_assert_max_num_queries(40) as statements:
        citizen.get("/ko/my/")

    verbs = {each["sql"].split()[0] for each in statements}
    assert verbs == {"SELECT"}


@pytest.mark.parametrize("opened_before", [True, False])
def test_a_corrected_address_ends_the_right_of_the_former_one(citizen, registration, opened_before):
    if opened_before:
        citizen.get("/ko/my/")

    addressing.correct(registration, "new@example.kr")

    assert not opens(citizen, registration)
    assert citizen.get("/ko/my/").context["registrations"] == []
    assert claimed_by(registration) is None


def test_the_account_of_the_corrected_address_has_the_right_from_then_on(citizen, registration):
    citizen.get("/ko/my/")
    addressing.correct(registration, "new@example.kr")
    other = Client()
    sign_in(other, "new@example.kr")

    assert opens(other, registration)
    other.get("/ko/my/")
    assert claimed_by(registration) == "new@example.kr"


def test_changing_ones_own_address_ends_ones_own_right_too_once_the_new_one_has_said_yes(citizen, registration):
    citizen.post(f"/ko/ticket/{registration.public_id}/email/", {"email": "new@example.kr"})
    before = opens(citizen, registration)
    registration.refresh_from_db()
    addressing.confirm(registration)

    assert (before, opens(citizen, registration)) == (True, False)


def test_a_claim_outlives_an_organisers_change_of_the_accounts_address(citizen, registration):
    citizen.get("/ko/my/")
    User.objects.update(email="moved@example.kr")
    EmailAddress.objects.update(email="moved@example.kr")

    assert opens(citizen, registration)


def test_who_proves_the_address_takes_over_what_another_account_once_claimed(citizen, registration):
    citizen.get("/ko/my/")
    User.objects.update(email="moved@example.kr")
    EmailAddress.objects.update(email="moved@example.kr")
    newcomer = Client()
    sign_in(newcomer, SEOWOO)

    newcomer.get("/ko/my/")

    assert (opens(newcomer, registration), opens(citizen, registration)) == (True, False)


def test_a_replaced_link_ends_the_link_and_not_the_account(citizen, registration):
    with_link = Client()
    with_link.get(f"/t/{links.token_of(registration)}/")

    changing.replace_link(registration)

    assert (opens(with_link, registration), opens(citizen, registration)) == (False, True)


def test_what_is_erased_belongs_to_nobody(citizen, registration):
    citizen.get("/ko/my/")

    erasure.erase_person(registration, by="the person")

    assert not opens(citizen, registration)
    assert claimed_by(registration) is None


def test_what_only_keeps_an_address_for_news_is_not_shown(citizen, registration):
    Registration.objects.update(name="")  # as after the period of keeping, with the consent to news

    assert not opens(citizen, registration)
    assert citizen.get("/ko/my/").context["registrations"] == []


def test_the_link_and_the_account_open_side_by_side(citizen, forum, registration):
    friend = make_registration(forum, email="friend@example.kr")
    citizen.get(f"/t/{links.token_of(friend)}/")

    assert (opens(citizen, registration), opens(citizen, friend)) == (True, True)
    citizen.get("/ko/my/")
    assert claimed_by(friend) is None  # holding a link makes nobody the owner


def test_only_the_living_registration_of_an_edition_stands_in_the_way_of_another(citizen, forum, registration):
    user = User.objects.get()
    assert claiming.living_of(user, forum.slug) == registration

    booking.cancel(registration, [1, 2])

    assert claiming.living_of(user, forum.slug) is None
