"""Text from people, in the one form that we store and compare."""

from __future__ import annotations

import difflib
import unicodedata

# Controls, lone surrogates, private use, line and paragraph separators, and the marks that turn the direction of text.
_UNWANTED_CATEGORIES = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
_BREAKS = set("\n\r\t\u2028\u2029")
COMMON_DOMAINS = (
    "naver.com", "gmail.com", "hanmail.net", "daum.net", "kakao.com", "nate.com", "hotmail.com", "outlook.com",
    "icloud.com", "yahoo.com",
)  # fmt: skip
_UNWANTED = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def tidy(text: str) -> str:
    """NFC (Hangul typed on a Mac comes apart otherwise), without spaces at the ends."""
    return unicodedata.normalize("NFC", text).strip()


def has_unwanted_characters(text: str, *, lines: bool = False) -> bool:
    """Whether the text holds line breaks (unless `lines`), control characters or the like."""
    allowed = _BREAKS if lines else set()
    return any(
        (unicodedata.category(each) in _UNWANTED_CATEGORIES or each in _UNWANTED) and each not in allowed
        for each in text
    )


def has_visible_signs(text: str) -> bool:
    """Whether there is a letter, a digit or another sign that can be seen: spaces without width are none."""
    return any(unicodedata.category(each)[0] in "LNSP" for each in text)


def likely_address(email: str) -> str:
    """What was probably meant, where the domain is nearly one that many people use: hanmial.net. Else empty."""
    local, _at, domain = email.rpartition("@")
    near = difflib.get_close_matches(domain.lower(), COMMON_DOMAINS, n=1, cutoff=0.88)
    return f"{local}@{near[0]}" if near and domain.lower() not in COMMON_DOMAINS else ""


def likely_language(name: str) -> str:
    """In which of our languages to write to somebody of this name, where nobody has asked them."""
    return "ko" if any("가" <= each <= "힣" for each in name) else "en"


def email_key(email: str) -> str:
    """The form of an address in which two of them are the same person's."""
    return tidy(email).lower()
