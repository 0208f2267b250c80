from programme.admin import edition, history, people, timetable

__all__ = ["edition", "history", "people", "timetable"]
