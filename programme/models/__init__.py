from programme.models.edition import Edition, EditionHost, Organisation, Room, Venue
from programme.models.people import Appearance, Speaker
from programme.models.timetable import Day, Running, Session, Stream, Talk

__all__ = [
    "Appearance", "Day", "Edition", "EditionHost", "Organisation", "Room",
    "Running", "Session", "Speaker", "Stream", "Talk", "Venue",
]  # fmt: skip
