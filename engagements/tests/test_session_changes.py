"""Moving, cancelling and missing sessions, and the list that offers it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from coaching.tests.cast import at
from engagements.actions.sessions import mark_held, schedule_session
from engagements.models import Session, User
from engagements.tests.asking import NOT_THEIRS, audited, errors, said, statuses, url
from engagements.views.session_rows import notice_words, session_rows


@pytest.fixture
def words(cast):
    """A move of the coming session to the next day, same time."""
    day = cast.mine.upcoming.starts_at + timedelta(days=1)
    return {
        "day": f"{day:%Y-%m-%d}",
        "clock": f"{day:%H:%M}",
        "minutes": "45",
        "place": "Room 4",
        "call_link": "https://meet.example/x",
        "asked_by": "EXECUTIVE",
    }


def fresh(row):
    return Session.objects.get(pk=row.pk)


# --- move ---------------------------------------------------------------------------------------


def test_the_coach_moves_the_manager_may_not_and_strangers_find_nothing(as_user, cast, words):
    expected = NOT_THEIRS | {"pia": 403}
    assert statuses(as_user, cast, "session_move", cast.mine.upcoming) == expected | {"cora": 200}
    assert statuses(as_user, cast, "session_move", cast.mine.upcoming, post=words) == expected | {"cora": 302}


def test_a_move_keeps_from_when_to_when_and_who_asked(as_user, cast, words):
    before = cast.mine.upcoming.starts_at
    as_user(cast.cora).post(url("session_move", cast.mine.upcoming), words)
    session = fresh(cast.mine.upcoming)
    assert session.starts_at == before + timedelta(days=1)
    assert (session.minutes, session.place, session.call_link) == (45, "Room 4", "https://meet.example/x")
    move = session.moves.get()
    assert (move.from_at, move.to_at, move.asked_by) == (before, session.starts_at, "EXECUTIVE")
    assert audited(session)[-1] == "session.moved"


def test_a_new_place_alone_is_no_move(as_user, cast, words):
    at_ = cast.mine.upcoming.starts_at
    same = words | {"day": f"{at_:%Y-%m-%d}", "clock": f"{at_:%H:%M}"}
    as_user(cast.cora).post(url("session_move", cast.mine.upcoming), same)
    assert fresh(cast.mine.upcoming).place == "Room 4"
    assert not cast.mine.upcoming.moves.exists()
    assert audited(cast.mine.upcoming)[-1] == "session.edited"


def test_saving_a_move_unchanged_leaves_no_trace(as_user, cast):
    client = as_user(cast.cora)
    form = client.get(url("session_move", cast.mine.upcoming)).context["form"]
    same = {name: form[name].value() or "" for name in ("day", "clock", "minutes", "place", "call_link")}
    before = audited(cast.mine.upcoming)
    assert client.post(url("session_move", cast.mine.upcoming), same | {"asked_by": "COACH"}).status_code == 302
    assert audited(cast.mine.upcoming) == before


def test_the_time_of_a_move_is_read_in_the_coachs_zone(as_user, cast, words):
    User.objects.filter(pk=cast.cora.pk).update(time_zone="Asia/Kolkata")
    words |= {"day": "2031-01-15", "clock": "09:30"}
    assert as_user(cast.cora).post(url("session_move", cast.mine.upcoming), words).status_code == 302
    assert fresh(cast.mine.upcoming).starts_at == datetime(2031, 1, 15, 4, tzinfo=UTC)


def test_a_move_onto_another_session_of_the_engagement_is_refused_beside_the_time(as_user, cast, words):
    other = schedule_session(engagement=cast.mine.engagement, starts_at=at(14), minutes=60, by=cast.cora, now=at())
    onto = words | {"day": f"{other.starts_at:%Y-%m-%d}", "clock": f"{other.starts_at:%H:%M}"}
    response = as_user(cast.cora).post(url("session_move", cast.mine.upcoming), onto | {"seen": str(other.pk)})
    assert "another session at that time" in errors(response)["clock"][0]
    assert fresh(cast.mine.upcoming).starts_at == cast.mine.upcoming.starts_at


def test_a_move_into_a_clash_warns_and_can_be_overruled(as_user, cast, words):
    schedule_session(engagement=cast.mine.engagement, starts_at=at(14), minutes=60, by=cast.cora, now=at())
    late = words | {"day": f"{at(14):%Y-%m-%d}", "clock": f"{at(14) + timedelta(minutes=30):%H:%M}"}
    client = as_user(cast.cora)
    response = client.post(url("session_move", cast.mine.upcoming), late)
    assert "Move anyway" in response.content.decode()
    seen = response.context["form"].seen
    assert client.post(url("session_move", cast.mine.upcoming), late | {"seen": seen}).status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [("day", "31.02.2027"), ("clock", "late"), ("minutes", "0"), ("asked_by", ""), ("call_link", "ftp://x.example")],
)
def test_a_bad_move_gets_a_message_beside_the_field_and_stays(as_user, cast, words, field, value):
    response = as_user(cast.cora).post(url("session_move", cast.mine.upcoming), words | {field: value})
    assert list(errors(response)) == [field]
    assert response.context["form"][field].value() == value


def test_a_session_that_was_held_is_not_moved(as_user, cast, words):
    mark_held(session=cast.mine.session, minutes=60, by=cast.cora, now=at())
    response = as_user(cast.cora).post(url("session_move", cast.mine.session), words)
    assert said(response) == ["Nothing changed: this session is held."]


# --- cancel -------------------------------------------------------------------------------------


def test_the_coach_cancels_the_manager_may_not_and_strangers_find_nothing(as_user, cast):
    expected = NOT_THEIRS | {"pia": 403}
    assert statuses(as_user, cast, "session_cancel", cast.mine.upcoming) == expected | {"cora": 200}
    post = {"cancelled_by": "EXECUTIVE"}
    assert statuses(as_user, cast, "session_cancel", cast.mine.upcoming, post=post) == expected | {"cora": 302}


def test_the_page_says_how_late_it_is_and_what_was_agreed(as_user, cast):
    client = as_user(cast.cora)
    early = client.get(url("session_cancel", cast.mine.upcoming)).content.decode()
    assert "in good time" in early
    assert "at least 24 hours before it begins" in early
    Session.objects.filter(pk=cast.mine.upcoming.pk).update(starts_at=timezone.now() + timedelta(hours=5, minutes=30))
    late = client.get(url("session_cancel", cast.mine.upcoming)).content.decode()
    assert "5 hours before" in late
    assert "late cancellation" in late


def test_a_cancellation_keeps_by_whom_and_when(as_user, cast):
    response = as_user(cast.cora).post(url("session_cancel", cast.mine.upcoming), {"cancelled_by": "EXECUTIVE"})
    session = fresh(cast.mine.upcoming)
    assert (session.status, session.cancelled_by) == ("CANCELLED", "EXECUTIVE")
    assert session.cancelled_at is not None
    assert not session.is_late_cancellation
    assert "Cancelled by the executive, 1" in said(response)[0]
    assert audited(session)[-1] == "session.cancelled"


@pytest.mark.parametrize("party", ["", "MANAGER"])
def test_somebody_has_to_have_cancelled(as_user, cast, party):
    response = as_user(cast.cora).post(url("session_cancel", cast.mine.upcoming), {"cancelled_by": party})
    assert "cancelled_by" in errors(response)
    assert fresh(cast.mine.upcoming).is_scheduled


def test_cancelling_twice_cancels_once(as_user, cast):
    client = as_user(cast.cora)
    for _ in range(2):
        response = client.post(url("session_cancel", cast.mine.upcoming), {"cancelled_by": "COACH"})
    assert said(response)[-1] == "Nothing changed: this session is cancelled."
    assert audited(cast.mine.upcoming).count("session.cancelled") == 1


def test_the_time_of_a_cancelled_session_is_free_again(as_user, cast):
    as_user(cast.cora).post(url("session_cancel", cast.mine.upcoming), {"cancelled_by": "COACH"})
    schedule_session(
        engagement=cast.mine.engagement, starts_at=cast.mine.upcoming.starts_at, minutes=60, by=cast.cora, now=at()
    )


# --- missed -------------------------------------------------------------------------------------


def test_the_coach_notes_a_missed_session_with_one_post(as_user, cast):
    expected = NOT_THEIRS | {"pia": 403}
    assert statuses(as_user, cast, "session_missed", cast.mine.session, post={}) == expected | {"cora": 302}
    session = fresh(cast.mine.session)
    assert (session.status, session.logged_by) == ("MISSED", cast.cora)
    assert audited(session)[-1] == "session.missed"


def test_looking_is_not_missing(as_user, cast):
    assert as_user(cast.cora).get(url("session_missed", cast.mine.session)).status_code == 405
    assert fresh(cast.mine.session).is_scheduled


def test_missing_twice_is_once(as_user, cast):
    for _ in range(2):
        as_user(cast.cora).post(url("session_missed", cast.mine.session))
    assert audited(cast.mine.session).count("session.missed") == 1


def test_a_session_to_come_cannot_be_missed(as_user, cast):
    response = as_user(cast.cora).post(url("session_missed", cast.mine.upcoming))
    assert "still to come" in said(response)[0]
    assert fresh(cast.mine.upcoming).is_scheduled


def test_missed_by_mistake_can_be_cancelled_or_logged_after_all(as_user, cast):
    client = as_user(cast.cora)
    client.post(url("session_missed", cast.mine.session))
    client.post(url("session_cancel", cast.mine.session), {"cancelled_by": "EXECUTIVE"})
    session = fresh(cast.mine.session)
    assert (session.status, session.logged_at, session.logged_by) == ("CANCELLED", None, None)
    assert mark_held(session=session, minutes=50, by=cast.cora, now=at()).is_held


@pytest.mark.parametrize(
    ("wanted", "goes"), [("/programs/", True), ("https://evil.example/", False), ("//evil.example", False)]
)
def test_the_way_back_leads_to_our_own_pages_only(as_user, cast, wanted, goes):
    response = as_user(cast.cora).post(url("session_missed", cast.mine.session), {"next": wanted})
    expected = wanted if goes else url("engagement_detail", cast.mine.engagement)
    assert response.headers["Location"] == expected


# --- the list -----------------------------------------------------------------------------------


def rows_for(cast, user):
    sessions = cast.mine.engagement.sessions.oldest_first().prefetch_related("moves")
    return session_rows(sessions, user=user, engagement=cast.mine.engagement, now=at(hours=1))


def test_the_list_offers_what_can_be_done(cast):
    to_log, upcoming = rows_for(cast, cast.cora)
    assert (to_log.is_to_log, to_log.may_log, to_log.may_miss, to_log.may_cancel) == (True, True, True, True)
    assert (upcoming.may_log, upcoming.may_miss, upcoming.may_move, upcoming.may_cancel) == (False, False, True, True)


def test_the_list_offers_a_manager_nothing(cast):
    for row in rows_for(cast, cast.pia):
        assert not any((row.may_log, row.may_open_log, row.may_move, row.may_cancel, row.may_miss))


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (-1, "after it was to begin"),
        (0.5, "less than an hour before"),
        (1.5, "an hour before"),
        (5.9, "5 hours before"),
        (47, "47 hours before"),
        (50, "2 days before"),
    ],
)
def test_how_late_is_said_in_words(hours, words):
    assert notice_words(hours) == words


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "CANCELLED"},
        {"cancelled_by": "COACH"},
        {"minutes": 4},
        {"status": "LOST"},
        {"starts_at": datetime(1999, 1, 1, tzinfo=UTC)},
        {"logged_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
)
def test_the_database_refuses_an_impossible_session(cast, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=cast.mine.upcoming.pk).update(**fields)
