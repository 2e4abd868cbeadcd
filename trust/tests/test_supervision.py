"""For supervision: the course of an engagement without names and dates, as far and as long as the executive agrees."""

from datetime import date

import pytest
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.experiments import add_experiment
from engagements.actions.hours import set_consent
from engagements.models import Engagement, Look
from trust.actions.erasing import erase_engagement_content
from trust.actions.ruptures import note_attempt, open_rupture
from trust.anonymous import Mask, week_words
from trust.tests.mine import inside, send
from trust.views.supervision_rows import bundle_of

SAID = "On 12 May Emil shouted; Organization One knows."
TRIED = "I told Cora's story."


@pytest.fixture
def case(cast):
    by = {"by": cast.cora, "now": at(-2)}
    rupture = open_rupture(engagement=cast.mine.engagement, kind="LET_DOWN", words=SAID, **by)
    note_attempt(rupture=rupture, step="NAMED_IT", tried_on=at(-1).date(), words=TRIED, **by)
    add_experiment(engagement=cast.mine.engagement, behaviour="Ask first.", situation="Board", **by)
    return rupture


@pytest.fixture
def agreed(cast, case):
    set_consent(engagement=cast.mine.engagement, what="supervision", is_given=True, now=at())
    return case


def address(cast, name="supervision"):
    return reverse(name, args=[cast.mine.engagement.pk])


def paper(cast, *ticked):
    rows = Engagement.objects.with_people().with_session_figures(at())
    bundle = bundle_of(rows.get(pk=cast.mine.engagement.pk), cast.cora, at(), ticked=ticked)
    return bundle, [item for section in bundle["sections"] for item in section.items]


def test_without_consent_nothing_is_shown_and_the_coach_can_ask_once(cast, case, as_user):
    client = as_user(cast.cora)
    text = client.get(address(cast)).content.decode()
    assert "has not agreed" in text
    assert "Felt let down" not in text
    assert client.post(address(cast, "supervision_pdf"))["Location"] == address(cast)
    for _ in range(2):
        client.post(address(cast, "supervision_ask"))
    assert cast.mine.engagement.letters.filter(kind="consent_supervision").count() == 1


def test_the_executive_agrees_and_withdraws_behind_their_link(cast, case, as_user):
    client, link = inside(cast.mine.engagement)
    send(client, link, "mine_choose", what="supervision", to="on")
    assert "Felt let down" in as_user(cast.cora).get(address(cast)).content.decode()
    send(client, link, "mine_choose", what="supervision", to="off")
    assert "Felt let down" not in as_user(cast.cora).get(address(cast)).content.decode()


def test_the_hours_switch_stands_beside_it_and_is_another_one(cast):
    client, link = inside(cast.mine.engagement)
    send(client, link, "mine_choose", what="hours", to="on")
    cast.mine.engagement.refresh_from_db()
    assert cast.mine.engagement.hours_consented_at is not None
    assert cast.mine.engagement.supervision_consented_at is None


def test_words_are_on_paper_only_where_they_were_ticked_one_by_one_and_without_names(cast, agreed):
    assert [item.shown for item in paper(cast)[1]] == [""] * len(paper(cast)[1])
    shown = [item.shown for item in paper(cast, str(agreed.pk))[1] if item.shown]
    assert shown == ["On [date] [name] shouted; [organization] knows."]


def test_the_paper_names_nobody_and_no_date(cast, agreed):
    bundle, items = paper(cast, *[item.key for item in paper(cast)[1]])
    everything = str(bundle)
    for word in ("Emil", "Cora", "Organization One", "Program One", "202"):
        assert word not in everything
    assert {item.week for item in items} >= {"Week 9"}
    assert any(item.shown == "I told [name]'s story." for item in items)


def test_the_file_is_a_tagged_pdf_that_is_kept_nowhere_and_stands_in_the_ledger(cast, agreed, as_user):
    answer = as_user(cast.cora).post(address(cast, "supervision_pdf"), {"tick": [str(agreed.pk), "nonsense"]})
    assert answer.content.startswith(b"%PDF")
    assert b"/StructTreeRoot" in answer.content
    assert "no-store" in answer["Cache-Control"]
    assert Look.objects.filter(what="EXPORT", subject_id=cast.mine.engagement.pk).exists()


@pytest.mark.parametrize("name", ["otto", "pia", "ada", "sten"])
def test_for_everybody_else_it_does_not_exist(cast, agreed, as_user, name):
    client = as_user(getattr(cast, name))
    assert client.get(address(cast)).status_code == 404
    for route in ("supervision", "supervision_pdf", "supervision_ask"):
        assert client.post(address(cast, route)).status_code == 404


def test_once_erased_nothing_is_left_to_show(cast, agreed, as_user):
    erase_engagement_content(engagement=cast.mine.engagement, by=None, now=at())
    assert "Nothing is left to show" in as_user(cast.cora).get(address(cast)).content.decode()
    cast.mine.engagement.refresh_from_db()
    assert cast.mine.engagement.supervision_consented_at is None


@pytest.mark.parametrize(
    ("words", "masked"),
    [
        ("emil and EMILs boss", "[name] and [name]s boss"),
        ("Emilia stays", "Emilia stays"),
        ("write to e.m@client.example", "write to [address]"),
        ("on 2026-05-12, 12.5.2026, May 3rd, 3 March 2026", "on [date], [date], [date], [date]"),
        ("Meyer & Sons knows", "[organization] knows"),
    ],
)
def test_what_is_known_is_taken_out_of_words(words, masked):
    assert Mask(people=["Emil"], organizations=["Meyer & Sons"])(words) == masked


def test_weeks_begin_with_the_engagement():
    start = date(2026, 3, 2)
    days = [date(2026, 3, 1), start, date(2026, 3, 8), date(2026, 3, 9)]
    assert [week_words(day, start) for day in days] == ["Before the start", "Week 1", "Week 1", "Week 2"]
