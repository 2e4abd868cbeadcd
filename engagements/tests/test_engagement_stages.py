"""From stage to stage."""

import zoneinfo

import pytest
from django.db import IntegrityError, transaction

from coaching.tests.cast import at
from engagements.actions.agreements import revise_agreement
from engagements.actions.engagements import NotPossible, change_status
from engagements.models import Engagement, Program, Status
from engagements.models.engagement import TRANSITIONS
from engagements.tests.asking import NOT_THEIRS, audited, said, statuses, url


def at_status(cast, status):
    """Cora's engagement, put there past all rules."""
    ended = at().date() if status in ("COMPLETED", "ENDED_EARLY", "DECLINED") else None
    reason = "FIT" if status in ("ENDED_EARLY", "DECLINED") else ""
    Engagement.objects.filter(pk=cast.mine.engagement.pk).update(status=status, reason=reason, ended_on=ended)
    cast.mine.engagement.refresh_from_db()
    return cast.mine.engagement


def move(client, engagement, to, **words):
    return client.post(url("engagement_status", engagement), {"to": to} | words)


def test_coach_and_manager_both_move_an_engagement(as_user, cast):
    assert statuses(as_user, cast, "engagement_status", cast.mine.engagement) == NOT_THEIRS | {"cora": 200, "pia": 200}


@pytest.mark.parametrize("status", Status.values)
def test_a_page_offers_the_possible_moves_and_no_others(as_user, cast, status):
    engagement = at_status(cast, status)
    response = as_user(cast.cora).get(url("engagement_status", engagement))
    assert [offered.to for offered in response.context["moves"]] == list(TRANSITIONS[status])


@pytest.mark.parametrize("before", Status.values)
@pytest.mark.parametrize("to", Status.values)
def test_the_table_of_transitions_is_all_there_is(as_user, cast, before, to):
    engagement = at_status(cast, before)
    move(as_user(cast.pia), engagement, to, reason="FIT")
    engagement.refresh_from_db()
    assert engagement.status == (to if to in TRANSITIONS[before] else before)


def test_a_whole_engagement_from_proposal_to_completion(as_user, cast):
    engagement = at_status(cast, "PROPOSED")
    client = as_user(cast.cora)
    for to in ("CHEMISTRY", "CONTRACTED", "ACTIVE", "PAUSED", "ACTIVE", "COMPLETED"):
        assert move(client, engagement, to).status_code == 302
    engagement.refresh_from_db()
    assert engagement.status == "COMPLETED"
    assert audited(engagement)[-6:] == ["engagement.status_changed"] * 6


def test_it_does_not_begin_before_the_agreement_is_accepted_and_the_page_says_why(as_user, cast):
    engagement = at_status(cast, "CONTRACTED")
    agreement = engagement.agreements.current().get()
    terms = {"confidentiality": "New.", "cancellation_terms": "New.", "disclosure": agreement.disclosure}
    revise_agreement(agreement=agreement, by=cast.pia, now=at(), **terms)
    client = as_user(cast.pia)
    page = client.get(url("engagement_status", engagement)).content.decode()
    assert "accept the agreement first" in page
    assert url("agreement_detail", engagement) in page
    assert 'value="ACTIVE"' not in page
    response = move(client, engagement, "ACTIVE")
    assert "agreement must be accepted" in said(response)[0]
    engagement.refresh_from_db()
    assert engagement.status == "CONTRACTED"


@pytest.mark.parametrize(("before", "to"), [("ACTIVE", "ENDED_EARLY"), ("CONTRACTED", "DECLINED")])
@pytest.mark.parametrize("reason", ["", "BECAUSE"])
def test_an_early_end_needs_a_reason_from_the_list(as_user, cast, before, to, reason):
    engagement = at_status(cast, before)
    response = move(as_user(cast.pia), engagement, to, reason=reason)
    assert response.status_code == 200
    chosen = next(offered for offered in response.context["moves"] if offered.to == to)
    assert chosen.form.errors["reason"]
    engagement.refresh_from_db()
    assert engagement.status == before


def test_the_action_itself_refuses_a_reason_that_is_none(cast):
    with pytest.raises(NotPossible):
        change_status(engagement=cast.mine.engagement, to=Status.ENDED_EARLY, reason="BECAUSE", by=cast.pia, now=at())


def test_a_reason_is_kept_as_a_class_and_beyond_coaching_is_one(as_user, cast):
    move(as_user(cast.cora), cast.mine.engagement, "ENDED_EARLY", reason="BEYOND_COACHING")
    cast.mine.engagement.refresh_from_db()
    assert cast.mine.engagement.reason == "BEYOND_COACHING"


@pytest.mark.parametrize(("who", "party"), [("cora", "COACH"), ("pia", "SPONSOR")])
def test_the_end_cancels_sessions_to_come_and_leaves_those_to_log(as_user, cast, who, party):
    move(as_user(getattr(cast, who)), cast.mine.engagement, "COMPLETED")
    cast.mine.upcoming.refresh_from_db()
    cast.mine.session.refresh_from_db()
    assert (cast.mine.upcoming.status, cast.mine.upcoming.cancelled_by) == ("CANCELLED", party)
    assert cast.mine.session.status == "SCHEDULED"
    assert audited(cast.mine.upcoming)[-1] == "session.cancelled"


def test_pausing_keeps_the_sessions_to_come(as_user, cast):
    move(as_user(cast.cora), cast.mine.engagement, "PAUSED")
    cast.mine.upcoming.refresh_from_db()
    assert cast.mine.upcoming.status == "SCHEDULED"


def test_it_ends_on_the_date_of_the_programs_calendar(cast):
    Program.objects.filter(pk=cast.mine.program.pk).update(time_zone="Pacific/Auckland")
    now = at()
    ended = change_status(engagement=cast.mine.engagement, to=Status.COMPLETED, by=cast.pia, now=now)
    assert ended.ended_on == now.astimezone(zoneinfo.ZoneInfo("Pacific/Auckland")).date()


def test_pressing_twice_changes_once(as_user, cast):
    client = as_user(cast.cora)
    move(client, cast.mine.engagement, "PAUSED")
    response = move(client, cast.mine.engagement, "PAUSED")
    assert said(response)[-1] == "Nothing changed: the engagement is paused."
    assert audited(cast.mine.engagement).count("engagement.status_changed") == 3


@pytest.mark.parametrize("to", ["", "ACTIVE'--", "\x00", "DECLINED"])
def test_an_impossible_move_changes_nothing(as_user, cast, to):
    assert move(as_user(cast.cora), cast.mine.engagement, to).status_code == 302
    cast.mine.engagement.refresh_from_db()
    assert cast.mine.engagement.status == "ACTIVE"


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "ENDED_EARLY"},
        {"status": "COMPLETED"},
        {"reason": "FIT"},
        {"status": "DONE"},
        {"ended_on": "2026-01-01"},
    ],
)
def test_the_database_refuses_a_half_ended_engagement(cast, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Engagement.objects.filter(pk=cast.mine.engagement.pk).update(**fields)
