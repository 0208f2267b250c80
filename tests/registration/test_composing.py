"""What organisers type becomes a mail: paragraphs, links, the name, and nothing that anybody could smuggle in."""

from __future__ import annotations

import pytest

from registration import composing
from tests.registration.mails_to_many import WORDS, make_draft


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_name_is_put_in_as_text_whatever_it_is(forum, language):
    letter = composing.letter(make_draft(forum), language).to("<i>Ann</i> & {name} https://evil.example")

    assert "<i>Ann</i> & {name} https://evil.example" in letter.subject
    assert "<i>Ann</i> & {name} https://evil.example" in letter.text
    assert "&lt;i&gt;Ann&lt;/i&gt; &amp; {name} https://evil.example" in letter.html
    assert 'href="https://evil.example' not in letter.html
    assert 'href="https://forum.kr/map?a=1&amp;b=2"' in letter.html


@pytest.mark.parametrize("language", ["ko", "en"])
def test_subjects_say_whose_they_are_and_every_part_says_the_same(forum, language):
    letter = composing.sample(make_draft(forum), language, "김하늘")

    prefix = "[서울 빅데이터 포럼] " if language == "ko" else ""
    assert letter.subject == prefix + WORDS[f"subject_{language}"].replace("{name}", "김하늘")
    for part in (letter.text, letter.html):
        assert "김하늘" in part
        assert "https://forum.kr/map" in part
        assert "http://forum.test/" in part  # where the person's own link will be
        assert "\ue000" not in part


def test_news_say_how_to_end_them_and_service_does_not(forum):
    news, service = (composing.sample(make_draft(forum, purpose), "en", "") for purpose in ("news", "service"))

    assert ("Unsubscribe from news" in news.text, "Unsubscribe from news" in news.html) == (True, True)
    assert "This message goes to people who agreed to news of the forum." in news.text
    assert "Unsubscribe from news" not in service.text
    assert "because you registered for the forum" in service.text
