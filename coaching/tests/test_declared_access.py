"""A view that does not say who may open it is refused; a verb that no page knows gets 405, whatever the address."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import include, path
from django.views.decorators.http import require_safe

from coaching.declared_access import every_view_says_who_may_open_it, without_access
from coaching.tests.test_access_matrix import unmasked
from coaching.urls import urlpatterns as site_map
from engagements.access import ANYBODY, COACH, EVERYBODY, MANAGER, open_to

pytestmark = pytest.mark.once


def undeclared(request):
    return HttpResponse("in")


@require_safe
@open_to(COACH)
def for_coaches(request):
    return HttpResponse("in")


@open_to(ANYBODY)
def for_anybody(request):
    return HttpResponse("in")


inner = [path("undeclared/", undeclared), path("coaches/", for_coaches)]
urlpatterns = [*site_map, path("anybody/", for_anybody), path("inner/", include(inner))]


@pytest.fixture
def here(settings):
    """A site map with a view that says nothing."""
    settings.ROOT_URLCONF = __name__


def test_every_view_of_the_site_says_who_may_open_it():
    assert list(without_access()) == []
    assert every_view_says_who_may_open_it(None) == []


def test_the_check_finds_a_view_that_says_nothing_however_deep(here):
    (error,) = every_view_says_who_may_open_it(None)
    assert error.id == "coaching.E001"
    assert "test_declared_access.undeclared at “undeclared/”" in error.msg


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["anonymous", "cora", "ada"])
def test_a_view_that_says_nothing_is_refused_to_everybody_and_the_log_says_why(here, cast, caplog, name):
    client = Client()
    if name != "anonymous":
        client.force_login(getattr(cast, name))
    for verb in ("GET", "HEAD", "POST"):
        assert client.generic(verb, "/inner/undeclared/").status_code == 404
    assert "does not say who may open it" in caplog.text


@pytest.mark.django_db
def test_a_page_of_another_role_does_not_exist(here, cast, as_user):
    assert as_user(cast.cora).get("/inner/coaches/").content == b"in"
    for user in (cast.pia, cast.ada, cast.sten):
        theirs, nothing = as_user(user).get("/inner/coaches/"), as_user(user).get("/inner/nothing/")
        assert (theirs.status_code, unmasked(theirs)) == (404, unmasked(nothing))


@pytest.mark.django_db
def test_whoever_is_not_signed_in_is_asked_to_and_comes_in_where_anybody_may(here, client):
    assert client.get("/inner/coaches/").headers["Location"].startswith("/account/sign-in/")
    assert client.get("/anybody/").content == b"in"


@pytest.mark.parametrize("circle", [COACH, MANAGER, EVERYBODY])
def test_the_declaration_itself_refuses_where_nobody_asked_to_sign_in(rf, circle):
    request = rf.get("/")
    request.user = AnonymousUser()
    with pytest.raises(Http404):
        open_to(circle)(undeclared)(request)


@pytest.mark.parametrize("said", [[], [None], ["COACH"], [undeclared]])
def test_a_declaration_names_circles(said):
    with pytest.raises(TypeError):
        open_to(*said)


VERBS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW")
ADDRESSES = ("/", "/healthz", "/favicon.ico", "/account/sign-in/", "/admin/", "/admin/engagements/user/", "/nowhere/")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_verbs_that_no_page_knows_get_405_before_anything_is_asked(address, cast):
    for user in (None, cast.ada):
        client = Client(enforce_csrf_checks=True)
        if user:
            client.force_login(user)
        for verb in VERBS:
            answer = client.generic(verb, address)
            assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST"), f"{verb} {address}"
            assert answer.headers["Cache-Control"] == "no-store, private"
            assert not answer.content
            assert not answer.cookies
