"""Rights end with the next request, and for work that was queued before: nothing is done for whoever lost them."""

import pytest
from django.core import mail
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.engagements import edit_engagement
from engagements.actions.import_runs import queue_import, start_import
from engagements.actions.letters import owe_letter
from engagements.actions.people import add_manager, make_coach, remove_manager
from engagements.models import (
    CoachProfile,
    Engagement,
    ImportKind,
    ImportStatus,
    Letter,
    LetterStatus,
    ProgramManager,
    Session,
    User,
)
from engagements.tasks import send_letter
from trust import tasks
from trust.actions.check_ins import withdraw_check_in
from trust.actions.executive_choices import set_check_ins
from trust.actions.session_log import log_session
from trust.models import CheckIn, CheckInStatus

pytestmark = pytest.mark.django_db


# --- how rights end ------------------------------------------------------------------------------


def remove_pia(cast):
    remove_manager(
        membership=ProgramManager.objects.get(user=cast.pia, program=cast.mine.program), by=cast.ada, now=at()
    )


def shut_out_cora(cast):
    User.objects.filter(pk=cast.cora.pk).update(is_active=False)


def end_coras_profile(cast):
    CoachProfile.objects.filter(user=cast.cora).update(ended_at=at())


def pages_of(side):
    """Pages about the rows of one side, as (verb, address)."""
    engagement, session = side.engagement, side.session
    return [
        ("GET", reverse("engagement_detail", args=[engagement.pk])),
        ("GET", reverse("agreement_detail", args=[engagement.pk])),
        ("POST", reverse("engagement_status", args=[engagement.pk])),
        ("GET", reverse("session_log", args=[session.pk])),
        ("POST", reverse("session_missed", args=[session.pk])),
        ("POST", reverse("objective_add", args=[engagement.pk])),
        ("GET", reverse("program_detail", args=[side.program.pk])),
        ("POST", reverse("program_edit", args=[side.program.pk])),
    ]


def answers(client, side):
    return {client.generic(verb, address).status_code for verb, address in pages_of(side)}


def test_a_manager_who_was_removed_finds_nothing_with_the_next_request(cast, as_user):
    client = as_user(cast.pia)
    assert client.get(reverse("portfolio")).status_code == 200
    assert 200 in answers(client, cast.mine)
    remove_pia(cast)
    assert client.get(reverse("portfolio")).status_code == 404
    assert answers(client, cast.mine) == {404}


def test_a_manager_of_two_programs_loses_the_one(cast, as_user):
    add_manager(program=cast.other.program, user=cast.pia, by=cast.ada, now=at())
    client = as_user(cast.pia)
    assert "Emil" in client.get(reverse("portfolio")).content.decode()
    remove_pia(cast)
    page = client.get(reverse("portfolio")).content.decode()
    assert "Emil" not in page
    assert "Erna" in page
    assert answers(client, cast.mine) == {404}


def test_a_coach_who_was_shut_out_is_asked_to_sign_in(cast, as_user):
    client = as_user(cast.cora)
    assert client.get(reverse("home")).status_code == 200
    shut_out_cora(cast)
    for verb, address in pages_of(cast.mine):
        answer = client.generic(verb, address)
        assert answer.headers["Location"].startswith(reverse("account_login")), address


def test_a_coach_whose_profile_was_ended_reads_and_does_nothing_more(cast, as_user):
    client = as_user(cast.cora)
    assert 200 in answers(client, cast.mine)
    end_coras_profile(cast)
    assert answers(client, cast.mine) == {404}
    assert "Emil" not in client.get(reverse("home")).content.decode()
    assert client.get(reverse("engagement_list")).status_code == 404


def test_who_was_coach_and_manages_the_program_sees_what_a_manager_sees(cast, as_user):
    add_manager(program=cast.mine.program, user=cast.cora, by=cast.ada, now=at())
    client, page = as_user(cast.cora), reverse("engagement_detail", args=[cast.mine.engagement.pk])
    assert "Delegate more" in client.get(page).content.decode()
    end_coras_profile(cast)
    cast.mine.engagement.agreements.update(discloses_objective=False)
    answer = client.get(page)
    assert answer.status_code == 200
    assert "Delegate more" not in answer.content.decode()
    assert client.get(reverse("session_log", args=[cast.mine.session.pk])).status_code == 404
    assert client.post(reverse("session_missed", args=[cast.mine.session.pk])).status_code == 403


def test_a_coach_who_was_exchanged_finds_nothing_and_the_new_one_everything(cast, as_user):
    client = as_user(cast.cora)
    assert client.get(reverse("session_log", args=[cast.mine.session.pk])).status_code == 200
    edit_engagement(engagement=cast.mine.engagement, coach=cast.otto, by=cast.pia, now=at())
    assert answers(client, cast.mine) == {404}
    assert as_user(cast.otto).get(reverse("session_log", args=[cast.mine.session.pk])).status_code == 200


def test_an_administrator_whose_role_was_taken_finds_no_admin(cast, as_user):
    client = as_user(cast.ada)
    assert client.get(reverse("admin:index")).status_code == 200
    User.objects.filter(pk=cast.ada.pk).update(is_administrator=False)
    for page in ("admin:index", "admin:engagements_user_changelist", "import_list"):
        assert client.get(reverse(page)).status_code == 404, page


def test_whoever_gets_a_role_has_it_with_the_next_request(cast, as_user):
    client = as_user(cast.sten)
    assert client.get(reverse("engagement_list")).status_code == client.get(reverse("portfolio")).status_code == 404
    make_coach(user=cast.sten, by=cast.ada, now=at())
    add_manager(program=cast.mine.program, user=cast.sten, by=cast.ada, now=at())
    assert client.get(reverse("engagement_list")).status_code == client.get(reverse("portfolio")).status_code == 200


# --- imports that wait ---------------------------------------------------------------------------

HISTORY = b"client_email,date,start,minutes,attended\r\nemil@client.example,2026-01-05,10:00,60,yes\r\n"
ROSTER = (
    b"program,organization,coach,executive,executive email,start\r\n"
    b"Program One,Organization One,cora@people.example,New Person,new@client.example,2026-01-05\r\n"
)


def queued(by, kind=ImportKind.HISTORY, content=HISTORY):
    run = start_import(kind=kind, name="file.csv", content=content, options={}, by=by, now=at(0, -1))
    queue_import(run=run, by=by, now=at())
    return run


def carried_out(run):
    tasks.carry_out_import(str(run.pk))
    run.refresh_from_db()
    return run


LOST = "You may not bring this kind of file any more."


def test_a_queued_history_is_carried_out_for_a_coach(cast):
    before = Session.objects.count()
    assert carried_out(queued(cast.cora)).status == ImportStatus.DONE
    assert Session.objects.count() == before + 1


@pytest.mark.parametrize("lose", [shut_out_cora, end_coras_profile])
def test_a_queued_history_of_somebody_who_is_no_coach_any_more_is_not_carried_out_and_says_so(cast, lose):
    run, before = queued(cast.cora), Session.objects.count()
    lose(cast)
    run = carried_out(run)
    assert (run.status, run.problem, run.sealed_file) == (ImportStatus.FAILED, LOST, None)
    assert Session.objects.count() == before


def test_a_queued_history_about_an_engagement_that_went_to_another_coach_changes_nothing(cast):
    run, before = queued(cast.cora), Session.objects.count()
    edit_engagement(engagement=cast.mine.engagement, coach=cast.otto, by=cast.pia, now=at())
    run = carried_out(run)
    assert run.counts["refused"] == 1
    assert Session.objects.count() == before


def test_a_queued_roster_of_a_manager_who_was_removed_is_not_carried_out_and_says_so(cast):
    run, before = queued(cast.pia, ImportKind.ROSTER, ROSTER), Engagement.objects.count()
    remove_pia(cast)
    run = carried_out(run)
    assert (run.status, run.problem, run.sealed_file) == (ImportStatus.FAILED, LOST, None)
    assert Engagement.objects.count() == before


def test_of_a_queued_roster_nothing_goes_into_a_program_that_its_manager_lost(cast):
    add_manager(program=cast.other.program, user=cast.pia, by=cast.ada, now=at())
    run, before = queued(cast.pia, ImportKind.ROSTER, ROSTER), Engagement.objects.count()
    remove_pia(cast)
    assert carried_out(run).counts["refused"] == 1
    assert Engagement.objects.count() == before


def test_the_same_roster_is_carried_out_for_whoever_still_manages(cast):
    before = Engagement.objects.count()
    assert carried_out(queued(cast.pia, ImportKind.ROSTER, ROSTER)).status == ImportStatus.DONE
    assert Engagement.objects.count() == before + 1


def test_a_file_that_was_reviewed_is_not_queued_by_whoever_lost_the_right(cast, as_user):
    run = start_import(kind=ImportKind.HISTORY, name="a.csv", content=HISTORY, options={}, by=cast.cora, now=at(0, -1))
    client = as_user(cast.cora)
    end_coras_profile(cast)
    assert client.post(reverse("import_carry_out", args=[run.pk])).status_code == 404
    run.refresh_from_db()
    assert run.status == ImportStatus.REVIEW


# --- mails that wait -----------------------------------------------------------------------------


@pytest.fixture
def waiting(cast):
    """A check-in that is due and whose task lies in the queue."""
    log_session(session=cast.mine.session, by=cast.cora, now=at(), minutes=60, ratings={})
    check_in = CheckIn.objects.get()
    assert check_in.status == CheckInStatus.DUE
    return check_in


def test_a_queued_check_in_is_mailed(waiting):
    tasks.send_check_in(str(waiting.pk))
    assert len(mail.outbox) == 1


def test_a_queued_check_in_that_was_withdrawn_is_not_mailed(waiting, cast):
    withdraw_check_in(session=cast.mine.session)
    tasks.send_check_in(str(waiting.pk))
    assert mail.outbox == []


def test_a_queued_check_in_is_not_mailed_once_the_executive_wants_none(waiting, cast):
    set_check_ins(engagement=cast.mine.engagement, is_on=False, now=at())
    tasks.send_check_in(str(waiting.pk))
    assert mail.outbox == []


def test_a_queued_check_in_is_not_mailed_once_the_manager_has_switched_them_off(waiting, cast):
    edit_engagement(engagement=cast.mine.engagement, check_ins_on=False, by=cast.pia, now=at())
    tasks.send_check_in(str(waiting.pk))
    assert mail.outbox == []


def a_letter(cast, to_user):
    engagement = cast.mine.engagement
    path = reverse("engagement_detail", args=[engagement.pk])
    owed = {"kind": "extension_decided", "key": f"test:{to_user.pk}", "path": path, "engagement": engagement}
    return owe_letter(to_user=to_user, now=at(0, -1), **owed)


@pytest.mark.parametrize(("name", "lose"), [("pia", remove_pia), ("cora", shut_out_cora), ("cora", end_coras_profile)])
def test_a_letter_about_an_engagement_is_dropped_for_whoever_may_not_know_it_any_more(cast, name, lose):
    letter = a_letter(cast, getattr(cast, name))
    lose(cast)
    send_letter(str(letter.pk))
    assert mail.outbox == []
    assert Letter.objects.get(pk=letter.pk).status == LetterStatus.DROPPED


@pytest.mark.parametrize("name", ["pia", "cora"])
def test_a_letter_about_an_engagement_goes_to_whoever_still_may(cast, name):
    send_letter(str(a_letter(cast, getattr(cast, name)).pk))
    assert len(mail.outbox) == 1
