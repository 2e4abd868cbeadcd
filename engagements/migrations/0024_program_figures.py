"""Figures of large programs, counted beforehand, and addresses found whatever their case."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('engagements', '0023_letter_counts'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProgramFigures',
            fields=[
                ('program', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='figures', serialize=False, to='engagements.program')),
                ('figures', models.JSONField()),
                ('counted_at', models.DateTimeField()),
            ],
        ),
        migrations.AddIndex(
            model_name='executive',
            index=models.Index(django.db.models.functions.text.Upper('email'), name='executive_email_upper'),
        ),
        migrations.AddIndex(
            model_name='programfigures',
            index=models.Index(fields=['counted_at'], name='programfigures_counted'),
        ),
    ]
