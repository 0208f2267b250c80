"""Long texts become HTML that can do no harm."""

from __future__ import annotations

import pytest

from forum.markup import html


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("하나\n둘\n\n셋", "<p>하나<br />\n둘</p>\n<p>셋</p>\n"),
        ("**굵게** [길](https://example.org/)", '<p><strong>굵게</strong> <a href="https://example.org/">길</a></p>\n'),
        ("- 하나\n- 둘", "<ul>\n<li>하나</li>\n<li>둘</li>\n</ul>\n"),
        ("# 제목", "<h2>제목</h2>\n"),
        ("###### 제목", "<h6>제목</h6>\n"),
        ("", ""),
    ],
)
def test_what_organisers_write_is_set(typed, shown):
    assert html(typed) == shown


def test_a_table_has_no_style_of_its_own():
    table = html("| 항목 | 수 |\n|:--|--:|\n| CCTV | 1,796 |\n")

    assert "<td>1,796</td>" in table
    assert "style" not in table


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="https://example.org" onclick="x()">x</a>',
        "<style>body{}</style>",
        "> <iframe src=https://example.org></iframe>",
        "`<b onmouseover=x>`",
    ],
)
def test_html_is_shown_as_text(typed):
    made = html(typed)

    for tag in ("<script", "<img", "<a ", "<style", "<iframe", "<b "):
        assert tag not in made


@pytest.mark.parametrize(
    "scheme", ["javascript:", "JaVaScRiPt:", "vbscript:", "data:text/html,", "file:///", "&#106;avascript:"]
)
def test_no_link_runs_anything(scheme):
    assert "href" not in html(f"[x]({scheme}alert(1))")


def test_no_picture_comes_from_elsewhere():
    assert "<img" not in html("![x](https://example.org/x.png)")
