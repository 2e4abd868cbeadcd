"""Opinions about an executive: what coach and judgement think, each in words, to be given out one by one.

What was given out is sealed as it read at that moment: the executive goes on reading just that, whatever is
rated or judged later.
"""

from dataclasses import dataclass
from datetime import datetime

from engagements.actions.texts import opinion_texts
from engagements.models import Driver, Ending, FollowUp, Party, Readiness, Session, TextKind
from trust.actions.opinion_words import (
    driver_words,
    ending_words,
    flag_words,
    follow_up_words,
    judgement_words,
    point_words,
    reading_words,
    rupture_words,
)
from trust.instrument import Voice
from trust.models import Flag, Judgement, PointOfTrust, Reading, Rupture
from trust.models.point import TEXT_KIND

READING, JUDGEMENT, POINT, ORIENTATION = "READING", "JUDGEMENT", "POINT", "ORIENTATION"
FLAG, RUPTURE, READINESS = "FLAG", "RUPTURE_CASE", "READINESS"
TITLES = {
    READING: "Your coach's ratings of a session",
    JUDGEMENT: "How trust is judged to develop",
    POINT: "The point of trust",
    FLAG: "What called for a conversation",
    RUPTURE: "When trust was hurt",
    ORIENTATION: "What you look for first in a coach",
    READINESS: "How ready you seemed at the start",
    TextKind.FOLLOW_UP: "Your coach's answer to a follow-up",
}
# Their words stand with what was chosen beside them.
WITH_CHOICES = (TEXT_KIND, TextKind.DRIVER, TextKind.ENDING, TextKind.FOLLOW_UP)


@dataclass(frozen=True, slots=True)
class Opinion:
    """One opinion as it reads now. `kind` and `subject_id` name it, `about_at` is the session it belongs to."""

    kind: str
    subject_id: object
    words: str
    about_at: datetime | None = None

    @property
    def title(self):
        return title_of(self.kind)

    @property
    def key(self):
        return self.kind, self.subject_id


def title_of(kind) -> str:
    """What an opinion is, said to the executive."""
    return TITLES.get(kind) or str(dict(TextKind.choices).get(kind, "A note of your coach"))


def opinions_about(engagement) -> list[Opinion]:
    """Every opinion that is kept now, those about sessions first, in their order."""
    sessions = {session.pk: session for session in Session.objects.filter(engagement=engagement)}
    texts = opinion_texts(engagement)
    found = [*_written(texts, sessions), *_rated(engagement, sessions), *_points(engagement, texts)]
    found += [*_flags(engagement), *_ruptures(engagement), *_judged(engagement), *_orientation(engagement)]
    found += [*_readiness(engagement), *_drivers(engagement, texts), *_at_the_end(engagement, texts)]
    dated = sorted((one for one in found if one.about_at), key=lambda one: (one.about_at, one.title))
    return [*dated, *sorted((one for one in found if not one.about_at), key=lambda one: one.title)]


def _written(texts, sessions):
    """Notes and the like."""
    for (kind, subject_id), text in texts.items():
        if kind not in WITH_CHOICES:
            session = sessions.get(subject_id)
            yield Opinion(kind, subject_id, text, session and session.starts_at)


def _rated(engagement, sessions):
    for reading in Reading.objects.of_engagement(engagement.pk).filter(voice=Voice.COACH):
        if words := reading_words(reading):
            yield Opinion(READING, reading.pk, words, sessions[reading.session_id].starts_at)


def _points(engagement, texts):
    for point in PointOfTrust.objects.filter(engagement=engagement).oldest_first():
        yield Opinion(POINT, point.pk, point_words(point, texts.get((TEXT_KIND, point.pk), "")))


def _flags(engagement):
    for flag in Flag.objects.filter(engagement=engagement).order_by("opened_at", "pk"):
        yield Opinion(FLAG, flag.pk, flag_words(flag, engagement.executive.name))


def _ruptures(engagement):
    rows = Rupture.objects.filter(engagement=engagement).prefetch_related("attempts").order_by("opened_at", "pk")
    for rupture in rows:
        yield Opinion(RUPTURE, rupture.pk, rupture_words(rupture))


def _judged(engagement):
    judgement = Judgement.objects.filter(engagement=engagement).first()
    if judgement is not None and (words := judgement_words(judgement)):
        yield Opinion(JUDGEMENT, engagement.pk, words)


def _orientation(engagement):
    if engagement.content_erased_at is None:
        yield Opinion(ORIENTATION, engagement.executive_id, engagement.executive.get_orientation_display())


def _readiness(engagement):
    if engagement.readiness:
        yield Opinion(READINESS, engagement.pk, f"{Readiness(engagement.readiness).label}.")


def _drivers(engagement, texts):
    for driver in Driver.objects.filter(engagement=engagement).in_order():
        if words := texts.get((TextKind.DRIVER, driver.pk)):
            yield Opinion(TextKind.DRIVER, driver.pk, driver_words(driver, words))


def _at_the_end(engagement, texts):
    """The close, and what the coach answered when asked whether it lasted."""
    for ending in Ending.objects.filter(engagement=engagement):
        yield Opinion(TextKind.ENDING, ending.pk, ending_words(ending, texts.get((TextKind.ENDING, ending.pk), "")))
    answered = FollowUp.objects.filter(engagement=engagement, party=Party.COACH).answered()
    for row in answered.oldest_first():
        words = follow_up_words(row, texts.get((TextKind.FOLLOW_UP, row.pk), ""))
        yield Opinion(TextKind.FOLLOW_UP, row.pk, words)
