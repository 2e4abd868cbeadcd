"""The figures of a sponsor report in words, for page, paper and spreadsheet alike. Pure.

Each figure comes with what it rests on: how many stand behind it, and what is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from engagements.progress import Attended, percent
from engagements.report_periods import words_of
from engagements.retention import months_after
from trust.aggregates import LEAST_COACHES, LEAST_PEOPLE

STATUS_WORDS = {
    "PROPOSED": "Proposed",
    "CHEMISTRY": "Chemistry",
    "CONTRACTED": "Contracted",
    "ACTIVE": "Active",
    "PAUSED": "Paused",
    "COMPLETED": "Completed",
    "ENDED_EARLY": "Ended early",
    "DECLINED": "Declined",
}
STRAND_WORDS = {"cognitive": "Cognitive trust", "relational": "Relational trust"}
LASTING_WORDS = {"lasting": "Change lasts", "partly": "Lasts partly", "faded": "Has faded"}
PAST_WORDS = {"FEW": "fewer than a third", "SOME": "a third to two thirds", "MOST": "more than two thirds"}
BOUND_WORDS = {"": "{}", "LESS": "{} or less", "MORE": "{} or more", "ABOUT": "about {}"}
WITHHELD = f"Fewer than {LEAST_PEOPLE} people of {LEAST_COACHES} coaches, or others could be worked out"
NOT_SHOWN, NOT_YET, NOTHING = "Not shown", "Not yet", "–"
IS_COARSE = "rounded, everybody counting once"
WRITTEN_LATER = "written some weeks after the end of the quarter"
WHOLE_QUARTERS = "Trust, check-ins and follow-ups are told by whole calendar quarters only"


class Form(StrEnum):
    """How the number of a row is read."""

    COUNT = "COUNT"
    DAYS = "DAYS"
    SHARE = "SHARE"  # from 0 to 1, said in whole percent
    TENTHS = "TENTHS"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what it is, its value in words, and what it rests on. `number` where the value is exactly one."""

    label: str
    value: str
    note: str = ""
    number: float | None = None
    form: Form = Form.COUNT


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    rows: list[Row]


def sections_of(figures: Mapping, *, with_confided=True) -> list[Section]:
    """`with_confided`: whether whoever reads this may see figures over groups."""
    sections = [
        Section("Engagements", _engagements(figures)),
        Section("Sessions", _sessions(figures)),
    ]
    confided = figures.get("confided")
    if confided is None or not with_confided:
        return sections
    over_groups = [Section(f"Over groups: {_period(one)}", _quarter(one)) for one in confided["quarters"]]
    return sections + (over_groups or [Section("Over groups", [Row("Trust", NOT_SHOWN, WHOLE_QUARTERS)])])


def _engagements(figures):
    engagements, first = figures["engagements"], figures["first_session"]
    drafted = datetime.fromisoformat(figures["drafted_at"])
    rows = [_counted("Ran in this period", engagements["total"], f"as they stood on {_day(drafted)}")]
    rows += [_counted(STATUS_WORDS[one], number) for one, number in _in_order(engagements["by_status"])]
    without = f"; {first['without']:,} have had none yet" if first["without"] else ""
    rests_on = f"{_count(first['engagements'], 'engagement')}{without}"
    days = first["median_days"]
    words = NOTHING if days is None else _count(days, "day")
    return [*rows, Row("From start to first session", words, f"median; {rests_on}", days, Form.DAYS)]


def _in_order(by_status):
    return [(one, by_status[one]) for one in STATUS_WORDS if by_status.get(one)]


def _sessions(figures):
    sessions, budget = figures["sessions"], figures["budget"]
    unlogged = sessions["unlogged"]
    missing = f"{_count(unlogged, 'session')} begun and not logged yet" if unlogged else "every session is logged"
    attended = Attended(sessions["held"], sessions["missed"])
    return [
        _counted("Held", sessions["held"], missing),
        _counted("Planned", sessions["planned"], "held, missed or still to come; without cancelled ones"),
        _counted("Missed", sessions["missed"]),
        _counted("Cancelled", sessions["cancelled"]),
        _percent(
            "Attendance",
            attended.held,
            attended.expected,
            f"{attended.held:,} of {_count(attended.expected, 'session')} held or missed",
        ),
        _percent(
            "Budget used",
            budget["used"],
            budget["sessions"],
            f"{budget['used']:,} of {_count(budget['sessions'], 'session')} by the end of the period; "
            f"{_count(budget['engagements'], 'engagement')}",
        ),
    ]


# --- over groups --------------------------------------------------------------------------------


def _period(one):
    starts_on = date.fromisoformat(one["starts_on"])
    return words_of(starts_on, months_after(starts_on, 3) - timedelta(days=1))


def _quarter(one):
    if not one["is_written"]:
        return [Row("Trust, check-ins and follow-ups", NOT_YET, WRITTEN_LATER)]
    return [*_trust(one), _check_ins(one), *_follow_ups(one.get("follow_ups"))]


def _trust(one):
    if "people" not in one:
        return [Row("Trust", NOT_SHOWN, WITHHELD)]
    people = f"{one['people']:,} people, from 1 to 7; {IS_COARSE}"
    rows = [_tenths(words, one[name], people) for name, words in STRAND_WORDS.items()]
    past = [Row("Past the point of trust", PAST_WORDS[one["past"]], f"{one['people']:,} people")] if one["past"] else []
    return rows + past


def _check_ins(one):
    if "answering" not in one:
        return Row("Check-ins answered", NOT_SHOWN, WITHHELD)
    return _share("Check-ins answered", one["answering"], f"{one['asked']:,} people asked; {IS_COARSE}")


def _follow_ups(one):
    if one is None:
        return [Row("Follow-ups", NOT_SHOWN, WITHHELD)]
    answered = _share("Follow-ups answered", one["answering"], f"{one['asked']:,} executives asked; {IS_COARSE}")
    shares = [_share(words, one[name], "of those who answered") for name, words in LASTING_WORDS.items()]
    return [answered, *shares]


# --- numbers ------------------------------------------------------------------------------------


def _counted(label, number, note=""):
    return Row(label, f"{number:,}", note, number)


def _tenths(label, figure, note):
    value = figure["tenths"] / 10
    return _bounded(label, f"{value:.1f}", figure["bound"], note, value, Form.TENTHS)


def _share(label, figure, note):
    return _bounded(label, f"{figure['tenths'] * 10} %", figure["bound"], note, figure["tenths"] / 10, Form.SHARE)


def _bounded(label, words, bound, note, number, form):
    """ "About" and "or more" are words: there is no number to reckon with."""
    return Row(label, BOUND_WORDS[bound].format(words), note, None if bound else number, form)


def _percent(label, part, whole, note):
    share = percent(part, whole)
    if share is None:
        return Row(label, NOTHING, note)
    return Row(label, f"{share} %", note, share / 100, Form.SHARE)


def _count(number, word):
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _day(moment):
    return f"{moment.day} {moment:%B %Y}"
