from django.db import migrations, models
from django.db.models import F


def close_where_sessions_ended(apps, schema_editor):
    people = apps.get_model("engagements", "User").objects.filter(signed_out_at__isnull=False)
    people.update(doors_closed_at=F("signed_out_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("engagements", "0025_standing_limits"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="doors_closed_at",
            field=models.DateTimeField(
                editable=False,
                help_text="Tokens and webhooks made earlier open and tell nothing any more",
                null=True,
            ),
        ),
        migrations.RunPython(close_where_sessions_ended, migrations.RunPython.noop),
    ]
