"""What administrators learn of flags: counts over many, of quarters that are over, and nothing of one."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coaching.tests.cast import active_engagement, at, person
from engagements.actions.people import add_executive, make_coach
from engagements.models import Engagement, Organization, User
from trust.models import Flag
from trust.models.cohort import quarter_of
from trust.views.rule_report import LEAST_ANSWERED, LEAST_COACHES


@pytest.fixture
def engagements(cast):
    """As many as the floor asks for, of as many coaches."""
    coaches = [person(f"Coach{n}") for n in range(LEAST_COACHES)]
    rows = []
    for n in range(LEAST_ANSWERED):
        coach = coaches[n % LEAST_COACHES]
        make_coach(user=coach, by=None, now=at())
        executive = add_executive(
            organization=cast.mine.organization, name=f"E{n}", email=f"e{n}@client.example", by=None, now=at()
        )
        rows.append(active_engagement(program=cast.mine.program, coach=coach, executive=executive, by=cast.pia))
    return rows


def in_last_quarter():
    """A day in the latest quarter whose answers have come in."""
    start = quarter_of((timezone.now() - timedelta(days=30)).date())
    return at() - (at().date() - start) - timedelta(days=20)


def answered(engagements, *, wrong=0, after=2):
    for number, engagement in enumerate(engagements):
        opened = in_last_quarter()
        Flag.objects.create(
            engagement=engagement,
            kind="STALLED",
            opened_at=opened,
            cause="JUDGED_WRONGLY" if number < wrong else "MOTIVATION",
            next_step="NOTHING" if number < wrong else "CALL",
            helped="" if number < wrong else "YES",
            helped_at=None if number < wrong else opened + timedelta(days=9),
            responded_at=opened + timedelta(days=after),
            responded_by=engagement.coach,
        )


def report(as_user, user):
    page = as_user(user).get(reverse("rule_report")).content.decode()
    return re.sub(r"[A-Za-z0-9]{64}", "token", " ".join(page.split()))


def by_quarter(page):
    return page.partition('id="by-quarter"')[2]


def test_at_the_floor_alarms_answers_wrong_ones_and_help_are_counted(cast, engagements, as_user):
    answered(engagements, wrong=5)
    page = report(as_user, cast.ada)
    assert '<td class="number" data-label="Judged wrongly">5 (25 %)</td>' in page
    assert '<td class="number" data-label="The step helped">15 of 15</td>' in page


def budget_of(page):
    """The sentence about the alarm budget."""
    return re.search(r'id="budget">.*?<p>(.*?)</p>', page)[1]


def in_the_latest_months(engagements, number):
    """Trust alarms, unanswered, one each in the 90 days before the first of this month."""
    day = at().replace(day=1) - timedelta(days=20)
    for engagement in engagements[:number]:
        Flag.objects.create(engagement=engagement, kind="REGRESSING", opened_at=day)


def test_trust_alarms_of_the_house_stand_beside_its_budget(cast, engagements, as_user):
    Engagement.objects.update(starts_on=at(-200).date())
    Organization.objects.exclude(pk=cast.other.organization.pk).update(alarm_budget=50)
    in_the_latest_months(engagements, LEAST_ANSWERED)
    # Three months of 21 engagements at 50 in a hundred, and of one at 10.
    words = "<b>20</b> trust alarms in the whole house; the organizations' budgets allow <b>32</b>."
    assert budget_of(report(as_user, cast.ada)) == words


def test_few_trust_alarms_and_those_of_few_coaches_are_not_counted(cast, engagements, as_user):
    in_the_latest_months(engagements, LEAST_ANSWERED - 1)
    assert "Too few trust alarms to tell" in budget_of(report(as_user, cast.ada))
    in_the_latest_months(engagements[-1:], 1)
    assert "<b>20</b> trust alarms" in budget_of(report(as_user, cast.ada))
    Engagement.objects.filter(coach=engagements[0].coach).update(coach=engagements[1].coach)
    assert "Too few trust alarms to tell" in budget_of(report(as_user, cast.ada))


def test_the_budget_is_about_trust_and_about_months_that_ended(cast, engagements, as_user):
    for engagement in engagements:
        Flag.objects.create(engagement=engagement, kind="QUIET", opened_at=at().replace(day=1) - timedelta(days=20))
        Flag.objects.create(engagement=engagement, kind="STALLED", opened_at=at())
    assert "Too few trust alarms to tell" in budget_of(report(as_user, cast.ada))


def test_what_helped_long_afterwards_changes_nothing(cast, engagements, as_user):
    answered(engagements)
    Flag.objects.update(helped_at=at())
    assert '<td class="number" data-label="The step helped">0 of 0</td>' in report(as_user, cast.ada)


def test_administrators_find_it_in_the_menu_whatever_else_they_do(cast, as_user):
    link = f'href="{reverse("rule_report")}"'
    User.objects.filter(pk=cast.cora.pk).update(is_administrator=True)
    assert link in as_user(cast.cora).get(reverse("home")).content.decode()
    assert link not in as_user(cast.pia).get(reverse("portfolio")).content.decode()


def test_below_the_floor_every_rule_looks_alike(cast, engagements, as_user):
    before = report(as_user, cast.ada)
    answered(engagements[:-1], wrong=5)
    assert report(as_user, cast.ada) == before


def test_the_answers_of_too_few_coaches_are_not_counted(cast, engagements, as_user):
    Engagement.objects.filter(coach=engagements[0].coach).update(coach=engagements[1].coach)
    answered(Engagement.objects.filter(program=cast.mine.program).exclude(coach=cast.cora), wrong=1)
    assert 'data-label="Judged wrongly"' not in report(as_user, cast.ada)


def test_an_answer_long_after_the_quarter_changes_nothing(cast, engagements, as_user):
    before = by_quarter(report(as_user, cast.ada))
    answered(engagements, after=90)
    assert by_quarter(report(as_user, cast.ada)) == before


@pytest.mark.parametrize("who", ["cora", "pia", "sten"])
def test_the_report_is_for_administrators(cast, as_user, who):
    assert as_user(getattr(cast, who)).get(reverse("rule_report")).status_code == 404
