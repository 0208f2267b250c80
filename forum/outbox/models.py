"""The outbox: a row is the promise that a mail will be sent, the queue only a nudge."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce, Now, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.outbox.failures import Failure

BULK = 7  # messages of this priority and above wait until nobody's ticket does


class Batch(models.Model):
    """Mails that belong together, so that they can be held back, or called off, as one. See `batches.py`."""

    uuid = models.UUIDField(unique=True, default=uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    paused_at = models.DateTimeField(null=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True) | Q(cancelled_at__isnull=True), name="batch_cancelled_is_not_paused"
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class MessageQuerySet(models.QuerySet["Message"]):
    def claimable(self, *, for_at_least: timedelta = timedelta(0)) -> MessageQuerySet:
        """Due and free: queued, or held by a worker whose lease has run out; for some time already, if so asked. Those
        of a paused batch are left alone.

        The clock is the database's, here and wherever a moment of a message is written: machines may disagree.
        """
        moment = Now() - for_at_least
        due = Q(state=Message.State.QUEUED, next_attempt_at__lte=moment)
        abandoned = Q(state=Message.State.SENDING, lease_until__lt=moment)
        return self.filter(due | abandoned).not_paused()

    def not_paused(self) -> MessageQuerySet:
        return self.exclude(Exists(Batch.objects.filter(pk=OuterRef("batch"), paused_at__isnull=False)))

    def awaited(self) -> MessageQuerySet:
        """What a person waits for now. Bulk takes its time, and what is paused waits for an organiser."""
        return self.waiting().urgent().not_paused()

    def overdue(self, by: timedelta = timedelta(0)) -> MessageQuerySet:
        """What should have left at least so long ago: `due_at`, from the first try on, however often it was put off.

        Not what one mailbox refuses for now, since nobody here can mend that.
        """
        since = self.annotate(due_at=Coalesce("first_tried_at", "next_attempt_at"))
        return since.filter(due_at__lte=Now() - by).exclude(failure=Failure.LATER.value)

    def urgent(self) -> MessageQuerySet:
        """What a person waits for: tickets, offers, sign-in codes."""
        return self.filter(priority__lt=BULK)

    def bulk(self) -> MessageQuerySet:
        return self.filter(priority__gte=BULK)

    def waiting(self) -> MessageQuerySet:
        return self.filter(state__in=[Message.State.QUEUED, Message.State.SENDING])


class Message(models.Model):
    """One mail to one address. QUEUED → SENDING → SENT | FAILED | EXPIRED; CANCELLED and SUPPRESSED before sending.

    Texts may hold slots (see `enclosures.py`); what fills them, such as a secret link, is never stored here.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("sending")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        SUPPRESSED = "suppressed", _("suppressed")
        EXPIRED = "expired", _("expired")
        CANCELLED = "cancelled", _("cancelled")

    class Delivery(models.TextChoices):
        """What became of it after a server took it, weakest word first: a later one never weakens an earlier one."""

        UNKNOWN = "unknown", _("not reported")
        SOFT_BOUNCE = "soft_bounce", _("not delivered so far")
        DELIVERED = "delivered", _("delivered")
        HARD_BOUNCE = "hard_bounce", _("came back")
        COMPLAINT = "complaint", _("reported as unwanted")

    uuid = models.UUIDField(unique=True, default=uuid4, editable=False)
    dedupe_key = models.CharField(_("written once for"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=40)
    priority = models.PositiveSmallIntegerField(_("priority"), default=0, help_text=_("0 is first, 9 is bulk."))
    to_email = models.EmailField(_("to"), blank=True)
    reply_to = models.EmailField(_("reply to"), blank=True)
    language = models.CharField(_("language"), max_length=2)
    about = models.UUIDField(_("about"), null=True, blank=True, db_index=True)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, blank=True, editable=False, related_name="messages")
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("plain text"))
    html = models.TextField(_("HTML"), blank=True)
    blank_when_sent = models.BooleanField(default=False, editable=False)
    forgets_address = models.BooleanField(default=False, editable=False)
    is_news = models.BooleanField(_("news"), default=False, editable=False)  # nobody needs it: it can be ended alone

    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("worthless after"), null=True, blank=True)
    next_attempt_at = models.DateTimeField(_("not before"), db_default=Now())
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    first_tried_at = models.DateTimeField(_("first tried"), null=True, editable=False)
    last_tried_at = models.DateTimeField(_("last tried"), null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    lease_token = models.UUIDField(null=True, editable=False)
    failure = models.CharField(_("kind of failure"), max_length=20, blank=True)
    failures = models.PositiveSmallIntegerField(_("failures of this kind in a row"), default=0)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    provider_id = models.CharField(_("number at the provider"), max_length=255, blank=True, editable=False)
    delivery = models.CharField(_("delivery"), max_length=11, choices=Delivery, default=Delivery.UNKNOWN)
    delivery_at = models.DateTimeField(_("reported"), null=True, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        permissions = [("resend_message", "Can send again what failed")]
        indexes = [
            models.Index("priority", "next_attempt_at", condition=Q(state="queued"), name="message_queued"),
            models.Index("lease_until", condition=Q(state="sending"), name="message_sending"),
            models.Index(Upper("to_email"), name="message_to_email"),  # the last page of each registration asks
            models.Index("provider_id", condition=~Q(provider_id=""), name="message_provider_id"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(lease_until__isnull=False, lease_token__isnull=False),
                name="message_sending_has_a_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="message_sent_has_a_moment"
            ),
            models.CheckConstraint(
                condition=Q(forgets_address=False) | Q(to_email="") | Q(state__in=["queued", "sending"]),
                name="message_forgets_the_address_at_its_end",
            ),
            models.CheckConstraint(
                condition=Q(delivery="unknown", delivery_at__isnull=True)
                | (~Q(delivery="unknown") & Q(delivery_at__isnull=False)),
                name="message_delivery_has_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"

    @property
    def is_called_off(self) -> bool:
        """Whether the whole batch was cancelled, perhaps after a worker had taken this one."""
        return self.batch is not None and self.batch.cancelled_at is not None


class DeliveryReport(models.Model):
    """What somebody reported of one mail: a provider's event, or a mail server's report. Each counts once."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="reports")
    source = models.CharField(max_length=40)
    key = models.CharField(max_length=64, help_text="A digest of the event's own number, or of what tells it apart.")
    delivery = models.CharField(max_length=11, choices=Message.Delivery)
    reported_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("source", "key", name="report_counts_once")]

    def __str__(self) -> str:
        return f"{self.source}: {self.get_delivery_display()}"


class Suppression(models.Model):
    """An address that gets no mail for a while. It is kept as a keyed digest, never as itself."""

    class Reason(models.TextChoices):
        HARD_BOUNCE = "hard_bounce", _("no mail arrives there")
        COMPLAINT = "complaint", _("mail was reported as unwanted")
        UNSUBSCRIBED = "unsubscribed", _("news was ended at the provider")

    class Scope(models.TextChoices):
        ALL = "all", _("all mail")
        NEWS = "news", _("news")

    address_key = models.CharField(max_length=64, editable=False)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    scope = models.CharField(_("what is held back"), max_length=4, choices=Scope)
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    ends = models.DateTimeField(_("until"), db_index=True, editable=False)

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        constraints = [
            models.UniqueConstraint("address_key", "scope", name="suppression_once_per_address"),
            models.CheckConstraint(condition=Q(ends__gt=models.F("since")), name="suppression_ends_after_it_began"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} ({self.get_scope_display()})"


class Provider(models.Model):
    """The mail server as all workers see it: one row. See `provider.py`."""

    paused_until = models.DateTimeField(_("left alone until"), null=True)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    failure = models.CharField(_("kind of failure"), max_length=20, blank=True)
    sentence = models.CharField(_("what it said"), max_length=500, blank=True)
    settings_seen = models.CharField(_("mail settings with which it failed"), max_length=64, blank=True)
    free_at = models.DateTimeField(_("next mail not before"), db_default=Now())
    slowed_until = models.DateTimeField(_("at half the rate until"), null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="provider_is_one")]

    def __str__(self) -> str:
        return self.failure or "well"


class Heartbeat(models.Model):
    """When a part of the worker was last alive, or a round last began. `/readyz` reads it."""

    name = models.CharField(max_length=40, primary_key=True)
    beaten_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name
