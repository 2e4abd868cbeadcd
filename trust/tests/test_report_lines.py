"""Lines of a sponsor report: decided by the executive alone, frozen with a digest, and unchanged afterwards."""

import hashlib
import json
from contextlib import suppress

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from coaching.tests.cast import at
from coaching.tests.matrix import unmasked
from coaching.tests.test_at_once import all_at_once
from engagements import tasks as letters
from engagements.actions.agreements import revise_agreement
from engagements.actions.objectives import reword_objective
from engagements.actions.personal_links import token_of
from engagements.actions.report_asking import AskedJustNow, ask_executive, ask_executives
from engagements.actions.report_freezing import freeze_report, verify_report
from engagements.actions.report_lines import ReportClosed, decide_lines, words_of
from engagements.actions.reports import NotPossible, discard_report
from engagements.models import Engagement, Letter, PersonalLink, Purpose, ReportLine, SponsorReport
from engagements.tasks import send_letter
from trust.actions.erasing import erase_engagement_content
from trust.tests.mine import inside, text_of
from trust.tests.reporting import LAST_MONTH, asked, come_by, decide, drafted, frozen, link_to, open_objective

pytestmark = pytest.mark.django_db
OBJECTIVE = "Delegate more"
BOTH = {"PROGRESS": "RELEASED", "OBJECTIVE": "RELEASED"}


def page_of(client, report, query=""):
    return client.get(reverse("report_detail", args=[report.pk]) + query).content.decode()


def file_of(client, report, format):
    return client.get(reverse(f"report_{format}", args=[report.pk])).content


# --- asking -------------------------------------------------------------------------------------


def test_asking_sends_each_executive_one_link_by_mail_without_content(cast, as_user):
    open_objective(cast.mine)
    report = drafted(cast.mine)
    as_user(cast.pia).post(reverse("report_ask", args=[report.pk]))
    letters.ask_for_release()
    letters.ask_for_release()
    link = PersonalLink.objects.get(purpose=Purpose.REPORT)
    mail.outbox.clear()
    send_letter(str(Letter.objects.get(link=link).pk))
    assert mail.outbox[0].to == ["emil@client.example"]
    assert token_of(link) in mail.outbox[0].body
    assert OBJECTIVE not in mail.outbox[0].body


def test_pressed_twice_nobody_is_asked_twice(cast):
    report = asked(cast.mine)
    with pytest.raises(AskedJustNow):
        ask_executives(report=report, by=cast.pia, now=at())
    assert not ask_executive(report=report, engagement_id=cast.mine.engagement.pk, now=at())
    assert PersonalLink.objects.filter(purpose=Purpose.REPORT).count() == 1


def test_asked_again_after_a_day_only_whoever_has_not_decided_gets_a_link(cast):
    report = asked(cast.mine)
    ask_executives(report=report, by=cast.pia, now=at(2))
    report.refresh_from_db()
    letters.ask_for_release()
    assert PersonalLink.objects.filter(purpose=Purpose.REPORT).count() == 2
    client, address = come_by(PersonalLink.objects.filter(purpose=Purpose.REPORT).latest("created_at"))
    client.post(address, {f"line-{line.pk}": "WITHHELD" for line in report.lines.all()})
    ask_executives(report=report, by=cast.pia, now=at(4))
    letters.ask_for_release()
    assert PersonalLink.objects.filter(purpose=Purpose.REPORT).count() == 2


def test_a_report_that_names_nobody_asks_nobody(cast):
    report = drafted(cast.mine, names=False)
    with pytest.raises(NotPossible):
        ask_executives(report=report, by=cast.pia, now=at())


# --- deciding -----------------------------------------------------------------------------------


def test_the_executive_reads_what_the_sponsor_would_read(cast, as_user):
    report = asked(cast.mine)
    client, address = come_by(link_to(report, cast.mine))
    page = client.get(address).content.decode()
    assert OBJECTIVE in page
    assert "0 of 10" in page
    assert "Active" in page
    decide(report, cast.mine, **BOTH)
    report = freeze_report(report=SponsorReport.objects.get(), by=cast.pia, now=at())
    told = page_of(as_user(cast.pia), report)
    for words in (OBJECTIVE, "0 of 10", "Sessions held"):
        assert words in told


def test_the_manager_sees_waiting_released_withheld_and_nothing_else(cast, as_user):
    report, client = asked(cast.mine), as_user(cast.pia)
    assert page_of(client, report).count(">Waiting<") == 2
    decide(report, cast.mine, PROGRESS="RELEASED", OBJECTIVE="WITHHELD")
    page = page_of(client, report)
    assert (page.count(">Released<"), page.count(">Withheld<"), page.count(">Waiting<")) == (1, 1, 0)
    assert OBJECTIVE not in page


def test_a_decision_can_be_changed_until_it_is_frozen(cast):
    report = asked(cast.mine)
    decide(report, cast.mine, **BOTH)
    decide(report, cast.mine, OBJECTIVE="WITHHELD")
    frozen_one = freeze_report(report=report, by=cast.pia, now=at())
    assert [line.kind for line in frozen_one.lines.in_report()] == ["PROGRESS"]
    assert decide(report, cast.mine, OBJECTIVE="RELEASED").status_code == 404
    assert report.lines.get(kind="OBJECTIVE").decision == "WITHHELD"
    client, address = come_by(link_to(report, cast.mine))
    page = client.get(address).content.decode()
    assert "The report is finished." in page
    assert (page.count("In the report"), page.count("Left out")) == (1, 1)
    assert "<button" not in page


def test_what_is_not_decided_is_not_in_the_report(cast, as_user):
    report = asked(cast.mine)
    decide(report, cast.mine, PROGRESS="RELEASED")
    freeze_report(report=report, by=cast.pia, now=at())
    assert OBJECTIVE not in page_of(as_user(cast.pia), report)
    assert not words_of(report.lines.all())  # and its words are gone


def test_forged_keys_of_lines_change_nothing(cast):
    report, other = asked(cast.mine), asked(cast.other)
    client, address = come_by(link_to(report, cast.mine))
    theirs = {f"line-{line.pk}": "RELEASED" for line in other.lines.all()}
    odd = {"line-": "RELEASED", "line-nonsense": "RELEASED", f"line-{report.pk}": "RELEASED"}
    assert client.post(address, theirs | odd).status_code == 302
    decide_lines(
        link=link_to(report, cast.mine), decisions=dict.fromkeys(line.pk for line in other.lines.all()), now=at()
    )
    assert not ReportLine.objects.exclude(decision="WAITING").exists()


@pytest.mark.parametrize("value", ["WAITING", "SOMETHING", "\0", "1"])
def test_no_other_decision_is_taken(cast, value):
    report = asked(cast.mine)
    client, address = come_by(link_to(report, cast.mine))
    answer = client.post(address, {f"line-{report.lines.first().pk}": value})
    assert answer.status_code == 200
    assert "Choose one of these." in answer.content.decode()
    assert not ReportLine.objects.exclude(decision="WAITING").exists()


def test_nobody_gets_in_without_the_cookie_of_this_link(cast, client):
    mine, other = link_to(asked(cast.mine), cast.mine), link_to(asked(cast.other), cast.other)
    browser, _ = come_by(mine)
    closed = client.get(reverse("report_by_link", args=[mine.pk]))
    assert closed.status_code == 404
    assert unmasked(browser.get(reverse("report_by_link", args=[other.pk]))) == unmasked(closed)
    PersonalLink.objects.filter(pk=mine.pk).update(revoked_at=at())
    assert unmasked(browser.get(reverse("report_by_link", args=[mine.pk]))) == unmasked(closed)


def test_a_discarded_report_closes_its_links(cast):
    report = asked(cast.mine)
    client, address = come_by(link_to(report, cast.mine))
    discard_report(report=report, by=cast.pia, now=at())
    assert client.get(address).status_code == 404
    with pytest.raises(ReportClosed):
        decide_lines(link=PersonalLink.objects.get(purpose=Purpose.REPORT), decisions={}, now=at())


# --- freezing -----------------------------------------------------------------------------------


def test_the_digest_is_that_of_the_file(cast, as_user):
    report = frozen(cast.mine)
    content = file_of(as_user(cast.pia), report, "json")
    assert hashlib.sha256(content).hexdigest() == report.digest
    told = json.loads(content)
    assert [line["kind"] for line in told["lines"]] == ["PROGRESS", "OBJECTIVE"]
    assert OBJECTIVE not in content.decode()  # it stands by a digest with salt, so that it can be erased
    assert "Unchanged." in page_of(as_user(cast.pia), report, "?verify=1")


def test_nothing_of_a_frozen_report_can_be_changed_in_the_database(cast):
    report = frozen(cast.mine)
    line = report.lines.first()
    row, thawed = SponsorReport.objects.filter(pk=report.pk), {"status": "DRAFT", "frozen_at": None, "frozen_by": None}
    changes = [
        lambda: row.update(digest="0" * 64),
        lambda: row.update(figures={}),
        lambda: row.update(**thawed, digest=""),
        lambda: ReportLine.objects.filter(pk=line.pk).update(figures={}),
        lambda: ReportLine.objects.filter(pk=line.pk).update(decision="WITHHELD", is_in_report=False),
        lambda: ReportLine.objects.create(report=report, engagement=cast.other.engagement, position=9, kind="PROGRESS"),
    ]  # fmt: skip
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert verify_report(SponsorReport.objects.get()).is_same


def test_a_line_that_is_moved_into_a_frozen_report_is_refused(cast):
    report, other = frozen(cast.mine), asked(cast.other)
    with pytest.raises(DatabaseError), transaction.atomic():
        other.lines.update(report=report)


def test_a_line_that_is_taken_away_is_noticed(cast, as_user):
    report = frozen(cast.mine)
    report.lines.filter(kind="PROGRESS").delete()
    assert not verify_report(report).is_same
    assert "This is not what was frozen." in page_of(as_user(cast.pia), report, "?verify=1")


def test_nothing_is_frozen_twice(cast, as_user):
    report = frozen(cast.mine)
    with pytest.raises(NotPossible):
        freeze_report(report=report, by=cast.pia, now=at(1))
    as_user(cast.pia).post(reverse("report_freeze", args=[report.pk]))
    assert SponsorReport.objects.get().digest == report.digest


def test_names_and_words_that_change_later_change_no_file(cast, as_user):
    report, client = frozen(cast.mine), as_user(cast.pia)
    before = {format: file_of(client, report, format) for format in ("pdf", "xlsx", "json")}
    for row, name in ((cast.emil, "Somebody Else"), (cast.mine.program, "Another name")):
        row.name = name
        row.save(update_fields=["name"])
    reword_objective(objective=cast.mine.engagement.objectives.get(), text="Something new", by=cast.cora, now=at())
    Engagement.objects.filter(pk=cast.mine.engagement.pk).update(session_budget=99)
    assert {format: file_of(client, report, format) for format in before} == before


def test_the_pdf_is_tagged_and_names_the_digest(cast, as_user):
    content = file_of(as_user(cast.pia), frozen(cast.mine), "pdf")
    assert content.startswith(b"%PDF")
    assert b"/StructTreeRoot" in content
    assert b"pdfuaid" in content


def test_no_cell_of_the_sheet_is_run_as_a_formula(cast, as_user):
    from io import BytesIO

    from openpyxl import load_workbook

    reword_objective(objective=cast.mine.engagement.objectives.get(), text="=1+1", by=cast.cora, now=at())
    book = load_workbook(BytesIO(file_of(as_user(cast.pia), frozen(cast.mine), "xlsx")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "=1+1" in [cell.value for cell in cells]


# --- what ceases in between ---------------------------------------------------------------------


def test_an_objective_that_the_agreement_opens_no_more_is_left_out(cast, as_user):
    report = asked(cast.mine)
    decide(report, cast.mine, **BOTH)
    agreement = cast.mine.engagement.agreements.current().get()
    words = {"confidentiality": agreement.confidentiality, "cancellation_terms": agreement.cancellation_terms}
    closed = agreement.disclosure | {"discloses_objective": False}
    revise_agreement(agreement=agreement, by=cast.pia, now=at(), disclosure=closed, **words)
    report = freeze_report(report=report, by=cast.pia, now=at())
    assert [line.kind for line in report.lines.in_report()] == ["PROGRESS"]
    assert OBJECTIVE not in page_of(as_user(cast.pia), report)
    assert not words_of(report.lines.all())


def test_without_an_agreement_in_force_no_objective_is_drafted(cast):
    assert [line.kind for line in drafted(cast.mine).lines.all()] == ["PROGRESS"]


def test_an_engagement_that_was_erased_before_is_left_out(cast):
    report = asked(cast.mine)
    decide(report, cast.mine, **BOTH)
    erase_engagement_content(engagement=cast.mine.engagement, by=cast.pia, now=at())
    report = freeze_report(report=report, by=cast.pia, now=at())
    assert not report.lines.in_report().exists()


def test_erased_afterwards_the_words_are_gone_and_the_digest_stands(cast, as_user):
    report, client = frozen(cast.mine), as_user(cast.pia)
    assert OBJECTIVE in page_of(client, report)
    erase_engagement_content(engagement=cast.mine.engagement, by=cast.pia, now=at())
    page = page_of(client, report, "?verify=1")
    assert OBJECTIVE not in page
    assert "These words were erased." in page
    assert "Some words were erased since" in page
    found = verify_report(SponsorReport.objects.get())
    assert (found.is_same, found.erased, found.digest) == (True, 1, report.digest)
    for format in ("pdf", "xlsx", "json"):
        assert OBJECTIVE.encode() not in file_of(client, report, format)


def test_an_erased_engagement_is_not_named_in_a_new_draft(cast):
    open_objective(cast.mine)
    erase_engagement_content(engagement=cast.mine.engagement, by=cast.pia, now=at())
    assert not drafted(cast.mine, period=LAST_MONTH).lines.exists()


def test_the_executive_finds_lines_and_decisions_among_what_is_kept(cast):
    report = asked(cast.mine)
    decide(report, cast.mine, PROGRESS="WITHHELD", OBJECTIVE="RELEASED")
    client, link = inside(cast.mine.engagement)
    kept = json.loads(client.get(reverse("mine_export", args=[link.pk, "json"])).content)["report_lines"]
    assert {(one["kind"], one["decision"], one["is_in_report"]) for one in kept} == {
        ("PROGRESS", "WITHHELD", False),
        ("OBJECTIVE", "RELEASED", False),
    }
    assert OBJECTIVE in [one["words"] for one in kept]
    assert "Sponsor reports" in text_of(client, link)


# --- at once ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_freezing_and_deciding_at_once_agree_on_what_stands(cast):
    report = asked(cast.mine)
    decide(report, cast.mine, **BOTH)
    link = link_to(report, cast.mine)
    lines = dict.fromkeys(report.lines.values_list("pk", flat=True), "WITHHELD")

    def withhold():
        with suppress(ReportClosed):
            decide_lines(link=link, decisions=lines, now=at())
            return True

    def freeze():
        return freeze_report(report=report, by=cast.pia, now=at())

    was_in_time, _ = all_at_once(withhold, freeze)
    report.refresh_from_db()
    assert report.lines.in_report().count() == (0 if was_in_time else 2)
    assert verify_report(report).is_same


@pytest.mark.django_db(transaction=True)
def test_two_who_freeze_at_once_freeze_once(cast):
    report = asked(cast.mine)

    def press():
        browser = Client()
        browser.force_login(cast.pia)
        return browser.post(reverse("report_freeze", args=[report.pk])).status_code

    assert all_at_once(press, press, press) == [302] * 3
    assert verify_report(SponsorReport.objects.get()).is_same


@pytest.mark.django_db(transaction=True)
def test_workers_that_ask_at_once_make_one_link(cast):
    open_objective(cast.mine)
    report = drafted(cast.mine)
    ask_executives(report=report, by=cast.pia, now=at())
    all_at_once(*(letters.ask_for_release for _ in range(3)))
    assert PersonalLink.objects.filter(purpose=Purpose.REPORT).count() == 1
