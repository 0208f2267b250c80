"""What organisers typed in place of standard words."""

from __future__ import annotations

from forum.remembering import remembered
from registration.models import MailText


@remembered(seconds=1)
def typed_parts(edition_id: int, kind: str, language: str) -> dict[str, str]:
    """{part: text} of the parts that were typed. Asked for every mail of a rush, so remembered for a moment."""
    text = MailText.objects.filter(edition=edition_id, kind=kind).first()
    return text.parts_in(language) if text else {}
