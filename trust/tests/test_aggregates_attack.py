"""Attacks on figures over groups. The attacker knows everything but what people said: who they are, who coaches
them, how many sessions they had, whether they were heard, and how figures are rounded.

Nothing here looks at how groups are chosen; it takes what is published, for any program over any quarters, and
puts it together in every way: by sums and differences of figures, and by unions, cuts and differences of groups.
"""

import random
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trust.aggregates import Bound, Engaged, publish, third, together, trust_figure

pytestmark = pytest.mark.once

FEWEST = 5
KINDS = ("cognitive", "relational", "past", "answering")
LONG = settings(max_examples=150, deadline=None)

means = st.floats(1, 7) | st.sampled_from([1.0, 4.0, 7.0])


def quarter_of(seed, persons, coaches, size):
    """A program's quarter by the dice: some people unheard, some with two engagements or two coaches."""
    dice = random.Random(seed)
    return [engaged(dice, persons, coaches) for _ in range(size)]


def engaged(dice, persons, coaches):
    asked = dice.choice((0, 1, 1, 2, 4))
    return Engaged(
        person=dice.randrange(persons),
        coach=dice.randrange(coaches),
        held=dice.randint(1, 9),
        cognitive=None if dice.random() < 0.1 else dice.choice((1.0, 7.0, dice.uniform(1, 7))),
        relational=dice.uniform(1, 7),
        asked=asked,
        answered=dice.randint(0, asked),
        is_past=dice.random() < 0.5,
    )


quarters = st.builds(
    quarter_of,
    seed=st.integers(0, 2**32),
    persons=st.sampled_from([4, 6, 12, 20, 40]),
    coaches=st.sampled_from([1, 2, 3, 6]),
    size=st.integers(0, 60),
)
programs = st.lists(quarters, min_size=1, max_size=3)


# --- what the attacker sees ---------------------------------------------------------------------


def phase_by_hand(held):
    return "FIRST" if held < 4 else "MIDDLE" if held < 7 else "LATER"


def behind(quarter, group, kind):
    """{person: coaches} behind one figure, from the words of the page."""
    heard = [one for one in quarter if one.cognitive is not None and one.relational is not None]
    people = {}
    for one in heard:
        people.setdefault(one.person, []).append(one)
    return {
        person: {one.coach for one in own}
        for person, own in people.items()
        if group in ("WHOLE", phase_by_hand(max(one.held for one in own)))
        and (kind != "answering" or any(one.asked for one in own))
    }


def offered(quarter):
    """{group: cell} of everything the page can show of a quarter, the total of the phases among it."""
    cells = publish(quarter)
    whole = together(cells)
    return {**cells, **({"WHOLE": whole} if whole else {})}


def figures(program, kind):
    """[{(quarter, person)}] and the coaches of each such pair, over every quarter and filter offered."""
    groups, coaches = [], {}
    for number, quarter in enumerate(program):
        for group, cell in offered(quarter).items():
            if getattr(cell, kind) is not None:
                people = behind(quarter, group, kind)
                groups.append(frozenset((number, person) for person in people))
                coaches |= {(number, person): of_one for person, of_one in people.items()}
    return groups, coaches


def is_too_small(atoms, coaches):
    """Fewer than five people, or people whom one coach knows."""
    shared = set.intersection(*(coaches[atom] for atom in atoms)) if atoms else set()
    return len({person for _, person in atoms}) < FEWEST or bool(shared)


# --- the attacks --------------------------------------------------------------------------------


@LONG
@given(programs)
def test_no_cutting_and_joining_of_groups_isolates_a_few(program):
    """The smallest pieces that any unions, cuts and differences can give are those of equal membership."""
    for kind in KINDS:
        groups, coaches = figures(program, kind)
        pieces = {}
        for atom in coaches:
            pieces.setdefault(tuple(atom in group for group in groups), set()).add(atom)
        for piece in pieces.values():
            assert not is_too_small(piece, coaches), kind


@LONG
@given(programs)
def test_no_sums_and_differences_of_figures_isolate_a_few(program):
    """A combination of figures that rests on a few only would be lost with them; then the rank goes down."""
    for kind in KINDS:
        groups, coaches = figures(program, kind)
        pieces = {}
        for atom in coaches:
            pieces.setdefault(tuple(int(atom in group) for group in groups), set()).add(atom)
        columns = list(pieces)
        full = rank(columns)
        for size in range(1, len(columns) + 1):
            for some in combinations(columns, size):
                if is_too_small(set().union(*(pieces[column] for column in some)), coaches):
                    assert rank([column for column in columns if column not in some]) == full, kind


def rank(vectors):
    """By elimination, in exact numbers."""
    rows, found = [[Fraction(cell) for cell in vector] for vector in vectors], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in rows[found:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(found, pivot)
        found += 1
        for k in range(found, len(rows)):
            factor = rows[k][column] / pivot[column]
            rows[k] = [cell - factor * other for cell, other in zip(rows[k], pivot, strict=True)]
    return found


def test_the_programs_under_attack_show_phases_wholes_and_nothing():
    seen = [publish(quarter_of(seed, 12 + seed % 30, 3, 40)) for seed in range(60)]
    kinds = {"WHOLE" if "WHOLE" in cells else len(cells) for cells in seen}
    assert {"WHOLE", 3} <= kinds
    assert publish(quarter_of(1, 4, 3, 40)) == {}
    assert any(cell.asked and cell.asked < cell.people for cells in seen for cell in cells.values())
    some = [publish([one for one in quarter_of(seed, 30, 3, 60) if one.held != 5]) for seed in range(60)]
    assert any(cell.asked is None for cells in (*seen, *some) for cell in cells.values())


def test_the_attacks_find_a_total_beside_a_part_of_it():
    """The attacker is no straw man: seven people, and six of them, give away the seventh."""
    assert rank([(1, 0), (1, 1)]) == 2
    assert rank([(1, 1)]) == 1
    columns = [(1, 1)] * 6 + [(1, 0)]
    assert rank(columns) == 2 > rank(columns[:6])


@LONG
@given(programs, programs)
def test_what_is_withheld_never_depends_on_what_was_said(program, other):
    """The same people in two worlds, which differ in every rating, answer and point of trust."""
    said = [one for quarter in other for one in quarter if one.cognitive is not None]
    for quarter in program:
        changed = [restated(one, said[k % len(said)]) if said else one for k, one in enumerate(quarter)]
        one, two = offered(quarter), offered(changed)
        # The whole from its parts leaves out what these do not agree on; that is made from published figures.
        assert one.keys() == two.keys()
        for group in publish(quarter):
            assert [is_withheld(one[group], kind) for kind in KINDS] == [
                is_withheld(two[group], kind) for kind in KINDS
            ]
            assert (one[group].people, one[group].asked) == (two[group].people, two[group].asked)


def restated(one, other):
    answered = min(one.asked, other.answered)
    cognitive = None if one.cognitive is None else other.cognitive
    return replace(one, cognitive=cognitive, relational=other.relational, answered=answered, is_past=other.is_past)


def is_withheld(cell, kind):
    return getattr(cell, kind) is None


# --- what a figure says of each single person ---------------------------------------------------


def interval(figure, people, ends, fine):
    """Between which means the true one lies, as the rounding says."""
    half = Fraction(1 if fine else 2, 20)
    value, lowest, highest = Fraction(figure.tenths, 10), *map(Fraction, ends)
    least = lowest if figure.bound == Bound.LESS else value - half
    most = highest if figure.bound == Bound.MORE else value + half
    return max(lowest, least), min(highest, most)


def range_of_one(least, most, people, ends):
    """What one person may have said, everybody else having said anything."""
    lowest, highest = ends
    return max(lowest, people * least - (people - 1) * highest), min(highest, people * most - (people - 1) * lowest)


many_means = st.lists(means, min_size=5, max_size=60) | st.builds(lambda n, v: [v] * n, st.integers(5, 200), means)


@LONG
@given(many_means)
def test_a_mean_leaves_half_the_scale_open_for_everybody(values):
    figure, people = trust_figure(values), len(values)
    least, most = interval(figure, people, (1, 7), fine=people >= 10)
    assert float(least) - 1e-9 <= sum(values) / people <= float(most) + 1e-9  # true, and coarse
    low, high = range_of_one(least, most, people, (1, 7))
    assert high - low >= 3


@LONG
@given(quarters)
def test_a_share_of_check_ins_tells_of_nobody_whether_they_answer(quarter):
    for cell in publish(quarter).values():
        if cell.answering is not None:
            least, most = interval(cell.answering, cell.asked, (0, 1), fine=True)
            assert range_of_one(least, most, cell.asked, (0, 1)) == (0, 1)


@pytest.mark.parametrize("people", range(5, 200))
def test_a_third_never_says_everybody_or_nobody(people):
    counts = {}
    for count in range(people + 1):
        counts.setdefault(third(count, people), []).append(count)
    assert all(len(possible) >= 2 for possible in counts.values())


@LONG
@given(st.lists(means, min_size=5, max_size=40), means)
def test_a_newcomer_stays_hidden_even_if_nobody_else_ever_changes_their_mind(values, newcomer):
    """Two quarters with the same ratings, and one person more in the second: the difference leaves two points open."""
    people = len(values)
    before = interval(trust_figure(values), people, (1, 7), fine=people >= 10)
    after = interval(trust_figure([*values, newcomer]), people + 1, (1, 7), fine=people + 1 >= 10)
    low, high = (people + 1) * after[0] - people * before[1], (people + 1) * after[1] - people * before[0]
    assert float(low) - 1e-9 <= newcomer <= float(high) + 1e-9
    assert high - low >= 2


@LONG
@given(programs)
def test_the_total_is_made_from_what_is_published_and_from_nothing_else(program):
    for quarter in program:
        cells = publish(quarter)
        whole = together(cells)
        if whole and "WHOLE" not in cells:
            assert whole.people == sum(cell.people for cell in cells.values())
            tenths = [cell.cognitive.tenths for cell in cells.values()]
            assert min(tenths) <= whole.cognitive.tenths <= max(tenths)
        assert together(dict(cells)) == whole
