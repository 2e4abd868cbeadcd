"""The page of an engagement: everything for its coach, dates and flags for its program manager."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coaching.tests.cast import active_engagement, at
from coaching.tests.questions import at_most
from engagements.actions.agreements import record_acceptance, revise_agreement
from engagements.actions.engagements import change_status
from engagements.actions.objectives import add_objective, reword_objective, set_objective_status
from engagements.actions.people import add_executive, add_manager
from engagements.actions.sessions import cancel_session, move_session, schedule_session
from engagements.models import EngagementKey, ObjectiveStatus, Party, Status
from trust.actions.check_ins import store_reading
from trust.actions.flags import answer_flag, reconcile_flags
from trust.actions.session_log import log_not_held, log_session
from trust.instrument import COACH_ITEMS, EXECUTIVE_ITEMS, Voice
from trust.models import CheckIn, Judgement
from trust.process_rules import Finding, Verdict

NOTE, SUMMARY = "He fears the board", "Two decisions handed over"


@pytest.fixture
def fresh(cast):
    """Makes engagements of Cora's in Pia's program, without any session."""

    def make(name="Enno", objective="Delegate more"):
        executive = add_executive(
            organization=cast.mine.organization, name=name, email=f"{name.lower()}@client.example", by=None, now=at()
        )
        return active_engagement(
            program=cast.mine.program,
            coach=cast.cora,
            executive=executive,
            by=cast.pia,
            starts_days_ago=180,
            objective=objective,
        )

    return make


def held(engagement, days_ago, coach=None, executive=None, note="", summary="", is_shared=True):
    """A held session; `coach` and `executive` are the rating each voice gives to everything, if any."""
    when, by = at(-days_ago), engagement.coach
    session = schedule_session(engagement=engagement, starts_at=when, minutes=60, by=by, now=when)
    ratings = {item.key: coach for item in COACH_ITEMS}
    now = when + timedelta(hours=2)
    log_session(session=session, by=by, now=now, minutes=60, ratings=ratings, note=note, summary=summary)
    if executive:
        given = {item.key: executive for item in EXECUTIVE_ITEMS}
        store_reading(session=session, voice=Voice.EXECUTIVE, ratings=given, by=None, now=now, is_shared=is_shared)
        CheckIn.objects.filter(session=session).update(status="ANSWERED", answered_at=now)
    return session


def course(engagement, ratings, **more):
    """Sessions two weeks apart, the last one a week ago."""
    days = range(7 + 14 * (len(ratings) - 1), 0, -14)
    return [held(engagement, ago, rating, **more) for ago, rating in zip(days, ratings, strict=True)]


def page(client, engagement):
    answer = client.get(reverse("engagement_detail", args=[engagement.pk]))
    assert answer.status_code == 200
    return without_tokens(answer)


def without_tokens(answer):
    return re.sub(r'csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"', "", answer.content.decode())


def raise_flag(engagement, kind, level="ALARM", **evidence):
    finding = Finding(kind, Verdict.RAISE, evidence, level=level)
    reconcile_flags(engagement=engagement, findings=[finding], now=at(-3))
    return engagement.flags.open().get(kind=kind)


# --- the coach ----------------------------------------------------------------------------------


def test_the_coach_sees_where_things_are_and_everything_that_was_recorded(cast, fresh, as_user):
    engagement = fresh()
    course(engagement, (4, 5, 5, 6, 6, 6), executive=6, note=NOTE, summary=SUMMARY)
    raise_flag(engagement, "QUIET", weeks=6, ever_held=True)
    html = page(as_user(cast.cora), engagement)
    for words in (NOTE, SUMMARY, "Delegate more", "No session for six weeks", "Coach's read", "Check-in", "6 of 6"):
        assert words in html.replace("&#x27;", "'"), words
    assert re.search(r'lead-line"><b>(Trust is building|The point of trust looks reached)', html)


@pytest.mark.parametrize(
    "route",
    ["session_schedule", "session_log_new", "engagement_status", "executive_edit", "objective_add", "agreement_detail"],
)
def test_the_coach_finds_the_way_to_everything_else(cast, as_user, route):
    engagement = cast.mine.engagement
    html = page(as_user(cast.cora), engagement)
    address = reverse(route, args=[engagement.pk])
    assert f'href="{address}"' in html
    assert as_user(cast.cora).get(address).status_code == 200


def test_sessions_stand_with_what_may_be_done(cast, as_user):
    html = page(as_user(cast.cora), cast.mine.engagement)
    for route, session in (
        ("session_log", cast.mine.session),
        ("session_missed", cast.mine.session),
        ("session_move", cast.mine.upcoming),
        ("session_cancel", cast.mine.upcoming),
    ):
        assert reverse(route, args=[session.pk]) in html
    assert "1 session waits for a log." in html


def test_the_chart_and_the_table_say_the_same(cast, fresh, as_user):
    engagement = fresh()
    course(engagement, (4, 5, 6, 5), executive=6)
    html = page(as_user(cast.cora), engagement).replace("&#x27;", "'")
    body = re.search(r"<tbody>(.*?)</tbody>", html, re.S).group(1)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in re.findall(r"<tr>(.*?)</tr>", body, re.S)]
    rows = [[re.sub(r"<.*?>", "", cell).strip() for cell in row] for row in cells]
    for drawing in ("wide", "narrow"):
        svg = re.search(rf'<svg class="chart trust-chart trust-chart-{drawing}".*?</svg>', html, re.S).group(0)
        told = re.findall(r'class="spot"[^>]*aria-label="([^"]*)"', svg)
        assert told == [sentence_of(row) for row in rows]


def sentence_of(row):
    """A row of the table, in the words of the chart."""
    title, *values, events = row
    said = [title]
    for label, (cognitive, relational) in zip(
        ("Estimate", "Coach's read", "Check-in"), (values[4:6], values[0:2], values[2:4]), strict=True
    ):
        given = [f"{s} {v}" for s, v in (("cognitive", cognitive), ("relational", relational)) if v != "–"]
        said += [f"{label}: {', '.join(given)}"] if given else []
    return ". ".join([*said, *filter(None, events.split("; "))]) + "."


def test_each_drawing_has_a_name_a_description_and_points_to_focus(cast, fresh, as_user):
    engagement = fresh()
    course(engagement, (4, 5, 6, 6))
    html = page(as_user(cast.cora), engagement)
    for name in ("wide", "narrow"):
        assert f'aria-labelledby="{name}-title {name}-words"' in html
        assert f'<title id="{name}-title">Trust over time</title>' in html
        assert re.search(rf'<desc id="{name}-words">Cognitive trust: about \d\.\d at first', html)
    assert html.count('class="spot" tabindex="0" role="img"') == 2 * 5  # four sessions and today
    assert not re.search(r"<script(?! src)|style=|onclick", html)


@pytest.mark.parametrize(
    ("ratings", "words", "has_chart", "has_line"),
    [
        ((), "No data yet", False, False),
        ((None,), "Nobody has rated a session yet", False, False),
        ((5,), "Too early to tell: one rated session so far.", True, False),
        ((5, 6), "Too early to tell: two rated sessions so far.", True, False),
        ((4, 5, 6), "", True, True),
        ((7, 7, 7, 7), "Flat at the maximum", True, True),
    ],
)
def test_few_ratings_and_full_marks_are_said_honestly(cast, fresh, as_user, ratings, words, has_chart, has_line):
    engagement = fresh()
    course(engagement, ratings)
    html = page(as_user(cast.cora), engagement)
    assert words in html
    assert ("trust-chart-wide" in html) == has_chart
    assert bool(re.search(r'class="strand-line" d="M\d+(\.\d)? \d+(\.\d)?L', html)) == has_line


def test_events_stand_on_the_chart(cast, fresh, as_user):
    engagement = fresh()
    course(engagement, (4, 5, 5, 6))
    soon, later, other = (
        schedule_session(engagement=engagement, starts_at=at(-ago), minutes=60, by=cast.cora, now=at(-90))
        for ago in (40, 30, 25)
    )
    log_not_held(session=soon, how="missed", by=cast.cora, now=at(-39))
    cancel_session(session=later, cancelled_by=Party.EXECUTIVE, by=cast.cora, now=at(-31))
    move_session(session=other, starts_at=at(-2), by=cast.cora, now=at(-26), asked_by=Party.EXECUTIVE)
    change_status(engagement=engagement, to=Status.PAUSED, by=cast.cora, now=at(-20))
    change_status(engagement=engagement, to=Status.ACTIVE, by=cast.cora, now=at(-10))
    raise_flag(engagement, "BUDGET")
    html = page(as_user(cast.cora), engagement)
    for kind in ("missed", "cancelled", "moved", "paused", "resumed", "flag"):
        assert f"happening-{kind}" in html, kind
    for words in (
        "Missed",
        "Cancelled by the executive",
        "by the executive",
        "Paused",
        "Flag: budget will not be used",
    ):
        assert words in html, words


def test_what_the_executive_did_not_share_changes_nothing_on_the_page_but_the_state(cast, fresh, as_user):
    pages = []
    for name, executive in (("Enno", 6), ("Enna", 5)):
        engagement = fresh(name)
        course(engagement, (5, 5, 5, 5, 5), executive=executive, is_shared=False)
        html = page(as_user(cast.cora), engagement)
        assert "Answers that were not shared count in the sentence above and in flags" in html
        assert "mark-check-in" not in html
        trust = re.search(r'aria-labelledby="trust-so-far".*?</section>', html, re.S).group(0)
        pages.append(re.sub(r"[0-9a-f-]{36}|<p class=\"trust-reasons\">.*?</p>", "", trust))
    assert pages[0] == pages[1]


def test_shared_answers_are_marks_and_stand_in_words(cast, fresh, as_user):
    engagement = fresh()
    course(engagement, (7, 7, 6, 6, 6, 6, 6, 6), executive=3)
    html = page(as_user(cast.cora), engagement)
    assert "mark-check-in" in html
    assert "Check-in: cognitive 3.0, relational 3.0" in html


def test_the_gap_between_the_voices_is_told_only_while_both_are_heard(cast, fresh, as_user):
    told = []
    for name, latest in (("Enno", 6), ("Enna", None)):
        engagement = fresh(name)
        for place, days_ago in enumerate(range(147, 0, -14)):
            held(engagement, days_ago, coach=6 if place < 6 else 2, executive=6 if place < 6 else latest)
        html = page(as_user(cast.cora), engagement)
        told.append("The executive sees relational trust about" in html)
    assert told == [True, False]


def test_a_watch_is_marked_as_the_coachs_own(cast, as_user):
    raise_flag(cast.mine.engagement, "STALLED", "WATCH", chance=0.3)
    html = page(as_user(cast.cora), cast.mine.engagement)
    assert "Worth watching" in html
    assert "for you only" in html


@pytest.mark.parametrize("status", [Status.PAUSED, Status.COMPLETED, Status.ENDED_EARLY])
def test_an_engagement_that_does_not_run_says_so_first(cast, fresh, as_user, status):
    engagement = fresh()
    course(engagement, (4, 5, 5, 6), note=NOTE)
    reason = "DONE_EARLY" if status == Status.ENDED_EARLY else ""
    change_status(engagement=engagement, to=status, by=cast.cora, now=at(), reason=reason)
    html = page(as_user(cast.cora), engagement)
    assert re.search(r'lead-line"><b>(Paused|Completed|Ended early)', html)
    assert NOTE in html
    assert (reverse("session_schedule", args=[engagement.pk]) in html) == (status == Status.PAUSED)


def test_an_erased_engagement_still_opens(cast, fresh, as_user):
    engagement = fresh()
    course(engagement, (4, 5, 5), note=NOTE)
    EngagementKey.objects.filter(engagement=engagement).delete()
    html = page(as_user(cast.cora), engagement)
    assert NOTE not in html
    assert "no longer readable" in html


def test_what_people_typed_is_never_markup(cast, fresh, as_user):
    evil = "<script>alert(1)</script>"
    engagement = fresh(objective=evil)
    held(engagement, 7, 5, note=evil, summary=evil)
    html = page(as_user(cast.cora), engagement)
    assert evil not in html
    assert html.count("&lt;script&gt;") == 3


def test_the_page_asks_the_database_no_more_often_for_forty_sessions_than_for_four(cast, fresh, as_user):
    counts = []
    for name, ratings in (("Enno", (4, 5, 5, 6)), ("Enna", (4, 5, 5, 6) * 10)):
        engagement = fresh(name)
        course(engagement, ratings, executive=6, note=NOTE, summary=SUMMARY)
        raise_flag(engagement, "BUDGET")
        client = as_user(cast.cora)
        page(client, engagement)  # the first page of a session also notes that it is in use
        with at_most(12) as asked:
            page(client, engagement)
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- the program manager ------------------------------------------------------------------------


def disclose(engagement, by, **changes):
    """A revised schedule that both sides have accepted."""
    agreement = engagement.agreements.current().get()
    texts = {"confidentiality": agreement.confidentiality, "cancellation_terms": agreement.cancellation_terms}
    disclosure = agreement.disclosure | changes
    revised = revise_agreement(agreement=agreement, by=by, now=at(), disclosure=disclosure, **texts)
    for party in (Party.EXECUTIVE, Party.SPONSOR):
        record_acceptance(agreement=revised, party=party, accepted_on=at().date(), by=by, now=at())


def test_the_manager_sees_dates_attendance_and_the_kind_and_age_of_flags(cast, fresh, as_user):
    engagement = fresh()
    course(engagement, (4, 5, 5))
    flag = raise_flag(engagement, "REGRESSING", chance=0.87, fall=None)
    html = page(as_user(cast.pia), engagement)
    for words in (
        "Enno",
        "Cora",
        "3 of 3",
        "3 of 10 sessions held",
        "Losing ground",
        "for 3 days",
        "has not responded yet",
    ):
        assert words in html, words
    answer_flag(flag=flag, cause="JUDGED_WRONGLY", next_step="NOTHING", by=cast.cora, now=at())
    html = page(as_user(cast.pia), engagement)
    assert "the coach has responded" in html
    assert "I see it differently" not in html


def test_the_managers_page_is_the_same_whatever_was_said_rated_and_answered(cast, fresh, as_user):
    engagement = fresh()
    sessions = course(engagement, (4, 5, 5, 6), executive=6, note=NOTE, summary=SUMMARY)
    raise_flag(engagement, "STALLED", chance=0.5)
    raise_flag(engagement, "REGRESSING", level="WATCH", chance=0.3)
    before = page(as_user(cast.pia), engagement)
    for session in sessions:
        ratings = {item.key: 1 for item in COACH_ITEMS}
        seen = ["GUARDED", "PULLED_BACK"]
        log_session(
            session=session, by=cast.cora, now=at(), minutes=60, ratings=ratings, seen=seen, note="x", summary="y"
        )
        answers = {item.key: 2 for item in EXECUTIVE_ITEMS}
        store_reading(session=session, voice=Voice.EXECUTIVE, ratings=answers, by=None, now=at(), is_shared=False)
    reword_objective(objective=engagement.objectives.get(), text="Something else", by=cast.cora, now=at())
    add_objective(engagement=engagement, text="And more", by=cast.cora, now=at())
    engagement.flags.filter(kind="STALLED").update(evidence={"chance": 0.99, "unanswered": 4})
    engagement.flags.filter(kind="REGRESSING").update(evidence={"chance": 0.01})
    Judgement.objects.update_or_create(engagement=engagement, defaults={"state": "REGRESSING", "p_regressing": 0.9})
    assert page(as_user(cast.pia), engagement) == before
    assert not re.search(r"<svg class=\"chart|Coach&#x27;s read|Check-in|\bnote\b|candour", before)


def test_the_stated_objective_reaches_the_manager_only_when_the_agreement_in_force_says_so(cast, fresh, as_user):
    engagement = fresh(objective="Delegate more")
    assert "Delegate more" not in page(as_user(cast.pia), engagement)
    disclose(engagement, cast.pia, discloses_objective=True)
    dropped = add_objective(engagement=engagement, text="Run marathons", by=cast.cora, now=at())
    set_objective_status(objective=dropped, status=ObjectiveStatus.DROPPED, by=cast.cora, now=at())
    html = page(as_user(cast.pia), engagement)
    assert "Delegate more" in html
    assert "Run marathons" not in html
    agreement = engagement.agreements.current().get()
    texts = {"confidentiality": agreement.confidentiality, "cancellation_terms": "Other terms"}
    revise_agreement(agreement=agreement, by=cast.pia, now=at(), disclosure=agreement.disclosure, **texts)
    assert "Delegate more" not in page(as_user(cast.pia), engagement)  # revised, and accepted by nobody yet


def test_flags_on_trust_reach_the_manager_only_when_the_agreement_says_so(cast, fresh, as_user):
    engagement = fresh()
    raise_flag(engagement, "STALLED")
    disclose(engagement, cast.pia, discloses_stalled=False)
    assert "stalled" not in page(as_user(cast.pia), engagement).lower()


def test_a_watch_does_not_reach_the_manager(cast, fresh, as_user):
    engagement = fresh()
    before = page(as_user(cast.pia), engagement)
    raise_flag(engagement, "REGRESSING", level="WATCH")
    assert page(as_user(cast.pia), engagement) == before


@pytest.mark.parametrize("route", ["engagement_edit", "engagement_status", "executive_edit", "agreement_detail"])
def test_the_manager_finds_the_way_to_what_they_may_change(cast, as_user, route):
    address = reverse(route, args=[cast.mine.engagement.pk])
    assert f'href="{address}"' in page(as_user(cast.pia), cast.mine.engagement)
    assert as_user(cast.pia).get(address).status_code == 200


def test_the_managers_page_does_not_ask_more_often_for_more_sessions(cast, fresh, as_user):
    counts = []
    for name, number in (("Enno", 3), ("Enna", 30)):
        engagement = fresh(name)
        course(engagement, (5,) * number)
        raise_flag(engagement, "BUDGET")
        client = as_user(cast.pia)
        page(client, engagement)  # the first page of a session also notes that it is in use
        with CaptureQueriesContext(connection) as queries:
            page(client, engagement)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_who_is_both_coach_and_manager_sees_the_coachs_page(cast, fresh, as_user):
    engagement = fresh()
    held(engagement, 7, 5, note=NOTE)
    add_manager(program=cast.mine.program, user=cast.cora, by=None, now=at())
    html = page(as_user(cast.cora), engagement)
    assert NOTE in html
    assert reverse("engagement_edit", args=[engagement.pk]) in html


# --- everybody else -----------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["otto", "petra", "ada", "sten"])
def test_to_everybody_else_the_engagement_does_not_exist(cast, as_user, who):
    client = as_user(getattr(cast, who))
    theirs = client.get(reverse("engagement_detail", args=[cast.mine.engagement.pk]))
    none = client.get(reverse("engagement_detail", args=["00000000-0000-4000-8000-000000000000"]))
    assert (theirs.status_code, none.status_code) == (404, 404)
    assert without_tokens(theirs) == without_tokens(none)


def test_the_page_is_for_reading_only(cast, as_user):
    assert as_user(cast.cora).post(reverse("engagement_detail", args=[cast.mine.engagement.pk])).status_code == 405


def test_the_method_is_explained_to_everybody_signed_in(cast, as_user, client):
    assert client.get(reverse("how_judged")).status_code == 302
    html = as_user(cast.sten).get(reverse("how_judged")).content.decode()
    for words in ("It does not forecast", "Too early to tell", "Flat at the maximum", "never a grade"):
        assert words in html
