"""How trust has developed in one engagement, as far as its coach may know."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone

from engagements.models import SessionKind, SessionStatus, Status
from trust import detection
from trust.actions.calibrations import calibrations_of
from trust.charts import Event, Level, Moment
from trust.detection.judgement import Judgement, State
from trust.instrument import Strand, Voice
from trust.views.point_words import point_events

# A gap between the voices is told only where both were heard lately: else it is a guess about the silent one.
GAP_SESSIONS, LEAST_HEARD = 3, 2


@dataclass(frozen=True, slots=True)
class Course:
    """Moments oldest first, and the latest judgement in the form in which the coach may read it.

    `has_line` is False as long as an estimate would be a guess. `answers` counts the check-ins shared, `reads` the
    coach's own; `keeps_apart` says that answers were given which the coach is not shown.
    """

    judgement: Judgement | None
    moments: list[Moment]
    has_line: bool
    reads: int
    answers: int
    keeps_apart: bool

    @property
    def state(self) -> State:
        return self.judgement.state if self.judgement else State.NO_DATA

    @property
    def has_marks(self) -> bool:
        return bool(self.reads or self.answers)


def course_of(engagement, *, histories, readings, flags, stages, points=(), now) -> Course:
    """`readings` are those the viewer may see: {(session key, voice): reading}; `stages` are audit rows.

    State and chances rest on every answer; the line, the marks and the reasons only on what the viewer may see, so
    that nothing the executive kept to themselves can be read off the chart.
    """
    organization = engagement.program.organization_id
    calibrated = calibrations_of([organization])[organization]
    is_judged = engagement.judging_declined_at is None
    keeps_apart = not histories.hears_executive(engagement)
    tellings = [histories.evidence(engagement)]
    if keeps_apart:
        tellings.append(histories.evidence(engagement, readings=readings))
    judged = _judged(engagement, tellings, calibrated, now) if is_judged else [[]]
    full, seen = judged[0], judged[-1]
    sessions = histories.sessions(engagement)
    reads, answers = (_heard(voice, sessions, readings) for voice in (Voice.COACH, Voice.EXECUTIVE))
    judgement = _as_told(full[-1], seen[-1], reads, answers) if full else None
    has_line = judgement is not None and seen[-1].rated_sessions > 0 and judgement.state != State.TOO_EARLY
    moments = _moments(sessions, readings, seen if has_line else [], now)
    return Course(
        judgement=judgement,
        moments=_with_events(
            moments, _move_events(sessions, now) + _flag_events(flags) + _stage_events(stages) + point_events(points)
        ),
        has_line=has_line,
        reads=sum(reads),
        answers=sum(answers),
        keeps_apart=keeps_apart,
    )


def _judged(engagement, tellings, calibrated, now):
    """One list of judgements per telling, as the jobs judge it, with the organization's own parameters.

    Time alone counts only while the engagement runs.
    """
    return detection.judge_all(
        tellings,
        until=timezone.localdate(now) if engagement.is_active else None,
        orientation=engagement.executive.orientation,
        cadence_weeks=engagement.cadence_weeks,
        parameters=calibrated.parameters,
        thresholds=calibrated.thresholds,
    )


def _heard(voice, sessions, readings) -> list[bool]:
    """Whether this voice rated each held session, the oldest first."""
    return [bool(_said(readings.get((session.pk, voice)))) for session in sessions if session.is_held]


def _as_told(full: Judgement, seen: Judgement, reads: list[bool], answers: list[bool]) -> Judgement:
    """The judgement without what only answers that were not shared could tell."""
    fall = seen.fall if seen.fall and (seen.fall.voice == Voice.COACH or any(answers)) else None
    told = replace(full, point=seen.point, fall=fall)
    both = [a and b for a, b in zip(reads, answers, strict=True)]
    if sum(both[-GAP_SESSIONS:]) < LEAST_HEARD:
        return replace(told, gap_cognitive=0.0, gap_relational=0.0)
    return replace(told, gap_cognitive=seen.gap_cognitive, gap_relational=seen.gap_relational)


# --- moments ------------------------------------------------------------------------------------


def _moments(sessions, readings, judgements, now) -> list[Moment]:
    points = {judgement.key: judgement.point for judgement in judgements if not judgement.forecast}
    moments, number = [], 0
    for session in sessions:
        if session.starts_at > now and session.status != SessionStatus.CANCELLED:
            continue
        number += session.is_held and session.kind != SessionKind.CHEMISTRY
        moments.append(_moment(session, number, readings, points.get(str(session.pk)), now))
    if judgements and judgements[-1].forecast:
        today = judgements[-1].on
        moments.append(
            Moment(today, f"Today, {day_words(today)}", estimate=_levels(judgements[-1].point), is_waiting=True)
        )
    return sorted(moments, key=lambda moment: (moment.on, moment.is_waiting))


def _moment(session, number, readings, point, now) -> Moment:
    on = min(_day(session.starts_at), _day(now))
    is_held = session.is_held
    return Moment(
        on=on,
        title=f"{_name(session, number)}, {day_words(on)}",
        estimate=_levels(point) if point else {},
        coach_read=_said(readings.get((session.pk, Voice.COACH))) if is_held else {},
        check_in=_said(readings.get((session.pk, Voice.EXECUTIVE))) if is_held else {},
        events=tuple(_session_events(session)),
        key=str(session.pk),
    )


def _name(session, number):
    if not session.is_held or session.kind == SessionKind.CHEMISTRY:
        return session.get_kind_display() if session.kind != SessionKind.COACHING else "Session"
    return f"Session {number}"


def _session_events(session):
    if session.status == SessionStatus.MISSED:
        yield Event("MISSED", "Missed")
    elif session.status == SessionStatus.CANCELLED:
        yield Event("CANCELLED", f"Cancelled by the {session.cancelled_by.lower()}")


def _said(reading) -> Mapping[Strand, float]:
    values = {Strand.COGNITIVE: reading.cognitive, Strand.RELATIONAL: reading.relational} if reading else {}
    return {strand: value for strand, value in values.items() if value is not None}


def _levels(point) -> Mapping[Strand, Level]:
    return {
        Strand.COGNITIVE: Level(point.cognitive, point.cognitive_sd),
        Strand.RELATIONAL: Level(point.relational, point.relational_sd),
    }


# --- events -------------------------------------------------------------------------------------


def _move_events(sessions, now):
    """Moves to another day; `sessions` should prefetch them."""
    moves = [move for session in sessions for move in session.moves.all()]
    return [
        (
            min(_day(move.from_at), _day(now)),
            Event("MOVED", f"Moved to {_short(move.to_at)} by the {move.asked_by.lower()}"),
        )
        for move in moves
        if _day(move.from_at) != _day(move.to_at)
    ]


def _short(moment):
    return f"{_day(moment).day} {_day(moment):%b}"


def _flag_events(flags):
    return [(_day(flag.opened_at), Event("FLAG", f"Flag: {flag.get_kind_display().lower()}")) for flag in flags]


def _stage_events(stages):
    found = []
    for row in stages:
        if row.detail.get("to") == Status.PAUSED:
            found.append((_day(row.at), Event("PAUSED", "Paused")))
        elif row.detail.get("from") == Status.PAUSED and row.detail.get("to") == Status.ACTIVE:
            found.append((_day(row.at), Event("RESUMED", "Taken up again")))
    return found


def _with_events(moments: list[Moment], dated: list[tuple[date, Event]]) -> list[Moment]:
    """Each event goes to the moment of its day, or to one of its own."""
    moments = list(moments)
    for on, event in dated:
        place = next((i for i, moment in enumerate(moments) if moment.on == on), None)
        if place is None:
            moments.append(Moment(on, day_words(on), events=(event,)))
        else:
            moments[place] = replace(moments[place], events=(*moments[place].events, event))
    return sorted(moments, key=lambda moment: (moment.on, moment.is_waiting))


def _day(moment) -> date:
    """The day on the viewer's calendar."""
    return timezone.localdate(moment)


def day_words(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
