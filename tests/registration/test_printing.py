"""The ticket as a PDF: for its owner, on one page, in the page's language, with a code that doors read."""

from __future__ import annotations

import datetime as dt
from urllib.parse import unquote

import pytest
import zxingcpp
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from registration import booking, links, ticketing
from registration.models import Booking
from tests.factories import make_registration
from tests.pages import Page, said
from tests.paper import Paper

INCH = 25.4  # mm
State = Booking.State


def opened(client, registration):
    client.get(f"/t/{links.token_of(registration)}/")
    return client


def address(registration, language="ko"):
    return f"/{language}/ticket/{registration.public_id}/ticket.pdf"


def paper(client, registration, language="ko"):
    answer = opened(client, registration).get(address(registration, language))
    assert answer.status_code == 200
    return Paper(answer.content)


def put(registration, day, state, **more):
    registration.bookings.filter(day__number=day).update(state=state, **more)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_says_what_is_needed_at_the_door(client, forum, language):
    forum.contact_phone, forum.contact_email = "02-000-0000", "forum@example.org"
    forum.entry_instructions_ko, forum.entry_instructions_en = "1층에서 승강기를 타세요.", "Take the lift."
    forum.save()
    registration = make_registration(forum, days=(1,), support=["captions", "receiver"])
    forum.refresh_from_db()

    text = paper(client, registration, language).text

    with override(language):
        expected = [
            forum.name, forum.theme, forum.venue.name, forum.venue.address, forum.entry_instructions,
            forum.contact_phone, forum.contact_email, registration.name, registration.desk_code_for_people,
            ", ".join(registration.support_labels),
        ]  # fmt: skip
        expected += [f"http://forum.test{reverse('programme:edition', args=[forum.slug])}"]
    expected += [said(language, sentence) for sentence in ("Ticket", "On the day", "not booked", "confirmed")]
    expected += [said(language, "starts at %(time)s", time="09:30"), "09:00"]
    assert [words for words in expected if words not in text] == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_independent_reader_reads_the_code_from_paper(owner, registration, tmp_path, language):
    page = paper(owner, registration, language).drawn(tmp_path, ppi=150).convert("L")

    found = zxingcpp.read_barcodes(page)

    assert [code.text for code in found] == [ticketing.text_of(registration.tickets.get())]
    corners = found[0].position
    assert (corners.top_right.x - corners.top_left.x) / 150 * INCH >= 35
    assert page.size == (1240, 1754)  # A4


def test_code_and_drawings_are_lines_and_no_pixels(owner, registration):
    inside = paper(owner, registration).reader.pages[0]["/Resources"].get("/XObject", {})

    assert [each for each in inside.values() if each.get_object()["/Subtype"] == "/Image"] == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_can_be_listened_to(owner, registration, language):
    sheet = paper(owner, registration, language)

    assert sheet.is_accessible
    assert sheet.catalogue["/Lang"] == language
    assert sheet.reader.metadata.title.startswith(said(language, "Ticket"))
    words = "QR code for the door. At the desk the code %(code)s does the same."
    assert sheet.pictures == [said(language, words, code=registration.desk_code_for_people)]


@pytest.mark.parametrize(
    ("language", "name"),
    [("ko", "현장 참가 입장권 2022 서울 빅데이터 포럼.pdf"), ("en", "Ticket Seoul Big Data Forum 2022.pdf")],
)
def test_a_phone_shows_it_and_saves_it_under_a_name_that_says_what_it_is(owner, registration, language, name):
    answer = owner.get(address(registration, language))

    assert answer["Content-Type"] == "application/pdf"
    sort, _space, told = answer["Content-Disposition"].partition("; ")
    assert (sort, unquoted(told)) == ("inline", name)


def unquoted(told):
    """The name, in either of the two forms that browsers read."""
    return unquote(told.removeprefix("filename*=utf-8''").removeprefix("filename=")).strip('"')


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    ("state", "more"),
    [
        (State.WAITING, {"place": 7}),
        (State.OFFERED, {"offered_until": timezone.now() + dt.timedelta(hours=6)}),
        (State.CANCELLED, {"cancelled_at": timezone.now()}),
        (State.LAPSED, {}),
    ],
)
def test_a_day_without_a_seat_says_how_it_stands(owner, registration, language, state, more):
    put(registration, 2, state, **more)

    text = paper(owner, registration, language).text

    assert [text.count(f"· {said(language, str(each.value))}") for each in (State.CONFIRMED, state)] == [1, 1]
    hope = said(language, "If a seat comes free we tell you by e-mail.") in text
    assert hope == (state in (State.WAITING, State.OFFERED))


@pytest.mark.parametrize(
    ("state", "more"),
    [(State.WAITING, {"place": 7}), (State.OFFERED, {"offered_until": timezone.now() + dt.timedelta(hours=6)})],
)
def test_without_a_seat_there_is_nothing_to_print(client, forum, state, more):
    registration = make_registration(forum, days=(1,))
    put(registration, 1, state, **more)
    opened(client, registration)

    assert client.get(address(registration)).status_code == 404
    assert address(registration) not in Page(client.get(f"/ko/ticket/{registration.public_id}/")).links


def test_a_cancelled_registration_prints_nothing(owner, registration):
    page = f"/ko/ticket/{registration.public_id}/"
    assert address(registration) in Page(owner.get(page)).links

    booking.cancel(registration, [1, 2])

    assert owner.get(address(registration)).status_code == 404
    assert address(registration) not in Page(owner.get(page)).links


@pytest.mark.parametrize(
    "name",
    [
        '#panic("x")',
        "*bold* _x_",
        "$x$ @ref <label>",
        "<script>alert(1)</script>",
        '"; #let data = (',
        "\\u{41}",
        "W" * 60,
    ],
)
def test_a_strange_name_is_text_on_paper(client, forum, name):
    sheet = paper(client, make_registration(forum, name=name))

    assert name.replace(" ", "") in sheet.text.replace(" ", "").replace("\u200b", "")
    assert (len(sheet.reader.pages), sheet.is_accessible) == (1, True)


@pytest.mark.parametrize(
    "name", ["가" * 60, "홍\u00a0서우", "محمد علي", "\u202eabc", "張偉 张伟", "สมชาย", "😀", "e\u0301" * 30]
)
def test_a_name_in_any_script_gets_one_page_with_its_code(client, forum, tmp_path, name):
    sheet = paper(client, make_registration(forum, name=name))

    assert len(sheet.reader.pages) == 1
    assert len(zxingcpp.read_barcodes(sheet.drawn(tmp_path).convert("L"))) == 1


def test_the_longest_of_everything_fits_one_page(client, forum, tmp_path):
    """Every text as long as the database takes it; the two without a limit many times too long."""
    long = {"name": 120, "theme": 200, "entry_instructions": 5_000}
    for field, length in long.items():
        setattr(forum, f"{field}_ko", ("긴글 " * length)[:length].strip())
    forum.contact_email, forum.contact_phone, forum.dates_moved = f"{'a' * 240}@example.org", "1" * 40, True
    forum.save()
    for field, length in {"name": 120, "address": 200, "directions": 5_000}.items():
        setattr(forum.venue, f"{field}_ko", ("먼길 " * length)[:length].strip())
    forum.venue.save()
    everything = ["receiver", "sign_language", "captions", "wheelchair", "large_print", "other"]
    registration = make_registration(forum, days=(1, 2), name="홍" * 60, support=everything)
    put(registration, 2, State.WAITING, place=1)

    sheet = paper(client, registration)

    assert (len(sheet.reader.pages), sheet.is_accessible) == (1, True)
    last = ("The dates were moved for a rehearsal.", "If a seat comes free we tell you by e-mail.")
    assert [said("ko", hint) in sheet.text for hint in last] == [True, True]
    assert sheet.text.count("…") == 2  # what was cut says so
    assert len(zxingcpp.read_barcodes(sheet.drawn(tmp_path).convert("L"))) == 1


def test_what_is_unknown_is_left_out(client, forum):
    forum.venue = None
    forum.theme_ko = forum.theme_en = ""
    forum.save()
    forum.days.update(doors=None, starts=None)

    text = paper(client, make_registration(forum, days=(1,))).text

    missing = [said("ko", word) for word in ("Where", "Doors", "Contact", "Support", "Provisional")]
    assert [word for word in missing if word in text] == []
    assert "None" not in text
