"""Do the answers make sense? A form decides that; constraints decide what can exist."""

from registration.forms.interest import InterestForm
from registration.forms.keyed import new_submission_key
from registration.forms.manage import CancelForm, ChangeForm, EmailForm, OfferForm, ReleaseForm, ResendForm
from registration.forms.registration import LastPress, RegistrationForm
from registration.forms.sign_in import AddressForm, CodeForm

__all__ = [
    "AddressForm", "CancelForm", "ChangeForm", "CodeForm", "EmailForm", "InterestForm", "LastPress", "OfferForm",
    "RegistrationForm", "ReleaseForm", "ResendForm", "new_submission_key",
]  # fmt: skip
