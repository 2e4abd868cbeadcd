"""Who sees which judgement, rating and flag: each rule asked for everybody."""

import pytest

from coaching.tests.cast import at
from engagements.models import Agreement, Engagement, EngagementKey, Session
from engagements.tests.onlookers import allowed, seen_by_each
from trust import permissions
from trust.models import CohortPeriod, Flag, Judgement, PointOfTrust, Reading, Rupture

CONFIDED = {"cora": {"mine"}, "otto": {"other"}, "bo": {"of_bo"}}


@pytest.fixture
def world(onlookers, db):
    return onlookers


def test_judgement_point_of_trust_and_ruptures_are_the_coachs_alone(world):
    of = world.engagements.items()
    judgements = {name: Judgement.objects.create(engagement=row, state="BUILDING") for name, row in of}
    points = {
        name: PointOfTrust.objects.create(engagement=row, proposed_at=at(), proposed_on=at().date()) for name, row in of
    }
    ruptures = {name: Rupture.objects.create(engagement=row, kind="LET_DOWN", opened_by=row.coach) for name, row in of}
    assert seen_by_each(world.people, permissions.judgements_seen_by, judgements) == CONFIDED
    assert seen_by_each(world.people, permissions.points_of_trust_seen_by, points) == CONFIDED
    assert seen_by_each(world.people, permissions.ruptures_seen_by, ruptures) == CONFIDED


def test_the_coach_sees_own_ratings_and_the_executives_where_shared(world):
    readings = {}
    for name, engagement in world.engagements.items():
        for k, (voice, is_shared) in enumerate(
            (("COACH", True), ("COACH", False), ("EXECUTIVE", True), ("EXECUTIVE", False))
        ):
            session = Session.objects.create(engagement=engagement, starts_at=at(k), minutes=60)
            key = f"{name} {voice} {is_shared}"
            readings[key] = Reading.objects.create(session=session, voice=voice, is_shared=is_shared)
    kinds = ("COACH True", "COACH False", "EXECUTIVE True")
    expected = {who: {f"{name} {kind}" for kind in kinds} for who, (name,) in CONFIDED.items()}
    assert seen_by_each(world.people, permissions.readings_seen_by, readings) == expected
    assert {
        who: {
            session.readings.get()
            for session in Session.objects.filter(permissions.readings_seen_by(world.people[who], "readings__"))
        }
        for who in (*CONFIDED, "pia", "fay")
    } == {
        **{who: {readings[key] for key in keys} for who, keys in expected.items()},
        "pia": set(),
        "fay": set(),
    }


def test_managers_see_alarms_only_and_of_trust_only_what_the_agreement_opens(world):
    mine, other = world.engagements["mine"], world.engagements["other"]
    process, trusting = {"QUIET", "MISSED", "BUDGET"}, {"STALLED", "REGRESSING"}
    flags = {}
    for engagement, side in ((mine, "mine"), (other, "other")):
        for kind in process | trusting:
            for level in ("ALARM", "WATCH"):
                flags[f"{side} {kind} {level}"] = Flag.objects.create(
                    engagement=engagement,
                    kind=kind,
                    level=level,
                    closed_at=at() if level == "WATCH" else None,
                    closing="CLEARED" if level == "WATCH" else "",
                )

    def alarms(side, kinds):
        return {f"{side} {kind} ALARM" for kind in kinds}

    def disclosed():
        return seen_by_each(world.people, permissions.flags_disclosed_to, flags)

    def as_managers(of_mine, of_other):
        one, two = alarms("mine", of_mine), alarms("other", of_other)
        return {"pia": one, "petra": two, "pax": two, "bo": one | two}

    schedules = Agreement.objects.filter(engagement=mine), Agreement.objects.filter(engagement=other)
    schedules[0].update(discloses_stalled=True, discloses_regressing=False)
    schedules[1].update(discloses_stalled=False, discloses_regressing=True)
    opened = as_managers(process | {"STALLED"}, process | {"REGRESSING"})
    assert disclosed() == opened
    own = {
        who: {key for key in flags if key.startswith(f"{side} ")} for who, side in (("cora", "mine"), ("otto", "other"))
    }
    assert seen_by_each(world.people, permissions.flags_seen_by, flags) == {**opened, **own}
    schedules[0].update(sponsor_accepted_on=None)
    schedules[1].update(replaced_at=at())
    assert disclosed() == as_managers(process, process)


def test_nobody_sees_a_flag_about_themselves_by_managing_the_program(world):
    flags = {name: Flag.objects.create(engagement=row, kind="QUIET") for name, row in world.engagements.items()}
    seen = seen_by_each(world.people, permissions.flags_seen_by, flags)
    assert seen["pax"] == {"other"}  # coached by Bo in the same program, under an address in other letters
    assert seen["petra"] == {"other", "of_bo"}


def test_figures_over_groups_are_for_managers_who_are_no_part_of_the_program(world):
    programs = world.programs
    periods = {
        name: CohortPeriod.objects.create(program=program, starts_on=at().date()) for name, program in programs.items()
    }
    expected = {"pia": {"one"}, "bo": {"one"}, "petra": {"two"}}
    assert seen_by_each(world.people, permissions.cohorts_seen_by, periods) == expected
    engagements = {"one": world.engagements["mine"], "two": world.engagements["other"]}
    cells = {
        who: rows - {"another"}
        for who, rows in seen_by_each(world.people, permissions.cohorts_seen_by, engagements, prefix="program").items()
    }
    assert cells == expected
    assert allowed(world.people, permissions.can_see_cohort, programs["one"]) == {"pia", "bo"}
    assert allowed(world.people, permissions.can_see_cohort, programs["two"]) == {"petra"}


def test_ratings_stand_behind_figures_where_agreed_undisturbed_and_not_erased(world):
    names = {row.pk: name for name, row in world.engagements.items()}

    def counted():
        rows = Engagement.objects.filter(permissions.engagements_in_cohorts())
        sessions = Session.objects.filter(permissions.engagements_in_cohorts("engagement__"))
        found = {names[row.pk] for row in rows}
        with_sessions = found & {"mine", "other"}  # the cast's
        assert {names[session.engagement_id] for session in sessions} == with_sessions
        return found

    assert counted() == {"mine", "other", "of_bo", "of_fay"}
    engagements, agreements = Engagement.objects, Agreement.objects
    mine, other, of_bo, of_fay = (world.engagements[name].pk for name in ("mine", "other", "of_bo", "of_fay"))
    agreements.filter(engagement_id=mine).update(discloses_cohort=False)
    assert counted() == {"other", "of_bo", "of_fay"}
    agreements.filter(engagement_id=mine).update(discloses_cohort=True, executive_accepted_on=None)
    assert counted() == {"other", "of_bo", "of_fay"}
    engagements.filter(pk=other).update(judging_declined_at=at())
    assert counted() == {"of_bo", "of_fay"}
    engagements.filter(pk=of_bo).update(content_erased_at=at())
    assert counted() == {"of_fay"}
    EngagementKey.objects.filter(pk=of_fay).delete()
    assert counted() == set()


def test_flags_are_answered_by_the_coach_and_counted_by_administrators(world):
    flags = {name: Flag.objects.create(engagement=row, kind="QUIET") for name, row in world.engagements.items()}
    assert allowed(world.people, permissions.can_answer_flag, flags["mine"]) == {"cora"}
    assert allowed(world.people, permissions.can_answer_flag, flags["of_fay"]) == set()
    assert seen_by_each(world.people, permissions.flags_counted_for, flags) == {"ada": set(flags)}
