"""What executives answered to follow-ups, over a quarter; the database refuses changes to it, too."""

from importlib import import_module

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import uuid
from django.db import migrations, models

frozen = import_module("trust.migrations.0003_cohort")
TABLE = "trust_cohortlasting"


def refuse_changes(apps, schema_editor):
    is_postgres = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute((frozen.ON_POSTGRES if is_postgres else frozen.ON_SQLITE).format(TABLE))


def allow_changes(apps, schema_editor):
    is_postgres = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute(f"DROP TRIGGER {TABLE}_stays" + (f" ON {TABLE}" if is_postgres else ""))


class Migration(migrations.Migration):

    dependencies = [
        ('trust', '0007_nudges'),
    ]

    operations = [
        migrations.CreateModel(
            name='CohortLasting',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('asked', models.PositiveIntegerField(help_text='People')),
                ('answering', models.PositiveSmallIntegerField(help_text='Tenths of the follow-ups')),
                ('answering_bound', models.CharField(blank=True, choices=[('', 'None'), ('LESS', 'Less'), ('MORE', 'More'), ('ABOUT', 'About')], max_length=5)),
                ('lasting', models.PositiveSmallIntegerField(help_text='Tenths of the answers')),
                ('lasting_bound', models.CharField(blank=True, choices=[('', 'None'), ('LESS', 'Less'), ('MORE', 'More'), ('ABOUT', 'About')], max_length=5)),
                ('partly', models.PositiveSmallIntegerField(help_text='Tenths of the answers')),
                ('partly_bound', models.CharField(blank=True, choices=[('', 'None'), ('LESS', 'Less'), ('MORE', 'More'), ('ABOUT', 'About')], max_length=5)),
                ('faded', models.PositiveSmallIntegerField(help_text='Tenths of the answers')),
                ('faded_bound', models.CharField(blank=True, choices=[('', 'None'), ('LESS', 'Less'), ('MORE', 'More'), ('ABOUT', 'About')], max_length=5)),
                ('period', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='lasting', to='trust.cohortperiod')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('asked__range', (5, 1000000000))), name='cohortlasting_enough_people'), models.CheckConstraint(condition=models.Q(('answering__range', (1, 9))), name='cohortlasting_answering_range'), models.CheckConstraint(condition=models.Q(('lasting__range', (1, 9))), name='cohortlasting_lasting_range'), models.CheckConstraint(condition=models.Q(('partly__range', (1, 9))), name='cohortlasting_partly_range'), models.CheckConstraint(condition=models.Q(('faded__range', (1, 9))), name='cohortlasting_faded_range'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length(models.F('answering_bound')), 5), name='cohortlasting_answering_bound_length'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length(models.F('lasting_bound')), 5), name='cohortlasting_lasting_bound_length'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length(models.F('partly_bound')), 5), name='cohortlasting_partly_bound_length'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length(models.F('faded_bound')), 5), name='cohortlasting_faded_bound_length')],
            },
        ),
        migrations.RunPython(refuse_changes, allow_changes),
    ]
