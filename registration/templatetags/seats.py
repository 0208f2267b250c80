from typing import Any

from django import template

from programme.read_model import Day, Edition
from registration import queries

register = template.Library()


@register.inclusion_tag("registration/_seat_panel.html")
def seat_panel(edition: Edition) -> dict[str, Any]:
    """The days of the edition with their seats."""
    panel = queries.seat_panel(edition.slug, opens=edition.registration_opens, closes=edition.registration_closes)
    return {"panel": panel, "edition": edition}


@register.simple_tag
def seats_of(edition: Edition, day: Day) -> queries.DaySeats | None:
    """The public seats of one day, or None where it has none."""
    panel = queries.seat_panel(edition.slug, opens=edition.registration_opens, closes=edition.registration_closes)
    return next((each for each in panel.days if each.number == day.number), None)
