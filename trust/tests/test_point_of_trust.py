"""The point of trust: proposed by judgement, decided by the coach, known to nobody else."""

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coaching.tests.cast import at
from engagements.actions.sessions import schedule_session
from engagements.models import AuditEvent, EngagementKey, SealedText
from trust import detection
from trust.actions.evidence import Histories
from trust.actions.judging import judge_engagements
from trust.actions.point_of_trust import OutsidePeriod, confirm_point_of_trust
from trust.actions.point_proposals import Look, propose_point_of_trust, reached_since, reconcile_points_of_trust
from trust.actions.session_log import log_session
from trust.instrument import COACH_ITEMS
from trust.models import Decision, PointOfTrust
from trust.models.point import TEXT_KIND

WORDS = "Put the agenda aside and asked for help"
GROWING = (4, 5, 6, 6, 7, 6)


def held(engagement, days_ago, rating):
    when, by = at(-days_ago), engagement.coach
    session = schedule_session(engagement=engagement, starts_at=when, minutes=60, by=by, now=when)
    ratings = {item.key: rating if i else max(rating - 1, 1) for i, item in enumerate(COACH_ITEMS)}
    log_session(session=session, by=by, now=when + timedelta(hours=2), minutes=60, ratings=ratings)
    return session


@pytest.fixture
def growing(cast):
    """Cora's engagement, begun 60 days ago, with six sessions nine days apart that went ever better."""
    engagement = cast.mine.engagement
    for number, rating in enumerate(GROWING):
        held(engagement, 55 - 9 * number, rating)
    return engagement


def day(days_ago):
    return timezone.localdate(at(-days_ago))


def look_at(engagement, now=None):
    now = now or timezone.now()
    history = Histories([engagement.pk], now=now).evidence(engagement)
    judgements = detection.judge(history, until=now.date(), cadence_weeks=engagement.cadence_weeks)
    return Look.of(engagement, judgements)


def review(engagement):
    """What the judging job does."""
    judge_engagements([engagement.pk], now=timezone.now())


def url(name, engagement):
    return reverse(name, args=[engagement.pk])


def page(client, engagement):
    html = client.get(url("engagement_detail", engagement)).content.decode().replace("&#x27;", "'")
    return re.sub(r'csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"', "", html)


def confirm(client, engagement, reached_on, **more):
    data = {"reached_on": f"{reached_on}", **more}
    return client.post(url("point_of_trust", engagement), data, follow=True)


def long_date(when):
    return f"{when.day} {when:%B %Y}"


# --- proposed -----------------------------------------------------------------------------------


def test_judgement_proposes_once_with_the_session_since_which_it_looks_reached(growing):
    review(growing)
    review(growing)
    point = growing.points_of_trust.get()
    history = Histories([growing.pk], now=timezone.now()).evidence(growing)
    likely = [j.on for j in detection.judge(history) if j.p_point_of_trust >= 0.6]
    assert point.is_open
    assert point.proposed_on == likely[0]
    assert AuditEvent.objects.filter(subject_id=point.pk).get().actor_id is None


def test_nothing_is_proposed_while_trust_is_low_or_a_word_on_the_page_would_contradict(cast):
    engagement = cast.mine.engagement
    for number, rating in enumerate((3, 3, 4, 3)):
        held(engagement, 50 - 9 * number, rating)
    review(engagement)
    flat = cast.other.engagement
    for ago in (40, 30, 20, 10):
        when = at(-ago)
        session = schedule_session(engagement=flat, starts_at=when, minutes=60, by=flat.coach, now=when)
        ratings = {item.key: 7 for item in COACH_ITEMS}
        log_session(session=session, by=flat.coach, now=when + timedelta(hours=2), minutes=60, ratings=ratings)
    assert look_at(flat).judgement.state == "FLAT_AT_MAXIMUM"
    review(flat)
    assert not PointOfTrust.objects.exists()


def test_time_alone_proposes_nothing(growing):
    look = look_at(growing)
    reconcile_points_of_trust(looks=[Look(growing, look.judgement, look.latest_on, None)], now=timezone.now())
    assert not PointOfTrust.objects.exists()


def test_a_proposal_asks_the_database_once_when_nothing_is_due(growing):
    review(growing)
    look = look_at(growing)
    with CaptureQueriesContext(connection) as queries:
        reconcile_points_of_trust(looks=[look] * 20, now=timezone.now())
    assert len(queries) == 1


def test_a_question_nobody_answered_is_taken_back_when_it_no_longer_looks_so(growing, as_user):
    review(growing)
    for ago in (7, 5, 3, 1.5):
        held(growing, ago, 2)
    assert "Has the point of trust been reached?" not in page(as_user(growing.coach), growing)
    review(growing)
    assert growing.points_of_trust.get().decision == Decision.WITHDRAWN


def test_not_yet_is_asked_again_only_after_three_more_rated_sessions(growing, as_user):
    review(growing)
    as_user(growing.coach).post(url("point_of_trust_decline", growing))
    point = growing.points_of_trust.get()
    assert (point.decision, point.decided_by) == (Decision.DECLINED, growing.coach)
    PointOfTrust.objects.filter(pk=point.pk).update(decided_at=at(-9, -20))
    for ago, asked in ((7, 0), (5, 0), (3, 1)):
        held(growing, ago, 6)
        review(growing)
        assert growing.points_of_trust.open().count() == asked, f"{ago} days ago"
    assert growing.points_of_trust.open().get().proposed_on > day(9)


def test_what_was_reached_is_not_proposed_again(growing, as_user):
    confirm(as_user(growing.coach), growing, day(20))
    review(growing)
    assert growing.points_of_trust.count() == 1


def test_the_day_it_looks_reached_starts_anew_after_it_looked_lost():
    class At:
        def __init__(self, number, p):
            self.on, self.p_point_of_trust = date(2026, 1, number), p

    assert reached_since([At(1, 0.5), At(2, 0.6), At(3, 0.4), At(4, 0.7)]) == date(2026, 1, 2)
    assert reached_since([At(1, 0.9), At(2, 0.3), At(3, 0.5), At(4, 0.7)]) == date(2026, 1, 4)
    assert reached_since([At(1, 0.9), At(2, 0.3)]) is None


# --- decided by the coach -----------------------------------------------------------------------


def test_the_coach_is_asked_calmly_and_confirms_with_what_was_seen(growing, as_user):
    client = as_user(growing.coach)
    review(growing)
    proposed_on = growing.points_of_trust.get().proposed_on
    html = page(client, growing)
    assert f"It looks as if it was, around {long_date(proposed_on)}" in html
    assert "confirm it, or say why not" not in html
    form = client.get(url("point_of_trust", growing)).content.decode()
    assert f'value="{proposed_on}"' in form
    confirm(client, growing, day(28), seen=["OPENED_UP", "ASKED_FOR_HELP"], words=WORDS)
    point = growing.points_of_trust.get()
    assert (point.decision, point.reached_on) == (Decision.CONFIRMED, day(28))
    assert point.seen == ["OPENED_UP", "ASKED_FOR_HELP"]
    assert "Has the point of trust been reached?" not in page(client, growing)
    assert WORDS in client.get(url("point_of_trust", growing)).content.decode()


def test_the_page_tells_how_long_it_took_and_marks_it_on_the_chart(growing, as_user):
    client = as_user(growing.coach)
    confirm(client, growing, day(28))
    html = page(client, growing)
    assert f"<b>Point of trust:</b> {long_date(day(28))}, after 4 sessions (4 weeks)." in html
    assert html.count('<path class="point-of-trust"') == 3  # two drawings and the legend
    assert re.search(r"<td>Point of trust</td>", html)
    confirm(client, growing, growing.starts_on)
    assert f"{long_date(growing.starts_on)}, on the first day." in page(client, growing)


def test_the_coach_may_record_it_unasked_and_put_it_right(growing, as_user):
    client = as_user(growing.coach)
    assert url("point_of_trust", growing) in page(client, growing)
    confirm(client, growing, day(20), words=WORDS)
    confirm(client, growing, day(22), seen=["LET_GO"], words=WORDS)
    confirm(client, growing, day(22), seen=["LET_GO"], words=WORDS)
    point = growing.points_of_trust.get()
    assert (point.reached_on, point.seen, point.proposed_on) == (day(22), ["LET_GO"], None)
    assert AuditEvent.objects.filter(subject_id=point.pk).count() == 2
    assert SealedText.objects.filter(kind=TEXT_KIND, subject_id=point.pk).count() == 1


def test_lost_and_reached_again_both_stay_on_record(growing, as_user):
    client = as_user(growing.coach)
    confirm(client, growing, day(40), words=WORDS)
    client.post(url("point_of_trust_lost", growing), {"lost_on": f"{day(30)}"})
    html = page(client, growing)
    assert f"lost again on {long_date(day(30))}" in html
    assert "Reached again?" in html
    assert "point-of-trust point-lost" in html
    review(growing)
    assert not growing.points_of_trust.open().exists()
    refused = confirm(client, growing, day(35)).content.decode()
    assert f"Choose {long_date(day(30))} or a later day." in refused
    confirm(client, growing, day(12))
    assert [row.is_standing for row in growing.points_of_trust.oldest_first()] == [False, True]
    assert f"Before: {long_date(day(40))}" in page(client, growing)
    assert WORDS in client.get(url("point_of_trust", growing)).content.decode()


def test_what_was_confirmed_too_soon_can_be_taken_back(growing, as_user):
    client = as_user(growing.coach)
    confirm(client, growing, day(20), words=WORDS)
    client.post(url("point_of_trust_decline", growing))
    assert growing.points_of_trust.get().decision == Decision.DECLINED
    html = page(client, growing)
    assert "point-of-trust" not in html.replace("/point-of-trust/", "")
    assert "<b>Point of trust:" not in html


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "This field is required"),
        ("soon", "This is no date we understand"),
        ("0001-01-01", "Choose a date between 2000 and 2099."),
        ("9999-12-31", "Choose a date between 2000 and 2099."),
        ("2001-01-01", "or a later day."),
        ("2099-12-31", "This day is still to come."),
    ],
)
def test_a_day_that_cannot_be_is_said_beside_it_and_what_was_typed_stays(growing, as_user, typed, told):
    client = as_user(growing.coach)
    for name, field in (("point_of_trust", "reached_on"), ("point_of_trust_lost", "lost_on")):
        answer = client.post(url(name, growing), {field: typed, "words": WORDS})
        html = answer.content.decode()
        assert answer.status_code == 200
        assert told in html, name
        assert not typed or f'value="{typed}"' in html, name
        if name == "point_of_trust":
            assert WORDS in html
            assert not growing.points_of_trust.exists()
            confirm(client, growing, day(20))
    assert growing.points_of_trust.get().lost_on is None


def test_a_sign_that_is_none_and_a_null_character_are_refused(growing, as_user):
    client = as_user(growing.coach)
    for more in ({"seen": ["GUARDED"]}, {"seen": ["' OR 1=1"]}, {"words": "a\0b"}, {"words": "x" * 10_001}):
        assert confirm(client, growing, day(20), **more).status_code == 200
    assert not growing.points_of_trust.exists()


def test_without_a_session_there_is_nothing_to_rest_on(cast, as_user):
    client, engagement = as_user(cast.cora), cast.mine.engagement
    assert url("point_of_trust", engagement) not in page(client, engagement)
    for answer in (client.get(url("point_of_trust", engagement), follow=True), confirm(client, engagement, day(5))):
        assert "Log a session first" in answer.content.decode()
    assert not PointOfTrust.objects.exists()


@pytest.mark.parametrize("name", ["point_of_trust_decline", "point_of_trust_lost"])
def test_where_nothing_stands_nothing_is_declined_or_lost(growing, as_user, name):
    client = as_user(growing.coach)
    answer = client.post(url(name, growing), {"lost_on": f"{day(1)}"}, follow=True)
    assert re.search("There is (nothing|no point)", answer.content.decode())
    assert not PointOfTrust.objects.exists()


def test_erased_words_take_nothing_else_with_them(growing, as_user):
    client = as_user(growing.coach)
    confirm(client, growing, day(20), words=WORDS)
    EngagementKey.objects.filter(engagement=growing).delete()
    assert long_date(day(20)) in page(client, growing)
    answer = client.get(url("point_of_trust", growing))
    assert answer.status_code == 200
    assert WORDS not in answer.content.decode()
    assert "were erased" in confirm(client, growing, day(20), words="More").content.decode()


def test_the_action_keeps_the_period_too(growing):
    for when in (growing.starts_on - timedelta(days=1), day(-1)):
        with pytest.raises(OutsidePeriod):
            confirm_point_of_trust(
                engagement=growing, reached_on=when, seen=[], words="", by=growing.coach, now=timezone.now()
            )


def test_the_database_keeps_one_question_and_one_answer_open(growing):
    now = timezone.now()
    propose_point_of_trust(engagement=growing, on=day(20), now=now)
    propose_point_of_trust(engagement=growing, on=day(10), now=now)
    decided = {"decision": "CONFIRMED", "reached_on": day(20), "decided_at": now, "decided_by": growing.coach}
    PointOfTrust.objects.create(engagement=growing, **decided)
    wrong = [
        {"proposed_at": now, "proposed_on": day(1)},
        decided,
        {**decided, "reached_on": None},
        {**decided, "decided_by": None},
        {**decided, "lost_on": day(30), "lost_at": now},
        {"decision": "WITHDRAWN"},
        {"decision": "MAYBE"},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            PointOfTrust.objects.create(engagement=growing, **fields)
    assert growing.points_of_trust.count() == 2


# --- nobody else --------------------------------------------------------------------------------


def test_the_program_managers_world_is_the_same_with_and_without_it(cast, growing, client):
    def world():
        client.force_login(cast.pia)
        pages = [url("engagement_detail", growing), reverse("portfolio"), reverse("program_list"), reverse("home")]
        pages += [url("engagement_edit", growing), url("engagement_status", growing)]
        answers = [client.get(address).content.decode() for address in pages]
        return [re.sub(r"[A-Za-z0-9]{64}", "", answer) for answer in answers]

    before = world()
    review(growing)
    assert world() == before
    client.force_login(cast.cora)
    confirm(client, growing, day(20), seen=["OPENED_UP"], words=WORDS)
    assert world() == before
    client.force_login(cast.cora)
    client.post(url("point_of_trust_lost", growing), {"lost_on": f"{day(2)}"}, follow=True)
    assert growing.points_of_trust.get().lost_on == day(2)
    assert world() == before


@pytest.mark.parametrize("who", ["pia", "otto", "petra", "ada", "sten"])
def test_to_anybody_else_it_does_not_exist(cast, growing, as_user, who):
    propose_point_of_trust(engagement=growing, on=day(20), now=timezone.now())
    client = as_user(getattr(cast, who))
    answers = [client.get(url("point_of_trust", growing)), confirm(client, growing, day(20))]
    answers += [client.post(url(f"point_of_trust_{what}", growing)) for what in ("decline", "lost")]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert growing.points_of_trust.get().is_open
    assert not PointOfTrust.objects.visible_to(getattr(cast, who)).exists()


def test_neither_the_audit_trail_nor_the_database_tells_what_was_said_or_decided(growing, as_user):
    review(growing)
    client = as_user(growing.coach)
    confirm(client, growing, day(20), words=WORDS)
    rows = list(AuditEvent.objects.filter(subject_type="pointoftrust").values_list("verb", "detail"))
    client.post(url("point_of_trust_decline", growing))
    rows += AuditEvent.objects.filter(subject_type="pointoftrust").values_list("verb", "detail")
    assert {verb for verb, _ in rows} == {"point_of_trust.reviewed", "point_of_trust.noted"}
    assert not any(detail for _, detail in rows)
    assert not any(WORDS.encode() in bytes(text.sealed) for text in SealedText.objects.all())
