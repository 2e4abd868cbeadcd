"""Named views: a list as somebody filtered, sorted and cut it, to come back to."""

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from engagements import permissions
from engagements.models.identity import Identified, longest, plain_line
from engagements.models.people import User

MOST_VIEWS = 30  # of one person
QUERY_LENGTH = 1000


class SavedViewQuerySet(models.QuerySet):
    def of_person(self, user):
        return self.filter(permissions.saved_views_of(user))

    def in_order(self):
        return self.order_by(Lower("name"), "pk")


class SavedView(Identified):
    """A name for an address of the portfolio; the rows are read anew, with today's rights, each time."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60, validators=[plain_line])
    query = models.CharField(max_length=QUERY_LENGTH, blank=True, help_text="As after the question mark")
    created_at = models.DateTimeField(default=timezone.now)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("user", Lower("name"), name="savedview_name_once"),
            *longest(model="savedview", name=60, query=QUERY_LENGTH),
        ]

    def __str__(self):
        return f"View {self.pk}"
