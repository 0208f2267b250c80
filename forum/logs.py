"""What logs may hold."""

from __future__ import annotations

import logging
import re

SECRET = re.compile(r"(/[tu]/)[^/?\s]+")


class NoSecretLinks(logging.Filter):
    """A secret link is as good as a password: whatever fails behind one, it stands in no log."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = SECRET.sub(r"\1…", record.getMessage()), ()
        return True
