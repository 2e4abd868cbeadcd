"""An engagement in which everything confidential there is has been said, and all the pages there are.

Two worlds built with different words differ in nothing that anybody but Cora may see.
"""

import uuid
from dataclasses import dataclass
from types import SimpleNamespace

from django.contrib import admin
from django.urls import reverse

from coaching.forms.portfolio import SORTS
from coaching.tests.cast import at
from coaching.tests.test_access_matrix import ROUTES, ROWS, report_on
from engagements.actions.confidentiality import record_confidentiality_use
from engagements.actions.conversations import note_conversation
from engagements.actions.drafts import Typing, save_draft
from engagements.actions.drivers import add_driver, add_evidence
from engagements.actions.experiments import add_experiment
from engagements.actions.extensions import ask_for_more
from engagements.actions.hours import save_outside_hours, set_consent, set_hours_terms, set_pro_bono
from engagements.actions.import_runs import start_import
from engagements.actions.objectives import add_objective, reword_objective
from engagements.actions.people import edit_executive
from engagements.models import DraftKind, FollowUp, ImportKind
from trust.actions.check_ins import answer_check_in, claim_check_in, note_check_in_sent
from trust.actions.cohort import freeze_what_is_due
from trust.actions.data_requests import answer_request, ask_for_opinions, decide_item, make_request
from trust.actions.flags import answer_flag
from trust.actions.judging import judge_engagements
from trust.actions.method import take_step
from trust.actions.point_of_trust import confirm_point_of_trust, record_lost
from trust.actions.prompts import answer_prompt
from trust.actions.ruptures import close_rupture, note_attempt, open_rupture
from trust.actions.session_log import log_session
from trust.instrument import COACH_ITEMS, EXECUTIVE_ITEMS
from trust.models import CheckIn, Flag, Judgement, Prompt


@dataclass(frozen=True)
class World:
    """What was said, rated and answered. `number` is one that stands nowhere else, for values and evidence."""

    words: str
    rating: int
    number: float
    orientation: str
    cause: str
    next_step: str
    is_shared: bool
    has_more: bool  # a summary, a point of trust, something to watch, a second objective
    seen: tuple[str, ...]


def confide(cast, world):
    """Fills Cora's engagement through the actions that the pages and jobs call."""
    mine, by = cast.mine, cast.cora
    now = at()
    log = {"minutes": 60, "note": f"note {world.words}", "summary": f"summary {world.words}" if world.has_more else ""}
    ratings = {item.key: world.rating for item in COACH_ITEMS}
    log_session(session=mine.session, by=by, now=now, ratings=ratings, seen=world.seen, **log)
    log_session(
        session=mine.session, by=by, now=now, ratings=ratings, seen=(), **log | {"note": f"later {world.words}"}
    )
    _answer(world)
    reword_objective(objective=mine.engagement.objectives.get(), text=f"objective {world.words}", by=by, now=now)
    if world.has_more:
        add_objective(engagement=mine.engagement, text=f"another {world.words}", by=by, now=now)
        _reach(mine.engagement, world, by, now)
    edit_executive(executive=mine.executive, orientation=world.orientation, by=by, now=now)
    _hurt(mine.engagement, world, by, now)
    if world.has_more:
        _tell(mine.engagement, world, by, now)
    _change(mine, world, by, now)
    _type(mine, world, by, now)
    _count(mine, world, by, now)
    judge_engagements([mine.engagement.pk], now=now)
    _judge(mine.engagement, world, by, now)
    _ask(mine.engagement, world, by, now)
    FollowUp.objects.create(engagement=mine.engagement, days=30, party="COACH", due_on=now.date(), asked_at=now)
    _act(mine, now)
    report_on(mine)
    freeze_what_is_due(now=at(200))  # too few people: cells that are withheld look alike in any world
    file = f"client_email,date,note\r\nx@client.example,2026-01-05,file {world.words}\r\n".encode()
    return start_import(
        kind=ImportKind.HISTORY, name=f"name {world.words}.csv", content=file, options={}, by=by, now=now
    )


def _act(mine, now):
    """What the program manager and the coach settle between them; the same in both worlds."""
    note_conversation(engagement=mine.engagement, held_on=at(-2).date(), by=mine.manager, now=now)
    more = {"sessions": 2, "ends_on": None, "reason": "NEW_ROLE"}
    ask_for_more(engagement=mine.engagement, by=mine.coach, now=now, **more)


def _answer(world):
    check_in = claim_check_in(check_in_id=CheckIn.objects.get().pk, now=at())
    note_check_in_sent(check_in=check_in, now=at())
    answers = {item.key: world.rating for item in EXECUTIVE_ITEMS}
    answer_check_in(check_in=check_in, ratings=answers, is_shared=world.is_shared, now=at())


def _reach(engagement, world, by, now):
    day = at(-3).date()
    confirm_point_of_trust(
        engagement=engagement, reached_on=day, seen=world.seen, words=f"point {world.words}", by=by, now=now
    )
    record_lost(engagement=engagement, lost_on=at(-2).date(), by=by, now=now)


def _hurt(engagement, world, by, now):
    """A case of rupture and repair, in one world of one kind, in the other of another and mended."""
    kind = "PUSHED_TOO_HARD" if world.has_more else "LET_DOWN"
    case = open_rupture(engagement=engagement, kind=kind, words=f"rupture {world.words}", by=by, now=now)
    note_attempt(rupture=case, step="NAMED_IT", tried_on=at(-1).date(), words=f"repair {world.words}", by=by, now=now)
    if world.has_more:
        close_rupture(rupture=case, outcome="REPAIRED", by=by, now=now)


def _tell(engagement, world, by, now):
    """A condition of the agreement made the coach tell somebody else; in the other world it never did."""
    record_confidentiality_use(
        engagement=engagement,
        pk=uuid.uuid4(),
        condition="SAFETY",
        told_to="SPONSOR",
        used_on=at(-2).date(),
        executive_told_on=at(-3).date(),
        words=f"told {world.words}",
        by=by,
        now=now,
    )


def _change(mine, world, by, now):
    """What lies beneath, an experiment with its steps, and a question with its answer; two slips in one world."""
    engagement, starter = mine.engagement, "CONTROL" if world.has_more else "BOSS"
    driver = add_driver(engagement=engagement, text=f"driver {world.words}", starter=starter, by=by, now=now)
    add_evidence(driver=driver, session=mine.session, text=f"evidence {world.words}", by=by, now=now)
    said = {"behaviour": f"behaviour {world.words}", "situation": f"situation {world.words}"}
    experiment = add_experiment(engagement=engagement, **said, driver=driver, by=by, now=at(-9))
    for days, to in ((-8, "SLIPPED"), (-2, "SLIPPED")) if world.has_more else ((-8, "TRIED"), (-2, "HELD")):
        words = f"step {world.words}"
        take_step(experiment=experiment, to=to, party="COACH", words=words, depth="WORKS_HERE", by=by, now=at(days))
    prompt = Prompt.objects.create(engagement=engagement, kind="MAXIMUM", asked_at=now)
    if world.has_more:
        answer_prompt(prompt=prompt, text=f"answer {world.words}", by=by, now=now)


def _type(mine, world, by, now):
    """Half a log that nobody has saved yet."""
    typing = Typing(DraftKind.LOG, mine.session.pk, "ab-000001", 1)
    fields = [("note", f"draft {world.words}"), ("value", f"{world.rating}")]
    save_draft(engagement=mine.engagement, typing=typing, fields=fields, by=by, now=now)


def _count(mine, world, by, now):
    """Hours of a client elsewhere, and what the executive agreed to: in one world in supervision, too."""
    days = {"starts_on": at(-30).date(), "ends_on": at(-2).date(), "paid_minutes": world.rating}
    # A name and an address are kept as they are, like everybody's: the marker stands for words.
    save_outside_hours(
        coach=by, client=f"Client {world.cause}", contact=f"{world.cause}@else.example", by=by, now=now, **days
    )
    terms = {
        "training_began_on": at(-400).date(),
        "credential_sought": "PCC",
        "is_internal": True,
    }
    set_hours_terms(coach=by, by=by, now=now, **terms)
    set_pro_bono(engagement=mine.engagement, is_pro_bono=world.has_more, by=by, now=now)
    set_consent(engagement=mine.engagement, what="supervision", is_given=world.has_more, now=now)
    set_consent(engagement=mine.engagement, what="hours", is_given=world.has_more, now=now)


def _judge(engagement, world, by, now):
    """Values and flags as only long histories give them: alarms, the same in each world, one of them not disclosed."""
    evidence = {"chance": world.number, "fall": None, "unanswered": 3 if world.has_more else 0}
    engagement.agreements.update(discloses_stalled=False)
    engagement.flags.all().delete()
    for kind in ("REGRESSING", "STALLED", "QUIET"):
        Flag.objects.create(engagement=engagement, kind=kind, opened_at=at(-9), evidence=evidence)
    answer_flag(
        flag=engagement.flags.get(kind="REGRESSING"), cause=world.cause, next_step=world.next_step, by=by, now=now
    )
    values = dict.fromkeys(("cognitive", "relational", "p_stalled", "p_regressing", "p_point_of_trust"), world.number)
    Judgement.objects.filter(engagement=engagement).update(state="REGRESSING", **values)
    if world.has_more:
        Flag.objects.create(engagement=engagement, kind="BUDGET", level="WATCH", evidence=evidence, opened_at=at(-1))


def _ask(engagement, world, by, now):
    """What the executive asks for about their data: words, an answer in words, opinions given out and held back."""
    make_request(engagement=engagement, kind="CORRECTION", words=f"wrong {world.words}", now=now)
    objection = make_request(engagement=engagement, kind="OBJECTION", words=f"objection {world.words}", now=now)
    answer_request(
        request=objection, is_granted=world.has_more, reason="LAW", words=f"done {world.words}", by=by, now=now
    )
    items = ask_for_opinions(engagement=engagement, now=now).items
    decide_item(item=items.get(kind="SESSION_NOTE"), is_released=True, by=by, now=now)
    if world.has_more:
        decide_item(item=items.get(kind="READING"), is_released=False, reason="OTHERS", by=by, now=now)


# --- pages ----------------------------------------------------------------------------------------


def row_keys(cast, run):
    """{name of the row: key} of everything that an address of ours may name, all about Cora's engagement."""
    rows = SimpleNamespace(**vars(cast), flag=cast.mine.engagement.flags.get(kind="REGRESSING"), run=run)
    named = ROWS | {"objective": lambda cast: cast.mine.engagement.objectives.in_order().first().pk}
    return {name: key(rows) for name, key in named.items()}


def our_pages(cast, run):
    """(verb, address) of every route about Cora's engagement, with every filter and order of the portfolio."""
    keys = row_keys(cast, run)
    for route in ROUTES:
        args = [keys[route.row]] if route.row else [route.word] if route.word else []
        for verb in ("GET", "HEAD", "POST"):
            yield verb, reverse(route.name, args=args)
    for flag in cast.mine.engagement.flags.order_by("kind", "pk"):
        for step in ("respond", "resolve", "reopen"):
            yield "POST", reverse(f"flag_{step}", args=[flag.pk])
    for sort in SORTS:
        yield "GET", f"{reverse('portfolio')}?sort={sort}"
        yield "GET", f"{reverse('portfolio')}?sort=-{sort}"
    for asked in ("flag=ANY", "flag=ANSWERED", "flag=UNANSWERED", "flag=STALLED", "flag=REGRESSING", "flag=BUDGET"):
        yield "GET", f"{reverse('portfolio')}?{asked}&status=ALL"
    for name in ("account_change_password", "account_reset_password", "demo_mail_list"):
        yield "GET", reverse(name)


def admin_pages():
    """Every page of the admin, of every row it shows."""
    yield from (("GET", reverse(f"admin:{name}")) for name in ("index", "search", "jsi18n"))
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        for query in (
            "",
            "?q=e",
            "?o=1",
            "?o=-1.2",
            "?o=3",
            "?_facets=1",
            "?orientation=COGNITIVE",
            "?is_active__exact=1",
        ):
            yield "GET", reverse(f"{name}_changelist") + query
        there = {f"admin:{pattern.name}" for pattern in admin.site._registry[model].urls}
        if f"{name}_add" in there:
            yield "GET", reverse(f"{name}_add")
        for key in model.objects.order_by("pk").values_list("pk", flat=True):
            for to in ("change", "history"):
                if f"{name}_{to}" in there:
                    yield "GET", reverse(f"{name}_{to}", args=[key])
