"""How a stream stands at a moment. What an organiser says of it goes before the clock, while it can be true."""

from __future__ import annotations

from datetime import datetime

from programme import on_stage
from programme.read_model import Day, Stream

SCHEDULED, LIVE, PAUSE, TROUBLE, ENDED, RECORDING = "scheduled", "live", "pause", "trouble", "ended", "recording"
TODAY = (LIVE, PAUSE, ENDED)  # said of a day while it is on; forgotten words do not outlive it


def air(stream: Stream, day: Day, moment: datetime) -> str:
    """One of the six above. The moment is in the edition's own time zone."""
    standing = on_stage.standing(day, moment)
    if stream.state == RECORDING:
        return RECORDING
    if standing == on_stage.OVER:
        return ENDED
    if stream.state == TROUBLE or (standing == on_stage.ON and stream.state in TODAY):
        return stream.state
    return _by_the_clock(day, moment) if standing == on_stage.ON else SCHEDULED


def _by_the_clock(day: Day, moment: datetime) -> str:
    begins, stage = on_stage.first_start(day), on_stage.stage(day, moment)
    if begins and moment < begins:
        return SCHEDULED
    if stage.now:
        return LIVE
    if stage.is_pause:
        return PAUSE
    # Before the first slot the hall is already to be seen; after the last one nothing comes. Without slots, who knows.
    return LIVE if stage.next or begins is None or (day.ends and moment < day.ends) else ENDED
