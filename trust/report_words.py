"""The figures of a sponsor report in words, for page, paper and spreadsheet alike. Pure.

Each figure comes with what it rests on: how many stand behind it, and what is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

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
PAST_WORDS = {"FEW": "fewer than a third", "SOME": "a third to two thirds", "MOST": "more than two thirds"}
BOUND_WORDS = {"": "{}", "LESS": "{} or less", "MORE": "{} or more", "ABOUT": "about {}"}
WITHHELD_WORDS = {
    "FEW": f"Fewer than {LEAST_PEOPLE} people of {LEAST_COACHES} coaches, or others could be worked out",
    "SPAN": "Told for whole months and whole quarters only",
    "NONE": "Nobody was asked in this period",
}
NOT_SHOWN = "Not shown"
IS_COARSE = "rounded, everybody counting once"


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
    if confided and with_confided:
        sections += [
            Section("Check-ins and follow-ups", [_check_ins(confided["check_ins"]), *_follow_ups(confided)]),
            Section("Trust over groups", [_quarter(one) for one in confided["cohort"]] or [_no_quarter()]),
        ]
    return sections


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


def _check_ins(one):
    if "withheld" in one:
        return Row("Check-ins answered", NOT_SHOWN, WITHHELD_WORDS[one["withheld"]])
    return Row("Check-ins answered", _share(one), f"{one['people']:,} people asked; {IS_COARSE}")


def _follow_ups(confided):
    one = confided["follow_ups"]
    if "withheld" in one:
        return [Row("Follow-ups answered", NOT_SHOWN, WITHHELD_WORDS[one["withheld"]])]
    lasting = one["lasting"]
    words = NOT_SHOWN if "withheld" in lasting else _share(lasting)
    note = WITHHELD_WORDS[lasting["withheld"]] if "withheld" in lasting else f"of those who answered; {IS_COARSE}"
    answered = Row("Follow-ups answered", _share(one), f"{one['people']:,} executives asked; {IS_COARSE}")
    return [answered, Row("What changed lasts", words, note)]


def _quarter(one):
    starts_on = date.fromisoformat(one["starts_on"])
    label = words_of(starts_on, date.fromordinal(months_after(starts_on, 3).toordinal() - 1))
    if not one["is_written"]:
        return Row(label, "Not yet", "written some weeks after the end of the quarter")
    if "people" not in one:
        return Row(label, NOT_SHOWN, WITHHELD_WORDS["FEW"])
    past = f"; past the point of trust: {PAST_WORDS[one['past']]}" if one["past"] else ""
    words = f"Cognitive {_trust(one['cognitive'])}, relational {_trust(one['relational'])}"
    return Row(label, words, f"{one['people']:,} people, from 1 to 7{past}")


def _no_quarter():
    return Row("Trust", NOT_SHOWN, "Told for whole calendar quarters only")


# --- numbers ------------------------------------------------------------------------------------


def _trust(figure):
    tenths, bound = figure
    return BOUND_WORDS[bound].format(f"{tenths / 10:.1f}")


def _share(one):
    return BOUND_WORDS[one["bound"]].format(f"{one['tenths'] * 10} %")


def _percent(part, whole):
    """Whole percent, rounded down: 100 % is all of them."""
    return f"{part * 100 // whole} %" if whole else "–"


def _count(number, word):
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _day(moment):
    return f"{moment.day} {moment:%B %Y}"
