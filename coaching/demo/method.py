"""The method in the demo: experiments, slips and what lies beneath, noted after sessions by the product's own actions.

Dice of their own: whatever else is made up stays as it was.
"""

import random
from datetime import timedelta

from engagements.actions.drivers import add_evidence
from engagements.actions.experiments import add_experiment
from engagements.models import Party
from trust.actions.method import name_driver, take_step
from trust.actions.prompts import settle_prompt

SHARE_WITH_EXPERIMENTS = 0.7
A_MOMENT = timedelta(minutes=2)

EXPERIMENTS = (
    ("Ask one question before giving my own answer.", "In the Monday meeting, when a deputy brings a decision."),
    ("Leave the meeting after the first half and let them finish.", "In the weekly planning round."),
    ("Say what I do not know yet.", "In the executive meeting, when the figures are open."),
    ("Wait for three others to speak.", "In the project review, whenever I have a view at once."),
    ("Hand over a task with its result, not its steps.", "With the two new team leads."),
    ("Name a disagreement on the same day.", "With the colleague from finance, in person."),
)
CAME_OF_IT = {
    "TRIED": ("Did it once, felt slow.", "Started well, then ran out of time."),
    "HELD": ("It went by itself; they took over.", "Nobody missed my answer.", "Quieter room, better decision."),
    "SLIPPED": (
        "Answered after two seconds again.",
        "Took it back when it got tight.",
        "Old reflex, noticed it later.",
    ),
    "TRIED_AGAIN": ("A smaller piece this time.",),
}
DRIVERS = (
    ("MENTAL_MODEL", "BOSS", "A boss who asks looks as if they did not know."),
    ("DRIVER", "CONTROL", "Nothing goes wrong as long as I have seen it."),
    ("BLIND_SPOT", "SUCCESS", "What brought me here was being the fastest in the room."),
    ("MENTAL_MODEL", "COLLABORATE", "Whoever gives way first has lost."),
    ("DRIVER", "SELF", "If I let go of this, what am I here for?"),
)
SHOWED = (
    "Spoke for the deputy twice before she had finished.",
    "Told the story of the first plant again, when asked about handing over.",
    "Laughed when I asked who else could decide it.",
)
# After which of the logged sessions, counted from the first (1) or from the last (-1), what happens.
STEADY = {2: "TRIED", 3: "HELD", 5: "HELD", 7: "HELD"}
WITH_A_SLIP = {2: "TRIED", 3: "SLIPPED", 4: "TRIED_AGAIN", 5: "HELD", 8: "HELD"}
FALLS_BACK = {2: "TRIED", 3: "HELD", -2: "SLIPPED", -1: "SLIPPED"}
DEPTHS = {3: "TRIED", 5: "WORKS_HERE", 7: "WORKS_ELSEWHERE", 8: "WORKS_HERE"}
PLOTS = ((STEADY, 4), (WITH_A_SLIP, 4), (FALLS_BACK, 2))
FALLING_STORIES = ("stalled", "ruptured")
DRIVER_NAMED_AFTER = 4
SHARE_WAVED_AWAY = 0.6


class Method:
    """What one coach notes beside the logs of one engagement."""

    def __init__(self, number, sessions, story):
        self.dice = random.Random(f"method/{number}")  # noqa: S311 - made-up data, not a secret
        self.sessions = sessions  # numbers of those that get a log, in their order
        falls_back = story in FALLING_STORIES
        self.is_used = (falls_back or self.dice.random() < SHARE_WITH_EXPERIMENTS) and len(sessions) > 1
        plot = self.dice.choices([plot for plot, _ in PLOTS], [weight for _, weight in PLOTS])[0]
        self.plot = FALLS_BACK if falls_back else plot
        self.experiment = self.driver = None

    def after_session(self, engagement, objective, session, number, at):
        """`number` is the session's own; what is noted stands two minutes after its log."""
        if not self.is_used or number not in self.sessions:
            return
        nth, by, at = self.sessions.index(number) + 1, engagement.coach, at + A_MOMENT
        from_the_end = nth - len(self.sessions) - 1
        if nth == 1:
            behaviour, situation = self.dice.choice(EXPERIMENTS)
            self.experiment = add_experiment(
                engagement=engagement, behaviour=behaviour, situation=situation, objective=objective, by=by, now=at
            )
        if to := self.plot.get(from_the_end) or self.plot.get(nth):
            self._step(to, nth, by, session, at)
        if nth == DRIVER_NAMED_AFTER:
            self._name_driver(engagement, objective, by, session, at)

    def _step(self, to, nth, by, session, at):
        is_own = self.dice.random() < 0.3
        self.experiment.refresh_from_db()
        if to == "SLIPPED" and self.experiment.state == "PLANNED":
            return
        take_step(
            experiment=self.experiment,
            to=to,
            party=Party.EXECUTIVE if is_own else Party.COACH,
            by=None if is_own else by,
            session=None if is_own else session,
            depth=DEPTHS.get(nth) if to == "HELD" else None,
            words=self.dice.choice(CAME_OF_IT[to]),
            now=at,
        )
        asked = _open_question(self.experiment.engagement)
        if asked is not None and self.dice.random() < SHARE_WAVED_AWAY:
            settle_prompt(prompt=asked, by=by, now=at)

    def _name_driver(self, engagement, objective, by, session, at):
        kind, starter, text = self.dice.choice(DRIVERS)
        self.driver = name_driver(
            engagement=engagement,
            objective=objective,
            kind=kind,
            starter=starter,
            text=text,
            prompt=_open_question(engagement),
            by=by,
            now=at,
        )
        add_evidence(driver=self.driver, session=session, text=self.dice.choice(SHOWED), by=by, now=at)


def _open_question(engagement):
    """The one after a success."""
    return engagement.prompts.open().filter(kind="SUCCESS").first()
