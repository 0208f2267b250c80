"""The environment, read once and typed. Secrets come from a variable, a file, or (in development) are made here."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import Env

env = Env()


class Secrets:
    """Secrets by name: `NAME`, or the content of the file that `NAME_FILE` names.

    In development a missing one is generated once and kept in `store`, readable by its owner alone.
    """

    def __init__(self, store: Path | None) -> None:
        self.store = store

    def read(self, name: str) -> str:
        value = self.read_if_set(name)
        if value:
            return value
        if self.store is None:
            raise ImproperlyConfigured(f"Set {name}, or {name}_FILE to the path of a file that holds it.")
        return self._generated(name)

    def read_if_set(self, name: str) -> str:
        """Empty where there is none: a secret that only some need."""
        return env.str(name, "") or self._from_file(env.str(f"{name}_FILE", ""))

    @staticmethod
    def _from_file(path: str) -> str:
        return Path(path).read_text().strip() if path else ""

    def _generated(self, name: str) -> str:
        known = json.loads(self.store.read_text()) if self.store.exists() else {}
        if name not in known:
            known[name] = secrets.token_hex(32)
            self.store.parent.mkdir(parents=True, exist_ok=True)
            # Two processes may start at once: the rename makes one of them win whole.
            draft = self.store.with_suffix(f".{os.getpid()}")
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(known))
            draft.replace(self.store)
        return known[name]


def ticket_keys(text: str) -> dict[int, bytes]:
    """`1=<hex>,2=<hex>` as {1: key, 2: key}. A bare hex string is key 1. Every key has 32 bytes."""
    pairs = [item.split("=") if "=" in item else ("1", item) for item in text.split(",") if item.strip()]
    try:
        keys = {int(number): bytes.fromhex(key.strip()) for number, key in pairs}
    except ValueError as error:
        raise ImproperlyConfigured("TICKET_KEYS must look like 1=<64 hex digits>,2=<64 hex digits>.") from error
    if not keys or any(len(key) != 32 for key in keys.values()):
        raise ImproperlyConfigured("Every one of TICKET_KEYS must have 64 hex digits.")
    return keys
