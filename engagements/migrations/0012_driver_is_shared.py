from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('engagements', '0011_old_addresses'),
    ]

    operations = [
        migrations.AddField(
            model_name='driver',
            name='is_shared',
            field=models.BooleanField(default=False, help_text='The executive sees it beside their experiments'),
        ),
    ]
