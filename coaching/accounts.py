"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter


class InvitationOnly(DefaultAccountAdapter):
    """Nobody signs up by themselves: administrators and program managers invite."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "Address and password do not fit together.",
        "enter_current_password": "This is not your current password.",
        "incorrect_password": "This is not your password.",
        "too_many_login_attempts": "Too many attempts. Wait a few minutes before the next one.",
    }

    def is_open_for_signup(self, request):
        return False

    def is_safe_url(self, url):
        """An address that cannot be taken apart is none of ours."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False
