"""Public pages are rendered once and answered again, never beyond a change or the minute in which something begins."""

from __future__ import annotations

import datetime as dt
import gzip
import time

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from programme import keeping, urls
from programme.models import Case, CaseField, Talk

DAY = "/ko/2022/programme/day-1/"


@pytest.fixture(autouse=True)
def _pages_are_kept(settings):
    settings.PAGES_KEPT_SECONDS = 30
    keeping.clear()
    yield
    keeping.clear()


def statements(client, path, **headers):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        client.get(path, **headers)
    return len(captured)


def test_a_page_that_is_kept_asks_the_database_nothing(client, forum):
    client.get(DAY)

    assert statements(client, DAY) == 0
    assert statements(client, f"{DAY}?utm_source=letter") == 0
    assert statements(client, "/en/2022/programme/day-1/") > 0


def test_what_is_kept_is_what_was_rendered(client, forum, settings):
    first, again = client.get(DAY), client.get(DAY)
    settings.PAGES_KEPT_SECONDS = 0
    rendered = client.get(DAY)

    assert first.content == again.content == rendered.content
    own = {"ETag", "Cache-Control", "Vary", "Content-Length"}
    assert {name: value for name, value in again.items() if name not in own} == {
        name: value for name, value in rendered.items() if name not in own
    }


def test_a_browser_that_has_the_page_gets_no_body_and_each_encoding_its_own_tag(client, forum):
    plain, packed = client.get(DAY), client.get(DAY, headers={"accept-encoding": "gzip, br"})
    not_modified = client.get(DAY, headers={"if-none-match": f'"another", {plain["ETag"]}'})

    assert gzip.decompress(packed.content) == plain.content
    assert (packed["Content-Encoding"], packed["Vary"]) == ("gzip", "Accept-Encoding")
    assert packed["ETag"] != plain["ETag"]
    assert (not_modified.status_code, not_modified.content, not_modified["ETag"]) == (304, b"", plain["ETag"])
    assert client.get(DAY, headers={"if-none-match": packed["ETag"]}).status_code == 200


def test_caches_on_the_way_may_keep_it_for_what_is_left_of_half_a_minute(client, forum):
    with time_machine.travel(timezone.now().replace(second=10, microsecond=0), tick=False) as clock:
        client.get(DAY)
        clock.shift(12)
        assert client.get(DAY)["Cache-Control"] == "public, max-age=0, s-maxage=18, stale-if-error=3600"


@pytest.mark.django_db(transaction=True)
def test_a_change_shows_at_once(client, forum):
    before = client.get(DAY).content.decode()
    talk = Talk.objects.filter(session__day__number=1, state=Talk.State.PUBLISHED).first()
    talk.title_ko = "제목이 바뀐 합성 발표"
    talk.save()

    assert (talk.title_ko in before, talk.title_ko in client.get(DAY).content.decode()) == (False, True)


def test_a_change_that_another_process_saved_shows_within_a_second(client, forum):
    client.get(DAY)
    Talk.objects.update(title_ko="다른 데서 바꾼 합성 발표")
    assert "다른 데서 바꾼" not in client.get(DAY).content.decode()
    cache.set(keeping.MARK, "of another process", timeout=None)
    time.sleep(1.05)

    assert "다른 데서 바꾼" in client.get(DAY).content.decode()


def test_registration_opens_on_the_minute(client, forum):
    opens = (timezone.now() + dt.timedelta(hours=1)).replace(second=0, microsecond=0)
    forum.registration_opens_at = opens
    forum.save()
    with time_machine.travel(opens - dt.timedelta(seconds=5), tick=False) as clock:
        before = client.get("/en/").content.decode()
        clock.move_to(opens)
        after = client.get("/en/").content.decode()

    assert ("Register to attend" in before, "Register to attend" in after) == (False, True)


def test_who_previews_gets_nothing_that_is_kept_and_leaves_nothing(organiser_client, client, forum):
    usual = client.get("/ko/").content
    organiser_client.post("/staff/preview/", {"phase": "archive", "seats": ""})
    client.cookies = organiser_client.cookies

    assert (client.get("/ko/").content == usual, type(client)().get("/ko/").content == usual) == (False, True)


def test_what_is_not_there_is_not_kept(client, forum):
    assert client.get("/ko/2022/talks/no-such-talk/").status_code == 404
    assert keeping._pages == {}


def test_a_process_keeps_only_so_many_pages(client, forum, monkeypatch):
    monkeypatch.setattr(keeping, "MOST", 2)
    for path in ("/ko/", "/en/", DAY):
        client.get(path)

    assert [path for _scheme, _host, path in keeping._pages] == ["/en/", DAY]


def test_a_case_that_gets_another_field_is_rendered_anew(client, forum, django_capture_on_commit_callbacks):
    case, page = Case.objects.get(slug="public-wifi"), "/en/cases/public-wifi/"
    before = client.get(page).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        case.fields.add(CaseField.objects.get(key="environment"))

    assert ("field=environment" in before, "field=environment" in client.get(page).content.decode()) == (False, True)


def test_every_public_page_of_the_programme_may_be_kept_but_those_that_answer_a_question():
    assert [each.name for each in urls.urlpatterns if not hasattr(each.callback, "keeps_pages")] == ["cases", "notices"]


def test_another_question_gets_another_answer(client, forum):
    client.get("/ko/cases/")

    assert "intelligent-cctv" not in client.get("/ko/cases/?q=Gyeonggi").content.decode()
