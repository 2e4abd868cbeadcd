"""The agreement: read, revise, accept; and that it discloses only what both sides accepted."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from coaching.tests.cast import at
from engagements.actions.agreements import Replaced, record_acceptance, revise_agreement
from engagements.actions.texts import disclosed_objectives
from engagements.models import Agreement, Party
from engagements.tests.asking import NOT_THEIRS, audited, errors, said, statuses, url


def current(cast):
    return cast.mine.engagement.agreements.current().get()


@pytest.fixture
def words(cast):
    """A revision that opens the stated objective."""
    return {
        "confidentiality": "What is said stays.",
        "confidentiality_ends": "Where a law demands it.",
        "cancellation_terms": "A day before.",
        "discloses_objective": "on",
        "version": "1",
    }


@pytest.fixture
def revised(cast):
    agreement = current(cast)
    disclosure = agreement.disclosure | {"discloses_objective": True}
    return revise_agreement(
        agreement=agreement,
        confidentiality="What is said stays.",
        confidentiality_ends="Where a law demands it.",
        cancellation_terms="A day before.",
        disclosure=disclosure,
        by=cast.pia,
        now=at(),
    )


def accept(client, cast, version=2, on=None):
    """Notes that the sponsor accepted."""
    words = {"accepted_on": on or timezone.localdate().isoformat(), "version": version}
    return client.post(url("agreement_accept", cast.mine.engagement), words)


def test_coach_and_manager_read_the_agreement(as_user, cast):
    assert statuses(as_user, cast, "agreement_detail", cast.mine.engagement) == NOT_THEIRS | {"cora": 200, "pia": 200}


def test_only_the_manager_revises(as_user, cast, words):
    expected = NOT_THEIRS | {"cora": 403}
    assert statuses(as_user, cast, "agreement_edit", cast.mine.engagement) == expected | {"pia": 200}
    assert statuses(as_user, cast, "agreement_edit", cast.mine.engagement, post=words) == expected | {"pia": 302}


def test_a_revision_is_a_new_version_that_nobody_accepted_and_the_old_one_stays_to_read(as_user, cast, words):
    client = as_user(cast.pia)
    client.post(url("agreement_edit", cast.mine.engagement), words)
    agreement = current(cast)
    assert (agreement.version, agreement.is_accepted) == (2, False)
    assert audited(agreement) == ["agreement.revised"]
    page = client.get(url("agreement_detail", cast.mine.engagement)).content.decode()
    assert "Version 2" in page
    assert "Version 1," in page
    assert "Where a law demands it." in page
    assert "Confidentiality ends only where" in page  # in the version before


def test_the_same_words_make_no_new_version(as_user, cast):
    agreement = current(cast)
    same = {"confidentiality": agreement.confidentiality.replace("\n", "\r\n"), "version": 1}
    same |= {
        "confidentiality_ends": agreement.confidentiality_ends,
        "cancellation_terms": agreement.cancellation_terms,
        "discloses_stalled": "on",
        "discloses_regressing": "on",
        "discloses_cohort": "on",
    }
    response = as_user(cast.pia).post(url("agreement_edit", cast.mine.engagement), same)
    assert said(response) == ["Nothing was changed."]
    assert current(cast).version == 1


def test_a_revision_of_what_was_revised_meanwhile_is_asked_back_once(as_user, cast, words, revised):
    client = as_user(cast.pia)
    response = client.post(url("agreement_edit", cast.mine.engagement), words | {"confidentiality": "Mine."})
    assert "revised in the meantime" in str(errors(response))
    assert response.context["form"]["confidentiality"].value() == "Mine."
    again = words | {"confidentiality": "Mine.", "version": response.context["form"]["version"].value()}
    assert client.post(url("agreement_edit", cast.mine.engagement), again).status_code == 302
    assert (current(cast).version, current(cast).confidentiality) == (3, "Mine.")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("confidentiality", ""),
        ("confidentiality", "x" * 10_001),
        ("confidentiality_ends", " "),
        ("confidentiality_ends", "x" * 4_001),
        ("cancellation_terms", " "),
        ("version", "one"),
    ],
)
def test_bad_words_are_refused_and_stay(as_user, cast, words, field, value):
    response = as_user(cast.pia).post(url("agreement_edit", cast.mine.engagement), words | {field: value})
    assert errors(response)
    assert current(cast).version == 1


@pytest.mark.parametrize("who", ["cora", "pia"])
def test_coach_or_manager_notes_that_the_sponsor_accepted_with_its_date(as_user, cast, revised, who):
    assert accept(as_user(getattr(cast, who)), cast).status_code == 302
    agreement = current(cast)
    assert agreement.sponsor_recorded_by == getattr(cast, who)
    assert audited(agreement) == ["agreement.revised", "agreement.accepted"]


def test_nobody_notes_an_acceptance_in_the_name_of_the_executive(as_user, cast, revised):
    words = {"party": "EXECUTIVE", "accepted_on": timezone.localdate().isoformat(), "version": 2}
    client = as_user(cast.cora)
    client.post(url("agreement_accept", cast.mine.engagement), words)
    client.post(url("agreement_accept", cast.mine.engagement), words)
    assert current(cast).executive_accepted_on is None
    assert "Executive" not in client.get(url("agreement_accept", cast.mine.engagement)).content.decode()


def test_strangers_record_nothing(as_user, cast, revised):
    words = {"accepted_on": timezone.localdate().isoformat(), "version": 2}
    found = statuses(
        as_user, cast, "agreement_accept", cast.mine.engagement, post=words, people=("otto", "petra", "ada", "sten")
    )
    assert found == NOT_THEIRS


def test_a_side_accepts_once(as_user, cast, revised):
    client = as_user(cast.cora)
    accept(client, cast)
    assert said(accept(client, cast))[-1] == "The sponsor has accepted this version."
    assert audited(current(cast)).count("agreement.accepted") == 1


@pytest.mark.parametrize(
    "on", ["soon", (timezone.now() + timedelta(days=2)).date().isoformat(), "2020-01-01", "0001-01-01"]
)
def test_an_acceptance_that_cannot_be_is_refused_beside_the_field(as_user, cast, revised, on):
    response = accept(as_user(cast.cora), cast, on=on)
    assert "accepted_on" in errors(response)
    assert response.context["form"]["accepted_on"].value() == on
    assert not current(cast).sponsor_accepted_on


def test_an_acceptance_of_an_older_version_is_asked_back(as_user, cast, revised):
    response = accept(as_user(cast.cora), cast, version=1)
    assert "revised in the meantime" in str(errors(response))
    assert not current(cast).sponsor_accepted_on


def test_nothing_more_can_be_recorded_on_a_version_that_was_replaced(cast, revised):
    old = cast.mine.engagement.agreements.get(version=1)
    with pytest.raises(Replaced):
        record_acceptance(agreement=old, party=Party.SPONSOR, accepted_on=at().date(), by=cast.cora, now=at())
    terms = {"confidentiality": "x", "cancellation_terms": "y", "disclosure": old.disclosure}
    with pytest.raises(Replaced):
        revise_agreement(agreement=old, by=cast.pia, now=at(), **terms)


def test_a_wider_schedule_opens_nothing_before_both_sides_accepted_it(as_user, cast, revised):
    engagement = cast.mine.engagement
    assert disclosed_objectives(user=cast.pia, engagement=engagement) == []
    accept(as_user(cast.pia), cast)
    assert disclosed_objectives(user=cast.pia, engagement=engagement) == []
    record_acceptance(agreement=current(cast), party=Party.EXECUTIVE, accepted_on=at().date(), by=None, now=at())
    assert disclosed_objectives(user=cast.pia, engagement=engagement) == ["Delegate more"]
    assert disclosed_objectives(user=cast.petra, engagement=engagement) == []


def test_the_agreed_page_leads_on_to_the_beginning(as_user, cast):
    cast.mine.engagement.status = "CONTRACTED"
    cast.mine.engagement.save()
    page = as_user(cast.cora).get(url("agreement_detail", cast.mine.engagement)).content.decode()
    assert url("engagement_status", cast.mine.engagement) in page


def test_the_database_holds_one_current_agreement_per_engagement(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.create(engagement=cast.mine.engagement, version=7)
