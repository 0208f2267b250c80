"""The shapes of the check-in API. Moments are ISO 8601 with an offset; binary values are base64url without padding."""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, Field, field_validator, model_validator

BIG = 2**53  # what JavaScript counts exactly
# Clocks may be wrong by decades; beyond this, moments cannot be reckoned with.
EARLIEST, LATEST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC), dt.datetime(2900, 1, 1, tzinfo=dt.UTC)


def _printable(text: str) -> str:
    """Without what no database keeps (NUL, half a character). Dropped, not refused: somebody waits at the door."""
    return "".join(character for character in text if character.isprintable())


Line = Annotated[str, AfterValidator(_printable)]


class ScanIn(Schema):
    scan_id: uuid.UUID
    seq: Annotated[int, Field(ge=1, le=BIG)]
    l: Annotated[str, Field(max_length=24)] | None = None  # noqa: E741 (the name on the wire)
    desk_code: Annotated[Line, Field(max_length=20)] | None = None
    point: Annotated[int, Field(ge=1, le=BIG)]
    direction: Literal["in"] = "in"
    method: Literal["qr", "typed", "desk"]
    scanned_at: Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST)]
    offset_ms: Annotated[int, Field(ge=-(10**11), le=10**11)] = 0
    offline: bool = False

    @field_validator("scanned_at", mode="before")
    @classmethod
    def _no_numbers(cls, value: object) -> object:
        if not isinstance(value, str):
            raise ValueError("write the moment as ISO 8601 with an offset")
        return value

    @model_validator(mode="after")
    def _one_code(self) -> ScanIn:
        if (self.l is None) == (self.desk_code is None):
            raise ValueError("give either l or desk_code")
        if self.l is not None and len(self.lookup or b"") != 16:
            raise ValueError("l must be 16 bytes in base64url")
        return self

    @property
    def lookup(self) -> bytes | None:
        return from_base64url(self.l) if self.l is not None else None


class ScansIn(Schema):
    gate: Annotated[Line, Field(max_length=40)] = ""
    items: Annotated[list[Any], Field(min_length=1)]  # each is judged for itself


class DayOut(Schema):
    number: int
    date: dt.date


class DayStateOut(DayOut):
    state: str


class PersonOut(Schema):
    name: str
    organisation: str
    support: list[str]
    days: list[DayStateOut]


class ScanOut(Schema):
    scan_id: str
    verdict: str
    replay: bool = False
    flags: list[str] = []
    at: dt.datetime | None = None
    first_in_at: dt.datetime | None = None
    first_gate: str | None = None
    cancelled_at: dt.datetime | None = None
    day: DayOut | None = None
    person: PersonOut | None = None


class ScansOut(Schema):
    server_time: dt.datetime
    acked_seq: int
    items: list[ScanOut]


class Names(Schema):
    ko: str
    en: str


class DeviceOut(Schema):
    uuid: uuid.UUID
    label: str
    gate: str


class EditionOut(Schema):
    slug: str
    name: Names
    timezone: str
    salt: str


class PointOut(Schema):
    id: int
    name: Names
    day: DayOut
    is_today: bool
    admitted: int
    expected: int


class StateOut(Schema):
    server_time: dt.datetime
    acked_seq: int
    device: DeviceOut
    edition: EditionOut
    points: list[PointOut]


class PingOut(Schema):
    server_time: dt.datetime


class Error(Schema):
    code: str
    message: str
    retry_after: int | None = None


class ErrorOut(Schema):
    error: Error


def to_base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes | None:
    """The bytes, or None for what is no base64url."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
