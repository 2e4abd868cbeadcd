"""Two slips in a row: something to watch for the coach, never an alarm, and gone when it held or time has passed."""

from datetime import date, timedelta

import pytest

from coaching.tests.cast import at
from engagements.actions.experiments import add_experiment
from trust.actions.flags import resolve_flag
from trust.actions.judging import judge_engagements
from trust.actions.method import take_step
from trust.actions.session_log import log_session
from trust.instrument import COACH_ITEMS
from trust.models import Flag
from trust.process_rules import Finding, Verdict
from trust.sentences import flag_for_coach
from trust.slips import Slips, slips_in_a_row, with_slips

TODAY = date(2026, 6, 1)


def course(*steps):
    """(state, days ago) as slips_in_a_row takes them."""
    return [(state, TODAY - timedelta(days=days)) for state, days in steps]


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([("SLIPPED", 9), ("SLIPPED", 2)], "RAISE"),
        ([("HELD", 20), ("SLIPPED", 9), ("TRIED_AGAIN", 8), ("SLIPPED", 2)], "RAISE"),
        ([("SLIPPED", 9), ("SLIPPED", 2), ("TRIED_AGAIN", 1)], "HOLD"),
        ([("SLIPPED", 9), ("SLIPPED", 2), ("HELD", 1)], None),
        ([("SLIPPED", 9), ("HELD", 5), ("SLIPPED", 2)], None),
        ([("SLIPPED", 9), ("SLIPPED", 2), ("SET_ASIDE", 1)], None),
        ([("SLIPPED", 2), ("SLIPPED", 2)], None),
        ([("TRIED", 9), ("SLIPPED", 2)], None),
        ([("SLIPPED", 60), ("SLIPPED", 43)], None),
        ([("SLIPPED", 60), ("SLIPPED", 42)], "RAISE"),
        ([], None),
    ],
)
def test_what_counts_as_two_slips_in_a_row(steps, said):
    found = slips_in_a_row(course(*steps), TODAY)
    assert (found and found.verdict) == said


def test_an_alarm_of_the_engine_stays_one_and_names_the_slips():
    alarm = Finding("REGRESSING", Verdict.RAISE, {"chance": 0.5}, level="ALARM", arose_on=TODAY)
    said = with_slips(alarm, Slips(2, TODAY, Verdict.RAISE), stands_on_slips=False)
    assert (said.level, said.evidence, said.arose_on) == ("ALARM", {"chance": 0.5, "slips": 2}, TODAY)


def test_a_watch_of_the_engine_does_not_become_an_alarm():
    watch = Finding("REGRESSING", Verdict.RAISE, {"chance": 0.3}, level="WATCH")
    assert with_slips(watch, Slips(2, TODAY, Verdict.RAISE), stands_on_slips=False).level == "WATCH"


def test_what_the_engine_merely_holds_does_not_keep_a_flag_that_rests_on_slips():
    held = Finding("REGRESSING", Verdict.HOLD, level="WATCH")
    assert with_slips(held, None, stands_on_slips=True).verdict == "CLEAR"
    assert with_slips(held, None, stands_on_slips=False).verdict == "HOLD"


def test_the_sentence_says_where_it_comes_from():
    alone = flag_for_coach("REGRESSING", {"slips": 2}, executive="Emil", level="WATCH")
    assert alone.text == "Worth watching: two slips in a row with an experiment."
    beside = flag_for_coach("REGRESSING", {"slips": 2, "chance": 0.6}, executive="Emil")
    assert "Two slips in a row with an experiment." in beside.reason


# --- as the jobs see it -----------------------------------------------------------------------------


@pytest.fixture
def experiment(cast):
    log_session(session=cast.mine.session, by=cast.cora, now=at(), minutes=60, ratings={i.key: 5 for i in COACH_ITEMS})
    return add_experiment(
        engagement=cast.mine.engagement, behaviour="Ask first.", situation="", by=cast.cora, now=at(-20)
    )


def slip(cast, experiment, *days_ago):
    for days in days_ago:
        take_step(experiment=experiment, to="SLIPPED", party="COACH", by=cast.cora, now=at(-days))


def judge(engagement, now=None):
    judge_engagements([engagement.pk], now=now or at())


def regressing(engagement):
    return Flag.objects.filter(engagement=engagement, kind="REGRESSING").open()


def test_two_slips_open_something_to_watch_for_the_coach_alone(cast, as_user, experiment):
    slip(cast, experiment, 9)
    judge(cast.mine.engagement)
    assert not regressing(cast.mine.engagement).exists()
    slip(cast, experiment, 2)
    judge(cast.mine.engagement)
    assert regressing(cast.mine.engagement).get().level == "WATCH"
    page = f"/engagements/{cast.mine.engagement.pk}/"
    assert "two slips in a row" in as_user(cast.cora).get(page).content.decode()
    assert "slip" not in as_user(cast.pia).get(page).content.decode()
    assert not Flag.objects.disclosed_to(cast.pia).filter(kind="REGRESSING").exists()


def test_judging_twice_changes_nothing(cast, experiment):
    slip(cast, experiment, 9, 2)
    judge(cast.mine.engagement)
    before = list(Flag.objects.order_by("pk").values())
    judge(cast.mine.engagement)
    assert list(Flag.objects.order_by("pk").values()) == before


def test_trying_again_keeps_it_and_holding_clears_it(cast, experiment):
    slip(cast, experiment, 9, 5)
    judge(cast.mine.engagement)
    take_step(experiment=experiment, to="TRIED_AGAIN", party="EXECUTIVE", by=None, now=at(-3))
    judge(cast.mine.engagement)
    assert regressing(cast.mine.engagement).exists()
    take_step(experiment=experiment, to="HELD", party="COACH", by=cast.cora, now=at(-1))
    judge(cast.mine.engagement)
    assert not regressing(cast.mine.engagement).exists()


def test_it_goes_when_the_slips_are_old(cast, experiment):
    slip(cast, experiment, 9, 2)
    judge(cast.mine.engagement)
    judge(cast.mine.engagement, now=at(45))
    assert not regressing(cast.mine.engagement).exists()


def test_once_resolved_it_comes_back_with_another_slip_only(cast, experiment):
    slip(cast, experiment, 9, 5)
    judge(cast.mine.engagement)
    resolve_flag(flag=regressing(cast.mine.engagement).get(), by=cast.cora, now=at(-1))
    judge(cast.mine.engagement)
    assert not regressing(cast.mine.engagement).exists()
    slip(cast, experiment, 0)
    judge(cast.mine.engagement)
    assert regressing(cast.mine.engagement).get().evidence == {"slips": 3}


def test_an_alarm_that_ends_leaves_the_slips_to_watch_in_the_same_run(cast, experiment):
    slip(cast, experiment, 9, 2)
    Flag.objects.create(engagement=cast.mine.engagement, kind="REGRESSING", evidence={"chance": 0.6}, opened_at=at(-1))
    judge(cast.mine.engagement)
    assert regressing(cast.mine.engagement).get().level == "WATCH"


def test_where_the_executive_objects_to_judging_slips_are_not_judged_either(cast, experiment):
    slip(cast, experiment, 9, 2)
    type(cast.mine.engagement).objects.filter(pk=cast.mine.engagement.pk).update(judging_declined_at=at(-1))
    judge(cast.mine.engagement)
    assert not regressing(cast.mine.engagement).exists()
