"""Opens averages over groups in the disclosure schedule.

Agreements that were accepted before named no such thing, so theirs stays closed until they are revised.
"""

from django.db import migrations, models

WORDS = "Trust, as averages over at least 5 people"


class Migration(migrations.Migration):

    dependencies = [
        ("engagements", "0007_executives_and_ledger"),
    ]

    operations = [
        migrations.AddField("program", "discloses_cohort", models.BooleanField(WORDS, default=True)),
        migrations.AddField("agreement", "discloses_cohort", models.BooleanField(WORDS, default=False)),
        migrations.AlterField("agreement", "discloses_cohort", models.BooleanField(WORDS, default=True)),
    ]
