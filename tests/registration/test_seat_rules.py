"""Whatever people, organisers and the clock do, in whatever order: seats, lines and mails are as the rules say.

Hypothesis tells random stories through the verbs, and seat_model.py tells the same ones; after each step both must
agree on every state, place, counter and mail.
"""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import time_machine
from django.db import transaction
from django.db.models.signals import post_save
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from forum.errors import Refused
from forum.outbox.models import Message
from programme.models import Edition
from registration import booking, changing, erasure, invariants, sign_up, waiting_list
from registration.models import Booking, Quota, Registration
from tests.factories import make_answers
from tests.registration.seat_model import CONFIRMED, OFFERED, Claim, No, Person, Seats

SEOUL = ZoneInfo("Asia/Seoul")
DAYS = some.sampled_from([(1,), (2,), (1, 2)])
LINES = some.sampled_from([(1, 2), (1, 2), (1, 2), (2,), ()])
WHO, YES, DAY = some.integers(0, 11), some.booleans(), some.sampled_from([1, 2])
LETTER = some.sampled_from("abcdefghijkl")
# Hours before doors open at which something begins or ends.
TURN = some.sampled_from([48, 48, 30, 21, 0])


def act(name: str, **facts: some.SearchStrategy) -> some.SearchStrategy:
    return some.tuples(some.just(name), some.fixed_dictionaries(facts))


REGISTER = act("register", letter=LETTER, days=DAYS, may_wait=LINES, takes_any_seat=YES)
ACTS = some.one_of(
    REGISTER,
    act("cancel", who=WHO, days=DAYS),
    act("leave_a_seat_at_a_turn", who=WHO, turn=TURN, day=DAY, earlier=YES),
    act("leave_a_seat_at_a_turn", who=WHO, turn=TURN, day=DAY, earlier=YES),
    act("say_not_coming", who=WHO),
    act("undo", who=WHO),
    act("leave_and_regret", who=WHO, minutes=some.sampled_from([29, 30]), comes_anew=YES),
    act("change_days", who=WHO, days=DAYS, may_wait=LINES),
    act("enlarge_and_change_days", who=WHO, day=DAY, days=DAYS),
    act("answer_an_offer", who=WHO, takes_it=YES),
    act("answer_at_the_end", who=WHO, takes_it=YES, earlier=YES),
    act("ask_to_be_forgotten", who=WHO),
    act("set_capacity", day=DAY, capacity=some.integers(0, 4)),
    act("sweep"),
    act("sweep"),
    act("wait", minutes=some.sampled_from([1, 29, 30, 31, 6 * 60])),
    act("go_to_a_turn", turn=TURN, day=DAY, earlier=YES),
    act("go_to_a_turn", turn=TURN, day=DAY, earlier=YES),
    act("go_to_an_hour", hour=some.sampled_from([8, 12, 21]), earlier=YES),
)
# A full forum with a line on both days, and then whatever comes.
STORIES = some.tuples(some.lists(REGISTER, min_size=4, max_size=6), some.lists(ACTS, min_size=14, max_size=18))


@settings(
    max_examples=40,
    phases=[Phase.generate],  # a story of twenty steps is read sooner than it is made shorter
    suppress_health_check=list(HealthCheck),
)
@given(story=STORIES)
def test_whatever_happens_seats_lines_and_mails_are_as_the_rules_say(forum, story):
    Edition.objects.update(
        registration_opens_at=timezone.now() - dt.timedelta(days=100),
        registration_closes_at=timezone.now() + dt.timedelta(days=100),
        changes_until=None,
    )
    forum.refresh_from_db()
    with Story(forum) as told:
        for name, facts in [*story[0], *story[1]]:
            getattr(told, name)(**facts)
            assert told.rows() == told.rules_say(), f"after {name} {facts}"
            assert invariants.broken() == {}


class Story:
    """The forum of the test with one seat a day, from sixty hours before its doors open. Undone when it ends."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        doors = {day.number: day.at(day.doors).astimezone(SEOUL) for day in edition.days.all()}
        self.rules = Seats(doors, 1, doors[1] - dt.timedelta(hours=60))
        self.registrations: list[Registration] = []
        self.written: dict[int, dt.datetime] = {}  # mails, and when they were
        self.travel = time_machine.travel(self.rules.now, tick=False)
        self.transaction = transaction.atomic()

    def __enter__(self) -> Story:
        self.transaction.__enter__()
        Quota.objects.update(capacity=1)
        self.clock = self.travel.start()
        post_save.connect(self._note, sender=Message)
        return self

    def __exit__(self, *exception: object) -> None:
        post_save.disconnect(self._note, sender=Message)
        self.travel.stop()
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def register(self, letter: str, days: tuple[int, ...], may_wait: tuple[int, ...], takes_any_seat: bool) -> None:
        address = f"{letter}@example.org"
        answers = make_answers(self.edition, email=address, days=days, may_wait=may_wait, takes_any_seat=takes_any_seat)
        self._both(
            lambda: sign_up.register(self.edition, answers, uuid.uuid4()),
            lambda: self.rules.register(address, days, may_wait, takes_any_seat),
        )
        self.registrations += self.edition.registrations.order_by("pk")[len(self.registrations) :]

    def cancel(self, who: int, days: tuple[int, ...]) -> None:
        registration, person = self._one(who)
        if person:
            self._both(lambda: booking.cancel(registration, days), lambda: self.rules.cancel(person, days))

    def leave_a_seat_at_a_turn(self, who: int, turn: int, day: int, earlier: bool) -> None:
        self.go_to_a_turn(turn, day, earlier)
        sure = [pair for pair in self._pairs() if any(claim.state == CONFIRMED for claim in pair[1].living(day))]
        if sure:
            registration, person = sure[who % len(sure)]
            self._both(lambda: booking.cancel(registration, (day,)), lambda: self.rules.cancel(person, (day,)))

    def say_not_coming(self, who: int) -> None:
        """“Are you coming?” “No, release my seats.”"""
        self.cancel(who, (1, 2))

    def undo(self, who: int) -> None:
        registration, person = self._one(who)
        if person:
            self._both(lambda: booking.undo_cancel(registration), lambda: self.rules.undo(person))

    def leave_and_regret(self, who: int, minutes: int, comes_anew: bool) -> None:
        registration, person = self._one(who)
        if not person:
            return
        self._both(lambda: booking.cancel(registration, (1, 2)), lambda: self.rules.cancel(person, (1, 2)))
        if comes_anew and person.address:
            self.register(person.address[0], (1,), (1,), takes_any_seat=False)
        self.wait(minutes)
        self._both(lambda: booking.undo_cancel(registration), lambda: self.rules.undo(person))

    def change_days(self, who: int, days: tuple[int, ...], may_wait: tuple[int, ...]) -> None:
        registration, person = self._one(who)
        if person:
            said = {column: getattr(registration, column) for column in changing.DETAILS}
            self._both(
                lambda: changing.change(registration, days, said, may_wait),
                lambda: self.rules.change(person, days, may_wait),
            )

    def enlarge_and_change_days(self, who: int, day: int, days: tuple[int, ...]) -> None:
        """Before the sweep: a free seat is not for this person while others wait for it."""
        self.set_capacity(day, self.rules.days[day].capacity + 2)
        self.change_days(who, days, ())

    def answer_an_offer(self, who: int, takes_it: bool) -> None:
        """Also one that has ended or was answered before, as an old page shows it."""
        person, claim = self._asked(who)
        if claim:
            row = Booking.objects.get(quota__day__number=claim.day, place=claim.place)
            if takes_it:
                self._both(lambda: waiting_list.accept(row), lambda: self.rules.accept(person, claim))
            else:
                self._both(lambda: waiting_list.decline(row), lambda: self.rules.decline(claim))

    def answer_at_the_end(self, who: int, takes_it: bool, earlier: bool) -> None:
        _person, claim = self._asked(who)
        if claim and claim.until:
            self._go_to(claim.until - dt.timedelta(minutes=earlier))
            self.answer_an_offer(who, takes_it)

    def ask_to_be_forgotten(self, who: int) -> None:
        registration, person = self._one(who)
        if person:
            self._both(lambda: erasure.erase_person(registration, by="test"), lambda: self.rules.forget(person))

    def set_capacity(self, day: int, capacity: int) -> None:
        quota = Quota.objects.get(day__number=day)
        self._both(lambda: waiting_list.set_capacity(quota, capacity), lambda: self.rules.set_capacity(day, capacity))

    def sweep(self) -> None:
        self._both(waiting_list.sweep, self.rules.sweep)

    def wait(self, minutes: int) -> None:
        self._go_to(self.rules.now + dt.timedelta(minutes=minutes))

    def go_to_a_turn(self, turn: int, day: int, earlier: bool) -> None:
        opens = self.rules.days[day].doors
        self._go_to(opens - dt.timedelta(hours=turn, minutes=earlier))

    def go_to_an_hour(self, hour: int, earlier: bool) -> None:
        today = self.rules.now.replace(hour=hour, minute=0) - dt.timedelta(minutes=earlier)
        self._go_to(today if today > self.rules.now else today + dt.timedelta(days=1))

    def _both(self, act, rule_of_it) -> None:
        """Do it in the product and in the model. Both do it, or both refuse."""
        try:
            with transaction.atomic():
                act()
        except Refused as refusal:
            done = refusal
        else:
            done = None
        try:
            rule_of_it()
        except No:
            assert done is not None, "the rules refuse this"
        else:
            assert done is None, f"the rules allow this: {done!r}"

    def _one(self, who: int) -> tuple[Registration, Person] | tuple[None, None]:
        """Mostly somebody who is still in, as they were read when their last page was opened: what is read then is
        stale now, and verbs must not trust it."""
        pairs = self._pairs()
        chosen = [pair for pair in pairs if pair[1].living() or who > 8] or pairs
        return chosen[who % len(chosen)] if chosen else (None, None)

    def _pairs(self) -> list[tuple[Registration, Person]]:
        return list(zip(self.registrations, self.rules.people, strict=True))

    def _asked(self, who: int) -> tuple[Person, Claim] | tuple[None, None]:
        """Somebody who has an offer, or else once stood in line."""
        claims = [(person, claim) for person in self.rules.people for claim in person.claims if claim.place]
        claims = [pair for pair in claims if pair[1].state == OFFERED] or claims
        return claims[who % len(claims)] if claims else (None, None)

    def _go_to(self, moment: dt.datetime) -> None:
        if moment > self.rules.now:
            self.rules.now = moment
            self.clock.move_to(moment)

    def _note(self, instance: Message, **_: object) -> None:
        self.written[instance.pk] = timezone.now()

    def rows(self) -> dict[str, object]:
        people = list(self.edition.registrations.order_by("pk"))
        claims, mails = ({person.pk: [] for person in people}, {person.uuid: [] for person in people})
        for pk, *claim in Booking.objects.values_list("registration", "day__number", "state", "place", "offered_until"):
            claims[pk].append(_claim(*claim))
        for message in Message.objects.order_by("pk"):
            # What leaves at once is due by the database's clock, which does not travel: here, by the story's.
            at_once = message.next_attempt_at == message.created_at
            moment = self.written[message.pk] if at_once else message.next_attempt_at
            mails[message.about].append((message.kind, moment))
        columns = ("day__number", "capacity", "taken", "waiting", "last_place")
        return {
            "quotas": sorted(Quota.objects.values_list(*columns)),
            "people": [(each.email, each.cancelled_at is None, sorted(claims[each.pk])) for each in people],
            "mails": [mails[each.uuid] for each in people],
        }

    def rules_say(self) -> dict[str, object]:
        rules = self.rules
        return {
            "quotas": [
                (number, day.capacity, rules.held(number), len(rules.line(number)), day.last_place)
                for number, day in rules.days.items()
            ],
            "people": [
                (
                    person.address,
                    bool(person.living()),
                    sorted(_claim(each.day, each.state, each.place, each.until) for each in person.claims),
                )
                for person in rules.people
            ],
            "mails": [person.mails for person in rules.people],
        }


def _claim(day: int, state: str, place: int | None, until: dt.datetime | None) -> tuple[int, str, int, str]:
    """In a form that can be sorted."""
    return day, state, place or 0, until.astimezone(SEOUL).isoformat() if until else ""
