"""The steps of a program's engagements, found without reading the whole trail."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('engagements', '0017_manager_and_interfaces'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(condition=models.Q(('verb__in', ('engagement.created', 'engagement.status_changed'))), fields=['program_id', 'at'], name='audit_statuses_of_program'),
        ),
    ]
