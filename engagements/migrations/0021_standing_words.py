from django.db import migrations

# New words wait in a short list, since each search reads all of it.
# Words as lexemes, just as they stand: no parser takes an address apart. Asked by engagements.models.standing.Finds.
INDEX = """
    CREATE INDEX standing_words ON engagements_standing
    USING gin (array_to_tsvector(array_remove(string_to_array(words, ' '), '')))
    WITH (gin_pending_list_limit = 64)
"""


def index_words(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(INDEX)


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX standing_words")


class Migration(migrations.Migration):
    dependencies = [("engagements", "0020_standing_orders")]

    operations = [migrations.RunPython(index_words, drop_index)]
