"""The access ledger: who opens a page about an engagement stands in it, once a day, and nothing of what they saw.

Which pages there are comes from the access matrix: a page that names an engagement and leaves no look fails here.
"""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coaching.tests.cast import at
from coaching.tests.matrix import Asker
from coaching.tests.other_routes import surroundings  # noqa: F401 - a fixture
from coaching.tests.test_access_matrix import ROUTES, ROWS, everybody  # noqa: F401 - a fixture
from engagements.actions.agreements import revise_agreement
from engagements.actions.engagements import edit_engagement
from engagements.actions.hours import set_hours_terms
from engagements.actions.looks import note_engagement_look, note_list_look, note_look
from engagements.actions.people import remove_manager
from engagements.models import ImportRun, Look, LookedAt, LookRole, LookSubject, RequestKind
from trust.actions.data_requests import make_request
from trust.actions.session_log import log_session

# Pages that name nobody who is coached, and why.
SILENT = {
    "profile": "the person's own account",
    "looks": "the person's own part of the ledger",
    "calendar": "the address of the person's own calendar",
    "api_reference": "what the API offers",
    "api_tokens": "the person's own tokens",
    "webhooks": "the person's own webhooks",
    "webhook_detail": "keys of what was told to them",
    "hours_terms": "from when the person's own hours count",
    "outside_hours_add": "a client elsewhere",
    "outside_hours_edit": "a client elsewhere",
    "hours_letter": "a number of clients and hours, of nobody by name; what it rests on is noted where there is one",
    "hours_letter_pdf": "the same",
    "matching": "coaches, and how many engagements each has",
    "saved_view_list": "the person's own views of the portfolio, by name",
    "saved_view_rename": "the same",
    "program_list": "programs, and how many engagements each has",
    "program_edit": "rules of a program",
    "report_list": "periods and states of reports",
    "report_order": "a form for days",
    "program_cohort": "figures over groups that nobody can be told from",
    "rule_report": "how often each rule was right, over all",
    "how_judged": "the method",
    "import_list": "the person's own files",
    "import_start-roster": "a form for a file",
    "import_start-history": "a form for a file",
    "import_start-calendar": "a form for a file",
    "import_review": "a file whose row is about nobody on record; see the test with somebody",
    "import_refused": "the same",
    "import_done": "how far an import is",
}
# Lead on where there is nothing yet: no file carried out, a coach whom no client employs.
LEADS_ON = {"import_done", "hours_letter", "hours_letter_pdf"}
PAGES = [route for route in ROUTES if route.get]


def looks(user, engagement):
    """What the ledger of an engagement has of a person: {(what, role, subject)}."""
    rows = Look.objects.about(engagement).by_person(user)
    return set(rows.values_list("what", "role", "subject_type"))


@pytest.mark.django_db
@pytest.mark.parametrize("route", PAGES, ids=str)
def test_every_page_about_an_engagement_leaves_a_look_at_it(route, everybody, surroundings):  # noqa: F811
    asker, shown = Asker(everybody, ROWS), 0
    _give_every_page_something_to_show(everybody)
    for name in sorted({"cora", "pia", "ada"} & route.get):
        user = getattr(everybody, name)
        asker.ask(name, route, "HEAD")
        assert not Look.objects.by_person(user).exists(), f"{name} was shown nothing"
        if asker.ask(name, route, "GET").status_code != 200:
            continue
        shown += 1
        if str(route) in SILENT or name == "ada":
            assert not Look.objects.by_person(user).exists(), name
        else:
            assert looks(user, everybody.mine.engagement), f"{name} on {route} left no look"
            assert not looks(user, everybody.other.engagement), name
    assert shown or str(route) in LEADS_ON


def _give_every_page_something_to_show(everybody):  # noqa: F811
    """An agreement to accept, a session that was held, a request, and an end that nobody noticed."""
    mine = everybody.mine
    edit_engagement(engagement=mine.engagement, by=everybody.pia, now=at(), ends_on=at(-40).date())
    set_hours_terms(coach=everybody.cora, by=everybody.cora, now=at(), training_began_on=at(-400).date())
    make_request(engagement=mine.engagement, kind=RequestKind.ERASURE, now=at())
    log_session(session=mine.session, by=everybody.cora, now=at(), minutes=60, ratings={})
    agreement = mine.engagement.agreements.current().get()
    terms = {"confidentiality": "New.", "cancellation_terms": "New.", "disclosure": agreement.disclosure}
    revise_agreement(agreement=agreement, by=everybody.pia, now=at(), **terms)


def test_what_is_said_to_be_silent_exists():
    assert set(SILENT) <= {str(route) for route in PAGES}


@pytest.mark.django_db
@pytest.mark.parametrize("route", [route for route in ROUTES if route.row], ids=str)
def test_whoever_is_refused_leaves_none(route, everybody, surroundings):  # noqa: F811
    asker = Asker(everybody, ROWS)
    for name in ("otto", "petra", "ada", "sten", "removed", "anonymous"):
        for verb in ("GET", "POST"):
            asker.ask(name, route, verb)
    assert not Look.objects.exists()


def test_pages_are_told_apart_by_kind_and_people_by_role(as_user, cast):
    engagement = cast.mine.engagement
    for user in (cast.cora, cast.pia):
        client = as_user(user)
        for route in ("engagement_detail", "agreement_detail", "executive_edit"):
            client.get(reverse(route, args=[engagement.pk]))
    as_user(cast.cora).get(reverse("session_log", args=[cast.mine.session.pk]))
    kinds = {"ENGAGEMENT", "AGREEMENT", "PERSON"}
    assert looks(cast.cora, engagement) == {(kind, "COACH", "ENGAGEMENT") for kind in kinds | {"LOG"}}
    assert looks(cast.pia, engagement) == {(kind, "MANAGER", "ENGAGEMENT") for kind in kinds}


def test_a_second_look_on_the_same_day_is_the_same_row_and_the_next_day_is_another(as_user, cast):
    page = reverse("engagement_detail", args=[cast.mine.engagement.pk])
    with time_machine.travel(timezone.now().replace(hour=9, minute=0), tick=False):
        for _ in range(3):
            as_user(cast.cora).get(page)
        first = Look.objects.get()
    assert first.first_at.hour == 9
    with time_machine.travel(at(1).replace(hour=9), tick=False):
        as_user(cast.cora).get(page)
    assert Look.objects.count() == 2


def test_lists_stand_once_per_program_for_managers_and_per_engagement_for_coaches(as_user, cast):
    as_user(cast.pia).get(reverse("portfolio"))
    as_user(cast.pia).get(reverse("portfolio"), {"status": "ALL"})
    assert looks(cast.pia, cast.mine.engagement) == {("LIST", "MANAGER", "PROGRAM")}
    as_user(cast.cora).get(reverse("engagement_list"))
    assert looks(cast.cora, cast.mine.engagement) == {("LIST", "COACH", "ENGAGEMENT")}
    assert Look.objects.count() == 2


def test_another_executive_of_the_program_is_not_told_that_a_coach_looked_at_a_list_without_them(as_user, cast):
    cast.other.engagement.program = cast.mine.program
    cast.other.engagement.save()
    as_user(cast.cora).get(reverse("program_detail", args=[cast.mine.program.pk]))
    assert looks(cast.cora, cast.mine.engagement)
    assert not looks(cast.cora, cast.other.engagement)


def test_a_list_before_an_engagement_existed_is_no_look_at_it(cast):
    note_list_look(by=cast.pia, program_ids=[cast.mine.program.pk], now=at(-90))
    assert not looks(cast.pia, cast.mine.engagement)


def test_a_form_that_comes_back_shows_the_page_and_counts(as_user, cast):
    page = reverse("executive_edit", args=[cast.mine.engagement.pk])
    assert as_user(cast.pia).post(page, {"name": ""}).status_code == 200
    assert looks(cast.pia, cast.mine.engagement)


def test_a_file_that_names_people_on_record_leaves_a_look_at_each(as_user, cast):
    day = f"{at(90):%Y-%m-%d}"  # still to come: refused
    rows = f"client_email,date,start,minutes,attended\r\nemil@client.example,{day},10:00,60,yes\r\n"
    client = as_user(cast.cora)
    answer = client.post(
        reverse("import_start", args=["history"]),
        {"file": SimpleUploadedFile("history.csv", rows.encode()), "time_zone": "UTC"},
    )
    review = answer.headers["Location"]
    assert client.get(review).status_code == 200
    assert looks(cast.cora, cast.mine.engagement) == {("LIST", "COACH", "ENGAGEMENT")}
    assert client.get(reverse("import_refused", args=[ImportRun.objects.get().pk])).status_code == 200
    assert ("EXPORT", "COACH", "ENGAGEMENT") in looks(cast.cora, cast.mine.engagement)
    assert not looks(cast.cora, cast.other.engagement)


# --- the ledger itself ----------------------------------------------------------------------------


def test_it_costs_one_statement_however_many_are_listed(cast, django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1):
        note_list_look(by=cast.pia, program_ids=[cast.mine.program.pk, cast.other.program.pk], now=at())
    assert cast.cora.holds_coach_profile  # each request has asked by then
    with transaction.atomic(), django_assert_num_queries(1):
        note_engagement_look(by=cast.cora, engagement=cast.mine.engagement, now=at())
    with transaction.atomic(), django_assert_num_queries(0):
        note_list_look(by=cast.pia, program_ids=[], now=at())


def test_a_ledger_that_cannot_be_written_is_an_error_and_the_page_is_not_given(cast):
    client = Client(raise_request_exception=False)
    client.force_login(cast.cora)
    page = reverse("engagement_detail", args=[cast.mine.engagement.pk])
    assert client.get(page).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE engagements_look")
    answer = client.get(page)
    assert answer.status_code == 500
    assert b"Emil" not in answer.content


def test_the_database_refuses_words_that_are_no_kind(cast):
    for wrong in ({"role": "SPY"}, {"what": "DIARY"}, {"subject_type": "SESSION"}):
        terms = {"role": LookRole.COACH, "what": LookedAt.LOG, "subject_type": LookSubject.ENGAGEMENT} | wrong
        with pytest.raises(DatabaseError), transaction.atomic():
            Look(who_id=cast.cora.pk, subject_id=cast.mine.engagement.pk, on=at().date(), key="k", **terms).save()


def test_the_executive_stands_in_it_without_an_account(cast):
    terms = {"what": LookedAt.ENGAGEMENT, "subject_type": LookSubject.ENGAGEMENT}
    note_look(by=None, role=LookRole.EXECUTIVE, subject_ids=[cast.mine.engagement.pk], now=at(), **terms)
    assert Look.objects.about(cast.mine.engagement).get().who_id is None


# --- reading it -----------------------------------------------------------------------------------


def test_everybody_reads_their_own_looks_newest_first_and_nobody_elses(as_user, cast):
    note_engagement_look(by=cast.otto, engagement=cast.other.engagement, now=at())
    client = as_user(cast.cora)
    assert "Pages about executives that you open are listed here." in client.get(reverse("looks")).content.decode()
    client.get(reverse("session_log", args=[cast.mine.session.pk]))
    note_engagement_look(by=cast.cora, engagement=cast.mine.engagement, now=at(-3))
    page = client.get(reverse("looks")).content.decode()
    assert page.index("Log of a session") < page.index("Page of the engagement")
    assert page.count("Emil") == 2
    assert "Erna" not in page
    assert reverse("looks") in client.get(reverse("profile")).content.decode()


def test_looks_come_in_pages(as_user, cast):
    for day in range(60):
        note_engagement_look(by=cast.cora, engagement=cast.mine.engagement, now=at(-day))
    client = as_user(cast.cora)
    assert "1 to 50 of 60" in client.get(reverse("looks")).content.decode()
    assert "51 to 60 of 60" in client.get(reverse("looks"), {"page": "2"}).content.decode()
    for odd in ("0", "-1", "x", "9" * 40):
        assert client.get(reverse("looks"), {"page": odd}).status_code == 200


def test_whoever_lost_a_right_reads_no_name_any_more(as_user, cast):
    client = as_user(cast.pia)
    client.get(reverse("engagement_detail", args=[cast.mine.engagement.pk]))
    assert "Emil" in client.get(reverse("looks")).content.decode()
    remove_manager(membership=cast.mine.program.managers.get(), by=cast.ada, now=at())
    page = client.get(reverse("looks")).content.decode()
    assert "somebody you no longer look after" in page
    assert "Emil" not in page


# --- the administration ---------------------------------------------------------------------------

LEDGER = "admin:engagements_look_changelist"


def test_an_administrator_who_sees_an_executive_stands_in_the_ledger(as_user, cast):
    ada = as_user(cast.ada)
    ada.get(reverse("admin:engagements_executive_changelist"), {"q": "Emil"})
    assert looks(cast.ada, cast.mine.engagement) == {("PERSON", "ADMINISTRATOR", "EXECUTIVE")}
    assert not looks(cast.ada, cast.other.engagement)
    for to in ("change", "history"):
        Look.objects.all().delete()
        ada.get(reverse(f"admin:engagements_executive_{to}", args=[cast.erna.pk]))
        assert looks(cast.ada, cast.other.engagement) == {("PERSON", "ADMINISTRATOR", "EXECUTIVE")}
        assert not looks(cast.ada, cast.mine.engagement)


def test_administrators_read_who_looked_in_which_role_at_what_and_when_and_not_at_whom(as_user, cast):
    as_user(cast.cora).get(reverse("session_log", args=[cast.mine.session.pk]))
    page = as_user(cast.ada).get(reverse(LEDGER)).content.decode()
    for words in ("Cora", "Coach", "Log of a session", str(cast.mine.engagement.pk)):
        assert words in page
    for words in ("Emil", "emil@", "Organization One", "Program One"):
        assert words not in page


def test_the_ledger_cannot_be_changed_there(as_user, cast):
    note_engagement_look(by=cast.cora, engagement=cast.mine.engagement, now=at())
    look, ada = Look.objects.get(), as_user(cast.ada)
    for to in ("change/", "delete/", "history/", ""):
        address = f"{reverse(LEDGER)}{look.pk}/{to}"
        assert {ada.get(address).status_code, ada.post(address).status_code} <= {302, 403, 404}
    for address in (reverse(LEDGER), f"{reverse(LEDGER)}add/"):
        ada.post(address, {"action": "delete_selected", "_selected_action": f"{look.pk}", "post": "yes"})
    assert Look.objects.get().first_at == look.first_at


def test_what_executives_look_at_and_ask_for_stays_out_of_it(as_user, cast):
    terms = {"subject_type": LookSubject.ENGAGEMENT, "subject_ids": [cast.mine.engagement.pk], "now": at()}
    note_look(by=None, role=LookRole.EXECUTIVE, what=LookedAt.ENGAGEMENT, **terms)
    note_look(by=cast.cora, role=LookRole.COACH, what=LookedAt.REQUEST, **terms)
    ada = as_user(cast.ada)
    for question in ({}, {"role": "EXECUTIVE"}, {"what": "REQUEST"}, {"role__exact": "EXECUTIVE"}):
        page = ada.get(reverse(LEDGER), question)
        assert str(cast.mine.engagement.pk) not in page.content.decode()


def test_no_question_about_the_ledger_follows_a_relation_or_a_hidden_column(as_user, cast):
    ada = as_user(cast.ada)
    for question in ("key__startswith=a", "subject_id__in=x", "who_id=x", "first_at__gt=2020-01-01", "on=2026-01-01"):
        name, _, value = question.partition("=")
        answer = ada.get(reverse(LEDGER), {name: value})
        assert answer.status_code in (302, 400), question


def test_two_worlds_leave_the_same_looks(cast):
    """A row's key follows from who looked at what and when, so that no order of rows tells one world from another."""
    note_engagement_look(by=cast.cora, engagement=cast.mine.engagement, now=at())
    first = Look.objects.get().pk
    Look.objects.all().delete()
    note_engagement_look(by=cast.cora, engagement=cast.mine.engagement, now=at())
    assert Look.objects.get().pk == first
