"""Questions the product asks a coach: asked by the jobs and after a success, answered or waved away by the coach.

Whoever asks holds the engagement's row, so that one question of a kind is open at a time.
"""

from collections import defaultdict

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from engagements.actions.audit import record
from engagements.actions.erasure import refuse_erased
from engagements.actions.texts import write_text
from engagements.models import Driver, Objective, ObjectiveStatus
from trust.detection.judgement import State
from trust.models import Prompt, PromptKind
from trust.prompting import asks_about_maximum, asks_about_surface, has_stood

WORDS = "PROMPT"  # kind of sealed text; subject: the prompt
DUE = {PromptKind.SURFACE: asks_about_surface, PromptKind.MAXIMUM: asks_about_maximum}


def ask_what_is_due(standing, *, now):
    """Asks and withdraws questions of many engagements. `standing`: {key: (state, sessions held)}."""
    prompts = _prompts_of(standing)
    bare = _bare_objectives(standing)
    asked, over = [], []
    for key, (state, held) in standing.items():
        subjects = {PromptKind.SURFACE: bare[key], PromptKind.MAXIMUM: [None] if _is_flat(state) else []}
        over += [one.pk for one in prompts[key] if one.settled_at is None and _has_passed(one, subjects, held)]
        for kind, is_due in DUE.items():
            known = [one for one in prompts[key] if one.kind == kind]
            stands = any(one.settled_at is None and one.pk not in over for one in known)
            last = max((one.sessions_held for one in known), default=None)
            if subjects[kind] and not stands and is_due(held, last):
                about = subjects[kind][0]
                asked.append(Prompt(engagement_id=key, kind=kind, subject_id=about, asked_at=now, sessions_held=held))
    if over:
        Prompt.objects.filter(pk__in=over).update(settled_at=now)
    Prompt.objects.bulk_create(asked)


def _has_passed(prompt, subjects, held):
    """What it asks about is no longer so, or it has stood long enough."""
    is_gone = prompt.kind in subjects and prompt.subject_id not in subjects[prompt.kind]
    return is_gone or has_stood(held, prompt.sessions_held)


def ask_after_success(*, experiment, sessions_held, now):
    """It held: what does that say? One such question at a time, and once between two sessions.

    Part of the transaction that noted the step.
    """
    known = Prompt.objects.filter(engagement_id=experiment.engagement_id, kind=PromptKind.SUCCESS)
    if not known.filter(Q(settled_at__isnull=True) | Q(subject_id=experiment.pk, sessions_held=sessions_held)).exists():
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
    found = defaultdict(list)
    for prompt in Prompt.objects.filter(engagement_id__in=list(keys)).oldest_first():
        found[prompt.engagement_id].append(prompt)
    return found


def _bare_objectives(keys):
    """Open objectives without anything beneath them that is in use, oldest first: {engagement key: [keys]}."""
    covered = Driver.objects.filter(objective=OuterRef("pk")).in_use()
    rows = Objective.objects.filter(~Exists(covered), engagement_id__in=list(keys), status=ObjectiveStatus.OPEN)
    found = defaultdict(list)
    for key, objective in rows.in_order().values_list("engagement_id", "pk"):
        found[key].append(objective)
    return found
