"""Making a mail of what organisers type. A letter is made once for each language; a name is put in for each person."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import override

from forum.outbox import placeholders, writing
from forum.outbox.enclosures import fill, slot
from registration import change_words
from registration.models import Broadcast

KIND = "broadcast"
BEGINNING = 80  # characters of the text that mail programs show beside the subject


@dataclass(frozen=True)
class Letter:
    """The three parts, with slots for the name and for secret links."""

    subject: str
    text: str
    html: str

    def to(self, name: str) -> Letter:
        """The same with the person's name in it. Of some people no name is kept."""
        name, mark = name or _("Participant"), slot("name")
        return Letter(
            subject=self.subject.replace(mark, name),
            text=self.text.replace(mark, name),
            html=self.html.replace(mark, escape(name)),
        )

    def with_links(self, address: str) -> Letter:
        """For looking at: secret links lead to this address instead."""
        links = {"ticket_url": address, "end_news_url": address}
        return Letter(self.subject, fill(self.text, links), fill(self.html, links))


def letter(broadcast: Broadcast, language: str, **more: str) -> Letter:
    """What everybody who reads this language gets. `more` are facts for the template."""
    name = {"name": slot("name")}
    body = broadcast.body_in(language)
    is_news = broadcast.purpose == Broadcast.Purpose.NEWS
    with override(language):
        facts = {
            "edition": broadcast.edition,
            "changes": change_words.entries(broadcast.changes, language),
            "is_news": is_news,
            "ticket_url": "" if is_news else slot("ticket_url"),
            "end_news_url": slot("end_news_url") if is_news else "",
            "privacy_url": settings.PUBLIC_URL + reverse("registration:privacy"),
            **more,
        }
    values = name | {
        "subject": placeholders.fill(broadcast.subject_in(language), name),
        "beginning": placeholders.fill(" ".join(body.split())[:BEGINNING], name),
    }
    written = writing.write(KIND, language, facts, values, {"opening": body.strip()})
    return Letter(written.subject, written.text, written.html)


def sample(broadcast: Broadcast, language: str, name: str) -> Letter:
    """To look at, for whoever has this name. Secret links lead to the programme, and the mail says what they are."""
    with override(language):
        remark = _(
            "This is a sample. In the mail itself the link opens the reader’s own page; here it leads to the programme."
        )
        written = letter(broadcast, language, remark=remark).to(name or _("Gildong Hong"))
        return written.with_links(settings.PUBLIC_URL + _programme_of(broadcast))


def _programme_of(broadcast: Broadcast) -> str:
    """The programme of the first day that the mail is about."""
    edition, numbers = broadcast.edition, broadcast.audience["days"]
    if numbers and edition.days.filter(number=numbers[0]).exists():
        return reverse("programme:day", args=[edition.slug, numbers[0]])
    return reverse("programme:programme", args=[edition.slug])
