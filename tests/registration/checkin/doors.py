"""A phone at a door: what it holds, what it sends, what it is told."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import secrets
import uuid
from itertools import count
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from programme.models import Edition
from registration import ticketing
from registration.checkin import admission
from registration.checkin.models import Device
from registration.models import Registration

API = "/api/checkin/v1/"


class Door:
    """A paired phone that scans for the hall on one day. It was switched on two hours ago."""

    def __init__(self, edition: Edition, *, day: int = 1, gate: str = "Gate A", **device: Any) -> None:
        token = secrets.token_urlsafe(32)
        now = timezone.now()
        began = now - dt.timedelta(hours=2)
        times = {
            "created_at": began,
            "paired_at": began,
            "valid_from": began,
            "valid_until": now + dt.timedelta(hours=10),
        }
        facts = times | device
        token_hash = hashlib.sha256(token.encode()).digest()
        self.device = Device.objects.create(edition=edition, label=gate, token_hash=token_hash, **facts)
        self.point = edition.points.filter(day__number=day).first()
        self.gate = gate
        self.client = Client(raise_request_exception=False)
        self.client.cookies["ck"] = token
        self.numbers = count(1)

    def admit(self, what: Registration | bytes, *, minutes_ago: float = 0, **facts: Any) -> admission.Answer:
        """Hand a reading to the verb itself."""
        known = {
            "scan_id": uuid.uuid4(),
            "seq": next(self.numbers),
            "point": self.point,
            "gate": self.gate,
            "method": "qr",
            "scanned_at": timezone.now() - dt.timedelta(minutes=minutes_ago),
        }
        code = {} if "desk_code" in facts else {"lookup": lookup_of(what)}
        return admission.admit(self.device, admission.Reading(**known | code | facts))

    def item(self, what: Registration | bytes | str, *, minutes_ago: float = 0, **facts: Any) -> dict[str, Any]:
        """A reading as it goes over the wire. A text is a desk code."""
        code = {"desk_code": what, "method": "desk"} if isinstance(what, str) else {"l": base64url(lookup_of(what))}
        return {
            "scan_id": str(uuid.uuid4()),
            "seq": next(self.numbers),
            "point": self.point.pk,
            "direction": "in",
            "method": "qr",
            "scanned_at": (timezone.now() - dt.timedelta(minutes=minutes_ago)).isoformat(),
            "offset_ms": 0,
            "offline": False,
            **code,
            **facts,
        }

    def post(self, body: Any, **headers: str) -> HttpResponse:
        headers = {"X-Checkin": "1", "Content-Type": "application/json"} | headers
        return self.client.post(f"{API}scans", body, content_type=headers.pop("Content-Type"), headers=headers)

    def send(self, *items: Any, **headers: str) -> HttpResponse:
        return self.post({"gate": self.gate, "items": list(items)}, **headers)

    def scan(self, what: Registration | bytes | str, **facts: Any) -> dict[str, Any]:
        """Send one reading and answer what the steward sees."""
        response = self.send(self.item(what, **facts))
        assert response.status_code == 200, response.content
        return response.json()["items"][0]

    def take_back(self, scan_id: str | uuid.UUID, **facts: Any) -> dict[str, Any]:
        item = {name: value for name, value in self.item(b"0" * 16).items() if name != "l"}
        return self.send(item | {"voids": str(scan_id), **facts}).json()["items"][0]

    def get(self, what: str, **headers: str) -> HttpResponse:
        return self.client.get(f"{API}{what}", headers=headers)

    def call(self, what: str, body: Any, **headers: str) -> HttpResponse:
        """POST to something else than scans."""
        headers = {"X-Checkin": "1"} | headers
        return self.client.post(f"{API}{what}", body, content_type="application/json", headers=headers)


def lookup_of(what: Registration | bytes) -> bytes:
    """What a door knows a person's valid ticket by."""
    return what if isinstance(what, bytes) else bytes(ticketing.issue(what).lookup)


def base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
