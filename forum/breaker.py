"""A breaker: after a failure it stays open for a while, and whoever asks spares the attempt."""

from __future__ import annotations

import time


class Breaker:
    """Open for `pause_seconds` after a failure, so that a hung server costs one timeout and not one for every call."""

    def __init__(self, pause_seconds: float) -> None:
        self.pause_seconds = pause_seconds
        self.open_until = 0.0

    @property
    def is_open(self) -> bool:
        return time.monotonic() < self.open_until

    def trip(self) -> None:
        self.open_until = time.monotonic() + self.pause_seconds
