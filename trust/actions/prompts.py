"""Questions the product asks a coach: asked by the jobs and after a success, answered or waved away by the coach.

Whoever asks holds the engagement's row, so that one question of a kind is open at a time.
"""

from collections import defaultdict

from django.db import transaction

from engagements.actions.audit import record
from engagements.actions.erasure import refuse_erased
from engagements.actions.texts import write_text
from engagements.models import Driver, Objective, ObjectiveStatus
from trust.detection.judgement import State
from trust.models import Prompt, PromptKind
from trust.prompting import asks_about_maximum, asks_about_surface

WORDS = "PROMPT"  # kind of sealed text; subject: the prompt


def ask_what_is_due(standing, *, now):
    """Asks and withdraws questions of many engagements. `standing`: {key: (state, sessions held)}."""
    prompts = _prompts_of(standing)
    bare = _bare_objectives(standing)
    asked, over = [], []
    for key, (state, held) in standing.items():
        known, objectives = prompts[key], bare[key]
        subjects = {PromptKind.SURFACE: objectives, PromptKind.MAXIMUM: [None] if _is_flat(state) else []}
        for kind, due in ((PromptKind.SURFACE, asks_about_surface), (PromptKind.MAXIMUM, asks_about_maximum)):
            standing_one = next((prompt for prompt in known[kind] if prompt.settled_at is None), None)
            last = max((prompt.sessions_held for prompt in known[kind]), default=None)
            if standing_one is not None and standing_one.subject_id not in subjects[kind]:
                over.append(standing_one.pk)
            elif standing_one is None and subjects[kind] and due(held, last):
                subject = subjects[kind][0]
                asked.append(Prompt(engagement_id=key, kind=kind, subject_id=subject, asked_at=now, sessions_held=held))
    Prompt.objects.bulk_create(asked)
    if over:
        Prompt.objects.filter(pk__in=over).update(settled_at=now)


def ask_after_success(*, experiment, sessions_held, now):
    """It held: what does that say? One such question at a time; part of the transaction that noted the step."""
    open_ones = Prompt.objects.filter(engagement_id=experiment.engagement_id, kind=PromptKind.SUCCESS).open()
    if not open_ones.exists():
        Prompt.objects.create(
            engagement_id=experiment.engagement_id,
            kind=PromptKind.SUCCESS,
            subject_id=experiment.pk,
            asked_at=now,
            sessions_held=sessions_held,
        )


def withdraw_success(*, experiment, now):
    """It no longer holds: the question after the success has passed."""
    about = Prompt.objects.filter(kind=PromptKind.SUCCESS, subject_id=experiment.pk)
    about.open().update(settled_at=now)


@transaction.atomic
def answer_prompt(*, prompt, text, by, now):
    """The coach's own words, sealed. Answered twice, the later words stand."""
    refuse_erased(prompt.engagement_id)
    write_text(engagement_id=prompt.engagement_id, kind=WORDS, subject_id=prompt.pk, text=text, by=by, now=now)
    return settle_prompt(prompt=prompt, by=by, now=now)


@transaction.atomic
def settle_prompt(*, prompt, by, now):
    """Answered elsewhere, or waved away; which of these is nobody's business. Twice is once."""
    if Prompt.objects.filter(pk=prompt.pk).open().update(settled_at=now):
        record(by=by, verb="prompt.settled", subject=prompt, engagement=prompt.engagement, now=now)
    return prompt


def settle_about_objective(*, objective, now):
    """Something hangs beneath it now: whether it is still at the surface is answered."""
    if objective is not None:
        about = Prompt.objects.filter(kind=PromptKind.SURFACE, subject_id=objective.pk)
        about.open().update(settled_at=now)


def _is_flat(state):
    return state == State.FLAT_AT_MAXIMUM


def _prompts_of(keys):
    found = defaultdict(lambda: defaultdict(list))
    for prompt in Prompt.objects.filter(engagement_id__in=list(keys)).exclude(kind=PromptKind.SUCCESS):
        found[prompt.engagement_id][prompt.kind].append(prompt)
    return found


def _bare_objectives(keys):
    """Open objectives without anything beneath them that is in use, oldest first: {engagement key: [keys]}."""
    covered = Driver.objects.filter(engagement_id__in=list(keys)).in_use().exclude(objective=None)
    rows = Objective.objects.filter(engagement_id__in=list(keys), status=ObjectiveStatus.OPEN)
    found = defaultdict(list)
    for objective in rows.exclude(pk__in=covered.values("objective_id")).in_order():
        found[objective.engagement_id].append(objective.pk)
    return found
