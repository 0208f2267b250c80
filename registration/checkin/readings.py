"""What a phone says it has read, and when that was by our clock."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from dataclasses import dataclass

from registration.checkin.models import Device, Point
from registration.checkin.projection import CLOCK_SUSPECT

CLOCK_MAY_BE_AHEAD = dt.timedelta(seconds=30)


@dataclass(frozen=True)
class Reading:
    """What a phone says it has read: a ticket's `lookup`, a `desk_code`, or the scan that it takes back (`voids`).

    `seq` is the phone's own number; a desk has none, since its scans are kept where they are made.
    `is_standby` asks for a place without a seat, as from the hour that the organiser has set.
    """

    scan_id: uuid.UUID
    seq: int | None
    point: Point
    gate: str
    method: str
    scanned_at: dt.datetime
    offset_ms: int = 0
    direction: str = "in"
    is_offline: bool = False
    device_verdict: str = ""
    lookup: bytes | None = None
    desk_code: str = ""
    voids: uuid.UUID | None = None
    override_reason: str = ""
    is_standby: bool = False
    operator: str = ""
    snapshot: str = ""
    app_version: str = ""

    @property
    def fingerprint(self) -> bytes:
        """Two readings with one scan_id must agree in this."""
        facts = [self.point.pk, (self.lookup or b"").hex(), self.desk_code, self.method, self.scanned_at.isoformat()]
        more = [self.direction, str(self.voids)] if self.voids or self.direction != "in" else []
        return hashlib.sha256(json.dumps(facts + more).encode()).digest()

    def happened_at(self, device: Device, received_at: dt.datetime) -> tuple[dt.datetime, list[str]]:
        """The moment of the scan by the server's clock. One that cannot be is replaced by the moment of receipt, and
        flagged; the phone's own numbers then keep the order."""
        at = self.scanned_at + dt.timedelta(milliseconds=self.offset_ms)
        if device.paired_at <= at <= received_at + CLOCK_MAY_BE_AHEAD:
            return min(at, received_at), []
        return received_at, [CLOCK_SUSPECT]
