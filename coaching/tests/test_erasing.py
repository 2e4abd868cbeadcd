"""Erasing what was confided: gone from every table, file and queue, and it does not come back."""

import json
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.urls import reverse

from coaching.tests.cast import at
from coaching.tests.confided import confide
from coaching.tests.real.files import bytes_of
from coaching.tests.test_canary import NUMBER, SAID, WRITINGS, betrays
from engagements.actions import erasure
from engagements.actions.chemistry import note_beginning, settle_rematch, vote
from engagements.actions.drivers import add_driver
from engagements.actions.endings import write_ending
from engagements.actions.engagements import change_status
from engagements.actions.personal_links import make_link
from engagements.models import (
    AuditEvent,
    Engagement,
    EngagementKey,
    ImportRun,
    Letter,
    PersonalLink,
    Purpose,
    SealedText,
    TrustOrientation,
)
from trust import tasks
from trust.actions import erasing
from trust.actions.check_ins import ask_for_check_in, token_of
from trust.actions.data_requests import NothingToAskFor, ask_for_opinions
from trust.actions.erasing import erase_engagement_content
from trust.actions.executive_choices import set_judging
from trust.actions.judging import judge_engagements
from trust.actions.point_of_trust import confirm_point_of_trust
from trust.actions.ruptures import open_rupture
from trust.actions.session_log import log_session
from trust.models import CheckIn, Flag, Judgement, PointOfTrust, Reading, ReadingRevision, engagements_to_judge

TYPED = "words that were typed after the erasing"


@pytest.fixture
def told(cast):
    """Everything there is has been said in Cora's engagement, and something in Otto's."""
    confide(cast, SAID)
    log_session(session=cast.other.session, by=cast.otto, now=at(), minutes=60, ratings={"candour": 5}, note="Otto's")
    return cast


def erase(cast, by=None):
    return erase_engagement_content(engagement=cast.mine.engagement, by=by, now=at())


@pytest.fixture
def gone(told):
    erase(told, by=told.ada)
    return told


# --- what goes, and what stays ----------------------------------------------------------------------


def test_words_ratings_check_ins_and_judgement_are_gone(gone):
    mine = gone.mine.engagement
    assert not EngagementKey.objects.filter(engagement=mine).exists()
    assert not SealedText.objects.filter(engagement=mine).exists()
    assert not Reading.objects.of_engagement(mine.pk).exists()
    assert not ReadingRevision.objects.filter(reading__session__engagement=mine).exists()
    assert not CheckIn.objects.filter(session__engagement=mine).exists()
    assert not Judgement.objects.filter(engagement=mine).exists()
    assert not PointOfTrust.objects.filter(engagement=mine).exists()
    assert not ImportRun.objects.filter(owner=gone.cora).exists()
    assert not mine.objectives.exists()
    gone.emil.refresh_from_db()
    assert gone.emil.orientation == TrustOrientation.BALANCED


def test_a_flag_of_dates_stays_closed_and_empty_and_one_of_trust_is_gone(told):
    before = {flag.kind for flag in told.mine.engagement.flags.all()}
    assert {"REGRESSING", "QUIET"} <= before
    erase(told)
    rows = told.mine.engagement.flags.values_list("kind", "evidence", "cause", "closing")
    assert set(told.mine.engagement.flags.values_list("kind", flat=True)) == before - {"REGRESSING", "STALLED"}
    assert all(row[1:] == ({}, "", "ENDED") for row in rows)


def test_the_trail_says_that_there_were_flags_and_no_more_of_which_kind(told):
    AuditEvent.objects.create(
        verb="flag.opened",
        subject_type="flag",
        engagement_id=told.mine.engagement.pk,
        detail={"kind": "REGRESSING", "closing": "RESOLVED"},
    )
    number = AuditEvent.objects.filter(engagement_id=told.mine.engagement.pk).count()
    erase(told)
    trail = AuditEvent.objects.filter(engagement_id=told.mine.engagement.pk)
    assert trail.count() > number
    assert "REGRESSING" not in json.dumps(list(trail.values_list("detail", flat=True)))


def test_how_somebody_voted_is_not_to_be_read_from_letters_and_trail_either(told):
    engagements = {told.mine.engagement.pk: set(), told.other.engagement.pk: {"rematch.asked", "rematch.handled"}}
    for key in engagements:
        engagement = Engagement.objects.get(pk=key)
        Engagement.objects.filter(pk=key).update(status="CHEMISTRY")
        vote(engagement=engagement, party="COACH", fit="DECIDING", by=engagement.coach, now=at(-3))
        vote(engagement=engagement, party="EXECUTIVE", fit="NOT_FIT", by=None, now=at(-2))
        settle_rematch(engagement=engagement, by=told.pia, now=at(-1))
    erase(told)
    for key, kept in engagements.items():
        verbs = set(AuditEvent.objects.filter(engagement_id=key).values_list("verb", flat=True))
        assert {verb for verb in verbs if verb.startswith("rematch.")} == kept
        assert "chemistry.voted" in verbs
        assert Letter.objects.filter(engagement=key, kind__in=["rematch", "chemistry_coach"]).exists() is bool(kept)


def test_dates_attendance_status_and_agreement_are_as_they_were(told):
    engagement = told.mine.engagement
    kept = ("status", "reason", "starts_on", "ends_on", "ended_on", "session_budget", "coach_id", "executive_id")

    def as_it_stands():
        sessions = engagement.sessions.order_by("pk").values_list("pk", "status", "starts_at", "minutes", "logged_at")
        agreements = engagement.agreements.values_list("pk", "version", "confidentiality", "executive_accepted_on")
        row = Engagement.objects.filter(pk=engagement.pk).values(*kept).get()
        return [list(sessions), list(agreements), row]

    before = as_it_stands()
    erase(told)
    assert as_it_stands() == before


def test_where_the_next_session_takes_place_is_still_known(told):
    told.mine.engagement.sessions.update(place="Room 5", call_link="https://call.example/5")
    erase(told)
    places = dict(told.mine.engagement.sessions.values_list("pk", "place"))
    assert (places[told.mine.session.pk], places[told.mine.upcoming.pk]) == ("", "Room 5")


def test_nobody_is_asked_to_log_a_session_that_nothing_could_be_kept_of(told):
    from engagements.models import Session

    Session.objects.filter(pk=told.mine.upcoming.pk).update(starts_at=at(-2))
    assert Session.objects.to_log(at()).filter(engagement=told.mine.engagement).exists()
    erase(told)
    assert not Session.objects.to_log(at()).filter(engagement=told.mine.engagement).exists()


def test_nobody_elses_engagement_is_touched(gone):
    other = gone.other.engagement
    assert EngagementKey.objects.filter(engagement=other).exists()
    assert SealedText.objects.filter(engagement=other).exists()
    assert Reading.objects.of_engagement(other.pk).exists()


def test_erasing_twice_is_once_and_on_record_without_content(gone):
    erased_at = Engagement.objects.get(pk=gone.mine.engagement.pk).content_erased_at
    erase(gone)
    assert Engagement.objects.get(pk=gone.mine.engagement.pk).content_erased_at == erased_at
    event = AuditEvent.objects.get(verb="engagement.content_erased")
    assert (event.actor_id, event.engagement_id, event.detail) == (gone.ada.pk, gone.mine.engagement.pk, {})


def test_the_executives_way_in_stays_and_every_other_link_ends(told):
    for purpose in (Purpose.MINE, Purpose.AGREEMENT):
        make_link(engagement=told.mine.engagement, purpose=purpose, by=None, now=at())
    erase(told)
    links = PersonalLink.objects.filter(engagement=told.mine.engagement)
    assert {link.purpose for link in links} == {Purpose.MINE}


def test_what_coaches_think_of_a_person_stays_while_another_engagement_says_something(told):
    Engagement.objects.filter(pk=told.other.engagement.pk).update(executive=told.emil)
    erase(told)
    told.emil.refresh_from_db()
    assert told.emil.orientation == SAID.orientation


# --- nothing is forgotten ---------------------------------------------------------------------------


def ways_to_an_engagement(model, seen=()):
    """Names of relations that lead from a model to an engagement, over models of ours."""
    for field in model._meta.concrete_fields:
        target = field.related_model
        if target is Engagement:
            yield field.name
        elif target and target._meta.app_label in ("engagements", "trust", "coaching") and target not in seen:
            yield from (f"{field.name}__{way}" for way in ways_to_an_engagement(target, (*seen, model)))


def test_of_every_table_that_leads_to_an_engagement_it_is_said_whether_it_goes():
    leading = {
        model._meta.label
        for app in ("engagements", "trust")
        for model in apps.get_app_config(app).get_models()
        if model is not Engagement and any(True for _ in ways_to_an_engagement(model))
    }
    with_their_rows = {"engagements.DriverEvidence", "engagements.ExperimentStep"}  # cascade
    by_the_key = {"engagements.EngagementKey", "engagements.SealedText"}
    goes, kept = {**erasure.GOES, **erasing.GOES}, erasure.KEPT | erasing.KEPT
    assert leading == {*goes, *with_their_rows, *by_the_key} | kept
    assert not kept & set(goes)


def test_nothing_that_goes_is_left_in_its_table(gone):
    for label, way in {**erasure.GOES, **erasing.GOES}.items():
        assert not apps.get_model(label)._base_manager.filter(**{way: gone.mine.engagement}).exists(), label


def sealed_with(key):
    return bytes(EngagementKey.objects.get(engagement=key).wrapped)


@pytest.mark.django_db(transaction=True)
def test_no_table_and_no_file_holds_a_marker_or_the_key_any_more(told):
    run_jobs()
    wrapped = sealed_with(told.mine.engagement)
    notes = [
        bytes(sealed)
        for sealed in SealedText.objects.filter(engagement=told.mine.engagement).values_list("sealed", flat=True)
    ]
    assert len(notes) > 5
    assert any(str(NUMBER).encode() in cell for cell in all_cells())
    if connection.vendor == "sqlite":
        assert wrapped in database_bytes()
    erase(told)
    run_jobs()
    cells = all_cells()
    for trace in (*WRITINGS, str(NUMBER).encode(), wrapped, *notes):
        assert not any(trace in cell for cell in cells)
    if connection.vendor == "sqlite":
        content = database_bytes()
        assert not any(trace in content for trace in (*WRITINGS, wrapped, *notes))
    for path in Path(settings.VAR_DIR).rglob("*"):
        if path.is_file() and not path.name.startswith(Path(connection.settings_dict["NAME"]).name):
            assert not betrays(path.read_bytes()), path.name


def run_jobs():
    for job in (tasks.sweep_judgements, tasks.judge_everything, tasks.calibrate, tasks.send_due_check_ins):
        job()


def all_cells():
    """Every cell of every table, as bytes."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a table of ours
            for row in cursor.fetchall():
                for cell in row:
                    yield bytes(cell) if isinstance(cell, memoryview | bytes) else str(cell).encode()


def database_bytes():
    """SQLite's file and its write-ahead log, as they lie on the disk."""
    file = Path(connection.settings_dict["NAME"])
    return b"".join(bytes_of(path) for path in file.parent.glob(f"{file.name}*"))


@pytest.mark.once
def test_the_suite_itself_does_not_open_the_file(db):
    with pytest.raises(AssertionError, match="bytes_of"):
        Path(connection.settings_dict["NAME"]).read_bytes()


# --- it does not come back --------------------------------------------------------------------------


def test_jobs_judge_nothing_there_any_more(gone):
    mine = gone.mine.engagement
    Engagement.objects.filter(pk=mine.pk).update(changed_at=at(1))
    assert mine.pk not in engagements_to_judge()
    assert judge_engagements([mine.pk, gone.other.engagement.pk], now=at()) == 1
    run_jobs()
    assert not Judgement.objects.filter(engagement=mine).exists()
    assert not Flag.objects.filter(engagement=mine).open().exists()


def test_no_check_in_is_asked_for_any_more(gone):
    gone.mine.session.refresh_from_db()
    assert ask_for_check_in(session=gone.mine.session, now=at()) is None


def test_a_check_in_link_that_was_mailed_opens_nothing(told, client):
    token = token_of(CheckIn.objects.get(session=told.mine.session))
    erase(told)
    assert client.get(reverse("check_in_open", args=[token]), follow=True).status_code in (404, 410)


def test_a_log_is_refused_clearly_and_what_was_typed_is_given_back(gone, as_user):
    client = as_user(gone.cora)
    for address in (
        reverse("session_log", args=[gone.mine.session.pk]),
        reverse("session_log_new", args=[gone.mine.engagement.pk]),
        reverse("objective_add", args=[gone.mine.engagement.pk]),
        reverse("point_of_trust", args=[gone.mine.engagement.pk]),
    ):
        assert client.get(address).status_code == 410, address
        answer = client.post(address, {"note": TYPED, "text": TYPED, "words": TYPED})
        assert answer.status_code == 410, address
        assert TYPED in answer.content.decode(), address
    assert not Reading.objects.of_engagement(gone.mine.engagement.pk).exists()


def test_no_action_writes_ratings_or_words_any_more(gone):
    with pytest.raises(erasure.ContentErased):
        log_session(session=gone.mine.session, by=gone.cora, now=at(), minutes=60, ratings={"candour": 4})
    assert not Reading.objects.of_engagement(gone.mine.engagement.pk).exists()


def test_nothing_of_the_kind_can_be_begun_anew(gone):
    """Neither by the coach nor by the executive, whose link still opens a page; ending it asks nobody afterwards."""
    about, by = {"engagement": gone.mine.engagement, "now": at()}, {"by": gone.cora}
    refused = {
        open_rupture: by | {"kind": "LET_DOWN", "words": ""},
        vote: {"party": "EXECUTIVE", "fit": "NOT_FIT", "by": None},
        note_beginning: by | {"readiness": "GUARDED"},
        add_driver: by | {"kind": "DRIVER", "text": "fear"},
        confirm_point_of_trust: by | {"reached_on": at(-2).date(), "seen": (), "words": ""},
        write_ending: by | {"reached": "REACHED", "depth": "", "is_referred": False, "words": ""},
    }
    for action, details in refused.items():
        with pytest.raises(erasure.ContentErased):
            action(**about, **details)
    with pytest.raises(NothingToAskFor):
        ask_for_opinions(**about)
    set_judging(**about, is_on=False)
    change_status(**about, **by, to="COMPLETED")
    run_jobs()
    test_nothing_that_goes_is_left_in_its_table(gone)


def test_an_import_adds_dates_and_no_ratings(gone):
    from engagements.actions.import_runs import report_of, start_import
    from engagements.models import ImportKind
    from trust.actions.imports import carry_out_run

    rows = b"client_email,date,start,attended,cognitive,relational\r\n"
    rows += f"emil@client.example,{at(-9):%Y-%m-%d},10:00,yes,5,5\r\n".encode()
    rows += f"emil@client.example,{at(-8):%Y-%m-%d},10:00,yes,,\r\n".encode()
    by = gone.cora
    run = start_import(kind=ImportKind.HISTORY, name="h.csv", content=rows, options={}, by=by, now=at())
    carry_out_run(run=run, now=at(), progress=lambda done, total: None)
    run.refresh_from_db()
    assert "was erased" in report_of(run)["rows"][0]["reason"]
    assert gone.mine.engagement.sessions.filter(starts_at__date=at(-8).date()).exists()


# --- pages ------------------------------------------------------------------------------------------


def test_the_page_says_that_it_was_erased_and_offers_no_log(gone, as_user):
    page = as_user(gone.cora).get(reverse("engagement_detail", args=[gone.mine.engagement.pk])).content.decode()
    assert "Erased." in page
    assert "Log a session" not in page
    assert "Open log" not in page
    assert not betrays(page)


def test_the_program_manager_is_told_too(gone, as_user):
    page = as_user(gone.pia).get(reverse("engagement_detail", args=[gone.mine.engagement.pk])).content.decode()
    assert "Erased." in page
    assert "The time for which the program keeps it was over." in page
    other = as_user(gone.petra).get(reverse("engagement_detail", args=[gone.other.engagement.pk])).content.decode()
    assert "Erased." not in other


def test_lists_and_portfolio_go_on_working(gone, as_user):
    for name, routes in {"cora": ("home", "engagement_list"), "pia": ("home", "portfolio")}.items():
        client = as_user(getattr(gone, name))
        for route in routes:
            assert client.get(reverse(route), follow=True).status_code == 200, (name, route)
