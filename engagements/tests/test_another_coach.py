"""What was confided stays with the coach it was confided to, whoever is to follow."""

import re

import pytest
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.drivers import add_driver
from engagements.actions.engagements import CoachFixed, edit_engagement
from engagements.actions.texts import write_text
from engagements.models import DataRequest, Engagement
from trust.actions.flags import answer_flag
from trust.models import Flag

pytestmark = pytest.mark.django_db


def by_the_executives_words(engagement):
    request = DataRequest.objects.create(engagement=engagement, kind="CORRECTION", due_on=at(30).date())
    about = {"kind": "REQUEST", "subject_id": request.pk, "text": "That is not what I said.", "by": None}
    write_text(engagement_id=engagement.pk, **about, now=at())


def by_an_answer_to_a_flag(engagement):
    flag = Flag.objects.create(engagement=engagement, kind="QUIET", opened_at=at(-2))
    answer_flag(flag=flag, cause="SCHEDULING", next_step="TALK_NOW", by=engagement.coach, now=at())


def by_a_driver_without_words(engagement):
    add_driver(engagement=engagement, text="", starter="CONTROL", by=engagement.coach, now=at())


@pytest.mark.parametrize("confide", [by_the_executives_words, by_an_answer_to_a_flag, by_a_driver_without_words])
def test_whatever_was_confided_no_new_coach_inherits_it_and_no_page_tells_before(cast, as_user, confide):
    old, manager = cast.mine.engagement, as_user(cast.pia)
    pages = [reverse(name, args=[old.pk]) for name in ("rematch", "engagement_edit")]

    def told():
        return [re.sub(r"\b\w{64}\b", "", manager.get(page).content.decode()) for page in pages]

    before = told()
    confide(old)
    assert told() == before
    with pytest.raises(CoachFixed):
        edit_engagement(engagement=old, coach=cast.otto, by=cast.pia, now=at())
    manager.post(reverse("rematch", args=[old.pk]), {"coach": cast.otto.pk})
    assert Engagement.objects.get(pk=old.pk).coach == cast.cora
    assert as_user(cast.otto).get(reverse("engagement_detail", args=[old.pk])).status_code == 404
