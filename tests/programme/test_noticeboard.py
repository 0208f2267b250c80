"""Notices, press releases with their source, and questions, in both languages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.remembering import forget
from programme import editions
from programme.models import Edition, Notice, Question
from tests.programme.test_admin import add, change, errors, filled, listed
from tests.programme.test_pages import get

pytestmark = pytest.mark.django_db
PRESS = "digital-safety-city"


def make_notice(edition, slug="opening-hours", **more):
    words = {"title_ko": "여는 시간", "title_en": "Opening hours", "body_ko": "아홉 시", "body_en": "Nine"}
    at = {"published_at": timezone.now() - dt.timedelta(hours=1)}
    return Notice.objects.create(edition=edition, slug=slug, **{**words, **at, **more})


@pytest.mark.parametrize(
    ("language", "title"),
    [("ko", "디지털 안전도시에 513억 원 투자"), ("en", "51.3 billion won for a digital safety city")],
)
def test_a_press_release_says_its_source_and_date_and_its_figures(client, forum, language, title):
    page = get(client, f"/{language}/2022/notices/{PRESS}/").html

    assert f"<h1>{title}</h1>" in page
    assert page.count('datetime="2025-02-19"') == 2
    assert {"ko": "서울특별시", "en": "Seoul Metropolitan Government"}[language] in page
    assert [figure in page for figure in ("1,796", "20,533", "3,333", "36,449", "872")] == [True] * 5


def test_the_list_has_what_is_pinned_first_then_the_latest(client, forum):
    make_notice(forum, "first")
    make_notice(forum, "old", published_at=timezone.now() - dt.timedelta(days=9), is_pinned=True)

    links = [link["href"] for link in get(client, "/ko/2022/notices/").all("a") if "/notices/" in link["href"]]

    assert [link for link in links if link.startswith("/ko/") and link != "/ko/2022/notices/"] == [
        "/ko/2022/notices/old/",
        "/ko/2022/notices/first/",
        f"/ko/2022/notices/{PRESS}/",
    ]


def test_drafts_and_what_is_planned_are_not_there_until_their_time(client, forum):
    make_notice(forum, "draft", published_at=None)
    make_notice(forum, "tomorrow", published_at=timezone.now() + dt.timedelta(days=1))

    found = get(client, "/ko/2022/notices/").html

    assert ["/notices/draft/" in found, "/notices/tomorrow/" in found] == [False, False]
    assert [client.get(f"/ko/2022/notices/{slug}/").status_code for slug in ("draft", "tomorrow", "nothing")] == [
        404
    ] * 3


def test_a_notice_without_english_is_shown_in_korean_and_says_so(client, forum):
    make_notice(forum, title_en="", body_en="")

    page = get(client, "/en/2022/notices/opening-hours/").html

    assert '<h1><span lang="ko">여는 시간</span></h1>' in page
    assert '<div class="prose" lang="ko"><p>아홉 시</p>' in page
    assert "English translation in preparation." in page
    assert "English translation in preparation." not in get(client, f"/en/2022/notices/{PRESS}/").html


def test_what_belongs_to_no_edition_hangs_on_the_current_board_and_answers_on_every_one(client, forum):
    assert f"/notices/{PRESS}/" in get(client, "/en/2022/notices/").html
    assert f"/notices/{PRESS}/" not in get(client, "/en/2021/notices/").html

    old = get(client, f"/en/2021/notices/{PRESS}/")

    assert old.all("link", rel="canonical")[0]["href"] == f"http://forum.test/en/2022/notices/{PRESS}/"
    editions.make_current(Edition.objects.get(slug="2021"))
    assert f"/notices/{PRESS}/" in get(client, "/en/2021/notices/").html
    assert f"/notices/{PRESS}/" not in get(client, "/en/2022/notices/").html
    assert client.get(f"/en/2022/notices/{PRESS}/").status_code == 200


def test_an_editions_own_notice_comes_before_one_of_no_edition_with_the_same_slug(client, forum):
    make_notice(forum, PRESS)

    assert "<h1>Opening hours</h1>" in get(client, f"/en/2022/notices/{PRESS}/").html
    assert "<h1>51.3 billion" in get(client, f"/en/2021/notices/{PRESS}/").html


def test_the_menu_leads_only_to_what_is_there(client, forum):
    board, faq = "/en/2022/notices/", "/en/2022/faq/"
    assert [bool(get(client, "/en/2022/about/").all("a", href=each)) for each in (board, faq)] == [True, True]

    Notice.objects.get(slug=PRESS).delete()
    Question.objects.first().delete()
    for question in Question.objects.all():
        question.delete()

    assert [bool(get(client, "/en/2022/about/").all("a", href=each)) for each in (board, faq)] == [False, False]
    assert "There is no news yet." in get(client, board).html
    assert "No questions have been collected yet." in get(client, faq).html


def test_long_lists_have_pages_and_a_page_that_is_not_there_is_the_last(client, forum):
    for number in range(40):
        make_notice(forum, f"notice-{number}", title_en=f"Notice {number}")

    pages = [get(client, f"/en/2022/notices/?page={page}") for page in ("1", "2", "3", "99", "x")]

    shown = [[link for link in page.all("a") if link["href"].startswith("/en/2022/notices/")] for page in pages]
    assert [len([link for link in links if link["href"] != "/en/2022/notices/"]) for links in shown] == [
        20, 20, 1, 1, 20,
    ]  # fmt: skip
    assert pages[1].all("a", rel="prev")[0]["href"] == "?page=1"
    assert pages[1].all("a", rel="next")[0]["href"] == "?page=3"


@pytest.mark.parametrize("address", ["/ko/2022/notices/", "/ko/"])
def test_three_notices_ask_the_database_as_often_as_one(client, forum, address):
    def queries():
        forget()
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    client.get(address)
    one = queries()
    for number in range(2):
        make_notice(forum, f"notice-{number}")

    assert queries() == one


def test_three_questions_and_editions_ask_the_database_as_often_as_one(client, forum):
    def queries(address):
        forget()
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    pages = ("/ko/2022/faq/", "/ko/editions/")
    many = [queries(page) for page in pages]
    for row in [*Question.objects.all()[1:], *Edition.objects.exclude(slug="2022")]:
        row.delete()

    assert [queries(page) for page in pages] == many


def test_pages_of_no_edition_answer_before_any_is_published(client, db):
    for address in ("/ko/cases/", "/en/cases/data/", "/en/editions/", "/ko/cases.csv"):
        assert client.get(address).status_code == 200, address
    assert "No forum has been announced yet." in client.get("/en/editions/").content.decode()
    assert "The register has no entries yet." in client.get("/en/cases/").content.decode()


def test_each_question_is_there_in_both_languages_and_opens_without_a_script(client, forum):
    for language in ("ko", "en"):
        page = get(client, f"/{language}/2022/faq/")

        assert len(page.all("details", **{"class": "question"})) == forum.questions.count() == 6
        for question in forum.questions.all():
            assert getattr(question, f"question_{language}") in page.html


def test_what_is_wrong_with_a_press_release_is_said(organiser_client, forum):
    facts = filled(organiser_client, add(Notice), title_ko="보도", slug="press", kind="press")

    answer = organiser_client.post(add(Notice), facts, headers={"accept-language": "en"})

    assert errors(answer)["__all__"] == ["A press release needs its source and its date."]
    facts |= {"source_name_ko": "서울특별시", "source_date": "2025-02-19"}
    assert organiser_client.post(add(Notice), facts).status_code == 302


def test_two_notices_do_not_share_an_address(organiser_client, forum):
    make_notice(forum)
    own = filled(organiser_client, add(Notice), title_ko="둘째", slug="opening-hours", edition=forum.pk)
    of_none = filled(organiser_client, add(Notice), title_ko="둘째", slug=PRESS)

    assert errors(organiser_client.post(add(Notice), own)) != {}
    assert errors(organiser_client.post(add(Notice), of_none)) != {}
    elsewhere = own | {"edition": Edition.objects.get(slug="2021").pk}
    assert organiser_client.post(add(Notice), elsewhere).status_code == 302


def test_a_moment_is_typed_as_the_clocks_at_the_forum_show_it(organiser_client, forum):
    Edition.objects.filter(pk=forum.pk).update(timezone="Europe/Brussels")
    facts = filled(organiser_client, add(Notice), title_ko="시각", slug="clock", edition=forum.pk)

    organiser_client.post(add(Notice), facts | {"published_at_0": "2025-10-13", "published_at_1": "09:00:00"})

    notice = Notice.objects.get(slug="clock")
    assert notice.published_at == dt.datetime(2025, 10, 13, 7, 0, tzinfo=dt.UTC)
    shown = organiser_client.get(change(notice)).content.decode()
    assert 'value="09:00:00"' in shown


def test_questions_are_listed_for_organisers_in_their_order(organiser_client, forum):
    assert organiser_client.get(listed(Question)).status_code == 200
