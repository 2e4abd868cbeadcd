"""How a large program goes, counted beforehand: its page would read every engagement and session of it."""

from django.db import models

from engagements.models.program import Program


class ProgramFigures(models.Model):
    """Figures from dates and counts as they were at a moment (engagements/figures.py); small programs have none.

    A job counts them anew; `manage.py doctor --deep` counts those that nothing has changed since, and compares.
    """

    program = models.OneToOneField(Program, on_delete=models.CASCADE, related_name="figures", primary_key=True)
    figures = models.JSONField()
    counted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["counted_at"], name="programfigures_counted")]

    def __str__(self):
        return f"Figures of program {self.program_id}"
