"""After the period of keeping nothing personal is left: not in a table, a mail, a web session, a log or any other file.

The real product, on both databases: somebody registers, changes their mind and their address, an organiser looks. Then
time passes. What they were told and what they told us is looked for in every form in which a file may hold it.
"""

from __future__ import annotations

import base64
import email
import email.policy
import json
import quopri
import re
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import quote

import psycopg2
import pytest

from tests.citizen import CHECK, DONE, Citizen, hidden_fields
from tests.postgresql import PostgreSQL
from tests.product import Product, wait_until

pytestmark = pytest.mark.stack

WORDS = {
    "name": "금비오름",
    "changed name": "금비마루",
    "address": "geumbi.qxzv@example.org",
    "changed address": "maru.wyjk@example.org",
    "organisation": "늘푸른자료모임",
    "many at once": "geumbi.many@example.org",
    "note": "무대 가까운 왼쪽 자리",
}
BY = "the operator of the site, by hand (manage.py erase_due)"
TYPED = ("name", "email", "organisation", "support", "support_note", "optional")
ORGANISER = "organiser@example.org"
SESSIONS = """
from django.contrib.sessions.models import Session
import json
print(json.dumps([session.get_decoded() for session in Session.objects.all()], ensure_ascii=False, default=str))
"""
TICKETS = """
from registration import ticketing
from registration.models import Ticket
print("\\n".join(ticketing.text_of(ticket) for ticket in Ticket.objects.all()))
"""
BROADCAST = """
from forum.accounts.models import User
from programme.models import Edition
from registration import broadcasting
audience = {"days": [], "states": ["confirmed"], "attended": None, "opened": True}
words = {"subject_ko": "{name}", "body_ko": "{name}"}
draft = broadcasting.draft(Edition.objects.get(is_current=True), "service", audience, "ko", words)
broadcasting.send_test(draft, User.objects.get())
broadcasting.confirm(draft, User.objects.get(), count=1, revision=1)
"""
PAPERS = """
import uuid
from datetime import timedelta
from django.utils import timezone
from programme.models import Day
from registration import badges, ticketing
from registration.checkin import admission, paper_list
from registration.checkin.models import Device
from registration.models import Registration
now, day = timezone.now(), Day.objects.get(number=1, edition__is_current=True)
Day.objects.filter(pk=day.pk).update(date=timezone.localdate(now, day.edition.tzinfo))
began, ends = now - timedelta(hours=1), now + timedelta(hours=1)
facts = {"edition": day.edition, "token_hash": b"0" * 32, "created_at": began, "paired_at": began}
device = Device.objects.create(label="Phone 1", valid_from=began, valid_until=ends, **facts)
person = Registration.objects.get(name="WHOSE")
point, lookup = day.points.get(), bytes(ticketing.issue(person).lookup)
read = {"gate": "Gate A", "method": "qr", "scanned_at": now, "lookup": lookup}
print(admission.admit(device, admission.Reading(scan_id=uuid.uuid4(), seq=1, point=point, **read)).scan.verdict)
day.refresh_from_db()
papers = [badges.typeset([person], badges.SHEET)]
papers += [paper_list.typeset(day, order, "")[0] for order in (paper_list.BY_NAME, paper_list.BY_CODE)]
assert all(each.startswith(b"%PDF") for each in papers)
"""
CERTIFICATE = """
from registration import certificate_pdf, certifying
from registration.models import Registration
person = Registration.objects.get(name="WHOSE")
certificate = certifying.issue(person)
assert certificate_pdf.typeset(certificate, certifying.days(person)).startswith(b"%PDF")
print(certificate.code)
"""
PASSED = {"programme_day": "date", "checkin_attendance": "date"}


class Place:
    """One copy of the product and everything it writes down."""

    def __init__(self, product: Product, database: PostgreSQL | None) -> None:
        self.product, self.database = product, database

    def ask(self, statement: str) -> list[tuple]:
        if self.database:
            with closing(psycopg2.connect(self.database.url)) as connection, connection, connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        with closing(sqlite3.connect(self.product.var / "db.sqlite3", timeout=20)) as connection, connection:
            return connection.execute(statement).fetchall()

    def passes(self) -> None:
        """The forum was more than a year ago."""
        for table, column in PASSED.items():
            then = f"{column} - 400" if self.database else f"date({column}, '-400 days')"
            self.ask(f"UPDATE {table} SET {column} = {then}")

    def shell(self, code: str) -> str:
        return self.product.manage("shell", "-v", "0", "-c", code)

    def texts(self) -> Iterator[tuple[str, bytes]]:
        """Every file, every table, and what web sessions hold once they are unpacked."""
        for path in self.product.var.rglob("*"):
            if path.is_file() and "static" not in path.parts:
                yield str(path.relative_to(self.product.var)), path.read_bytes()
        yield "sessions", self.shell(SESSIONS).encode()
        if self.database:
            yield "dump", self.database.dump()
            yield "database log", self.database.log.read_bytes()
        else:
            with closing(sqlite3.connect(self.product.var / "db.sqlite3")) as connection:
                yield "dump", "\n".join(connection.iterdump()).encode()

    def holds(self, word: str) -> list[str]:
        """Where the word is, in whatever writing."""
        forms = writings(word)
        found = []
        for name, data in self.texts():
            unfolded = re.sub(rb"=?\r?\n", b"", data)  # mails fold their lines
            if any(form in data or form in unfolded for form in forms):
                found.append(name)
        return found


@pytest.fixture(scope="module", params=["SQLite", "PostgreSQL"])
def place(request, tmp_path_factory) -> Iterator[Place]:
    product = Product(tmp_path_factory.mktemp("remains") / "var")
    if request.param == "SQLite":
        yield from _started(product, None)
    else:
        with PostgreSQL() as database:
            product.settings["DATABASE_URL"] = database.url
            yield from _started(product, database)


def _started(product: Product, database: PostgreSQL | None) -> Iterator[Place]:
    with product:
        product.prepare()
        product.start_broker()
        product.start_worker()
        product.start_web()
        yield Place(product, database)


def test_nothing_remains(place):
    secrets = WORDS | live(place)
    before = {what: place.holds(word) for what, word in secrets.items()}

    place.passes()
    code = place.shell(CERTIFICATE.replace("WHOSE", WORDS["changed name"])).split()[-1]
    certified = verify(place, code)
    place.product.manage("erase_due")

    assert [what for what, where in before.items() if not where] == ["ticket"]  # that is in pictures alone
    assert {"dump"} <= set(before["changed name"]) & set(before["changed address"]) & set(before["note"])
    assert {what: where for what, word in secrets.items() if (where := place.holds(word))} == {}
    assert ["금**루" in page for page in (certified, verify(place, code))] == [True, False]
    assert ["SBDF-2022-000001" in page for page in (certified, verify(place, code))] == [True, True]
    register = place.ask("SELECT what, number, reason, method, by FROM registration_erasure")
    assert [row[1:] for row in register] == [
        (2, "the period of keeping is over", "overwritten and deleted in the database", BY)
    ]
    assert "name, e-mail address" in register[0][0]


def live(place: Place) -> dict[str, str]:
    """Everything that leaves traces. Answers the secrets that were made on the way."""
    url = place.product.url
    with Citizen(url) as citizen:
        filled = [field for field in citizen.fill_in(WORDS["address"], (1, 2)) if field[0] != "name"]
        details = [("organisation", WORDS["organisation"]), ("support", "other"), ("support_note", WORDS["note"])]
        filled += [("name", WORDS["name"]), ("optional", "on"), *details]
        status, page = citizen.post(CHECK, filled)
        assert (status, citizen.post(DONE, hidden_fields(page))[0]) == (200, 302)
        register_again_at_once(url, filled)
        first = link(place, WORDS["address"])
        assert citizen.get(f"/t/{first}/")[0] == 302
        home = f"/ko/ticket/{first.partition('-')[0]}/"
        ticket = place.shell(TICKETS).split()[0]

        status, page = citizen.get(f"{home}edit/")
        changed = [*hidden_fields(page), ("days", "1"), ("days", "2"), ("name", WORDS["changed name"]), *details]
        assert citizen.post(f"{home}edit/", changed)[0] == 302
        assert citizen.get(home)[0] == 200

        status, page = citizen.get(f"{home}email/")
        citizen.post(f"{home}email/", [*hidden_fields(page), ("email", WORDS["changed address"])])
        question = link(place, WORDS["changed address"], "/ko/ticket/address/")
        status, page = citizen.get(f"/ko/ticket/address/{question}/")
        assert citizen.post(f"/ko/ticket/address/{question}/", hidden_fields(page))[0] == 302
        second = link(place, WORDS["changed address"])
        assert citizen.get(f"/t/{second}/")[0] == 302
        status, page = citizen.get("/ko/2022/tickets/resend/")
        citizen.post("/ko/2022/tickets/resend/", [*hidden_fields(page), ("email", WORDS["changed address"])])
        assert citizen.get(f"{home}data/download/")[0] == 200
    look(place, WORDS["changed name"])
    place.shell(BROADCAST)
    assert place.shell(PAPERS.replace("WHOSE", WORDS["changed name"])).split()[-1] == "admitted"
    unwritten = "SELECT count(*) FROM registration_broadcast WHERE state <> 'written'"
    wait_until(lambda: place.ask(unwritten) == [(0,)], "the mail to many is written", 60)
    undelivered = "SELECT count(*) FROM outbox_message WHERE state IN ('queued', 'sending')"
    wait_until(lambda: place.ask(undelivered) == [(0,)], "every mail is delivered", 60)
    return {"first link": first, "question": question, "second link": second, "ticket": ticket}


def look(place: Place, name: str) -> None:
    """An organiser signs in, searches for the person, opens them, and changes what is logged: the seats."""
    password = re.search(
        r"password:?\s+(\S+)", place.product.manage("create_staff", ORGANISER, "--role", "organiser"), re.I
    )
    with Citizen(place.product.url) as organiser:
        _status, page = organiser.get("/accounts/login/")
        entered = [*hidden_fields(page), ("login", ORGANISER), ("password", password[1])]
        assert organiser.post("/accounts/login/", entered)[0] == 302
        ((pk,),) = place.ask(f"SELECT id FROM registration_registration WHERE email = '{WORDS['changed address']}'")
        for path in (f"?q={quote(name)}", f"{pk}/change/", f"{pk}/history/"):
            assert organiser.get(f"/admin/registration/registration/{path}")[0] == 200
        _status, page = organiser.get("/admin/registration/quota/1/change/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        more = [("csrfmiddlewaretoken", token), ("capacity", "500")]
        assert organiser.post("/admin/registration/quota/1/change/", more)[0] == 302
    assert place.ask("SELECT count(*) FROM registration_accesslog WHERE detail <> ''") != [(0,)]


def verify(place: Place, code: str) -> str:
    """What anybody is told who has the certificate's code."""
    with Citizen(place.product.url) as stranger:
        status, page = stranger.get(f"/c/{code}/")
    assert status == 200
    return page


def register_again_at_once(url: str, filled: list[tuple[str, str]]) -> None:
    """A new address from many forms at the same moment: a database that refuses all but one may write down what."""
    facts = dict(filled) | {"email": WORDS["many at once"]}

    def press(twin: Citizen) -> int:
        with twin:
            own = dict(twin.fill_in(facts["email"], (1,)))
            start.wait(30)
            return twin.post(DONE, list((own | {name: facts[name] for name in TYPED}).items()))[0]

    start = threading.Barrier(8)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(press, [Citizen(url) for _ in range(8)])) == {302}


def link(place: Place, address: str, page: str = "/t/") -> str:
    """The secret link to this page in the newest mail to this address."""

    def tokens() -> list[str]:
        found = []
        for path in sorted((place.product.var / "mail").glob("*.eml")):
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if mail["To"] == address:
                found += re.findall(rf"{page}([0-9A-Z-]{{37}})/", mail.get_body(("plain",)).get_content())
        return found

    wait_until(tokens, f"a link for {address}", 40)
    return tokens()[-1]


def writings(word: str) -> set[bytes]:
    """The word as files may hold it: plain, UTF-16, JSON, an address of the web, quoted-printable, base64."""
    plain = word.encode()
    escaped = json.dumps(word)[1:-1].encode()
    forms = {
        plain,
        word.encode("utf-16-le"),
        word.encode("utf-16-be"),
        escaped,
        escaped.upper().replace(b"\\U", b"\\u"),
    }
    forms |= {quote(word).encode(), quote(word, safe="").encode(), quopri.encodestring(plain).replace(b"=\n", b"")}
    for before in range(3):  # wherever it begins among the groups of three bytes
        encoded = base64.b64encode(b"\0" * before + plain)
        whole = encoded[(before * 8 + 5) // 6 :][: (len(plain) * 8 - (-before * 8 % 6)) // 6]
        forms |= {whole, whole.replace(b"+", b"-").replace(b"/", b"_")}
    return {form for form in forms if len(form) > 5}


@pytest.mark.parametrize("padding", ["", "가", "ab", "abc", "{"])
def test_a_word_is_found_in_every_writing(padding):
    text = f"{padding}{WORDS['name']}님"
    forms = writings(WORDS["name"])

    for written in (base64.b64encode(text.encode()), quopri.encodestring(text.encode()), json.dumps(text).encode()):
        assert any(form in written for form in forms)
