"""Names and addresses, half covered: enough to tell two lines apart, not enough to take away."""

from __future__ import annotations


def mask_name(name: str) -> str:
    """김하늘 as 김*늘, Ann Lee as A** L**."""
    return " ".join(_mask_word(word) for word in name.split())


def mask_email(email: str) -> str:
    local, _at, domain = email.partition("@")
    return f"{local[:2]}***@{domain}" if domain else ""


def _mask_word(word: str) -> str:
    if word.isascii():
        return word[0] + "*" * (len(word) - 1)
    return word[0] + "*" * max(len(word) - 2, 1) + (word[-1] if len(word) > 2 else "")
