"""The register of cases: found in two languages and by first consonants, at addresses that never end."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum.remembering import forget
from programme import loading_register
from programme.models import Case, CaseAddress, CaseField, Edition, Notice, Talk
from tests.programme.releasing import edit, publish
from tests.programme.test_admin import add, change, errors, filled, listed
from tests.programme.test_loading import register_facts
from tests.programme.test_pages import get

pytestmark = pytest.mark.django_db
SLUGS = {
    "public-registry-of-ai-projects",
    "intelligent-cctv",
    "missing-persons-search",
    "public-wifi",
    "s-pole-near-schools",
}


def found(client, query="", language="ko"):
    """Slugs of the cases that the register shows for a query."""
    page = get(client, f"/{language}/cases/{query}")
    start = f"/{language}/cases/"
    links = [link["href"].removeprefix(start).rstrip("/") for link in page.all("a") if link["href"].startswith(start)]
    return {link for link in links if link and link != "data"}


def make_case(slug, **more):
    words = {"title_ko": f"사례 {slug}", "title_en": f"Case {slug}", "owner_ko": "어느 시", "owner_en": "Some city"}
    return Case.objects.create(slug=slug, **{**words, "is_published": True, **more})


def test_the_first_entries_are_those_of_the_content_and_belong_to_no_forum(client, forum):
    assert found(client) == SLUGS
    assert set(Case.objects.values_list("edition", "talk")) == {(None, None)}


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("?q=CCTV", {"intelligent-cctv"}),
        ("?q=지능형", {"intelligent-cctv"}),
        ("?q=Gyeonggi", {"public-registry-of-ai-projects"}),
        ("?q=school", {"s-pole-near-schools"}),
        ("?q=ㅅㅁㅌㅍ", {"s-pole-near-schools"}),
        ("?q=ㄱㄱㄷ", {"public-registry-of-ai-projects"}),
        ("?q=실ㅈㅈ", {"missing-persons-search"}),
        ("?q=ㅅㅇㅌㅂㅅ+스마트폴", {"s-pole-near-schools"}),
        ("?q=449+카메라", set()),
        ("?q=449+cctv", {"intelligent-cctv"}),
        ("?q=Connectivity", {"public-wifi"}),
        ("?field=welfare", {"public-registry-of-ai-projects", "missing-persons-search"}),
        ("?field=safety&q=ㅎㄱㅈㅂ", {"s-pole-near-schools"}),
        ("?field=nothing", set()),
        ("?status=running", set()),
        ("?q=%00&field=%00&status=%00", SLUGS),
        ("?q=" + "x" * 3000, set()),
        ("?q=%25", set()),
        ("?q=(", {"s-pole-near-schools"}),
        ("?q=[ㄱ", set()),
        ("?page=99", SLUGS),
    ],
)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_searching_finds_words_and_first_consonants_whatever_the_page_speaks(client, forum, query, slugs, language):
    assert found(client, query, language) == slugs


def test_nothing_found_leads_on_and_keeps_what_was_typed(client, forum):
    page = get(client, "/en/cases/?q=flying+cars&field=safety")

    assert "No project matches." in page.html
    assert page.all("input", id="q")[0]["value"] == "flying cars"
    assert page.all("option", value="safety") == [{"value": "safety", "selected": ""}]
    assert page.all("a", **{"class": "btn btn--line", "href": "/en/cases/"})
    assert page.all("meta", name="robots", content="noindex")
    assert not get(client, "/en/cases/").all("meta", name="robots")


def test_what_was_typed_is_text(client, forum):
    assert "<script>1" not in get(client, "/ko/cases/?q=<script>1</script>").html


def test_pages_keep_the_question(client, forum):
    for number in range(13):
        make_case(f"case-{number}", status="running")

    asked = "/en/cases/?q=Case&status=running"
    first, second = get(client, asked), get(client, f"{asked}&page=2")

    assert first.all("a", rel="next")[0]["href"] == "?q=Case&status=running&page=2"
    assert second.all("a", rel="prev")[0]["href"] == "?q=Case&status=running&page=1"
    assert len(found(client, "?q=Case&status=running")) == 12


@pytest.mark.parametrize("address", ["/ko/cases/", "/ko/cases.csv", "/ko/cases.json"])
def test_three_cases_ask_the_database_as_often_as_one(client, forum, address):
    for case in Case.objects.exclude(slug="public-wifi"):
        case.delete()
    one = _queries(client, address)
    for case in (make_case("first"), make_case("second")):
        case.fields.set(CaseField.objects.all())

    assert _queries(client, address) == one <= 8


def _queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


# --- One case -----------------------------------------------------------------------------------------------------


def test_a_case_says_what_is_known_and_what_is_not(client, forum):
    page = get(client, "/en/cases/intelligent-cctv/")

    assert "Seoul Metropolitan Government" in page.html
    assert page.html.count("not known") == 2  # status, data used
    assert "at no forum so far" in page.html
    assert page.all("a", href="/en/2022/notices/digital-safety-city/")
    assert page.all("a", href="/en/cases/?field=safety")


def test_a_case_that_was_presented_leads_to_its_talk_and_the_talk_to_it(client, forum):
    talk = Talk.objects.get(slug="ai-sharing-for-smart-cities")
    Case.objects.get(slug="public-wifi").delete()
    case = make_case("sharing", talk=talk)

    assert case.edition == forum
    assert get(client, "/ko/cases/sharing/").all("a", href=f"/ko/2022/talks/{talk.slug}/")
    assert get(client, f"/ko/2022/talks/{talk.slug}/").all("a", href="/ko/cases/sharing/")
    Talk.objects.update(state="draft")
    assert not get(client, "/ko/cases/sharing/").all("a", href=f"/ko/2022/talks/{talk.slug}/")


def test_a_case_leads_to_its_talk_as_soon_as_and_as_long_as_that_is_published(client, forum):
    edit("ai-sharing-for-smart-cities", state="draft")
    publish(forum)
    make_case("sharing", talk=edit("ai-sharing-for-smart-cities", state="published"))

    def leads_there():
        forget()  # what is remembered for a second
        return bool(get(client, "/ko/cases/sharing/").all("a", href="/ko/2022/talks/ai-sharing-for-smart-cities/"))

    assert leads_there() is False
    publish(forum)
    assert leads_there() is True
    edit("ai-sharing-for-smart-cities", state="draft")
    assert leads_there() is True


def test_a_source_that_is_not_public_is_not_named(client, forum):
    Notice.objects.update(published_at=None)

    assert "/notices/" not in get(client, "/en/cases/intelligent-cctv/").html.split("<main")[1]


def test_a_case_without_english_is_shown_in_korean_and_says_so(client, forum):
    make_case("korean", title_en="", summary_ko="한국어뿐")

    page = get(client, "/en/cases/korean/").html

    assert '<h1><span lang="ko">사례 korean</span></h1>' in page
    assert "English translation in preparation." in page


# --- Addresses ----------------------------------------------------------------------------------------------------


def test_a_renamed_case_is_found_at_every_address_it_ever_had(client, forum):
    case = Case.objects.get(slug="public-wifi")
    for slug in ("wifi", "city-wifi"):
        case.slug = slug
        case.save()

    answers = [client.get(f"/en/cases/{slug}/") for slug in ("public-wifi", "wifi", "city-wifi")]

    assert [(answer.status_code, answer.headers.get("Location")) for answer in answers] == [
        (301, "/en/cases/city-wifi/"),
        (301, "/en/cases/city-wifi/"),
        (200, None),
    ]
    case.slug = "public-wifi"
    case.save()
    assert client.get("/en/cases/public-wifi/").status_code == 200


def test_a_deleted_case_is_gone_and_nothing_takes_its_place(client, organiser_client, forum):
    Case.objects.get(slug="public-wifi").delete()

    assert client.get("/ko/cases/public-wifi/").status_code == 410
    facts = filled(
        organiser_client, add(Case), title_ko="새 사례", owner_ko="시", slug="public-wifi", is_published="on"
    )
    assert list(errors(organiser_client.post(add(Case), facts))) == ["slug"]


def test_loading_again_brings_back_nothing_that_was_deleted_or_renamed(forum):
    Case.objects.get(slug="public-wifi").delete()
    Notice.objects.get(slug="digital-safety-city").delete()
    renamed = Case.objects.get(slug="intelligent-cctv")
    renamed.slug = "cctv"
    renamed.save()

    assert loading_register.load(register_facts()) == []
    assert Notice.objects.count() == 0
    assert Case.objects.count() == 4


def test_a_draft_is_not_found_and_leaves_no_address(client, forum):
    draft = make_case("draft", is_published=False)

    assert client.get("/ko/cases/draft/").status_code == 404
    assert "draft" not in found(client)
    draft.delete()
    assert not CaseAddress.objects.filter(slug="draft").exists()


# --- Organisers ---------------------------------------------------------------------------------------------------


def test_organisers_publish_cases_together_and_each_keeps_its_address(client, organiser_client, forum):
    chosen = [make_case(slug, is_published=False) for slug in ("one", "two")]

    organiser_client.post(listed(Case), {"action": "publish", "_selected_action": [case.pk for case in chosen]})

    assert [client.get(f"/ko/cases/{case.slug}/").status_code for case in chosen] == [200, 200]


def test_a_case_is_made_in_the_admin_with_its_fields_and_logged(organiser_client, forum):
    fields = list(CaseField.objects.values_list("pk", flat=True)[:2])
    facts = filled(organiser_client, add(Case), title_ko="새 사례", owner_ko="어느 시", slug="new", fields=fields)

    answer = organiser_client.post(add(Case), facts)

    assert answer.status_code == 302, errors(answer)
    case = Case.objects.get(slug="new")
    assert list(case.fields.values_list("pk", flat=True)) == fields
    assert organiser_client.post(change(case), filled(organiser_client, change(case))).status_code == 302


@pytest.mark.parametrize("wrong", [{"slug": "data"}, {"slug": "intelligent-cctv"}])
def test_no_case_takes_a_word_of_the_site_or_of_another(organiser_client, forum, wrong):
    facts = filled(organiser_client, add(Case), title_ko="새 사례", owner_ko="시", **wrong)

    assert list(errors(organiser_client.post(add(Case), facts))) == ["slug"]


def test_a_talk_of_another_edition_is_refused(organiser_client, forum):
    other = Edition.objects.get(slug="2021")
    facts = filled(
        organiser_client,
        add(Case),
        title_ko="새 사례",
        owner_ko="시",
        slug="new",
        edition=other.pk,
        talk=Talk.objects.first().pk,
    )

    assert list(errors(organiser_client.post(add(Case), facts))) == ["talk"]
