"""To a company's directory and back."""

import logging

from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from coaching.directory import FAILURES, DirectoryAdapter, Returning, provider_for
from coaching.interfaces import DIRECTORY
from engagements.access import ANYBODY, open_to

log = logging.getLogger(__name__)


def _where_it_is_on(view):
    """Without a directory in the settings there is no such page; what fails on the way is said at the door."""

    def answer(request):
        if not settings.OIDC_NAME:
            raise Http404
        try:
            return view(request)
        except ImmediateHttpResponse as refusal:
            return refusal.response
        except (*FAILURES, OAuth2Error) as error:
            log.warning("The directory does not answer as it should: %s", type(error).__name__)
            messages.error(request, "Your directory does not answer. Try again later, or use your password.")
            return redirect("account_login")

    return answer


@require_POST
@open_to(ANYBODY)
@_where_it_is_on
def directory_sign_in(request):
    """A page that leads on by itself: a form of ours may not be answered by another site (content policy)."""
    next_url = get_next_redirect_url(request)
    leading = provider_for(request).redirect(request, AuthProcess.LOGIN, next_url=next_url)
    if not leading.headers["Location"].startswith(("https://", "http://")):
        return leading
    context = {"title": "Leaving for your directory", "to": leading.headers["Location"], "name": settings.OIDC_NAME}
    return render(request, "account/directory_leaving.html", context)


@require_safe
@open_to(ANYBODY)
@_where_it_is_on
def directory_return(request):
    """Signs in whom the directory names; the second step comes as it does after a password."""
    return Returning.adapter_view(DirectoryAdapter(request, DIRECTORY))(request)
