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
    reading = coach_reading(user, session)
    if reading is None or _has_means_only(reading):
        return texts
    return texts | rating_initial(reading.ratings) | {"opened": reading.seen, "closed": reading.seen}


def has_means_only(user, session):
    """Whether the ratings on record came as two means, without items."""
    reading = coach_reading(user, session)
    return reading is not None and _has_means_only(reading)


def earlier_versions(user, session):
    """What the log said before: ratings and texts, newest first, each with its date; None when it never changed."""
    ratings = [_rated(revision) for revision in _revisions(user, session)]
    rows = SealedText.objects.confided_to(user).filter(subject_id=session.pk, kind__in=KINDS, is_current=False)
    rows = list(rows.select_related("written_by").order_by("-written_at", "-revision", "pk"))
    plain = open_texts(rows)
    texts = [_written(row, plain[row.pk]) for row in rows if plain[row.pk]]
    if not ratings and not texts:
        return None
    return {"labels": [item.label for item in COACH_ITEMS], "ratings": ratings, "texts": texts}


def _written(row, text):
    label = TextKind(row.kind).label
    return {"pk": row.pk, "at": row.written_at, "by": row.written_by, "label": label, "text": text}


def opened_text(row):
    """The words of one sealed row."""
    return open_texts([row])[row.pk]


def coach_reading(user, session):
    """The coach's own ratings of a session, or None."""
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
