"""The production shape on one machine: gunicorn, PostgreSQL, Redis, a Celery worker and a mail server, all real."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator

import psycopg2
import pytest
import redis
import zxingcpp
from PIL import Image

from tests.citizen import Citizen
from tests.post_office import PostOffice
from tests.product import Product, answers_http, own_database, wait_until

pytestmark = pytest.mark.stack

REDIS = "redis://127.0.0.1:6379"


@pytest.fixture(scope="module")
def post_office() -> Iterator[PostOffice]:
    with PostOffice() as office:
        yield office


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with own_database() as url:
        yield url


@pytest.fixture(scope="module")
def redis_urls() -> Iterator[tuple[str, str]]:
    """Two databases of the machine's Redis that nobody uses; emptied again at the end."""
    servers = [redis.Redis.from_url(f"{REDIS}/{number}") for number in range(15, 0, -1)]
    ours = [server for server in servers if not server.dbsize()][:2]
    assert len(ours) == 2, "every database of this Redis is in use"
    yield tuple(f"{REDIS}/{server.get_connection_kwargs()['db']}" for server in ours)
    for server in ours:
        server.flushdb()
    for server in servers:
        server.close()


@pytest.fixture(scope="module")
def stack(tmp_path_factory, post_office, database, redis_urls) -> Iterator[Product]:
    product = Product(tmp_path_factory.mktemp("stack"))
    product.settings = {
        "DEVELOPMENT": "false",
        "PUBLIC_URL": product.url,
        "DATABASE_URL": database,
        "REDIS_URL": redis_urls[0],
        "CACHE_URL": redis_urls[1],
        "EMAIL_URL": post_office.address,
        "DEFAULT_FROM_EMAIL": "forum@forum.example",
        "SECRET_KEY": secrets.token_hex(32),
        "LINK_KEY": secrets.token_hex(32),
        "TICKET_KEYS": f"1={secrets.token_hex(32)}",
    }
    with product:
        product.prepare()
        product.start_worker()
        product.start_web()
        yield product


@pytest.fixture
def rows(database):
    """Ask the database itself."""
    connection = psycopg2.connect(database)
    connection.autocommit = True

    def ask(statement: str) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    yield ask
    connection.close()


def test_a_registration_over_http_ends_in_a_mail_over_smtp(stack, post_office):
    register(stack, "haneul@example.org", days=(1, 2))

    wait_until(lambda: post_office.to("haneul@example.org"), "the confirmation")
    mail = post_office.to("haneul@example.org")[0]
    parts = {part.get_content_type(): part for part in mail.walk()}
    assert f"{stack.url}/t/" in parts["text/plain"].get_content()
    assert "cid:ticket-qr.png" in parts["text/html"].get_content()
    assert "BEGIN:VCALENDAR" in parts["text/calendar"].get_content()
    assert parts["image/png"]["Content-ID"] == "<ticket-qr.png>"
    picture = Image.open(io.BytesIO(parts["image/png"].get_payload(decode=True)))
    assert zxingcpp.read_barcode(picture).text.startswith("FT1")


def test_the_whole_is_ready_once_the_worker_has_beaten(stack):
    wait_until(lambda: answers_http(f"{stack.url}/readyz"), "/readyz says so", 40)


def test_the_mail_is_fast(stack, post_office, rows):
    """95 % of confirmations are handed over within 10 seconds."""
    people = [f"fast-{number}@example.org" for number in range(20)]

    for person in people:
        register(stack, person)
    wait_until(lambda: all(post_office.to(person) for person in people), "every confirmation")

    waits = rows(
        "SELECT extract(epoch FROM sent_at - created_at) FROM outbox_message WHERE to_email LIKE 'fast-%' ORDER BY 1"
    )
    assert waits[18][0] < 10


def test_a_worker_killed_in_the_middle_loses_nothing(stack, post_office, rows):
    people = [f"killed-{number}@example.org" for number in range(12)]
    post_office.seconds, begun = 1.0, post_office.begun
    for person in people:
        register(stack, person)
    wait_until(lambda: post_office.begun > begun, "a mail is on its way")

    stack.kill("worker")
    post_office.seconds = 0
    abandoned = rows("SELECT count(*) FROM outbox_message WHERE state = 'sending'")[0][0]
    rows("UPDATE outbox_message SET lease_until = now() WHERE state = 'sending'")  # two minutes later
    stack.start_worker()

    assert abandoned > 0
    wait_until(lambda: all(post_office.to(person) for person in people), "every confirmation", 60)
    copies = post_office.copies.values()
    # The mail server may have taken a mail that the killed worker could not note down: the same mail, once more.
    assert sum(copies) - len(copies) <= abandoned
    assert rows("SELECT DISTINCT state FROM outbox_message WHERE to_email LIKE 'killed-%'") == [("sent",)]


def test_without_a_worker_the_drain_sends_the_mail(stack, post_office):
    stack.stop("worker")
    register(stack, "drained@example.org")
    assert post_office.to("drained@example.org") == []

    stack.manage("drain_outbox")

    assert len(post_office.to("drained@example.org")) == 1
    stack.start_worker()


def test_asked_to_stop_everything_ends_what_it_does_and_stops(stack, post_office, rows):
    post_office.seconds, begun = 1.0, post_office.begun
    register(stack, "last@example.org")
    wait_until(lambda: post_office.begun > begun, "the last mail is on its way")

    codes = [stack.stop("web"), stack.stop("worker")]

    assert codes == [0, 0]
    assert rows("SELECT state FROM outbox_message WHERE to_email = 'last@example.org'") == [("sent",)]
    assert len(post_office.to("last@example.org")) == 1


def register(stack: Product, email: str, days: tuple[int, ...] = (1,)) -> None:
    with Citizen(stack.url) as citizen:
        assert citizen.register(email, days) == 302
