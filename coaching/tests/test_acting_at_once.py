"""What managers give and ask at the same moment: never more than the pool holds, and each thing once."""

import pytest
from django.urls import reverse
from django.utils import timezone

from coaching.tests.cast import active_engagement, at, person
from coaching.tests.test_at_once import all_at_once, presses
from engagements.actions.extensions import ask_for_more
from engagements.actions.people import add_executive, add_manager, edit_program
from engagements.actions.pool import pool_of
from engagements.forms.seen import seen_value
from engagements.models import Engagement, Extension, Letter, SavedView, User
from engagements.models.extension import ExtensionStatus
from engagements.models.saved_view import MOST_VIEWS
from trust.actions.digest import owe_digest
from trust.tests.test_flags import raise_flag

MANY = 10
pytestmark = pytest.mark.django_db(transaction=True)


def budget(engagement):
    return Engagement.objects.get(pk=engagement.pk).session_budget


def test_ten_at_once_give_no_more_than_the_pool_holds(cast):
    known = {"organization": cast.mine.organization, "name": "Eva", "email": "eva@client.example"}
    eva = add_executive(**known, by=None, now=at())
    second = active_engagement(program=cast.mine.program, coach=cast.cora, executive=eva, by=cast.pia)
    used = pool_of(cast.mine.program).used
    program = edit_program(program=cast.mine.program, by=cast.pia, now=at(), session_pool=used + 4)
    add_manager(program=program, user=person("Paul"), by=None, now=at())
    seen = seen_value(at(1))  # whatever was given a moment before has been seen
    give = [
        lambda one=one: presses(cast.pia, reverse("extension_give", args=[one.pk]), {"sessions": 1, "seen": seen})
        for one in (cast.mine.engagement, second) * (MANY // 2)
    ]
    all_at_once(*give)
    assert pool_of(program).used == used + 4
    assert Extension.objects.filter(status=ExtensionStatus.APPROVED).count() == 4


def test_a_request_approved_by_ten_presses_is_given_once(cast):
    engagement = cast.mine.engagement
    before = budget(engagement)
    more = {"sessions": 4, "ends_on": None, "reason": "NEW_ROLE"}
    asked = ask_for_more(engagement=engagement, by=cast.cora, now=at(-1), **more)
    presses(cast.pia, reverse("extension_decide", args=[asked.pk]), *[{"sessions": 4}] * MANY)
    assert budget(engagement) == before + 4
    assert Letter.objects.filter(kind="extension_decided").count() == 1


def test_more_sessions_given_by_ten_presses_are_given_once(cast):
    engagement, seen = cast.mine.engagement, seen_value(timezone.now())
    before = budget(engagement)
    presses(cast.pia, reverse("extension_give", args=[engagement.pk]), *[{"sessions": 3, "seen": seen}] * MANY)
    assert budget(engagement) == before + 3
    assert Extension.objects.count() == 1
    assert Letter.objects.filter(kind="extension_decided").count() == 1


def test_a_view_saved_by_ten_presses_is_there_once(cast):
    forms = [{"name": name, "query": "?flag=ANY"} for name in ("Mine", "MINE")] * (MANY // 2)
    assert set(presses(cast.pia, reverse("saved_view_list"), *forms)) == {302}
    assert SavedView.objects.count() == 1


def test_ten_views_saved_at_once_are_no_more_than_fit(cast):
    rows = [SavedView(user=cast.pia, name=f"View {number}") for number in range(MOST_VIEWS - 3)]
    SavedView.objects.bulk_create(rows)
    statuses = presses(cast.pia, reverse("saved_view_list"), *[{"name": f"New {n}", "query": ""} for n in range(MANY)])
    assert sorted(statuses) == [200] * (MANY - 3) + [302] * 3
    assert SavedView.objects.count() == MOST_VIEWS


def test_the_bulk_button_pressed_ten_times_extends_once(cast):
    engagement, seen = cast.mine.engagement, int(timezone.now().timestamp() * 1_000_000)
    before = budget(engagement)
    form = {"action": "EXTEND", "row": engagement.pk, "seen": seen, "sessions": 3}
    presses(cast.pia, reverse("bulk"), *[form] * MANY)
    assert budget(engagement) == before + 3


def test_a_coach_asked_by_ten_presses_gets_one_mail(cast):
    flag = raise_flag(cast.mine.engagement)
    presses(cast.pia, reverse("flag_nudge", args=[flag.pk]), *[{}] * MANY)
    assert Letter.objects.filter(kind="nudge").count() == 1


def test_ten_workers_owe_one_digest(cast):
    now = timezone.now()
    User.objects.filter(pk=cast.cora.pk).update(digest_day=now.weekday())
    all_at_once(*[lambda: owe_digest(user_id=cast.cora.pk, now=now)] * MANY)
    assert Letter.objects.filter(kind="digest", to_user=cast.cora).count() == 1
