"""Public addresses, all behind a language prefix (/ko/, /en/). Slugs are the same in both languages."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from programme.views import live, pages, people, timetable


class SpokenLanguage(StringConverter):
    regex = "ko|en"


register_converter(SpokenLanguage, "spoken")

app_name = "programme"

urlpatterns = [
    path("", pages.home, name="home"),
    # A short address for posters and for pages that know no edition, such as 404. No edition's slug may be this word.
    path("programme/", timetable.current, name="current"),
    path("<slug:edition>/", pages.edition, name="edition"),
    path("<slug:edition>/about/", pages.about, name="about"),
    path("<slug:edition>/venue/", pages.venue, name="venue"),
    path("<slug:edition>/programme/", timetable.programme, name="programme"),
    path("<slug:edition>/programme/day-<int:number>/", timetable.day, name="day"),
    path("<slug:edition>/sessions/<slug:slug>/", timetable.session, name="session"),
    path("<slug:edition>/talks/<slug:slug>/", timetable.talk, name="talk"),
    path("<slug:edition>/speakers/", people.speakers, name="speakers"),
    path("<slug:edition>/speakers/<slug:slug>/", people.speaker, name="speaker"),
    path("<slug:edition>/live/", live.live, name="live"),
    path("<slug:edition>/board/", live.board, name="board"),
    path("<slug:edition>/live/day-<int:number>/<spoken:language>/", live.stream, name="stream"),
]
