"""Taking back that a session was missed or cancelled: with the message, and from the list."""

import pytest

from coaching.tests.cast import at
from engagements.actions.engagements import change_status
from engagements.actions.sessions import cancel_session, mark_held, mark_missed, schedule_session
from engagements.models import Party, Session, Status
from engagements.tests.asking import NOT_THEIRS, audited, said, statuses, url
from engagements.views.session_rows import session_rows


def fresh(row):
    return Session.objects.get(pk=row.pk)


@pytest.fixture
def missed(cast):
    return mark_missed(session=cast.mine.session, by=cast.cora, now=at())


@pytest.fixture
def cancelled(cast):
    return cancel_session(session=cast.mine.upcoming, cancelled_by=Party.EXECUTIVE, by=cast.cora, now=at())


def test_the_coach_takes_back_the_manager_may_not_and_strangers_find_nothing(as_user, cast, cancelled):
    expected = NOT_THEIRS | {"pia": 403, "cora": 302}
    assert statuses(as_user, cast, "session_restore", cancelled, post={}) == expected
    session = fresh(cancelled)
    assert (session.status, session.cancelled_by, session.cancelled_at) == ("SCHEDULED", "", None)
    assert audited(session)[-1] == "session.reopened"


@pytest.mark.parametrize("route", ["session_missed", "session_cancel", "session_not_held"])
def test_the_message_carries_the_button(as_user, cast, route):
    words = {"cancelled_by": "COACH", "how": "missed"}
    page = as_user(cast.cora).post(url(route, cast.mine.session), words, follow=True).content.decode()
    messages = page[page.index('id="messages"') : page.index("<h1")]
    assert f'action="{url("session_restore", cast.mine.session)}"' in messages
    assert "Undo" in messages


def test_a_missed_session_waits_to_be_logged_again(as_user, cast, missed):
    response = as_user(cast.cora).post(url("session_restore", missed))
    assert said(response)[-1].endswith("waiting to be logged.")
    assert fresh(missed).logged_at is None


def test_a_session_to_come_is_scheduled_again(as_user, cast, cancelled):
    response = as_user(cast.cora).post(url("session_restore", cancelled))
    assert said(response)[-1].endswith("scheduled again.")


def test_twice_is_once(as_user, cast, missed):
    for _ in range(2):
        as_user(cast.cora).post(url("session_restore", missed))
    assert audited(missed).count("session.reopened") == 1


def test_a_held_session_stays_held(as_user, cast):
    mark_held(session=cast.mine.session, minutes=60, by=cast.cora, now=at())
    response = as_user(cast.cora).post(url("session_restore", cast.mine.session))
    assert said(response) == ["This session is logged."]
    assert fresh(cast.mine.session).is_held


def test_a_time_that_was_given_away_since_is_kept(as_user, cast, cancelled):
    schedule_session(engagement=cancelled.engagement, starts_at=cancelled.starts_at, minutes=60, by=cast.cora, now=at())
    response = as_user(cast.cora).post(url("session_restore", cancelled))
    assert said(response) == ["There is a session at that time already."]
    assert fresh(cancelled).status == "CANCELLED"


def test_nothing_comes_back_after_the_end(as_user, cast, cancelled):
    change_status(engagement=cast.mine.engagement, to=Status.COMPLETED, by=cast.cora, now=at())
    response = as_user(cast.cora).post(url("session_restore", cancelled))
    assert said(response) == ["This engagement has ended."]


def test_the_list_offers_it_where_it_goes(cast, missed, cancelled):
    def offered(user):
        sessions = cast.mine.engagement.sessions.oldest_first().prefetch_related("moves")
        rows = session_rows(sessions, user=user, engagement=cast.mine.engagement, now=at(hours=1))
        return [row.may_restore for row in rows]

    assert offered(cast.cora) == [True, True]
    assert offered(cast.pia) == [False, False]
    cast.mine.engagement.status = Status.COMPLETED
    assert offered(cast.cora) == [False, False]
