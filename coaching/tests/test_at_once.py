"""Many at the same moment: double presses, two tabs, a job beside a person. Nothing fails and nothing is lost."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.import_runs import start_import
from engagements.actions.invitations import invite
from engagements.actions.texts import open_texts
from engagements.models import (
    AuditEvent,
    Engagement,
    ImportKind,
    ImportRun,
    ImportStatus,
    Objective,
    SealedText,
    Session,
    TextKind,
)
from trust import tasks
from trust.actions.check_ins import claim_check_in, note_check_in_sent, token_of
from trust.actions.judging import judge_engagements
from trust.actions.session_log import log_session
from trust.instrument import COACH_ITEMS, EXECUTIVE_ITEMS
from trust.models import CheckIn, Flag, Judgement, PointOfTrust, Reading, ReadingRevision

MANY = 20
pytestmark = pytest.mark.django_db(transaction=True)


def all_at_once(*doings):
    """Runs these in threads that start together; their results, and the first error if there was one."""
    start, results, errors = threading.Barrier(len(doings)), [None] * len(doings), []

    def run(place, doing):
        try:
            start.wait(30)
            results[place] = doing()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(doings)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    if errors:
        raise errors[0]
    return results


def presses(user, url, *forms, by_link=False):
    """The statuses of these forms, sent at once by one person from as many tabs; `by_link`, where a link leads."""

    def tab(form):
        client = Client()
        if user is not None:
            client.force_login(user)
        page = client.get(url)["Location"] if by_link else url
        return lambda: client.post(page, form).status_code

    statuses = all_at_once(*(tab(form) for form in forms))
    assert max(statuses) < 500, statuses
    return statuses


def log_form(session, **words):
    ratings = {item.key: "5" for item in COACH_ITEMS}
    when = {"day": f"{session.starts_at:%Y-%m-%d}", "clock": f"{session.starts_at:%H:%M}"}
    return ratings | when | {"minutes": "60", "kind": "COACHING", "sheet": "a"} | words


def notes_of(session):
    """Every note this session ever had, in the order of its revisions."""
    rows = SealedText.objects.about(TextKind.SESSION_NOTE, session.pk).order_by("revision")
    plain = open_texts(rows)
    return [plain[row.pk] for row in rows]


def test_one_log_sent_twenty_times_is_one_log(cast):
    session = cast.mine.session
    url = reverse("session_log", args=[session.pk])
    assert set(presses(cast.cora, url, *[log_form(session, note="once")] * MANY)) == {302}
    assert notes_of(session) == ["once"]
    assert (Reading.objects.count(), ReadingRevision.objects.count(), CheckIn.objects.count()) == (1, 0, 1)


def test_of_logs_saved_from_many_tabs_no_word_is_lost(cast):
    session = cast.mine.session
    words = [f"tab {n}" for n in range(MANY)]
    presses(cast.cora, reverse("session_log", args=[session.pk]), *(log_form(session, note=note) for note in words))
    assert sorted(notes_of(session)) == sorted(words)
    assert SealedText.objects.about(TextKind.SESSION_NOTE, session.pk).current().count() == 1


def test_a_log_of_a_session_that_was_not_scheduled_makes_one_session(cast):
    before = Session.objects.count()
    form = log_form(Session(starts_at=at(-2)), note="once")
    url = reverse("session_log_new", args=[cast.mine.engagement.pk])
    assert set(presses(cast.cora, url, *[form] * MANY)) == {302}
    assert Session.objects.count() == before + 1


def test_a_session_scheduled_by_many_presses_is_one(cast):
    before = Session.objects.count()
    when = at(30)
    form = {
        "day": f"{when:%Y-%m-%d}",
        "clock": f"{when:%H:%M}",
        "minutes": "60",
        "chosen_kind": "COACHING",
        "repeat": "one",
        "seen": "past,budget,end,clash",
    }
    presses(cast.cora, reverse("session_schedule", args=[cast.mine.engagement.pk]), *[form] * MANY)
    assert Session.objects.count() == before + 1


def test_cancelled_moved_missed_and_logged_at_once_ends_in_one_of_them(cast):
    session = cast.mine.session
    key = [session.pk]

    def press(name, form):
        client = Client()
        client.force_login(cast.cora)
        return lambda: client.post(reverse(name, args=key), form).status_code

    ways = [
        press("session_log", log_form(session, note="once")),
        press("session_cancel", {"cancelled_by": "COACH"}),
        press("session_missed", {}),
        press("session_not_held", {"how": "missed"}),
    ]
    assert max(all_at_once(*ways, *ways)) < 500
    session.refresh_from_db()
    assert session.status != "SCHEDULED"


def test_an_objective_added_by_many_presses_is_one(cast):
    before = Objective.objects.count()
    presses(cast.cora, reverse("objective_add", args=[cast.mine.engagement.pk]), *[{"text": "Let go"}] * MANY)
    assert Objective.objects.count() == before + 1


def test_of_an_objective_reworded_in_many_tabs_every_wording_is_kept(cast):
    objective = cast.mine.engagement.objectives.get()
    words = [f"Wording {n}" for n in range(MANY)]
    presses(cast.cora, reverse("objective_edit", args=[objective.pk]), *({"text": text} for text in words))
    kept = open_texts(SealedText.objects.about(TextKind.OBJECTIVE, objective.pk)).values()
    assert sorted(kept) == sorted(["Delegate more", *words])


def test_a_flag_pressed_in_every_way_at_once_fails_nobody(cast):
    flag = Flag.objects.create(engagement=cast.mine.engagement, kind="QUIET", opened_at=at(-3))

    def press(step):
        client = Client()
        client.force_login(cast.cora)
        return lambda: (
            client.post(
                reverse(f"flag_{step}", args=[flag.pk]), {"cause": "RELATIONSHIP", "next_step": "TALK_NOW"}
            ).status_code
        )

    assert set(all_at_once(*(press(step) for step in ("respond", "resolve", "reopen") * 5))) == {302}


def test_the_point_of_trust_confirmed_by_many_presses_is_one(cast):
    log_session(session=cast.mine.session, by=cast.cora, now=at(), minutes=60, ratings={})
    form = {"reached_on": f"{at(-1):%Y-%m-%d}", "words": "He asked me for help."}
    presses(cast.cora, reverse("point_of_trust", args=[cast.mine.engagement.pk]), *[form] * MANY)
    assert PointOfTrust.objects.count() == 1
    assert AuditEvent.objects.filter(verb="point_of_trust.noted").count() == 1


def test_a_check_in_sent_many_times_is_one_and_keeps_what_was_said_before(cast):
    log_session(session=cast.mine.session, by=cast.cora, now=at(), minutes=60, ratings={})
    check_in = CheckIn.objects.get()
    claims = all_at_once(*[lambda: claim_check_in(check_in_id=check_in.pk, now=at())] * 5)
    assert sum(claim is not None for claim in claims) == 1
    note_check_in_sent(check_in=check_in, now=at())
    forms = [{item.key: str(n) for item in EXECUTIVE_ITEMS} for n in (1, 2, 3, 4, 5, 6, 7)]
    assert set(presses(None, reverse("check_in_open", args=[token_of(check_in)]), *forms, by_link=True)) == {302}
    reading = Reading.objects.get(voice="EXECUTIVE")
    said = [reading.ratings, *(revision.ratings for revision in reading.revisions.all())]
    assert sorted(one["candour"] for one in said) == [1, 2, 3, 4, 5, 6, 7]


def test_an_invitation_accepted_by_many_presses_lets_in_once(cast):
    token = invite(user=cast.sten, by=cast.ada, now=at())
    form = {"password": "calm harbour at dawn", "password_again": "calm harbour at dawn"}
    statuses = presses(None, reverse("welcome", args=[token]), *[form] * 10)
    assert sorted(statuses) == [302, *[404] * 9]


def test_an_engagement_created_by_many_presses_is_one(cast):
    before = Engagement.objects.count()
    form = {
        "program": str(cast.mine.program.pk),
        "coach": str(cast.cora.pk),
        "new_name": "Edda",
        "new_email": "edda@client.example",
        "starts_on": f"{at():%Y-%m-%d}",
    }
    statuses = presses(cast.pia, reverse("engagement_create"), *[form] * 10)
    assert statuses.count(302) == 1
    assert Engagement.objects.count() == before + 1


def test_an_import_pressed_and_taken_by_many_is_carried_out_once(cast):
    rows = "".join(f"emil@client.example,2026-0{n}-05,10:00,60,yes\r\n" for n in range(1, 7))
    file = f"client_email,date,start,minutes,attended\r\n{rows}".encode()
    run = start_import(kind=ImportKind.HISTORY, name="h.csv", content=file, options={}, by=cast.cora, now=at())
    presses(cast.cora, reverse("import_carry_out", args=[run.pk]), *[{}] * 10)
    all_at_once(*[lambda: tasks.carry_out_import(str(run.pk))] * 5)
    run = ImportRun.objects.get()
    assert (run.status, AuditEvent.objects.filter(verb="import.carried_out").count()) == (ImportStatus.DONE, 1)


def test_judging_beside_logging_loses_neither(cast):
    session, key = cast.mine.session, cast.mine.engagement.pk
    client = Client()
    client.force_login(cast.cora)
    words = [f"tab {n}" for n in range(6)]
    logs = [
        lambda note=note: (
            client.post(reverse("session_log", args=[session.pk]), log_form(session, note=note)).status_code
        )
        for note in words
    ]
    judging = [lambda: judge_engagements([key, cast.other.engagement.pk], now=at(0, 1))] * 6
    all_at_once(*logs, *judging)
    assert sorted(notes_of(session)) == words
    judge_engagements([key], now=at(0, 1))
    assert Judgement.objects.get(engagement=key).sessions_judged == 1
