"""Badges on paper: of everybody once, read by another reader, whatever somebody is called."""

from __future__ import annotations

import pytest
import zxingcpp
from django.utils import timezone

from registration import badges, booking, categories, ticketing
from registration.models import AccessLog, Registration, Ticket
from tests.factories import make_registration
from tests.paper import Paper

SYLLABLES = [chr(code) for code in range(0xAC00, 0xD7A4)]
MM = 72 / 25.4  # points
LAYOUTS = [badges.SHEET, badges.LABEL]


def paper(people, layout=badges.SHEET):
    return Paper(badges.typeset(people, layout))


def words(sheet):
    return sheet.text.replace(" ", "").replace("\u200b", "")


def names(people):
    return [person.name for person in people]


@pytest.mark.parametrize(("layout", "size", "pages"), [(badges.SHEET, (210, 297), 2), (badges.LABEL, (62, 100), 9)])
def test_eight_labels_lie_on_a_sheet_and_one_on_a_page_of_its_own(forum, layout, size, pages):
    sheet = paper([make_registration(forum) for _ in range(9)], layout)

    sizes = {tuple(round(float(side) / MM) for side in page.mediabox[2:]) for page in sheet.reader.pages}
    assert (len(sheet.reader.pages), sizes) == (pages, {size})
    assert sheet.is_accessible


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_badge_says_who_from_where_as_what_and_of_which_forum(forum, layout, language):
    registration = make_registration(forum, name="홍서우", organisation="늘푸른자료모임", language=language)

    text = paper([registration], layout).text

    expected = ["홍서우", "늘푸른자료모임", getattr(forum, f"name_{language}"), "참가자", "Attendee"]
    assert [each for each in expected if each not in text] == []


def test_another_reader_reads_every_code_of_a_sheet_where_its_label_lies(forum, tmp_path):
    people = [make_registration(forum, name=f"사람{number}") for number in range(8)]

    found = zxingcpp.read_barcodes(paper(people).drawn(tmp_path, ppi=150).convert("L"))

    places = [(round(code.position.top_left.y / 150 * 25.4 / 67.7), code.position.top_left.x) for code in found]
    read = [code.text for _place, code in sorted(zip(places, found, strict=True), key=lambda each: each[0])]
    assert read == [ticketing.text_of(ticketing.issue(person)) for person in people]


def test_another_reader_reads_the_code_of_a_label(forum, tmp_path):
    registration = make_registration(forum)

    [code] = zxingcpp.read_barcodes(paper([registration], badges.LABEL).drawn(tmp_path, ppi=150).convert("L"))

    assert code.text == ticketing.text_of(registration.tickets.get())
    assert (code.position.top_right.x - code.position.top_left.x) / 150 * 25.4 >= 24


def test_a_replaced_ticket_is_on_no_badge(forum, tmp_path):
    registration = make_registration(forum)
    old = ticketing.text_of(registration.tickets.get())
    ticketing.replace(registration)

    [code] = zxingcpp.read_barcodes(paper([registration], badges.LABEL).drawn(tmp_path).convert("L"))

    assert code.text == ticketing.text_of(ticketing.issue(registration)) != old


def test_every_syllable_of_hangul_can_be_a_name(forum):
    person = make_registration(forum)
    chunks = [SYLLABLES[start : start + 60] for start in range(0, len(SYLLABLES), 60)]
    people = Registration.objects.bulk_create(
        [Registration(edition=forum, name="".join(chunk), language="ko") for chunk in chunks]
    )

    sheet = paper([person, *people])

    assert sheet.is_accessible  # the standard allows no letter that is missing
    drawn = {letter.removesuffix("\u200b") for letter in sheet.letters["NotoSansKR-Bold"]}  # where a line may end
    assert set(SYLLABLES) <= drawn


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "name",
    [
        "<img src=x onerror=alert(1)>",
        '#panic("x")',
        "*bold* _x_ $x$ @ref",
        "Wolfeschlegelsteinhausenbergerdorff von und zu",
        "W" * 60,
        "가" * 60,
    ],
)
def test_a_strange_or_long_name_is_text_and_stays_within_its_label(forum, tmp_path, layout, name):
    registration = make_registration(forum, name=name, organisation=name)
    sheet = paper([registration], layout)

    assert words(sheet).count(name.replace(" ", "")) == 2
    assert (len(sheet.reader.pages), sheet.is_accessible) == (1, True)
    picture = sheet.drawn(tmp_path, ppi=150).convert("L")
    assert len(zxingcpp.read_barcodes(picture)) == 1
    assert _edge_is_white(picture, layout)


def _edge_is_white(picture, layout) -> bool:
    """Between the words and the end of the label, below the coloured band, there is nothing."""
    per_mm = picture.height / (297 if layout == badges.SHEET else 100)
    left, top, width, height = (4.65, 13.1, 99.1, 67.7) if layout == badges.SHEET else (0, 0, 62, 100)
    strips = [(left + 1, left + 4), (left + width - 4, left + width - 1)]
    boxes = [(from_x, top + 12, to_x, top + height - 1) for from_x, to_x in strips]
    if layout == badges.SHEET:
        boxes.append((left + 62.5, top + 12, left + 63.5, top + 55))  # between words and code
    return all(picture.crop([round(edge * per_mm) for edge in box]).getextrema()[0] > 200 for box in boxes)


def test_badges_lie_in_the_order_of_names_and_nobody_who_cancelled_has_one(forum):
    people = [make_registration(forum, name=name) for name in ("Zoë", "홍서우", "ann", "강하늘", "Ångström")]
    gone = make_registration(forum, name="고인")
    booking.cancel(gone, [1])

    assert names(badges.people(forum)) == ["강하늘", "홍서우", "Ångström", "ann", "Zoë"]
    assert names(badges.in_order(people)) == names(badges.people(forum))


def test_a_day_or_a_category_narrows_them(forum):
    first, second = make_registration(forum, days=(1,)), make_registration(forum, days=(2,))
    second.category = "speaker"
    second.save()

    chosen = [badges.people(forum, **wanted) for wanted in ({}, {"day": 2}, {"category": "attendee"})]

    assert [{each.pk for each in people} for people in chosen] == [{first.pk, second.pk}, {second.pk}, {first.pk}]
    assert badges.people(forum, day=1, category="speaker") == []
    assert "연사" in paper([second]).text


def test_whoever_has_a_badge_is_known_by_the_log_of_looks(forum, organiser):
    has, lacks = make_registration(forum), make_registration(forum)
    AccessLog.objects.create(who=organiser, whose=has.uuid, act=AccessLog.BADGE)
    AccessLog.objects.create(who=organiser, whose=lacks.uuid, act="open")

    assert badges.unprinted([has, lacks]) == [lacks]


def test_many_badges_ask_as_often_as_one(forum, django_assert_num_queries):
    people = [make_registration(forum) for _ in range(5)]
    [ticketing.issue(person) for person in people]

    with django_assert_num_queries(2):
        badges.typeset(people, badges.SHEET)
    with django_assert_num_queries(2):
        badges.typeset(people[:1], badges.SHEET)


def test_whoever_has_no_ticket_yet_gets_one_for_the_badge(forum):
    person = Registration.objects.create(edition=forum, name="홍서우", language="ko")

    badges.typeset([person], badges.LABEL)

    assert Ticket.objects.get(registration=person).issued_at <= timezone.now()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_category_has_a_word(language):
    from django.utils.translation import override

    with override(language):
        words = [str(label) for label in categories.LABELS.values()]
    assert (
        words
        == {
            "ko": ["참가자", "연사", "취재", "초대 손님", "운영진"],
            "en": ["Attendee", "Speaker", "Press", "Guest", "Crew"],
        }[language]
    )
