"""Process rules: what dates and attendance alone say. Pure.

Each rule answers RAISE, HOLD or CLEAR. HOLD keeps a flag that is open and opens none, so that a flag does not
flicker while the figures hover around a threshold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Verdict(StrEnum):
    RAISE = "RAISE"
    HOLD = "HOLD"
    CLEAR = "CLEAR"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of one engagement; `evidence` holds plain values for its sentence."""

    kind: str
    verdict: Verdict
    evidence: Mapping[str, object] = field(default_factory=dict)
    level: str = "ALARM"
    # When the matter became so, if later news is needed to raise it again after a person resolved it.
    arose_on: date | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """Dates and attendance of one engagement; `attended` is oldest first, True for held, False for missed.

    `sessions_booked` are all to come, `sessions_booked_in_time` those that use up budget before the planned end.
    `last_unlogged_on` is the latest session whose time has passed and of which nobody has said what became of it.
    """

    starts_on: date
    ends_on: date
    cadence_weeks: int
    session_budget: int
    sessions_held: int
    last_held_on: date | None
    last_missed_on: date | None
    attended: tuple[bool, ...]
    sessions_booked: int
    sessions_booked_in_time: int
    last_unlogged_on: date | None
    today: date


# Two rhythms without a session is one skipped session plus the usual delay; below three weeks it would flag
# ordinary holidays.
QUIET_RHYTHMS = 2
QUIET_LEAST_WEEKS = 3
# Missing twice happens to busy people; the third time in a row is a pattern.
MISSED_IN_A_ROW = 3
# Before this, the pace of an engagement says little.
PACE_KNOWN_AFTER_WEEKS = 8
# Open the flag when this many sessions or more would go unused, close it when none would.
UNUSED_TO_RAISE = 2


def quiet_after_weeks(cadence_weeks: int) -> int:
    """Weeks without a session, and none booked, after which an engagement counts as gone quiet."""
    return max(QUIET_RHYTHMS * cadence_weeks, QUIET_LEAST_WEEKS)


def quiet(course: Course) -> Finding:
    """No session for N weeks and none booked, while there are sessions left."""
    if course.sessions_booked or course.sessions_held >= course.session_budget or course.today < course.starts_on:
        return Finding("QUIET", Verdict.CLEAR)
    after = quiet_after_weeks(course.cadence_weeks)
    weeks = _weeks(course.last_held_on or course.starts_on, course.today)
    if weeks < after:
        return Finding("QUIET", Verdict.CLEAR)
    evidence = {"weeks": int(weeks), "ever_held": course.last_held_on is not None}
    # A session that only waits for its log was probably held: no reason to call an engagement quiet.
    waits = course.last_unlogged_on is not None and _weeks(course.last_unlogged_on, course.today) < after
    return Finding("QUIET", Verdict.HOLD if waits else Verdict.RAISE, evidence)


def missed_in_a_row(course: Course) -> Finding:
    """The latest three sessions that should have taken place were missed."""
    row = 0
    for attended in reversed(course.attended):
        if attended:
            break
        row += 1
    if row >= MISSED_IN_A_ROW:
        return Finding("MISSED", Verdict.RAISE, {"missed": row}, arose_on=course.last_missed_on)
    return Finding("MISSED", Verdict.CLEAR if row == 0 else Verdict.HOLD, {"missed": row})


def budget_out_of_reach(course: Course) -> Finding:
    """The sessions agreed cannot be used by the planned end at the pace so far."""
    left = course.session_budget - course.sessions_held
    if left <= 0:
        return Finding("BUDGET", Verdict.CLEAR)
    weeks_left = max(_weeks(course.today, course.ends_on), 0.0)
    evidence = {"left": left, "weeks_left": int(weeks_left), "ends_on": course.ends_on.isoformat()}
    if course.today > course.ends_on:
        return Finding("BUDGET", Verdict.RAISE, {**evidence, "is_over": True})
    weeks_run = _weeks(course.starts_on, course.today)
    if weeks_run < PACE_KNOWN_AFTER_WEEKS:
        return Finding("BUDGET", Verdict.CLEAR)
    pace = course.sessions_held / weeks_run
    within_reach = max(int(pace * weeks_left), course.sessions_booked_in_time)
    unused = max(left - within_reach, 0)
    evidence |= {"unused": unused}
    if unused >= UNUSED_TO_RAISE:
        return Finding("BUDGET", Verdict.RAISE, evidence)
    return Finding("BUDGET", Verdict.HOLD if unused > 0 else Verdict.CLEAR, evidence)


def process_findings(course: Course) -> list[Finding]:
    """All process rules on one engagement."""
    return [quiet(course), missed_in_a_row(course), budget_out_of_reach(course)]


def _weeks(start: date, end: date) -> float:
    return (end - start).days / 7
