"""One builder for each thing that tests are about. No surprises: everything goes through the product's own verbs."""

from __future__ import annotations

import uuid
from itertools import count

from programme.models import Edition
from registration import sign_up
from registration.models import ConsentNotice, Registration

OPTIONAL = ("organisation", "field", "support", "support_note")

_number = count(1)


def make_answers(edition: Edition, *, days=(1,), email="", name="홍서우", language="ko", **more) -> sign_up.Answers:
    latest = ConsentNotice.objects.latest_of(edition.slug, language)
    facts = {"organisation": "", "field": "", "support": [], "support_note": ""} | more
    consents = {"privacy": True, "optional": any(facts[name] for name in OPTIONAL), "news": False}
    return sign_up.Answers(
        days=list(days),
        name=name,
        email=email or f"person-{next(_number)}@example.org",
        language=language,
        consents={latest[kind]: agreed for kind, agreed in consents.items() if kind in latest},
        **facts,
    )


def make_registration(edition: Edition, **answers) -> Registration:
    """Somebody registered on the web. Says what `make_answers` may be told."""
    return sign_up.register(edition, make_answers(edition, **answers), uuid.uuid4())


def filled_form(client, edition: Edition, **answers) -> dict[str, object]:
    """What a browser posts after somebody filled in the form: hidden fields of the page, and these answers.

    Whoever fills in what is optional agrees to that too.
    """
    form = client.get(f"/{answers.pop('page', 'ko')}/{edition.slug}/register/").context["form"]
    hidden = {field.name: field.value() for field in form.hidden_fields()}
    typed = {
        "days": ["1"],
        "name": "홍서우",
        "email": f"person-{next(_number)}@example.org",
        "agree": "on",
        "is_of_age": "on",
        "website": "",
    }
    if any(answers.get(name) for name in OPTIONAL):
        typed["optional"] = "on"
    return {name: value for name, value in {**hidden, **typed, **answers}.items() if value is not None}
