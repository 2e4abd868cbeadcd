"""The agreement: first version, revision, acceptance."""

from django.db import transaction

from engagements.actions.audit import record
from engagements.models import Agreement, Party


class AlreadyAccepted(Exception):
    """This side has accepted this version before."""


class Replaced(Exception):
    """A newer version has taken this one's place."""


def open_agreement(*, engagement, disclosure, now):
    """The first version, with the program's disclosure default and the house wording."""
    return Agreement.objects.create(engagement=engagement, created_at=now, **disclosure)


@transaction.atomic
def revise_agreement(*, agreement, by, now, confidentiality, disclosure, cancellation_terms):
    """A new version, accepted by nobody yet; the same words make no new version.

    `disclosure` maps each name of DISCLOSURES to yes or no. Raises Replaced when there is a newer version.
    """
    agreement = _locked(agreement)
    before = (agreement.confidentiality, agreement.disclosure, agreement.cancellation_terms)
    if before == (confidentiality, disclosure, cancellation_terms):
        return agreement
    Agreement.objects.filter(pk=agreement.pk).update(replaced_at=now)
    revised = Agreement.objects.create(
        engagement=agreement.engagement,
        version=agreement.version + 1,
        confidentiality=confidentiality,
        cancellation_terms=cancellation_terms,
        created_at=now,
        **disclosure,
    )
    changed = sorted(name for name in disclosure if disclosure[name] != agreement.disclosure[name])
    detail = {"version": revised.version, "disclosures_changed": changed}
    record(by=by, verb="agreement.revised", subject=revised, engagement=revised.engagement, now=now, detail=detail)
    return revised


@transaction.atomic
def record_acceptance(*, agreement, party, accepted_on, by, now):
    """Notes that one side accepted, and who noted it.

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
