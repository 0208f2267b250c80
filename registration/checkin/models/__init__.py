from registration.checkin.models.attendance import Attendance, Decision, Outcome
from registration.checkin.models.device import Device
from registration.checkin.models.point import Point
from registration.checkin.models.scan import LETS_IN, Scan, Verdict

__all__ = ["LETS_IN", "Attendance", "Decision", "Device", "Outcome", "Point", "Scan", "Verdict"]
