"""Cohort figures: of a program's quarter, written once, never changed; what is withheld is not kept at all."""

import zoneinfo
from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from engagements.models import Program
from engagements.models.ending import FOLLOW_UP_OPEN_DAYS
from engagements.models.identity import MOST, Identified, between, longest, within_dates
from trust import permissions
from trust.aggregates import LEAST_PEOPLE, WHOLE, Bound, Part, Phase
from trust.models.check_in import OLDEST_SESSION_DAYS, OPEN_DAYS

# From then on no check-in and no follow-up of the quarter can be answered any more, and a day for the world's zones.
DAYS_TO_WAIT = max(OLDEST_SESSION_DAYS + OPEN_DAYS, FOLLOW_UP_OPEN_DAYS) + 1

GROUPS = (WHOLE, *map(str, Phase))


def quarter_of(day: date) -> date:
    """The first day of the calendar quarter a day lies in."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def next_quarter(starts_on: date) -> date:
    return quarter_of(starts_on + timedelta(days=100))


def latest_due(today: date) -> date:
    """The latest quarter whose figures may be written on this day."""
    return quarter_of(quarter_of(today - timedelta(days=DAYS_TO_WAIT)) - timedelta(days=1))


def bounds_of(starts_on: date, time_zone: str) -> tuple[datetime, datetime]:
    """The moments at which a quarter begins and ends in a zone; the end is not part of it."""
    zone = zoneinfo.ZoneInfo(time_zone)
    begin, end = (datetime.combine(day, time(), zone) for day in (starts_on, next_quarter(starts_on)))
    return begin, end


class NeverChanged(TypeError):
    """A frozen row was about to be changed or taken out."""


class FrozenQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(permissions.cohorts_seen_by(user, self.model.PROGRAM))

    def newest_first(self):
        return self.order_by("-starts_on", "pk")

    def update(self, **values):
        raise NeverChanged("What is frozen stays.")

    def delete(self):
        raise NeverChanged("What is frozen stays as long as its program.")


class Frozen(Identified):
    """A row that is written once. The database refuses changes as well (migration 0003)."""

    PROGRAM = "program"

    objects = FrozenQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise NeverChanged("What is frozen stays.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise NeverChanged("What is frozen stays as long as its program.")


class CohortPeriod(Frozen):
    """A program's quarter whose figures have been written, also where none could be."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="cohort_periods")
    starts_on = models.DateField()
    frozen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "starts_on"], name="cohortperiod_once"),
            within_dates("starts_on", model="cohortperiod"),
        ]

    def __str__(self):
        return f"Quarter {self.starts_on} of program {self.program_id}"


def _choices(words):
    return [(str(word), word.name.title()) for word in words]


def _bound():
    return models.CharField(max_length=5, choices=_choices(Bound), blank=True)


def _within(name, lowest, highest):
    """Never the ends of the scale: these would tell what everybody said."""
    return models.CheckConstraint(condition=Q(**{f"{name}__range": (lowest, highest)}), name=f"cohortcell_{name}_range")


class CohortCell(Frozen):
    """Published figures of one group of people, as trust/aggregates.py gives them. Means in tenths."""

    PROGRAM = "period__program"

    period = models.ForeignKey(CohortPeriod, on_delete=models.CASCADE, related_name="cells")
    group = models.CharField(max_length=6, choices=[(name, name.title()) for name in GROUPS])
    people = models.PositiveIntegerField()
    cognitive = models.PositiveSmallIntegerField(help_text="Tenths")
    cognitive_bound = _bound()
    relational = models.PositiveSmallIntegerField(help_text="Tenths")
    relational_bound = _bound()
    past = models.CharField(max_length=4, choices=_choices(Part))
    asked = models.PositiveIntegerField(null=True, help_text="People asked for a check-in")
    answering = models.PositiveSmallIntegerField(null=True, help_text="Tenths of the check-ins")
    answering_bound = _bound()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "group"], name="cohortcell_one_per_group"),
            models.CheckConstraint(condition=Q(group__in=GROUPS), name="cohortcell_group_known"),
            models.CheckConstraint(condition=Q(people__gte=LEAST_PEOPLE), name="cohortcell_enough_people"),
            models.CheckConstraint(
                condition=Q(asked__isnull=True, answering__isnull=True, answering_bound="")
                | Q(asked__gte=LEAST_PEOPLE, asked__lte=F("people"), answering__range=(1, 9)),
                name="cohortcell_enough_asked",
            ),
            models.CheckConstraint(condition=Q(past__in=list(map(str, Part))), name="cohortcell_past_known"),
            _within("cognitive", 11, 69),
            _within("relational", 11, 69),
            _within("people", LEAST_PEOPLE, MOST),
            between("asked", LEAST_PEOPLE, MOST, model="cohortcell"),
            *longest(model="cohortcell", cognitive_bound=5, relational_bound=5, answering_bound=5),
        ]

    def __str__(self):
        return f"{self.group} of {self.period_id}"


def _share(name):
    return models.CheckConstraint(condition=Q(**{f"{name}__range": (1, 9)}), name=f"cohortlasting_{name}_range")


class CohortLasting(Frozen):
    """What executives answered when they were asked whether it lasted, over one quarter. Shares in tenths."""

    PROGRAM = "period__program"

    period = models.OneToOneField(CohortPeriod, on_delete=models.CASCADE, related_name="lasting")
    asked = models.PositiveIntegerField(help_text="People")
    answering = models.PositiveSmallIntegerField(help_text="Tenths of the follow-ups")
    answering_bound = _bound()
    lasting = models.PositiveSmallIntegerField(help_text="Tenths of the answers")
    lasting_bound = _bound()
    partly = models.PositiveSmallIntegerField(help_text="Tenths of the answers")
    partly_bound = _bound()
    faded = models.PositiveSmallIntegerField(help_text="Tenths of the answers")
    faded_bound = _bound()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(asked__range=(LEAST_PEOPLE, MOST)), name="cohortlasting_enough_people"),
            *(_share(name) for name in ("answering", "lasting", "partly", "faded")),
            *longest(model="cohortlasting", answering_bound=5, lasting_bound=5, partly_bound=5, faded_bound=5),
        ]

    def __str__(self):
        return f"Follow-ups of {self.period_id}"
