"""Do the answers make sense? A form decides that; constraints decide what can exist."""

from registration.forms.manage import CancelForm, ChangeForm, EmailForm, ResendForm
from registration.forms.registration import RegistrationForm, new_submission_key

__all__ = ["CancelForm", "ChangeForm", "EmailForm", "RegistrationForm", "ResendForm", "new_submission_key"]
