"""Keys: the ring that may seal new things, wrapping data keys anew, and destroying them."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from engagements.actions.audit import record
from engagements.key_file import put_key_in_front
from engagements.key_ring import KeyMissing, key_ring
from engagements.models import EngagementKey, ImportRun, SealedText
from engagements.vault import WrongKey

BATCH = 200  # data keys per transaction: a few milliseconds for whoever waits to write


@dataclass(frozen=True, slots=True)
class Store:
    """A table of wrapped data keys."""

    model: type
    column: str
    owner: str  # what a data key is bound to, with the row's key in it

    def wrapped(self, row):
        return bytes(getattr(row, self.column))

    def bound_to(self, row):
        return self.owner.format(row.pk)


ENGAGEMENTS = Store(EngagementKey, "wrapped", "{}")
IMPORTS = Store(ImportRun, "wrapped_key", "import-run:{}")
STORES = (ENGAGEMENTS, IMPORTS)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction did: the last row it looked at, how many it wrapped anew, how many no key opens."""

    last: object
    rewrapped: int
    lost: int


# --- the ring that seals ------------------------------------------------------------------------


def sealing_ring():
    """The ring for new data keys. Raises WrongKey when it is not the one this database was sealed with.

    The very first data key of an installation without NOTE_KEYS makes the file of keys.
    """
    try:
        ring = key_ring()
    except KeyMissing:
        if not may_make_first_key():
            raise
        put_key_in_front(settings.NOTE_KEYS_FILE, only_if_missing=True)
        ring = key_ring()
    if strange := strange_key_ids(ring):
        raise WrongKey(f"What is sealed here was sealed with other keys as well: {', '.join(strange)}.")
    return ring


def may_make_first_key():
    """Whether nothing is sealed yet and the keys may live in a file, which does not exist."""
    file = settings.NOTE_KEYS_FILE
    if settings.NOTE_KEYS or file is None or file.exists():
        return False
    return not EngagementKey.objects.exists() and not ImportRun.objects.exists()


def strange_key_ids(ring):
    """Names of key-encryption keys in use that are not in the ring."""
    return [name for name in _key_ids_in_use() if name not in ring.ids]


def _key_ids_in_use():
    """A jump along the index per name, however many rows there are."""
    keys = EngagementKey.objects.order_by("wrapped_by").values_list("wrapped_by", flat=True)
    found = keys.first()
    while found is not None:
        yield found
        found = keys.filter(wrapped_by__gt=found).first()


# --- wrapping anew ------------------------------------------------------------------------------


def rewrap_keys(*, store, by, now):
    """Wraps every data key of a store under the newest key; gives a Batch after each transaction.

    Each row changes only if it is still as it was read: others may rewrap, erase or carry out meanwhile. Ended
    at any point and begun again, it goes on with what is left.
    """
    last = None
    while (batch := _rewrap_batch(store=store, after=last, by=by, now=now)) is not None:
        last = batch.last
        yield batch


@transaction.atomic
def _rewrap_batch(*, store, after, by, now):
    ring, rewrapped, lost = key_ring(), 0, 0
    rows = list(_waiting(store, ring, after)[:BATCH])
    for row in rows:
        old, bound_to = store.wrapped(row), store.bound_to(row)
        try:
            data_key = ring.unwrap(old, bound_to)
        except WrongKey:
            lost += 1
            continue
        if store is ENGAGEMENTS or not ring.newest_opens(old, bound_to):
            rewrapped += _replace(store, row, old, ring, ring.wrap(data_key, bound_to))
    if rewrapped:
        detail = {"number": rewrapped, "key": ring.current_id}
        record(by=by, verb="keys.rewrapped", subject=store.model(pk=None), now=now, detail=detail)
    return Batch(rows[-1].pk, rewrapped, lost) if rows else None


def _waiting(store, ring, after):
    rows = store.model.objects.order_by("pk").only(store.column)
    if store is ENGAGEMENTS:
        rows = rows.exclude(wrapped_by=ring.current_id)
    return rows.filter(pk__gt=after) if after is not None else rows


def _replace(store, row, old, ring, new):
    named = {"wrapped_by": ring.current_id} if store is ENGAGEMENTS else {}
    return store.model.objects.filter(pk=row.pk, **{store.column: old}).update(**{store.column: new}, **named)


def keys_to_rewrap(*, store):
    """How many data keys of a store the newest key does not open."""
    ring = key_ring()
    rows = _waiting(store, ring, None)
    if store is ENGAGEMENTS:
        return rows.count()
    return sum(not ring.newest_opens(store.wrapped(row), store.bound_to(row)) for row in rows)


# --- erasing ------------------------------------------------------------------------------------


@transaction.atomic
def erase_engagement_texts(*, engagement, by, now):
    """Destroys an engagement's data key and every revision of its sealed words, for good; twice is once.

    The key goes first: whoever is writing holds its row, and what they wrote goes too.
    """
    keys, _ = EngagementKey.objects.filter(engagement_id=engagement.pk).delete()
    revisions, _ = SealedText.objects.filter(engagement_id=engagement.pk).delete()
    if keys or revisions:
        detail = {"revisions": revisions}
        record(by=by, verb="engagement.texts_erased", subject=engagement, engagement=engagement, now=now, detail=detail)
