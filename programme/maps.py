"""Links to maps on the sites of others. Nothing of theirs is ever loaded into a page."""

from __future__ import annotations

from urllib.parse import quote

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programme.read_model import Venue

# Where Naver's and Kakao's maps show streets: south, north, west, east, in degrees.
KOREA = (33.0, 38.7, 124.5, 132.0)

Link = tuple[str | Promise, str]


def links(venue: Venue | None) -> list[Link]:
    """(name, address) of each map that knows the place, made of its coordinates. None without them."""
    if venue is None or venue.latitude is None or venue.longitude is None:
        return []
    place = f"{venue.latitude},{venue.longitude}"
    at_home: list[Link] = [
        (_("Naver Map"), f"https://map.naver.com/p/search/{quote(venue.address.ko or place)}"),
        (_("KakaoMap"), f"https://map.kakao.com/link/map/{place}"),
    ]
    anywhere: list[Link] = [
        (_("Google Maps"), f"https://www.google.com/maps/search/?api=1&query={quote(place)}"),
        (
            "OpenStreetMap",
            f"https://www.openstreetmap.org/?mlat={venue.latitude}&mlon={venue.longitude}"
            f"#map=17/{venue.latitude}/{venue.longitude}",
        ),
    ]
    return [*(at_home if _is_in_korea(venue.latitude, venue.longitude) else []), *anywhere]


def _is_in_korea(latitude: float, longitude: float) -> bool:
    south, north, west, east = KOREA
    return south <= latitude <= north and west <= longitude <= east
