"""A mail is made of words and a frame, in three parts."""

from __future__ import annotations

from forum.outbox.writing import LONGEST_SUBJECT, write

FACTS, VALUES = {"code": "12345678", "privacy_url": "http://forum.test/ko/privacy/"}, {"code": "12345678"}


def test_words_and_facts_stand_in_text_and_html():
    letter = write("sign_in", "en", FACTS, VALUES, typed={})

    assert letter.subject == "Seoul Big Data Forum: your sign-in code 12345678"
    assert letter.text.startswith("Your sign-in code\n\n12345678\n\nType it on the page")
    assert ["12345678" in letter.html, "<h1" in letter.html, letter.preheader in letter.html] == [True, True, True]


def test_a_typed_part_replaces_its_part_and_no_other():
    standard, typed = (write("sign_in", "en", FACTS, VALUES, typed=each) for each in ({}, {"heading": "Here: {code}"}))

    assert typed.text == standard.text.replace("Your sign-in code", "Here: 12345678")
    assert typed.subject == standard.subject


def test_an_empty_part_is_the_standard_one():
    assert write("sign_in", "ko", FACTS, VALUES, typed={"heading": ""}) == write("sign_in", "ko", FACTS, VALUES, {})


def test_a_subject_is_one_line_that_the_outbox_can_hold():
    letter = write("sign_in", "ko", FACTS, {"code": "9\n" * 400}, typed={"subject": "{code}"})

    assert (len(letter.subject), "\n" in letter.subject) == (LONGEST_SUBJECT, False)


def test_nothing_runs_in_what_was_typed():
    typed = {"opening": "{% load i18n %}{{ code }}<img src=x onerror=alert(1)>"}

    letter = write("sign_in", "en", FACTS, VALUES, typed=typed)

    assert typed["opening"] in letter.text
    assert "&lt;img src=x onerror=alert(1)&gt;" in letter.html
