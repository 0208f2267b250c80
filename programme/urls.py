"""Public addresses, all behind a language prefix (/ko/, /en/). Slugs are the same in both languages."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from programme.views import cases, changes, live, noticeboard, pages, people, timetable


class SpokenLanguage(StringConverter):
    regex = "ko|en"


register_converter(SpokenLanguage, "spoken")

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
    path("<slug:edition>/", pages.edition, name="edition"),
    path("<slug:edition>/about/", pages.about, name="about"),
    path("<slug:edition>/venue/", pages.venue, name="venue"),
    path("<slug:edition>/notices/", noticeboard.notices, name="notices"),
    path("<slug:edition>/notices/<slug:slug>/", noticeboard.notice, name="notice"),
    path("<slug:edition>/faq/", noticeboard.questions, name="questions"),
    path("<slug:edition>/programme/", timetable.programme, name="programme"),
    path("<slug:edition>/programme/day-<int:number>/", timetable.day, name="day"),
    path("<slug:edition>/programme/changes/", changes.changes, name="changes"),
    path("<slug:edition>/sessions/<slug:slug>/", timetable.session, name="session"),
    path("<slug:edition>/talks/<slug:slug>/", timetable.talk, name="talk"),
    path("<slug:edition>/speakers/", people.speakers, name="speakers"),
    path("<slug:edition>/speakers/<slug:slug>/", people.speaker, name="speaker"),
    path("<slug:edition>/live/", live.live, name="live"),
    path("<slug:edition>/board/", live.board, name="board"),
    path("<slug:edition>/live/day-<int:number>/<spoken:language>/", live.stream, name="stream"),
]
