"""What organisers typed in place of the standard words of a mail."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.outbox import placeholders
from forum.outbox.writing import LINES, PARTS
from programme.models import Edition
from registration import kinds
from registration.models.registration import LANGUAGES
from registration.normalising import has_unwanted_characters, tidy


class MailText(models.Model):
    """The words of one kind of mail of one edition, by part and language. An empty part is the standard one."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="mail_texts", verbose_name=gettext_lazy("edition")
    )
    kind = models.CharField(gettext_lazy("mail"), max_length=40, choices=kinds.choices)
    subject = models.CharField(gettext_lazy("subject"), max_length=150, blank=True)
    preheader = models.CharField(
        gettext_lazy("line beside the subject"),
        max_length=150,
        blank=True,
        help_text=gettext_lazy("Mail programs show it in the inbox."),
    )
    heading = models.CharField(gettext_lazy("heading"), max_length=150, blank=True)
    opening = models.TextField(gettext_lazy("before the facts"), blank=True, validators=[MaxLengthValidator(3000)])
    closing = models.TextField(gettext_lazy("after the facts"), blank=True, validators=[MaxLengthValidator(3000)])

    class Meta:
        verbose_name = gettext_lazy("text of a mail")
        verbose_name_plural = gettext_lazy("texts of mails")
        ordering = ["edition", "kind"]
        constraints = [models.UniqueConstraint(fields=["edition", "kind"], name="mail_text_once_per_kind")]

    def __str__(self) -> str:
        return f"{self.edition.slug} · {self.get_kind_display()}"

    def clean(self) -> None:
        """Refuse what no mail could show, and say which placeholders there are."""
        allowed = kinds.KINDS[self.kind].placeholders if self.kind in kinds.KINDS else ()
        wrong = {}
        for part in PARTS:
            for language, _name in LANGUAGES:
                column = f"{part}_{language}"
                text = tidy(getattr(self, column) or "").replace("\r\n", "\n")
                setattr(self, column, text)
                sentence = _complaint(part, text, allowed)
                if sentence:
                    wrong[column] = sentence
        if wrong:
            raise ValidationError(wrong)

    def parts_in(self, language: str) -> dict[str, str]:
        """{part: text} of what was typed in that language. The other one never stands in for it."""
        typed = {part: getattr(self, f"{part}_{language}") or "" for part in PARTS}
        return {part: text for part, text in typed.items() if text}


def _complaint(part: str, text: str, allowed: tuple[str, ...]) -> str:
    words = {"allowed": ", ".join(f"{{{word}}}" for word in allowed)}
    if has_unwanted_characters(text, lines=part not in LINES):
        return _("There are control characters in this text. Please type it anew.")
    if is_wide := placeholders.full_width_complaint(text):
        return is_wide
    wrong = placeholders.first_wrong(text, allowed)
    if wrong in ("{", "}"):
        return _("A brace “%(brace)s” stands alone. In braces you can use: %(allowed)s.") % {"brace": wrong, **words}
    if wrong:
        return _("%(wrong)s stands for nothing in this mail. You can use: %(allowed)s.") % {"wrong": wrong, **words}
    inside = placeholders.first_in_an_address(text)
    if inside:
        return _("%(word)s stands inside an address. Write the whole address, without it.") % {"word": inside}
    return ""
