"""Readings: the ratings one voice gave for one session. Columns, because the jobs judge them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from engagements.models import Session, User
from engagements.models.identity import MOST_VERSIONS, Identified, between
from trust import instrument, permissions
from trust.instrument import Strand, Voice


class ReadingQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(permissions.readings_seen_by(user))

    def of_engagement(self, engagement_id):
        return self.filter(session__engagement_id=engagement_id)

    def of_executive(self, engagement_id):
        """The executive's own answers, for the page behind their link."""
        return self.of_engagement(engagement_id).filter(voice=Voice.EXECUTIVE)


def _rating(label):
    return models.PositiveSmallIntegerField(label, null=True, blank=True)


class Reading(Identified):
    """Six items of the coach, or five of the executive; None is "not observed".

    `cognitive` and `relational` are the strand means, 1..7. Imported history may bring the means alone.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="readings")
    voice = models.CharField(max_length=10, choices=[(voice.value, voice.name.title()) for voice in Voice])
    instrument_version = models.PositiveSmallIntegerField(default=instrument.VERSION)
    value = _rating("value")
    reliance = _rating("reliance")
    direction = _rating("direction")
    candour = _rating("candour")
    care = _rating("care")
    repair = _rating("repair")
    discretion = _rating("discretion")
    cognitive = models.FloatField(null=True, blank=True)
    relational = models.FloatField(null=True, blank=True)
    seen = models.JSONField(default=list, blank=True, help_text="Keys of instrument.SEEN")
    is_shared = models.BooleanField(default=True, help_text="The coach may see these answers")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "voice"], name="reading_one_per_session_and_voice"),
            models.CheckConstraint(condition=Q(voice__in=[v.value for v in Voice]), name="reading_voice_known"),
            *[
                models.CheckConstraint(
                    condition=Q(**{f"{key}__isnull": True}) | Q(**{f"{key}__range": (1, 7)}),
                    name=f"reading_{key}_range",
                )
                for key in (*instrument.ITEM_KEYS, "cognitive", "relational")
            ],
            between("instrument_version", 1, MOST_VERSIONS, model="reading"),
        ]

    def __str__(self):
        return f"Reading {self.pk}"

    @property
    def ratings(self):
        """The items of this voice: {key: rating or None}."""
        return {item.key: getattr(self, item.key) for item in instrument.ITEMS[Voice(self.voice)]}

    def set_ratings(self, ratings):
        """Takes over the items of this voice and their strand means."""
        voice = Voice(self.voice)
        for item in instrument.ITEMS[voice]:
            setattr(self, item.key, ratings.get(item.key))
        self.cognitive = instrument.strand_mean(voice, Strand.COGNITIVE, ratings)
        self.relational = instrument.strand_mean(voice, Strand.RELATIONAL, ratings)


class ReadingRevisionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(permissions.readings_seen_by(user, "reading__"))


class ReadingRevision(Identified):
    """What a reading said before it was edited."""

    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="revisions")
    ratings = models.JSONField()
    seen = models.JSONField(default=list)
    instrument_version = models.PositiveSmallIntegerField()
    recorded_at = models.DateTimeField()
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ReadingRevisionQuerySet.as_manager()

    class Meta:
        constraints = [
            between("instrument_version", 1, MOST_VERSIONS, model="readingrevision"),
        ]

    def __str__(self):
        return f"Earlier reading {self.pk}"
