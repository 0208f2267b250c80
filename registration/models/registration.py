"""A person's entry for an edition."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programme.models import Edition, Speaker
from registration import crockford

LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]


class Channel(models.TextChoices):
    """How an entry or a consent came to us."""

    WEB = "web", _("web site")
    DESK = "desk", _("desk at the venue")
    PHONE = "phone", _("telephone")
    STAFF = "staff", _("an organiser")


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def living(self) -> RegistrationQuerySet:
        """Entries that have not been cancelled as a whole."""
        return self.filter(cancelled_at__isnull=True)

    def with_answer(self) -> RegistrationQuerySet:
        """Each with its `answer` to “are you coming?” (see `Registration.Answer`); empty where it was cancelled."""
        bookings = self.model._meta.get_field("bookings").related_model.objects
        has_released = Exists(bookings.filter(registration=OuterRef("pk"), released_at__isnull=False))
        return self.annotate(
            answer=Case(
                When(has_released, cancelled_at__isnull=False, then=Value(Registration.Answer.RELEASED)),
                When(cancelled_at__isnull=False, then=Value("")),
                When(has_released, then=Value(Registration.Answer.PARTLY)),
                When(coming_since__isnull=False, then=Value(Registration.Answer.COMING)),
                When(asked_at__isnull=False, then=Value(Registration.Answer.NONE)),
                default=Value(Registration.Answer.NOT_ASKED),
                output_field=models.CharField(),
            )
        )


class Registration(models.Model):
    """What one person told us to take part in one edition. Living until its last booking is cancelled."""

    class Field(models.TextChoices):
        PUBLIC = "public", _("public administration")
        RESEARCH = "research", _("research and education")
        BUSINESS = "business", _("business")
        CITIZEN = "citizen", _("citizen")

    class Category(models.TextChoices):
        """As whom a person comes. Everybody but an attendee is a guest, on a seat that is reserved for guests."""

        ATTENDEE = "attendee", _("attendee")
        SPEAKER = "speaker", _("speaker")
        PRESS = "press", _("press")
        GUEST = "guest", _("guest")
        CREW = "crew", _("crew")

    class Answer(models.TextChoices):
        """What we know of “are you coming?”. Whoever released a seat was asked; who cancelled otherwise was not."""

        COMING = "coming", _("yes")
        PARTLY = "partly", _("yes, but not on every day")
        RELEASED = "released", _("no, seat released")
        NONE = "none", _("no answer")
        NOT_ASKED = "not_asked", _("not asked")

    class Support(models.TextChoices):
        """The service that is wanted. Never the reason for it, which would be sensitive data."""

        RECEIVER = "receiver", _("Receiver for interpretation")
        SIGN_LANGUAGE = "sign_language", _("Sign language interpretation")
        CAPTIONS = "captions", _("Written captions")
        WHEELCHAIR = "wheelchair", _("Wheelchair place or seat at the aisle")
        LARGE_PRINT = "large_print", _("Material in large print")
        OTHER = "other", _("Other support")

    Channel = Channel

    uuid = models.UUIDField(unique=True, default=uuid4, editable=False)
    public_id = models.CharField(max_length=10, unique=True, default=crockford.random_public_id, editable=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="registrations", verbose_name=_("edition"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="registrations"
    )
    name = models.CharField(_("name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    email_key = models.CharField(max_length=254, blank=True, editable=False)
    new_email = models.EmailField(_("new e-mail, not confirmed"), blank=True, editable=False)
    organisation = models.CharField(_("organisation"), max_length=60, blank=True)
    field = models.CharField(_("field"), max_length=10, choices=Field, blank=True)
    support = models.JSONField(_("support wanted"), default=list, blank=True)
    support_note = models.CharField(_("other support"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES)
    takes_any_seat = models.BooleanField(
        _("take me in without asking"), default=False, help_text=_("From the waiting list, even shortly before.")
    )
    is_of_age = models.BooleanField(_("said to be 14 or older"), default=False, editable=False)
    channel = models.CharField(_("channel"), max_length=5, choices=Channel, default=Channel.WEB)
    category = models.CharField(_("category"), max_length=8, choices=Category, default=Category.ATTENDEE)
    speaker = models.ForeignKey(
        Speaker, models.SET_NULL, null=True, blank=True, related_name="registrations", verbose_name=_("speaker")
    )
    desk_code = models.CharField(_("desk code"), max_length=8, default=crockford.random_desk_code, editable=False)
    link_version = models.PositiveSmallIntegerField(default=1, editable=False)
    submission_key = models.UUIDField(unique=True, default=uuid4, editable=False)
    created_at = models.DateTimeField(_("registered"), default=timezone.now, editable=False)
    asked_at = models.DateTimeField(_("asked whether coming"), null=True, editable=False)
    coming_since = models.DateTimeField(_("said to be coming"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, editable=False)
    thanked_at = models.DateTimeField(_("written to afterwards"), null=True, editable=False)
    ticket_opened_at = models.DateTimeField(_("first opened the ticket"), null=True, editable=False)
    unreachable_since = models.DateTimeField(_("mail does not arrive since"), null=True, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["-created_at"]
        indexes = [models.Index("edition", "email_key", name="registration_of_an_address")]  # ended ones too
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "email_key"],
                condition=Q(cancelled_at__isnull=True) & ~Q(email_key=""),
                name="registration_once_per_address",
            ),
            models.UniqueConstraint(fields=["edition", "desk_code"], name="registration_desk_code_once"),
            models.UniqueConstraint(
                fields=["speaker"], condition=Q(cancelled_at__isnull=True), name="registration_once_per_speaker"
            ),
            models.CheckConstraint(
                condition=Q(speaker__isnull=True) | Q(category="speaker"), name="registration_of_a_speaker_says_so"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.public_id})"

    @property
    def is_guest(self) -> bool:
        return self.category != self.Category.ATTENDEE

    @property
    def support_labels(self) -> list[str]:
        """What was asked for, in the language of the page or mail."""
        return [str(self.Support(code).label) for code in self.support]

    @property
    def desk_code_for_people(self) -> str:
        return f"{self.desk_code[:4]}-{self.desk_code[4:]}"
