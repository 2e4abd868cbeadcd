"""Experiments, drivers and open questions of an engagement with their words, ready for the templates."""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import prefetch_related_objects

from engagements import starters
from engagements.actions.texts import readable_texts
from engagements.models import Driver, DriverEvidence, Experiment, ExperimentStep, Objective, ObjectiveStatus, TextKind
from trust.actions.prompts import WORDS as PROMPT
from trust.forms.experiments import QUICK, next_steps
from trust.models import Prompt, PromptKind

EXPERIMENTS_BESIDE = 4  # on the page of an engagement; the rest on the page of experiments
LABEL = 80  # characters of words in a choice or a line


@dataclass(frozen=True, slots=True)
class ExperimentRow:
    """One experiment; `after` names its latest step, so that one press counts once."""

    experiment: Experiment
    behaviour: str
    situation: str
    latest: ExperimentStep | None

    @property
    def after(self) -> uuid.UUID:
        return self.latest.pk if self.latest else self.experiment.pk

    @property
    def quick_steps(self):
        return next_steps(self.experiment.state, QUICK)

    @property
    def all_steps(self):
        return next_steps(self.experiment.state)


@dataclass(slots=True)
class DriverNode:
    """One driver with what showed it, [(evidence, words)], and what hangs beneath it."""

    driver: Driver
    words: str
    question: str
    evidence: list = field(default_factory=list)
    beneath: list = field(default_factory=list)

    @property
    def label(self):
        return shortened(self.words)


@dataclass(frozen=True, slots=True)
class Question:
    """An open prompt: what it asks, and what about."""

    prompt: Prompt
    text: str
    about: str


QUESTIONS = {
    PromptKind.SURFACE: "Is this still the surface? Something may lie beneath it.",
    PromptKind.SUCCESS: "It held. What does this say about what drives it?",
    PromptKind.MAXIMUM: "Every recent rating stands at the top. What would tell you otherwise?",
}


def shortened(words):
    return words if len(words) <= LABEL else f"{words[:LABEL].rstrip()} …"


def experiment_rows(experiments, texts):
    """ExperimentRows of these experiments, in their order; `texts` as readable_texts gives them."""
    experiments = list(experiments)
    if experiments:
        prefetch_related_objects(experiments, "steps")
    latest = {one.pk: max(one.steps.all(), key=lambda step: (step.at, step.pk), default=None) for one in experiments}
    return [
        ExperimentRow(
            one,
            texts.get((TextKind.EXPERIMENT, one.pk), ""),
            texts.get((TextKind.EXPERIMENT_SITUATION, one.pk), ""),
            latest.get(one.pk),
        )
        for one in experiments
    ]


def experiments_of(user, engagement):
    """All experiments of an engagement as ExperimentRows, the latest change first."""
    rows = list(Experiment.objects.confided_to(user).filter(engagement=engagement).newest_first())
    return experiment_rows(rows, words_of(user, rows))


def under_way(rows):
    """Those a step can be noted for while logging: neither set aside nor through."""
    return [row for row in rows if row.quick_steps]


def drivers_of(user, engagement, *, in_use=True):
    """[(driver, words)] of an engagement, in the order they were named."""
    rows = Driver.objects.confided_to(user).filter(engagement=engagement).in_order()
    rows = list(rows.in_use() if in_use else rows)
    texts = words_of(user, rows)
    return [(row, texts.get((TextKind.DRIVER, row.pk)) or starters.wording_of(row.starter)) for row in rows]


def objectives_of(user, engagement, *, only_open=False):
    """[(objective, words)], in the order they were stated."""
    rows = Objective.objects.confided_to(user).filter(engagement=engagement).in_order()
    rows = list(rows.filter(status=ObjectiveStatus.OPEN) if only_open else rows)
    texts = words_of(user, rows)
    return [(row, texts.get((TextKind.OBJECTIVE, row.pk), "")) for row in rows]


def words_of(user, rows):
    """Current words about these rows; nothing once the key is gone."""
    return readable_texts(user=user, subject_ids=[row.pk for row in rows]) if rows else {}


# --- what lies beneath ----------------------------------------------------------------------------


def driver_forest(user, drivers):
    """{objective key or None: [DriverNode]} of drivers in use, [(driver, words)].

    What hung beneath one that was set aside comes up to where that one was.
    """
    nodes = {row.pk: DriverNode(row, words, _question(row)) for row, words in drivers if row.set_aside_at is None}
    parents = {row.pk: row.beneath_id for row, _ in drivers}
    for evidence, words in _evidence_of(user, list(nodes)):
        nodes[evidence.driver_id].evidence.append((evidence, words))
    roots = defaultdict(list)
    for node in nodes.values():
        above = parents[node.driver.pk]
        while above is not None and above not in nodes:
            above = parents.get(above)
        if above is None:
            roots[node.driver.objective_id].append(node)
        else:
            nodes[above].beneath.append(node)
    return roots


def _question(driver):
    return starters.BY_KEY[driver.starter].question if driver.starter in starters.BY_KEY else ""


def _evidence_of(user, driver_keys):
    rows = DriverEvidence.objects.confided_to(user).filter(driver_id__in=driver_keys)
    rows = list(rows.select_related("session").newest_first())
    texts = words_of(user, rows)
    return [(row, texts.get((TextKind.DRIVER_EVIDENCE, row.pk), "")) for row in rows]


# --- questions ------------------------------------------------------------------------------------


def questions_of(user, engagement):
    """Open prompts as Questions, and answers to what would tell otherwise: (questions, [(prompt, words)])."""
    prompts = list(Prompt.objects.confided_to(user).filter(engagement=engagement).oldest_first())
    subject_ids = _asked_about(prompts)
    return _questions(prompts, readable_texts(user=user, subject_ids=subject_ids) if subject_ids else {})


def _asked_about(prompts):
    """Keys of the words that prompts need: what they ask about, and what was answered."""
    subjects = [prompt.subject_id for prompt in prompts if prompt.settled_at is None and prompt.subject_id]
    return [*subjects, *(prompt.pk for prompt in prompts)]


def _questions(prompts, texts):
    questions = [
        Question(prompt, QUESTIONS[prompt.kind], shortened(_about(prompt, texts)))
        for prompt in prompts
        if prompt.settled_at is None
    ]
    otherwise = [(one, texts.get((PROMPT, one.pk), "")) for one in prompts if one.kind == PromptKind.MAXIMUM]
    return questions, [(prompt, words) for prompt, words in otherwise if words]


def _about(prompt, texts):
    kind = {PromptKind.SURFACE: TextKind.OBJECTIVE, PromptKind.SUCCESS: TextKind.EXPERIMENT}.get(prompt.kind)
    return texts.get((kind, prompt.subject_id), "") if kind else ""


# --- on the page of an engagement -----------------------------------------------------------------


def method_rows(user):
    """Query sets of what that page shows of all this, still to be narrowed to the engagement."""
    return {
        "experiments": Experiment.objects.confided_to(user).newest_first(),
        "prompts": Prompt.objects.confided_to(user).oldest_first(),
        "drivers": Driver.objects.confided_to(user).in_use().only("pk"),
    }


def words_wanted(rows):
    """Keys of the words that method_shown needs."""
    return [*(experiment.pk for experiment in rows["experiments"]), *_asked_about(rows["prompts"])]


def method_shown(engagement, rows, texts):
    """What the page of an engagement shows of all this; `rows` by the names of method_rows."""
    experiments = experiment_rows(rows["experiments"], texts)
    experiments = [row for row in experiments if row.experiment.state != "SET_ASIDE"]
    questions, otherwise = _questions(rows["prompts"], texts)
    return {
        "experiments": experiments[:EXPERIMENTS_BESIDE],
        "experiments_more": max(len(experiments) - EXPERIMENTS_BESIDE, 0),
        "questions": questions[:1] if engagement.is_open else [],  # one at a time
        "otherwise": otherwise[-1:],
        "drivers_named": len(rows["drivers"]),
    }
