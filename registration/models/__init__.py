from registration.models.access import AccessLog
from registration.models.booking import Booking, Quota
from registration.models.broadcast import Broadcast, BroadcastRecipient
from registration.models.certificate import Certificate
from registration.models.consent import Consent, ConsentNotice
from registration.models.erasure import Erasure
from registration.models.inspection import Inspection
from registration.models.interest import Interest
from registration.models.mail_text import MailText
from registration.models.registration import Registration
from registration.models.ticket import Ticket

__all__ = [
    "AccessLog", "Booking", "Broadcast", "BroadcastRecipient", "Certificate", "Consent", "ConsentNotice", "Erasure",
    "Inspection", "Interest", "MailText", "Quota", "Registration", "Ticket",
]  # fmt: skip
