"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter


class InvitationOnly(DefaultAccountAdapter):
    """Nobody signs up by themselves: administrators and program managers invite."""

    def is_open_for_signup(self, request):
        return False
