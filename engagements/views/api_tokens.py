"""A person's tokens for programs of theirs: make one, see which there are, revoke."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from engagements.access import EVERYBODY, open_to
from engagements.actions.api_tokens import TooManyTokens, make_token, revoke_token
from engagements.forms.api_tokens import TokenForm
from engagements.models import ApiToken, Scope


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(EVERYBODY)
def api_tokens(request):
    """The list, and a form; the token itself stands in the answer that made it and nowhere else."""
    form, token, now = TokenForm(request.POST or None), "", timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            token = _make(request, form, now)
            form = TokenForm()
        except TooManyTokens as refusal:
            form.add_error(None, str(refusal))
    tokens = ApiToken.objects.of_person(request.user)
    still_open = set(tokens.open_at(now).values_list("pk", flat=True))
    rows = [_row(one, one.pk in still_open) for one in tokens.newest_first()]
    context = {"title": "Access for programs", "form": form, "token": token, "rows": rows}
    return render(request, "engagements/api_tokens.html", context)


@reauthentication_required
def _make(request, form, now):
    """Whoever sits at somebody's open session makes nothing that outlasts it. What was sent comes back afterwards."""
    _, token = make_token(user=request.user, now=now, **form.cleaned_data)
    return token


def _row(token, is_open):
    state = "Revoked" if token.revoked_at else "" if is_open else "Ended"
    words = [Scope(scope).label for scope in token.scopes if scope in Scope.values]
    return {"token": token, "scopes": words, "state": state}


@require_POST
@open_to(EVERYBODY)
def api_token_revoke(request, pk):
    """It opens nothing any more."""
    token = get_object_or_404(ApiToken.objects.of_person(request.user), pk=pk)
    revoke_token(token=token, by=request.user, now=timezone.now())
    messages.success(request, f"“{token.name}” is revoked. Whatever used it is out from now on.")
    return redirect("api_tokens")
