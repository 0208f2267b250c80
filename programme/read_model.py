"""What public pages read: the programme of one edition as plain, unchangeable values.

Built from live rows by `queries.programme()`. Nothing here touches the database, so a page may walk through all of it.
Every moment is an aware datetime in the edition's own time zone; an unknown moment is None.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from programme.language import page_language


@dataclass(frozen=True)
class Text:
    """A phrase in Korean and English. Shown in the page's language, or in the other one where that is missing."""

    ko: str = ""
    en: str = ""

    @classmethod
    def of(cls, row: object, name: str) -> Text:
        """Both columns of a translated field."""
        return cls(getattr(row, f"{name}_ko") or "", getattr(row, f"{name}_en") or "")

    @property
    def language(self) -> str:
        """The language that `str()` answers in, which is not always the page's: then the page marks it with `lang`."""
        wanted = page_language()
        other = "ko" if wanted == "en" else "en"
        return wanted if getattr(self, wanted) or not getattr(self, other) else other

    def __str__(self) -> str:
        return getattr(self, self.language)

    def __bool__(self) -> bool:
        return bool(self.ko or self.en)


@dataclass(frozen=True)
class Organisation:
    """A body that holds the edition or leads a session. `role` is lead_host, host or partner."""

    key: str
    name: Text
    role: str = ""
    url: str = ""


@dataclass(frozen=True)
class Venue:
    """Where the edition takes place. Latitude and longitude are WGS 84 degrees, or None."""

    name: Text
    address: Text
    directions: Text
    accessibility: Text
    parking: Text
    note: Text
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Figures:
    """Numbers that the hosts announced about the edition. None means not announced."""

    sessions: int | None = None
    talks: int | None = None
    experts: int | None = None
    countries: int | None = None
    visitors: int | None = None
    viewers: int | None = None


@dataclass(frozen=True)
class Slot:
    """When something was planned before it moved. Both are moments of the day on which it was."""

    starts: datetime
    ends: datetime | None


@dataclass(frozen=True)
class Release:
    """Which publication of the programme this is, and what the organisers say of it."""

    number: int
    made_at: datetime
    note: Text


@dataclass(frozen=True)
class Speaker:
    """A person on the stage. `country` is an ISO 3166 code, or empty. `id` stays when name and slug change."""

    slug: str
    name: Text
    position: Text
    affiliation: Text
    country: str
    bio: Text
    photo_url: str = ""
    id: int = 0


@dataclass(frozen=True)
class Appearance:
    """A speaker in a talk. `role` is speaker, moderator or panellist."""

    speaker: Speaker
    role: str


@dataclass(frozen=True)
class Talk:
    """A contribution within a session. `language` is what is spoken, `interpreted_into` what can be heard as well.

    `languages` is both, ko or en: in which it is described. `was` is when the release before had it, if it moved.
    """

    slug: str
    kind: str
    title: Text
    abstract: Text
    starts: datetime | None
    minutes: int | None
    language: str
    interpreted_into: str
    state: str
    note: Text
    session_slug: str
    day_number: int
    appearances: tuple[Appearance, ...] = ()
    languages: str = "both"
    id: int = 0
    was: Slot | None = None

    @property
    def ends(self) -> datetime | None:
        return self.starts + timedelta(minutes=self.minutes) if self.starts and self.minutes else None

    @property
    def is_cancelled(self) -> bool:
        return self.state == "cancelled"


@dataclass(frozen=True)
class Session:
    """A slot of the programme. Times that nobody has confirmed yet are shown as provisional.

    `languages` and `was` are as in a talk.
    """

    slug: str
    kind: str
    number: int | None
    title: Text
    abstract: Text
    starts: datetime | None
    ends: datetime | None
    times_confirmed: bool
    state: str
    day_number: int
    room: Text = field(default_factory=Text)
    hosts: tuple[Organisation, ...] = ()
    talks: tuple[Talk, ...] = ()
    languages: str = "both"
    id: int = 0
    room_id: int | None = None
    was: Slot | None = None

    @property
    def is_cancelled(self) -> bool:
        return self.state == "cancelled"

    @property
    def is_provisional(self) -> bool:
        return not self.times_confirmed


@dataclass(frozen=True)
class Stream:
    """A live stream: one for each day and language. A stand-in is a film that only shows how the page will look.

    `state` is what an organiser says of it (models.Stream.State), `message` in which words, `state_since` when. All of
    it, like the seconds of the talks, is as now: no published programme holds it.
    """

    day_number: int
    language: str
    youtube_id: str
    backup_url: str
    is_stand_in: bool
    state: str = ""
    state_since: datetime | None = None
    message: Text = field(default_factory=Text)
    recording_id: str = ""
    seconds: tuple[tuple[str, int], ...] = ()

    @property
    def has_recording(self) -> bool:
        return self.state == "recording"

    @property
    def film(self) -> str:
        """The YouTube id of what there is to see."""
        return self.recording_id if self.has_recording and self.recording_id else self.youtube_id

    def second_of(self, talk: Talk) -> int | None:
        """Where the talk starts in the recording. None while there is none, or while nobody knows."""
        return dict(self.seconds).get(talk.slug) if self.has_recording else None


@dataclass(frozen=True)
class Day:
    """`delays` says from which planned moment on by how many minutes everything is late, each until the next."""

    number: int
    date: date
    doors: datetime | None
    starts: datetime | None
    ends: datetime | None
    times_confirmed: bool
    sessions: tuple[Session, ...] = ()
    streams: tuple[Stream, ...] = ()
    delays: tuple[tuple[datetime, int], ...] = ()

    @property
    def talks(self) -> list[Talk]:
        return [talk for session in self.sessions for talk in session.talks]

    def stream(self, language: str) -> Stream | None:
        return next((stream for stream in self.streams if stream.language == language), None)

    def delay_of(self, item: Session | Talk) -> int:
        """How many minutes late it starts."""
        known = [minutes for since, minutes in self.delays if item.starts and since <= item.starts]
        return known[-1] if known else 0


@dataclass(frozen=True)
class Edition:
    """One year's forum. `phase` says where it stands at the moment it was read (see `phase.py`). `has_…` says which
    pages have something to show: menus lead to no others."""

    slug: str
    ordinal: int
    name: Text
    theme: Text
    summary: Text
    note: Text
    open_to: Text
    entry_instructions: Text
    timezone: str
    is_free: bool
    format: str
    year: int
    is_current: bool
    dates_moved: bool
    venue: Venue | None
    hosts: tuple[Organisation, ...]
    figures: Figures
    registration_opens: datetime | None
    registration_closes: datetime | None
    changes_until: datetime | None
    contact_email: str
    contact_phone: str
    privacy_officer: Text
    processors: Text
    phase: str
    first_date: date | None
    last_date: date | None
    has_programme: bool = False
    has_notices: bool = False
    has_questions: bool = False

    @property
    def lead_host(self) -> Organisation | None:
        return next((host for host in self.hosts if host.role == "lead_host"), None)


@dataclass(frozen=True)
class Programme:
    """An edition with its days. Sessions, talks and speakers that are still drafts are not in it.

    `release` is the publication that is shown; None where the programme is shown as it is edited.
    """

    edition: Edition
    days: tuple[Day, ...]
    speakers: tuple[Speaker, ...]
    release: Release | None = None

    @property
    def sessions(self) -> list[Session]:
        return [session for day in self.days for session in day.sessions]

    @property
    def talks(self) -> list[Talk]:
        return [talk for session in self.sessions for talk in session.talks]

    def day(self, number: int) -> Day | None:
        return next((day for day in self.days if day.number == number), None)

    def session(self, slug: str) -> Session | None:
        return next((session for session in self.sessions if session.slug == slug), None)

    def talk(self, slug: str) -> Talk | None:
        return next((talk for talk in self.talks if talk.slug == slug), None)

    def speaker(self, slug: str) -> Speaker | None:
        return next((speaker for speaker in self.speakers if speaker.slug == slug), None)

    def talks_of(self, speaker: Speaker) -> list[Talk]:
        """The talks that this person gives or takes part in, in the order of the programme."""
        return [talk for talk in self.talks if any(appearance.speaker == speaker for appearance in talk.appearances)]
