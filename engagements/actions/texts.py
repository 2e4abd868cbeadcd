"""Writes and opens sealed text. The only place where plain text and the table meet."""

from django.db import transaction
from django.db.models import Max

from engagements import vault
from engagements.actions.agreements import require_agreement
from engagements.actions.audit import record
from engagements.actions.keys import sealing_ring
from engagements.key_ring import key_ring
from engagements.models import EngagementKey, ObjectiveStatus, SealedText, TextKind
from engagements.permissions import objectives_disclosed_to

# What may be written before both sides have accepted the agreement; whatever else is said waits for it.
BEFORE_AGREEMENT = {TextKind.OBJECTIVE, TextKind.REQUEST, TextKind.REQUEST_ANSWER, TextKind.CONFIDENTIALITY_USE}


class TextErased(vault.VaultError):
    """The engagement's key was destroyed; its texts cannot be read or written any more."""


@transaction.atomic
def write_text(*, engagement_id, kind, subject_id, text, by, now):
    """Adds a revision of a text and makes it current; returns it, or None when nothing changed.

    An empty text is a revision too: it is how a text is taken away without losing its history. Raises TextErased,
    and NotAgreed but for BEFORE_AGREEMENT; nothing is written with a key that does not open what is there (WrongKey).
    """
    key = EngagementKey.objects.select_for_update().filter(engagement_id=engagement_id).first()  # erasing waits
    current = SealedText.objects.select_for_update().filter(kind=kind, subject_id=subject_id, is_current=True).first()
    if current is None and not text:
        return None
    if kind not in BEFORE_AGREEMENT:
        require_agreement(engagement_id)
    data_key = _unwrapped({key.engagement_id: key.wrapped} if key else {}, [engagement_id])[engagement_id]
    if current is not None and _plain(data_key, current) == text:
        return None
    SealedText.objects.filter(kind=kind, subject_id=subject_id, is_current=True).update(is_current=False)
    last = SealedText.objects.filter(kind=kind, subject_id=subject_id).aggregate(last=Max("revision"))["last"] or 0
    return SealedText.objects.create(
        engagement_id=engagement_id,
        kind=kind,
        subject_id=subject_id,
        revision=last + 1,
        sealed=vault.seal_text(data_key, text, _place(engagement_id, kind, subject_id, last + 1)),
        written_at=now,
        written_by=by,
    )


@transaction.atomic
def restore_text(*, revision, by, now):
    """Words of an earlier revision stand again, as a new one; returns it, or None when they stand already.

    Raises as write_text does.
    """
    text, about = open_texts([revision])[revision.pk], {"kind": revision.kind, "subject_id": revision.subject_id}
    row = write_text(engagement_id=revision.engagement_id, text=text, by=by, now=now, **about)
    if row is not None:
        detail = {"kind": row.kind, "from": revision.revision, "revision": row.revision}
        record(by=by, verb="text.restored", subject=row, engagement=row.engagement, now=now, detail=detail)
    return row


def open_texts(rows):
    """Plain texts of sealed rows by row key: {row.pk: text}. Opens each engagement's key once; rows may bring it."""
    rows = list(rows)
    engagement_ids = {row.engagement_id for row in rows}
    if all(hasattr(row, "wrapped_key") for row in rows):
        brought = {row.engagement_id: row.wrapped_key for row in rows if row.wrapped_key is not None}
        keys = _unwrapped(brought, engagement_ids)
    else:
        keys = open_data_keys(engagement_ids)
    return {row.pk: _plain(keys[row.engagement_id], row) for row in rows}


def current_texts(*, user, kind, subject_ids):
    """Current texts of one kind that this person may read: {subject_id: text}."""
    rows = list(SealedText.objects.confided_to(user).current().about(kind, *subject_ids).with_keys())
    plain = open_texts(rows)
    return {row.subject_id: plain[row.pk] for row in rows}


def confided_texts(*, user, subject_ids):
    """Current texts of every kind about these rows that this person may read: {(kind, subject_id): text}."""
    rows = SealedText.objects.confided_to(user).current().filter(subject_id__in=subject_ids).with_keys()
    plain = open_texts(rows := list(rows))
    return {(row.kind, row.subject_id): plain[row.pk] for row in rows}


def own_texts(engagement):
    """What the executive of an engagement may read of its words: {(kind, subject_id): text}; nothing once erased."""
    return _unless_erased(SealedText.objects.open_to_executive(engagement).current())


def shared_drivers(engagement):
    """[(driver, words)] that the coach shows the executive; nothing once erased."""
    drivers = list(engagement.drivers.shared().in_order())
    rows = SealedText.objects.filter(engagement=engagement).current()
    texts = _unless_erased(rows.about(TextKind.DRIVER, *(driver.pk for driver in drivers))) if drivers else {}
    return [(driver, texts.get((TextKind.DRIVER, driver.pk), "")) for driver in drivers]


def opinion_texts(engagement):
    """Words about the executive that nobody has taken back: {(kind, subject_id): text}; nothing once erased."""
    found = _unless_erased(SealedText.objects.opinions_about(engagement).current())
    return {place: text for place, text in found.items() if text}


def _unless_erased(rows):
    rows = list(rows.order_by("written_at", "pk"))
    try:
        plain = open_texts(rows)
    except TextErased:
        return {}
    return {(row.kind, row.subject_id): plain[row.pk] for row in rows}


def readable_texts(*, user, subject_ids):
    """As confided_texts, for pages that go on without words: nothing once the key was destroyed."""
    try:
        return confided_texts(user=user, subject_ids=subject_ids)
    except TextErased:
        return {}


def disclosed_objectives(*, user, engagement):
    """Words of the open stated objectives that the agreement in force discloses to this program manager."""
    open_ones = engagement.objectives.filter(objectives_disclosed_to(user, "engagement__"), status=ObjectiveStatus.OPEN)
    order = list(open_ones.in_order().values_list("pk", flat=True))
    rows = list(SealedText.objects.current().about(TextKind.OBJECTIVE, *order).with_keys()) if order else []
    plain = open_texts(rows)
    words = {row.subject_id: plain[row.pk] for row in rows}
    return [words[pk] for pk in order if words.get(pk)]


def open_data_keys(engagement_ids):
    """Data keys of several engagements in one query: {engagement_id: key}. Raises TextErased when one was destroyed."""
    stored = EngagementKey.objects.filter(engagement_id__in=engagement_ids)
    return _unwrapped(dict(stored.values_list("engagement_id", "wrapped")), engagement_ids)


def _unwrapped(stored, engagement_ids):
    keys = {pk: key_ring().unwrap(wrapped, str(pk)) for pk, wrapped in stored.items()}
    if missing := set(engagement_ids) - set(keys):
        raise TextErased(f"{len(missing)} engagements have no key.")
    return keys


def make_data_key(engagement_id):
    """A fresh data key for a new engagement. Raises WrongKey where the keys at hand are not this database's."""
    ring = sealing_ring()
    wrapped = ring.wrap(vault.new_key(), str(engagement_id))
    return EngagementKey.objects.create(engagement_id=engagement_id, wrapped=wrapped, wrapped_by=ring.current_id)


def _place(engagement_id, kind, subject_id, revision):
    return vault.Place(engagement=str(engagement_id), kind=str(kind), subject=str(subject_id), revision=revision)


def _plain(data_key, row):
    return vault.open_text(data_key, row.sealed, _place(row.engagement_id, row.kind, row.subject_id, row.revision))
