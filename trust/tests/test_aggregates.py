"""Figures over groups: where the lines lie, what a figure says, and what counts of a person."""

from dataclasses import FrozenInstanceError

import pytest

from trust.aggregates import (
    LEAST_COACHES,
    LEAST_PEOPLE,
    WHOLE,
    Bound,
    Cell,
    Engaged,
    Figure,
    Followed,
    LastingFigures,
    Part,
    Person,
    Phase,
    is_enough,
    phase_of,
    publish,
    publish_lasting,
    share_figure,
    third,
    together,
    trust_figure,
)

pytestmark = pytest.mark.once

EXACT = Bound.NONE


def one(person, coach="Cora", held=2, cognitive=5.0, relational=4.0, **more):
    return Engaged(person, coach, held, cognitive, relational, **more)


def group(people, *, start=0, coaches=("Cora", "Otto"), **values):
    """So many people, each with one engagement, coached in turn."""
    return [one(start + k, coaches[k % len(coaches)], **values) for k in range(people)]


def test_the_floors_are_those_that_people_were_promised():
    assert (LEAST_PEOPLE, LEAST_COACHES) == (5, 2)


def test_five_people_of_two_coaches_are_shown_and_four_are_not():
    assert publish(group(5)) == {"FIRST": Cell(5, Figure(50), Figure(40), Part.FEW)}
    assert publish(group(4)) == {}
    assert publish([]) == {}


def test_one_coach_alone_is_not_shown_however_many_people():
    assert publish(group(12, coaches=("Cora",))) == {}
    assert set(publish([*group(12, coaches=("Cora",)), one(99, "Otto")])) == {"FIRST"}


def test_a_coach_who_coaches_everybody_is_alone_even_where_somebody_has_two():
    of_cora = group(5, coaches=("Cora",))
    assert publish([*of_cora, one(0, "Otto")]) == {}
    assert set(publish([*of_cora, one(9, "Otto")])) == {"FIRST"}


def test_people_of_whom_no_coach_is_known_are_not_enough():
    assert is_enough([frozenset()] * 9) is False
    assert is_enough([]) is False
    assert is_enough([frozenset({"Cora"}), *[frozenset({"Otto"})] * 4]) is True


@pytest.mark.parametrize(
    ("held", "phase"),
    [(0, "FIRST"), (1, "FIRST"), (3, "FIRST"), (4, "MIDDLE"), (6, "MIDDLE"), (7, "LATER"), (50, "LATER")],
)
def test_phases_end_after_three_and_six_sessions(held, phase):
    assert phase_of(held) == phase
    assert set(publish(group(5, held=held))) == {phase}


def test_phases_are_shown_when_each_that_has_people_may_be():
    three = group(5, held=1) + group(6, start=10, held=5) + group(7, start=20, held=9)
    assert {name: cell.people for name, cell in publish(three).items()} == {"FIRST": 5, "MIDDLE": 6, "LATER": 7}
    two = group(5, held=1) + group(6, start=10, held=9)
    assert {name: cell.people for name, cell in publish(two).items()} == {"FIRST": 5, "LATER": 6}


def test_one_phase_with_too_few_hides_all_phases_and_leaves_the_whole():
    for few in (group(4, start=10, held=5), group(5, start=10, held=5, coaches=("Cora",))):
        shown = publish(group(8, held=1) + few)
        assert {name: cell.people for name, cell in shown.items()} == {WHOLE: 8 + len(few)}


def test_a_whole_that_is_too_small_is_not_shown_either():
    assert publish(group(2, held=1) + group(2, start=10, held=5)) == {}
    assert set(publish(group(2, held=1) + group(3, start=10, held=5))) == {WHOLE}


# --- people -------------------------------------------------------------------------------------


def test_everybody_counts_once_with_the_mean_of_their_engagements():
    five = group(5, cognitive=2.0, relational=3.0)
    twice = [one(9, "Cora", cognitive=6.0, relational=5.0), one(9, "Otto", cognitive=7.0, relational=6.0)]
    cell = publish(five + twice)["FIRST"]
    assert cell.people == 6
    assert cell.cognitive == Figure(28)  # (5 × 2 + 6.5) / 6 = 2.75, in steps of 0.2
    assert cell.relational == Figure(34)  # (5 × 3 + 5.5) / 6 = 3.42


def test_two_engagements_of_one_person_make_no_fifth_person():
    assert publish([*group(4), one(0, "Mara")]) == {}


def test_a_person_is_in_the_phase_of_their_longest_engagement():
    shown = publish([*group(5, held=2), *group(4, start=10, held=8), one(20, held=2), one(20, "Otto", held=7)])
    assert {name: cell.people for name, cell in shown.items()} == {"FIRST": 5, "LATER": 5}


def test_only_people_of_whom_both_strands_were_heard_count():
    assert publish([*group(4), one(8, cognitive=None)]) == {}
    assert publish([*group(4), one(8, relational=None)]) == {}
    assert publish([*group(5), one(8, cognitive=None, is_past=True)])["FIRST"].people == 5
    assert publish([*group(4), one(8, cognitive=None), one(8, cognitive=5.0)])["FIRST"].people == 5


# --- trust --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "mean", "figure"),
    [
        (5, 4.0, Figure(40)),
        (5, 4.09, Figure(40)),
        (5, 4.1, Figure(42)),
        (9, 4.1, Figure(42)),
        (10, 4.1, Figure(41)),
        (10, 4.14, Figure(41)),
        (10, 4.16, Figure(42)),
        (5, 6.2, Figure(62)),
        (5, 6.29, Figure(62)),
        (5, 6.3, Figure(64, Bound.MORE)),  # 7 − 3 / 5
        (5, 7.0, Figure(64, Bound.MORE)),
        (5, 1.8, Figure(18)),
        (5, 1.7, Figure(18)),
        (5, 1.69, Figure(16, Bound.LESS)),  # 1 + 3 / 5
        (5, 1.0, Figure(16, Bound.LESS)),
        (6, 6.5, Figure(64, Bound.MORE)),  # 7 − 3 / 6 = 6.5, no step of 0.2
        (6, 1.5, Figure(16, Bound.LESS)),
        (8, 6.5, Figure(66, Bound.MORE)),
        (8, 6.48, Figure(64)),
        (10, 6.6, Figure(66)),
        (10, 6.7, Figure(67, Bound.MORE)),
        (10, 1.4, Figure(14)),
        (10, 1.3, Figure(13, Bound.LESS)),
        (29, 7.0, Figure(68, Bound.MORE)),  # 7 − 3 / 29 = 6.897
        (30, 6.9, Figure(69, Bound.MORE)),
        (300, 7.0, Figure(69, Bound.MORE)),
        (100_000, 7.0, Figure(69, Bound.MORE)),
        (100_000, 1.0, Figure(11, Bound.LESS)),
    ],
)
def test_means_are_coarse_and_end_before_the_scale_does(people, mean, figure):
    assert trust_figure([mean] * people) == figure


def test_a_mean_is_over_what_people_say_not_over_how_they_are_ordered():
    values = [1.5, 6.9, 3.3, 4.7, 5.1]
    assert trust_figure(values) == trust_figure(values[::-1]) == Figure(44)


# --- shares -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shares", "figure"),
    [
        ([1, 1, 1, 1, 1], Figure(8, Bound.MORE)),
        ([1, 1, 1, 1, 0], Figure(8, Bound.MORE)),  # all but one looks like all
        ([1, 1, 1, 0, 0], Figure(6)),
        ([1, 1, 0, 0, 0], Figure(4)),
        ([1, 0, 0, 0, 0], Figure(2, Bound.LESS)),
        ([0, 0, 0, 0, 0], Figure(2, Bound.LESS)),
        ([0.5] * 5, Figure(5)),
        ([1] * 9, Figure(8, Bound.MORE)),  # 1 − 1 / 9 = 0.89
        ([1] * 20, Figure(9, Bound.MORE)),
        ([1] * 9 + [0], Figure(9, Bound.MORE)),
        ([1] * 8 + [0, 0], Figure(8)),
        ([0] * 10, Figure(1, Bound.LESS)),
        ([1] * 5 + [0], Figure(8, Bound.MORE)),  # 5 of 6 is 0.83
        ([0] * 5 + [1], Figure(2, Bound.LESS)),
    ],
)
def test_a_share_never_says_all_or_none(shares, figure):
    assert share_figure(shares) == figure


@pytest.mark.parametrize(
    ("count", "people", "part"),
    [
        (0, 5, Part.FEW), (1, 5, Part.FEW), (2, 5, Part.SOME), (3, 5, Part.SOME), (4, 5, Part.MOST), (5, 5, Part.MOST),
        (1, 6, Part.FEW), (2, 6, Part.SOME), (4, 6, Part.SOME), (5, 6, Part.MOST),
        (2, 7, Part.FEW), (3, 7, Part.SOME), (4, 7, Part.SOME), (5, 7, Part.MOST),
    ],
)  # fmt: skip
def test_thirds_hold_two_numbers_of_people_or_more(count, people, part):
    assert third(count, people) == part


def test_past_the_point_of_trust_is_told_in_thirds_of_people():
    past = [one(k, "Otto", is_past=True) for k in range(3)]
    assert publish(past + group(2, start=10))["FIRST"].past == Part.SOME
    both = [one(3, is_past=True), one(3, "Otto", is_past=False)]  # one person: past, as one engagement is
    assert publish(past + both + group(1, start=10))["FIRST"].past == Part.MOST


# --- check-ins ----------------------------------------------------------------------------------


def test_check_ins_count_per_person_and_not_per_check_in():
    busy = [one(8, "Otto", asked=9, answered=9)]
    cell = publish(group(4, asked=1, answered=0) + busy)["FIRST"]
    assert (cell.asked, cell.answering) == (5, Figure(2, Bound.LESS))
    assert publish(group(5, asked=1))["FIRST"].answering == Figure(2, Bound.LESS)  # none answered
    half = group(5, asked=1, answered=1) + group(5, asked=3, answered=1)  # five people, two engagements each
    assert publish(half)["FIRST"].answering == Figure(5)


def test_the_share_of_check_ins_needs_five_people_who_were_asked():
    cell = publish(group(4, asked=2, answered=1) + group(3, start=10))["FIRST"]
    assert (cell.people, cell.asked, cell.answering) == (7, None, None)
    cell = publish(group(5, asked=2, answered=1) + group(3, start=10))["FIRST"]
    assert (cell.people, cell.asked, cell.answering) == (8, 5, Figure(5))
    cell = publish(group(6, coaches=("Cora",), asked=2, answered=1) + group(3, start=10))["FIRST"]
    assert (cell.people, cell.asked, cell.answering) == (9, None, None)


def test_where_no_answer_is_told_of_none_was_given():
    silent = [Engaged(k, "Otto", 2, 5.0, 4.0, asked=2) for k in range(2)]
    three = group(3, start=10, asked=2, answered=2)
    assert publish(silent + three)["FIRST"].answering == Figure(6)  # (3 × 2/2 + 2 × 0/2) / 5


def test_check_ins_of_all_engagements_of_a_person_make_one_share():
    twice = [one(9, "Cora", asked=8, answered=2), one(9, "Otto", asked=2, answered=2)]  # 4 of 10, not 2/8 and 2/2
    five = group(5, asked=4, answered=3)
    cell = publish(five + twice)["FIRST"]
    assert (cell.asked, cell.answering) == (6, Figure(7))  # (5 × 0.75 + 0.4) / 6 = 0.69


# --- the whole from its parts -------------------------------------------------------------------


def cell(people, tenths, *, bound=EXACT, past=Part.SOME, asked=None, answering=None):
    return Cell(people, Figure(tenths, bound), Figure(tenths + 1), past, asked, answering)


def test_the_whole_is_itself_where_it_is_published_and_nothing_where_nothing_is():
    alone = cell(7, 44)
    assert together({WHOLE: alone}) is alone
    assert together({}) is None


def test_one_phase_alone_is_the_whole():
    only = cell(9, 44, past=Part.MOST, asked=6, answering=Figure(3))
    assert together({"LATER": only}) == only


def test_the_whole_is_weighed_from_the_published_phases():
    whole = together({"FIRST": cell(5, 40), "MIDDLE": cell(15, 50)})
    assert whole == Cell(20, Figure(48), Figure(49), Part.SOME)  # 4.75 and 4.85


def test_the_whole_says_more_or_less_where_a_phase_does():
    low, plain, high = cell(5, 16, bound=Bound.LESS), cell(5, 40), cell(5, 64, bound=Bound.MORE)
    assert together({"FIRST": plain, "LATER": high}).cognitive == Figure(52, Bound.MORE)
    assert together({"FIRST": high, "LATER": high}).cognitive == Figure(64, Bound.MORE)
    assert together({"FIRST": low, "LATER": plain}).cognitive == Figure(28, Bound.LESS)
    assert together({"FIRST": low, "MIDDLE": plain, "LATER": high}).cognitive == Figure(40, Bound.ABOUT)


def test_the_whole_says_nothing_on_what_a_phase_withholds():
    asked = cell(6, 40, asked=5, answering=Figure(5))
    assert together({"FIRST": asked, "LATER": cell(6, 40)}).answering is None
    assert together({"FIRST": asked, "LATER": cell(6, 40)}).asked is None
    more = cell(9, 40, asked=15, answering=Figure(8, Bound.MORE))
    whole = together({"FIRST": asked, "LATER": more})
    assert (whole.asked, whole.answering) == (20, Figure(7, Bound.MORE))  # (5 × 5 + 15 × 8) / 20 = 7.25
    assert together({"FIRST": cell(5, 40), "LATER": cell(5, 40, past=Part.MOST)}).past is None


def test_groups_bounds_and_thirds_are_named_as_the_database_keeps_them():
    assert [WHOLE, *map(str, Phase)] == ["WHOLE", "FIRST", "MIDDLE", "LATER"]
    assert [str(bound) for bound in Bound] == ["", "LESS", "MORE", "ABOUT"]
    assert [str(part) for part in Part] == ["FEW", "SOME", "MOST"]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (one("Emil"), "held"),
        (Person(frozenset({"Cora"}), Phase.FIRST, 5.0, 4.0, None, is_past=False), "cognitive"),
        (Figure(40), "tenths"),
        (Cell(5, Figure(40), Figure(40), Part.FEW), "people"),
        (Followed("Emil", "Cora", asked=1), "asked"),
        (LastingFigures(5, *[Figure(5)] * 4), "asked"),
    ],
)
def test_what_was_heard_and_what_is_published_of_it_cannot_be_changed(row, field):
    with pytest.raises(FrozenInstanceError):
        setattr(row, field, 99)


# --- did it last? -------------------------------------------------------------------------------


def followed(people, *, coaches=("Cora", "Otto"), **counts):
    counts = counts or {"asked": 2, "lasting": 1}
    return [Followed(k, coaches[k % len(coaches)], **counts) for k in range(people)]


def test_follow_ups_have_the_same_floor():
    assert publish_lasting(followed(5)).asked == 5
    assert publish_lasting(followed(4)) is None
    assert publish_lasting(followed(9, coaches=("Cora",))) is None
    assert publish_lasting([]) is None


def test_only_who_answered_lifts_a_figure_over_the_floor():
    silent = [Followed(f"silent {k}", "Otto", asked=2) for k in range(9)]
    assert publish_lasting([*followed(4), *silent]) is None
    assert publish_lasting([*followed(5), *silent]).asked == 14


def test_shares_are_of_people_not_of_answers():
    once = [Followed(k, ("Cora", "Otto")[k % 2], asked=1, faded=1) for k in range(6)]
    often = [Followed(k, ("Cora", "Otto")[k % 2], asked=3, lasting=3) for k in range(6, 10)]
    found = publish_lasting([*once, *often])
    assert (found.lasting, found.faded, found.partly) == (Figure(4), Figure(6), Figure(1, Bound.LESS))
    assert found.answering == Figure(9, Bound.MORE)


@pytest.mark.parametrize("people", [5, 7, 10, 23])
def test_everybody_alike_and_all_but_one_alike_look_the_same(people):
    everybody = followed(people, asked=1, lasting=1)
    all_but_one = [*everybody[1:], Followed(0, "Cora", asked=1, faded=1)]
    assert publish_lasting(everybody) == publish_lasting(all_but_one)


@pytest.mark.parametrize("people", [5, 12])
def test_whether_everybody_answered_cannot_be_told_from_all_but_one(people):
    everybody = followed(people + 1, asked=1, lasting=1)
    all_but_one = [*everybody[1:], Followed(0, "Cora", asked=1)]
    assert publish_lasting(everybody).answering == publish_lasting(all_but_one).answering
    assert publish_lasting(everybody).asked == publish_lasting(all_but_one).asked


def test_two_engagements_of_a_person_count_as_one():
    twice = [*followed(4), Followed(0, "Otto", asked=2, lasting=2)]
    assert publish_lasting(twice) is None


def test_mixed_answers_of_one_person_are_shares_of_all_their_answers():
    """Everybody was asked five times and answered four: two lasting, one partly, one faded."""
    found = publish_lasting(followed(10, asked=5, lasting=2, partly=1, faded=1))
    assert found == LastingFigures(10, answering=Figure(8), lasting=Figure(5), partly=Figure(3), faded=Figure(3))


def test_the_answering_rate_is_a_mean_over_people_and_holds_those_who_stayed_silent():
    diligent = followed(6, asked=3, lasting=1, faded=1)  # two of three each
    silent = [Followed(f"silent {k}", "Otto", asked=4) for k in range(6)]
    found = publish_lasting([*diligent, *silent])
    assert (found.asked, found.answering) == (12, Figure(3))  # (6 × 2/3 + 6 × 0) / 12 = 0.33
    assert (found.lasting, found.faded) == (Figure(5), Figure(5))  # of those who answered


def test_answers_from_all_engagements_of_a_person_are_added_up():
    five = followed(5, asked=2, lasting=1)
    first = Followed("twice", "Cora", asked=1, faded=1)
    second = Followed("twice", "Otto", asked=9, lasting=2, partly=1)
    found = publish_lasting([*five, first, second])
    # Twice: asked 10, answered 4: 2 lasting, 1 partly, 1 faded.
    assert (found.asked, found.answering) == (6, Figure(5))  # (5 × 0.5 + 0.4) / 6 = 0.48
    assert found.lasting == Figure(8, Bound.MORE)  # (5 × 1 + 0.5) / 6 = 0.92
    assert found.partly == found.faded == Figure(2, Bound.LESS)  # 0.25 / 6 = 0.04
