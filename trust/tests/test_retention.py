"""Retention: content goes when its program says so, dates stay, and house is kept."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.engagements import change_status
from engagements.actions.housekeeping import keep_house
from engagements.actions.invitations import invite
from engagements.actions.keeping import engagements_past_retention
from engagements.actions.letters import owe_letter
from engagements.actions.looks import note_engagement_look
from engagements.actions.personal_links import make_link, send_code
from engagements.models import (
    AuditEvent,
    Engagement,
    Invitation,
    Letter,
    LetterStatus,
    LinkCode,
    Look,
    PersonalLink,
    Program,
    Purpose,
    SealedText,
)
from engagements.retention import months_after, months_before
from trust import tasks
from trust.actions.erasing import erase_past_retention
from trust.actions.session_log import log_session
from trust.models import Reading

NOTE = "a note that goes one day"


@pytest.fixture
def ended(cast):
    """Cora's engagement is logged and has ended today; her program keeps words for a year."""
    log_session(session=cast.mine.session, by=cast.cora, now=at(), minutes=60, ratings={"candour": 5}, note=NOTE)
    change_status(engagement=cast.mine.engagement, to="COMPLETED", by=cast.pia, now=at())
    Program.objects.filter(pk=cast.mine.program.pk).update(retention_months=12)
    cast.mine.engagement.refresh_from_db()
    return cast


def later(cast, months, days=0):
    """Noon so long after the engagement ended."""
    day = months_after(cast.mine.engagement.ended_on, months) + timedelta(days=days)
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def said(*arguments):
    out = StringIO()
    call_command("retention", *arguments, stdout=out)
    return out.getvalue()


# --- when it is due ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 15), 1, date(2026, 2, 15)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 1), 24, date(2028, 12, 1)),
    ],
)
def test_months_are_counted_by_the_calendar(day, months, then):
    assert months_after(day, months) == then
    assert abs(months_before(then, months) - day) <= timedelta(days=3)


def test_content_is_due_on_the_day_its_time_is_over_and_not_a_day_before(ended):
    assert engagements_past_retention(later(ended, 12, -1)) == []
    assert engagements_past_retention(later(ended, 12)) == [ended.mine.engagement.pk]


def test_the_day_is_the_one_where_the_program_runs(ended):
    Program.objects.filter(pk=ended.mine.program.pk).update(time_zone="Pacific/Auckland")
    day = months_after(ended.mine.engagement.ended_on, 12)
    evening_before = datetime(day.year, day.month, day.day, 13, tzinfo=UTC) - timedelta(days=1)
    assert engagements_past_retention(evening_before) == [ended.mine.engagement.pk]


def test_what_runs_is_never_due(cast):
    assert engagements_past_retention(at(20 * 365)) == []


def test_each_program_has_a_time_of_its_own(ended):
    change_status(engagement=ended.other.engagement, to="COMPLETED", by=ended.petra, now=at())
    assert engagements_past_retention(later(ended, 12)) == [ended.mine.engagement.pk]
    assert len(engagements_past_retention(later(ended, 24))) == 2


# --- the job ----------------------------------------------------------------------------------------


def test_the_nights_job_erases_what_is_due_and_may_run_twice(ended, monkeypatch):
    monkeypatch.setattr(tasks.erase_chunk, "delay", tasks.erase_chunk)
    with time_machine.travel(later(ended, 12), tick=False):
        tasks.keep_to_retention()
        tasks.keep_to_retention()
    ended.mine.engagement.refresh_from_db()
    assert ended.mine.engagement.content_erased_at == later(ended, 12)
    assert not SealedText.objects.filter(engagement=ended.mine.engagement).exists()
    assert not Reading.objects.of_engagement(ended.mine.engagement.pk).exists()
    assert ended.mine.engagement.sessions.exists()
    assert AuditEvent.objects.filter(verb="engagement.content_erased", actor_id=None).count() == 1


def test_a_chunk_that_comes_late_erases_nothing_whose_time_was_made_longer(ended):
    Program.objects.filter(pk=ended.mine.program.pk).update(retention_months=36)
    assert erase_past_retention(now=later(ended, 12), keys=[str(ended.mine.engagement.pk)]) == 0


def test_a_night_that_was_missed_is_made_up_for(ended, monkeypatch):
    monkeypatch.setattr(tasks.erase_chunk, "delay", tasks.erase_chunk)
    with time_machine.travel(later(ended, 13)):
        tasks.sweep_judgements()
    assert not SealedText.objects.filter(engagement=ended.mine.engagement).exists()


# --- the command ------------------------------------------------------------------------------------


def test_a_dry_run_tells_numbers_per_program_and_no_names(ended):
    with time_machine.travel(later(ended, 12), tick=False):
        told = said("--dry-run")
    assert "Program One: kept for 12 months" in told
    assert "would go: 1 engagement, 2 revisions of words, 1 reading, 1 check-in" in told
    assert "Nothing was erased." in told
    assert "Emil" not in told
    assert NOTE not in told
    assert SealedText.objects.filter(engagement=ended.mine.engagement).exists()


def test_a_dry_run_tells_when_the_next_ones_are_due(ended):
    told = said("--dry-run")
    assert f"the next on {ended.mine.engagement.kept_until:%Y-%m-%d}" in told
    assert "Nothing is due." in told


def test_the_command_erases_at_once(ended):
    with time_machine.travel(later(ended, 12), tick=False):
        told = said()
    assert "Erased the content of 1 engagement." in told
    assert Engagement.objects.with_content().count() == 1


# --- the pages --------------------------------------------------------------------------------------


def form_of(program, **changes):
    names = ("name", "time_zone", "cadence_weeks", "session_budget", "planned_weeks", "retention_months")
    return {name: getattr(program, name) for name in names} | {"discloses_stalled": "on"} | changes


def test_the_rules_of_a_program_say_how_long_words_are_kept_and_a_manager_changes_it(cast, as_user):
    client, program = as_user(cast.pia), cast.mine.program
    assert "kept for 24 months" in client.get(reverse("program_detail", args=[program.pk])).content.decode()
    answer = client.post(reverse("program_edit", args=[program.pk]), form_of(program, retention_months=36))
    assert answer.status_code == 302
    program.refresh_from_db()
    assert program.retention_months == 36


def test_a_shorter_time_that_erases_something_is_saved_at_the_second_press_only(ended, as_user):
    client, program = as_user(ended.pia), ended.mine.program
    address = reverse("program_edit", args=[program.pk])
    with time_machine.travel(later(ended, 5)):
        client.force_login(ended.pia)
        page = client.post(address, form_of(program, retention_months=3)).content.decode()
        assert "Nothing is saved yet" in page
        assert "1 engagement of this program ended 3 months ago or earlier" in page
        program.refresh_from_db()
        assert program.retention_months == 12
        assert client.post(address, form_of(program, retention_months=2, seen="3-1")).status_code == 200
        assert client.post(address, form_of(program, retention_months=3, seen="3-1")).status_code == 302
    program.refresh_from_db()
    assert program.retention_months == 3


def test_a_shorter_time_that_erases_nothing_is_saved_at_once(ended, as_user):
    client, program = as_user(ended.pia), ended.mine.program
    answer = client.post(reverse("program_edit", args=[program.pk]), form_of(program, retention_months=3))
    assert answer.status_code == 302


@pytest.mark.parametrize("months", ["0", "121", "-1", "1e3", "", "9" * 40])
def test_a_time_that_cannot_be_is_refused_beside_the_field(months, cast, as_user):
    program = cast.mine.program
    answer = as_user(cast.pia).post(
        reverse("program_edit", args=[program.pk]), form_of(program, retention_months=months)
    )
    assert answer.status_code == 200
    assert "invalid-feedback" in answer.content.decode()


def test_the_page_of_an_ended_engagement_says_until_when_it_is_kept(ended, as_user):
    for name in ("cora", "pia"):
        page = as_user(getattr(ended, name)).get(reverse("engagement_detail", args=[ended.mine.engagement.pk]))
        assert f"kept until {ended.mine.engagement.kept_until:%-d %b %Y}" in page.content.decode(), name


def test_an_engagement_that_runs_has_no_such_day(cast, as_user):
    page = as_user(cast.pia).get(reverse("engagement_detail", args=[cast.mine.engagement.pk])).content.decode()
    assert "kept until" not in page


# --- housekeeping -----------------------------------------------------------------------------------


def test_house_is_kept_and_the_trail_stays(cast, mailoutbox):
    invite(user=cast.sten, by=cast.ada, now=at())
    link = make_link(engagement=cast.mine.engagement, purpose=Purpose.MINE, by=None, now=at())
    send_code(link=link, now=at())
    note_engagement_look(by=cast.cora, engagement=cast.mine.engagement, now=at())
    Letter.objects.update(status=LetterStatus.SENT)
    owe_letter(kind="mine", key="still owed", engagement=cast.mine.engagement, now=at())
    rows = {"links": PersonalLink, "codes": LinkCode, "letters": Letter, "looks": Look, "invitations": Invitation}
    for what, days in {"codes": 2, "invitations": 45, "links": 61, "letters": 401, "looks": 800}.items():
        number, trail = rows[what].objects.count(), AuditEvent.objects.count()
        assert not any(keep_house(now=at(days - days // 10 - 1)).get(name) for name in [what]), what
        assert keep_house(now=at(days))[what] == number - (what == "letters") or what == "letters", what
        assert AuditEvent.objects.count() == trail
    assert [letter.key for letter in Letter.objects.all()] == ["still owed"]


def test_keeping_house_takes_away_sessions_of_browsers_that_are_over(cast, client):
    from django.contrib.sessions.models import Session as BrowserSession

    client.force_login(cast.cora)
    BrowserSession.objects.update(expire_date=at(-1))
    keep_house(now=at())
    assert not BrowserSession.objects.exists()
