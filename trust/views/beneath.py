"""Beneath the surface: drivers, mental models and blind spots, and where they showed. For the coach alone."""

from uuid import UUID

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from engagements import starters
from engagements.access import COACH, open_to
from engagements.actions.drivers import (
    Circle,
    edit_driver,
    edit_evidence,
    keys_beneath,
    set_driver_aside,
    take_driver_up,
)
from engagements.models import DraftKind, Driver, DriverEvidence, Engagement, ObjectiveStatus, Session
from engagements.views.drafts import drafts_of, end_drafts_of, meets_others, saved_elsewhere, saves_in_place
from engagements.views.showing import show
from trust.actions.method import name_driver, note_evidence
from trust.forms.drivers import DriverForm, EvidenceForm, EvidenceWordsForm
from trust.models import Prompt
from trust.views.method_rows import driver_forest, drivers_of, objectives_of, questions_of, shortened, words_of

FORM = ["GET", "HEAD", "POST"]
PEOPLE = ("engagement__executive", "engagement__coach", "engagement__program")
SESSIONS_OFFERED = 30


@require_safe
@open_to(COACH)
def drivers(request, pk):
    """Objectives, and what lies beneath each, as a tree."""
    engagement = _engagement_of(request.user, pk)
    named = drivers_of(request.user, engagement, in_use=False)
    forest = driver_forest(request.user, named)
    stated = objectives_of(request.user, engagement)
    context = {
        "title": "Beneath the surface",
        "engagement": engagement,
        "trees": [
            {"objective": row, "words": words, "is_open": row.status == ObjectiveStatus.OPEN, "nodes": forest[row.pk]}
            for row, words in stated
            if row.status == ObjectiveStatus.OPEN or forest[row.pk]
        ],
        "loose": forest[None],
        "aside": [(row, words) for row, words in named if row.set_aside_at is not None],
        "questions": [one for one in questions_of(request.user, engagement)[0] if one.prompt.kind == "SURFACE"],
        "has_held": _held(request.user, engagement).exists(),
    }
    return show(request, "trust/drivers.html", context)


@saves_in_place
@sensitive_post_parameters("text")
@require_http_methods(FORM)
@open_to(COACH)
def driver_add(request, pk):
    """A driver, beneath what the address names; `prompt` in it is the question this answers."""
    engagement, now = _engagement_of(request.user, pk), timezone.now()
    places = _places(request.user, engagement)
    beneath = _place_asked_for(request, places)
    about = {"kind": DraftKind.NEW_DRIVER, "subject_id": UUID(beneath) if beneath else engagement.pk}
    drafts = drafts_of(request, engagement=engagement, now=now, **about)
    initial = {"place": beneath or _only_objective(places)}
    form = drafts.put_into(DriverForm(request.POST or None, places=places, initial=initial))
    if request.method == "POST" and form.is_valid():
        prompt = _prompt_asked_for(request, engagement)
        name_driver(engagement=engagement, prompt=prompt, by=request.user, now=now, **form.content)
        end_drafts_of(request, engagement=engagement, now=now)
        messages.success(request, "Noted.")
        return redirect("drivers", engagement.pk)
    context = {"title": "What lies beneath?", "engagement": engagement, "form": form, "drafts": drafts}
    return show(request, "trust/driver_add.html", context | {"starters": starters.STARTERS})


@saves_in_place
@sensitive_post_parameters("text")
@require_http_methods(FORM)
@open_to(COACH)
def driver_edit(request, pk):
    """Other words, another place, shown to the executive or not."""
    driver, now = _driver_of(request.user, pk), timezone.now()
    engagement, on_record = driver.engagement, _on_record(request.user, driver)
    drafts = drafts_of(request, engagement=engagement, kind=DraftKind.DRIVER, subject_id=driver.pk, now=now)
    places = _places(request.user, engagement, without={driver.pk, *keys_beneath(driver)})
    form = drafts.put_into(DriverForm(request.POST or None, places=places, initial=on_record))
    may_save = request.method == "POST" and form.is_valid() and not meets_others(request, form, text=on_record["text"])
    if may_save and _is_edited(form, driver, request.user, now):
        end_drafts_of(request, engagement=engagement, now=now)
        messages.success(request, "Saved.")
        return redirect("drivers", engagement.pk)
    context = {"title": driver.get_kind_display(), "engagement": engagement, "driver": driver, "form": form}
    return show(request, "trust/driver_edit.html", context | {"drafts": drafts})


def _is_edited(form, driver, user, now):
    """Whether the driver took what the form says; where it did not, the form says why."""
    try:
        edit_driver(driver=driver, by=user, now=now, **form.content)
    except Circle as refusal:
        form.add_error("place", str(refusal))
    return form.is_valid()


@saves_in_place
@sensitive_post_parameters("text")
@require_http_methods(FORM)
@open_to(COACH)
def driver_evidence(request, pk):
    """In which session it showed, and how."""
    driver, now = _driver_of(request.user, pk), timezone.now()
    engagement = driver.engagement
    drafts = drafts_of(request, engagement=engagement, kind=DraftKind.NEW_EVIDENCE, subject_id=driver.pk, now=now)
    sessions = list(_held(request.user, engagement)[:SESSIONS_OFFERED])
    form = drafts.put_into(EvidenceForm(request.POST or None, sessions=sessions))
    if request.method == "POST" and form.is_valid():
        note_evidence(driver=driver, by=request.user, now=now, **form.content)
        end_drafts_of(request, engagement=engagement, now=now)
        messages.success(request, "Noted.")
        return redirect("drivers", driver.engagement_id)
    words = words_of(request.user, [driver]).get(("DRIVER", driver.pk)) or starters.wording_of(driver.starter)
    context = {
        "title": "What showed it?",
        "engagement": engagement,
        "words": words,
        "form": form,
        "drafts": drafts,
        "has_sessions": bool(sessions),
    }
    return show(request, "trust/driver_evidence.html", context)


@saves_in_place
@sensitive_post_parameters("text")
@require_http_methods(FORM)
@open_to(COACH)
def evidence_edit(request, pk):
    """Other words for how it showed."""
    rows = DriverEvidence.objects.confided_to(request.user).select_related(
        "session", "driver__engagement__executive", "driver__engagement__program"
    )
    evidence, now = get_object_or_404(rows, pk=pk), timezone.now()
    engagement = evidence.driver.engagement
    drafts = drafts_of(request, engagement=engagement, kind=DraftKind.EVIDENCE, subject_id=evidence.pk, now=now)
    words = words_of(request.user, [evidence]).get(("DRIVER_EVIDENCE", evidence.pk), "")
    form = drafts.put_into(EvidenceWordsForm(request.POST or None, initial={"text": words}))
    if request.method == "POST" and form.is_valid():
        if both := saved_elsewhere(request, form.words, words):
            form.add_error("text", both)
        else:
            edit_evidence(evidence=evidence, text=form.words, by=request.user, now=now)
            end_drafts_of(request, engagement=engagement, now=now)
            messages.success(request, "Saved." if form.words else "Taken away.")
            return redirect("drivers", engagement.pk)
    context = {"title": "What showed it", "engagement": engagement, "evidence": evidence, "form": form}
    return show(request, "trust/evidence_edit.html", context | {"drafts": drafts})


@require_POST
@open_to(COACH)
def driver_set_aside(request, pk):
    """It leads nowhere for now."""
    driver = set_driver_aside(driver=_driver_of(request.user, pk), by=request.user, now=timezone.now())
    messages.success(request, "Set aside. It stays at the foot of the page.")
    return redirect("drivers", driver.engagement_id)


@require_POST
@open_to(COACH)
def driver_take_up(request, pk):
    """It matters again."""
    driver = take_driver_up(driver=_driver_of(request.user, pk), by=request.user, now=timezone.now())
    messages.success(request, "Taken up again.")
    return redirect("drivers", driver.engagement_id)


def _engagement_of(user, pk):
    return get_object_or_404(Engagement.objects.confided_to(user).with_people(), pk=pk)


def _driver_of(user, pk):
    return get_object_or_404(Driver.objects.confided_to(user).select_related(*PEOPLE, "objective", "beneath"), pk=pk)


def _held(user, engagement):
    return Session.objects.confided_to(user).filter(engagement=engagement).held().newest_first()


def _prompt_asked_for(request, engagement):
    """The open question that the address names, if it is one of this engagement."""
    prompts = Prompt.objects.confided_to(request.user).filter(engagement=engagement).open()
    return next((prompt for prompt in prompts if str(prompt.pk) == request.GET.get("prompt")), None)


def _places(user, engagement, without=()):
    """What a driver may hang beneath, as DriverForm takes it: open objectives first, then other drivers."""
    stated = [
        (str(row.pk), f"Objective: {shortened(words)}", row, None)
        for row, words in objectives_of(user, engagement, only_open=True)
    ]
    named = [
        (str(row.pk), f"{row.get_kind_display()}: {shortened(words)}", None, row)
        for row, words in drivers_of(user, engagement)
        if row.pk not in without
    ]
    return stated + named


def _place_asked_for(request, places):
    """What the address says the driver is to hang beneath; "" where it names nothing of this engagement."""
    wanted = request.GET.get("beneath", "")
    return wanted if any(value == wanted for value, *_ in places) else ""


def _only_objective(places):
    """Where there is one objective, it is most likely meant."""
    stated = [value for value, _, objective, _ in places if objective is not None]
    return stated[0] if len(stated) == 1 else ""


def _on_record(user, driver):
    return {
        "text": words_of(user, [driver]).get(("DRIVER", driver.pk), ""),
        "starter": driver.starter,
        "kind": driver.kind,
        "place": str(driver.beneath_id or driver.objective_id or ""),
        "is_shared": driver.is_shared,
    }
