"""What is kept about an executive in one engagement: everything factual, and the opinions given out.

Plain values with stable names: the page, the JSON and the PDF are made of it (docs/what-is-kept.md).
"""

from engagements.actions.texts import own_texts
from engagements.models import DISCLOSURES, Letter, LetterStatus, PersonalLink, Session, TextKind
from trust.actions.own_answers import check_ins_of, follow_ups_of, vote_of
from trust.actions.own_ledger import looks_at
from trust.actions.own_reports import report_lines_of
from trust.actions.own_requests import given_out, held_back, requests_of

FORMAT, FORMAT_VERSION = "point-of-trust.what-is-kept", 1
NOT_INCLUDED = (
    "Your coach's private notes, the ratings your coach gives after a session, how trust is judged to develop, and "
    "other opinions: your coach goes through them one by one when you ask for them.",
    "Earlier wordings of notes, objectives, summaries and answers that were changed since.",
    "Your coach's own vote, from when you got to know each other: neither side sees the other's.",
    "The trail of changes: who changed which kind of entry and when, without what it says.",
    "Codes, and what opens your personal links: only unreadable checks of them are kept.",
)


def own_record(engagement, now):
    """The record as a mapping; `engagement` comes with_people and with_session_figures."""
    texts = own_texts(engagement)
    requests = requests_of(engagement, texts, now)
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "made_at": now,
        "you": _person(engagement.executive),
        "engagement": _engagement(engagement),
        "retention": retention_of(engagement),
        "agreement_versions": [_agreement(one) for one in engagement.agreements.newest_first()],
        "objectives": _objectives(engagement, texts),
        "sessions": [_session(one, texts) for one in _sessions(engagement)],
        "check_ins": check_ins_of(engagement),
        "chemistry_vote": vote_of(engagement),
        "follow_ups": follow_ups_of(engagement, texts),
        "experiments": _experiments(engagement, texts),
        "uses_of_a_condition": _uses(engagement, texts),
        "conversations": _conversations(engagement),
        "extensions": _extensions(engagement),
        "report_lines": report_lines_of(engagement, texts),
        "choices": _choices(engagement),
        "requests": requests,
        "opinions_given_out": given_out(engagement, texts),
        "opinions_held_back": held_back(engagement),
        "looks": looks_at(engagement),
        "links": _links(engagement),
        "mails": _mails(engagement),
        "not_included": list(NOT_INCLUDED),
    }


def _person(executive):
    return {
        "name": executive.name,
        "email": executive.email,
        "role": executive.role,
        "language": executive.language,
        "time_zone": executive.time_zone,
        "organization": executive.organization.name,
    }


def _engagement(engagement):
    return {
        "coach": engagement.coach.name,
        "program": engagement.program.name,
        "sponsor": engagement.program.organization.name,
        "status": engagement.status,
        "status_words": engagement.get_status_display(),
        "reason": engagement.get_reason_display(),
        "starts_on": engagement.starts_on,
        "planned_end_on": engagement.ends_on,
        "ended_on": engagement.ended_on,
        "session_budget": engagement.session_budget,
        "sessions_held": engagement.sessions_held,
        "weeks_between_sessions": engagement.cadence_weeks,
        "content_erased_at": engagement.content_erased_at,
    }


def retention_of(engagement):
    """How long words and ratings are kept; `until` is known once the engagement has ended."""
    return {"months_after_the_end": engagement.program.retention_months, "until": engagement.kept_until}


def _agreement(one):
    named = {name: str(one._meta.get_field(name).verbose_name) for name in DISCLOSURES}
    return {
        "version": one.version,
        "since": one.created_at,
        "replaced_at": one.replaced_at,
        "confidentiality": one.confidentiality,
        "when_confidentiality_ends": one.confidentiality_ends,
        "cancelling": one.cancellation_terms,
        "company_may_see": [{"what": named[name], "key": name, "is_open": getattr(one, name)} for name in DISCLOSURES],
        "you_accepted_on": one.executive_accepted_on,
        "you_accepted_by_link": one.is_accepted_by_link,
        "sponsor_accepted_on": one.sponsor_accepted_on,
    }


def _objectives(engagement, texts):
    return [
        {
            "words": texts.get((TextKind.OBJECTIVE, one.pk), ""),
            "status": one.status,
            "status_words": one.get_status_display(),
            "since": one.created_at,
            "closed_at": one.closed_at,
        }
        for one in engagement.objectives.in_order()
    ]


def _sessions(engagement):
    return Session.objects.filter(engagement=engagement).prefetch_related("moves").newest_first()


def _session(one, texts):
    return {
        "starts_at": one.starts_at,
        "minutes": one.minutes,
        "kind": one.kind,
        "kind_words": one.get_kind_display(),
        "status": one.status,
        "status_words": one.get_status_display(),
        "place": one.place,
        "call_link": one.call_link,
        "cancelled_by": one.cancelled_by,
        "cancelled_at": one.cancelled_at,
        "moved": [{"from": move.from_at, "to": move.to_at, "asked_by": move.asked_by} for move in one.moves.all()],
        "shared_summary": texts.get((TextKind.SESSION_SUMMARY, one.pk), ""),
    }


def _experiments(engagement, texts):
    rows = engagement.experiments.prefetch_related("steps").order_by("created_at", "pk")
    return [
        {
            "new_behaviour": texts.get((TextKind.EXPERIMENT, one.pk), ""),
            "situation": texts.get((TextKind.EXPERIMENT_SITUATION, one.pk), ""),
            "state": one.state,
            "state_words": one.get_state_display(),
            "depth_words": one.get_depth_display() if one.depth else "",
            "since": one.created_at,
            "steps": [
                {"at": step.at, "state": step.state, "words": texts.get((TextKind.EXPERIMENT_STEP, step.pk), "")}
                for step in sorted(one.steps.all(), key=lambda step: step.at)
            ],
        }
        for one in rows
    ]


def _uses(engagement, texts):
    return [
        {
            "condition": one.get_condition_display(),
            "told_to": one.get_told_to_display(),
            "used_on": one.used_on,
            "you_were_told_on": one.executive_told_on,
            "words": texts.get((TextKind.CONFIDENTIALITY_USE, one.pk), ""),
        }
        for one in engagement.confidentiality_uses.newest_first()
    ]


def _conversations(engagement):
    """When program manager and coach talked about the engagement; what was said is nowhere."""
    rows = engagement.conversations.select_related("noted_by").newest_first()
    return [{"held_on": one.held_on, "noted_by": one.noted_by.name, "noted_at": one.noted_at} for one in rows]


def _extensions(engagement):
    """More sessions or a later end: asked for, given, declined."""
    return [
        {
            "asked_at": one.asked_at,
            "reason": one.get_reason_display(),
            "sessions_asked": one.sessions_asked,
            "ends_on_asked": one.ends_on_asked,
            "status": one.status,
            "status_words": one.get_status_display(),
            "sessions_given": one.sessions_given,
            "ends_on_given": one.ends_on_given,
            "decided_at": one.decided_at,
        }
        for one in engagement.extensions.oldest_first()
    ]


def _choices(engagement):
    return {
        "check_ins_in_the_program": engagement.check_ins_on,
        "check_ins_declined_at": engagement.check_ins_declined_at,
        "reminders_of_sessions": engagement.executive.reminders_on,
        "judging_declined_at": engagement.judging_declined_at,
        "hours_consented_at": engagement.hours_consented_at,
        "supervision_consented_at": engagement.supervision_consented_at,
    }


def _links(engagement):
    rows = PersonalLink.objects.filter(engagement=engagement).order_by("-created_at", "pk")
    return [
        {"for": one.get_purpose_display(), "mailed_at": one.created_at, "expires_at": one.expires_at} for one in rows
    ]


def _mails(engagement):
    """Letters to the executive that have gone out; which kind, never what stood in them."""
    rows = Letter.objects.filter(engagement=engagement, to_user__isnull=True, status=LetterStatus.SENT)
    return [{"kind": one.kind, "sent_at": one.sent_at} for one in rows.order_by("-sent_at", "pk")]
