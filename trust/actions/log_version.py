"""Which state of a log a form began with, and what to do when the log has moved on since.

A part that the form left as it was follows the record. A part that both changed is somebody's decision:
ChangedMeanwhile names it, and nothing is saved.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from engagements.actions.texts import open_texts
from engagements.models import SealedText, TextKind
from trust.instrument import SEEN, Voice
from trust.models import Reading

TEXTS = {"note": TextKind.SESSION_NOTE, "summary": TextKind.SESSION_SUMMARY}


@dataclass(frozen=True, slots=True)
class LogVersion:
    """Revisions of note, summary and ratings (0: none yet), and when the session was; `starts_at` None: no session."""

    note: int = 0
    summary: int = 0
    reading: int = 0
    starts_at: datetime | None = None
    minutes: int = 0
    kind: str = ""

    def __str__(self):
        start = int(self.starts_at.timestamp()) if self.starts_at else 0
        return f"{self.note}.{self.summary}.{self.reading}.{start}.{self.minutes}.{self.kind}"

    @classmethod
    def parse(cls, text):
        """What str() wrote; None for anything else."""
        parts = text.split(".")
        numbers, kind = parts[:5], parts[5:]
        if len(parts) != 6 or not all(part.isascii() and part.isdigit() and len(part) < 12 for part in numbers):
            return None
        note, summary, reading, start, minutes = map(int, numbers)
        starts_at = datetime.fromtimestamp(start, UTC) if start else None
        return cls(note, summary, reading, starts_at, minutes, kind[0])

    @property
    def when(self):
        start = self.starts_at.replace(microsecond=0) if self.starts_at else None
        return start, self.minutes, self.kind


class ChangedMeanwhile(Exception):
    """Parts of a log were saved elsewhere since its form was opened: "note", "summary", "reading", "time"."""

    def __init__(self, session, parts):
        super().__init__("The log was saved elsewhere meanwhile.")
        self.session, self.parts = session, parts


def version_of(session):
    """The state of a session's log now."""
    rows = SealedText.objects.current().filter(subject_id=session.pk, kind__in=TEXTS.values())
    reading = _reading(session)
    states = 1 + reading.revisions.count() if reading else 0
    return version_made_of(session, revisions=dict(rows.values_list("kind", "revision")), states=states)


def version_made_of(session, *, revisions, states):
    """The same from what was read already: {kind of text: current revision}, and how many states the ratings had."""
    return LogVersion(
        note=revisions.get(TextKind.SESSION_NOTE, 0),
        summary=revisions.get(TextKind.SESSION_SUMMARY, 0),
        reading=states,
        starts_at=session.starts_at,
        minutes=session.minutes,
        kind=session.kind,
    )


def brought_up_to_date(session, began, content):
    """What a form sends, with the record's state of each part that the form left alone.

    `content` is as log_session takes it. Raises ChangedMeanwhile; the session's row is locked by the caller.
    """
    now = version_of(session)
    found = [_text(session, name, began, now, content) for name in TEXTS]
    found += [_ratings(session, began, now, content), _time(session, began, now, content)]
    clashes = {name for name, taken in found if taken is None}
    if clashes:
        raise ChangedMeanwhile(session, clashes)
    return {**content, **{key: value for _, taken in found for key, value in taken.items()}}


def _text(session, name, began, now, content):
    """(part, what to take over instead of the form's), where None is a clash."""
    before, current = getattr(began, name), getattr(now, name)
    if before == current:
        return name, {}
    rows = SealedText.objects.about(TEXTS[name], session.pk).filter(revision__in=(before, current))
    rows = list(rows)
    plain = open_texts(rows)
    texts = {row.revision: plain[row.pk] for row in rows}
    if content[name] == texts.get(current, ""):
        return name, {}
    return name, {name: texts.get(current, "")} if content[name] == texts.get(before, "") else None


def _ratings(session, began, now, content):
    if began.reading == now.reading:
        return "reading", {}
    states = _states(_reading(session))
    mine = (_given(content["ratings"]), set(content["seen"]))
    current = states[now.reading]
    if mine == current:
        return "reading", {}
    if mine != states.get(began.reading, ({}, set())):
        return "reading", None
    ratings = {key: current[0].get(key) for key in content["ratings"]}
    return "reading", {"ratings": ratings, "seen": [seen.key for seen in SEEN if seen.key in current[1]]}


def _states(reading):
    """{number: (given ratings, ticks)} of all states of a reading, the current one last."""
    if reading is None:
        return {0: ({}, set())}
    earlier = [(_given(row.ratings), set(row.seen)) for row in reading.revisions.order_by("replaced_at", "pk")]
    return dict(enumerate([({}, set()), *earlier, (_given(reading.ratings), set(reading.seen))]))


def _given(ratings):
    """Ratings without those that were not observed, and without strand means."""
    return {
        key: value for key, value in ratings.items() if value is not None and key not in ("cognitive", "relational")
    }


def _time(session, began, now, content):
    mine = replace(now, starts_at=content["starts_at"], minutes=content["minutes"], kind=content["kind"]).when
    if began.when == now.when or mine == now.when or (began.starts_at is None and not session.is_held):
        return "time", {}
    if mine != began.when:
        return "time", None
    return "time", {"starts_at": session.starts_at, "minutes": session.minutes, "kind": session.kind}


def _reading(session):
    return Reading.objects.filter(session=session, voice=Voice.COACH).first()
