"""Which lines stand in a frozen report, and the database's own refusal to change it once it is frozen."""

from django.db import migrations, models

REPORT, LINE = "engagements_sponsorreport", "engagements_reportline"

# SQLite drops triggers with a table that a later migration makes anew: such a migration has to set them again.
IS_FROZEN = "(SELECT status FROM engagements_sponsorreport WHERE id = {row}.report_id) = 'FROZEN'"
REFUSE_ON_SQLITE = "BEGIN SELECT RAISE(ABORT, 'A frozen report stays.'); END"
ON_SQLITE = (
    f"CREATE TRIGGER {REPORT}_stays BEFORE UPDATE ON {REPORT} WHEN OLD.status = 'FROZEN' {REFUSE_ON_SQLITE}",
    f"CREATE TRIGGER {LINE}_stays BEFORE UPDATE ON {LINE} "
    f"WHEN {IS_FROZEN.format(row='OLD')} OR {IS_FROZEN.format(row='NEW')} {REFUSE_ON_SQLITE}",
    f"CREATE TRIGGER {LINE}_is_all BEFORE INSERT ON {LINE} WHEN {IS_FROZEN.format(row='NEW')} {REFUSE_ON_SQLITE}",
)
ON_POSTGRES = (
    """CREATE FUNCTION engagements_report_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF OLD.status = 'FROZEN' THEN RAISE EXCEPTION 'A frozen report stays.'; END IF;
    RETURN NEW;
END $$""",
    """CREATE FUNCTION engagements_report_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT 1 FROM engagements_sponsorreport WHERE id = NEW.report_id AND status = 'FROZEN')
        OR (TG_OP = 'UPDATE' AND EXISTS (
            SELECT 1 FROM engagements_sponsorreport WHERE id = OLD.report_id AND status = 'FROZEN'))
    THEN RAISE EXCEPTION 'A frozen report stays.'; END IF;
    RETURN NEW;
END $$""",
    f"CREATE TRIGGER {REPORT}_stays BEFORE UPDATE ON {REPORT} FOR EACH ROW EXECUTE FUNCTION engagements_report_stays()",
    f"CREATE TRIGGER {LINE}_stays BEFORE INSERT OR UPDATE ON {LINE} "
    "FOR EACH ROW EXECUTE FUNCTION engagements_report_line_stays()",
)
OFF_SQLITE = (f"DROP TRIGGER {REPORT}_stays", f"DROP TRIGGER {LINE}_stays", f"DROP TRIGGER {LINE}_is_all")
OFF_POSTGRES = (
    f"DROP TRIGGER {REPORT}_stays ON {REPORT}",
    f"DROP TRIGGER {LINE}_stays ON {LINE}",
    "DROP FUNCTION engagements_report_stays()",
    "DROP FUNCTION engagements_report_line_stays()",
)


def refuse_changes(apps, schema_editor):
    for statement in ON_POSTGRES if schema_editor.connection.vendor == "postgresql" else ON_SQLITE:
        schema_editor.execute(statement)


def allow_changes(apps, schema_editor):
    for statement in OFF_POSTGRES if schema_editor.connection.vendor == "postgresql" else OFF_SQLITE:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("engagements", "0018_statuses_of_program"),
    ]

    operations = [
        migrations.AddField(
            model_name="reportline",
            name="is_in_report",
            field=models.BooleanField(default=False, verbose_name="stands in the frozen report"),
        ),
        migrations.AddConstraint(
            model_name="reportline",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_in_report", False), ("decision", "RELEASED"), _connector="OR"),
                name="reportline_in_report_released",
            ),
        ),
        migrations.RunPython(refuse_changes, allow_changes),
    ]
