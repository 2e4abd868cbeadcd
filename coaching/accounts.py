"""How allauth behaves here."""

import time

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.context import request_context
from allauth.core.internal import ratelimit
from django.conf import settings
from django.utils import timezone

from coaching.after_answer import after_answer
from coaching.doors import FEW_TRIES, MANY_TRIES
from coaching.sessions import BEGAN
from engagements.actions.accounts import close_doors


class InvitationOnly(DefaultAccountAdapter):
    """Nobody signs up by themselves: administrators and program managers invite."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "Address and password do not fit together.",
        "enter_current_password": "This is not your current password.",
        "incorrect_password": "This is not your password.",
        "rate_limited": "Too many attempts. Wait a few minutes before the next one.",
        "too_many_login_attempts": "Too many attempts. Wait a few minutes before the next one.",
    }

    def is_open_for_signup(self, request):
        return False

    def set_password(self, user, password):
        """Sessions elsewhere end by themselves then; what programs of theirs come in by does not."""
        close_doors(user=user, now=timezone.now())
        super().set_password(user, password)

    def is_safe_url(self, url):
        """An address that cannot be taken apart is none of ours."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def is_reauthentication_required(self, *, app, **kwargs):
        """Whoever has only just signed in has just shown who they are."""
        began = self.request.session.get(BEGAN)
        is_new = began is not None and time.time() - began < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        return not is_new and super().is_reauthentication_required(app=app, **kwargs)

    def send_mail(self, template_prefix, email, context):
        """Once the answer has gone out: how long writing and sending takes would tell who has an account."""
        after_answer(self.request, self._send, self.request, template_prefix, email, context)

    def _send(self, request, *mail):
        with request_context(request):
            super().send_mail(*mail)

    # --- tries: a stranger's wrong ones slow the stranger down -----------------------------------------

    def _get_login_attempts_cache_key(self, request, **credentials):
        """Wrong passwords count per account and client, so that nobody is kept out by somebody elsewhere."""
        return f"{self._account_key(request, credentials)}:{ratelimit.get_ip(request)}"

    def _account_key(self, request, credentials):
        return super()._get_login_attempts_cache_key(request, **credentials)

    def pre_authenticate(self, request, **credentials):
        """Raises ValidationError where a client, or everybody together, has tried an account too often."""
        super().pre_authenticate(request, **credentials)
        self._account_tries = _count(request, MANY_TRIES, self._account_key(request, credentials))
        if not self._account_tries:
            self._account_tries = _count(request, FEW_TRIES, self._get_login_attempts_cache_key(request, **credentials))
        if not self._account_tries:
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self):
        """A right password was no wrong try."""
        super()._rollback_login_failed_rl_usage()
        self._account_tries.rollback()


def _count(request, rate, key):
    """Counts a try of this account; None where there were too many."""
    return ratelimit.consume(
        request, app="coaching", action="account_tries", config={"account_tries": rate}, key=key, limit_get=True
    )
