"""Pages for what went wrong."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404
from django.shortcuts import render

from engagements.access import ANYBODY, open_to

NEVER_REPEATED = ("csrfmiddlewaretoken", "password")  # fields with these in their names
SHOWN_FROM = 40  # characters; a shorter word is a choice or a number, and goes along unseen


def forbidden_form(request, reason=""):
    """The form's safety token did not fit: signed in or out elsewhere, or no cookies. What was typed comes back."""
    if not is_from_here(request) or not carries_words(request):
        return render(request, "403_csrf.html", status=403)
    if _needs_account(request) and not request.user.is_authenticated:
        return signed_out(request)
    return render(request, "403_csrf.html", _typed(request), status=403)


def signed_out(request):
    """The session has ended meanwhile; what was typed comes back, with a way to sign in and to send it again."""
    return render(request, "403_signed_out.html", _typed(request), status=403)


def _needs_account(request):
    return getattr(request.resolver_match.func, "login_required", True)


def carries_words(request):
    """Whether a form of ours brings something that somebody entered.

    Forms in front of an account bring nothing that would be missed, and htmx leaves the page as it is.
    """
    if request.method != "POST" or "HX-Request" in request.headers or request.path.startswith("/account/"):
        return False
    typed = _typed(request)
    return bool(
        typed["texts"] or typed["has_files"] or any(value and name != "next" for name, value in typed["others"])
    )


def is_from_here(request):
    """Whether a page of ours sent this: another site's words are not offered to be sent again."""
    if origin := request.headers.get("Origin"):
        return origin == f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")


@open_to(ANYBODY)
def elsewhere(request, token):
    """An address that is served by another process."""
    raise Http404


def not_understood(request, exception=None):
    """The request itself is wrong; where it is merely too large, that is said. Nothing of it is repeated."""
    if isinstance(exception, RequestDataTooBig):
        megabytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
        return render(request, "413.html", {"title": "Too much at once", "megabytes": megabytes}, status=413)
    return render(request, "400.html", {"title": "Not understood"}, status=400)


def sealed(request):
    """The key of this installation opens nothing here; what was typed comes back with the page."""
    return render(request, "503_sealed.html", {"title": "The notes cannot be opened", **_typed(request)}, status=503)


def erased(request):
    """The words of an engagement were erased; what was typed comes back with the page."""
    return render(request, "410_erased.html", {"title": "This was erased", **_typed(request)}, status=410)


def not_agreed(request):
    """Nothing said can be kept before the agreement; what was typed comes back with the page."""
    return render(request, "409_not_agreed.html", {"title": "The agreement comes first", **_typed(request)}, status=409)


def _typed(request):
    """Texts to be shown, as {name, label, text}, and (name, value) of whatever else was sent."""
    texts, others = [], []
    for name, values in request.POST.lists() if request.method == "POST" else ():
        if any(word in name for word in NEVER_REPEATED):
            continue
        for value in values:
            value = value.encode(errors="replace").decode()  # half a character cannot be sent
            if len(value) > SHOWN_FROM or len(value.split()) > 1:
                texts.append(
                    {"name": name, "label": name.replace("_", " ").replace("-", " ").capitalize(), "text": value}
                )
            else:
                others.append((name, value))
    return {"texts": texts, "others": others, "is_post": request.method == "POST", "has_files": bool(request.FILES)}
