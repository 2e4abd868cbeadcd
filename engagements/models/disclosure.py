"""The disclosure schedule: which field goes to whom. Narrower than the house rule, never wider."""

from django.db import models

# What a disclosure schedule may open to the program manager, beside dates, attendance, budget and status.
DISCLOSURES = ("discloses_objective", "discloses_stalled", "discloses_regressing", "discloses_cohort")


class DisclosureSchedule(models.Model):
    """One yes or no per disclosure. Kept as columns, so that a row rule can ask for them."""

    discloses_objective = models.BooleanField("The stated objective", default=False)
    discloses_stalled = models.BooleanField("That an engagement is stalled", default=True)
    discloses_regressing = models.BooleanField("That an engagement is losing ground", default=True)
    discloses_cohort = models.BooleanField("Trust, as averages over at least 5 people", default=True)

    class Meta:
        abstract = True

    @property
    def disclosure(self) -> dict[str, bool]:
        """The schedule as a mapping from field name to yes or no."""
        return {name: getattr(self, name) for name in DISCLOSURES}

    @property
    def disclosed_words(self) -> list[str]:
        """What is disclosed, in words, for people to read."""
        fields = {field.name: field for field in self._meta.fields}
        return [str(fields[name].verbose_name) for name in DISCLOSURES if getattr(self, name)]
