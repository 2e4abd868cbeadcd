"""The course of one engagement for supervision: weeks instead of dates, no names, words only where they are ticked."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils import timezone

from engagements.models import AuditEvent, Experiment, ExperimentStep, TextKind
from trust.actions.evidence import Histories
from trust.actions.ruptures import ATTEMPT_WORDS
from trust.actions.ruptures import WORDS as RUPTURE_WORDS
from trust.anonymous import Mask, week_words
from trust.charts.moments import EVENT_WORDS
from trust.explanation import explain
from trust.models import Flag, PointOfTrust, Reading, Rupture
from trust.views.course import course_of, day_words
from trust.views.method_rows import words_of

SAID_BY_ITSELF = {"FLAG", "CANCELLED"}  # events whose own words hold no date


@dataclass(frozen=True, slots=True)
class Item:
    """One line; `words` are sealed ones, shown only where they are ticked. `key` names what is ticked."""

    week: str
    title: str
    facts: tuple[str, ...] = ()
    words: str = ""
    key: str = ""
    is_ticked: bool = False

    @property
    def shown(self) -> str:
        return self.words if self.is_ticked else ""


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    items: tuple[Item, ...]


class Teller:
    """What every line needs: the start, the mask of what people typed, what is ticked."""

    def __init__(self, engagement, ticked: Iterable[str]):
        self.start, self.ticked = engagement.starts_on, frozenset(ticked)
        self.mask = mask_of(engagement)

    def week(self, moment) -> str:
        return week_words(timezone.localdate(moment) if hasattr(moment, "hour") else moment, self.start)

    def item(self, moment, title, *facts, words="", key="") -> Item:
        return Item(
            week=self.week(moment),
            title=title,
            facts=tuple(fact for fact in facts if fact),
            words=self.mask(words),
            key=key,
            is_ticked=bool(words) and key in self.ticked,
        )


def mask_of(engagement) -> Mask:
    """Knows the executive, the coach, the client and the program."""
    people, program = (engagement.executive.name, engagement.coach.name), engagement.program
    return Mask(people=people, organizations=(program.organization.name, program.name))


def bundle_of(engagement, user, now, *, ticked=()) -> dict:
    """{"in_short": [(label, value)], "sections": [Section]}, ready for page and paper."""
    teller = Teller(engagement, ticked)
    flags = list(Flag.objects.visible_to(user).filter(engagement=engagement).order_by("opened_at", "pk"))
    points = list(PointOfTrust.objects.visible_to(user).filter(engagement=engagement).oldest_first())
    course = _course(engagement, user, flags, points, now)
    sections = [
        ("Course", _course_items(teller, course)),
        ("Flags", [_flag(teller, flag) for flag in flags]),
        ("Rupture and repair", _ruptures(teller, user, engagement)),
        ("Experiments", _experiments(teller, user, engagement)),
    ]
    return {
        "in_short": _in_short(teller, engagement, course, points, now),
        "sections": [Section(title, tuple(items)) for title, items in sections if items],
    }


def _course(engagement, user, flags, points, now):
    histories = Histories([engagement.pk], now=now, engagements=[engagement])
    prefetch_related_objects(histories.sessions(engagement), "moves")
    readings = Reading.objects.visible_to(user).of_engagement(engagement.pk)
    changes = AuditEvent.objects.confided_to(user).filter(engagement_id=engagement.pk)
    return course_of(
        engagement,
        histories=histories,
        readings={(reading.session_id, reading.voice): reading for reading in readings},
        flags=flags,
        stages=changes.filter(verb="engagement.status_changed").order_by("at", "pk"),
        points=points,
        now=now,
    )


def _in_short(teller, engagement, course, points, now):
    end = engagement.ended_on or timezone.localdate(now)
    reached = [one for one in points if one.reached_on]
    return [
        ("Where it stands", engagement.get_status_display()),
        ("Weeks so far", str(max((end - engagement.starts_on).days // 7 + 1, 0))),
        ("Sessions held", f"{engagement.sessions_held} of {engagement.session_budget}"),
        ("Rhythm", "every week" if engagement.cadence_weeks == 1 else f"every {engagement.cadence_weeks} weeks"),
        ("How trust develops", explain(course.judgement).headline if course.judgement else "Not judged"),
        ("Point of trust", ", ".join(_point(teller, one) for one in reached) or "not noted"),
    ]


def _point(teller, point):
    lost = f", lost in {teller.week(point.lost_on).lower()}" if point.lost_on else ""
    return f"{teller.week(point.reached_on).lower()}{lost}"


def _course_items(teller, course):
    items = []
    for moment in course.moments:
        title = moment.title.removesuffix(day_words(moment.on)).rstrip(", ") or "Between sessions"
        levels = {strand: level.value for strand, level in moment.estimate.items()}
        voices = (("Estimate", levels), ("Coach's read", moment.coach_read), ("Check-in", moment.check_in))
        events = [event.words if event.kind in SAID_BY_ITSELF else EVENT_WORDS[event.kind] for event in moment.events]
        said = [_rated(label, values) for label, values in voices if values]
        if not moment.is_waiting:
            items.append(teller.item(moment.on, title, *said, *events))
    return items


def _rated(label, values):
    return f"{label}: {', '.join(f'{strand.lower()} {value:.1f}' for strand, value in values.items())}"


def _flag(teller, flag):
    answer = [flag.get_cause_display(), flag.get_next_step_display(), flag.get_helped_display()]
    closed = f"closed in {teller.week(flag.closed_at).lower()}" if flag.closed_at else "open"
    return teller.item(flag.opened_at, flag.get_kind_display(), *answer, closed)


def _ruptures(teller, user, engagement):
    items, cases = [], Rupture.objects.confided_to(user).filter(engagement=engagement).order_by("opened_at", "pk")
    for case in cases:
        attempts = list(case.attempts.order_by("tried_on", "noted_at", "pk"))
        texts = words_of(user, [case, *attempts])
        words = texts.get((RUPTURE_WORDS, case.pk), "")
        items.append(teller.item(case.opened_at, case.get_kind_display(), words=words, key=str(case.pk)))
        for one in attempts:
            words = texts.get((ATTEMPT_WORDS, one.pk), "")
            title = f"Tried: {one.get_step_display()}"
            items.append(teller.item(one.tried_on, title, words=words, key=str(one.pk)))
        if case.closed_at:
            items.append(teller.item(case.closed_at, case.get_outcome_display()))
    return items


def _experiments(teller, user, engagement):
    rows = list(Experiment.objects.confided_to(user).filter(engagement=engagement).order_by("created_at", "pk"))
    items = []
    for number, row in enumerate(rows, 1):
        steps = list(ExperimentStep.objects.confided_to(user).filter(experiment=row).in_order())
        texts = words_of(user, [row, *steps])
        words = [texts.get((kind, row.pk), "") for kind in (TextKind.EXPERIMENT, TextKind.EXPERIMENT_SITUATION)]
        depth = f"Depth of change: {row.get_depth_display().lower()}" if row.depth else ""
        facts = {"words": "\n".join(part for part in words if part), "key": str(row.pk)}
        items.append(teller.item(row.created_at, f"Experiment {number}", row.get_state_display(), depth, **facts))
        for step in steps:
            said = texts.get((TextKind.EXPERIMENT_STEP, step.pk), "")
            title = f"Experiment {number}: {step.get_state_display().lower()}"
            items.append(
                teller.item(step.at, title, f"noted by the {step.party.lower()}", words=said, key=str(step.pk))
            )
    return items
