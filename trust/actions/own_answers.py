"""What the executive answered themselves: check-ins, the vote on the fit, and whether it lasted afterwards."""

from engagements.models import ChemistryVote, FollowUp, Party, TextKind
from trust.instrument import HIGHEST, LOWEST, Voice, items_of
from trust.models import CheckIn, CheckInStatus, Reading

MAILED = (CheckInStatus.SENT, CheckInStatus.ANSWERED, CheckInStatus.REVOKED)


def check_ins_of(engagement):
    """One mapping per check-in that was mailed or answered, the latest session first."""
    asked = {one.session_id: one for one in CheckIn.objects.filter(session__engagement=engagement, status__in=MAILED)}
    answers = Reading.objects.of_executive(engagement.pk).select_related("session").prefetch_related("revisions")
    given = {one.session_id: one for one in answers}
    sessions = {one.pk: one for one in engagement.sessions.filter(pk__in=[*asked, *given])}
    order = sorted(sessions, key=lambda pk: (sessions[pk].starts_at, pk), reverse=True)
    return [_check_in(sessions[pk], asked.get(pk), given.get(pk)) for pk in order]


def _check_in(session, asked, reading):
    return {
        "session_starts_at": session.starts_at,
        "asked_at": asked and asked.sent_at,
        "answered_at": reading and reading.recorded_at,
        "coach_may_see_them": reading and reading.is_shared,
        "scale": [LOWEST, HIGHEST],
        "answers": _answers(reading.instrument_version, reading.ratings, reading) if reading else [],
        "earlier_answers": [_earlier(one) for one in reading.revisions.all()] if reading else [],
    }


def _earlier(revision):
    return {
        "answered_at": revision.recorded_at,
        "changed_at": revision.replaced_at,
        "answers": _answers(revision.instrument_version, revision.ratings),
    }


def _answers(version, ratings, reading=None):
    """Statements with their ratings; imported answers may be means alone."""
    items = items_of(Voice.EXECUTIVE, version)
    rows = [{"statement": one.wording, "rating": ratings.get(one.key)} for one in items]
    if any(row["rating"] is not None for row in rows) or reading is None:
        return rows
    means = (
        ("Mean of the items on competence", reading.cognitive),
        ("Mean of the items on closeness", reading.relational),
    )
    found = [{"statement": name, "rating": mean} for name, mean in means if mean is not None]
    return found or rows


def vote_of(engagement):
    """The executive's own vote; None where they never said. How the coach voted stays with the coach."""
    one = ChemistryVote.objects.filter(engagement=engagement, party=Party.EXECUTIVE).first()
    return one and {"fit": one.fit, "fit_words": one.get_fit_display(), "voted_at": one.voted_at}


def follow_ups_of(engagement, texts):
    """What the executive was asked after the end and answered, in their order; the coach reads the answers."""
    asked = FollowUp.objects.filter(engagement=engagement, party=Party.EXECUTIVE, asked_at__isnull=False)
    return [
        {
            "days_after_the_end": one.days,
            "asked_at": one.asked_at,
            "answered_at": one.answered_at,
            "lasting": one.lasting,
            "lasting_words": one.get_lasting_display(),
            "your_words": texts.get((TextKind.FOLLOW_UP, one.pk), ""),
            "counts_in_groups": one.is_for_groups,
        }
        for one in asked.oldest_first()
    ]
