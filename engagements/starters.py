"""A starter list for what may lie beneath a stated objective: mental models and blind spots that many people share.

Our own wording. A key is kept with the driver that began with it, so keys stay; wordings may change. Pure.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Starter:
    """`wording` stands for the coach's own words until there are any; `question` opens the talk about it."""

    key: str
    group: str
    wording: str
    question: str


ROLES, PRESUMED, PREFERRED, HOLDING = (
    "What a role means", "What is presumed of others", "What one prefers by habit", "What one would rather not let go",
)  # fmt: skip

STARTERS = (
    Starter("BOSS", ROLES, "What it means to be the boss", "What would a boss never do?"),
    Starter("COLLABORATE", ROLES, "What it means to collaborate", "Who gives way when you work together?"),
    Starter("EXPERT", ROLES, "Having to know the answer", "What happens if you do not know?"),
    Starter("FEEDBACK", ROLES, "What it means to be criticised", "What do you hear first when somebody disagrees?"),
    Starter("GENDER", PRESUMED, "Presumptions about gender", "Whom do you picture in that role?"),
    Starter("GENERATION", PRESUMED, "Presumptions about a generation", "What do you take for granted about their age?"),
    Starter("PERSONALITY", PRESUMED, "Presumptions about a personality", "What would they say of themselves?"),
    Starter("BACKGROUND", PRESUMED, "Presumptions about where somebody comes from", "What have you not asked them?"),
    Starter("OPERATIONS_RESEARCH", PREFERRED, "Operations or research", "Which of the two feels like real work?"),
    Starter("LOCAL_GLOBAL", PREFERRED, "Local or global", "Whose interest comes first when they differ?"),
    Starter("CENTRAL_DECENTRAL", PREFERRED, "Central or decentral", "What must not be decided without you?"),
    Starter("SPEED_CARE", PREFERRED, "Speed or care", "Which mistake is the worse one: late or wrong?"),
    Starter("CONTROL", HOLDING, "Being in control", "What is the worst that could happen if you let go?"),
    Starter("SELF", HOLDING, "Losing something of oneself", "What would no longer be you?"),
    Starter("SUCCESS", HOLDING, "What has always worked", "What did it cost, and whom?"),
    Starter("LIKED", HOLDING, "Being liked", "What do you not say, so that it stays pleasant?"),
)
BY_KEY = {starter.key: starter for starter in STARTERS}
GROUPS = (ROLES, PRESUMED, PREFERRED, HOLDING)


def wording_of(key: str) -> str:
    """The words of a starter; nothing for a key that is none."""
    return BY_KEY[key].wording if key in BY_KEY else ""


def choices():
    """For a select: ((group, ((key, wording), …)), …)."""
    return tuple((group, tuple((s.key, s.wording) for s in STARTERS if s.group == group)) for group in GROUPS)
