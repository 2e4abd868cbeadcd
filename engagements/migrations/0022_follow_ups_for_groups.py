"""Whether the page of a follow-up said that the answer counts in figures over groups. Earlier ones did not."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('engagements', '0021_standing_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='followup',
            name='is_for_groups',
            field=models.BooleanField(default=False, help_text='The page said so when it was answered', verbose_name='counts in figures over groups'),
        ),
    ]
