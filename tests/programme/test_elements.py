"""The plain includes that forms are drawn with."""

from __future__ import annotations

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils.translation import override


class Label:
    """A choice with a second line, as a form may give it."""

    heading, details, warning = "Day 1", "164 seats left", "Almost full"


class Answers(forms.Form):
    days = forms.MultipleChoiceField(
        label="Days", choices=[("1", Label()), ("2", "Day 2")], widget=forms.CheckboxSelectMultiple
    )
    email = forms.EmailField(
        label="E-mail", help_text="We send the ticket here.", error_messages={"required": "Enter it."}
    )
    organisation = forms.CharField(label="Organisation", required=False)
    agree = forms.BooleanField(label="I agree")
    key = forms.CharField(widget=forms.HiddenInput, required=False)


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


def drawn(form: forms.Form, name: str, include: str = "field", **more: object) -> str:
    return render_to_string(f"_elements/{include}.html", {"field": form[name], **more})


def test_a_field_names_its_hint_and_its_error_to_those_who_listen():
    html = drawn(Answers({}), "email")

    assert 'for="id_email"' in html
    assert 'id="id_email_helptext">We send the ticket here.<' in html
    assert 'id="id_email_error"' in html
    assert '<span class="sr-only">Error:</span> Enter it.' in html
    assert 'aria-describedby="id_email_helptext id_email_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_field_without_error_says_nothing_of_one():
    html = drawn(Answers(), "email")

    assert "field--error" not in html
    assert "aria-invalid" not in html
    assert "(optional)" not in html


def test_what_need_not_be_filled_in_says_so():
    assert "<small>(optional)</small>" in drawn(Answers(), "organisation")
    assert "(optional)" not in drawn(Answers(), "organisation", include="check", mark=False)


def test_each_kind_of_field_finds_its_own_include():
    form = Answers()

    assert '<fieldset class="field">' in drawn(form, "days")
    assert '<label class="check" for="id_agree">' in drawn(form, "agree")
    assert drawn(form, "key").strip().startswith('<input type="hidden"')


def test_a_choice_may_have_a_second_line_and_a_warning():
    html = drawn(Answers(), "days", include="choices", columns=2)

    assert "choices--2" in html
    assert '<span class="choice__title">Day 1</span><span class="choice__sub">164 seats left' in html
    assert '<span class="tag tag--warn">Almost full</span>' in html
    assert '<span class="choice__title">Day 2</span></label>' in html


def test_the_summary_counts_what_is_wrong_and_leads_to_each_field():
    html = render_to_string("_elements/error_summary.html", {"form": Answers({})})

    assert "There are 3 things to fix" in html
    assert '<a href="#id_days_0">' in html
    assert '<a href="#id_email">Enter it.</a>' in html
    assert '<a href="#id_agree">' in html
    assert render_to_string("_elements/error_summary.html", {"form": Answers()}).strip() == ""


def test_what_somebody_typed_is_escaped_in_a_field():
    assert "<script>" not in drawn(Answers({"organisation": "<script>"}), "organisation")
