"""Why registering or changing can be refused."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from forum.errors import Refused


class RegistrationNotOpen(Refused):
    code, message = "registration_not_open", _("Registration is not open now.")


class OpeningNotAwaited(Refused):
    code, message = "opening_not_awaited", _("Nobody waits for the opening of registration now.")


class DayFull(Refused):
    """`days` are the numbers of the days without a free seat."""

    code, message = "day_full", _("A day that you chose has just filled up.")

    def __init__(self, days: Iterable[int]) -> None:
        super().__init__()
        self.days = sorted(days)


class RegisteredAlready(Refused):
    """`registration` is the living one of this address, or of this speaker. For staff, who may know."""

    code, message = "registered_already", _("This address is registered already.")

    def __init__(self, registration: object) -> None:
        super().__init__()
        self.registration = registration


class NothingToday(Refused):
    code, message = "nothing_today", _("Nobody is let in today: it is no day of the forum.")


class MoreAreTaken(Refused):
    code, message = "more_are_taken", _("More seats are taken than this. Cancel registrations first.")


class NoticeOutdated(Refused):
    code = "notice_outdated"
    message = _("The notice about personal data has changed. Read it again, please, and agree once more.")


class OfferOver(Refused):
    code, message = "offer_over", _("The time to take this seat has passed.")


class NoSeat(Refused):
    code, message = "no_seat", _("You hold no seat now, so there is nothing to answer.")


class SeatGone(Refused):
    code, message = "seat_gone", _("The seat has been given to somebody else in the meantime.")


class RegistrationOver(Refused):
    code, message = "registration_over", _("This registration is cancelled. You can register again.")


class NothingToCertify(Refused):
    code = "nothing_to_certify"
    message = _(
        "There is no certificate yet. It is made for whoever was checked in at the door, when the day is over. "
        "If you were there and it is missing, write to us."
    )


class ChangesClosed(Refused):
    code, message = "changes_closed", _("Changes have closed. You can still cancel.")


class NoDraft(Refused):
    code, message = "no_draft", _("This mail has been confirmed or discarded. It cannot be changed any more.")


class DraftChanged(Refused):
    code = "draft_changed"
    message = _("Somebody changed this mail after you opened the page. Look at it again before you confirm it.")


class WordsMissing(Refused):
    code, message = "words_missing", _("Write subject and text in every language that the audience reads.")


class NobodyThere(Refused):
    code, message = "nobody_there", _("There is nobody in this audience.")


class CountDiffers(Refused):
    """`count` is how many there are now."""

    code, message = "count_differs", _("This is not the number of people now.")

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count
