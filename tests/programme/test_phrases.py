"""How phrases, names, dates and people are shown."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils.html import strip_tags
from django.utils.translation import override

from programme.read_model import Speaker, Talk, Text
from programme.templatetags import forum_dates, names, people, phrases

SEOUL = ZoneInfo("Asia/Seoul")
BRUSSELS = ZoneInfo("Europe/Brussels")


def make_speaker(name: Text, **more: object) -> Speaker:
    facts = {"slug": "a", "position": Text(), "affiliation": Text(), "country": "", "bio": Text()} | more
    return Speaker(name=name, **facts)


def make_talk(**more: object) -> Talk:
    facts = dict.fromkeys(("slug", "kind", "language", "interpreted_into", "state", "session_slug"), "")
    facts |= {
        "title": Text("발표"),
        "abstract": Text(),
        "note": Text(),
        "starts": None,
        "minutes": None,
        "day_number": 1,
    }
    return Talk(**facts | more)


def in_both(show: object) -> list[str]:
    answers = []
    for language in ("ko", "en"):
        with override(language):
            answers.append(str(show()))
    return answers


def test_a_phrase_is_marked_only_where_it_is_not_in_the_pages_language():
    assert in_both(lambda: phrases.phrase(Text("서울", "Seoul"))) == ["서울", "Seoul"]
    assert in_both(lambda: phrases.phrase(Text("서울"))) == ["서울", '<span lang="ko">서울</span>']
    assert in_both(lambda: phrases.phrase(Text("", "Seoul"))) == ['<span lang="en">Seoul</span>', "Seoul"]
    assert in_both(lambda: phrases.phrase(Text())) == ["", ""]


def test_a_phrase_is_escaped():
    assert in_both(lambda: phrases.phrase(Text("<b>&"))) == ["&lt;b&gt;&amp;", '<span lang="ko">&lt;b&gt;&amp;</span>']
    assert phrases.phrase("<i>") == "&lt;i&gt;"


def test_paragraphs_keep_their_language_and_are_escaped():
    text = Text("하나\r\n\r\n<둘>")

    assert in_both(lambda: phrases.paragraphs(text)) == [
        "<p>하나</p><p>&lt;둘&gt;</p>",
        '<p lang="ko">하나</p><p lang="ko">&lt;둘&gt;</p>',
    ]


def test_a_theme_lights_what_stands_before_a_comma_or_its_last_two_words():
    theme = Text("데이터로 그리는 함께 사는 도시", "A City for All, Drawn with Data")

    assert in_both(lambda: phrases.headline(theme)) == [
        "<span>데이터로 그리는 함께</span> <em>사는 도시</em>",
        "<em>A City for All,</em> <span>Drawn with Data</span>",
    ]


def test_a_name_is_followed_by_its_counterpart_in_the_other_script():
    name = Text("이경전", "Kyoung-Jun Lee")

    assert in_both(lambda: phrases.counterpart(name)) == [
        '<span lang="en">Kyoung-Jun Lee</span>',
        '<span lang="ko">이경전</span>',
    ]
    assert in_both(lambda: phrases.counterpart(Text("이경전"))) == ["", ""]


@pytest.mark.parametrize(
    ("number", "english"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd")]
)
def test_forums_are_counted(number, english):
    assert in_both(lambda: phrases.nth(number)) == [f"제{number}회", english]


def test_dates_are_written_as_each_language_writes_them():
    day = dt.date(2022, 11, 28)

    assert in_both(lambda: forum_dates.day_long(day)) == ["2022년 11월 28일(월)", "Mon 28 Nov 2022"]
    assert in_both(lambda: forum_dates.day_month(day)) == ["11월 28일(월)", "Mon 28 Nov"]
    assert in_both(lambda: forum_dates.day_short(day)) == ["11. 28.(월)", "Mon 28 Nov"]


def test_times_are_shown_in_their_own_zone():
    moment = dt.datetime(2022, 11, 25, 18, 0, tzinfo=SEOUL)

    assert in_both(lambda: forum_dates.clock(moment)) == ["18:00", "18:00"]
    assert in_both(lambda: forum_dates.moment(moment)) == ["11월 25일(금) 18:00", "Fri 25 Nov, 18:00 KST"]
    assert in_both(lambda: forum_dates.moment(moment.astimezone(BRUSSELS))) == [
        "11월 25일(금) 10:00 CET",
        "Fri 25 Nov, 10:00 CET",
    ]


def test_a_range_says_once_what_both_dates_share():
    assert _texts_of_range(dt.date(2022, 11, 28), dt.date(2022, 11, 29)) == [
        "2022. 11. 28.(월) – 29.(화)",
        "Mon 28 – Tue 29 Nov 2022",
    ]
    assert _texts_of_range(dt.date(2022, 11, 30), dt.date(2022, 12, 1)) == [
        "2022. 11. 30.(수) – 12. 1.(목)",
        "Wed 30 Nov – Thu 1 Dec 2022",
    ]
    assert _texts_of_range(dt.date(2022, 12, 31), dt.date(2023, 1, 1)) == [
        "2022. 12. 31.(토) – 2023. 1. 1.(일)",
        "Sat 31 Dec 2022 – Sun 1 Jan 2023",
    ]
    assert _texts_of_range(dt.date(2022, 11, 28), dt.date(2022, 11, 28)) == ["2022. 11. 28.(월)", "Mon 28 Nov 2022"]


def test_times_are_for_machines_too_and_unknown_ones_are_left_out():
    starts, ends = dt.datetime(2022, 11, 28, 13, 30, tzinfo=SEOUL), dt.datetime(2022, 11, 28, 15, 20, tzinfo=SEOUL)
    page = Template(
        "{% load forum_dates %}{% time_range starts ends %}|{% time_range starts None %}|{% time None 'clock' %}"
    )

    assert page.render(Context({"starts": starts, "ends": ends})) == (
        '<time datetime="2022-11-28T13:30:00+09:00">13:30</time>–'
        '<time datetime="2022-11-28T15:20:00+09:00">15:20</time>|'
        '<time datetime="2022-11-28T13:30:00+09:00">13:30</time>|'
    )


@pytest.mark.parametrize(
    ("name", "korean", "english"),
    [
        (Text("이경전", "Kyoung-Jun Lee"), "경전", "KL"),
        (Text("이훈", "Hoon Lee"), "이훈", "HL"),
        (Text("이쿤 시에", "Yiqun Xie"), "YX", "YX"),
        (Text("이경전"), "경전", "경전"),
        (Text("", "Plato"), "P", "P"),
    ],
)
def test_initials_are_a_given_name_or_latin_letters(name, korean, english):
    assert in_both(lambda: people.initials(make_speaker(name))) == [korean, english]


def test_a_person_keeps_one_of_six_tones():
    assert [people.tone("yiqun-xie"), people.tone("yiqun-xie")] == [5, 5]
    assert {people.tone(f"speaker-{number}") for number in range(100)} == set(range(6))


def test_countries_are_named_in_the_pages_language():
    assert in_both(lambda: people.country_name("US")) == ["미국", "United States of America"]


def test_a_talk_says_what_is_spoken_and_what_is_heard():
    with override("en"):
        spoken = [
            names.spoken(make_talk(language=one, interpreted_into=two))
            for one, two in [("", ""), ("en", ""), ("en", "ko")]
        ]

    assert spoken == ["", "English", "English, interpreted into Korean"]


def test_a_persons_post_marks_what_is_foreign_and_escapes_it():
    speaker = make_speaker(Text("가"), position=Text("교수"), affiliation=Text("", "R&D"))

    with override("en"):
        assert names.post(speaker) == '<span lang="ko">교수</span>, R&amp;D'


def _texts_of_range(first: dt.date, last: dt.date) -> list[str]:
    return [strip_tags(html) for html in in_both(lambda: forum_dates.date_range(first, last))]


@pytest.mark.parametrize(
    ("form", "machine"),
    [("clock", "2022-11-28T09:30:00+09:00"), ("moment", "2022-11-28T09:30:00+09:00"), ("day_short", "2022-11-28")],
)
def test_what_is_shown_as_a_date_is_a_date_for_machines_too(form, machine):
    html = forum_dates.time(dt.datetime(2022, 11, 28, 9, 30, tzinfo=SEOUL), form)

    assert f'<time datetime="{machine}">' in html
    assert forum_dates.time(None, form) == forum_dates.time("", form) == ""
