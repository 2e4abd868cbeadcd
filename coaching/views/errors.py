"""Pages for what went wrong."""

from django.shortcuts import render


def forbidden_form(request, reason=""):
    """The form's safety token did not fit: signed out elsewhere, or cookies are off."""
    return render(request, "403_csrf.html", status=403)
