"""A coach's hours for a credential: what counts, from which day, who is named; and the coach's own additions."""

import zoneinfo
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time
from itertools import groupby

from django.db import transaction
from django.db.models import Count, Max, Min, Sum

from engagements.actions.audit import record
from engagements.actions.personal_links import ONE_BUTTON_PER, make_link
from engagements.hours import HoursLog, Relationship, numbered
from engagements.models import CoachProfile, Engagement, Letter, OutsideHours, Purpose, Session, SessionKind

# Coaching with the client. A chemistry meeting comes before there is a client, and a three-way meeting is a
# conversation with the sponsor: by the usual rules for credentials neither is client coaching.
COUNTABLE_KINDS = (SessionKind.COACHING, SessionKind.REVIEW)
CONSENT_COLUMNS = {"hours": "hours_consented_at", "supervision": "supervision_consented_at"}


@dataclass(frozen=True, slots=True)
class LetterFigures:
    """What a letter for an internal coach confirms: of paid, individual coaching in one organization."""

    minutes: int
    clients: int
    sessions: int


def log_of(coach, *, names_all=False) -> HoursLog:
    """The client log of a coach. `names_all`: as the coach knows them, not as it may be shown to others."""
    began_on = training_of(coach)
    if began_on is None:
        return HoursLog()
    return numbered([*_own(coach, began_on, names_all), *_outside(coach, began_on, names_all)])


def training_of(coach):
    """The day from which hours count; None as long as the coach has not said."""
    return CoachProfile.objects.filter(user=coach).values_list("training_began_on", flat=True).first()


def counted_sessions(coach, *, since, until=None):
    """Held sessions that count, from one day to another (both included) on the coach's calendar."""
    zone = zoneinfo.ZoneInfo(coach.time_zone)
    rows = Session.objects.confided_to(coach).held().filter(kind__in=COUNTABLE_KINDS)
    rows = rows.filter(starts_at__gte=datetime.combine(since, time.min, zone))
    return rows.filter(starts_at__lte=datetime.combine(until, time.max, zone)) if until else rows


def engagements_in_log(coach):
    """The coach's engagements with hours that count, with people."""
    began_on = training_of(coach)
    if began_on is None:
        return []
    counted = counted_sessions(coach, since=began_on).order_by().values("engagement")
    return list(Engagement.objects.confided_to(coach).filter(pk__in=counted).with_people().in_order())


def _own(coach, began_on, names_all):
    """One row per client: several engagements with the same person are one relationship."""
    zone = zoneinfo.ZoneInfo(coach.time_zone)
    figures = counted_sessions(coach, since=began_on).order_by().values("engagement")
    figures = {
        row["engagement"]: row
        for row in figures.annotate(first=Min("starts_at"), last=Max("starts_at"), total=Sum("minutes"))
    }
    engagements = Engagement.objects.confided_to(coach).filter(pk__in=figures).select_related("executive")
    for executive, found in groupby(engagements.order_by("executive_id", "pk"), key=lambda one: one.executive):
        yield _relationship(executive, list(found), figures, zone, names_all)


def _relationship(executive, engagements, figures, zone, names_all):
    # Agreed in one engagement and not in the other is not agreed: the row would say both.
    is_named = names_all or all(one.hours_consented_at for one in engagements)
    minutes = defaultdict(int)
    for one in engagements:
        minutes[one.is_pro_bono] += figures[one.pk]["total"]
    return Relationship(
        key=str(executive.pk),
        name=executive.name if is_named else "",
        contact=executive.email if is_named else "",
        people=1,
        starts_on=min(figures[one.pk]["first"] for one in engagements).astimezone(zone).date(),
        ends_on=max(figures[one.pk]["last"] for one in engagements).astimezone(zone).date(),
        paid=minutes[False],
        pro_bono=minutes[True],
    )


def _outside(coach, began_on, names_all):
    """Rows that begin before the training cannot be split, and do not count."""
    for row in OutsideHours.objects.of_coach(coach).filter(starts_on__gte=began_on):
        is_named = names_all or row.has_consented
        yield Relationship(
            key=str(row.pk),
            name=row.client if is_named else "",
            contact=row.contact if is_named else "",
            people=row.people,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            paid=row.paid_minutes,
            pro_bono=row.pro_bono_minutes,
        )


def letter_figures(coach, *, organization, since, until) -> LetterFigures:
    """Paid hours in this organization between two days, both included, and not before the training began."""
    began_on = training_of(coach)
    if began_on is None:
        return LetterFigures(0, 0, 0)
    rows = counted_sessions(coach, since=max(since, began_on), until=until)
    rows = rows.filter(engagement__program__organization=organization, engagement__is_pro_bono=False)
    found = rows.aggregate(
        minutes=Sum("minutes"), clients=Count("engagement__executive", distinct=True), sessions=Count("pk")
    )
    return LetterFigures(found["minutes"] or 0, found["clients"], found["sessions"])


# --- changes --------------------------------------------------------------------------------------


@transaction.atomic
def save_outside_hours(*, coach, by, now, row=None, **said):
    """Adds a relationship kept elsewhere, or puts one right."""
    row, verb = row or OutsideHours(coach=coach), "changed" if row else "added"
    for name, value in said.items():
        setattr(row, name, value)
    row.save()
    record(by=by, verb=f"outside_hours.{verb}", subject=row, now=now)
    return row


@transaction.atomic
def remove_outside_hours(*, row, by, now):
    record(by=by, verb="outside_hours.removed", subject=row, now=now)
    row.delete()


@transaction.atomic
def set_pro_bono(*, engagement, is_pro_bono, by, now):
    """Whether the hours of an engagement were paid for; twice is once."""
    engagement = Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
    if engagement.is_pro_bono != is_pro_bono:
        engagement.is_pro_bono = is_pro_bono
        engagement.save(update_fields=["is_pro_bono"])
        record(by=by, verb="engagement.hours_paid_changed", subject=engagement, engagement=engagement, now=now)
    return engagement


@transaction.atomic
def set_hours_terms(*, coach, by, now, **terms):
    """From when hours count, for which credential, and whether the coach is employed by the client."""
    profile = CoachProfile.objects.select_for_update().get(user=coach)
    changed = sorted(name for name, value in terms.items() if getattr(profile, name) != value)
    for name in changed:
        setattr(profile, name, terms[name])
    if changed:
        profile.save(update_fields=changed)
        record(by=by, verb="person.hours_terms_edited", subject=coach, now=now, detail={"fields": changed})
    return profile


@transaction.atomic
def ask_consent(*, engagement, what, by, now):
    """Has the executive asked by mail, with their personal link; pressed twice it is one letter. Whether one was owed.

    `what` names one of CONSENT_COLUMNS.
    """
    engagement = Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
    kind = f"consent_{what}"
    asked = Letter.objects.filter(engagement=engagement, kind=kind, created_at__gt=now - ONE_BUTTON_PER)
    if getattr(engagement, CONSENT_COLUMNS[what]) is not None or asked.exists():
        return False
    make_link(engagement=engagement, purpose=Purpose.MINE, letter=kind, by=by, now=now)
    return True


@transaction.atomic
def set_consent(*, engagement, what, is_given, now):
    """The executive's own word, by link; it holds from the next file on. Twice is once."""
    column = CONSENT_COLUMNS[what]
    engagement = Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
    if is_given != (getattr(engagement, column) is not None):
        setattr(engagement, column, now if is_given else None)
        engagement.save(update_fields=[column])
        verb = f"consent_{what}.{'given' if is_given else 'withdrawn'}"
        record(by=None, verb=verb, subject=engagement, engagement=engagement, now=now)
    return engagement
