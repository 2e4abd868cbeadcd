"""A program manager with 100,000 engagements finds the three that need her, acts, and reports upwards.

What this proves: the pages, mails and files of the journey hold among so many. The crowd is copies of one engagement
without sessions, and the three flags are put there: that jobs raise them, and how long pages take among a million
sessions on PostgreSQL, is proven by the tests of judging and by `manage.py bench pages`.

Like all tests with a browser it rests on PostgreSQL unless it is asked for: `pytest -m browser` runs it there, too.
"""

import csv
import io
import re
from pathlib import Path
from uuid import UUID

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from coaching.tests.browser.test_journey import Walk, post_letters
from coaching.tests.cast import active_engagement, at
from engagements.actions.people import add_executive, add_manager, add_program
from engagements.actions.standings import keep_standings
from engagements.models import Engagement, Extension, SponsorReport, Standing, User
from engagements.models.report import LineDecision
from engagements.tasks import ask_for_release
from trust.models import Flag, FlagKind
from trust.tasks import draft_report

CROWD, AT_A_TIME = 100_000, 5000


def executive_of(cast, name):
    return add_executive(
        organization=cast.mine.organization,
        name=name,
        email=f"{name.rpartition(' ')[2].lower()}@client.example",
        by=None,
        now=at(),
        time_zone="UTC",
    )


def copies_of(row, own):
    """Makes a crowd of copies of a row; `own(i)` says what differs in the one of this number."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    for first in range(1, CROWD + 1, AT_A_TIME):
        type(row).objects.bulk_create(type(row)(**values | own(i)) for i in range(first, first + AT_A_TIME))


@pytest.fixture
def house(transactional_db, cast):
    """Pia's own program with four engagements, three of which need her, and one with a hundred thousand."""
    crowded = add_program(
        organization=cast.mine.organization, name="Demo Everybody", time_zone="UTC", by=cast.ada, now=at(-90)
    )
    add_manager(program=crowded, user=cast.pia, by=cast.ada, now=at(-90))
    User.objects.filter(pk=cast.cora.pk).update(quiet_from=0, quiet_until=0)  # mails go out at any hour
    people = {"by": cast.pia, "coach": cast.cora}
    first = active_engagement(program=crowded, executive=executive_of(cast, "Demo Executive Zero"), **people)

    def named(i):
        return {"id": UUID(int=i), "name": f"Demo Executive {i:06d}", "email": f"e{i}@crowd.example"}

    copies_of(first.executive, named)
    copies_of(first, lambda i: {"id": UUID(int=i), "executive_id": UUID(int=i)})
    keep_standings(list(Engagement.objects.filter(program=crowded).values_list("pk", flat=True)), at())
    for name, kind in zip(("Ann", "Ben", "Cem"), (FlagKind.REGRESSING, FlagKind.STALLED, FlagKind.QUIET), strict=True):
        engagement = active_engagement(
            program=cast.mine.program, executive=executive_of(cast, f"Demo Executive {name}"), **people
        )
        Flag.objects.create(engagement=engagement, kind=kind, opened_at=at(-9))
    assert Standing.objects.open().count() == CROWD + 6  # Emil and Erna of the cast, too
    return cast


def test_a_manager_of_a_hundred_thousand_finds_three_acts_and_reports(browser, live_app, house):
    pia = Walk(browser, live_app, house.pia)
    finds_the_three(pia)
    nudges_one(pia)
    extends_one(pia)
    exports_the_rest(pia, house)
    report = orders_the_report(pia, house)
    ann = releases_by_link(Walk(browser, live_app), report)
    freezes_it(pia, report)
    assert pia.found + ann.found == []
    for walk in (pia, ann):  # PostgreSQL drops no database that the server's threads are still connected to
        walk.page.context.close()


def finds_the_three(pia):
    """Two clicks: the portfolio, then those that need a conversation."""
    pia.go(reverse("home"))
    pia.page.get_by_role("link", name="Portfolio", exact=True).first.click()
    front = pia.page.get_by_role("region", name="Needs a conversation")
    assert front.get_by_role("listitem").count() == 3
    text = front.inner_text()
    assert text.index("Ann") < text.index("Ben") < text.index("Cem")
    pia.look()
    front.get_by_role("link", name="Demo Executive Ann", exact=True).click()
    pia.page.wait_for_load_state()
    pia.sees("Losing ground")
    pia.look()


def nudges_one(pia):
    pia.go(reverse("portfolio"))
    pia.press("Ask the coach about Demo Executive Ann")
    pia.sees("asked today")
    post_letters()
    word = mail.outbox[-1]
    assert word.to == ["cora@people.example"]
    assert not re.search("ground|regress|stall|flag", f"{word.subject} {word.body}", re.IGNORECASE)


def extends_one(pia):
    engagement = Engagement.objects.get(executive__name="Demo Executive Ben")
    pia.go(reverse("engagement_detail", args=[engagement.pk]))
    pia.page.get_by_role("link", name="More sessions").click()
    pia.look()
    pia.page.locator("input[name=sessions]").fill("3")
    pia.press("Give more")
    given = Extension.objects.get(engagement=engagement)
    assert given.sessions_given == 3
    assert Engagement.objects.get(pk=engagement.pk).session_budget == engagement.session_budget + 3


def exports_the_rest(pia, house):
    """All that is listed, not the page alone."""
    pia.go(reverse("portfolio"))
    with pia.page.expect_download(timeout=300_000) as download:
        pia.page.get_by_role("link", name="CSV", exact=True).click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert len(rows) == 1 + Standing.objects.managed_by(house.pia).open().count()
    assert len(rows) > CROWD


def orders_the_report(pia, house):
    pia.go(reverse("report_list", args=[house.mine.program.pk]))
    pia.page.get_by_role("link", name="New report").first.click()
    pia.page.get_by_label("Name engagements").check()
    pia.look()
    pia.page.locator("main form button[type=submit]").click()
    pia.page.wait_for_url("**/reports/*/")
    report = SponsorReport.objects.get()
    draft_report(str(report.pk))
    pia.go(reverse("report_detail", args=[report.pk]))
    pia.press("Ask executives")
    return report


def confirm(walk, label):
    """Presses what asks back, and then the answer."""
    walk.page.locator("summary", has_text=label).first.click()
    walk.look()
    walk.page.get_by_role("button", name=label, exact=True).first.click()
    walk.page.wait_for_load_state()


def releases_by_link(ann, report):
    ask_for_release()
    post_letters()
    message = next(one for one in mail.outbox if one.to == ["ann@client.example"] and "report" in one.subject.lower())
    ann.go(re.search(r"http://\S+/link/\S+", message.body)[0])
    ann.page.get_by_label("Release", exact=False).first.check()
    ann.press("Save")
    ann.sees("Saved.")
    ann.look()
    decisions = report.lines.filter(engagement__executive__name="Demo Executive Ann")
    assert LineDecision.RELEASED in decisions.values_list("decision", flat=True)
    return ann


def freezes_it(pia, report):
    pia.go(reverse("report_detail", args=[report.pk]))
    pia.sees("Demo Executive Ann")
    confirm(pia, "Freeze")
    report.refresh_from_db()
    assert report.is_frozen
    assert report.frozen_at <= timezone.now()
    pia.go(reverse("report_detail", args=[report.pk]))
    pia.sees(report.digest[:12])
    with pia.page.expect_download() as download:
        pia.page.get_by_role("link", name="PDF").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
