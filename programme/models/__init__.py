from programme.models.cases import Case, CaseAddress, CaseField
from programme.models.edition import Edition, EditionHost, Organisation, Room, Venue
from programme.models.noticeboard import Notice, Question
from programme.models.people import Appearance, Speaker
from programme.models.release import Release
from programme.models.streams import Running, Stream
from programme.models.timetable import Day, Session, Talk

__all__ = [
    "Appearance", "Case", "CaseAddress", "CaseField", "Day", "Edition", "EditionHost", "Notice", "Organisation",
    "Question", "Release", "Room", "Running", "Session", "Speaker", "Stream", "Talk", "Venue",
]  # fmt: skip
