"""Figures over groups of people, such that no figure, and no sum or difference of figures, tells of a few. Pure.

What is published of one program and quarter are figures of groups that do not overlap: either every phase that
anybody is in, or the program as a whole, or nothing. Nothing can be had by subtraction where nothing overlaps, so
a phase never stands beside a total that holds it. Which groups are published follows from who was heard and from
their coaches alone, never from what they said: what is withheld tells nothing about anybody's trust.

A figure is a mean over people, everybody counting once. It is coarse in two ways: rounded, so that a total over
the group stays uncertain by a whole point, and cut off near the ends of the scale, where it would tell what
everybody said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor, fsum

LEAST_PEOPLE = 5
LEAST_COACHES = 2

# In tenths, as published: trust from 1.0 to 7.0; a share from 0 to 10 tenths.
TRUST_ENDS, SHARE_ENDS = (10, 70), (0, 10)
# How far all people of a group together must be able to lie from the end of the scale, for anything that is
# published. With half the scale (3 points) nobody's own value is known to better than half the scale. A share
# needs a whole person: with less, "everybody" would be told apart from "all but one".
TRUST_MARGIN, SHARE_MARGIN = 30, 10
# Rounded to a tenth from ten people on, to two tenths below that: either way ten people's worth of tenths.
FINE_FROM, COARSE_STEP, FINE_STEP = 10, 2, 1


class Phase(StrEnum):
    """How far people are: sessions held by the end of the quarter. A fixed partition."""

    FIRST = "FIRST"
    MIDDLE = "MIDDLE"
    LATER = "LATER"


LAST_OF_FIRST, LAST_OF_MIDDLE = 3, 6
WHOLE = "WHOLE"


class Bound(StrEnum):
    """What a figure says: this, this or less, this or more, or this put together from both of these."""

    NONE = ""
    LESS = "LESS"
    MORE = "MORE"
    ABOUT = "ABOUT"


class Part(StrEnum):
    """A share of people in thirds. Each third leaves open at least two numbers of people."""

    FEW = "FEW"
    SOME = "SOME"
    MOST = "MOST"


@dataclass(frozen=True, slots=True)
class Engaged:
    """One engagement in one quarter: who, with whom, and what was heard in the quarter's sessions.

    `held`: sessions held by the end of the quarter. `cognitive`, `relational`: 1..7, None where nothing was heard.
    `asked`, `answered`: check-ins of the quarter's sessions. `is_past`: past the point of trust at its end.
    """

    person: object
    coach: object
    held: int
    cognitive: float | None
    relational: float | None
    asked: int = 0
    answered: int = 0
    is_past: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """What counts of one person, however many engagements they have: one value of each kind, in one phase."""

    coaches: frozenset
    phase: Phase
    cognitive: float
    relational: float
    answering: float | None  # share of the check-ins they were asked for; None: never asked
    is_past: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean in tenths."""

    tenths: int
    bound: Bound = Bound.NONE


@dataclass(frozen=True, slots=True)
class Cell:
    """The published figures of one group; `asked` people stand behind `answering`, `people` behind the others."""

    people: int
    cognitive: Figure
    relational: Figure
    past: Part | None
    asked: int | None = None
    answering: Figure | None = None


def publish(engaged: Iterable[Engaged]) -> dict[str, Cell]:
    """The cells of one program and quarter: the phases anybody is in, or the whole alone, or none."""
    everybody = _people(engaged)
    phases = {phase: [person for person in everybody if person.phase == phase] for phase in Phase}
    peopled = {str(phase): people for phase, people in phases.items() if people}
    if peopled and all(_stands(people) for people in peopled.values()):
        return {phase: _cell(people) for phase, people in peopled.items()}
    return {WHOLE: _cell(everybody)} if _stands(everybody) else {}


def phase_of(held: int) -> Phase:
    """The phase after so many sessions."""
    if held <= LAST_OF_FIRST:
        return Phase.FIRST
    return Phase.MIDDLE if held <= LAST_OF_MIDDLE else Phase.LATER


# --- people -------------------------------------------------------------------------------------


def _people(engaged: Iterable[Engaged]) -> list[Person]:
    """Everybody of whom both strands were heard."""
    engagements: dict[object, list[Engaged]] = {}
    for one in engaged:
        if one.cognitive is not None and one.relational is not None:
            engagements.setdefault(one.person, []).append(one)
    return [_person(of_one) for of_one in engagements.values()]


def _person(engagements: Sequence[Engaged]) -> Person:
    asked = sum(one.asked for one in engagements)
    return Person(
        coaches=frozenset(one.coach for one in engagements),
        phase=phase_of(max(one.held for one in engagements)),
        cognitive=_mean([one.cognitive for one in engagements]),
        relational=_mean([one.relational for one in engagements]),
        answering=sum(one.answered for one in engagements) / asked if asked else None,
        is_past=any(one.is_past for one in engagements),
    )


def _stands(people: Sequence[Person]) -> bool:
    return is_enough([person.coaches for person in people])


def is_enough(coaches_of_each: Sequence[frozenset]) -> bool:
    """Enough people of enough coaches, and nobody who coaches all of them; one set of coaches per person."""
    coaches = frozenset().union(*coaches_of_each)
    known_to_one = frozenset.intersection(*coaches_of_each) if coaches_of_each else frozenset()
    return len(coaches_of_each) >= LEAST_PEOPLE and len(coaches) >= LEAST_COACHES and not known_to_one


# --- figures ------------------------------------------------------------------------------------


def _cell(people: Sequence[Person]) -> Cell:
    asked = [person for person in people if person.answering is not None]
    shares = [person.answering for person in asked if person.answering is not None]
    is_enough = _stands(asked)
    return Cell(
        people=len(people),
        cognitive=trust_figure([person.cognitive for person in people]),
        relational=trust_figure([person.relational for person in people]),
        past=third(sum(person.is_past for person in people), len(people)),
        asked=len(asked) if is_enough else None,
        answering=share_figure(shares) if is_enough else None,
    )


def trust_figure(values: Sequence[float]) -> Figure:
    """The mean of one value per person, 1..7."""
    step = FINE_STEP if len(values) >= FINE_FROM else COARSE_STEP
    return _figure(_mean(values), len(values), TRUST_ENDS, TRUST_MARGIN, step)


def share_figure(shares: Sequence[float]) -> Figure:
    """The mean of one share per person, 0..1."""
    return _figure(_mean(shares), len(shares), SHARE_ENDS, SHARE_MARGIN, FINE_STEP)


def _figure(mean: float, people: int, ends: tuple[int, int], margin: int, step: int) -> Figure:
    lowest, highest = ends
    least = ceil((lowest + Fraction(margin, people)) / step) * step
    most = floor((highest - Fraction(margin, people)) / step) * step
    tenths = floor(mean * 10 / step + 0.5) * step
    if tenths >= most:
        return Figure(most, Bound.MORE)
    return Figure(least, Bound.LESS) if tenths <= least else Figure(tenths)


def third(count: int, people: int) -> Part:
    """Which third a number of people lies in."""
    if 3 * count < people:
        return Part.FEW
    return Part.MOST if 3 * count > 2 * people else Part.SOME


def _mean(values: Iterable[float | None]) -> float:
    known = [value for value in values if value is not None]
    return fsum(known) / len(known)


# --- did it last? --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Followed:
    """The follow-ups that one engagement's executive was asked in a quarter, and how many got which answer."""

    person: object
    coach: object
    asked: int
    lasting: int = 0
    partly: int = 0
    faded: int = 0


@dataclass(frozen=True, slots=True)
class LastingFigures:
    """Of `asked` people: which share of their follow-ups they answered; and of the answers, the share of each.

    How many people answered is told by the share alone: next to who was asked, their number could tell of everybody.
    """

    asked: int
    answering: Figure
    lasting: Figure
    partly: Figure
    faded: Figure


def publish_lasting(followed: Iterable[Followed]) -> LastingFigures | None:
    """The figures of one program and quarter, as one group; None where too few answered. Everybody counts once."""
    sums: dict[object, list[int]] = {}
    coaches: dict[object, set] = {}
    for one in followed:
        counts = (one.asked, one.lasting, one.partly, one.faded)
        sums[one.person] = [a + b for a, b in zip(sums.get(one.person, (0, 0, 0, 0)), counts, strict=True)]
        coaches.setdefault(one.person, set()).add(one.coach)
    answered = {person: counts for person, counts in sums.items() if sum(counts[1:])}
    if not is_enough([frozenset(coaches[person]) for person in answered]):
        return None
    kinds = [share_figure([counts[k] / sum(counts[1:]) for counts in answered.values()]) for k in (1, 2, 3)]
    answering = share_figure([sum(counts[1:]) / counts[0] for counts in sums.values()])
    return LastingFigures(len(sums), answering, *kinds)


# --- put together from what is published --------------------------------------------------------


def together(cells: Mapping[str, Cell]) -> Cell | None:
    """The program as a whole, from published cells alone: it tells nothing that they do not tell."""
    if WHOLE in cells or not cells:
        return cells.get(WHOLE)
    parts = list(cells.values())
    people = [cell.people for cell in parts]
    answering = [cell.answering for cell in parts if cell.answering]
    asked = [cell.asked for cell in parts if cell.asked]
    is_asked = len(asked) == len(parts)
    return Cell(
        people=sum(people),
        cognitive=_weighed([cell.cognitive for cell in parts], people),
        relational=_weighed([cell.relational for cell in parts], people),
        past=parts[0].past if len({cell.past for cell in parts}) == 1 else None,
        asked=sum(asked) if is_asked else None,
        answering=_weighed(answering, asked) if is_asked else None,
    )


def _weighed(figures: Sequence[Figure], people: Sequence[int]) -> Figure:
    """The mean over all people. Where a part was cut off, it is as good as that."""
    total = sum(figure.tenths * n for figure, n in zip(figures, people, strict=True))
    bounds = {figure.bound for figure in figures} - {Bound.NONE} or {Bound.NONE}
    bound = bounds.pop() if len(bounds) == 1 else Bound.ABOUT
    return Figure(floor(total / sum(people) + 0.5), bound)
