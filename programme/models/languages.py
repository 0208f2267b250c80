"""In which languages something is said, and that nothing is published without the words that it claims to have."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Languages(models.TextChoices):
    """In which languages a session or a talk is described. One alone is a decision, never an oversight."""

    BOTH = "both", _("Korean and English")
    KOREAN = "ko", _("Korean only")
    ENGLISH = "en", _("English only")


def has_words(field: str) -> Q:
    """Neither NULL nor empty; never unknown, which a constraint would let pass."""
    return Q(**{f"{field}__isnull": False}) & Q(**{f"{field}__gt": ""})


def is_said_in(language: str) -> Q:
    """There is a title in that language, and an abstract if there is one at all."""
    has_no_abstract = ~has_words("abstract_ko") & ~has_words("abstract_en")
    return has_words(f"title_{language}") & (has_words(f"abstract_{language}") | has_no_abstract)


def published_in_its_languages(name: str) -> models.CheckConstraint:
    """The gate: what is published has title and abstract in the languages that it claims."""
    says_what_it_claims = (Q(languages=Languages.ENGLISH) | is_said_in("ko")) & (
        Q(languages=Languages.KOREAN) | is_said_in("en")
    )
    return models.CheckConstraint(
        condition=~Q(state="published") | says_what_it_claims,
        name=name,
        violation_error_message=_(
            "What is published needs its title, and its abstract if it has one, in Korean and in English. Write what "
            "is missing, or choose “Korean only” or “English only”."
        ),
    )


class Gated(models.Model):
    """Something that the gate holds back until it has its words."""

    GATED = frozenset({"title", "title_ko", "title_en", "abstract", "abstract_ko", "abstract_en", "state", "languages"})

    languages = models.CharField(
        _("languages"),
        max_length=4,
        choices=Languages,
        default=Languages.BOTH,
        help_text=_("Published only with title and abstract in these languages."),
    )

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: set[str] | None = None) -> None:
        """The gate asks for texts that a form does not show as well."""
        super().validate_constraints(exclude=set(exclude or ()) - self.GATED)
