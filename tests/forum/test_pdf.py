"""Setting PDFs: which letters there are, and that data is nothing but data."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path

import pytest
import typst
from django.core.exceptions import ImproperlyConfigured

from forum import checks, pdf
from tests.paper import Paper

LETTERS = Path(__file__).with_name("letters.typ")
SYLLABLES = [chr(code) for code in range(0xAC00, 0xD7A4)]


def typeset(words: str) -> Paper:
    return Paper(pdf.typeset(LETTERS, {"title": "Letters", "language": "ko", "words": words}))


def test_every_syllable_of_hangul_has_a_letter_in_both_weights():
    paper = typeset(" ".join(SYLLABLES))

    assert len(SYLLABLES) == 11_172
    assert paper.is_accessible  # the standard allows no letter that is missing
    assert [sorted(paper.letters[f"NotoSansKR-{weight}"]) for weight in ("Regular", "Bold")] == [SYLLABLES] * 2


@pytest.mark.parametrize(
    "words",
    [
        "Łukasz Dvořák Ångström Ñuñez Şükrü Nguyễn Đặng",
        "Γιώργος Дмитро Ђорђе",
        "洪吉童 張偉 张伟 赵丽颖 髙橋 渡邊",
        "さくら カナ ㄱㄴㄷ",
        "محمد علي",
        "דוד כהן",
        "é e\u0301 a\u00a0b\u202fc\u2011d\u200be\u00adf",
    ],
)
def test_names_of_many_scripts_have_letters(words):
    assert typeset(words).is_accessible


@pytest.mark.parametrize("words", ["สมชาย", "😀", "\ue000", "\x00", "\uffff", "ꦗꦮ", "𒀀"])
def test_a_letter_that_no_font_has_is_a_box_and_no_error(words):
    paper = typeset(f"홍 {words} 우")

    assert not paper.is_accessible
    assert {"홍", "우"} <= set(paper.text.split())


@pytest.mark.parametrize(
    "words",
    [
        '#panic("x")',
        '#read("/manage.py")',
        "*bold* _emph_ `raw` @ref <label>",
        "$x$ = heading // comment /* and",
        "<script>alert(1)</script>",
        '"] #let data = (',
        "\\u{41} \\ #sys.version",
    ],
)
def test_what_looks_like_markup_is_text(words):
    text = typeset(words).text

    assert text.replace(" ", "") == words.replace(" ", "") * 2


@pytest.mark.parametrize("words", ["\u202eabc", "\u2067abc\u2066", "\u0301" * 60, "", " ", "\n\n", "W" * 600])
def test_strange_words_are_set_whatever_they_do(words):
    assert len(typeset(words).reader.pages) == 1


def test_a_template_that_is_wrong_is_an_error():
    with pytest.raises(typst.TypstError):
        pdf.typeset(LETTERS, {"title": "Letters", "language": "ko"})


def test_it_says_its_language_and_title_and_is_tagged():
    paper = typeset("홍서우")

    assert paper.catalogue["/Lang"] == "ko"
    assert paper.catalogue["/MarkInfo"]["/Marked"]
    assert paper.reader.metadata.title == "Letters"


def test_no_file_is_left_behind():
    before = files()

    typeset("홍서우")

    assert files() == before


def files() -> set[Path]:
    """What lies where a document is made, and where programs put what they need for a moment."""
    return {
        path for folder in (pdf.TEMPLATES, LETTERS.parent, Path(tempfile.gettempdir())) for path in folder.iterdir()
    }


def test_threads_do_not_mix_their_documents():
    found = {}

    def work(number):
        found[number] = typeset(f"홍서우 {number}").text

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert found == {number: f"홍서우 {number} 홍서우 {number}" for number in range(8)}


def test_without_its_fonts_nothing_is_set_and_the_check_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(pdf, "PACKAGES", tmp_path)
    pdf._fonts.cache_clear()

    with pytest.raises(ImproperlyConfigured, match="npm ci"):
        typeset("홍서우")
    assert [error.id for error in checks.pdfs_need_their_fonts(None)] == ["forum.E004"]

    monkeypatch.undo()
    assert checks.pdfs_need_their_fonts(None) == []
