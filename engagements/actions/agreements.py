"""The agreement: first version, revision, sending it to the executive, acceptance, and whether there is one."""

import zoneinfo
from datetime import timedelta

from django.db import transaction

from engagements.actions.audit import record
from engagements.actions.personal_links import LinkNotValid, make_link, revoke_links
from engagements.models import Agreement, Party, PersonalLink, Purpose, Status
from engagements.models.engagement import OPEN

ASKED_IN = (Status.CONTRACTED, Status.ACTIVE, Status.PAUSED)  # stages in which a changed agreement asks by itself
ONE_LETTER_PER = timedelta(minutes=10)  # a button pressed twice is one letter


class AlreadyAccepted(Exception):
    """This side has accepted this version before."""


class Replaced(Exception):
    """A newer version has taken this one's place."""


class NotAgreed(Exception):
    """No version of the agreement was accepted by both sides: nothing can be logged yet."""


class NotSent(Exception):
    """The agreement cannot be sent to the executive now; the message says why."""


def open_agreement(*, engagement, disclosure, now):
    """The first version, with the program's disclosure default and the house wording."""
    return Agreement.objects.create(engagement=engagement, created_at=now, **disclosure)


def require_agreement(engagement_id):
    """Raises NotAgreed unless has_agreement."""
    if not has_agreement(engagement_id):
        raise NotAgreed("The executive and the sponsor have not both accepted the agreement yet.")


def has_agreement(engagement_id):
    """Whether some version was accepted by both sides.

    While a changed version waits for its answers, the one accepted before goes on covering what is logged.
    """
    return Agreement.objects.filter(engagement_id=engagement_id).accepted().exists()


@transaction.atomic
def revise_agreement(*, agreement, by, now, confidentiality, disclosure, cancellation_terms, confidentiality_ends=None):
    """A new version, accepted by nobody yet, that asks the executive anew; the same words make no new version.

    `disclosure` maps each name of DISCLOSURES to yes or no; without `confidentiality_ends` these words stay.
    Raises Replaced when there is a newer version.
    """
    agreement = _locked(agreement)
    words = {
        "confidentiality": confidentiality,
        "confidentiality_ends": confidentiality_ends or agreement.confidentiality_ends,
        "cancellation_terms": cancellation_terms,
    }
    if disclosure == agreement.disclosure and all(getattr(agreement, name) == words[name] for name in words):
        return agreement
    Agreement.objects.filter(pk=agreement.pk).update(replaced_at=now)
    revised = Agreement.objects.create(
        engagement=agreement.engagement, version=agreement.version + 1, created_at=now, **words, **disclosure
    )
    changed = sorted(name for name in disclosure if disclosure[name] != agreement.disclosure[name])
    detail = {"version": revised.version, "disclosures_changed": changed}
    record(by=by, verb="agreement.revised", subject=revised, engagement=revised.engagement, now=now, detail=detail)
    if _was_asked(agreement) or revised.engagement.status in ASKED_IN:
        _ask(revised, by, now)
    return revised


def _was_asked(agreement):
    """Whether the executive has this version in hand: a changed one must not leave them with the old."""
    return agreement.executive_accepted_on is not None or _links_to(agreement).exists()


# --- sending it ---------------------------------------------------------------------------------


@transaction.atomic
def send_agreement(*, engagement, by, now):
    """Mails the executive a link to read and accept the current version; earlier links end.

    Raises NotSent: accepted already, on its way already, or the engagement has ended.
    """
    agreement = _locked(engagement.agreements.current().get())
    if agreement.engagement.status not in OPEN:
        raise NotSent("This engagement has ended.")
    if agreement.executive_accepted_on is not None:
        raise NotSent("The executive has accepted this version already.")
    if _links_to(agreement).open_at(now).filter(created_at__gt=now - ONE_LETTER_PER).exists():
        raise NotSent("A letter with the agreement went out a moment ago.")
    return _ask(agreement, by, now)


def ask_where_open(*, engagement, by, now):
    """Asks the executive as a stage begins that rests on the agreement, unless they have accepted."""
    agreement = engagement.agreements.current().first()
    if agreement is not None and agreement.executive_accepted_on is None:
        _ask(agreement, by, now)


def stop_asking(*, engagement, now):
    """The engagement has ended: nothing can be accepted any more."""
    revoke_links(engagement=engagement, purpose=Purpose.AGREEMENT, now=now)


def last_asked_at(agreement):
    """When the executive was last sent this version, or None."""
    return _links_to(agreement).order_by("-created_at").values_list("created_at", flat=True).first()


def _ask(agreement, by, now):
    terms = {"purpose": Purpose.AGREEMENT, "subject_id": agreement.pk}
    return make_link(engagement=agreement.engagement, by=by, now=now, **terms)


def _links_to(agreement):
    return PersonalLink.objects.filter(purpose=Purpose.AGREEMENT, subject_id=agreement.pk)


# --- accepting it -------------------------------------------------------------------------------


def agreement_behind(link):
    """The version a link asks to accept; raises LinkNotValid once a newer one has taken its place."""
    rows = Agreement.objects.current().filter(engagement_id=link.engagement_id)
    agreement = rows.select_related("engagement").filter(pk=link.subject_id).first()
    if agreement is None:
        raise LinkNotValid
    return agreement


@transaction.atomic
def accept_by_link(*, link, now):
    """The executive accepts the version behind the link, on the day it is where they are; twice is once.

    Raises LinkNotValid.
    """
    agreement = agreement_behind(link)
    day = now.astimezone(zoneinfo.ZoneInfo(link.engagement.executive.time_zone)).date()
    try:
        record_acceptance(agreement=agreement, party=Party.EXECUTIVE, accepted_on=day, by=None, now=now)
    except Replaced as error:
        raise LinkNotValid from error
    except AlreadyAccepted:
        return agreement_behind(link)
    PersonalLink.objects.filter(pk=link.pk).update(used_at=now)
    return agreement_behind(link)


@transaction.atomic
def record_acceptance(*, agreement, party, accepted_on, by, now):
    """Notes that one side accepted, and who noted it: `by` is None where the executive did so by their own link.

    Raises AlreadyAccepted the second time, Replaced when there is a newer version.
    """
    agreement = _locked(agreement)
    side = {Party.EXECUTIVE: "executive", Party.SPONSOR: "sponsor"}[Party(party)]
    if getattr(agreement, f"{side}_accepted_on") is not None:
        raise AlreadyAccepted(f"The {side} has accepted this version already.")
    setattr(agreement, f"{side}_accepted_on", accepted_on)
    setattr(agreement, f"{side}_recorded_by", by)
    agreement.save(update_fields=[f"{side}_accepted_on", f"{side}_recorded_by"])
    detail = {"party": str(party), "version": agreement.version}
    record(by=by, verb="agreement.accepted", subject=agreement, engagement=agreement.engagement, now=now, detail=detail)
    return agreement


def _locked(agreement):
    agreement = Agreement.objects.select_for_update(of=("self",)).select_related("engagement").get(pk=agreement.pk)
    if agreement.replaced_at is not None:
        raise Replaced("This agreement has been revised in the meantime.")
    return agreement
