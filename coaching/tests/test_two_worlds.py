"""Two worlds that differ only in what is confidential look the same to everybody who may not know it."""

import re

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coaching.tests.confided import World, admin_pages, confide, our_pages, row_keys
from engagements.models import ExportItem
from trust.instrument import SEEN
from trust.models import Reading
from trust.tests.test_mine import inside

BRIGHT = World(
    words="proud of the team and sleeping well",
    rating=7,
    number=0.07,
    orientation="COGNITIVE",
    cause="SCHEDULING",
    next_step="RHYTHM",
    is_shared=False,
    has_more=False,
    seen=(),
)
DARK = World(
    words="afraid of the chairman and about to resign; twice as much to say about it as in the other world",
    rating=2,
    number=0.93,
    orientation="RELATIONAL",
    cause="JUDGED_WRONGLY",
    next_step="NOTHING",
    is_shared=True,
    has_more=True,
    seen=tuple(seen.key for seen in SEEN),
)
ALIKE = ("Content-Type", "Location", "Cache-Control", "Content-Disposition", "ETag", "Last-Modified")


class Undo(Exception):
    """Ends a world."""


@pytest.fixture
def at_one_moment(cast):
    """Time stands still, and nobody has asked too often: two worlds are compared, not two moments."""
    cache.clear()
    with time_machine.travel(timezone.now(), tick=False):
        yield cast


def world_as_seen_by(cast, world, name):
    """{(verb, address): answer} for one person; the world is gone afterwards."""
    seen, client = {}, Client()
    try:
        with transaction.atomic():
            run = confide(cast, world)
            client.force_login(getattr(cast, name))
            pages = [*our_pages(cast, run), *(admin_pages() if name == "ada" else ())]
            keys = keys_that_differ(cast, run)
            for verb, address in pages:
                answer = answer_of(client.generic(verb, address), keys)
                seen[verb, without_keys(address, keys)] = answer
            raise Undo
    except Undo:
        return seen


def keys_that_differ(cast, run):
    """{key: what it names} of rows that are made in each world anew, or in one alone: their keys are not compared."""
    mine = cast.mine.engagement
    kinds = (*mine.flags.all(), *mine.drafts.all(), *mine.data_requests.all())
    kinds += tuple(ExportItem.objects.filter(request__engagement=mine))
    alike = {"engagement", "program", "session", "upcoming"}
    named = {str(key): name.upper() for name, key in row_keys(cast, run).items() if name not in alike}
    return named | {str(row.pk): f"{row._meta.model_name} {row.kind}" for row in kinds}


def without_keys(address, keys):
    """The address by the kind of row."""
    for key, name in keys.items():
        address = address.replace(key, name)
    return address


def answer_of(response, keys):
    """All that arrives, without the form tokens that are new in every answer."""
    content = re.sub(rb"[A-Za-z0-9]{64}", b"token", response.getvalue())
    for key, name in keys.items():
        content = content.replace(key.encode(), name.encode())
    messages = response.cookies["messages"].value.partition(":")[0] if "messages" in response.cookies else ""
    headers = [without_keys(response.headers.get(name, ""), keys) for name in ALIKE]
    return response.status_code, headers, messages, content


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["pia", "petra", "ada", "otto", "sten"])
def test_what_is_confided_changes_no_byte_for_anybody_else(name, at_one_moment):
    bright, dark = (world_as_seen_by(at_one_moment, world, name) for world in (BRIGHT, DARK))
    for page in bright:
        assert bright[page] == dark[page], f"{name} {page}"
    # What one world alone has is, to them, not there.
    assert {dark[page][0] for page in dark.keys() - bright.keys()} <= {404}
    assert bright.keys() - dark.keys() == set()


def world_as_seen_by_erna(cast, world):
    """{route: answer} of another executive's own pages, behind her link and a code."""
    seen = {}
    try:
        with transaction.atomic():
            confide(cast, world)
            client, link = inside(cast.other.engagement)
            for route, words in (("mine", ()), ("mine_managers_view", ()), ("mine_export", ("json",))):
                answer = client.get(reverse(route, args=[link.pk, *words]))
                assert answer.status_code == 200, route
                seen[route] = answer_of(answer, {str(link.pk): "LINK"})
            raise Undo
    except Undo:
        return seen


@pytest.mark.django_db(transaction=True)
def test_what_is_confided_changes_no_byte_for_another_executive(at_one_moment):
    assert world_as_seen_by_erna(at_one_moment, BRIGHT) == world_as_seen_by_erna(at_one_moment, DARK)


@pytest.mark.django_db(transaction=True)
def test_the_two_worlds_do_differ_for_their_coach(at_one_moment):
    bright, dark = (world_as_seen_by(at_one_moment, world, "cora") for world in (BRIGHT, DARK))
    differing = {address for (verb, address) in bright if bright[verb, address] != dark[verb, address]}
    assert len(differing) > 5
    assert not Reading.objects.exists()  # both are gone
