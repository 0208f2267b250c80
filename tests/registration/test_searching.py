"""Finding somebody who stands there without a ticket in the hand."""

from __future__ import annotations

import unicodedata

import pytest

from programme.models import Edition
from registration import booking, searching
from registration.models import Registration
from tests.factories import make_registration


def named(forum, text: str) -> list[str]:
    return [person.name for person in searching.find(forum, text)[0]]


@pytest.fixture
def crowd(forum) -> None:
    for name in ("홍길동", "홍 길 순", "한가람", "김하늘", "꽃님", "Hong Gildong", "Ann O'Neil"):
        make_registration(forum, name=name)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("길동", ["홍길동"]),
        ("홍길", ["홍길동"]),
        ("ㅎㄱㄷ", ["홍길동"]),
        ("ㅎㄱ", ["한가람", "홍 길 순", "홍길동"]),
        ("홍ㄱㅅ", ["홍 길 순"]),
        ("ㄲㄴ", ["꽃님"]),
        ("ㄱㄴ", []),
        ("hong g", ["Hong Gildong"]),
        ("GILDONG", ["Hong Gildong"]),
        ("o'n", ["Ann O'Neil"]),
        (".*", None),
        ("ㅎ.*", []),
        ("[가-힣]", []),
        ("  하늘 ", ["김하늘"]),
        (unicodedata.normalize("NFD", "하늘"), ["김하늘"]),
        ("홍길동네", []),
    ],
)
def test_by_name_or_by_its_first_consonants(forum, crowd, typed, found):
    if found is None:
        with pytest.raises(searching.AskForMore):
            searching.find(forum, typed)
    else:
        assert named(forum, typed) == found


@pytest.mark.parametrize("typed", ["", " ", "홍", "ㅎ", "an", "홍 ", "@", "1"])
def test_what_half_the_forum_has_is_not_searched(forum, typed):
    with pytest.raises(searching.AskForMore):
        searching.find(forum, typed)


def test_by_address_and_by_desk_code(forum):
    person = make_registration(forum, name="김하늘", email="Haneul.Kim@example.org")
    Registration.objects.filter(pk=person.pk).update(desk_code="01AB9XYZ")
    make_registration(forum)

    for typed in ("haneul", "HANEUL.kim@", "haneul.kim@example.org", "01ab-9xyz", "oiab 9xyz", "9XYZ"):
        assert named(forum, typed) == ["김하늘"], typed


def test_at_most_ten_and_whoever_comes_before_whoever_cancelled(forum):
    gone = make_registration(forum, name="홍가")
    booking.cancel(gone, [1])
    for number in range(10):
        make_registration(forum, name=f"홍나{number}")

    found, more = searching.find(forum, "홍ㄱ")
    assert ([person.name for person in found], more) == (["홍가"], False)
    found, more = searching.find(forum, "ㅎㄴ")
    assert (len(found), more) == (10, False)
    make_registration(forum, name="홍나A")
    assert searching.find(forum, "홍나")[1] is True
    assert searching.find(forum, "person-")[0][-1].cancelled_at is None


def test_nobody_of_another_edition_and_nobody_who_was_erased(forum):
    person = make_registration(forum, name="김하늘")
    Registration.objects.filter(pk=person.pk).update(name="")
    other = make_registration(forum, name="김하늘")
    Registration.objects.filter(pk=other.pk).update(edition=Edition.objects.exclude(pk=forum.pk).first())

    assert named(forum, "하늘") == []
    assert named(forum, "person-") == []


def test_one_search_is_four_statements_however_many_are_found(forum, django_assert_num_queries):
    for number in range(3):
        make_registration(forum, name=f"홍나{number}")

    for typed in ("홍나0", "홍나"):
        with django_assert_num_queries(4):
            found, _more = searching.find(forum, typed)
            assert [(list(each.valid_tickets), [one.day for one in each.bookings.all()]) for each in found]
