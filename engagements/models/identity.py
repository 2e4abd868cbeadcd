"""What every table of ours begins with."""

import uuid
from datetime import UTC, date, datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from engagements.lines import is_plain

# A year-1 or year-9999 date bricks every list that shows it in another time zone, so all dates are bounded
# here, in the forms, and in the database.
EARLIEST_ON, LATEST_ON = date(2000, 1, 1), date(2099, 12, 31)
MOST = 1_000_000_000  # of whatever is counted: more is a mistake, and less than a database's integer holds
MOST_VERSIONS = 30_000  # as far as a small integer goes
EARLIEST_AT, LATEST_AT = datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC)


def plain_line(value: str) -> None:
    """Refuses control characters and those that turn the direction of writing."""
    if not is_plain(value.replace("\0", "")):  # Django has words of its own for a null
        raise ValidationError(
            "This holds characters that cannot be seen and change how the rest is shown. Type it by hand."
        )


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


def between(field: str, lowest: float, highest: float, *, model: str) -> models.CheckConstraint:
    """A database constraint that keeps a number within bounds, both included."""
    inside = Q(**{f"{field}__range": (lowest, highest)})
    return models.CheckConstraint(condition=inside | Q(**{f"{field}__isnull": True}), name=f"{model}_{field}_range")


def longest(*, model: str, **most: int) -> list[models.CheckConstraint]:
    """Database constraints: a text has at most so many characters, sealed words so many bytes."""
    return [
        models.CheckConstraint(condition=LessThanOrEqual(Length(F(field)), length), name=f"{model}_{field}_length")
        for field, length in most.items()
    ]


def both_or_neither(one: str, other: str, *, model: str) -> models.CheckConstraint:
    """A database constraint: who and when are both set or both empty."""
    both = Q(**{f"{one}__isnull": False, f"{other}__isnull": False})
    neither = Q(**{f"{one}__isnull": True, f"{other}__isnull": True})
    return models.CheckConstraint(condition=both | neither, name=f"{model}_{one}_and_{other}")
