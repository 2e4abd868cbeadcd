"""The second step of signing in: who needs one, and what becomes of somebody who has none yet.

The steps themselves (an app's codes, passkeys, recovery codes) are allauth's. What they rest on is sealed before it
reaches the database, so that a copy of the database signs nobody in.
"""

import base64
import hashlib
import ipaddress
import logging
from functools import cache

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect, render

log = logging.getLogger(__name__)

SET_UP_HERE = "second_step_set_up"  # in a session: for whom a first step was set up in it
STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# What leads to a second step stays open to whoever has none.
WAY_IN = {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "account_logout"}


class WrongStepKey(Exception):
    """What a second step rests on was sealed under another SECOND_STEP_KEY."""


def has_second_step(user):
    return Authenticator.objects.filter(user_id=user.pk, type__in=STEPS).exists()


def took_second_step(request):
    """Whether the person has shown a second step in this session, or set up the first one in it."""
    if request.session.get(SET_UP_HERE) == str(request.user.pk):
        return True
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def offers_passkeys(request):
    """Browsers make passkeys for a name on HTTPS or for localhost, not for an address in numbers."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return request.is_secure() or host == "localhost"
    return False


class SecondSteps(DefaultMFAAdapter):
    """Our words, and a seal on what is kept."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code does not fit, or was used already. Wait for the next one.",
        "cannot_delete_authenticator": "This is your only second step. Add another one first.",
    }

    def encrypt(self, text):
        return _seal(settings.SECOND_STEP_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        try:
            return _seal(settings.SECOND_STEP_KEY).decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise WrongStepKey from error

    def can_delete_authenticator(self, authenticator):
        """The last step stays while one is needed."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=STEPS).exclude(
            pk=authenticator.pk
        )
        return not settings.SECOND_FACTOR or others.exists()

    def generate_authenticator_name(self, user, type):
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return "Passkey" if number == 1 else f"Passkey {number}"

    def _get_site_name(self):
        return settings.SITE_NAME


@cache
def _seal(key):
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))


class SecondStepFirst:
    """Whoever is signed in without a second step reaches the page that sets one up, and what is open to anybody."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        is_let_through = not settings.SECOND_FACTOR or not getattr(view, "login_required", True)
        if is_let_through or not request.user.is_authenticated or took_second_step(request):
            return None
        if has_second_step(request.user):  # signed in around it, or before it was set up elsewhere
            logout(request)
            messages.info(request, "Sign in again, with your second step.")
            return redirect("account_login")
        return None if request.resolver_match.url_name in WAY_IN else redirect("mfa_index")

    def process_exception(self, request, exception):
        if isinstance(exception, WrongStepKey):
            log.error("Second steps cannot be checked: SECOND_STEP_KEY is missing or another one.")
            return render(request, "503_second_step.html", status=503)
        return None
