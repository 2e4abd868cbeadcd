"""What the page of an engagement shows its coach, ready for the templates."""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.db.models import Count, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone

from engagements.actions.texts import readable_texts
from engagements.models import (
    Agreement,
    AuditEvent,
    Conversation,
    Ending,
    Extension,
    FollowUp,
    Objective,
    Status,
    TextKind,
)
from engagements.models.gathered import gather_for
from engagements.permissions import can_manage
from engagements.progress import attended
from engagements.views.session_rows import session_rows
from trust.actions.evidence import Histories, history_rows
from trust.charts import NARROW, WIDE, event_kinds, trust_chart
from trust.detection.judgement import State
from trust.explanation import explain
from trust.models import Closing, Flag, Helped, PointOfTrust, Reading, Rupture
from trust.sentences import Sentence, flag_for_coach, next_step_of, stage_sentence
from trust.views.course import Course, course_of
from trust.views.lasting import follow_ups_shown
from trust.views.method_rows import method_rows, method_shown, words_wanted
from trust.views.point_words import points_shown

# How long a closed flag stays on the page, so that it can be re-opened.
CLOSED_FLAGS_SHOWN = timedelta(days=30)
# Whether a step helped is asked after a session, or after these weeks without one; and not for ever.
HELPED_ASKED_AFTER, HELPED_ASKED_FOR = timedelta(weeks=3), timedelta(weeks=12)
# Of how many of the latest sessions notes are opened to find the last one written.
SESSIONS_READ_FOR_NOTES = 5
EXCERPT = 420  # characters of a note on this page; its whole stands in the log
BEGINNING = (Status.PROPOSED, Status.CHEMISTRY, Status.CONTRACTED)
SESSIONS_SHOWN = 6  # past sessions before the rest folds away


@dataclass(frozen=True, slots=True)
class FlagRow:
    """A flag with its sentence; `may_reopen` says that a person closed it and that no newer one is open."""

    flag: Flag
    sentence: Sentence
    tone: str
    may_reopen: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do, and where."""

    words: str
    url: str
    label: str


def coach_page(engagement, user, now):
    """The context of trust/engagement_detail.html."""
    rows = _rows(engagement, user, now)
    histories = Histories([engagement.pk], now=now, engagements=[engagement], rows=rows)
    sessions, flags, objectives, points = (
        histories.sessions(engagement),
        rows["flags"],
        rows["objectives"],
        rows["points"],
    )
    prefetch_related_objects(sessions, "moves")
    engagement.take_figures(sessions, now)
    agreement = next(iter(rows["agreement"]), None)
    texts = _texts(user, rows, sessions)
    course = _course(engagement, histories, rows, now)
    open_flags = [_open_row(flag, engagement) for flag in flags if flag.is_open]
    return {
        "title": engagement.executive.name,
        "engagement": engagement,
        "sentence": _where_we_are(engagement, course),
        "flags": open_flags,
        "closed_flags": _closed_rows(flags, engagement, now),
        "helped_questions": _helped_questions(flags, sessions, engagement, now),
        "helped_choices": Helped.choices,
        **_ruptures(rows["ruptures"]),
        "follow_ups": follow_ups_shown(engagement, rows["follow_ups"], texts, now),
        "ending": not engagement.is_open and bool(rows["ending"]),
        "is_beginning": engagement.status in BEGINNING,
        "steps": _steps(engagement, sessions, agreement, objectives, now),
        "objectives": [(row, texts.get((TextKind.OBJECTIVE, row.pk), "")) for row in objectives],
        "agreement": agreement,
        "extensions": rows["extensions"],
        "conversations": rows["conversations"],
        "may_edit": user.manages_a_program and can_manage(user, engagement),
        **_trust(engagement, course, open_flags, points, now),
        **points_shown(engagement, sessions, points, course.judgement),
        **_session_lists(engagement, user, sessions, now),
        **_last_words(sessions, texts),
        **method_shown(engagement, rows, texts),
    }


def _ruptures(cases):
    """Open ones, and closed ones to be found again."""
    return {
        "ruptures": [case for case in cases if case.is_open],
        "closed_ruptures": [case for case in cases if not case.is_open],
    }


def _rows(engagement, user, now):
    """All short lists of the page, in one statement."""
    return gather_for(_lists, user, engagement_id=engagement.pk, now=now)


def _lists(user, *, engagement_id, now):
    changes = AuditEvent.objects.confided_to(user).filter(engagement_id=engagement_id)
    confided = {
        "objectives": Objective.objects.confided_to(user).in_order(),
        "points": PointOfTrust.objects.visible_to(user).oldest_first(),
        "flags": Flag.objects.visible_to(user).most_urgent_first(),
        "ruptures": Rupture.objects.confided_to(user).newest_first().annotate(tried=Count("attempts")),
        "conversations": Conversation.objects.visible_to(user).newest_first(),
        "extensions": Extension.objects.visible_to(user).oldest_first(),
        "follow_ups": FollowUp.objects.confided_to(user).oldest_first(),
        "ending": Ending.objects.confided_to(user).order_by("pk"),
        **method_rows(user),
    }
    return dict(
        agreement=Agreement.objects.visible_to(user).current().filter(engagement=engagement_id),
        stages=changes.filter(verb="engagement.status_changed").order_by("at", "pk"),
        shown=Reading.objects.visible_to(user).of_engagement(engagement_id),
        **{name: found.filter(engagement=engagement_id) for name, found in confided.items()},
        **history_rows(now, pk=engagement_id),
    )


def _texts(user, rows, sessions):
    """Words of the page, and the notes of the latest sessions; nothing once the engagement was erased."""
    held = [session for session in reversed(sessions) if session.is_held][:SESSIONS_READ_FOR_NOTES]
    with_words = (*rows["objectives"], *held, *rows["follow_ups"])
    return readable_texts(user=user, subject_ids=[*(row.pk for row in with_words), *words_wanted(rows)])


def _course(engagement, histories, rows, now) -> Course:
    return course_of(
        engagement,
        histories=histories,
        readings={(reading.session_id, reading.voice): reading for reading in rows["shown"]},
        flags=rows["flags"],
        stages=rows["stages"],
        points=rows["points"],
        now=now,
    )


def _where_we_are(engagement, course) -> Sentence:
    """State and next step in words; the stage, as long as the engagement does not run."""
    stage = stage_sentence(engagement.status)
    if stage is not None:
        return stage
    if engagement.judging_declined_at is not None:
        name = engagement.executive.name
        return Sentence(f"Judging is off: {name} asked for it.", next_step="Flags from dates and attendance go on.")
    if course.judgement is None:
        return Sentence("No data yet: nobody has rated a session.", next_step=next_step_of(None))
    return Sentence(explain(course.judgement).headline, next_step=next_step_of(course.judgement))


def _trust(engagement, course, flags, points, now):
    """Chart, what the judgement rests on, and the same data for a table."""
    is_told = engagement.is_active and course.has_line and course.state != State.FLAT_AT_MAXIMUM
    until = min(engagement.ended_on or timezone.localdate(now), timezone.localdate(now))
    charts = []
    if course.has_marks or course.has_line:
        shown = {"starts_on": engagement.starts_on, "until": until}
        charts = [trust_chart(course.moments, frame, **shown) for frame in (WIDE, NARROW)]
    return {
        "course": course,
        "charts": charts,
        "event_kinds": event_kinds(course.moments),
        "reasons": _reasons(course.judgement, flags, points) if is_told else [],
        "is_too_early": course.state == State.TOO_EARLY,
        "is_flat": course.state == State.FLAT_AT_MAXIMUM,
    }


def _reasons(judgement, flags, points):
    """Evidence, chance and what would change the mind; what a flag or a question above says already is left out."""
    told = explain(replace(judgement, forecast=False))  # the chart itself says that no session came since
    above = " ".join(row.sentence.reason for row in flags)
    # Whether the point of trust is reached is asked, or was answered, in a place of its own.
    would_change = "" if points and judgement.state == State.TRUSTED else told.would_change
    return [words for words in (*told.evidence, told.chance, would_change) if words and words not in above]


# --- flags --------------------------------------------------------------------------------------


def _open_row(flag, engagement):
    tone = "attention" if flag.level == "ALARM" and flag.kind in ("REGRESSING", "STALLED") else "watch"
    return FlagRow(flag, _said(flag, engagement), tone)


def _closed_rows(flags, engagement, now):
    open_kinds = {flag.kind for flag in flags if flag.is_open}
    recent = [flag for flag in flags if not flag.is_open and now - flag.closed_at < CLOSED_FLAGS_SHOWN]
    recent.sort(key=lambda flag: flag.closed_at, reverse=True)
    return [
        FlagRow(flag, _said(flag, engagement), "", flag.closing == Closing.RESOLVED and flag.kind not in open_kinds)
        for flag in recent
    ]


def _helped_questions(flags, sessions, engagement, now):
    """Flags answered with a step a while ago: after a session or some weeks the coach can say whether it helped."""
    return [
        FlagRow(flag, _said(flag, engagement), "")
        for flag in flags
        if flag.asks_whether_it_helped and not flag.helped and _was_put_to_the_test(flag, sessions, now)
    ]


def _was_put_to_the_test(flag, sessions, now):
    age = now - flag.responded_at
    has_met = any(session.is_held and session.starts_at > flag.responded_at for session in sessions)
    return age < HELPED_ASKED_FOR and (has_met or age >= HELPED_ASKED_AFTER)


def _said(flag, engagement):
    return flag_for_coach(flag.kind, flag.evidence, executive=engagement.executive.name, level=flag.level)


# --- sessions, steps, words ---------------------------------------------------------------------


def _session_lists(engagement, user, sessions, now):
    def rows(chosen):
        return session_rows(chosen, user=user, engagement=engagement, now=now)

    upcoming = [session for session in sessions if session.is_scheduled and session.starts_at >= now]
    past = [session for session in reversed(sessions) if session not in upcoming]
    to_log = [session for session in past if session.is_scheduled]
    done = [session for session in past if not session.is_scheduled]
    return {
        "upcoming": rows(to_log[::-1] + upcoming),
        "past": rows(done[:SESSIONS_SHOWN]),
        "earlier": rows(done[SESSIONS_SHOWN:]),
        "attendance": attended(done).words,
        "used_words": used_words(engagement),
    }


def used_words(engagement):
    """ "5 of 12 sessions held, 1 booked, 7 left"; the engagement carries its session figures."""
    held, budget, booked = engagement.sessions_held, engagement.session_budget, engagement.sessions_booked
    left = max(engagement.sessions_left, 0)
    return f"{held} of {budget} sessions held, {booked} booked, {left} left"


def _steps(engagement, sessions, agreement, objectives, now):
    """What is owed, besides what the state of trust suggests."""
    if not engagement.is_open:
        return []
    to_log = [session for session in sessions if session.is_scheduled and session.starts_at < now]
    lacks_session = engagement.is_active and not engagement.sessions_booked and engagement.sessions_left > 0
    not_agreed = agreement is not None and not agreement.is_accepted
    owed = [
        (to_log, f"{len(to_log)} session{'s wait' if len(to_log) > 1 else ' waits'} for a log.", "session_log", "Log"),
        (not_agreed, "The agreement is not accepted by both sides.", "agreement_detail", "Agreement"),
        (lacks_session, "No session is booked.", "session_schedule", "Schedule"),
        (not objectives, "No objective is written down.", "objective_add", "Add objective"),
    ]
    return [
        Step(words, reverse(route, args=[to_log[0].pk if route == "session_log" else engagement.pk]), label)
        for is_owed, words, route, label in owed
        if is_owed
    ]


def _last_words(sessions, texts):
    """The latest private note and shared summary, shortened and whole."""
    return {
        "last_note": _latest(sessions, texts, TextKind.SESSION_NOTE),
        "last_summary": _latest(sessions, texts, TextKind.SESSION_SUMMARY),
    }


def _latest(sessions, texts, kind):
    for session in reversed(sessions):
        if text := texts.get((kind, session.pk)):
            shown = text if len(text) <= EXCERPT else f"{text[:EXCERPT].rstrip()} …"
            return {"session": session, "text": shown, "whole": text}
    return None
