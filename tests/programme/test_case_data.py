"""The register as data: the same in CSV and JSON, and each column explained."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from programme.models import Case, Talk
from tests.programme.test_cases import SLUGS, make_case
from tests.programme.test_pages import get

pytestmark = pytest.mark.django_db


def rows(client, language="ko"):
    answer = client.get(f"/{language}/cases.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    text = answer.content.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_csv_and_json_hold_every_public_case_with_the_same_columns(client, forum):
    make_case("draft", is_published=False)

    table, document = rows(client), client.get("/ko/cases.json").json()

    assert {row["id"] for row in table} == {case["id"] for case in document["cases"]} == SLUGS
    assert [list(row) for row in table] == [list(case) for case in document["cases"]]


def test_both_addresses_give_the_same_file(client, forum):
    assert client.get("/ko/cases.csv").content == client.get("/en/cases.csv").content
    assert client.get("/ko/cases.json").content == client.get("/en/cases.json").content


def test_a_case_is_all_there_in_both_languages(client, forum):
    case = next(case for case in client.get("/en/cases.json").json()["cases"] if case["id"] == "missing-persons-search")

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", case.pop("updated_at"))
    assert case == {
        "id": "missing-persons-search",
        "url_ko": "http://forum.test/ko/cases/missing-persons-search/",
        "url_en": "http://forum.test/en/cases/missing-persons-search/",
        "title_ko": "실종자 고속검색 시스템",
        "title_en": "High-speed search for missing persons",
        "owner_ko": "서울특별시",
        "owner_en": "Seoul Metropolitan Government",
        "summary_ko": "12개 자치구에서 19개 자치구로 넓힙니다.",
        "summary_en": "Extended from 12 to 19 districts.",
        "data_used_ko": None,
        "data_used_en": None,
        "fields": ["welfare", "safety"],
        "status": None,
        "link": None,
        "edition": None,
        "talk_url_ko": None,
        "talk_url_en": None,
        "source_ko": "서울특별시",
        "source_en": "Seoul Metropolitan Government",
        "source_date": "2025-02-19",
    }


def test_a_talk_stands_with_its_addresses_and_lists_are_separated(client, forum):
    Case.objects.get(slug="missing-persons-search").delete()
    make_case("sharing", talk=Talk.objects.get(slug="ai-sharing-for-smart-cities"))

    table = {row["id"]: row for row in rows(client)}

    assert table["sharing"]["talk_url_en"] == "http://forum.test/en/2022/talks/ai-sharing-for-smart-cities/"
    assert table["sharing"]["edition"] == "2022"
    assert table["public-registry-of-ai-projects"]["fields"] == "administration;welfare;transport;environment"


@pytest.mark.parametrize("typed", ["=1+1", "+82", "-1", "@SUM(A1)"])
def test_no_cell_is_a_formula(client, forum, typed):
    make_case("formula", summary_ko=typed)

    cells = next(row for row in rows(client) if row["id"] == "formula")

    assert cells["summary_ko"] == f"'{typed}"
    assert [case for case in client.get("/ko/cases.json").json()["cases"] if case["summary_ko"] == typed]


def test_the_dictionary_explains_every_column_in_both_languages(client, forum):
    columns = list(rows(client)[0])

    pages = {language: get(client, f"/{language}/cases/data/") for language in ("ko", "en")}
    answer = client.get("/ko/cases.csv-metadata.json")
    described = json.loads(answer.content)["tableSchema"]["columns"]

    for page in pages.values():
        assert re.findall(r'<th scope="row"><code>(\w+)</code>', page.html) == columns
    assert answer.headers["Content-Type"] == "application/csvm+json; charset=utf-8"
    assert [column["name"] for column in described] == columns
    for column in described:
        korean, english = (words["@value"] for words in column["dc:description"])
        assert korean != english, column["name"]
    assert {column["name"]: column["lang"] for column in described if "lang" in column} == {
        name: name[-2:] for name in columns if name.endswith(("_ko", "_en"))
    }


def test_the_licence_is_said_only_when_somebody_decided_it(client, forum, settings):
    assert client.get("/en/cases.json").json()["licence"] is None
    assert "The organisers have not decided on a licence yet." in get(client, "/en/cases/data/").html

    settings.CASES_LICENCE = "KOGL-1"

    address = "https://www.kogl.or.kr/info/license.do#01-tab"
    assert client.get("/en/cases.json").json()["licence"] == address
    assert json.loads(client.get("/en/cases.csv-metadata.json").content)["dc:license"] == {"@id": address}
    assert get(client, "/en/cases/data/").all("a", rel="license", href=address)


def test_anybody_may_read_the_files_and_nothing_is_set(client, forum):
    for name in ("cases.csv", "cases.json", "cases.csv-metadata.json"):
        answer = client.get(f"/ko/{name}")

        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert not answer.cookies
        assert client.post(f"/ko/{name}").status_code == 405
