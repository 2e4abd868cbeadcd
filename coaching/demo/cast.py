"""Who takes part in the demo: numbers in, names and rules out. Pure.

Two hundred engagements share two organizations, four programs, two program managers and 25 coaches. Beyond two
thousand no more programs are founded: those there are grow, as they do in a large house.
"""

from dataclasses import dataclass

from coaching.demo.stories import COACHES_PER_GROUP, GROUP

DOMAIN = "demo.example"
CIRCLE = 200  # engagements that share programs
PROGRAMS_PER_CIRCLE = 4
CIRCLES_WITH_PROGRAMS = 10
MANAGERS_PER_CIRCLE = 2
ZONES = ("Europe/London", "Europe/London", "Europe/Berlin", "America/New_York", "Europe/Paris")
CREDENTIALS = ("PCC", "MCC", "EMCC Senior Practitioner", "ACC", "PCC, EMCC Practitioner")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a program lays down."""

    name: str
    cadence_weeks: int
    session_budget: int
    planned_weeks: int
    time_zone: str
    check_ins_on: bool = True
    discloses_objective: bool = False
    discloses_regressing: bool = True


RULES = (
    Rules("Leadership", 2, 14, 36, "Europe/London", discloses_objective=True),
    Rules("New in role", 2, 12, 32, "Europe/Berlin"),
    Rules("Senior circle", 3, 12, 44, "Europe/London", discloses_regressing=False),
    Rules("Regional leads", 2, 14, 36, "America/New_York", check_ins_on=False),
)


def rules_of(program: int) -> Rules:
    return RULES[program % PROGRAMS_PER_CIRCLE]


def first_program_of(number: int) -> int:
    """The first of the four programs that the circle of an engagement shares."""
    return number // CIRCLE % CIRCLES_WITH_PROGRAMS * PROGRAMS_PER_CIRCLE


def organization_of(program: int) -> int:
    return program // 2


def letters(number: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def organization_name(number: int) -> str:
    return f"Demo Organization {letters(number)}"


def coach_of(number: int, slot: int) -> int:
    """The coach of an engagement by the place its story gives it."""
    return number // GROUP * COACHES_PER_GROUP + slot


def coach_zone(coach: int) -> str:
    return ZONES[coach % len(ZONES)]


def coach_email(coach: int) -> str:
    return f"coach{coach + 1:02d}@{DOMAIN}"


def coach_name(coach: int) -> str:
    return f"Demo Coach {coach + 1:02d}"


def manager_email(manager: int) -> str:
    return f"manager{manager + 1:02d}@{DOMAIN}"


def manager_name(manager: int) -> str:
    return f"Demo Manager {manager + 1:02d}"


def manager_of(program: int) -> int:
    """The manager in charge: the first of a circle has three programs, the second the fourth."""
    circle, place = divmod(program, PROGRAMS_PER_CIRCLE)
    return circle * MANAGERS_PER_CIRCLE + (place == PROGRAMS_PER_CIRCLE - 1)


def executive_email(number: int) -> str:
    return f"executive{number + 1:04d}@{DOMAIN}"


def executive_name(number: int) -> str:
    return f"Demo Executive {number + 1:04d}"


ADMINISTRATOR_EMAIL, ADMINISTRATOR_NAME = f"admin01@{DOMAIN}", "Demo Administrator 01"
# In charge of every program beyond the first circle, too.
HEAD = 0
# One coach of the first circle also manages its fourth program.
COACH_AND_MANAGER, PROGRAM_OF_COACH_AND_MANAGER = 1, 3
