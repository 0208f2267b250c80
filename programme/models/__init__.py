from programme.models.edition import Edition, EditionHost, Organisation, Room, Venue
from programme.models.people import Appearance, Speaker
from programme.models.streams import Running, Stream
from programme.models.timetable import Day, Session, Talk

__all__ = [
    "Appearance", "Day", "Edition", "EditionHost", "Organisation", "Room",
    "Running", "Session", "Speaker", "Stream", "Talk", "Venue",
]  # fmt: skip
