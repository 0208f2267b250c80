"""Names and addresses, half covered: enough to tell two lines apart, not enough to take away."""

from __future__ import annotations

import re

# Wider than what is valid, so that nothing that could be an address stays; a dot at the end ends the sentence.
_ADDRESS = re.compile(r"[^\s@<>()\[\]{}\"',;:]+@[^\s@<>()\[\]{}\"',;:]*[^\s@<>()\[\]{}\"',;:.]")


def mask_name(name: str) -> str:
    """김하늘 as 김*늘, Ann Lee as A** L**."""
    return " ".join(_mask_word(word) for word in name.split())


def mask_email(email: str) -> str:
    local, _at, domain = email.partition("@")
    return f"{local[:2]}***@{domain}" if domain else ""


def mask_emails_in(text: str) -> str:
    """A server's sentence, say, with every address in it half covered."""
    return _ADDRESS.sub(lambda match: mask_email(match[0]), text)


def _mask_word(word: str) -> str:
    if word.isascii():
        return word[0] + "*" * (len(word) - 1)
    return word[0] + "*" * max(len(word) - 2, 1) + (word[-1] if len(word) > 2 else "")
