"""Signing in as a citizen does: an address, the mail, the code."""

from __future__ import annotations

import re

from forum.outbox.models import Message

ADDRESS, CODE, MY = "/{}/my/sign-in/", "/{}/my/sign-in/code/", "/{}/my/"


def ask_for_code(client, email, language="ko", **more):
    return client.post(ADDRESS.format(language), {"email": email, **more})


def give_code(client, code, language="ko"):
    return client.post(CODE.format(language), {"code": code})


def mailed_code(email) -> str:
    """The code of the newest mail to the address."""
    text = Message.objects.filter(kind="sign_in", to_email=email).latest("pk").text
    return re.search(r"^\d{8}$", text, re.MULTILINE)[0]


def sign_in(client, email, language="ko", **more):
    """The whole way. Answers where it ended."""
    ask_for_code(client, email, language, **more)
    return give_code(client, mailed_code(email), language)
