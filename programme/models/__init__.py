from programme.models.edition import Edition, EditionHost, Organisation, Room, Venue
from programme.models.people import Appearance, Speaker
from programme.models.timetable import Day, Session, Stream, Talk

__all__ = [
    "Appearance", "Day", "Edition", "EditionHost", "Organisation", "Room",
    "Session", "Speaker", "Stream", "Talk", "Venue",
]  # fmt: skip
