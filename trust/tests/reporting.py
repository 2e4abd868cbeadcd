"""How the tests come to a sponsor report: ordered, drafted, put to Emil, decided, frozen."""

from datetime import date

from django.test import Client
from django.urls import reverse

from coaching.tests.cast import at
from engagements import tasks as letters
from engagements.actions.personal_links import token_of
from engagements.actions.report_asking import ask_executives
from engagements.actions.report_freezing import freeze_report
from engagements.actions.reports import order_report
from engagements.models import Agreement, PersonalLink, Purpose, SponsorReport
from engagements.report_periods import MONTH, QUARTER, last_whole
from trust import tasks

LAST_MONTH = last_whole(MONTH, at().date())
LAST_QUARTER = last_whole(QUARTER, at().date())


def days(first=date(2026, 1, 1), last=None):
    return {"period_from": first, "period_until": last or first}


def open_objective(side):
    Agreement.objects.current().filter(engagement=side.engagement).update(discloses_objective=True)


def drafted(side, *, names=True, period=LAST_MONTH, by=None):
    """A report that a job has drafted; Emil's engagement has run for sixty days and is in it."""
    terms = {"names_engagements": names, "by": by or side.manager, "now": at()}
    report = order_report(program=side.program, **days(*period), **terms)
    tasks.draft_report(str(report.pk))
    report.refresh_from_db()
    return report


def asked(side, **more):
    """A report that its executive has been asked about."""
    open_objective(side)
    report = drafted(side, **more)
    ask_executives(report=report, by=side.manager, now=at())
    letters.ask_for_release()
    return SponsorReport.objects.get(pk=report.pk)


def link_to(report, side):
    return PersonalLink.objects.get(engagement=side.engagement, purpose=Purpose.REPORT, subject_id=report.pk)


def come_by(link, client=None):
    """A browser in which the link of the mail was opened, and the address of its page."""
    client = client or Client()
    return client, client.get(reverse("personal_link", args=[token_of(link)]))["Location"]


def decide(report, side, **decisions):
    """Emil says of his lines, by kind, what becomes of them: decide(report, side, PROGRESS="RELEASED")."""
    client, address = come_by(link_to(report, side))
    lines = report.lines.filter(engagement=side.engagement)
    fields = {f"line-{line.pk}": decisions[line.kind] for line in lines if line.kind in decisions}
    return client.post(address, fields)


def frozen(side, **decisions):
    """A frozen report with what was released."""
    report = asked(side)
    decide(report, side, **(decisions or {"PROGRESS": "RELEASED", "OBJECTIVE": "RELEASED"}))
    return freeze_report(report=report, by=side.manager, now=at())
