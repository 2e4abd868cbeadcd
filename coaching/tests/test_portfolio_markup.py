"""Rows of the portfolio as they are written into the page."""

import re

from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.standings import keep_standings
from engagements.models import Executive, Program, User

NAME = "<b>&\"'"
WRITTEN = "&lt;b&gt;&amp;&quot;&#x27;"


def test_names_of_people_and_programs_are_escaped_in_every_cell(cast, as_user):
    mine = cast.mine
    for model, row in ((Executive, mine.executive), (User, mine.coach), (Program, mine.program)):
        model.objects.filter(pk=row.pk).update(name=NAME)
    keep_standings([mine.engagement.pk], at())
    html = as_user(cast.pia).get(reverse("portfolio")).content.decode()
    row = re.search(r"<tbody data-moves>.*?</tbody>", html, re.S).group(0)
    assert row.count(WRITTEN) == 4  # executive, the same beside the box to tick, coach, program
    assert NAME not in html


def test_only_the_columns_asked_for_are_written(cast, as_user):
    html = as_user(cast.pia).get(reverse("portfolio"), {"col": ["left", "flag"]}).content.decode()
    row = re.search(r"<tbody data-moves>.*?</tbody>", html, re.S).group(0)
    assert re.findall(r'data-label="(\w+)"', row) == ["Sessions", "Flag"]
    assert row.count("<td") == 3
