"""The public pages. Each view reads one programme and shows it; none touches the database otherwise."""

from programme.views.front_door import front_door

__all__ = ["front_door"]
