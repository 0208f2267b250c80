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


class PairIn(Schema):
    code: Annotated[Line, Field(max_length=40)]
    app_version: Annotated[Line, Field(max_length=20)] = ""


class ScanIn(Schema):
    """One reading. Exactly one of `l` (a ticket's lookup), `desk_code` and `voids` (the scan it takes back)."""

    scan_id: uuid.UUID
    seq: Annotated[int, Field(ge=1, le=BIG)]
    l: Annotated[str, Field(max_length=24)] | None = None  # noqa: E741 (the name on the wire)
    desk_code: Annotated[Line, Field(max_length=20)] | None = None
    voids: uuid.UUID | None = None
    point: Annotated[int, Field(ge=1, le=BIG)]
    direction: Literal["in", "out"] = "in"
    method: Literal["qr", "typed", "desk", "search"]
    scanned_at: Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST)]
    offset_ms: Annotated[int, Field(ge=-(10**11), le=10**11)] = 0
    offline: bool = False
    device_verdict: Annotated[Line, Field(max_length=14)] = ""
    operator: Annotated[Line, Field(max_length=40)] = ""
    override: Annotated[Line, Field(max_length=200)] = ""
    snapshot: Annotated[Line, Field(max_length=40)] = ""

    @field_validator("scanned_at", mode="before")
    @classmethod
    def _no_numbers(cls, value: object) -> object:
        if not isinstance(value, str):
            raise ValueError("write the moment as ISO 8601 with an offset")
        return value

    @model_validator(mode="after")
    def _one_code(self) -> ScanIn:
        if [self.l, self.desk_code, self.voids].count(None) != 2:
            raise ValueError("give one of l, desk_code and voids")
        if self.l is not None and len(self.lookup or b"") != 16:
            raise ValueError("l must be 16 bytes in base64url")
        return self

    @property
    def lookup(self) -> bytes | None:
        return from_base64url(self.l) if self.l is not None else None


class ScansIn(Schema):
    gate: Annotated[Line, Field(max_length=40)] = ""
    items: Annotated[list[Any], Field(min_length=1)]  # each is judged for itself


class SearchIn(Schema):
    q: Annotated[Line, Field(max_length=60)]
    point: Annotated[int, Field(ge=1, le=BIG)]


class DayOut(Schema):
    number: int
    date: dt.date


class DayStateOut(DayOut):
    state: str


class PersonOut(Schema):
    name: str
    organisation: str
    category: str
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


class Here(Schema):
    """What every answer to a paired device tells."""

    server_time: dt.datetime
    acked_seq: int  # every scan up to this number is kept
    last_seq: int  # the highest number that came: the next scan must have a higher one
    commands: list[str]  # refresh: load the list anew; wipe: unpair and forget everything


class PingOut(Here):
    list_version: str | None  # another one than the phone's: ask for the snapshot


class ScansOut(Here):
    items: list[ScanOut]


class Names(Schema):
    ko: str
    en: str


class DeviceOut(Schema):
    uuid: uuid.UUID
    label: str
    gate: str
    rights: str
    valid_from: dt.datetime
    valid_until: dt.datetime
    signed_in: bool  # a steward's own phone; its label then is their address, which no phone keeps


class EditionOut(Schema):
    slug: str
    name: Names
    timezone: str
    salt: str


class PointOut(Schema):
    id: int
    name: Names
    day: DayOut | None  # of a point for every day: today, if that is one
    every_day: bool
    is_today: bool
    mode: str
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None
    places: int | None
    standby_from: dt.datetime | None
    admitted: int
    inside: int
    expected: int


class StateOut(Here):
    device: DeviceOut
    edition: EditionOut
    points: list[PointOut]
    min_version: str


class TicketOut(Schema):
    """One ticket. `d` holds two bits for each day, the first day lowest: 0 nothing, 1 confirmed, 2 waiting,
    3 cancelled; `r` is 1 for a ticket that was replaced. Without `b` there is nobody to be shown."""

    l: str  # noqa: E741 (the name on the wire)
    d: int
    r: int = 0
    b: str | None = None


class InsideOut(Schema):
    """Who came in where: the ticket, the point, when first and when last (seconds since 1970), whether still inside."""

    l: str  # noqa: E741 (the name on the wire)
    p: int
    first: int | None  # None: it was taken back
    last: int | None
    inside: bool


class SnapshotOut(Schema):
    server_time: dt.datetime
    cursor: str
    full: bool
    days: list[DayOut]
    items: list[TicketOut]
    gone: list[str]
    there: list[InsideOut]


class FoundOut(Schema):
    ref: str
    name: str
    category: str
    code_last4: str
    state: str
    is_in: bool


class SearchOut(Schema):
    server_time: dt.datetime
    items: list[FoundOut]
    more: bool


class SpanOut(Schema):
    at: dt.datetime
    number: int


class GateOut(Schema):
    gate: str
    number: int


class WaitingOut(Schema):
    label: str
    gate: str
    unsent: int
    missing: int
    last_seen_at: dt.datetime | None


class StatsOut(Schema):
    server_time: dt.datetime
    expected: int
    arrived: int
    inside: int
    standby: int
    doubles: int
    by_five_minutes: list[SpanOut]
    by_gate: list[GateOut]
    is_complete: bool
    waiting: list[WaitingOut]


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
