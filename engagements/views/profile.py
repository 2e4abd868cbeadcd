"""A person's own profile."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from engagements.access import EVERYBODY, open_to
from engagements.actions.people import edit_own_profile
from engagements.forms.profile import OWN_FIELDS, ProfileForm
from engagements.permissions import is_coach
from engagements.views.drafts import saves_in_place


@saves_in_place
@require_http_methods(["GET", "HEAD", "POST"])
@open_to(EVERYBODY)
def profile(request):
    """Name and time zone; for a coach also what program managers match by."""
    user = request.user
    coach_profile = user.coach_profile if is_coach(user) else None
    form = ProfileForm(request.POST or None, user=user, coach_profile=coach_profile)
    if request.method == "POST" and form.is_valid():
        words = {name: form.cleaned_data[name] for name in OWN_FIELDS}
        edit_own_profile(user=user, by=user, now=timezone.now(), coach=form.coach, **words)
        messages.success(request, "Your profile is saved.")
        return redirect("profile")
    context = {"title": "Your profile", "form": form, "email": user.email, "is_coach": coach_profile is not None}
    return render(request, "engagements/profile.html", context)
