"""Cohort figures, and the database's own refusal to change them once they are written."""

import datetime
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models


TABLES = ("trust_cohortperiod", "trust_cohortcell")

# SQLite drops triggers with a table that a later migration makes anew: such a migration has to set them again.
ON_SQLITE = "CREATE TRIGGER {0}_stays BEFORE UPDATE ON {0} BEGIN SELECT RAISE(ABORT, 'What is frozen stays.'); END"
ON_POSTGRES = "CREATE TRIGGER {0}_stays BEFORE UPDATE ON {0} FOR EACH ROW EXECUTE FUNCTION trust_frozen_stays()"
FUNCTION = """CREATE FUNCTION trust_frozen_stays() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'What is frozen stays.'; END $$"""


def refuse_changes(apps, schema_editor):
    is_postgres = schema_editor.connection.vendor == "postgresql"
    if is_postgres:
        schema_editor.execute(FUNCTION)
    for table in TABLES:
        schema_editor.execute((ON_POSTGRES if is_postgres else ON_SQLITE).format(table))


def allow_changes(apps, schema_editor):
    is_postgres = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER {table}_stays" + (f" ON {table}" if is_postgres else ""))
    if is_postgres:
        schema_editor.execute("DROP FUNCTION trust_frozen_stays()")


class Migration(migrations.Migration):

    dependencies = [
        ('engagements', '0008_cohort_disclosure'),
        ('trust', '0002_memory_and_calibration'),
    ]

    operations = [
        migrations.CreateModel(
            name='CohortPeriod',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('starts_on', models.DateField()),
                ('frozen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('program', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cohort_periods', to='engagements.program')),
            ],
        ),
        migrations.CreateModel(
            name='CohortCell',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('group', models.CharField(choices=[('WHOLE', 'Whole'), ('FIRST', 'First'), ('MIDDLE', 'Middle'), ('LATER', 'Later')], max_length=6)),
                ('people', models.PositiveIntegerField()),
                ('cognitive', models.PositiveSmallIntegerField(help_text='Tenths')),
                ('cognitive_bound', models.CharField(blank=True, choices=[('', 'None'), ('LESS', 'Less'), ('MORE', 'More'), ('ABOUT', 'About')], max_length=5)),
                ('relational', models.PositiveSmallIntegerField(help_text='Tenths')),
                ('relational_bound', models.CharField(blank=True, choices=[('', 'None'), ('LESS', 'Less'), ('MORE', 'More'), ('ABOUT', 'About')], max_length=5)),
                ('past', models.CharField(choices=[('FEW', 'Few'), ('SOME', 'Some'), ('MOST', 'Most')], max_length=4)),
                ('asked', models.PositiveIntegerField(help_text='People asked for a check-in', null=True)),
                ('answering', models.PositiveSmallIntegerField(help_text='Tenths of the check-ins', null=True)),
                ('answering_bound', models.CharField(blank=True, choices=[('', 'None'), ('LESS', 'Less'), ('MORE', 'More'), ('ABOUT', 'About')], max_length=5)),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cells', to='trust.cohortperiod')),
            ],
        ),
        migrations.AddConstraint(
            model_name='cohortperiod',
            constraint=models.UniqueConstraint(fields=('program', 'starts_on'), name='cohortperiod_once'),
        ),
        migrations.AddConstraint(
            model_name='cohortperiod',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('starts_on__gte', datetime.date(2000, 1, 1)), ('starts_on__lte', datetime.date(2099, 12, 31))), ('starts_on__isnull', True), _connector='OR'), name='cohortperiod_starts_on_range'),
        ),
        migrations.AddConstraint(
            model_name='cohortcell',
            constraint=models.UniqueConstraint(fields=('period', 'group'), name='cohortcell_one_per_group'),
        ),
        migrations.AddConstraint(
            model_name='cohortcell',
            constraint=models.CheckConstraint(condition=models.Q(('group__in', ('WHOLE', 'FIRST', 'MIDDLE', 'LATER'))), name='cohortcell_group_known'),
        ),
        migrations.AddConstraint(
            model_name='cohortcell',
            constraint=models.CheckConstraint(condition=models.Q(('people__gte', 5)), name='cohortcell_enough_people'),
        ),
        migrations.AddConstraint(
            model_name='cohortcell',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answering__isnull', True), ('answering_bound', ''), ('asked__isnull', True)), models.Q(('answering__range', (1, 9)), ('asked__gte', 5), ('asked__lte', models.F('people'))), _connector='OR'), name='cohortcell_enough_asked'),
        ),
        migrations.AddConstraint(
            model_name='cohortcell',
            constraint=models.CheckConstraint(condition=models.Q(('past__in', ['FEW', 'SOME', 'MOST'])), name='cohortcell_past_known'),
        ),
        migrations.AddConstraint(
            model_name='cohortcell',
            constraint=models.CheckConstraint(condition=models.Q(('cognitive__range', (11, 69))), name='cohortcell_cognitive_range'),
        ),
        migrations.AddConstraint(
            model_name='cohortcell',
            constraint=models.CheckConstraint(condition=models.Q(('relational__range', (11, 69))), name='cohortcell_relational_range'),
        ),
        migrations.RunPython(refuse_changes, allow_changes),
    ]
