"""The scanner's own reading of tickets agrees with the server's, in a real browser: docs/ticket-vectors.json."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

VECTORS = json.loads((Path(__file__).parents[2] / "docs" / "ticket-vectors.json").read_text(encoding="utf-8"))
TEXT = VECTORS[0]["text"]

READ = """async ([codec, text, saltHex]) => {
  const { readTicket, lookup, blobKey } = await import(codec);
  const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const ticket = readTicket(text);
  if (!ticket) return null;
  const salt = Uint8Array.from(saltHex.match(/../g), (pair) => parseInt(pair, 16));
  return [hex(ticket), hex(await lookup(ticket, salt)), hex(await blobKey(ticket, salt))];
}"""


@pytest.fixture
def codec(page, site):
    """The address of the module, with a page of the site open to load it into."""
    page.goto(f"{site}/ko/")
    return f"{site}/static/js/checkin/codec.js"


def read(page, codec, text, salt_hex=VECTORS[0]["salt_hex"]):
    return page.evaluate(READ, [codec, text, salt_hex])


def test_ten_published_tickets_give_the_same_bytes_lookup_and_key(page, codec):
    answers = [read(page, codec, vector["text"], vector["salt_hex"]) for vector in VECTORS]

    assert len(VECTORS) == 10
    assert answers == [[vector["code_hex"], vector["lookup_hex"], vector["blob_key_hex"]] for vector in VECTORS]


@pytest.mark.parametrize(
    "typed",
    [
        TEXT.lower(),
        " ".join(TEXT),
        f"{TEXT[:3]}-{TEXT[3:10]}-{TEXT[10:]}",
        TEXT.replace("0", "O").replace("1", "I"),
        TEXT.replace("0", "o").replace("1", "l"),
    ],
)
def test_a_ticket_is_read_however_it_was_typed(page, codec, typed):
    assert read(page, codec, typed)[0] == VECTORS[0]["code_hex"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT[3:],
        TEXT[:-1],
        f"{TEXT}0",
        f"FT2{TEXT[3:]}",
        f"{TEXT[:-1]}U",
        f"FT18{TEXT[4:]}",  # more than 128 bits
        "https://example.org/FT1",
    ],
)
def test_what_is_no_ticket_is_not_read_as_one(page, codec, text):
    assert read(page, codec, text) is None


def test_a_desk_code_is_tidied_and_nothing_else_passes_for_one(page, codec):
    typed = ["ab12-cd34", "O0iL 1234", "ABCDEFG", "ABCDEFGHJ", "ABCDEFGU"]

    read_codes = page.evaluate(
        "async ([codec, typed]) => { const { readDeskCode } = await import(codec); return typed.map(readDeskCode); }",
        [codec, typed],
    )

    assert read_codes == ["AB12CD34", "00111234", None, None, None]
