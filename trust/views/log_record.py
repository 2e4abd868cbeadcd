"""What is on record about a session's log: for the form to begin with, and for the history beneath it."""

from engagements.actions.texts import current_texts, open_texts
from engagements.models import SealedText, TextKind
from trust.forms.ratings import rating_initial
from trust.instrument import COACH_ITEMS, SEEN, Voice
from trust.models import Reading, ReadingRevision

KINDS = (TextKind.SESSION_NOTE, TextKind.SESSION_SUMMARY)


def log_on_record(user, session):
    """Initial values of the log form."""
    texts = {
        name: current_texts(user=user, kind=kind, subject_ids=[session.pk]).get(session.pk, "")
        for name, kind in zip(("note", "summary"), KINDS, strict=True)
    }
    reading = _coach_reading(user, session)
    if reading is None or _has_means_only(reading):
        return texts
    return texts | rating_initial(reading.ratings) | {"opened": reading.seen, "closed": reading.seen}


def has_means_only(user, session):
    """Whether the ratings on record came as two means, without items."""
    reading = _coach_reading(user, session)
    return reading is not None and _has_means_only(reading)


def earlier_versions(user, session):
    """What the log said before: ratings and texts, newest first, each with its date; None when it never changed."""
    ratings = [_rated(revision) for revision in _revisions(user, session)]
    rows = SealedText.objects.confided_to(user).filter(subject_id=session.pk, kind__in=KINDS, is_current=False)
    rows = list(rows.newest_first())
    plain = open_texts(rows)
    texts = [{"at": row.written_at, "label": TextKind(row.kind).label, "text": plain[row.pk]} for row in rows]
    texts = [text for text in texts if text["text"]]
    if not ratings and not texts:
        return None
    return {"labels": [item.label for item in COACH_ITEMS], "ratings": ratings, "texts": texts}


def _coach_reading(user, session):
    return Reading.objects.visible_to(user).filter(session=session, voice=Voice.COACH).first()


def _revisions(user, session):
    rows = ReadingRevision.objects.visible_to(user).filter(reading__session=session, reading__voice=Voice.COACH)
    return rows.order_by("-replaced_at", "pk")


def _has_means_only(reading):
    no_item = all(rating is None for rating in reading.ratings.values())
    return no_item and (reading.cognitive, reading.relational) != (None, None)


def _rated(revision):
    return {
        "at": revision.recorded_at,
        "ratings": [revision.ratings.get(item.key) or "–" for item in COACH_ITEMS],
        "seen": [seen.wording for seen in SEEN if seen.key in revision.seen],
    }
