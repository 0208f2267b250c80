"""What hardly changes is asked once a moment, and forgotten when it changes here."""

from __future__ import annotations

import pytest

from forum.remembering import forget, remembered
from programme import queries


@pytest.fixture
def asked():
    questions = []

    @remembered(seconds=60)
    def ask(question):
        questions.append(question)
        return question.upper()

    return ask, questions


def test_the_same_question_is_asked_once_and_another_once_more(asked):
    ask, questions = asked

    assert [ask("a"), ask("a"), ask("b")] == ["A", "A", "B"]
    assert questions == ["a", "b"]


def test_what_is_forgotten_is_asked_again(asked):
    ask, questions = asked
    ask("a")
    forget()
    ask("a")

    assert questions == ["a", "a"]


def test_after_its_moment_it_is_asked_again():
    questions = []
    ask = remembered(seconds=0)(questions.append)
    ask("a")
    ask("a")

    assert questions == ["a", "a"]


def test_an_error_is_not_remembered():
    answers = iter([ZeroDivisionError(), "better"])

    @remembered(seconds=60)
    def ask():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with pytest.raises(ZeroDivisionError):
        ask()

    assert ask() == "better"


def test_what_is_saved_is_seen_at_once_by_the_process_that_saved_it(forum):
    before = queries.edition_row(forum.slug).contact_email
    forum.contact_email = "forum@example.org"
    forum.save()

    assert (before, queries.edition_row(forum.slug).contact_email) == ("", "forum@example.org")
