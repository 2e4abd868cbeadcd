"""Named views of the portfolio: save, open, rename, delete; each for the person who made it."""

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from coaching.forms.portfolio import PortfolioFilter
from coaching.forms.saved_views import ViewNameForm
from engagements.access import MANAGER, open_to
from engagements.actions.saved_views import NameInUse, TooManyViews, delete_view, rename_view, save_view
from engagements.models import SavedView
from engagements.models.saved_view import QUERY_LENGTH

LONGEST_ADDRESS, MOST_PARTS = 4000, 50  # none of the portfolio's own is near
TOO_LONG = "This view was not saved: its address is too long. Search for fewer words, then save it again."


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(MANAGER)
def saved_view_list(request):
    """All of them; by POST the view that is open on the portfolio gets a name."""
    form = ViewNameForm(request.POST or None)
    query = _understood(request)
    if query is None:
        messages.error(request, TOO_LONG)
        return redirect("portfolio")
    if request.method == "POST" and form.is_valid():
        try:
            view = save_view(name=form.cleaned_data["name"], query=query, by=request.user, now=timezone.now())
        except TooManyViews as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"Saved as “{view.name}”.")
            return redirect(address_of(view))
    views = [{"view": view, "url": address_of(view)} for view in SavedView.objects.of_person(request.user).in_order()]
    context = {"title": "Views of the portfolio", "views": views, "query": query, "form": form}
    return render(request, "coaching/saved_view_list.html", context | {"is_saving": request.method == "POST"})


def _understood(request):
    """Of the address to be named only what the portfolio knows, as after the question mark; None if it is too long.

    Without what was searched for: names of people would stand there in clear for as long as the view.
    """
    text = request.POST.get("query", "").removeprefix("?")
    if len(text) > LONGEST_ADDRESS or text.count("&") > MOST_PARTS:
        return None
    query = PortfolioFilter(QueryDict(text), user=request.user).address(q=None).removeprefix("?")
    return query if len(query) <= QUERY_LENGTH else None


def address_of(view):
    return f"{reverse('portfolio')}?{view.query}" if view.query else reverse("portfolio")


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(MANAGER)
def saved_view_rename(request, pk):
    """Another name for the same view."""
    view = get_object_or_404(SavedView.objects.of_person(request.user), pk=pk)
    form = ViewNameForm(request.POST or None, initial={"name": view.name})
    if request.method == "POST" and form.is_valid():
        try:
            rename_view(view=view, name=form.cleaned_data["name"], by=request.user, now=timezone.now())
        except NameInUse as error:
            form.add_error("name", str(error))
        else:
            return redirect("saved_view_list")
    return render(request, "coaching/saved_view_rename.html", {"title": "Rename a view", "form": form})


@require_POST
@open_to(MANAGER)
def saved_view_delete(request, pk):
    """The name goes; engagements stay."""
    view = get_object_or_404(SavedView.objects.of_person(request.user), pk=pk)
    delete_view(view=view, by=request.user, now=timezone.now())
    messages.success(request, f"The view “{view.name}” is deleted.")
    return redirect("saved_view_list")
