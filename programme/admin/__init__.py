from programme.admin import edition, people, timetable

__all__ = ["edition", "people", "timetable"]
