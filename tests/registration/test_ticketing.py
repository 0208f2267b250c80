"""Tickets: what the QR says, who can make one, and what the database knows of it."""

from __future__ import annotations

import io
import uuid

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image, ImageDraw

from registration import crockford, ticketing
from registration.models import Ticket
from tests.factories import make_registration

codes = some.binary(min_size=16, max_size=16)
KEY, UUID, SALT = b"\x11" * 32, uuid.UUID("00000000-0000-4000-8000-000000000001"), b"\x22" * 16


@given(codes)
def test_what_is_written_is_read(code):
    text = ticketing.write(code)

    assert ticketing.read(text) == code
    assert (text[:3], len(text)) == ("FT1", 29)


@given(codes, some.data())
def test_a_code_is_read_however_a_person_types_it(code, data):
    misread = {"0": "0Oo", "1": "1IiLl"}
    letters = [data.draw(some.sampled_from(misread.get(each, each + each.lower()))) for each in ticketing.write(code)]
    places = data.draw(some.sets(some.integers(0, 28)))

    assert ticketing.read("".join(f" {each}" if i in places else each for i, each in enumerate(letters))) == code


@given(some.text())
def test_anything_else_is_no_ticket_and_nothing_worse(text):
    try:
        code = ticketing.read(text)
    except ValueError:
        return
    assert ticketing.read(ticketing.write(code)) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FT1",
        "FT1" + "0" * 25,
        "FT1" + "0" * 27,
        "FT2" + "0" * 26,
        "XX1" + "0" * 26,
        "FT1" + "U" * 26,
        "FT1" + "Z" * 26,  # more than 128 bits
        "FT1" + "8" + "0" * 25,
        "https://forum.test/t/FT1" + "0" * 26,
        "FT1" + "가" * 26,
    ],
)
def test_what_is_no_ticket_is_said_so(text):
    with pytest.raises(ValueError):
        ticketing.read(text)


@given(codes, some.integers(0, 27), some.sampled_from(crockford.ALPHABET))
def test_one_wrong_digit_is_never_the_same_ticket(code, place, digit):
    text = ticketing.write(code)
    wrong = text[: 3 + place] + digit + text[4 + place :]
    try:
        assert (ticketing.read(wrong) == code) == (wrong == text)
    except ValueError:
        assert wrong != text


def test_key_person_and_version_make_the_code():
    """The values that docs/ticket-vectors.json publishes are tested beside the scanner; here: nothing is left out."""
    code = ticketing.derive_code(KEY, UUID, 1)

    assert len(code) == 16
    assert code == ticketing.derive_code(KEY, UUID, 1)
    others = [
        ticketing.derive_code(b"\x12" * 32, UUID, 1),
        ticketing.derive_code(KEY, uuid.UUID(int=UUID.int + 1), 1),
        ticketing.derive_code(KEY, UUID, 2),
    ]
    assert len({code, *others}) == 4


def test_what_doors_derive_differs_by_edition_and_purpose():
    code = ticketing.derive_code(KEY, UUID, 1)

    lookup, blob = ticketing.derive_lookup(code, SALT), ticketing.derive_blob_key(code, SALT)

    assert (len(lookup), len(blob)) == (16, 32)
    assert blob[:16] != lookup != code
    assert ticketing.derive_lookup(code, b"\x23" * 16) != lookup


def test_a_registration_has_one_ticket_however_often_it_is_issued(forum):
    registration = make_registration(forum)

    first, second = ticketing.issue(registration), ticketing.issue(registration)

    assert first == second == Ticket.objects.get()


def test_the_database_knows_only_what_does_not_lead_back(forum):
    ticket = ticketing.issue(make_registration(forum))
    code = ticketing.code_of(ticket)

    columns = [value for value in Ticket.objects.values_list().get() if isinstance(value, bytes | memoryview)]
    assert [bytes(value) for value in columns] == [ticketing.derive_lookup(code, bytes(forum.checkin_salt))]
    assert bytes(columns[0]) != code


def test_a_replaced_ticket_gets_the_next_version_and_another_code(forum):
    registration = make_registration(forum)
    old = ticketing.issue(registration)
    Ticket.objects.update(revoked_at=registration.created_at)

    new = ticketing.issue(registration)

    assert (old.version, new.version) == (1, 2)
    assert ticketing.text_of(old) != ticketing.text_of(new)


def test_a_new_key_signs_new_tickets_and_old_ones_stay_valid(forum, settings):
    before = make_registration(forum)
    old_text = ticketing.text_of(ticketing.issue(before))
    settings.TICKET_KEYS = settings.TICKET_KEYS | {2: b"\x22" * 32}

    after = ticketing.issue(make_registration(forum))

    assert (ticketing.issue(before).key_id, after.key_id) == (1, 2)
    assert ticketing.text_of(ticketing.issue(before)) == old_text


# --- The picture --------------------------------------------------------------------------------------------------


def read_by_another_reader(picture):
    found = zxingcpp.read_barcodes(picture)
    assert len(found) == 1
    return found[0]


def test_an_independent_reader_reads_the_picture():
    text = ticketing.write(ticketing.derive_code(KEY, UUID, 1))

    picture = Image.open(io.BytesIO(ticketing.qr_png(text)))
    found = read_by_another_reader(picture)

    assert (found.text, found.format) == (text, zxingcpp.BarcodeFormat.QRCode)
    assert found.ec_level == "Q"
    assert picture.size == (495, 495)
    assert picture.convert("L").getextrema() == (0, 255)


def test_it_is_read_with_a_fifth_of_it_covered():
    text = ticketing.write(ticketing.derive_code(KEY, UUID, 1))
    picture = Image.open(io.BytesIO(ticketing.qr_png(text))).convert("L")

    ImageDraw.Draw(picture).rectangle((200, 200, 300, 300), fill=255)

    assert read_by_another_reader(picture).text == text


def test_the_picture_of_the_page_is_the_same_code():
    text = ticketing.write(ticketing.derive_code(KEY, UUID, 2))
    side, path = ticketing.qr_path(text)

    assert read_by_another_reader(drawn(side, path)).text == text
    assert side == 33


def drawn(side, path, scale=10):
    """The path as a picture: each run is `M<x> <y>h<length>v1h-<length>z`."""
    picture = Image.new("L", (side * scale, side * scale), 255)
    pen = ImageDraw.Draw(picture)
    for run in path.removesuffix("z").split("z"):
        start, length = run.removeprefix("M").split("v")[0].split("h")
        x, y = (int(number) for number in start.split())
        pen.rectangle((x * scale, y * scale, (x + int(length)) * scale - 1, (y + 1) * scale - 1), fill=0)
    return picture


@given(codes)
def test_every_ticket_fits_the_same_square(code):
    assert ticketing.qr_path(ticketing.write(code))[0] == 33
