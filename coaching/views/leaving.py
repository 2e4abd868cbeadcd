"""Signing out: the browser forgets what it kept of this site."""

from allauth.account import views


def sign_out(request):
    """Asks, and on POST ends the session. The page behind the Back button is gone with the browser's cache."""
    response = views.logout(request)
    if request.method == "POST":
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response
