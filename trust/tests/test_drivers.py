"""Beneath the surface: drivers, mental models and blind spots, and where they showed."""

import pytest
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.drivers import add_driver, add_evidence, set_driver_aside
from engagements.actions.objectives import reword_objective
from engagements.models import AuditEvent, Driver, DriverEvidence, SealedText
from trust.actions.session_log import log_session


@pytest.fixture
def objective(cast):
    return cast.mine.engagement.objectives.get()


@pytest.fixture
def driver(cast, objective):
    return add_driver(
        engagement=cast.mine.engagement,
        objective=objective,
        kind="MENTAL_MODEL",
        text="A boss decides alone.",
        by=cast.cora,
        now=at(-2),
    )


@pytest.fixture
def held(cast):
    return log_session(session=cast.mine.session, by=cast.cora, now=at(), minutes=60, ratings={})


def tree(engagement):
    return reverse("drivers", args=[engagement.pk])


def typed(**changes):
    return {"text": "Being needed.", "starter": "", "kind": "DRIVER", "place": "", "is_shared": ""} | changes


def read(client, address):
    return client.get(address).content.decode()


def test_a_driver_hangs_beneath_its_objective_in_the_coachs_own_words(cast, as_user, objective):
    coach, engagement = as_user(cast.cora), cast.mine.engagement
    answer = coach.post(reverse("driver_add", args=[engagement.pk]), typed(place=str(objective.pk)))
    assert answer.url == tree(engagement)
    named = Driver.objects.get()
    assert (named.objective, named.beneath) == (objective, None)
    page = read(coach, tree(engagement))
    assert page.index("Delegate more") < page.index("Being needed.")


def test_the_words_are_sealed(cast, driver):
    row = SealedText.objects.get(kind="DRIVER")
    assert b"boss" not in bytes(row.sealed)


def test_a_driver_hangs_beneath_another_and_shares_its_objective(cast, as_user, driver, objective):
    as_user(cast.cora).post(
        reverse("driver_add", args=[cast.mine.engagement.pk]), typed(place=str(driver.pk), text="Fear of being idle.")
    )
    deeper = Driver.objects.exclude(pk=driver.pk).get()
    assert (deeper.beneath, deeper.objective) == (driver, objective)
    page = read(as_user(cast.cora), tree(cast.mine.engagement))
    assert page.index("A boss decides alone.") < page.index("Fear of being idle.")


def test_a_starter_is_enough_and_brings_a_question(cast, as_user):
    coach = as_user(cast.cora)
    coach.post(reverse("driver_add", args=[cast.mine.engagement.pk]), typed(text="", starter="CONTROL"))
    page = read(coach, tree(cast.mine.engagement))
    assert "Being in control" in page
    assert "What is the worst that could happen if you let go?" in page


def test_neither_words_nor_a_starter_is_a_message_beside_the_field(cast, as_user):
    answer = as_user(cast.cora).post(reverse("driver_add", args=[cast.mine.engagement.pk]), typed(text=" "))
    assert "Write a few words, or choose a place to start." in answer.content.decode()
    assert not Driver.objects.exists()


def test_sent_twice_it_is_one_driver(cast, as_user):
    for _ in range(2):
        as_user(cast.cora).post(reverse("driver_add", args=[cast.mine.engagement.pk]), typed())
    assert Driver.objects.count() == 1


def test_a_driver_cannot_hang_beneath_itself_or_what_is_beneath_it(cast, as_user, driver):
    deeper = add_driver(engagement=cast.mine.engagement, beneath=driver, text="Deeper.", by=cast.cora, now=at())
    page = reverse("driver_edit", args=[driver.pk])
    for place in (driver, deeper):
        answer = as_user(cast.cora).post(page, typed(place=str(place.pk)))
        assert answer.status_code == 200
    driver.refresh_from_db()
    assert driver.beneath is None


def test_a_driver_of_somebody_else_is_no_place_to_hang_one(cast, as_user):
    theirs = add_driver(engagement=cast.other.engagement, text="Theirs.", by=cast.otto, now=at())
    answer = as_user(cast.cora).post(reverse("driver_add", args=[cast.mine.engagement.pk]), typed(place=str(theirs.pk)))
    assert answer.status_code == 200
    assert Driver.objects.count() == 1


def test_evidence_names_the_session_and_what_showed(cast, as_user, driver, held):
    coach = as_user(cast.cora)
    page = reverse("driver_evidence", args=[driver.pk])
    coach.post(page, {"session": str(held.pk), "text": "Answered for his deputy."})
    coach.post(page, {"session": str(held.pk), "text": "And once more."})
    assert DriverEvidence.objects.count() == 1
    shown = read(coach, tree(cast.mine.engagement))
    assert "Answered for his deputy.\n\nAnd once more." in shown
    assert reverse("session_log", args=[held.pk]) in shown


def test_evidence_cannot_name_a_session_that_was_not_held_or_is_not_ours(cast, as_user, driver, held):
    page = reverse("driver_evidence", args=[driver.pk])
    for session in (cast.mine.upcoming, cast.other.session):
        assert as_user(cast.cora).post(page, {"session": str(session.pk), "text": "No."}).status_code == 200
    assert not DriverEvidence.objects.exists()


def test_evidence_is_reworded_and_goes_only_where_that_is_ticked(cast, as_user, driver, held):
    evidence = add_evidence(driver=driver, session=held, text="At first.", by=cast.cora, now=at())
    coach, page = as_user(cast.cora), reverse("evidence_edit", args=[evidence.pk])
    coach.post(page, {"text": "As I see it now."})
    assert "As I see it now." in read(coach, tree(cast.mine.engagement))
    html = coach.post(page, {"text": ""}).content.decode()
    assert "Nothing is written here." in html
    assert "As I see it now." in read(coach, tree(cast.mine.engagement))
    coach.post(page, {"text": "", "is_gone": "on"})
    assert not DriverEvidence.objects.exists()


def test_what_is_set_aside_stays_at_the_foot_and_what_hung_beneath_it_stays_in_the_tree(cast, as_user, driver):
    add_driver(engagement=cast.mine.engagement, beneath=driver, text="Deeper.", by=cast.cora, now=at())
    coach = as_user(cast.cora)
    coach.post(reverse("driver_set_aside", args=[driver.pk]))
    page = read(coach, tree(cast.mine.engagement))
    assert page.index("Deeper.") < page.index("1 set aside") < page.index("A boss decides alone.")
    coach.post(reverse("driver_take_up", args=[driver.pk]))
    page = read(coach, tree(cast.mine.engagement))
    assert "set aside" not in page.replace("Set aside", "")


def test_the_page_names_a_way_out_where_coaching_is_not_enough(cast, as_user):
    assert "more than coaching" in read(as_user(cast.cora), tree(cast.mine.engagement))


def test_the_tree_is_reached_from_the_page_of_the_engagement(cast, as_user, driver):
    page = read(as_user(cast.cora), reverse("engagement_detail", args=[cast.mine.engagement.pk]))
    assert tree(cast.mine.engagement) in page
    assert "A boss decides alone." not in page
    assert "1 named" in page


def test_every_wording_of_an_objective_is_kept_with_its_day(cast, as_user, objective):
    reword_objective(objective=objective, text="Let my deputies decide.", by=cast.cora, now=at(-1))
    page = read(as_user(cast.cora), reverse("objective_edit", args=[objective.pk]))
    assert page.index("Let my deputies decide.") < page.index("Delegate more")
    assert f"{at(-60):%-d %b %Y}" in page
    assert f"{at(-1):%-d %b %Y}" in page


def test_the_audit_trail_names_no_kind_and_no_word(cast, driver):
    set_driver_aside(driver=driver, by=cast.cora, now=at())
    told = list(AuditEvent.objects.filter(verb__startswith="driver.").values_list("detail", flat=True))
    assert told == [{}, {}]
