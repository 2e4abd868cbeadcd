"""What a program's managers read of dates and counts: sentences, charts, and the same as tables."""

from django.utils.formats import date_format

from engagements.models.session import LATE_CANCELLATION_HOURS
from engagements.progress import percent
from engagements.stages import Stage
from trust.charts.plan import PATTERNS, PLAN_SIZES, STAGE_SIZES, plan_chart, stacked_chart

STAGE_WORDS = {
    Stage.ACTIVE: "Active",
    Stage.PAUSED: "Paused",
    Stage.AGREED: "Agreed, not begun",
    Stage.ARRANGED: "Being arranged",
}
PART_WORDS = {"part-held": "Held", "part-booked": "Booked", "part-left": "Still to book"}


def figures_page(found, now):
    """The context of templates/trust/_program_*.html, without anything that anybody said or rated."""
    return {
        "counted_at": None if found.counted_at == now else found.counted_at,
        "plan": _plan(found.progress, found.used),
        "attendance": _attendance(found.attendance),
        "first_session": _first_session(found.first_session),
        "stages": _stages(found.months, found.is_on_record),
    }


# --- against the plan -----------------------------------------------------------------------------


def _plan(found, over):
    if not found.engagements:
        return {"is_empty": True, "over": _over(over)}
    pace = percent(found.projected, found.paced_budget)
    parts = dict(zip(PART_WORDS, (found.held, found.booked, found.unbooked), strict=True))
    marks = {"mark-due": (found.due, f"by the time passed {percent(found.due, found.budget)} %")}
    if pace is not None:
        marks["mark-pace"] = (found.budget * pace / 100, f"at this pace, in the end {pace} %")
    return {
        "lead": _plan_lead(found),
        "pace": _pace(found, pace),
        "missing": _plan_missing(found),
        "legend": _legend(PART_WORDS),
        "charts": [plan_chart(parts, marks, size) for size in PLAN_SIZES],
        "rows": _plan_rows(found, pace),
        "over": _over(over),
    }


def _plan_lead(found):
    return (
        f"{_many(found.engagements, 'engagement')} on plan for {_many(found.budget, 'session')}: "
        f"{found.held} held, {found.booked} booked, {found.unbooked} still to book."
    )


def _pace(found, pace):
    if pace is None:
        return "Too early for a pace: no engagement has run for two weeks and a tenth of its time."
    held, due = percent(found.held, found.budget), percent(found.due, found.budget)
    return (
        f"At this pace {pace} % of the sessions will be used by the planned ends. "
        f"So far {held} % are held; by the time passed it would be {due} %."
    )


def _plan_missing(found):
    told = [f"Pace from {found.paced} of {_many(found.engagements, 'engagement')}."]
    if found.too_new:
        told.append(f"Left out: {found.too_new} that {'has' if found.too_new == 1 else 'have'} only begun.")
    if found.overdue:
        told.append(f"{found.overdue} past the planned end: nothing more is expected of them.")
    return " ".join([*told, "Paused time counts as time passed."])


def _plan_rows(found, pace):
    def share(count):
        return f"{percent(count, found.budget)} %"

    rows = [
        ("Held", found.held, share(found.held)),
        ("Booked", found.booked, share(found.booked)),
        ("Still to book", found.unbooked, share(found.unbooked)),
        ("Would be held by the time passed", round(found.due), share(found.due)),
    ]
    if pace is not None:
        rows.append(("At this pace, by the planned ends", round(found.budget * pace / 100), f"{pace} %"))
    return [*rows, ("Planned in all", found.budget, "100 %")]


def _over(over):
    if not over.engagements:
        return ""
    share = f"{percent(over.held, over.budget)} % of their sessions ({over.held} of {over.budget})"
    return f"{_many(over.engagements, 'engagement')} already over used {share}."


# --- attendance, logs, beginnings -----------------------------------------------------------------


def _attendance(found):
    share = found.attended.share
    return {
        "share": "–" if share is None else f"{share} %",
        "of": f"{found.held} held of {found.attended.expected}",
        "note": f"held, of those held or missed; {found.missed} missed",
        "unlogged": found.unlogged,
        "unlogged_note": _unlogged(found),
        "missing": _attendance_missing(found),
    }


def _unlogged(found):
    if not found.unlogged:
        return "every session that has begun is logged"
    old = f", {found.old} more than a week ago" if found.old else ""
    return f"the oldest began {_ago(found.oldest_days)}{old}"


def _attendance_missing(found):
    late = f", {found.late} of them within {LATE_CANCELLATION_HOURS} hours before" if found.late else ""
    told = [f"{found.late + found.early} cancelled{late}: no part of attendance"] if found.late + found.early else []
    told += [f"{found.unlogged} not logged are neither held nor missed yet"] if found.unlogged else []
    words = "; ".join(told)
    return f"{words[0].upper()}{words[1:]}." if words else ""


def _first_session(found):
    told = [f"{found.earlier} had sessions before they were entered and are left out."] if found.earlier else []
    if found.waiting:
        verb = "waits" if found.waiting == 1 else "wait"
        told.append(f"{found.waiting} on plan still {verb} for a first session, up to {_many(found.longest, 'day')}.")
    return {
        "days": "–" if found.days is None else round(found.days),
        "unit": "" if found.days is None else "day" if round(found.days) == 1 else "days",
        "note": f"from the day of entering it; {_many(found.counted, 'engagement')}",
        "missing": " ".join(told),
    }


# --- stages ---------------------------------------------------------------------------------------


def _stages(months, is_on_record):
    stacks = [
        (f"{month.starts_on:%b}", {f"stage-{stage.lower()}": month.standing[stage] for stage in STAGE_WORDS})
        for month in months
    ]
    return {
        "is_on_record": is_on_record,
        "is_empty": not any(month.total or month.ended for month in months),
        "words": _stages_words(months),
        "headings": list(STAGE_WORDS.values()),
        "legend": _legend({f"stage-{stage.lower()}": words for stage, words in STAGE_WORDS.items()}),
        "charts": [stacked_chart(stacks, size) for size in STAGE_SIZES],
        "rows": [
            {
                "month": date_format(month.starts_on, "F Y"),
                "counts": [month.standing[stage] for stage in STAGE_WORDS],
                "ended": month.ended,
            }
            for month in reversed(months)
        ],
    }


def _stages_words(months):
    first, last = months[0], months[-1]
    return (
        f"Open engagements at the end of each month: {first.total} in {first.starts_on:%B %Y}, {last.total} today, "
        f"of these {last.standing[Stage.ACTIVE]} active. {sum(month.ended for month in months)} ended in this time."
    )


def _legend(words):
    return [(css, PATTERNS.get(css, ""), label) for css, label in words.items()]


def _many(count, noun):
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _ago(days):
    return "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"
