"""What settings.py says about other programs and directories: the API, webhooks, sign-in by OpenID Connect."""

import re

from django.core.exceptions import ImproperlyConfigured

from coaching import environment

DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
DIRECTORY = "directory"  # names the provider in rows of accounts elsewhere


def settings(*, debug, is_served):
    """Settings by name. Where the door is not served to everybody (`is_served`), no directory opens it."""
    issuer, client, secret = (
        environment.text(name) if is_served else "" for name in ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
    )
    _check(issuer, client, secret, debug)
    return {
        "API_REQUESTS_PER_MINUTE": environment.number("API_REQUESTS_PER_MINUTE", 120, 1, 100_000),  # with one token
        # To private addresses and without TLS: for a laptop.
        "WEBHOOKS_INSIDE": environment.flag("WEBHOOKS_INSIDE", debug),
        "OIDC_NAME": environment.text("OIDC_NAME", "your directory") if issuer else "",  # empty: there is none
        "OIDC_DOMAINS": _domains(environment.text("OIDC_DOMAINS")),  # of addresses; empty: any
        "SOCIALACCOUNT_ADAPTER": "coaching.directory.DirectoryAccounts",
        "SOCIALACCOUNT_STORE_TOKENS": False,
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION": False,  # allauth's own way would take passwords away
        "SOCIALACCOUNT_PROVIDERS": providers(issuer, client, secret) if issuer else {},
    }


def providers(issuer, client, secret):
    """What allauth is told of one directory."""
    app = {
        "provider_id": DIRECTORY,
        "name": DIRECTORY,
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": issuer.rstrip("/"), "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app]}}


def _domains(text):
    """Domains in lower case; raises ImproperlyConfigured for what is none, so that no slip lets anybody in."""
    found = [part.strip().lower() for part in text.split(",")] if text else []
    for domain in found:
        if not DOMAIN.fullmatch(domain):
            raise ImproperlyConfigured(f"OIDC_DOMAINS names {domain!r}; write company.example,another.example")
    return found


def _check(issuer, client, secret, debug):
    if any((issuer, client, secret)) and not all((issuer, client, secret)):
        raise ImproperlyConfigured("Set OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET together, or none of them.")
    if issuer and not issuer.startswith(("https://", "http://") if debug else "https://"):
        raise ImproperlyConfigured(f"OIDC_ISSUER is {issuer!r}; it has to begin with https://")
