"""The mail doctor: what DNS says of the sender, asked of a name server of the test itself, and whether mail flows."""

from __future__ import annotations

import datetime as dt
import re
import socket
import threading
import time
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from forum.outbox import bounces, delivery, provider, queue, rounds, suppression
from forum.outbox.doctor import domain, flow, names, probe
from forum.outbox.doctor.examination import examine
from forum.outbox.failures import Failure
from forum.outbox.models import Heartbeat, Message, Provider, Suppression
from tests.pages import is_korean

SOUND = {
    ("forum.test", "TXT"): ['"v=spf1 include:_spf.mail.test ~all"', '"google-site-verification=x"'],
    ("s1._domainkey.forum.test", "TXT"): ['"v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQ" "EBAQUAA4GNADCB"'],
    ("_dmarc.forum.test", "TXT"): ['"v=DMARC1; p=quarantine; rua=mailto:d@forum.test"'],
    ("forum.test", "MX"): ["10 mx1.mail.test.", "20 mx2.mail.test."],
}


class NameServer:
    """Answers over UDP what it holds, says NXDOMAIN otherwise, and nothing at all while it is silent."""

    def __init__(self) -> None:
        self.holds: dict[tuple[str, str], list[str]] = {}
        self.is_silent = False
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def ask(self) -> names.Ask:
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], self.socket.getsockname()[1]
        return names.asking(resolver)

    def _serve(self) -> None:
        while True:
            try:
                data, asker = self.socket.recvfrom(4096)
            except OSError:
                return
            if not self.is_silent:
                self.socket.sendto(self._answer(dns.message.from_wire(data)).to_wire(), asker)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        [asked] = query.question
        name, kind = asked.name.to_text(omit_final_dot=True), asked.rdtype.name
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if (name, kind) in self.holds:
            answer.answer.append(dns.rrset.from_text_list(asked.name, 60, "IN", kind, self.holds[name, kind]))
        elif name not in {known for known, _kind in self.holds}:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer


@pytest.fixture
def name_server(settings) -> Iterator[NameServer]:
    settings.DEFAULT_FROM_EMAIL = "Forum <no-reply@forum.test>"
    settings.MAIL_DKIM_SELECTOR = "s1"
    server = NameServer()
    server.holds = dict(SOUND)
    yield server
    server.socket.close()


@pytest.fixture
def well(db, settings):
    """Everything that must be there for mail to flow."""
    settings.EMAIL_BACKEND = "forum.outbox.smtp.SmtpBackend"
    settings.MAIL_EVENTS_FROM = "postmark"
    rounds.beat("worker")


def states(findings):
    return {finding.title: finding.state for finding in findings}


def flowing(queues=("mail", "bulk")):
    with translation.override("en"):
        return {each.title: each for each in flow.findings(lambda: None if queues is None else set(queues))}


def test_an_outage_of_hours_is_broken_and_says_since_when(well):
    Provider.objects.create(
        pk=1, failures=30, failure="away", sentence="refused",
        failing_since=timezone.now() - dt.timedelta(hours=9), paused_until=timezone.now() + dt.timedelta(minutes=9),
    )  # fmt: skip

    found = flowing()["Mail server"]

    assert (found.state, found.sentence.startswith("It has taken no mail since")) == ("broken", True)


@pytest.mark.parametrize(("hours", "state"), [(1, "well"), (3, "look")])
def test_mail_to_many_may_take_its_time_but_not_hours(well, hours, state):
    queue.enqueue(kind="news", to_email="seowoo@example.org", language="ko", subject="안녕", text="안녕", priority=9)
    Message.objects.update(next_attempt_at=timezone.now() - dt.timedelta(hours=hours))

    assert flowing()["Outbox"].state == state


def test_a_domain_that_vouches_for_its_mail_is_well(name_server):
    assert states(domain.findings(name_server.ask)) == dict.fromkeys(("SPF", "DKIM", "DMARC", "MX"), "well")


@pytest.mark.parametrize(
    ("title", "name", "kind", "records", "state"),
    [
        ("SPF", "forum.test", "TXT", ['"nothing of it"'], "broken"),
        ("SPF", "forum.test", "TXT", ['"v=spf1 mx ~all"', '"v=spf1 a -all"'], "broken"),
        ("SPF", "forum.test", "TXT", ['"v=spf1 +all"'], "broken"),
        ("SPF", "forum.test", "TXT", ['"v=spf1 mx ?all"'], "look"),
        ("SPF", "forum.test", "TXT", ['"v=spf1 redirect=_spf.mail.test"'], "well"),
        ("SPF", "forum.test", "TXT", ['"v=spf10 -all"'], "broken"),
        ("DKIM", "s1._domainkey.forum.test", "TXT", ['"v=DKIM1; p="'], "broken"),
        ("DKIM", "s1._domainkey.forum.test", "TXT", None, "broken"),
        ("DMARC", "_dmarc.forum.test", "TXT", None, "broken"),
        ("DMARC", "_dmarc.forum.test", "TXT", ['"v=DMARC1; p=none"'], "look"),
        ("DMARC", "_dmarc.forum.test", "TXT", ['"v=DMARC1;p=reject"'], "well"),
        ("MX", "forum.test", "MX", ["0 ."], "broken"),
        ("MX", "forum.test", "MX", None, "broken"),
    ],
)
def test_what_is_missing_or_wrong_is_named(name_server, title, name, kind, records, state):
    del name_server.holds[name, kind]
    if records:
        name_server.holds[name, kind] = records

    assert states(domain.findings(name_server.ask))[title] == state


def test_a_domain_below_another_is_under_its_policy_for_such(name_server, settings):
    settings.DEFAULT_FROM_EMAIL = "no-reply@mail.forum.test"
    name_server.holds["_dmarc.forum.test", "TXT"] = ['"v=DMARC1; p=reject; sp=none"']

    assert states(domain.findings(name_server.ask))["DMARC"] == "look"


def test_without_a_selector_it_says_which_setting_is_missing(name_server, settings):
    settings.MAIL_DKIM_SELECTOR = ""

    [dkim] = [each for each in domain.findings(name_server.ask) if each.title == "DKIM"]

    assert (dkim.state, "MAIL_DKIM_SELECTOR" in dkim.sentence) == ("look", True)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_without_a_network_it_says_so_soon_and_in_the_language_of_the_page(name_server, language):
    name_server.is_silent = True

    began = time.monotonic()
    with translation.override(language):
        found = domain.findings(name_server.ask)

    assert set(states(found).values()) == {"look"}
    assert {is_korean(each.sentence) for each in found} == {language == "ko"}
    assert time.monotonic() - began < names.SECONDS + 1.5


def test_a_name_that_dns_does_not_know_is_not_said_to_lack_records(name_server):
    """The setting may be mistyped, or a machine sees only its own network: nobody should publish anything for that."""
    name_server.holds = {}

    found = domain.findings(name_server.ask)

    assert (set(states(found).values()), {"DEFAULT_FROM_EMAIL" in each.sentence for each in found}) == (
        {"look"},
        {True},
    )


def test_a_sender_on_no_domain_asks_nobody(settings):
    settings.DEFAULT_FROM_EMAIL = "forum@localhost"

    [finding] = domain.findings(lambda name, kind: pytest.fail("asked"))

    assert (finding.state, "DEFAULT_FROM_EMAIL" in finding.sentence) == ("look", True)


def test_mail_that_flows_is_well(well):
    assert set(states(flowing().values()).values()) == {"well"}


@pytest.mark.parametrize(
    ("queues", "broker", "workers"),
    [
        (None, "broken", "broken"),
        ((), "well", "broken"),
        (("mail",), "well", "broken"),
        (("bulk", "mail"), "well", "well"),
    ],
)
def test_broker_and_workers_are_told_apart(well, queues, broker, workers):
    found = flowing(queues)

    assert (found["Broker"].state, found["Workers"].state) == (broker, workers)


def test_a_clock_that_stopped_is_broken(well):
    Heartbeat.objects.update(beaten_at=timezone.now() - dt.timedelta(minutes=3))

    assert flowing()["Clock (beat)"].state == "broken"


@pytest.mark.parametrize(("minutes", "state"), [(0, "well"), (5, "look"), (11, "broken")])
def test_mail_that_should_have_left_is_counted_in_minutes(well, promise, minutes, state):
    promise()
    promise(not_before=timezone.now() + dt.timedelta(hours=9))
    Message.objects.filter(next_attempt_at__lte=timezone.now()).update(
        next_attempt_at=timezone.now() - dt.timedelta(minutes=minutes)
    )

    found = flowing()["Outbox"]

    assert (found.state, found.seen) == (state, "queued 2")


@pytest.mark.parametrize(
    ("failure", "state"), [(Failure.AWAY, "look"), (Failure.OURS, "broken"), (Failure.CONTENT, "broken")]
)
def test_a_server_that_is_away_differs_from_one_that_does_not_let_us_in_and_from_one_that_likes_no_mail(
    well, failure, state
):
    provider.leave_alone(failure, "535 Authentication failed", provider.turn(0, 1))

    found = flowing()["Mail server"]

    assert (found.state, found.seen) == (state, "535 Authentication failed")


def test_a_server_that_wants_fewer_mails_is_named(well):
    provider.turn(0, 1)
    provider.slow_down()

    assert flowing()["Mail server"].state == "look"


@pytest.mark.parametrize(
    ("came_back", "sent", "state", "said"),
    [
        (0, 5, "well", "None was added since yesterday."),
        (1, 5, "look", "Since yesterday 1 of 5 mails came back (20 %). That is too few to judge by"),
        (2, 5, "look", "Since yesterday 2 of 5 mails came back (40 %). That is too few to judge by"),
        (1, 20, "well", "Since yesterday 1 of 20 mails came back (5 %)."),
        (2, 20, "look", "Since yesterday 2 of 20 mails came back (10 %). See whether the mail server refuses"),
        (5, 5, "look", "Since yesterday 5 of 5 mails came back (100 %)."),
        (2, 0, "look", "Since yesterday 2 of 2 mails came back (100 %)."),
    ],
)
def test_how_many_came_back_is_said_and_judged_by_their_share(well, promise, came_back, sent, state, said):
    for _number in range(sent):
        Message.objects.filter(pk=promise().pk).update(state="sent", sent_at=timezone.now())
    for number in range(came_back):
        suppression.suppress(f"{number}@example.org", Suppression.Reason.HARD_BOUNCE, Suppression.Scope.ALL)

    found = flowing()["Suppressed addresses"]

    assert (found.state, found.sentence[: len(said)]) == (state, said)


def test_an_address_that_the_server_refuses_at_once_counts_as_one_that_was_tried(well, promise):
    refused = {"state": "failed", "failure": Failure.NO_SUCH_ADDRESS.value, "last_tried_at": timezone.now()}
    Message.objects.filter(pk=promise(to_email="0@example.org").pk).update(**refused)
    Message.objects.filter(pk=promise().pk).update(state="sent", sent_at=timezone.now())
    suppression.suppress("0@example.org", Suppression.Reason.HARD_BOUNCE, Suppression.Scope.ALL)

    assert "1 of 2 mails" in flowing()["Suppressed addresses"].sentence


def test_without_any_report_of_bounces_it_says_how_to_get_them(well, settings, promise):
    settings.MAIL_EVENTS_FROM = ""
    found = flowing()["Bounces and complaints"]
    assert (found.state, "read_bounces" in found.sentence) == ("look", True)

    bounces.note(promise(), Message.Delivery.DELIVERED, source="report", key="1")
    assert flowing()["Bounces and complaints"].state == "well"


def test_a_probe_tells_what_became_of_it(post_office, db):
    with translation.override("en"):
        waiting = probe.send("me@example.org")
        assert probe.fate_of(waiting).state == "look"

        delivery.deliver(waiting.pk)
        waiting.refresh_from_db()
        found = probe.fate_of(waiting)

    assert found.state == "well"
    assert re.search(r"after \d+\.\d s", found.sentence)
    assert (post_office.mails[0]["To"], waiting.text) == ("me@example.org", "")


def test_a_probe_that_cannot_leave_says_why(post_office, db):
    post_office.refuses_data = "451 Try later"
    message = probe.send("me@example.org")

    delivery.deliver(message.pk)
    message.refresh_from_db()

    found = probe.fate_of(message)
    assert (found.state, "451" in found.seen) == ("broken", True)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_finding_says_in_both_languages_what_to_do(name_server, db, language):
    name_server.holds = {("forum.test", "A"): ["192.0.2.1"]}
    with translation.override(language):
        found = examine(name_server.ask, lambda: None)

    assert {is_korean(each.sentence) for each in found} == {language == "ko"}
    assert len(found) == 12


def test_the_command_shows_everything_and_fails_while_something_is_broken(name_server, db, monkeypatch, capsys):
    monkeypatch.setattr("forum.outbox.management.commands.mail_doctor.examine", lambda: examine(name_server.ask))

    with pytest.raises(SystemExit):
        call_command("mail_doctor", "--to", "me@example.org", "--wait", "0")

    said = capsys.readouterr().out
    assert said.startswith("! Probe · look at it: It waits to be sent.")
    assert "✓ SPF · well: " in said
    assert "✗ Clock (beat) · broken: " in said
