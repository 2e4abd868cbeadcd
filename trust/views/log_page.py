"""The page of one log: its forms as they begin, and everything around them."""

from datetime import timedelta

from django.utils import timezone

from engagements.actions.agreements import has_agreement
from engagements.models import LookedAt, SessionKind
from engagements.views.showing import show
from trust.actions.log_version import LogVersion
from trust.forms.session_log import SessionLogForms
from trust.views.log_both import settled
from trust.views.log_words import proposed_next
from trust.views.method_rows import EXPERIMENTS_BESIDE, experiments_of, under_way

USUAL_MINUTES = 60


def log_forms(request, engagement, now, *, drafts, session=None, record=None):
    """The forms with what was sent, or with the draft, or with what is on record, or with what was planned."""
    zone, minutes = timezone.get_current_timezone(), session.minutes if session else USUAL_MINUTES
    starts_at = session.starts_at if session else _quarter_before(now - timedelta(minutes=minutes))
    forms = SessionLogForms(
        settled(request, session) if request.method == "POST" else drafts.data,
        now=now,
        zone=zone,
        log=_beginning(record),
        starts_at=starts_at,
        minutes=minutes,
        kind=session.kind if session else SessionKind.COACHING,
        next_at=proposed_next(engagement, starts_at, now, zone),
        experiments=_asked_about(request.user, engagement),
    )
    if drafts.data is not None:
        forms.show_unjudged()
    return forms


def _asked_about(user, engagement):
    """Experiments under way, the latest few: a log takes a minute."""
    return under_way(experiments_of(user, engagement))[:EXPERIMENTS_BESIDE] if engagement.is_open else ()


def _beginning(record):
    if record is None:
        return {"began": str(LogVersion())}
    return record.initial | {"began": str(record.version)}


def _quarter_before(moment):
    """The quarter of an hour a session that was not scheduled most likely began at."""
    return moment.replace(minute=moment.minute - moment.minute % 15, second=0, microsecond=0)


def show_log(request, engagement, forms, now, context):
    """The page, with the next session on it and the agreement that is missed."""
    booked = engagement.sessions.upcoming(now).oldest_first().first()
    context["is_behind"] = forms.is_draft and forms.log["began"].value() != forms.log.initial["began"]
    zone = timezone.get_current_timezone_name()
    context |= {"engagement": engagement, "forms": forms, "booked": booked, "zone": zone}
    if not has_agreement(engagement.pk):
        context["missing"] = engagement.agreements.current().first()
    return show(request, "trust/session_log.html", context, what=LookedAt.LOG)
