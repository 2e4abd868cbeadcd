"""Sponsor reports: ordered or made by rhythm, drafted by a job, read and discarded by the program's managers alone."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from coaching.tests.cast import at, person
from coaching.tests.test_at_once import all_at_once
from engagements.actions.engagements import change_status
from engagements.actions.people import add_manager, remove_manager
from engagements.actions.reports import (
    NotPossible,
    Overtaken,
    PeriodTaken,
    claim_report,
    discard_report,
    fail_draft,
    go_on,
    order_by_rhythm,
    order_report,
)
from engagements.models import (
    AuditEvent,
    Letter,
    Look,
    PersonalLink,
    Program,
    ReportLine,
    SealedText,
    SponsorReport,
    TextKind,
)
from engagements.tasks import send_letter
from trust import tasks
from trust.tests.reporting import LAST_MONTH, LAST_QUARTER, asked, days, decide, drafted, frozen, open_objective

pytestmark = pytest.mark.django_db


def order(client, program, **fields):
    return client.post(reverse("report_order", args=[program.pk]), fields)


def text_of(client, report):
    return client.get(reverse("report_detail", args=[report.pk])).content.decode()


# --- ordering -----------------------------------------------------------------------------------


def test_a_manager_orders_a_report_about_a_month_and_a_job_drafts_it(cast, as_user):
    client = as_user(cast.pia)
    answer = order(client, cast.mine.program, period="{}_{}".format(*LAST_MONTH), names_engagements="on")
    report = SponsorReport.objects.get()
    assert answer["Location"] == reverse("report_detail", args=[report.pk])
    assert (report.period_from, report.period_until, report.created_by) == (*LAST_MONTH, cast.pia)
    assert "Being drafted" in text_of(client, report)
    tasks.draft_report(str(report.pk))
    report.refresh_from_db()
    assert (report.status, report.done, report.total) == ("DRAFT", 1, 1)
    assert "What comes next" in text_of(client, report)


def test_other_days_are_bounded_and_over(cast, as_user):
    client, today = as_user(cast.pia), at().date()
    wrong = [
        ("", "", "Choose a date."),
        ("2026-01-10", "2026-01-01", "after the first one"),
        ("2026-01-01", f"{today}", "Choose a day that is over."),
        ("2019-01-01", "2026-01-01", "two years at most"),
        ("0001-01-01", "9999-12-31", "Choose a date between"),
    ]
    for first, last, words in wrong:
        answer = order(client, cast.mine.program, period="other", first=first, last=last)
        assert answer.status_code == 200
        assert words in answer.content.decode(), (first, last)
    assert not SponsorReport.objects.exists()
    assert order(client, cast.mine.program, period="other", first="2026-01-01", last="2026-02-10").status_code == 302


def test_a_period_has_one_report_until_it_is_discarded(cast, as_user):
    report, client = drafted(cast.mine), as_user(cast.pia)
    answer = order(client, cast.mine.program, period="{}_{}".format(*LAST_MONTH))
    assert answer["Location"] == reverse("report_detail", args=[report.pk])
    discard_report(report=report, by=cast.pia, now=at())
    assert drafted(cast.mine).pk != report.pk
    with pytest.raises(PeriodTaken):
        drafted(cast.mine)


def test_nobody_but_its_managers_learns_of_a_report(cast, as_user):
    report = asked(cast.mine)
    pages = [
        ("get", reverse("report_list", args=[cast.mine.program.pk])),
        ("get", reverse("report_order", args=[cast.mine.program.pk])),
        ("get", reverse("report_detail", args=[report.pk])),
        ("get", reverse("report_pdf", args=[report.pk])),
        *(("post", reverse(f"report_{verb}", args=[report.pk])) for verb in ("ask", "freeze", "discard", "retry")),
    ]
    for name in ("cora", "petra", "otto", "ada", "sten"):
        client = as_user(getattr(cast, name))
        for verb, address in pages:
            assert getattr(client, verb)(address).status_code == 404, (name, address)
    report.refresh_from_db()
    assert report.status == "ASKING"


def test_a_manager_who_was_removed_is_out(cast, as_user):
    report, client = frozen(cast.mine), as_user(cast.pia)
    assert client.get(reverse("report_json", args=[report.pk])).status_code == 200
    remove_manager(membership=cast.mine.program.managers.get(user=cast.pia), by=cast.ada, now=at())
    for name in ("report_detail", "report_json"):
        assert client.get(reverse(name, args=[report.pk])).status_code == 404


def test_where_the_period_is_chosen_it_says_what_a_month_leaves_out(cast, as_user):
    client, program = as_user(cast.pia), cast.mine.program
    for route in ("report_order", "program_edit"):
        page = client.get(reverse(route, args=[program.pk])).content.decode()
        assert "Trust, check-ins and follow-ups are told by whole quarters only" in page, route


# --- by rhythm ----------------------------------------------------------------------------------


@pytest.fixture
def rhythm(cast):
    Program.objects.filter(pk=cast.mine.program.pk).update(report_rhythm="MONTH", report_names=True)
    return cast.mine.program


def test_the_rhythm_makes_a_report_once_its_period_is_over(cast, rhythm):
    assert order_by_rhythm(now=at()) == 1
    assert order_by_rhythm(now=at()) == 0
    report = SponsorReport.objects.get()
    assert (report.period_from, report.period_until) == LAST_MONTH
    assert (report.created_by, report.names_engagements, report.program) == (None, True, rhythm)


def test_managers_are_told_by_mail_of_what_the_rhythm_made(cast, rhythm, mailoutbox):
    order_by_rhythm(now=at())
    report = SponsorReport.objects.get()
    tasks.draft_report(str(report.pk))
    letter = Letter.objects.get(kind="report_drafted")
    send_letter(str(letter.pk))
    assert [message.to for message in mailoutbox] == [["pia@people.example"]]
    assert reverse("report_detail", args=[report.pk]) in mailoutbox[0].body
    drafted(cast.mine, period=LAST_QUARTER)
    assert Letter.objects.filter(kind="report_drafted").count() == 1  # whoever orders one watches


@pytest.mark.django_db(transaction=True)
def test_workers_that_come_at_once_make_one_report(cast, rhythm):
    made = all_at_once(*(lambda: order_by_rhythm(now=at()) for _ in range(3)))
    assert sorted(made) == [0, 0, 1]
    assert SponsorReport.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_workers_that_draft_at_once_draft_once(cast):
    open_objective(cast.mine)
    report = ordered(cast)
    all_at_once(*(lambda: tasks.draft_report(str(report.pk)) for _ in range(3)))
    report.refresh_from_db()
    assert (report.status, report.lines.count()) == ("DRAFT", 2)
    assert AuditEvent.objects.filter(verb="report.drafted").count() == 1


def test_the_month_ends_where_the_program_is(cast, rhythm):
    Program.objects.filter(pk=rhythm.pk).update(time_zone="Pacific/Auckland")
    start = at(-60).date()
    first = date(start.year + start.month // 12, start.month % 12 + 1, 1)  # the month after Emil's start
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    evening = datetime(after.year, after.month, after.day, tzinfo=UTC) - timedelta(hours=8)
    order_by_rhythm(now=evening)  # the first of the next month in Auckland
    assert SponsorReport.objects.filter(period_from=first).exists()


def test_what_was_discarded_is_not_made_again_by_itself(cast, rhythm):
    order_by_rhythm(now=at())
    discard_report(report=SponsorReport.objects.get(), by=cast.pia, now=at())
    assert order_by_rhythm(now=at()) == 0


def test_no_report_is_made_of_a_period_without_engagements_or_after_the_program_closed(cast, rhythm):
    Program.objects.filter(pk=cast.other.program.pk).update(report_rhythm="MONTH", closed_at=at(-90))
    cast.mine.engagement.__class__.objects.filter(program=rhythm).update(starts_on=at().date() + timedelta(days=1))
    assert order_by_rhythm(now=at()) == 0


def test_the_rhythm_is_set_in_the_rules_of_the_program(cast, as_user):
    client, address = as_user(cast.pia), reverse("program_edit", args=[cast.mine.program.pk])
    names = ("name", "time_zone", "cadence_weeks", "session_budget", "planned_weeks", "retention_months")
    fields = {name: getattr(cast.mine.program, name) for name in names}
    assert client.post(address, fields | {"report_rhythm": "QUARTER", "report_names": "on"}).status_code == 302
    cast.mine.program.refresh_from_db()
    assert (cast.mine.program.report_rhythm, cast.mine.program.report_names) == ("QUARTER", True)


# --- drafting -----------------------------------------------------------------------------------


def ordered(cast):
    terms = {"names_engagements": True, "by": cast.pia, "now": at()}
    return order_report(program=cast.mine.program, **days(*LAST_MONTH), **terms)


def test_of_two_workers_one_drafts(cast):
    report = ordered(cast)
    assert claim_report(report_id=report.pk, now=at()) is not None
    assert claim_report(report_id=report.pk, now=at(0, 0)) is None


def test_a_worker_that_died_is_followed_by_another_and_nothing_stands_twice(cast):
    open_objective(cast.mine)
    report = ordered(cast)
    dead = claim_report(report_id=report.pk, now=at(0, -1))
    tasks.draft_report(str(report.pk))  # an hour later
    report.refresh_from_db()
    assert report.status == "DRAFT"
    assert ReportLine.objects.count() == 2
    assert SealedText.objects.filter(kind=TextKind.REPORT_LINE).count() == 1
    with pytest.raises(Overtaken):  # it wakes up
        go_on(report=dead, done=1, total=1, now=at())
    tasks.draft_report(str(report.pk))
    assert ReportLine.objects.count() == 2


def test_a_worker_that_died_between_its_chunks_leaves_nothing_to_be_done_twice(cast):
    open_objective(cast.mine)
    report = drafted(cast.mine)
    SponsorReport.objects.filter(pk=report.pk).update(status="DRAFTING", claimed_at=at(0, -1))
    tasks.draft_report(str(report.pk))
    report.refresh_from_db()
    assert (report.status, report.lines.count()) == ("DRAFT", 2)


def test_a_failed_draft_says_so_and_can_be_tried_again(cast, as_user, monkeypatch):
    report, client = ordered(cast), as_user(cast.pia)
    with monkeypatch.context() as broken:
        broken.setattr("trust.tasks.draft", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tasks.draft_report(str(report.pk))
    assert "Try again" in text_of(client, report)
    assert client.post(reverse("report_retry", args=[report.pk])).status_code == 302
    tasks.draft_report(str(report.pk))
    report.refresh_from_db()
    assert report.status == "DRAFT"
    client.post(reverse("report_retry", args=[report.pk]))
    report.refresh_from_db()
    assert report.status == "DRAFT"


def test_a_worker_that_was_overtaken_cannot_fail_the_report(cast):
    report = ordered(cast)
    dead = claim_report(report_id=report.pk, now=at(0, -1))
    claim_report(report_id=report.pk, now=at())
    fail_draft(report=dead, now=at())
    report.refresh_from_db()
    assert report.status == "DRAFTING"


def test_progress_is_shown_and_asked_for_again(cast, as_user):
    report, client = ordered(cast), as_user(cast.pia)
    SponsorReport.objects.filter(pk=report.pk).update(claimed_at=at(), done=40, total=120)
    address = reverse("report_detail", args=[report.pk])
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "40 of 120 engagements" in part
    assert "<html" not in part
    SponsorReport.objects.filter(pk=report.pk).update(claimed_at=None)
    tasks.draft_report(str(report.pk))
    assert client.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_a_draft_names_whoever_was_contracted_and_ran_in_the_period(cast):
    engagement = cast.mine.engagement
    change_status(engagement=engagement, to="ENDED_EARLY", reason="BUDGET", by=cast.pia, now=at(-1))
    assert drafted(cast.mine).lines.count() == 1
    long_ago = (date(2020, 1, 1), date(2020, 1, 31))
    assert drafted(cast.mine, period=long_ago).lines.count() == 0
    assert drafted(cast.mine, names=False, period=LAST_QUARTER).lines.count() == 0


# --- discarding ---------------------------------------------------------------------------------


def test_discarding_takes_lines_words_and_links_with_it(cast, as_user):
    report = asked(cast.mine)
    link = PersonalLink.objects.get(purpose="REPORT")
    assert as_user(cast.pia).post(reverse("report_discard", args=[report.pk])).status_code == 302
    assert not ReportLine.objects.exists()
    assert not SealedText.objects.filter(kind=TextKind.REPORT_LINE).exists()
    link.refresh_from_db()
    assert link.revoked_at is not None
    assert as_user(cast.pia).get(reverse("report_detail", args=[report.pk])).status_code == 404


def test_a_frozen_report_cannot_be_discarded(cast, as_user):
    report = frozen(cast.mine)
    with pytest.raises(NotPossible):
        discard_report(report=report, by=cast.pia, now=at())
    as_user(cast.pia).post(reverse("report_discard", args=[report.pk]))
    assert SponsorReport.objects.get(pk=report.pk).is_frozen


# --- the trail, and who looked ------------------------------------------------------------------


def test_the_trail_names_what_was_done_and_no_words(cast):
    frozen(cast.mine)
    trail = list(AuditEvent.objects.filter(verb__startswith="report").values_list("verb", "detail"))
    assert {verb for verb, _ in trail} == {
        "report.ordered", "report.drafted", "report.asked", "report_line.decided", "report.frozen",
    }  # fmt: skip
    assert "Delegate" not in str(trail)


def test_a_download_stands_in_the_access_ledger_of_each_who_is_named(cast, as_user):
    report, client = frozen(cast.mine), as_user(cast.pia)
    for format in ("pdf", "xlsx", "json"):
        client.get(reverse(f"report_{format}", args=[report.pk]))
    look = Look.objects.get(what="EXPORT")
    assert (look.who_id, look.subject_id, look.role) == (cast.pia.pk, cast.mine.engagement.pk, "MANAGER")


def test_a_report_that_names_nobody_notes_no_look(cast, as_user):
    report = asked(cast.mine)
    decide(report, cast.mine, PROGRESS="WITHHELD", OBJECTIVE="WITHHELD")
    client = as_user(cast.pia)
    client.post(reverse("report_freeze", args=[report.pk]))
    client.get(reverse("report_pdf", args=[report.pk]))
    assert not Look.objects.filter(what="EXPORT").exists()


def test_a_draft_has_no_files(cast, as_user):
    report, client = drafted(cast.mine), as_user(cast.pia)
    for format in ("pdf", "xlsx", "json"):
        assert client.get(reverse(f"report_{format}", args=[report.pk])).status_code == 302


def test_somebody_who_manages_another_program_too_sees_no_report_of_the_first(cast, as_user):
    paul = person("Paul")
    add_manager(program=cast.other.program, user=paul, by=None, now=at())
    assert as_user(paul).get(reverse("report_detail", args=[drafted(cast.mine).pk])).status_code == 404


def test_time_zone_of_the_program_bounds_the_form(cast, as_user):
    """Kiritimati is a day ahead of Honolulu: what is over in one is not over in the other."""
    noon = datetime(2026, 11, 15, 11, tzinfo=UTC)
    for zone, status in (("Pacific/Kiritimati", 302), ("Pacific/Honolulu", 200)):
        Program.objects.filter(pk=cast.mine.program.pk).update(time_zone=zone)
        client = as_user(cast.pia)
        with time_machine.travel(noon, tick=False):
            client = as_user(cast.pia)
            fields = {"period": "other", "first": "2026-11-01", "last": "2026-11-15"}
            assert order(client, cast.mine.program, **fields).status_code == status, zone
