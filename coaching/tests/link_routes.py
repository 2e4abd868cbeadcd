"""Routes behind personal links: their persons are the states a link can be in.

A link that is expired, used up, revoked, somebody else's or unknown gets one and the same answer. `used`: what the
link was for is done; some links may do it again or read on.
"""

from dataclasses import dataclass, field
from types import SimpleNamespace

from django.urls import reverse

from coaching.tests.cast import at
from coaching.tests.matrix import (
    IN,
    NOT_ALLOWED,
    NOT_FOUND,
    PERSONS,
    UNKNOWN_VERBS,
    VERBS,
    browser,
    nothing,
    people,
    sign_in,
)
from engagements.actions import calendar_feed
from engagements.actions.calendar_feed import renew_feed
from engagements.actions.engagements import change_status, create_engagement
from engagements.actions.experiments import add_experiment
from engagements.actions.invitations import invite
from engagements.actions.people import add_executive
from engagements.actions.personal_links import make_link, token_of
from engagements.actions.report_asking import ask_executives
from engagements.actions.reports import claim_report, order_report
from engagements.models import CoachProfile, FollowUp, Invitation, Party, Purpose, Status
from engagements.models.invitation import hash_of
from trust.actions import check_ins
from trust.actions.data_requests import make_request
from trust.actions.reports import draft_report
from trust.actions.session_log import log_session
from trust.models import CheckIn, CheckInStatus
from trust.tests.mine import ask_code, type_code

CODE = "the code"  # what a link without its code leads to
VALID, USED, NO_CODE, OTHER = "valid", "used", "without its code", "of somebody else"
HOLDERS = ("unknown", OTHER, "revoked", "expired", NO_CODE, USED, VALID)
OPENS, OPENS_ON = people(VALID, NO_CODE), people(VALID, NO_CODE, USED)
BEHIND_CODE = people(VALID)  # where a code was used and a newer one came, the older stay is over


@dataclass(frozen=True)
class LinkRoute:
    """`by`: what its address names, a token or the key of what the link opened; `link`: which link it is."""

    name: str
    link: str
    by: str = "key"
    more: tuple = ()  # what follows in the address: words, or names of rows
    get: frozenset | None = None
    post: frozenset | None = None

    def __str__(self):
        return "-".join((self.name, *self.more))

    @property
    def holders(self):
        """States of the link, and everybody else, who comes without it."""
        return (*PERSONS, *HOLDERS)

    @property
    def cases(self):
        for verb in VERBS:
            admitted = (self.post if verb == "POST" else self.get) or ()
            yield from ((name, verb) for name in sorted(self.holders, key=lambda one: (one in admitted, one == VALID)))

    def expected(self, name, verb):
        opens = self.post if verb == "POST" else self.get
        if verb in UNKNOWN_VERBS or opens is None:
            return NOT_ALLOWED
        if name in (NO_CODE, USED) and name not in opens and self.link == "mine":
            return CODE
        return IN if name in opens else NOT_FOUND


LINK_ROUTES = [
    LinkRoute("welcome", "welcome", by="token", get=OPENS, post=OPENS),
    LinkRoute("check_in_open", "check_in", by="token", get=OPENS_ON),
    LinkRoute("check_in", "check_in", get=OPENS_ON, post=OPENS_ON),
    LinkRoute("calendar_feed", "calendar", by="token", get=OPENS_ON),
    LinkRoute("personal_link", "agreement", by="token", get=OPENS),
    LinkRoute("agreement_by_link", "agreement", get=OPENS_ON, post=OPENS_ON),
    LinkRoute("chemistry_by_link", "chemistry", get=OPENS_ON, post=OPENS_ON),
    LinkRoute("follow_up_by_link", "follow_up", get=OPENS_ON, post=OPENS_ON),
    LinkRoute("experiments_by_link", "experiments", get=OPENS_ON),
    LinkRoute("experiments_by_link_add", "experiments", post=OPENS_ON),
    LinkRoute("experiments_by_link_step", "experiments", more=("experiment",), post=OPENS_ON),
    LinkRoute("report_by_link", "report", get=OPENS_ON, post=OPENS_ON),
    LinkRoute("mine_code", "mine", get=OPENS_ON, post=OPENS_ON),
    LinkRoute("mine", "mine", get=BEHIND_CODE),
    LinkRoute("mine_managers_view", "mine", get=BEHIND_CODE),
    LinkRoute("mine_export", "mine", more=("json",), get=BEHIND_CODE),
    LinkRoute("mine_export", "mine", more=("pdf",), get=BEHIND_CODE),
    *(
        LinkRoute("mine_request", "mine", more=(word,), get=BEHIND_CODE, post=BEHIND_CODE)
        for word in ("opinions", "correction", "objection", "erasure")
    ),
    LinkRoute("mine_choose", "mine", post=BEHIND_CODE),
    LinkRoute("mine_take_back", "mine", more=("request",), post=BEHIND_CODE),
    LinkRoute("mine_close", "mine", post=BEHIND_CODE),
]


# --- links ---------------------------------------------------------------------------------------


@dataclass
class Link:
    """One link: its row, its token, and how each state is written down."""

    row: object
    token: str
    address: str  # where the token arrives
    states: dict = field(default_factory=dict)  # {state: columns}

    def put(self, state):
        columns = {**self.states[VALID], **self.states.get(state, {})}
        type(self.row).objects.filter(pk=self.row.pk).update(**columns)

    def opened_in(self, client):
        client.get(self.address)
        return client


def _personal(engagement, purpose, subject_id=None):
    row = make_link(engagement=engagement, purpose=purpose, subject_id=subject_id, by=None, now=at(0, -1))
    states = {
        VALID: {"expires_at": row.expires_at, "revoked_at": None, "used_at": None},
        USED: {"used_at": at()},
        "expired": {"expires_at": at(-1)},
        "revoked": {"revoked_at": at(-1)},
    }
    return Link(row, token_of(row), reverse("personal_link", args=[token_of(row)]), states)


def agreement(side):
    return _personal(side.engagement, Purpose.AGREEMENT, side.engagement.agreements.current().get().pk)


def mine(side):
    return _personal(side.engagement, Purpose.MINE)


def experiments(side):
    link = _personal(side.engagement, Purpose.EXPERIMENTS)
    terms = {"behaviour": "Ask first", "situation": "In the board", "by": None, "party": Party.EXECUTIVE, "now": at()}
    link.experiment = add_experiment(engagement=side.engagement, **terms).pk
    return link


def chemistry(side):
    """Two who have just met."""
    known = {"organization": side.organization, "name": "Eva", "email": f"eva{side.program.pk}@client.example"}
    eva = add_executive(**known, by=None, now=at(), time_zone="UTC")
    terms = {"program": side.program, "coach": side.coach, "starts_on": at().date()}
    met = create_engagement(executive=eva, **terms, by=side.manager, now=at(-3))
    return _personal(change_status(engagement=met, to=Status.CHEMISTRY, by=side.manager, now=at(-3)), Purpose.CHEMISTRY)


def follow_up(side):
    asked = FollowUp.objects.create(
        engagement=side.engagement, days=30, party=Party.EXECUTIVE, due_on=at().date(), asked_at=at()
    )
    return _personal(side.engagement, Purpose.FOLLOW_UP, asked.pk)


def report(side):
    """A report that speaks of the executive, who is asked."""
    terms = {"period_from": at(-20).date(), "period_until": at(-3).date(), "names_engagements": True}
    row = order_report(program=side.program, by=side.manager, now=at(0, -1), **terms)
    draft_report(report=claim_report(report_id=row.pk, now=at(0, -1)), clock=lambda: at(0, -1))
    ask_executives(report=row, by=side.manager, now=at(0, -1))
    return _personal(side.engagement, Purpose.REPORT, row.pk)


def check_in(side):
    log_session(session=side.session, by=side.coach, now=at(), minutes=60, ratings={})
    row = check_ins.claim_check_in(check_in_id=CheckIn.objects.get(session=side.session).pk, now=at())
    check_ins.note_check_in_sent(check_in=row, now=at())
    row.refresh_from_db()
    states = {
        VALID: {"status": CheckInStatus.SENT, "closes_at": row.closes_at, "answered_at": None},
        USED: {"status": CheckInStatus.ANSWERED, "answered_at": at()},
        "expired": {"closes_at": at(-1)},
        "revoked": {"status": CheckInStatus.REVOKED},
    }
    token = check_ins.token_of(row)
    return Link(row, token, reverse("check_in_open", args=[token]), states)


def welcome(side):
    """Somebody who manages a program and was invited again."""
    token = invite(user=side.manager, by=None, now=at())
    row = Invitation.objects.get(token_hash=hash_of(token))
    states = {
        VALID: {"expires_at": row.expires_at, "used_at": None},
        USED: {"used_at": at()},
        "expired": {"expires_at": at(-1)},
        "revoked": {"used_at": at()},  # a newer invitation ends the older ones
    }
    return Link(row, token, reverse("welcome", args=[token]), states)


class CalendarLink(Link):
    """Has no end of its own: it ends with the rights of its coach."""

    def put(self, state):
        super().put(state)
        CoachProfile.objects.filter(user=self.row.user).update(ended_at=at(-1) if state == "expired" else None)


def calendar(side):
    """A coach's own, for a calendar application."""
    row = renew_feed(user=side.coach, now=at())
    states = {VALID: {"revoked_at": None}, "revoked": {"revoked_at": at()}}
    token = calendar_feed.token_of(row)
    return CalendarLink(row, token, reverse("calendar_feed", args=[token]), states)


MAKERS = {
    make.__name__: make
    for make in (agreement, calendar, check_in, chemistry, experiments, follow_up, mine, report, welcome)
}


def browser_with_links(cast):
    """Emil's browser: every link of his has been opened in it."""
    client = browser()
    for make in (check_in, agreement, mine):
        make(cast.mine).opened_in(client)
    return client


# --- asking --------------------------------------------------------------------------------------


class LinkAsker:
    """A link of Emil's in each of its states, each in a browser of its own that came when it was valid."""

    def __init__(self, everybody, route):
        self.everybody, self.route = everybody, route
        self.link = MAKERS[route.link](everybody.mine)
        self.other = MAKERS[route.link](everybody.other) if route.by == "key" else _another(everybody, route)
        self.clients = {}
        if "request" in route.more:
            asked = {"engagement": everybody.mine.engagement, "kind": "CORRECTION", "words": "In May."}
            self.request = make_request(**asked, now=at()).pk

    def client(self, name):
        if name not in self.clients:
            # Wrong tries are counted by address: each browser has one of its own.
            number = self.route.holders.index(name) + 1
            client = self.clients[name] = browser(REMOTE_ADDR=f"10.{abs(hash(str(self.route))) % 250}.0.{number}")
            user = getattr(self.everybody, name, None)
            if user is not None:
                sign_in(client, user)
            elif name in HOLDERS and name != "unknown":
                self._come(client, self.other if name == OTHER else self.link, name)
        return self.clients[name]

    def _come(self, client, link, name):
        self.link.put(VALID)
        link.opened_in(client)
        if self.route.link == "mine" and name != NO_CODE:
            row = SimpleNamespace(pk=link.row.pk)
            type_code(client, row, ask_code(client, row))

    def ask(self, name, verb, is_nothing=False):
        client = self.client(name)
        self.link.put(name if name in HOLDERS and name != OTHER else VALID)
        return client.generic(verb, self.address(name, is_nothing))

    def address(self, name, is_nothing=False):
        more = [getattr(self, word, None) or getattr(self.link, word, word) for word in self.route.more]
        if self.route.by == "key":
            return reverse(self.route.name, args=[nothing() if is_nothing else self.link.row.pk, *more])
        knows_it = name in HOLDERS and name != "unknown" and not is_nothing
        token = (self.other if name == OTHER else self.link).token if knows_it else "0" * 64
        return reverse(self.route.name, args=[token, *more])


def _another(everybody, route):
    """A link for something else, at the address that takes tokens."""
    return (agreement if route.link != "agreement" else check_in)(everybody.mine)
