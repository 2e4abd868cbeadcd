"""The page behind an invitation's link."""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from engagements.access import LINK, open_to
from engagements.actions.invitations import InvitationNotValid, accept_invitation, find_invitation
from engagements.actions.people import AddressTaken
from engagements.forms.welcome import WelcomeForm


@sensitive_post_parameters("password", "password_again")
@require_http_methods(["GET", "HEAD", "POST"])
@open_to(LINK)
def welcome(request, token):
    """Set a password, and be in. Looking does not use the link up."""
    now = timezone.now()
    try:
        invitation = find_invitation(token=token, now=now)
        form = WelcomeForm(request.POST or None, user=invitation.user)
        if request.method == "POST" and form.is_valid():
            words = form.cleaned_data
            user = accept_invitation(
                token=token, password=words["password"], now=now, name=words.get("name"), email=words.get("email")
            )
            logout(request)  # whoever used this browser before
            messages.success(request, f"Welcome, {user.get_short_name()}. Your password is set.")
            return perform_login(request, user)  # with the second step, for whoever has one
    except AddressTaken:
        form.add_error("email", "There is an account with this address already.")
    except InvitationNotValid:
        return render(request, "engagements/welcome_not_valid.html", status=404)
    return render(request, "engagements/welcome.html", {"form": form, "person": invitation.user})
