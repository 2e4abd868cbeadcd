"""System checks: does this installation hold the keys that its database was sealed with?"""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import connection

from engagements.actions.keys import may_make_first_key, strange_key_ids
from engagements.key_ring import KeyMissing, key_ring
from engagements.models import EngagementKey, ImportRun

ADVICE = "Put the right NOTE_KEYS (or VAR_DIR/note_keys) back; until then nothing sealed is opened or written over."


@register(Tags.database)
def right_keys(app_configs, databases=None, **kwargs):
    """Part of `check --database default` and of `migrate`."""
    trouble = trouble_with_keys() if databases else ""
    return [Error(trouble, id="engagements.E001")] if trouble else []


def trouble_with_keys() -> str:
    """What is wrong with the keys, in one line with what to do; empty when nothing is."""
    if settings.NOTE_KEYS_FILE is None:
        return ""  # the admin opens nothing sealed
    is_sealed = _has_tables()
    try:
        ring = key_ring()
    except KeyMissing as error:
        is_new = not is_sealed or may_make_first_key()
        return "" if is_new and not _is_there() else f"{error} {ADVICE}"
    strange = strange_key_ids(ring) if is_sealed else []
    if not strange:
        return ""
    number = EngagementKey.objects.filter(wrapped_by__in=strange).count()
    held, missed = ", ".join(ring.ids), ", ".join(strange)
    return f"The keys at hand ({held}) do not open {number} engagements, sealed with {missed}. {ADVICE}"


def _is_there():
    """Whether keys were given, though nobody can read them."""
    return bool(settings.NOTE_KEYS) or settings.NOTE_KEYS_FILE.exists()


def _has_tables():
    tables = {model._meta.db_table for model in (EngagementKey, ImportRun)}
    return tables <= set(connection.introspection.table_names())
