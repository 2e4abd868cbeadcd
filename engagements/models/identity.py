"""What every table of ours begins with."""

import uuid
from datetime import UTC, date, datetime

from django.db import models
from django.db.models import Q

# A year-1 or year-9999 date bricks every list that shows it in another time zone, so all dates are bounded
# here, in the forms, and in the database.
EARLIEST_ON, LATEST_ON = date(2000, 1, 1), date(2099, 12, 31)
EARLIEST_AT, LATEST_AT = datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC)


class Identified(models.Model):
    """A row named by a UUID: addresses and messages carry it without telling how many there are."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


def within_dates(field: str, *, model: str) -> models.CheckConstraint:
    """A database constraint that keeps a date field within EARLIEST_ON and LATEST_ON."""
    inside = Q(**{f"{field}__gte": EARLIEST_ON, f"{field}__lte": LATEST_ON})
    return models.CheckConstraint(condition=inside | Q(**{f"{field}__isnull": True}), name=f"{model}_{field}_range")


def within_times(field: str, *, model: str) -> models.CheckConstraint:
    """A database constraint that keeps a moment within EARLIEST_AT and LATEST_AT."""
    inside = Q(**{f"{field}__gte": EARLIEST_AT, f"{field}__lte": LATEST_AT})
    return models.CheckConstraint(condition=inside | Q(**{f"{field}__isnull": True}), name=f"{model}_{field}_range")


def both_or_neither(one: str, other: str, *, model: str) -> models.CheckConstraint:
    """A database constraint: who and when are both set or both empty."""
    both = Q(**{f"{one}__isnull": False, f"{other}__isnull": False})
    neither = Q(**{f"{one}__isnull": True, f"{other}__isnull": True})
    return models.CheckConstraint(condition=both | neither, name=f"{model}_{one}_and_{other}")
