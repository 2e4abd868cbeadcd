"""What is logged of the engagements a session history names: loaded at once, a few queries for any number of rows."""

from collections import defaultdict

from engagements.actions.texts import open_texts
from engagements.models import Agreement, Engagement, EngagementKey, SealedText, Session, SessionStatus, TextKind
from trust.instrument import ITEM_KEYS, Voice
from trust.models import Reading

ROUNDING = 0.006  # files carry means to two or three digits


class HistoryBook:
    """Engagements by the executive's address, with sessions, readings and notes. `by` is None for the operator.

    A coach's book holds own engagements only, so that no verdict tells of anybody else's.
    """

    def __init__(self, by, addresses):
        self._no_engagement = "No engagement with {}." if by is None else "No engagement of yours with {}."
        wanted = {address for address in addresses if address}
        engagements = Engagement.objects.all() if by is None else Engagement.objects.confided_to(by)
        engagements = engagements.with_people().order_by("-starts_on", "pk")
        self._engagements = defaultdict(list)
        for engagement in engagements:
            if engagement.executive.email.lower() in wanted:
                self._engagements[engagement.executive.email.lower()].append(engagement)
        ids = [engagement.pk for group in self._engagements.values() for engagement in group]
        self._load_sessions(ids)
        self._load_readings(ids)
        self._load_notes(ids)
        agreed = Agreement.objects.accepted().filter(engagement_id__in=ids)
        self._agreed = set(agreed.values_list("engagement_id", flat=True))
        self._with_key = set(EngagementKey.objects.filter(pk__in=ids).values_list("pk", flat=True))

    def _load_sessions(self, ids):
        self._sessions = {}
        for session in Session.objects.filter(engagement_id__in=ids).oldest_first():
            key = (session.engagement_id, session.starts_at)
            # A cancelled session may share its time with one that counts; the one that counts is meant.
            if key not in self._sessions or session.status != SessionStatus.CANCELLED:
                self._sessions[key] = session

    def _load_readings(self, ids):
        readings = Reading.objects.filter(session__engagement_id__in=ids)
        self._readings = {(reading.session_id, reading.voice): reading for reading in readings}

    def _load_notes(self, ids):
        rows = list(SealedText.objects.filter(engagement_id__in=ids, kind=TextKind.SESSION_NOTE).order_by("revision"))
        plain = open_texts(rows)
        self._notes = defaultdict(set)
        for row in rows:
            self._notes[row.subject_id].add(plain[row.pk])

    def engagement(self, address, on):
        """The engagement with this executive; of several, the one that ran on that day. Raises LookupError."""
        known = self._engagements.get(address, [])
        if not known:
            raise LookupError(self._no_engagement.format(address))
        if len(known) == 1:
            return known[0]
        ran = [one for one in known if one.starts_on <= on <= (one.ended_on or one.ends_on)]
        ran = ran or [one for one in known if one.is_open and one.starts_on <= on]
        if len(ran) != 1:
            raise LookupError(f"{address} has several engagements; which one this session belongs to cannot be told.")
        return ran[0]

    def session(self, engagement, starts_at):
        """The session at that moment, or None."""
        return self._sessions.get((engagement.pk, starts_at))

    def has_other_means(self, session, voice, means):
        """Whether the file's means differ from what is recorded; what the file leaves out says nothing.

        Answers an executive gave by link are never compared and never replaced: they are that person's word.
        """
        reading = self._readings.get((session.pk, voice.value)) if session else None
        if reading is None:
            return True
        if voice == Voice.EXECUTIVE and any(getattr(reading, key) is not None for key in ITEM_KEYS):
            return False
        known = (reading.cognitive, reading.relational)
        return any(
            new is not None and (old is None or abs(old - new) > ROUNDING)
            for old, new in zip(known, means, strict=True)
        )

    def is_agreed(self, engagement):
        """Whether both sides have accepted an agreement, so that sessions can be put on record."""
        return engagement.pk in self._agreed

    def is_erased(self, engagement):
        """Whether the engagement's words were erased, so that no note can be written."""
        return engagement.pk not in self._with_key

    def has_other_note(self, session, note):
        """Whether the file's note was never written here: words edited since are not set back."""
        return bool(note) and (session is None or note not in self._notes[session.pk])
