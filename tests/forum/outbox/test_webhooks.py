"""Events of mail providers, as they are posted: examined, understood, and kept once."""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from base64 import b64encode
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import clear_url_caches, set_urlconf
from django.utils import timezone

import forum.urls
from forum.outbox import delivery, suppression, webhooks
from forum.outbox.intake import PROVIDERS, anymail_settings
from forum.outbox.models import DeliveryReport, Message

SECRET = "forum:a-long-password-of-ours"
KEY = "key-of-signatures"


@pytest.fixture
def provider(settings, client, db):
    """Sets up a provider, and answers how to post its events."""

    def set_up(name):
        signing_key = KEY if PROVIDERS[name][1] else ""
        settings.MAIL_EVENTS_FROM = name
        settings.ANYMAIL = anymail_settings(name, SECRET, signing_key)
        settings.ROOT_URLCONF = (*webhooks.urls(), *forum.urls.urlpatterns)
        set_urlconf(None)
        clear_url_caches()

        def post(event, secret=SECRET, **headers):
            basic = {"HTTP_AUTHORIZATION": f"Basic {b64encode(secret.encode()).decode()}"} if secret else {}
            return client.post(
                f"/mail/events/{name}/", json.dumps(event), content_type="application/json", **basic, **headers
            ).status_code

        return post

    return set_up


SIGNED = ["mailersend", "mailgun", "mailtrap", "mandrill"]


@pytest.mark.parametrize("name", PROVIDERS)
def test_the_manual_says_of_each_provider_how_its_events_are_verified(settings, name):
    manual = (settings.BASE_DIR / "docs" / "operate.md").read_text()
    [row] = [line for line in manual.splitlines() if line.startswith("| `") and f"`{name}`" in line.split("|")[1]]

    assert ("signature, and" in row, "password only" in row) == (name in SIGNED, name not in SIGNED)
    assert bool(PROVIDERS[name][1]) == (name in SIGNED)


@pytest.mark.parametrize("name", SIGNED)
def test_an_event_without_the_providers_signature_is_refused(provider, sent, name):
    assert provider(name)([{}] if name != "mailgun" else {}) in (400, 403)
    assert DeliveryReport.objects.count() == 0


@pytest.fixture
def sent(promise):
    message = promise()
    delivery.deliver(message.pk)
    message.refresh_from_db()
    return message


def postmark(message, **more):
    bounce = {
        "RecordType": "Bounce", "Type": "HardBounce", "ID": 4323372036854775807, "MessageID": "b7bc2f4a",
        "Email": message.to_email, "BouncedAt": "2026-12-01T01:02:03Z", "Details": "smtp;550 5.1.1 no such user",
        "Description": "Unable to deliver your message", "Metadata": {"forum_message": str(message.uuid)},
    }  # fmt: skip
    return bounce | more


def mailgun(message, key=KEY, token="t0ken", **event):  # noqa: S107
    stamp = "1764550000"
    signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    data = {
        "event": "failed", "severity": "permanent", "reason": "bounce", "timestamp": 1764550000.5,
        "recipient": message.to_email, "user-variables": {},
        "message": {"headers": {"message-id": f"{message.uuid}@forum.test"}},
        "delivery-status": {"code": 550, "message": "5.1.1 User unknown"},
    }  # fmt: skip
    return {"signature": {"timestamp": stamp, "token": token, "signature": signature}, "event-data": data | event}


def stands(message):
    message.refresh_from_db()
    return message.delivery


def test_without_a_secret_there_is_no_such_address(client, settings, db):
    assert webhooks.urls() == []
    assert client.post("/mail/events/postmark/", {}, content_type="application/json").status_code == 404


def test_a_mail_that_came_back_is_found_by_our_mark(provider, sent):
    assert provider("postmark")(postmark(sent)) == 200

    assert (stands(sent), sent.delivery_at.isoformat()) == ("hard_bounce", "2026-12-01T01:02:03+00:00")
    assert suppression.of(sent.to_email).exists()


def test_the_same_event_twice_is_kept_once(provider, sent):
    post = provider("postmark")

    assert [post(postmark(sent)), post(postmark(sent))] == [200, 200]
    assert DeliveryReport.objects.count() == 1


def test_an_event_without_a_number_of_its_own_is_kept_once_too(provider, sent):
    post = provider("postmark")
    delivered = {
        "RecordType": "Delivery", "MessageID": "b7bc2f4a", "Recipient": sent.to_email,
        "DeliveredAt": "2026-12-01T01:02:03Z", "Metadata": {"forum_message": str(sent.uuid)},
    }  # fmt: skip

    assert [post(delivered), post(delivered)] == [200, 200]
    assert (DeliveryReport.objects.count(), stands(sent)) == (1, "delivered")


@pytest.mark.parametrize("secret", ["", "forum:wrong-password", "other:a-long-password-of-ours"])
def test_whoever_does_not_know_the_secret_changes_nothing(provider, sent, secret):
    assert provider("postmark")(postmark(sent), secret=secret) == 400

    assert (stands(sent), DeliveryReport.objects.count()) == ("unknown", 0)


def test_who_signs_events_must_sign_them_rightly(provider, sent):
    post = provider("mailgun")

    assert post(mailgun(sent, key="another")) == 400
    assert stands(sent) == "unknown"
    assert post(mailgun(sent)) == 200
    assert stands(sent) == "hard_bounce"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"event": "delivered"}, "delivered"),
        ({"event": "failed", "severity": "temporary"}, "soft_bounce"),
        ({"event": "failed", "delivery-status": {"code": 552, "message": "5.2.2 full"}}, "soft_bounce"),
        ({"event": "failed", "delivery-status": {"code": 550, "message": "rejected"}}, "hard_bounce"),
        ({"event": "complained"}, "complaint"),
        ({"event": "opened"}, "unknown"),
        ({"event": "clicked"}, "unknown"),
    ],
)
def test_events_mean_what_the_provider_says(provider, sent, event, expected):
    assert provider("mailgun")(mailgun(sent, **event)) == 200

    assert stands(sent) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("HardBounce", "hard_bounce"),
        ("SoftBounce", "soft_bounce"),
        ("BadEmailAddress", "hard_bounce"),
        ("Blocked", "soft_bounce"),
        ("SpamComplaint", "complaint"),
        ("AutoResponder", "unknown"),
    ],
)
def test_a_bounce_without_a_status_is_read_by_its_type(provider, sent, kind, expected):
    provider("postmark")(postmark(sent, Type=kind, Details="no status here"))

    assert stands(sent) == expected


def test_ending_news_at_the_provider_ends_news_and_nothing_else(provider, sent):
    provider("mailgun")(mailgun(sent, event="unsubscribed"))

    assert [(each.reason, each.scope) for each in suppression.of(sent.to_email)] == [("unsubscribed", "news")]
    assert stands(sent) == "unknown"


def test_the_providers_own_number_finds_the_mail_too(provider, sent):
    Message.objects.update(provider_id="b7bc2f4a")

    provider("postmark")(postmark(sent, Metadata={}))

    assert stands(sent) == "hard_bounce"


def test_an_event_that_overtakes_the_number_is_asked_for_again(provider, sent):
    """The provider reports before we have kept its number: while something is being sent, it might be that."""
    post, event = provider("postmark"), postmark(sent, Metadata={})
    Message.objects.update(state="sending", sent_at=None, lease_until=timezone.now(), lease_token=uuid.uuid4())
    assert (post(event), stands(sent)) == (503, "unknown")

    Message.objects.update(state="sent", sent_at=timezone.now(), provider_id="b7bc2f4a")
    assert (post(event), stands(sent)) == (200, "hard_bounce")


def test_others_mails_are_nobodys_business_here(provider, sent):
    event = postmark(SimpleNamespace(uuid=uuid.uuid4(), to_email="somebody@example.org"))

    assert provider("postmark")(event) == 200
    assert (DeliveryReport.objects.count(), suppression.of("somebody@example.org").count()) == (0, 0)


@pytest.mark.parametrize(
    ("provider", "secret", "key", "complaint"),
    [
        ("sendmail", SECRET, "", "MAIL_EVENTS_FROM"),
        ("", SECRET, "", "MAIL_EVENTS_FROM"),
        ("postmark", "", "", "MAIL_EVENTS_SECRET"),
        ("postmark", "forum:short", "", "MAIL_EVENTS_SECRET"),
        ("postmark", "no-colon-but-long-enough", "", "MAIL_EVENTS_SECRET"),
        ("mailgun", SECRET, "", "MAIL_EVENTS_SIGNING_KEY"),
        ("postmark", SECRET, KEY, "MAIL_EVENTS_SIGNING_KEY"),
    ],
)
def test_half_a_setting_is_refused_at_start(provider, secret, key, complaint):
    with pytest.raises(ImproperlyConfigured, match=complaint):
        anymail_settings(provider, secret, key)


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_provider_of_the_list_can_be_set_up_and_lets_nobody_in_without_the_secret(provider, sent, name):
    assert provider(name)({}, secret="") == 400


def test_what_shows_no_secret_is_one_line_of_the_log_without_a_traceback(provider, caplog):
    provider("postmark")({}, secret="")

    assert [(line.levelname, line.name, line.exc_info) for line in caplog.records] == [
        ("WARNING", "forum.outbox.webhooks", None)
    ]
