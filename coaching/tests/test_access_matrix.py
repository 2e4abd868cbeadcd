"""Every route × verb × person: who gets in, who is told it does not exist, who is sent to sign in.

Each route says who succeeds with GET and with POST. Everybody else who is signed in gets 404, for somebody
else's row as for a page of another role; verbs a route does not know get 405; whoever is not signed in is sent
to the sign-in page. A route missing here fails the build, and so does one that nobody ever reaches. Accounts, the
admin and personal links: coaching/tests/other_routes.py; how it is asked: coaching/tests/matrix.py.
"""

from types import SimpleNamespace

import pytest
from django.urls import get_resolver

from coaching.tests.api_routes import API_ROUTES
from coaching.tests.cast import active_engagement, at, person
from coaching.tests.link_routes import CODE, HOLDERS, LINK_ROUTES, LinkAsker, browser_with_links
from coaching.tests.matrix import (
    BOTH,
    COACH,
    COACHES,
    EVERYBODY,
    FORBIDDEN,
    IN,
    MANAGER,
    MANAGERS,
    NOT_FOUND,
    PERSONS,
    VERBS,
    Asker,
    Route,
    all_of,
    judge,
    nothing,
    people,
    told,
    unmasked,  # noqa: F401 - for other tests
)
from coaching.tests.other_routes import (
    NOT_ROUTED_HERE,
    OTHER_ROUTES,
    OTHER_ROWS,
    provider_here,  # noqa: F401 - a fixture
    surroundings,  # noqa: F401 - a fixture
)
from engagements.actions.api_tokens import make_token
from engagements.actions.conversations import note_conversation
from engagements.actions.drafts import Typing, save_draft
from engagements.actions.drivers import add_driver
from engagements.actions.engagements import edit_engagement
from engagements.actions.experiments import add_experiment
from engagements.actions.extensions import ask_for_more
from engagements.actions.hours import save_outside_hours, set_consent
from engagements.actions.import_runs import start_import
from engagements.actions.people import add_executive, add_manager, make_coach, remove_manager
from engagements.actions.report_freezing import freeze_report
from engagements.actions.reports import claim_report, order_report
from engagements.actions.webhooks import add_webhook
from engagements.models import (
    ApiToken,
    Draft,
    DraftKind,
    DriverEvidence,
    ExportItem,
    FollowUp,
    ImportKind,
    OutsideHours,
    SavedView,
    SponsorReport,
    WebhookDelivery,
)
from trust.actions.data_requests import ask_for_opinions, make_request
from trust.actions.reports import draft_report
from trust.actions.ruptures import open_rupture
from trust.models import Flag, Prompt

# The row an address names: always one of Cora's engagement, which Pia manages.
ROWS = {
    "engagement": lambda cast: cast.mine.engagement.pk,
    "program": lambda cast: cast.mine.program.pk,
    "session": lambda cast: cast.mine.session.pk,
    "upcoming": lambda cast: cast.mine.upcoming.pk,
    "objective": lambda cast: cast.mine.engagement.objectives.get().pk,
    "flag": lambda cast: cast.flag.pk,
    "follow_up": lambda cast: cast.mine.engagement.follow_ups.get().pk,
    "rupture": lambda cast: cast.mine.engagement.ruptures.order_by("opened_at", "pk").first().pk,
    "driver": lambda cast: cast.mine.engagement.drivers.in_order().first().pk,
    "evidence": lambda cast: DriverEvidence.objects.get(driver__engagement=cast.mine.engagement).pk,
    "experiment": lambda cast: cast.mine.engagement.experiments.order_by("created_at", "pk").first().pk,
    "prompt": lambda cast: cast.mine.engagement.prompts.get(kind="MAXIMUM").pk,
    "import": lambda cast: cast.run.pk,
    "report": lambda cast: SponsorReport.objects.filter(program=cast.mine.program).newest_first().first().pk,
    "frozen_report": lambda cast: SponsorReport.objects.frozen().get(program=cast.mine.program).pk,
    "draft": lambda cast: Draft.objects.get(owner=cast.cora).pk,
    "outside_hours": lambda cast: OutsideHours.objects.filter(coach=cast.cora).get().pk,
    "request": lambda cast: cast.mine.engagement.data_requests.get(kind="CORRECTION").pk,
    "conversation": lambda cast: cast.mine.engagement.conversations.get().pk,
    "saved_view": lambda cast: SavedView.objects.get_or_create(user=cast.pia, name="Mine")[0].pk,
    "token": lambda cast: _token_of(cast.cora),
    "extension": lambda cast: cast.mine.engagement.extensions.get(asked_by=cast.cora).pk,
    "webhook": lambda cast: _delivery_of(cast).webhook_id,
    "delivery": lambda cast: _delivery_of(cast).pk,
    "item": lambda cast: ExportItem.objects.get(request__engagement=cast.mine.engagement, kind="ORIENTATION").pk,
}

ROUTES = [
    Route("home", get=EVERYBODY),
    Route("profile", get=EVERYBODY, post=EVERYBODY),
    Route("looks", get=EVERYBODY),
    Route("api_reference", get=EVERYBODY),
    Route("api_tokens", get=EVERYBODY, post=EVERYBODY),
    Route("api_token_revoke", "token", post=COACH),
    Route("webhooks", get=EVERYBODY, post=EVERYBODY),
    Route("webhook_detail", "webhook", get=COACH),
    Route("webhook_end", "webhook", post=COACH),
    Route("delivery_again", "delivery", post=COACH),
    Route("program_list", get=COACHES | MANAGERS),
    Route("program_detail", "program", get=BOTH),
    Route("program_edit", "program", get=MANAGER, post=MANAGER, may_know=COACH),
    Route("program_cohort", "program", get=MANAGER),
    Route("report_list", "program", get=MANAGER),
    Route("report_order", "program", get=MANAGER, post=MANAGER),
    Route("report_detail", "report", get=MANAGER),
    *(Route(f"report_{verb}", "report", post=MANAGER) for verb in ("retry", "ask", "freeze", "discard")),
    *(Route(f"report_{kind}", "frozen_report", get=MANAGER) for kind in ("pdf", "xlsx", "json")),
    Route("engagement_list", get=COACHES),
    Route("engagement_create", get=MANAGERS, post=MANAGERS),
    Route("engagement_detail", "engagement", get=BOTH),
    Route("engagement_edit", "engagement", get=MANAGER, post=MANAGER, may_know=COACH),
    Route("engagement_status", "engagement", get=BOTH, post=BOTH),
    Route("executive_edit", "engagement", get=BOTH, post=BOTH),
    Route("agreement_detail", "engagement", get=BOTH),
    Route("agreement_edit", "engagement", get=MANAGER, post=MANAGER, may_know=COACH),
    Route("agreement_send", "engagement", post=BOTH),
    Route("agreement_accept", "engagement", get=BOTH, post=BOTH),
    Route("confidentiality_uses", "engagement", get=COACH),
    Route("confidentiality_use_add", "engagement", get=COACH, post=COACH),
    Route("objective_add", "engagement", get=COACH, post=COACH),
    Route("objective_edit", "objective", get=COACH, post=COACH),
    Route("objective_status", "objective", post=COACH),
    Route("session_schedule", "engagement", get=COACH, post=COACH, may_know=MANAGER),
    Route("session_move", "upcoming", get=COACH, post=COACH, may_know=MANAGER),
    Route("session_cancel", "upcoming", get=COACH, post=COACH, may_know=MANAGER),
    Route("session_missed", "session", post=COACH, may_know=MANAGER),
    Route("session_restore", "session", post=COACH, may_know=MANAGER),
    Route("session_prep", "upcoming", get=COACH),
    Route("session_log", "session", get=COACH, post=COACH),
    Route("session_log_new", "engagement", get=COACH, post=COACH),
    Route("session_log_restore", "session", post=COACH),
    Route("session_not_held", "session", post=COACH),
    Route("draft_save", "engagement", post=COACH),
    Route("draft_throw_away", "draft", post=COACH),
    Route("flag_respond", "flag", get=COACH, post=COACH, may_know=MANAGER),
    Route("flag_nudge", "flag", post=MANAGER),
    Route("conversation_note", "engagement", get=MANAGER, post=MANAGER, may_know=COACH),
    Route("conversation_remove", "conversation", post=people("pia"), may_know=people("paco")),
    Route("extension_ask", "engagement", get=COACH, post=COACH, may_know=MANAGER),
    Route("extension_give", "engagement", get=MANAGER, post=MANAGER, may_know=COACH),
    Route("extension_list", get=MANAGERS),
    Route("extension_decide", "extension", get=MANAGER, post=MANAGER, may_know=COACH),
    Route("extension_withdraw", "extension", post=COACH, may_know=MANAGER),
    Route("loose_ends", get=MANAGERS),
    Route("loose_end_close", "engagement", post=MANAGER, may_know=COACH),
    Route("bulk", post=MANAGERS),
    Route("matching", get=MANAGERS),
    Route("rematch", "engagement", get=MANAGER, post=MANAGER, may_know=COACH),
    Route("flag_helped", "flag", post=COACH, may_know=MANAGER),
    Route("drivers", "engagement", get=COACH),
    Route("driver_add", "engagement", get=COACH, post=COACH),
    Route("driver_edit", "driver", get=COACH, post=COACH),
    Route("driver_evidence", "driver", get=COACH, post=COACH),
    Route("driver_set_aside", "driver", post=COACH),
    Route("driver_take_up", "driver", post=COACH),
    Route("evidence_edit", "evidence", get=COACH, post=COACH),
    Route("experiment_list", "engagement", get=COACH),
    Route("experiment_add", "engagement", get=COACH, post=COACH),
    Route("experiments_send_link", "engagement", post=COACH),
    Route("experiment_detail", "experiment", get=COACH),
    Route("experiment_edit", "experiment", get=COACH, post=COACH),
    Route("experiment_step", "experiment", post=COACH),
    Route("prompt_answer", "prompt", get=COACH, post=COACH),
    Route("prompt_wave", "prompt", post=COACH),
    Route("rupture_open", "engagement", get=COACH, post=COACH),
    Route("rupture_detail", "rupture", get=COACH),
    Route("rupture_attempt", "rupture", post=COACH),
    Route("rupture_close", "rupture", post=COACH),
    Route("rupture_reopen", "rupture", post=COACH),
    Route("flag_resolve", "flag", post=COACH, may_know=MANAGER),
    Route("flag_reopen", "flag", post=COACH, may_know=MANAGER),
    Route("point_of_trust", "engagement", get=COACH, post=COACH),
    Route("point_of_trust_decline", "engagement", post=COACH),
    Route("point_of_trust_lost", "engagement", post=COACH),
    Route("calendar", get=COACHES),
    Route("calendar_renew", post=COACHES),
    Route("calendar_revoke", post=COACHES),
    Route("chemistry", "engagement", get=COACH, post=COACH),
    Route("chemistry_ask", "engagement", post=COACH),
    Route("rematch_settle", "engagement", post=MANAGER, may_know=COACH),
    Route("ending", "engagement", get=COACH, post=COACH),
    Route("follow_up", "follow_up", get=COACH, post=COACH),
    Route("data_request_list", get=COACHES | MANAGERS),
    Route("data_request", "request", get=BOTH, post=COACH, may_know=MANAGER),
    Route("export_item", "item", post=COACH),
    Route("mine_send", "engagement", post=BOTH),
    Route("supervision", "engagement", get=COACH, post=COACH),
    Route("supervision_pdf", "engagement", post=COACH),
    Route("supervision_ask", "engagement", post=COACH),
    Route("coaching_hours", get=COACHES),
    Route("hours_terms", get=COACHES, post=COACHES),
    Route("outside_hours_add", get=COACHES, post=COACHES),
    Route("outside_hours_edit", "outside_hours", get=COACH, post=COACH),
    Route("outside_hours_remove", "outside_hours", post=COACH),
    Route("hours_letter", get=COACHES),
    Route("hours_letter_pdf", get=COACHES),
    *(Route("coaching_hours_export", word=word, get=COACHES) for word in ("csv", "xlsx", "pdf")),
    Route("hours_paid", "engagement", post=COACH),
    Route("hours_ask", "engagement", post=COACH),
    Route("rule_report", get=people("ada")),
    Route("find", get=COACHES | MANAGERS),
    Route("keys_switch", post=EVERYBODY),
    Route("portfolio", get=MANAGERS),
    *(Route("portfolio_export", word=word, get=MANAGERS) for word in ("csv", "xlsx")),
    Route("saved_view_list", get=MANAGERS, post=MANAGERS),
    Route("saved_view_rename", "saved_view", get=people("pia"), post=people("pia")),
    Route("saved_view_delete", "saved_view", post=people("pia")),
    Route("how_judged", get=EVERYBODY),
    Route("import_list", get=COACHES | MANAGERS | people("ada")),
    Route("import_start", word="roster", get=MANAGERS | people("ada"), post=MANAGERS | people("ada")),
    Route("import_start", word="history", get=COACHES, post=COACHES),
    Route("import_start", word="calendar", get=COACHES, post=COACHES),
    Route("import_review", "import", get=COACH, post=COACH),
    Route("import_done", "import", get=COACH),
    Route("import_refused", "import", get=COACH),
    Route("import_carry_out", "import", post=COACH),
    Route("import_discard", "import", post=COACH),
]

# A session history with one row that is refused, so that there is something to take away.
HISTORY = b"client_email,date,start,minutes,attended\r\nnobody@client.example,2026-01-05,10:00,60,yes\r\n"

# Addresses that need no account: coaching/tests/other_routes.py has them, with everything of allauth and the admin.
EVERY_ROUTE = [*ROUTES, *OTHER_ROUTES]


def names_of(patterns, space=""):
    """Names of all routes of the site map; one without a name is called by its address."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from names_of(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield space + (pattern.name or f"unnamed {pattern.pattern}")


@pytest.fixture
def everybody(cast):
    """The cast, with those who had or have rights elsewhere, and a row of each kind."""
    mine = cast.mine
    removed, paco, lena = person("Remo"), person("Paco"), person("Lena")
    membership = add_manager(program=mine.program, user=removed, by=None, now=at())
    remove_manager(membership=membership, by=cast.ada, now=at())
    _make_paco(cast, paco)
    make_coach(user=lena, by=cast.ada, now=at())
    for coach in (lena, cast.cora):
        mine.engagement = edit_engagement(engagement=mine.engagement, coach=coach, by=cast.pia, now=at())
    inactive = mine.coach.__class__.objects.get(pk=person("Ina").pk)
    add_manager(program=mine.program, user=inactive, by=None, now=at())
    inactive.is_active = False
    inactive.save()
    flag = Flag.objects.create(engagement=mine.engagement, kind="QUIET", opened_at=at(-3))
    FollowUp.objects.create(engagement=mine.engagement, days=30, party="COACH", due_on=at().date(), asked_at=at())
    note_method(mine, cast.cora)
    open_rupture(engagement=mine.engagement, kind="FELT_JUDGED", words="", by=cast.cora, now=at(-2))
    make_request(engagement=mine.engagement, kind="CORRECTION", words="It was in May.", now=at(-2))
    ask_for_opinions(engagement=mine.engagement, now=at(-2))
    typing = Typing(DraftKind.LOG, mine.session.pk, "ab-000001", 1)
    save_draft(engagement=mine.engagement, typing=typing, fields=[("note", "")], by=cast.cora, now=at(-1))
    _note_hours(mine)
    report_on(mine)
    note_conversation(engagement=mine.engagement, held_on=at(-2).date(), by=cast.pia, now=at(-2))
    more = {"sessions": 2, "ends_on": None, "reason": "NEW_ROLE"}
    ask_for_more(engagement=mine.engagement, by=cast.cora, now=at(-2), **more)
    run = start_import(
        kind=ImportKind.HISTORY, name="history.csv", content=HISTORY, options={}, by=cast.cora, now=at(0, -1)
    )
    persons = {"removed": removed, "paco": paco, "lena": lena, "inactive": inactive}
    return SimpleNamespace(**vars(cast), **persons, flag=flag, run=run, by_link=lambda: browser_with_links(cast))


def _note_hours(mine):
    """Hours of a client elsewhere, and an executive who lets their coach talk in supervision."""
    days = {"starts_on": at(-30).date(), "ends_on": at(-2).date()}
    save_outside_hours(coach=mine.coach, by=mine.coach, now=at(-2), client="Team", contact="", paid_minutes=90, **days)
    for what in ("hours", "supervision"):
        set_consent(engagement=mine.engagement, what=what, is_given=True, now=at(-2))


def report_on(side):
    """A frozen report with what was released, and a draft about later days."""
    named = {"program": side.program, "names_engagements": True, "by": side.manager, "now": at(-1)}
    for first, last in ((-90, -40), (-30, -2)):
        report = order_report(period_from=at(first).date(), period_until=at(last).date(), **named)
        draft_report(report=claim_report(report_id=report.pk, now=at(-1)), clock=lambda: at(-1))
        if first == -90:
            report.lines.update(decision="RELEASED", decided_at=at(-1))
            freeze_report(report=report, by=side.manager, now=at(-1))


def note_method(mine, coach):
    """A driver with what showed it, an experiment, and a question that the product asks."""
    by = {"by": coach, "now": at(-2)}
    driver = add_driver(engagement=mine.engagement, text="", starter="CONTROL", **by)
    DriverEvidence.objects.create(driver=driver, session=mine.session)
    add_experiment(engagement=mine.engagement, behaviour="Ask first.", situation="", driver=driver, **by)
    Prompt.objects.create(engagement=mine.engagement, kind="MAXIMUM")


def _token_of(coach):
    """Her token for a program of hers."""
    known = ApiToken.objects.of_person(coach).first()
    return (known or make_token(user=coach, name="Mine", scopes=["READ"], days=1, now=at())[0]).pk


def _delivery_of(cast):
    """Something that was sent to a webhook of Cora's."""
    if known := WebhookDelivery.objects.of_person(cast.cora).first():
        return known
    hook = add_webhook(user=cast.cora, url="https://hooks.example/", events=["FLAG_OPENED"], now=at())
    about = {"engagement_id": cast.mine.engagement.pk, "subject_id": cast.flag.pk}
    return WebhookDelivery.objects.create(webhook=hook, event="FLAG_OPENED", key="1", status="FAILED", **about)


def _make_paco(cast, paco):
    """Manages Pia's program, and coaches in Petra's."""
    add_manager(program=cast.mine.program, user=paco, by=None, now=at())
    make_coach(user=paco, by=cast.ada, now=at())
    known = {"organization": cast.other.organization, "name": "Edgar", "email": "edgar@client.example"}
    executive = add_executive(**known, by=None, now=at(), time_zone="UTC")
    active_engagement(program=cast.other.program, coach=paco, executive=executive, by=cast.petra)


# --- tests ---------------------------------------------------------------------------------------

# Words of Cora's engagement that no refusal says.
WORDS = ("Emil", "emil@", "Program One", "Organization One", "Delegate")


def test_every_route_is_in_the_matrix():
    listed = {route.name for route in (*EVERY_ROUTE, *LINK_ROUTES, *API_ROUTES)}
    assert set(names_of(get_resolver().url_patterns)) - NOT_ROUTED_HERE == listed


def test_the_matrix_has_more_than_a_thousand_cases():
    counted = [(str(route), *case) for route in (*EVERY_ROUTE, *LINK_ROUTES) for case in route.cases]
    by_account, by_link = len(EVERY_ROUTE) * len(PERSONS), len(LINK_ROUTES) * len({*PERSONS, *HOLDERS})
    assert len(counted) == len(set(counted)) == (by_account + by_link) * len(VERBS)
    assert len(counted) > 5000


@pytest.mark.parametrize("route", EVERY_ROUTE, ids=str)
def test_every_route_is_reached_by_somebody(route):
    assert route.get or route.post


@pytest.mark.django_db
@pytest.mark.parametrize("route", EVERY_ROUTE, ids=str)
def test_each_is_answered_as_they_may(route, everybody, surroundings):  # noqa: F811
    asker, wrong, outcomes = Asker(everybody, ROWS | OTHER_ROWS), [], []
    for name, verb in route.cases:
        expected = route.expected(name, verb)
        address = asker.address(route)
        answer = asker.ask(name, route, verb)
        outcomes.append(expected)
        problems = [judge(answer, expected, route)]
        if expected in (NOT_FOUND, FORBIDDEN):
            problems += told(answer, [*WORDS, *[part for part in address.split("/") if len(part) == 36]])
        if expected == NOT_FOUND and all_of(answer) != all_of(_what_is_not_there(asker, name, route, verb)):
            problems.append("not byte for byte what does not exist")
        wrong += [f"{name} {verb} {route}: {problem}" for problem in problems if problem]
    assert wrong == []
    assert len(outcomes) == len(PERSONS) * len(VERBS)
    assert IN in outcomes


def _what_is_not_there(asker, name, route, verb):
    """The answer about a row that nobody has; for a page without a row, about an address beneath it."""
    if route.row:
        return asker.ask(name, route, verb, key=nothing(asker.rows[route.row](asker.everybody)))
    return asker.client(name).generic(verb, f"{asker.address(route)}nothing/")


@pytest.mark.django_db
@pytest.mark.parametrize("route", LINK_ROUTES, ids=str)
def test_each_link_opens_what_it_is_for_as_long_as_it_is_valid(route, everybody):
    asker, wrong, outcomes = LinkAsker(everybody, route), [], []
    for name, verb in route.cases:
        expected = route.expected(name, verb)
        answer = asker.ask(name, verb)
        outcomes.append(expected)
        problems = [_judge_link(answer, expected, route)]
        if expected == NOT_FOUND:
            problems += told(answer, [*WORDS, str(asker.link.row.pk), asker.link.token])
            if all_of(answer) != all_of(asker.ask(name, verb, is_nothing=True)):
                problems.append("not byte for byte what does not exist")
        wrong += [f"{name} {verb} {route}: {problem}" for problem in problems if problem]
    assert wrong == []
    assert len(outcomes) == len(route.holders) * len(VERBS)
    assert IN in outcomes


def _judge_link(answer, expected, route):
    if expected == CODE:
        is_right = answer.status_code == 302 and answer.headers["Location"].endswith("/code/")
        return "" if is_right else f"{answer.status_code} instead of {CODE}"
    to_the_code = expected == IN and route.name != "mine_code" and answer.headers.get("Location", "").endswith("/code/")
    return "asked for the code" if to_the_code else judge(answer, expected, route)
