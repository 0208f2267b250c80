"""What allauth's forms do differently here."""

from __future__ import annotations

from allauth.account.forms import ResetPasswordForm

from forum.accounts.roles import is_staff_member


class StaffResetPasswordForm(ResetPasswordForm):
    """Citizens have no password and get none. The page answers alike."""

    def clean_email(self) -> str:
        email = super().clean_email()
        self.users = [user for user in self.users if is_staff_member(user)]
        return email
