from urllib.parse import parse_qsl, urlencode

from django.db import migrations


def leave_out_searches(apps, schema_editor):
    for view in apps.get_model("engagements", "SavedView").objects.filter(query__contains="q="):
        view.query = urlencode([(name, value) for name, value in parse_qsl(view.query) if name != "q"])
        view.save(update_fields=["query"])


class Migration(migrations.Migration):
    dependencies = [
        ("engagements", "0026_doors_closed"),
    ]

    operations = [
        migrations.RunPython(leave_out_searches, migrations.RunPython.noop),
    ]
