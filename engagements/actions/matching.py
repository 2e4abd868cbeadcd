"""Who could coach somebody: coaches by language, free places and experience. Never by trust, never by outcome."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case, Count, F, IntegerField, Q, Sum, Value, When
from django.db.models.functions import Greatest, Lower

from engagements.models import Engagement, Language, Session, Status, User
from engagements.models.session import COUNTED_KINDS

# How coaches write a language; profiles are free text.
SPELLINGS = {
    Language.ENGLISH: ("English",),
    Language.GERMAN: ("German", "Deutsch"),
    Language.FRENCH: ("French", "Français", "Francais"),
    Language.SPANISH: ("Spanish", "Español", "Espanol"),
    Language.ITALIAN: ("Italian", "Italiano"),
    Language.DUTCH: ("Dutch", "Nederlands"),
}
ROUNDED_TO = 10  # hours; as experience that is near enough, and one meeting shows in no figure


@dataclass(frozen=True, slots=True)
class Experience:
    """What a coach has done here: whole engagements, and hours rounded down."""

    completed: int = 0
    hours: int = 0


DAYS_A_YEAR = 365  # as the page counts them


def coaches_to_match(*, user, language, today, besides=None, years=0, is_free=False):
    """Coaches offered to a program manager: who speaks the language, then who has free places, then by name.

    Adds open_engagements, speaks and free; who takes nobody new today has no free place. `besides` is left out, and
    so is, where asked for, whose training began less than so many `years` ago, and who has no free place.
    """
    spoken = Q(pk__in=[])
    for word in SPELLINGS.get(language, ()):
        spoken |= Q(coach_profile__languages__icontains=word)
    coaches = User.objects.offered_to(user).exclude(pk=besides).select_related("coach_profile")
    places = Greatest(F("coach_profile__capacity") - F("open_engagements"), Value(0), output_field=IntegerField())
    later = When(coach_profile__available_from__gt=today, then=Value(0))
    if years:
        coaches = coaches.filter(coach_profile__training_began_on__lte=today - timedelta(days=years * DAYS_A_YEAR))
    found = (
        coaches.with_open_engagements()
        .annotate(speaks=Case(When(spoken, then=1), default=0), free=Case(later, default=places))
        .order_by("-speaks", "-free", Lower("name"), "pk")
    )
    return found.filter(free__gt=0) if is_free else found


def experience_of(coaches):
    """{key of a coach: Experience}; two queries, however many they are."""
    keys = [coach.pk for coach in coaches]
    ended = Engagement.objects.filter(coach__in=keys, status=Status.COMPLETED).order_by()
    completed = dict(ended.values("coach").annotate(number=Count("pk")).values_list("coach", "number"))
    held = Session.objects.held().filter(engagement__coach__in=keys, kind__in=COUNTED_KINDS).order_by()
    minutes = dict(
        held.values("engagement__coach").annotate(total=Sum("minutes")).values_list("engagement__coach", "total")
    )
    return {key: Experience(completed.get(key, 0), _rounded(minutes.get(key, 0))) for key in keys}


def _rounded(minutes):
    return minutes // 60 // ROUNDED_TO * ROUNDED_TO
