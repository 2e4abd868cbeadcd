"""Keys of somebody else's rows, in forms and in addresses: answered like keys of nothing, byte for byte.

Which fields take a key is read off the pages: whatever offers one, as a choice or hidden, is tried with every key of
the other side. Orders and filters that no page offers are answered like any other word nobody knows.
"""

import re
import uuid
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from coaching.tests.cast import at
from coaching.tests.matrix import Asker, all_of
from coaching.tests.other_routes import OTHER_ROWS
from coaching.tests.test_access_matrix import ROUTES, ROWS, everybody  # noqa: F401 - a fixture
from engagements.actions.engagements import create_engagement
from engagements.actions.objectives import add_objective
from engagements.actions.people import add_executive
from trust.models import Flag

pytestmark = pytest.mark.django_db

KEY = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
# Keys that pages take in their address.
ASKED = [
    ("portfolio", "pia", ("program", "coach")),
    ("engagement_create", "pia", ("program",)),
    ("session_log", "cora", ("draft",)),
    ("objective_add", "cora", ("draft",)),
    ("driver_add", "cora", ("beneath", "prompt")),
    ("rupture_open", "cora", ("flag",)),
]


class KeyFields(HTMLParser):
    """Fields of a page that hold a key, or offer some: {name: whether one of ours is offered}."""

    def __init__(self, page):
        super().__init__()
        self.names, self.values, self._select = set(), {}, ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        name, value = has.get("name") or "", has.get("value") or ""
        if tag == "select":
            self._select = name
            self.values.setdefault(name, "")
        elif tag in ("input", "button") and name and has.get("type") not in ("radio", "checkbox"):
            self.values[name] = value
        owner = self._select if tag == "option" else name
        if owner and KEY.fullmatch(value):
            self.names.add(owner)

    def handle_endtag(self, tag):
        self._select = "" if tag == "select" else self._select


@pytest.fixture
def foreign(everybody):  # noqa: F811
    """Keys of what is not Cora's and not Pia's: of people, programs, engagements and what hangs on them."""
    other = everybody.other
    flag = Flag.objects.create(engagement=other.engagement, kind="QUIET", opened_at=at(-3))
    objective = add_objective(engagement=other.engagement, text="Rest", by=other.coach, now=at(-1))
    rows = (other.organization, other.program, other.executive, other.engagement, other.session, objective, flag)
    return [str(row.pk) for row in (*rows, everybody.sten, everybody.petra)]


@pytest.fixture
def asker(everybody):  # noqa: F811
    return Asker(everybody, ROWS | OTHER_ROWS)


@pytest.fixture(autouse=True)
def at_one_moment(asker):
    """Time stands still: keys are compared, not moments."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


HERE = re.compile(rb'(name="next" value=")[^"]*')  # where a form leads back to: the address that was asked for


def without(word, answer):
    """All of an answer, with the word that was asked for taken out."""
    status, headers, cookies, content = all_of(answer)
    for writing in {word, word.replace("-", "")}:
        content = content.replace(writing.encode(), b"WORD")
    headers = [(name, value.replace(word, "WORD")) for name, value in headers if name != "Content-Length"]
    return status, headers, [one.partition("=")[0] for one in cookies], HERE.sub(rb"\1", content)


def undone(client, address, data):
    """The answer to a form, after which everything is as before."""
    with transaction.atomic():
        answer = client.post(address, data)
        transaction.set_rollback(True)
    return answer


def test_somebody_elses_key_in_an_address_is_a_key_of_nothing(asker, foreign):
    for name, person, asked in ASKED:
        route = next(route for route in ROUTES if route.name == name)
        for word in asked:
            answers = {}
            for key in (str(uuid.uuid4()), *foreign):
                address = f"{asker.address(route)}?{urlencode({word: key})}"
                answers[key] = without(key, asker.client(person).get(address))
            nothing, *theirs = answers.values()
            assert nothing[0] == 200, (name, word)
            assert all(answer == nothing for answer in theirs), (name, word)


POSTED = [route for route in ROUTES if route.get and route.post]


@pytest.mark.parametrize("route", POSTED, ids=str)
def test_somebody_elses_key_in_a_form_is_a_key_of_nothing(route, asker, foreign):
    person = sorted(route.post)[0]
    client, address = asker.client(person), asker.address(route)
    page = client.get(address)
    fields = KeyFields(page.content.decode() if page.status_code == 200 else "")
    for name in fields.names:
        answers = {}
        for key in (str(uuid.uuid4()), *foreign):
            answers[key] = without(key, undone(client, address, fields.values | {name: key}))
        nothing, *theirs = answers.values()
        assert all(answer == nothing for answer in theirs), f"{route} {name}"


def test_forms_with_keys_are_found(asker):
    """The test above would prove nothing if no form offered a key."""
    found = set()
    for route in POSTED:
        page = asker.client(sorted(route.post)[0]).get(asker.address(route))
        if page.status_code == 200:
            found |= {(route.name, name) for name in KeyFields(page.content.decode()).names}
    assert {("engagement_create", "program"), ("engagement_create", "coach"), ("engagement_edit", "coach")} <= found


def test_a_new_engagement_says_the_same_of_a_foreign_and_of_an_unknown_choice(asker, everybody, foreign):  # noqa: F811
    client, address = asker.client("pia"), reverse("engagement_create")
    for name in ("program", "coach", "executive"):
        words = set()
        for key in (str(uuid.uuid4()), *foreign):
            form = undone(client, address, {name: key, "starts_on": at().date().isoformat()}).context["form"]
            words.add(tuple(form.errors[name]))
        assert words == {("Select a valid choice. That choice is not one of the available choices.",)}, name


def test_an_address_at_the_same_organization_that_is_not_seen_makes_no_difference_before_saving(everybody, asker):  # noqa: F811
    """Somebody of a program that Pia does not manage: choosing them is not offered, and their name not told."""
    mine = everybody.mine
    unseen = {"organization": mine.organization, "name": "Unseen Person", "email": "unseen@client.example"}
    add_executive(**unseen, by=None, now=at(), time_zone="UTC")
    form = {"program": str(mine.program.pk), "new_name": "Somebody", "starts_on": at().date().isoformat()}
    for email in ("unseen@client.example", "nobody@client.example"):
        answer = undone(asker.client("pia"), reverse("engagement_create"), form | {"new_email": email, "coach": ""})
        assert "Unseen" not in answer.content.decode()


# --- orders and filters ----------------------------------------------------------------------------

# Words that would order or filter by something else, if they went to the database as they are.
WORDS = (
    "password", "-password", "coach__password", "executive__orientation", "flags__evidence", "?", "pk", "1", "-1",
    "judgement__p_stalled", "executive__email__startswith", "status__in", "\u0000", "executive;--",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "person", "words"),
    [
        ("portfolio", "pia", ("sort", "status", "flag", "program", "coach")),
        ("engagement_list", "cora", ("show",)),
        ("program_detail", "pia", ("show",)),
        ("import_review", "cora", ("show",)),
    ],
)
def test_an_order_or_filter_that_is_not_offered_is_no_order_and_no_filter(asker, name, person, words):
    route = next(route for route in ROUTES if route.name == name)
    client, address = asker.client(person), asker.address(route)
    for word in words:
        unknown = without("xyzzy", client.get(f"{address}?{urlencode({word: 'xyzzy'})}"))
        for value in WORDS:
            answer = without("xyzzy", client.get(f"{address}?{urlencode({word: value})}"))
            assert answer == unknown, f"{name} {word}={value}"
    plain = without("xyzzy", client.get(address))
    for value in WORDS:
        answer = without("xyzzy", client.get(f"{address}?{urlencode({value: 'x'})}"))
        assert answer == plain, f"{name} {value}=x"


def test_what_another_manager_filters_by_is_offered_to_nobody_else(asker, everybody):  # noqa: F811
    """Choices are own programs and their coaches; a program of the same organization is none."""
    page = asker.client("pia").get(reverse("portfolio")).content.decode()
    assert str(everybody.mine.program.pk) in page
    assert str(everybody.other.program.pk) not in page
    assert str(everybody.otto.pk) not in page
    other = {"program": everybody.other.program, "executive": everybody.erna, "coach": everybody.cora}
    everybody.other.engagement.sessions.all().delete()
    everybody.other.engagement.delete()
    create_engagement(**other, starts_on=at().date(), by=everybody.petra, now=at())
    assert str(everybody.other.program.pk) not in asker.client("pia").get(reverse("portfolio")).content.decode()
