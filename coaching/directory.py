"""Sign-in by a company's directory (OpenID Connect): allauth's flow, with what it leaves out.

Code flow with PKCE and a nonce; the signature of the id_token is always checked, against the keys of the provider
and a list of algorithms of ours. Kept of an account elsewhere: which it is. No token and no claim is stored.
"""

import logging

import jwt
import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.core.validators import validate_email
from django.forms import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string

from coaching.interfaces import DIRECTORY
from engagements import tokens
from engagements.actions.directory import MayNotSignIn, person_of_directory

log = logging.getLogger(__name__)

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]  # nothing that shares a secret
NEEDED = ["exp", "iat", "iss", "aud", "sub", "nonce"]
LEEWAY = 60  # seconds that two clocks may differ
# What goes wrong at the other end, however it says so.
FAILURES = (requests.RequestException, ValueError, KeyError, TypeError, AttributeError, ImproperlyConfigured)


class NotBelieved(OAuth2Error):
    """What the provider said does not hold; the message is ours and quotes nothing of it."""


class DirectoryAdapter(OpenIDConnectOAuth2Adapter):
    """Reads what the provider answers, and believes nothing unchecked."""

    nonce = ""  # what was sent to the provider for this sign-in

    @property
    def openid_config(self):
        config = super().openid_config
        issuer = self.get_provider().app.settings["server_url"]
        if config["issuer"].rstrip("/") != issuer:
            raise NotBelieved("The provider says it is another one.")
        is_safe = issuer.startswith("https://")
        ends = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
        if is_safe and not all(config.get(end, "https://").startswith("https://") for end in ends):
            raise NotBelieved("The provider names an address without TLS.")
        return config

    def complete_login(self, request, app, token, **kwargs):
        try:
            claims = self._claims(app, kwargs["response"]["id_token"])
            if "email" not in claims and "userinfo_endpoint" in self.openid_config:
                claims = self._with_user_info(claims, token)
            return self.get_provider().sociallogin_from_response(request, {"id_token": claims})
        except (*FAILURES, jwt.PyJWTError) as error:
            raise NotBelieved(type(error).__name__) from error

    def _claims(self, app, id_token):
        """What an id_token says, once all of it was checked."""
        config, header = self.openid_config, jwt.get_unverified_header(id_token)
        if header.get("alg") not in ALGORITHMS:
            raise NotBelieved("The id_token is signed in no way that we take.")
        claims = jwt.decode(
            id_token,
            key=self._key(config["jwks_uri"], header),
            algorithms=ALGORITHMS,
            audience=app.client_id,
            issuer=config["issuer"],
            leeway=LEEWAY,
            options={"require": NEEDED, "verify_iat": True},
        )
        if not self.nonce or not tokens.same(str(claims["nonce"]), self.nonce):
            raise NotBelieved("The id_token belongs to another sign-in.")
        if claims.get("azp", app.client_id) != app.client_id:
            raise NotBelieved("The id_token was made for another program.")
        return claims

    def _key(self, address, header):
        with DirectoryAccounts().get_requests_session() as session:
            answer = session.get(address)
            answer.raise_for_status()
            keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        fitting = [key for key in keys if key.key_id == header.get("kid") and key.public_key_use in (None, "sig")]
        if len(fitting) != 1:
            raise NotBelieved("The provider does not show the key of its signature.")
        return fitting[0]

    def _with_user_info(self, claims, token):
        info = self._fetch_user_info(token.token)
        if info.get("sub") != claims["sub"]:
            raise NotBelieved("The provider tells of somebody else.")
        return {**info, **claims}

    def get_callback_url(self, request, app):
        return request.build_absolute_uri(reverse("directory_return"))


class DirectoryProvider(OpenIDConnectProvider):
    """The one provider that settings name."""

    oauth2_adapter_class = DirectoryAdapter

    def redirect(self, request, process, next_url=None, data=None, **kwargs):
        """To the provider, with a nonce that its answer has to bring back. Nothing of it comes from the address."""
        nonce = get_random_string(43)
        sent = {"scope": self.get_default_scope(), "auth_params": {"nonce": nonce}}
        return super().redirect(request, process, next_url=next_url, data=data, nonce=nonce, **sent)

    def extract_extra_data(self, data):
        return {}

    def extract_email_addresses(self, data):
        """Only what the provider vouches for; allauth adds the others, as not verified."""
        claims = data["id_token"]
        return super().extract_email_addresses(data) if claims.get("email_verified") is True else []

    def get_callback_url(self):
        return reverse("directory_return")


class Returning(OAuth2CallbackView):
    """Back from the provider, with the state that was put away before."""

    def _get_state(self, request, provider):
        state, answer = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, answer


class DirectoryAccounts(DefaultSocialAccountAdapter):
    """Whose account it is. Providers come from settings alone, never from a table."""

    def list_apps(self, request, provider=None, client_id=None):
        return _build_apps_from_settings(provider=provider, client_id=client_id).get("openid_connect", [])

    def get_provider(self, request, provider, client_id=None):
        return DirectoryProvider(request, app=self.get_app(request, provider=provider))

    def list_providers(self, request):
        return [DirectoryProvider(request, app=app) for app in self.list_apps(request)]

    def populate_user(self, request, sociallogin, data):
        sociallogin.user.name = str(data.get("name") or "")
        return sociallogin.user

    def pre_social_login(self, request, sociallogin):
        """Connects a person who comes for the first time, by an address that the provider vouches for."""
        if sociallogin.is_existing:
            return
        email, name = _address_of(sociallogin), sociallogin.user.name
        if not email:
            refuse(request, "Your directory does not vouch for your e-mail address. Ask your administrator.")
        if settings.OIDC_DOMAINS and email.rpartition("@")[2] not in settings.OIDC_DOMAINS:
            refuse(request, "Your address is not one that may sign in by your directory. Ask your administrator.")
        try:
            person, is_new = person_of_directory(email=email, name=name, now=timezone.now())
        except MayNotSignIn:
            raise ImmediateHttpResponse(redirect("account_inactive")) from None
        sociallogin.user = person
        sociallogin.account.user = person
        sociallogin.account.save()
        if not is_new:
            self.send_notification_mail("account/email/directory_connected", person)

    def is_open_for_signup(self, request, sociallogin):
        return False  # whoever may come in is connected by now

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None):
        """One answer to everything that did not work; which it was stands in the log."""
        # The text of others' errors may quote the provider's answer, tokens and all.
        reason = exception if isinstance(exception, NotBelieved) else type(exception).__name__
        log.warning("Sign-in by the directory failed: %s %s", error, reason)
        refuse(request, "Signing in by your directory did not work. Try again, or use your password.")


def _address_of(sociallogin):
    """The address that the provider vouches for; empty where there is none."""
    for address in (one for one in sociallogin.email_addresses if one.verified is True):
        try:
            validate_email(address.email)
            return address.email.lower()
        except ValidationError:
            continue
    return ""


def refuse(request, words):
    """Ends a sign-in with a word on the page where it began."""
    messages.error(request, words)
    raise ImmediateHttpResponse(redirect("account_login"))


def provider_for(request):
    """The provider that settings name."""
    return DirectoryAccounts(request).get_provider(request, DIRECTORY)
