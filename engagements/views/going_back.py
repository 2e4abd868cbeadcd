"""Where to go after something was done."""

from django.http import HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def way_back(request, *fallback):
    """The address a form named as `next`, when it is one of ours; else the page `fallback` names."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return resolve_url(*fallback)


def go_back(request, *fallback):
    """Redirects there."""
    return HttpResponseRedirect(way_back(request, *fallback))
