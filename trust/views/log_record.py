"""What is on record about a session's log: for the form to begin with, and for the history beneath it."""

from engagements.actions.texts import open_texts
from engagements.models import SealedText, TextKind
from engagements.models.gathered import gather
from trust.actions.log_version import version_made_of
from trust.forms.ratings import rating_initial
from trust.instrument import COACH_ITEMS, SEEN, Voice
from trust.models import Reading, ReadingRevision

KINDS = (TextKind.SESSION_NOTE, TextKind.SESSION_SUMMARY)


class LogRecord:
    """All that is on record of one log, read once: the coach's ratings and texts, the current ones and earlier ones."""

    def __init__(self, user, session):
        revisions = ReadingRevision.objects.visible_to(user).filter(reading__session=session)
        found = gather(
            readings=Reading.objects.visible_to(user).filter(session=session, voice=Voice.COACH),
            revisions=revisions.filter(reading__voice=Voice.COACH).order_by("-replaced_at", "pk"),
        )
        rows = SealedText.objects.confided_to(user).filter(subject_id=session.pk, kind__in=KINDS).with_keys()
        self.session = session
        self.reading = next(iter(found["readings"]), None)
        self.revisions = found["revisions"]
        self.rows = list(rows.select_related("written_by").order_by("-written_at", "-revision", "pk"))
        self.plain = open_texts(self.rows)

    @property
    def version(self):
        """The state of the log that a form begins with."""
        current = {row.kind: row.revision for row in self.rows if row.is_current}
        states = 1 + len(self.revisions) if self.reading else 0
        return version_made_of(self.session, revisions=current, states=states)

    @property
    def initial(self):
        """Initial values of the log form."""
        current = {row.kind: self.plain[row.pk] for row in self.rows if row.is_current}
        texts = {name: current.get(kind, "") for name, kind in zip(("note", "summary"), KINDS, strict=True)}
        if self.reading is None or self.has_means_only:
            return texts
        return texts | rating_initial(self.reading.ratings) | {"opened": self.reading.seen, "closed": self.reading.seen}

    @property
    def has_means_only(self):
        """Whether the ratings on record came as two means, without items."""
        if self.reading is None:
            return False
        no_item = all(rating is None for rating in self.reading.ratings.values())
        return no_item and (self.reading.cognitive, self.reading.relational) != (None, None)

    @property
    def earlier_versions(self):
        """What the log said before: ratings and texts, newest first, each with its date; None when it never changed."""
        ratings = [_rated(revision) for revision in self.revisions]
        earlier = [row for row in self.rows if not row.is_current and self.plain[row.pk]]
        texts = [_written(row, self.plain[row.pk]) for row in earlier]
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


def _rated(revision):
    return {
        "at": revision.recorded_at,
        "ratings": [revision.ratings.get(item.key) or "–" for item in COACH_ITEMS],
        "seen": [seen.wording for seen in SEEN if seen.key in revision.seen],
    }
