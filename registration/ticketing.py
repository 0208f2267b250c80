"""Tickets: the code in the QR, how it is derived, and what doors derive from it.

Ten test vectors in docs/ticket-vectors.json hold this module and static/js/checkin/codec.js together.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import uuid

import qrcode
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils import timezone
from qrcode.image.pil import PilImage

from registration import crockford
from registration.models import Registration, Ticket

PREFIX = "FT1"
CODE_BYTES, CODE_DIGITS = 16, 26
PIXELS = 15  # of the PNG, for each module
QUIET_ZONE = 4  # modules of white around the code, as ISO/IEC 18004 asks


def issue(registration: Registration) -> Ticket:
    """The registration's valid ticket; the first one is made here. Twice is harmless."""
    ticket = registration.tickets.filter(revoked_at__isnull=True).first()
    return ticket or _issue(registration, version=registration.tickets.count() + 1)


def issue_known(registration: Registration, valid: list[Ticket]) -> Ticket:
    """As `issue`, for many at once: `valid` are the valid tickets of each, already fetched."""
    if not valid:
        return issue(registration)
    [ticket] = valid
    ticket.registration = registration
    return ticket


def issue_first(registration: Registration) -> Ticket:
    """The ticket of a registration that was made just now."""
    return _issue(registration, version=1)


def _issue(registration: Registration, version: int) -> Ticket:
    key_id = max(settings.TICKET_KEYS)
    code = derive_code(settings.TICKET_KEYS[key_id], registration.uuid, version)
    return Ticket.objects.create(
        registration=registration,
        version=version,
        key_id=key_id,
        lookup=derive_lookup(code, bytes(registration.edition.checkin_salt)),
    )


def replace(registration: Registration) -> Ticket:
    """End the valid ticket and issue another: the old code is refused at the door."""
    registration.tickets.filter(revoked_at__isnull=True).update(revoked_at=timezone.now())
    return issue(registration)


def note_opening(registration: Registration) -> None:
    """Keep when its owner first looked at the ticket. Later looks are kept nowhere."""
    if registration.ticket_opened_at is None:
        unopened = Registration.objects.filter(pk=registration.pk, ticket_opened_at__isnull=True)
        unopened.exclude(name="").update(ticket_opened_at=timezone.now())  # what is erased stays so


def code_of(ticket: Ticket) -> bytes:
    """The 16 secret bytes of a ticket. They are derived each time and stored nowhere."""
    return derive_code(settings.TICKET_KEYS[ticket.key_id], ticket.registration.uuid, ticket.version)


def text_of(ticket: Ticket) -> str:
    """What the QR says: `FT1` and 26 digits. Never an address, never personal data."""
    return write(code_of(ticket))


def derive_code(key: bytes, registration: uuid.UUID, version: int) -> bytes:
    message = b"forum-ticket|1|" + registration.bytes + version.to_bytes(4, "big")
    return hmac.new(key, message, hashlib.sha256).digest()[:CODE_BYTES]


def derive_lookup(code: bytes, salt: bytes) -> bytes:
    """What the database and a door's list know a ticket by: 16 bytes that do not lead back to the code."""
    return _hkdf(code, salt, b"forum-ticket/lookup", 16)


def derive_blob_key(code: bytes, salt: bytes) -> bytes:
    """The AES-256 key that only the ticket itself yields: it opens the person's entry in an offline list."""
    return _hkdf(code, salt, b"forum-ticket/blob", 32)


def write(code: bytes) -> str:
    return PREFIX + crockford.encode(int.from_bytes(code, "big"), CODE_DIGITS)


def read(text: str) -> bytes:
    """The code that a scanned or typed text means, read forgivingly. Raises ValueError for anything else."""
    tidy = crockford.tidy(text)
    prefix, digits = tidy[: len(PREFIX)], tidy[len(PREFIX) :]
    if prefix != crockford.tidy(PREFIX) or len(digits) != CODE_DIGITS:
        raise ValueError("not a ticket")
    number = crockford.decode(digits)
    if number >> 8 * CODE_BYTES:
        raise ValueError("not a ticket")
    return number.to_bytes(CODE_BYTES, "big")


def qr_png(text: str) -> bytes:
    """The QR as a black and white PNG with its quiet zone: 495 pixels for a ticket."""
    picture = _qr(text).make_image(image_factory=PilImage)
    out = io.BytesIO()
    picture.save(out, format="PNG")
    return out.getvalue()


def qr_path(text: str) -> tuple[int, str]:
    """The QR as (side in modules with the quiet zone, data of one SVG path)."""
    matrix = _qr(text).get_matrix()
    runs = [f"M{start} {y}h{length}v1h-{length}z" for y, row in enumerate(matrix) for start, length in _runs(row)]
    return len(matrix), "".join(runs)


def _qr(text: str) -> qrcode.QRCode:
    # A fixed mask spares most of the time; level Q reads with a quarter of the code covered.
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_Q, border=QUIET_ZONE, mask_pattern=3, box_size=PIXELS)
    code.add_data(text, optimize=0)
    code.make(fit=True)
    return code


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Neighbouring dark modules as (start, length)."""
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((x, 1))
    return runs


def _hkdf(code: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(code)
