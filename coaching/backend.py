"""Who is signed in: allauth's way, with the roles that every page asks for in the same query."""

from allauth.account.auth_backends import AuthenticationBackend

from engagements.actions.accounts import person_with_roles


class WithRoles(AuthenticationBackend):
    """Signs in as allauth does."""

    def get_user(self, user_id):
        """The person of a session, or None: unknown, or not allowed in any more."""
        person = person_with_roles(user_id)
        return person if person is not None and self.user_can_authenticate(person) else None
