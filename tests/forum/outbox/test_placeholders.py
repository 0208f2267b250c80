"""Words in braces: what somebody types can reach the values of its mail, and nothing else."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as some

from forum.outbox.placeholders import (
    fill,
    fill_line,
    fill_paragraphs,
    first_in_an_address,
    first_wrong,
    full_width_complaint,
)

VALUES = {"name": "홍서우", "forum": "Forum & <Friends>"}


def test_a_word_in_braces_becomes_its_value():
    assert fill("{name} 님, {forum}", VALUES) == "홍서우 님, Forum & <Friends>"


def test_a_value_is_never_read_again():
    assert fill("{name}", {"name": "{forum} {{ forum }} %(forum)s", "forum": "x"}) == "{forum} {{ forum }} %(forum)s"


@pytest.mark.parametrize(
    "text", ["{name.__class__}", "{name!r}", "{0}", "{name:>99999999}", "{{ settings.SECRET_KEY }}"]
)
def test_neither_formats_nor_templates_are_understood(text):
    assert fill(text, VALUES) == text


def test_in_html_words_and_values_are_text():
    assert fill_line("<b>{forum}</b>", VALUES) == "&lt;b&gt;Forum &amp; &lt;Friends&gt;&lt;/b&gt;"


def test_paragraphs_and_lines_stay_and_addresses_become_links():
    html = fill_paragraphs("{name} 님\nhttps://example.org/a?b=1&c=2\n\n<script>x</script>", VALUES)

    assert html == (
        '<p>홍서우 님<br><a href="https://example.org/a?b=1&amp;c=2">'
        "https://example.org/a?b=1&amp;c=2</a></p>\n<p>&lt;script&gt;x&lt;/script&gt;</p>"
    )


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("하나\n\n둘", ["하나", "둘"]),
        ("하나\n둘\n\n\n \n셋\n", ["하나<br>둘", "셋"]),
        ("<b>R&D</b>", ["&lt;b&gt;R&amp;D&lt;/b&gt;"]),
        ("보기: https://forum.kr/a에서", ['보기: <a href="https://forum.kr/a">https://forum.kr/a</a>에서']),
        ("(https://forum.kr/a).", ['(<a href="https://forum.kr/a">https://forum.kr/a</a>).']),
        (
            "https://forum.kr/?a=1&b=2, then",
            ['<a href="https://forum.kr/?a=1&amp;b=2">https://forum.kr/?a=1&amp;b=2</a>, then'],
        ),
        ('https://forum.kr/"onclick="x', ['<a href="https://forum.kr/">https://forum.kr/</a>&quot;onclick=&quot;x']),
        ("javascript:alert(1) www.forum.kr", ["javascript:alert(1) www.forum.kr"]),
        ("", []),
    ],
)
def test_paragraphs_are_text_and_links_end_where_the_address_does(typed, shown):
    assert fill_paragraphs(typed, {}) == "\n".join(f"<p>{each}</p>" for each in shown)


ROAD = "https://forum.kr/%EA%B8%B8"


@pytest.mark.parametrize(
    ("typed", "href", "rest"),
    [
        ("https://forum.kr/길?x=1", f"{ROAD}?x=1", ""),
        ("https://forum.kr/길?x=1에서 보세요", f"{ROAD}?x=1", "에서 보세요"),
        ("https://forum.kr/길/map에서", f"{ROAD}/map", "에서"),
        ("https://forum.kr/2022길/", "https://forum.kr/2022%EA%B8%B8/", ""),
        ("https://forum.kr/길 보기", ROAD, " 보기"),
        ("https://서울.kr/a에서", "https://서울.kr/a", "에서"),
        ("https://forum.kr/에서 보세요", "https://forum.kr/", "에서 보세요"),
        ("https://forum.kr/a를 보세요", "https://forum.kr/a", "를 보세요"),
        ("https://forum.kr/%EA%B8%B8에서", ROAD, "에서"),
        ("https://forum.kr을 보세요", "https://forum.kr", "을 보세요"),
        ("https://forum.kr/길에서 보세요", None, ""),  # the page 길에서, or 길 and a particle
    ],
)
def test_hangul_in_an_address_is_part_of_it_and_a_particle_behind_it_is_not(typed, href, rest):
    html = fill_paragraphs(typed, {})

    found = re.search(r'<a href="(.*?)">.*</a>(.*)</p>', html)
    assert (found and found.groups()) == (href and (href, rest))


def test_a_value_becomes_no_link():
    assert "<a" not in fill_paragraphs("{name} 님", {"name": "https://evil.example"})


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("{name} 님", None),
        ("{nmae} 님", "{nmae}"),
        ("{Name}", "{Name}"),
        ("{ name }", "{ name }"),
        ("{}", "{}"),
        ("{{name}}", "{"),
        ("{name", "{"),
        ("name}", "}"),
        ("{name} {forum", "{"),
        ("{name.email}", "{name.email}"),
    ],
)
def test_what_stands_for_nothing_is_found(text, wrong):
    assert first_wrong(text, ("name", "forum")) == wrong


@pytest.mark.parametrize(
    ("text", "sign"), [("｛name｝ 님", "{"), ("{name｝ 님", "}"), ("{name} 님, 『안내』 (참고)", None)]
)
def test_braces_of_a_korean_keyboard_are_refused_with_the_sign_to_type(text, sign):
    with override("en"):
        complaint = full_width_complaint(text)

    assert (complaint[-12:] == f"“{sign}” instead.") == (sign is not None)
    assert (complaint == "") == (sign is None)


@given(some.text(some.sampled_from("{}name forum\n"), max_size=30))
def test_what_is_not_refused_leaves_no_brace(text):
    if first_wrong(text, ("name", "forum")) is None:
        assert not set("{}") & set(fill(text, {"name": "x", "forum": "y"}))


@pytest.mark.parametrize(
    ("text", "found"), [("https://example.org/{name}", "{name}"), ("{name} https://example.org/", None)]
)
def test_a_placeholder_inside_an_address_is_found(text, found):
    assert first_in_an_address(text) == found
