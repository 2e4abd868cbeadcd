"""Named views: somebody's own addresses of the portfolio, under names of their own."""

from django.db import IntegrityError, transaction

from engagements.actions.audit import record
from engagements.models import SavedView, User
from engagements.models.saved_view import MOST_VIEWS


class TooManyViews(Exception):
    """This person has as many views as fit on a page."""


class NameInUse(Exception):
    """Another view of this person has the name."""


@transaction.atomic
def save_view(*, name, query, by, now):
    """Keeps the address under this name; a view of the same name is replaced. Raises TooManyViews."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two at once would both find the name free
    own = SavedView.objects.of_person(by)
    known = own.filter(name__iexact=name).first()
    if known is None and own.count() >= MOST_VIEWS:
        raise TooManyViews(f"You have {MOST_VIEWS} views. Delete one first, or save under a name you have.")
    view = known or SavedView(user=by, created_at=now)
    view.name, view.query = name, query
    view.save()
    record(by=by, verb="view.replaced" if known else "view.saved", subject=view, now=now)
    return view


@transaction.atomic
def rename_view(*, view, name, by, now):
    """Raises NameInUse."""
    view.name = name
    try:
        with transaction.atomic():
            view.save(update_fields=["name"])
    except IntegrityError as error:
        raise NameInUse("Another view of yours has this name.") from error
    record(by=by, verb="view.renamed", subject=view, now=now)
    return view


@transaction.atomic
def delete_view(*, view, by, now):
    record(by=by, verb="view.deleted", subject=view, now=now)
    view.delete()
