from django.apps import AppConfig
from django.db.backends.signals import connection_created


class EngagementsConfig(AppConfig):
    name = "engagements"
    verbose_name = "People and programs"  # what the admin shows of it

    def ready(self):
        from engagements import checks  # noqa: F401 - registers them

        connection_created.connect(teach_sqlite)


def teach_sqlite(connection, **kwargs):
    """SQLite's LOWER knows ASCII alone; names are more than that."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("folded", 1, _folded, deterministic=True)


def _folded(text):
    return text if text is None else str(text).lower()
