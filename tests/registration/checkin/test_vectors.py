"""docs/ticket-vectors.json, computed twice: by the product, and by hand from RFC 5869 with nothing but HMAC."""

from __future__ import annotations

import hmac
import json
import uuid
from pathlib import Path

import pytest

from registration import ticketing

VECTORS = json.loads((Path(__file__).parents[3] / "docs" / "ticket-vectors.json").read_text(encoding="utf-8"))

each_vector = pytest.mark.parametrize("vector", VECTORS, ids=[vector["text"] for vector in VECTORS])


@each_vector
def test_the_product_derives_what_is_published(vector):
    code = ticketing.derive_code(bytes.fromhex(vector["key_hex"]), uuid.UUID(vector["uuid"]), vector["version"])
    salt = bytes.fromhex(vector["salt_hex"])

    assert code.hex() == vector["code_hex"]
    assert ticketing.write(code) == vector["text"]
    assert ticketing.read(vector["text"]) == code
    assert ticketing.derive_lookup(code, salt).hex() == vector["lookup_hex"]
    assert ticketing.derive_blob_key(code, salt).hex() == vector["blob_key_hex"]


@each_vector
def test_anybody_can_compute_it_by_hand(vector):
    message = b"forum-ticket|1|" + bytes.fromhex(vector["uuid"].replace("-", "")) + vector["version"].to_bytes(4, "big")
    code = sha256_hmac(bytes.fromhex(vector["key_hex"]), message)[:16]
    salt = bytes.fromhex(vector["salt_hex"])

    assert code.hex() == vector["code_hex"]
    assert "FT1" + crockford(code) == vector["text"]
    assert hkdf(code, salt, b"forum-ticket/lookup")[:16].hex() == vector["lookup_hex"]
    assert hkdf(code, salt, b"forum-ticket/blob").hex() == vector["blob_key_hex"]


def test_the_ten_hold_the_edges():
    assert len({json.dumps(vector) for vector in VECTORS}) == 10
    assert {1, 2, 2**32 - 1} <= {vector["version"] for vector in VECTORS}
    assert {uuid.UUID(int=0), uuid.UUID(int=2**128 - 1)} <= {uuid.UUID(vector["uuid"]) for vector in VECTORS}
    assert any(vector["text"].startswith("FT10000") for vector in VECTORS)


@pytest.mark.parametrize("spoil", [str.lower, " ".join, lambda text: text.replace("0", "o").replace("1", "l")])
def test_a_ticket_is_read_however_it_was_typed(spoil):
    assert ticketing.read(spoil(VECTORS[0]["text"])).hex() == VECTORS[0]["code_hex"]


@pytest.mark.parametrize(
    "wrong", ["", "FT1", "FT2" + VECTORS[0]["text"][3:], VECTORS[0]["text"] + "0", "FT18" + "0" * 25]
)
def test_what_is_no_ticket_is_refused(wrong):
    with pytest.raises(ValueError):
        ticketing.read(wrong)


def sha256_hmac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def hkdf(material: bytes, salt: bytes, info: bytes) -> bytes:
    """RFC 5869, one block: enough for 32 bytes."""
    return sha256_hmac(sha256_hmac(salt, material), info + b"\x01")


def crockford(code: bytes) -> str:
    number, text = int.from_bytes(code, "big"), ""
    for _ in range(26):
        number, digit = divmod(number, 32)
        text = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[digit] + text
    return text
