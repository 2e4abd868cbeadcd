"""The figures of a sponsor report in words, for page, paper and spreadsheet alike. Pure.

Each figure comes with what it rests on: how many stand behind it, and what is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

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
NOT_SHOWN, NOT_YET = "Not shown", "Not yet"
IS_COARSE = "rounded, everybody counting once"
WRITTEN_LATER = "written some weeks after the end of the quarter"
WHOLE_QUARTERS = "Trust, check-ins and follow-ups are told by whole calendar quarters only"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what it is, its value, and what it rests on."""

    label: str
    value: str
    note: str = ""


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
    rows = [Row("Ran in this period", f"{engagements['total']:,}", f"as they stood on {_day(drafted)}")]
    rows += [Row(STATUS_WORDS[one], f"{number:,}") for one, number in _in_order(engagements["by_status"])]
    without = f"; {first['without']:,} have had none yet" if first["without"] else ""
    rests_on = f"{_count(first['engagements'], 'engagement')}{without}"
    days = "–" if first["median_days"] is None else f"{_count(first['median_days'], 'day')}"
    return [*rows, Row("From start to first session", days, f"median; {rests_on}")]


def _in_order(by_status):
    return [(one, by_status[one]) for one in STATUS_WORDS if by_status.get(one)]


def _sessions(figures):
    sessions, budget = figures["sessions"], figures["budget"]
    unlogged = sessions["unlogged"]
    missing = f"{_count(unlogged, 'session')} begun and not logged yet" if unlogged else "every session is logged"
    attended, due = sessions["held"], sessions["held"] + sessions["missed"]
    return [
        Row("Held", f"{sessions['held']:,}", missing),
        Row("Planned", f"{sessions['planned']:,}", "held, missed or still to come; without cancelled ones"),
        Row("Missed", f"{sessions['missed']:,}"),
        Row("Cancelled", f"{sessions['cancelled']:,}"),
        Row("Attendance", _percent(attended, due), f"{attended:,} of {_count(due, 'session')} held or missed"),
        Row(
            "Budget used",
            _percent(budget["used"], budget["sessions"]),
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
    rows = [Row(words, _tenths(one[name]), people) for name, words in STRAND_WORDS.items()]
    past = [Row("Past the point of trust", PAST_WORDS[one["past"]], f"{one['people']:,} people")] if one["past"] else []
    return rows + past


def _check_ins(one):
    if "answering" not in one:
        return Row("Check-ins answered", NOT_SHOWN, WITHHELD)
    return Row("Check-ins answered", _share(one["answering"]), f"{one['asked']:,} people asked; {IS_COARSE}")


def _follow_ups(one):
    if one is None:
        return [Row("Follow-ups", NOT_SHOWN, WITHHELD)]
    answered = Row("Follow-ups answered", _share(one["answering"]), f"{one['asked']:,} executives asked; {IS_COARSE}")
    shares = [Row(words, _share(one[name]), "of those who answered") for name, words in LASTING_WORDS.items()]
    return [answered, *shares]


# --- numbers ------------------------------------------------------------------------------------


def _tenths(figure):
    return BOUND_WORDS[figure["bound"]].format(f"{figure['tenths'] / 10:.1f}")


def _share(figure):
    return BOUND_WORDS[figure["bound"]].format(f"{figure['tenths'] * 10} %")


def _percent(part, whole):
    """Whole percent, rounded down: 100 % is all of them."""
    return f"{part * 100 // whole} %" if whole else "–"


def _count(number, word):
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _day(moment):
    return f"{moment.day} {moment:%B %Y}"
