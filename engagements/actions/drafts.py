"""Drafts: keeps what is typed until it is saved. The only place where plain drafts and the table meet.

Each tab keeps a draft of its own. A page that opens with an earlier draft in it knows that draft; the first word it
keeps takes the place of what it knows, and of nothing else. What is typed leaves no audit row: it happens every few
seconds, and nobody else ever sees it.
"""

import json
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from engagements import vault
from engagements.actions.agreements import has_agreement
from engagements.actions.audit import record
from engagements.actions.erasure import refuse_erased
from engagements.actions.texts import open_data_keys
from engagements.models import Draft, DraftKind, SealedText
from engagements.retention import DRAFTS

MOST_TABS = 50  # drafts of one form; somebody who types in more places than that is not typing

# As of texts (engagements.actions.texts): whatever else is said waits for the agreement.
BEFORE_AGREEMENT = {
    DraftKind.OBJECTIVE,
    DraftKind.NEW_OBJECTIVE,
    DraftKind.CONFIDENTIALITY_USE,
    DraftKind.REQUEST_ANSWER,
}

# Forms whose words stand on record under the draft's own subject: who saves later meets both texts.
ON_RECORD = {
    DraftKind.LOG,
    DraftKind.OBJECTIVE,
    DraftKind.DRIVER,
    DraftKind.EVIDENCE,
    DraftKind.EXPERIMENT,
    DraftKind.PROMPT,
    DraftKind.FOLLOW_UP,
}


class NotKept(Exception):
    """The draft cannot be kept; the message says why."""


@dataclass(frozen=True, slots=True)
class Typing:
    """Where something is typed: which form, in which tab, how often that tab has sent it, which drafts it knows."""

    kind: str
    subject_id: UUID
    tab: str
    turn: int
    known: tuple[tuple[str, int], ...] = ()  # (tab, version) of drafts that this page began with


@dataclass(frozen=True, slots=True)
class Typed:
    """A draft, opened. `fields` holds (name, value) as the form sends them."""

    draft: Draft
    fields: tuple[tuple[str, str], ...]

    @property
    def known(self):
        return (self.draft.tab, self.draft.version)

    @property
    def kept_until(self):
        return self.draft.saved_at + DRAFTS


@transaction.atomic
def save_draft(*, engagement, typing, fields, by, now):
    """Keeps (name, value) pairs as this tab's draft, sealed; returns it. A turn that is not newer changes nothing.

    Raises NotKept, and what the vault raises: TextErased, ContentErased, WrongKey.
    """
    if typing.kind not in BEFORE_AGREEMENT and not has_agreement(engagement.pk):
        raise NotKept("Nothing of this can be kept before both sides have accepted the agreement.")
    refuse_erased(engagement.pk)  # holds the engagement's row: one draft at a time
    data_key = open_data_keys([engagement.pk])[engagement.pk]
    rows = Draft.objects.filter(owner=by).of_form(typing.kind, typing.subject_id)
    draft = rows.filter(tab=typing.tab).first()
    if draft is not None and draft.version >= typing.turn:
        return draft
    if draft is None and rows.live().count() >= MOST_TABS:
        raise NotKept("This form is open in too many places. Save it in one of them.")
    draft = draft or Draft(
        engagement=engagement, owner=by, kind=typing.kind, subject_id=typing.subject_id, tab=typing.tab
    )
    draft.version, draft.saved_at, draft.ended_at = typing.turn, now, None
    draft.sealed = _seal(data_key, draft, fields)
    draft.save()
    _end(rows, typing.known, now)
    return draft


def _seal(data_key, draft, fields):
    try:
        text = json.dumps([list(field) for field in fields], ensure_ascii=False, separators=(",", ":"))
        return vault.seal_text(data_key, text, _place(draft))
    except vault.VaultError:
        raise NotKept("This is too long to be kept before it is saved.") from None


def _place(draft):
    kind = f"DRAFT:{draft.kind}"
    return vault.Place(str(draft.engagement_id), kind, f"{draft.pk}", draft.version)


def _end(rows, known, now):
    """Empties these drafts, unless their tab has sent more than that since."""
    for tab, version in known:
        rows.live().filter(tab=tab, version__lte=version).update(sealed=b"", ended_at=now, version=version)


@transaction.atomic
def end_drafts(*, engagement, typing, by, now):
    """The form was saved: this tab's draft has ended, and so have those it began with.

    The tab leaves an empty row, so that what was under way at that moment does not come back as a draft.
    """
    rows = Draft.objects.filter(owner=by).of_form(typing.kind, typing.subject_id)
    _end(rows, (*typing.known, (typing.tab, typing.turn)), now)
    if typing.tab and typing.turn and not rows.filter(tab=typing.tab).exists():
        new = {"engagement": engagement, "version": typing.turn, "sealed": b"", "saved_at": now, "ended_at": now}
        rows.get_or_create(owner=by, kind=typing.kind, subject_id=typing.subject_id, tab=typing.tab, defaults=new)


@transaction.atomic
def throw_draft_away(*, draft, by, now):
    """The words are gone for good; thrown away twice is once. Typed on in its tab, a draft begins anew."""
    if Draft.objects.filter(pk=draft.pk).live().update(sealed=b"", ended_at=now):
        record(by=by, verb="draft.thrown_away", subject=draft, engagement=draft.engagement, now=now)


def typed_drafts(*, user, kind, subject_id):
    """This person's drafts of a form, newest first, opened."""
    drafts = list(Draft.objects.confided_to(user).of_form(kind, subject_id).live().newest_first())
    keys = open_data_keys({draft.engagement_id for draft in drafts})
    return [Typed(draft, _opened(keys[draft.engagement_id], draft)) for draft in drafts]


def _opened(data_key, draft):
    pairs = json.loads(vault.open_text(data_key, draft.sealed, _place(draft)))
    return tuple((name, value) for name, value in pairs)


def typed_elsewhere(*, user, typing):
    """When the same form was last typed into in a tab that this one knows nothing of; None when it was not."""
    rows = Draft.objects.confided_to(user).of_form(typing.kind, typing.subject_id).live().exclude(tab=typing.tab)
    return rows.newest_first().values_list("saved_at", flat=True).first()


def saved_since(*, user, subject_id, opened_at):
    """When words about a form's subject were last saved since its page was opened; None when they were not."""
    rows = SealedText.objects.confided_to(user).filter(subject_id=subject_id, written_at__gt=opened_at)
    return rows.order_by("-written_at", "pk").values_list("written_at", flat=True).first()
