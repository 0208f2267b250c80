"""Public addresses, all behind a language prefix (/ko/, /en/). Slugs are the same in both languages.

`converters.py` says what an edition's slug and a spoken language can be.
"""

from __future__ import annotations

from django.urls import path

from programme.views import cases, changes, live, noticeboard, pages, people, timetable

app_name = "programme"

urlpatterns = [
    path("", pages.home, name="home"),
    # A short address for posters and for pages that know no edition, such as 404. No edition's slug may be this word.
    path("programme/", timetable.current, name="current"),
    path("editions/", pages.editions, name="editions"),
    path("cases/", cases.register, name="cases"),
    path("cases/data/", cases.data, name="case_data"),  # no case's slug may be this word
    path("cases/<slug:slug>/", cases.case, name="case"),
    path("cases.csv", cases.as_csv, name="cases_csv"),
    path("cases.csv-metadata.json", cases.dictionary, name="cases_dictionary"),
    path("cases.json", cases.as_json, name="cases_json"),
    path("<edition:edition>/", pages.edition, name="edition"),
    path("<edition:edition>/about/", pages.about, name="about"),
    path("<edition:edition>/venue/", pages.venue, name="venue"),
    path("<edition:edition>/notices/", noticeboard.notices, name="notices"),
    path("<edition:edition>/notices/<slug:slug>/", noticeboard.notice, name="notice"),
    path("<edition:edition>/faq/", noticeboard.questions, name="questions"),
    path("<edition:edition>/programme/", timetable.programme, name="programme"),
    path("<edition:edition>/programme/day-<int:number>/", timetable.day, name="day"),
    path("<edition:edition>/programme/changes/", changes.changes, name="changes"),
    path("<edition:edition>/sessions/<slug:slug>/", timetable.session, name="session"),
    path("<edition:edition>/talks/<slug:slug>/", timetable.talk, name="talk"),
    path("<edition:edition>/speakers/", people.speakers, name="speakers"),
    path("<edition:edition>/speakers/<slug:slug>/", people.speaker, name="speaker"),
    path("<edition:edition>/live/", live.live, name="live"),
    path("<edition:edition>/board/", live.board, name="board"),
    path("<edition:edition>/live/day-<int:number>/<spoken:language>/", live.stream, name="stream"),
]
