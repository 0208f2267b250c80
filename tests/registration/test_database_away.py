"""While the database is away nobody loses what they typed, and no page says that we are broken."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from programme import queries
from registration import booking, links
from registration.models import Registration
from tests.citizen import hidden_fields
from tests.factories import filled_form, make_registration
from tests.pages import is_korean

FORM = "/ko/2022/register/"
CHECK, DONE = f"{FORM}check/", f"{FORM}done/"


@contextlib.contextmanager
def away(error: type[Exception] = OperationalError):
    """The very first question of a page fails."""

    with pytest.MonkeyPatch.context() as meanwhile:
        meanwhile.setattr(queries, "edition_row", raising(error))
        yield


def raising(error: type[Exception]) -> Callable[..., None]:
    def nobody_answers(*_: object) -> None:
        raise error("server closed the connection unexpectedly")

    return nobody_answers


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("path", [FORM, CHECK, DONE])
def test_what_was_typed_comes_back_behind_a_button_that_registers_once(client, forum, path, error):
    typed = filled_form(client, forum, days=["1", "2"])
    with away(error):
        refused = client.post(path, typed)

    again = hidden_fields(refused.content.decode())
    answers = [client.post(DONE, _posted(again)) for _ in range(2)]

    assert (refused.status_code, refused["Retry-After"]) == (503, "10")
    assert f'action="{path}"' in refused.content.decode()
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Registration.objects.get().bookings.confirmed().count() == 2


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_whoever_cancels_meanwhile_gets_a_button_that_cancels(client, forum, error):
    registration = make_registration(forum)
    client.get(f"/t/{links.token_of(registration)}/")
    path = f"/ko/ticket/{registration.public_id}/cancel/"
    with pytest.MonkeyPatch.context() as meanwhile:
        meanwhile.setattr(booking, "cancel", raising(error))
        refused = client.post(path, {"days": ["1"]})
    kept = list(registration.bookings.confirmed())

    client.post(path, _posted(hidden_fields(refused.content.decode())))

    assert (refused.status_code, refused["Retry-After"], len(kept)) == (503, "10", 1)
    assert list(registration.bookings.confirmed()) == []


def test_other_pages_say_in_both_languages_that_it_will_pass(forum):
    with away():
        answer = Client(raise_request_exception=False).get("/ko/2022/register/")

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert is_korean(answer.content.decode())
    assert "Please come back in a moment" in answer.content.decode()


def test_a_fault_of_ours_is_still_called_one(forum, monkeypatch):
    monkeypatch.setattr(queries, "edition_row", lambda slug: 1 / 0)

    assert Client(raise_request_exception=False).get("/ko/2022/register/").status_code == 500


def _posted(fields):
    posted: dict[str, list[str]] = {}
    for name, value in fields:
        posted.setdefault(name, []).append(value)
    return posted
