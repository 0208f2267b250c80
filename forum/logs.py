"""What logs may hold."""

from __future__ import annotations

import logging
import re

SECRET = re.compile(r"(/[tu]/)[^/?\s]+|[0-9A-Z]{10}-[0-9A-Z]{26}")


class NoSecretLinks(logging.Filter):
    """A secret link is as good as a password: whatever fails behind one, it stands in no log."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = SECRET.sub(lambda found: f"{found[1] or ''}…", record.getMessage()), ()
        return True
