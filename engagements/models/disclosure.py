"""The disclosure schedule: which field goes to whom. Narrower than the house rule, never wider."""

from django.core.exceptions import ValidationError
from django.db import models


class Disclosure(models.TextChoices):
    """What an agreement may open to the program manager beside dates, attendance, budget and status."""

    STATED_OBJECTIVE = "STATED_OBJECTIVE", "The stated objective"
    FLAG_QUIET = "FLAG_QUIET", "That an engagement has gone quiet"
    FLAG_STALLED = "FLAG_STALLED", "That an engagement is stalled"
    FLAG_REGRESSING = "FLAG_REGRESSING", "That an engagement is losing ground"


def default_disclosure() -> list[str]:
    """The house default: kinds of flags, not the objective."""
    return [Disclosure.FLAG_QUIET.value, Disclosure.FLAG_STALLED.value, Disclosure.FLAG_REGRESSING.value]


def known_disclosure(value) -> None:
    """Refuses anything but a list of known disclosures."""
    if not isinstance(value, list) or not set(map(str, value)) <= set(Disclosure.values):
        raise ValidationError("Choose from the known disclosures only.")
