"""What every page may name."""

import importlib
import importlib.util

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from coaching.navigation import account_links_for, key_places_for, may_find, nav_for


def site(request):
    user = getattr(request, "user", None)  # missing when something failed before sign-in was looked at
    return {
        "site_name": settings.SITE_NAME,
        "directory": settings.OIDC_NAME,
        "is_demo": settings.DEMO,
        "has_demo_mails": settings.DEMO and not settings.EMAIL_CONFIG,  # otherwise mails go out and are not kept here
        "nav": SimpleLazyObject(lambda: nav_for(user, request.path)),
        "key_places": SimpleLazyObject(lambda: key_places_for(user)),
        "may_find": SimpleLazyObject(lambda: may_find(user)),
        "account_links": SimpleLazyObject(lambda: account_links_for(user, request.path)),
        "demo_sign_ins": SimpleLazyObject(demo_sign_ins),
    }


def demo_sign_ins():
    """The demo people of the sign-in page: [{role, email, password}]; none outside a demo."""
    if not settings.DEMO or importlib.util.find_spec("coaching.demo") is None:
        return []
    return getattr(importlib.import_module("coaching.demo"), "SIGN_INS", [])
