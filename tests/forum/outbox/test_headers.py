"""The headers of a mail, byte by byte as they come to a mail server."""

from __future__ import annotations

import email
import email.policy
from email.header import decode_header, make_header

import pytest

from forum.outbox import delivery

LONGEST_LINE = 78  # RFC 5322 recommends no more
KOREAN = "[서울 빅데이터 포럼] 꼭 확인해 주세요: 11월 28일(월) 기조강연의 시작 시각과 장소가 바뀌었습니다"
SUBJECTS = {
    "a Korean one": "안녕하세요",
    "a long Korean one": KOREAN,
    "the longest Korean one": ("가나다라마 바사아자차 " * 30)[:250].strip(),
    "Korean without a space": "가" * 250,
    "an English one": "Your ticket",
    "a long English one": "Your ticket for the Seoul Big Data Forum, " * 5 + "28 November",
    "both": f"Your ticket · {KOREAN}",
}


def lines_of(content: bytes, name: str) -> list[str]:
    """The header as it stands there, with the lines that continue it."""
    head = content.partition(b"\r\n\r\n")[0].decode("ascii").split("\r\n")
    first = next(number for number, line in enumerate(head) if line.startswith(f"{name}:"))
    more = next((number for number, line in enumerate(head[first + 1 :]) if not line.startswith((" ", "\t"))), None)
    return head[first : first + 1 + more] if more is not None else head[first:]


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)
def test_a_subject_begins_on_its_first_line_and_reads_back_as_it_was(post_office, promise, subject):
    delivery.deliver(promise(subject=subject).pk)

    first, *more = lines_of(post_office.contents[0], "Subject")
    assert first.removeprefix("Subject:").strip() != ""
    assert all(line.strip() for line in more)
    assert max(len(line) for line in [first, *more]) <= LONGEST_LINE
    read = email.message_from_bytes(post_office.contents[0], policy=email.policy.default)
    assert read["Subject"] == subject


def test_a_sender_with_a_long_korean_name_begins_on_its_first_line_too(post_office, promise, settings):
    settings.DEFAULT_FROM_EMAIL = "서울 빅데이터 포럼 사무국 운영위원회 공동주최기관 <forum@example.org>"

    delivery.deliver(promise().pk)

    lines = lines_of(post_office.contents[0], "From")
    assert lines[0].removeprefix("From:").strip() != ""
    read = make_header(decode_header("".join(lines).removeprefix("From: ")))
    assert str(read) == settings.DEFAULT_FROM_EMAIL
