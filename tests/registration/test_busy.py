"""The database is away or overrun: nobody types anything twice, and nobody is registered twice."""

from __future__ import annotations

import pytest
from django.db import InterfaceError, OperationalError

from programme import queries
from registration import sign_up
from registration.models import Registration
from tests.citizen import hidden_fields
from tests.factories import filled_form

DONE = "/ko/2022/register/done/"


@pytest.fixture(params=[OperationalError, InterfaceError])
def trouble(request):
    def away(*_):
        raise request.param("the database is away")

    return away


def sent_again(client, answer):
    fields = {}
    for name, value in hidden_fields(answer.content.decode()):
        fields.setdefault(name, []).append(value)
    return client.post(DONE, fields)


def test_whoever_meets_a_busy_database_presses_once_more_and_is_registered_once(client, forum, monkeypatch, trouble):
    typed = filled_form(client, forum, days=["1", "2"], name='홍 "서우" <b>', support=["receiver", "captions"])
    with monkeypatch.context() as patched:
        patched.setattr(sign_up, "_met_before", trouble)
        busy = client.post(DONE, typed)

    answers = [sent_again(client, busy), sent_again(client, busy)]

    assert (busy.status_code, busy["Retry-After"]) == (503, "10")
    assert [answer.status_code for answer in answers] == [302, 302]
    registration = Registration.objects.get()
    assert (registration.name, registration.support) == ('홍 "서우" <b>', ["receiver", "captions"])
    assert registration.bookings.confirmed().count() == 2


def test_the_page_that_says_so_asks_the_database_nothing(
    client, forum, monkeypatch, trouble, django_assert_num_queries
):
    typed = filled_form(client, forum)
    monkeypatch.setattr(queries, "edition_row", trouble)

    with django_assert_num_queries(0):
        busy = client.post(DONE, typed)

    assert (busy.status_code, dict(hidden_fields(busy.content.decode()))["name"]) == (503, "홍서우")
