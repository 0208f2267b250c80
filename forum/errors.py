"""Refusals: facts that stop an act, with a code for machines and a sentence for people."""

from __future__ import annotations

from django.utils.functional import Promise


class Refused(Exception):
    """An act was refused for a reason that its user can understand. Nothing was changed."""

    code: str = "refused"
    message: str | Promise = ""

    def __str__(self) -> str:
        return str(self.message)
