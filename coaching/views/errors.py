"""Pages for what went wrong."""

from django.http import Http404
from django.shortcuts import render

from engagements.access import ANYBODY, open_to

NEVER_REPEATED = ("csrfmiddlewaretoken", "password")  # fields with these in their names
SHOWN_FROM = 40  # characters; a shorter word is a choice or a number, and goes along unseen


def forbidden_form(request, reason=""):
    """The form's safety token did not fit: signed out elsewhere, or cookies are off."""
    return render(request, "403_csrf.html", status=403)


@open_to(ANYBODY)
def elsewhere(request, token):
    """An address that is served by another process."""
    raise Http404


def sealed(request):
    """The key of this installation opens nothing here; what was typed comes back with the page."""
    return render(request, "503_sealed.html", {"title": "The notes cannot be opened", **_typed(request)}, status=503)


def erased(request):
    """The words of an engagement were erased; what was typed comes back with the page."""
    return render(request, "410_erased.html", {"title": "These words were erased", **_typed(request)}, status=410)


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
