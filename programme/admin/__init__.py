from programme.admin import cases, edition, history, noticeboard, people, timetable

__all__ = ["cases", "edition", "history", "noticeboard", "people", "timetable"]
