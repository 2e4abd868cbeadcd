"""The three surfaces as real processes, and the database role of the admin on its own."""

# ruff: noqa: S608 - tables and columns are named by the models

import os
import re
import sys
from contextlib import contextmanager
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, models, transaction
from django.urls import reverse

from coaching.database_roles import ADD, ADMIN_NEEDS, WITHHELD, WITHHELD_COLUMNS
from coaching.tests.cast import PASSWORD
from coaching.tests.codes import code_of
from coaching.tests.real.processes import running
from coaching.tests.real.waiting import wait_until
from coaching.tests.real.worker import database_url
from coaching.tests.test_settings import manage
from engagements.models import AuditEvent, Executive, Letter, Organization, Program, ProgramManager

PEOPLE = """
from django.utils import timezone
from engagements.actions.people import add_person
for name, is_administrator in (("Ada", True), ("Sten", False)):
    one = add_person(email=f"{name.lower()}@people.example", name=name, by=None, now=timezone.now(), time_zone="UTC",
                     is_active=True, is_administrator=is_administrator)
    one.set_password("a long test phrase")
    one.save()
"""
ADMIN_PAGES = [
    "/admin/",
    *(f"/admin/engagements/{name}/" for name in ("backgroundjob", "executive", "organization", "program", "user")),
    *(f"/admin/engagements/{name}/add/" for name in ("executive", "organization", "program", "user")),
]
APP_PAGES = ["/", "/portfolio/", "/programs/", "/imports/", "/profile/", "/welcome/abc/", "/favicon.ico", "/demo/mail/"]

CODES: dict[str, list[str]] = {}  # recovery codes of those who have a second step, by name


def token_on(page):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)


class Visitor:
    """A browser without pictures."""

    def __init__(self, address, start="/"):
        self.address, self.start, self.cookies = address, start, CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.cookies))

    def get(self, path, data=None):
        """Status, address in the end, and text."""
        request = Request(self.address + path, data=data and urlencode(data).encode())
        try:
            answer = self.opener.open(request, timeout=30)
        except HTTPError as error:
            answer = error
        return answer.status, answer.url.removeprefix(self.address), answer.read().decode(errors="replace")

    def post(self, path, **data):
        return self.get(path, data | {"csrfmiddlewaretoken": token_on(self.get(path)[2])})

    def sign_in(self, name):
        """With the password, and with the second step that is then asked for: set up now, or before."""
        _, where, _ = self.post("/account/sign-in/", login=f"{name}@people.example", password=PASSWORD)
        if where == "/account/second-step/":
            page = self.get("/account/second-step/app/")[2]
            key = re.search(r'class="secret">([^<]+)<', page).group(1).replace(" ", "")
            self.get("/account/second-step/app/", {"code": code_of(key), "csrfmiddlewaretoken": token_on(page)})
            CODES[name] = re.findall(r"^[0-9]{8}$", self.get("/account/second-step/codes/download/")[2], re.MULTILINE)
        elif where == "/account/sign-in/second-step/":
            return self.post(where, code=CODES[name].pop())
        return self.get(self.start)


@contextmanager
def serving(surface, **env):
    """A visitor of the web application as gunicorn serves it."""
    command = [sys.executable, "-m", "gunicorn", "coaching.wsgi", "--bind", "127.0.0.1:0", "--workers", "1"]
    with running(command, env={"DJANGO_SURFACE": surface, "NOTE_KEYS": None, **env}) as process:
        wait_until(lambda: process.says("Booting worker"), 30, "gunicorn")
        address = re.search(r"http://127\.0\.0\.1:\d+", process.output).group()
        yield Visitor(address, "/admin/" if surface == "admin" else "/")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Data of an installation with Ada and Sten, on SQLite."""
    folder = tmp_path_factory.mktemp("surfaces")
    for command in (["migrate", "-v0"], ["shell", "--no-imports", "-c", PEOPLE]):
        code, words = manage(*command, VAR_DIR=str(folder), DATABASE_URL=None)
        assert code == 0, words
    return folder


# --- what each surface serves -------------------------------------------------------------------


@pytest.mark.once
def test_the_admin_on_its_own_has_the_admin_the_sign_in_and_nothing_else_and_no_keys(folder):
    with serving("admin", VAR_DIR=str(folder), DATABASE_URL=None) as visitor:
        assert visitor.get("/healthz")[0] == 200
        assert visitor.get("/admin/")[1].startswith("/account/sign-in/")
        status, where, text = visitor.sign_in("ada")
        assert (status, where) == (200, "/admin/"), text[:500]
        for page in ADMIN_PAGES:
            assert visitor.get(page)[0] == 200, page
        for page in APP_PAGES:
            assert visitor.get(page)[0] == 404, page
        assert visitor.get("/account/password/change/")[0] == 200
    assert not (folder / "note_keys").exists()


@pytest.mark.once
def test_whoever_is_no_administrator_finds_nothing_on_the_admin(folder):
    with serving("admin", VAR_DIR=str(folder), DATABASE_URL=None) as visitor:
        status, _, text = visitor.sign_in("sten")
        assert status == 404, text[:500]
        assert visitor.get("/admin/engagements/user/")[0] == 404


@pytest.mark.once
def test_the_admin_on_its_own_ignores_keys_it_is_given(folder):
    show = "from django.conf import settings; print(repr(settings.NOTE_KEYS), settings.NOTE_KEYS_FILE)"
    code, words = manage(
        "shell", "--no-imports", "-c", show, VAR_DIR=str(folder), DATABASE_URL=None, DJANGO_SURFACE="admin",
        NOTE_KEYS="a key",
    )  # fmt: skip
    assert (code, words) == (0, "'' None")


@pytest.mark.once
def test_the_app_has_everything_but_the_admin(folder):
    with serving("app", VAR_DIR=str(folder), DATABASE_URL=None) as visitor:
        assert visitor.sign_in("ada")[:2] == (200, "/")
        assert visitor.get("/imports/")[0] == 200
        for page in ADMIN_PAGES:
            assert visitor.get(page)[0] == 404, page


@pytest.mark.once
def test_without_a_choice_everything_is_served(folder):
    with serving(None, VAR_DIR=str(folder), DATABASE_URL=None) as visitor:
        visitor.sign_in("ada")
        assert [visitor.get(page)[0] for page in ("/", "/admin/", "/imports/")] == [200, 200, 200]


@pytest.mark.once
def test_an_unknown_surface_stops_every_command_with_one_line(tmp_path):
    code, words = manage("check", VAR_DIR=str(tmp_path), DJANGO_SURFACE="both")
    assert (code, words) == (1, "Wrong setting: DJANGO_SURFACE is 'both'; set it to all, app or admin.")


# --- the register -------------------------------------------------------------------------------


def our_models():
    return {
        model for package in ("engagements", "trust", "coaching") for model in apps.get_app_config(package).get_models()
    }


@pytest.mark.once
def test_every_model_of_ours_is_either_needed_by_the_admin_or_withheld_from_it():
    ours = {model._meta.label for model in our_models()}
    needed = {label for label in ADMIN_NEEDS if label.split(".")[0] in ("engagements", "trust", "coaching")}
    assert not needed & WITHHELD
    assert ours == needed | WITHHELD


@pytest.mark.once
def test_no_table_with_something_sealed_or_judged_is_needed_by_the_admin():
    """Whatever belongs to an engagement, or holds bytes, is withheld or added to unread, whatever the register says."""
    for model in our_models():
        fields = model._meta.get_fields()
        sealed = any(isinstance(field, models.BinaryField) for field in fields)
        belongs = any(
            field.many_to_one or (field.one_to_one and field.concrete)
            for field in fields
            if field.is_relation and field.related_model and field.related_model.__name__ in ("Engagement", "Session")
        )
        if sealed or belongs or model._meta.app_label == "trust":
            is_hidden = model._meta.label in WITHHELD or ADMIN_NEEDS[model._meta.label] == ADD
            assert is_hidden, model._meta.label


@pytest.mark.once
def test_every_page_of_the_admin_is_of_a_table_it_may_read():
    assert {model._meta.label for model in admin.site._registry} <= set(ADMIN_NEEDS)


@pytest.mark.once
@pytest.mark.django_db
def test_roles_need_postgresql():
    with pytest.raises(CommandError, match="Roles need PostgreSQL"):
        call_command("grant_roles", role="pot_admin")


# --- the role, on a real server -----------------------------------------------------------------

ROLE = "pot_admin_of_a_test"


@pytest.fixture
def role(cast):
    """Made by the command, in the transaction of the test."""
    call_command("grant_roles", role=ROLE)
    return ROLE


@contextmanager
def acting_as(role):
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
        yield cursor
        cursor.execute("RESET ROLE")


def is_refused(cursor, statement):
    try:
        with transaction.atomic():
            cursor.execute(statement)
    except ProgrammingError as error:
        return "permission denied" in str(error)
    return False


@pytest.mark.postgres
@pytest.mark.parametrize("label", sorted(WITHHELD))
def test_the_role_can_neither_read_nor_write_what_is_withheld(role, label):
    model = apps.get_model(label)
    table, column = model._meta.db_table, model._meta.pk.column
    with acting_as(role) as cursor:
        assert is_refused(cursor, f"SELECT {column} FROM {table}")
        assert is_refused(cursor, f"SELECT count(*) FROM {table}")
        assert is_refused(cursor, f"INSERT INTO {table} DEFAULT VALUES")
        assert is_refused(cursor, f"UPDATE {table} SET {column} = {column}")
        assert is_refused(cursor, f"DELETE FROM {table}")
        assert is_refused(cursor, f"TRUNCATE {table} CASCADE")


@pytest.mark.postgres
def test_the_role_can_neither_read_nor_change_withheld_columns_nor_delete_or_read_the_trail(role):
    with acting_as(role) as cursor:
        for label, columns in WITHHELD_COLUMNS.items():
            table = apps.get_model(label)._meta.db_table
            for column in columns:
                assert is_refused(cursor, f"SELECT {column} FROM {table}")
                assert is_refused(cursor, f"SELECT id FROM {table} WHERE {column} = 'COGNITIVE'")
                assert is_refused(cursor, f"SELECT id FROM {table} ORDER BY {column}")
                assert is_refused(cursor, f"UPDATE {table} SET {column} = 'COGNITIVE'")
        for statement in ("SELECT * FROM", "DELETE FROM", "TRUNCATE"):
            assert is_refused(cursor, f"{statement} engagements_auditevent")
            assert is_refused(cursor, f"{statement} engagements_letter")


@pytest.mark.postgres
def test_the_pages_of_the_admin_work_for_the_role(role, cast, as_user, settings):
    assert reverse("home") == "/"  # the site map is read before, whole, as for all other tests
    settings.SURFACE = "admin"  # as the process runs that has this role
    client = as_user(cast.ada)
    organization = cast.mine.organization
    with acting_as(role):
        for page in ADMIN_PAGES:
            assert client.get(page).status_code == 200, page
        for row in (cast.emil, organization, cast.mine.program, cast.sten):
            name = row._meta.model_name
            for to in ("change", "history"):
                assert client.get(reverse(f"admin:engagements_{name}_{to}", args=[row.pk])).status_code == 200, (
                    name,
                    to,
                )
        added = {"name": "Organization Three", "alarm_budget": "10"}
        assert client.post("/admin/engagements/organization/add/", added).status_code == 302
        emil = reverse("admin:engagements_executive_change", args=[cast.emil.pk])
        fields = {"organization": organization.pk, "email": "emil@client.example", "language": "en", "time_zone": "UTC"}
        moved = {"name": "Emil E.", "role": "", "email": "emil@elsewhere.example"}
        assert client.post(emil, fields | moved).status_code == 302
        new = {"name": "Enno", "role": ""}
        assert (
            client.post("/admin/engagements/executive/add/", fields | new | {"email": "e@client.example"}).status_code
            == 302
        )
        assert client.post(*invitation_of(cast.sten)).status_code == 302
        assert client.post(*manager_of(cast.mine.program, cast.sten)).status_code == 302
    assert Organization.objects.filter(name="Organization Three").exists()
    assert Executive.objects.filter(name__in=("Emil E.", "Enno")).count() == 2
    assert Executive.objects.get(name="Emil E.").address_changed_at is not None
    assert Letter.objects.get(kind="address_changed").to_address == "emil@client.example"
    assert ProgramManager.objects.filter(program=cast.mine.program, user=cast.sten).exists()
    assert {"organization.added", "executive.edited", "person.invited"} <= set(
        AuditEvent.objects.values_list("verb", flat=True)
    )


def invitation_of(person):
    fields = {"email": person.email, "name": person.name, "time_zone": "UTC", "is_active": "on"}
    formset = {"coach_profile-TOTAL_FORMS": "0", "coach_profile-INITIAL_FORMS": "0"}
    address = reverse("admin:engagements_user_change", args=[person.pk])
    return address, fields | formset | {"engagements_user_send_invitation": "1"}


def manager_of(program, person):
    names = ("organization_id", "name", "cadence_weeks", "session_budget", "planned_weeks", "time_zone")
    fields = {name.removesuffix("_id"): getattr(Program.objects.get(pk=program.pk), name) for name in names}
    membership = ProgramManager.objects.get(program=program)
    prefix = ProgramManager._meta.get_field("program").remote_field.get_accessor_name()
    formset = {
        f"{prefix}-TOTAL_FORMS": "2",
        f"{prefix}-INITIAL_FORMS": "1",
        f"{prefix}-0-id": membership.pk,
        f"{prefix}-0-program": program.pk,
        f"{prefix}-0-user": membership.user_id,
        f"{prefix}-1-program": program.pk,
        f"{prefix}-1-user": person.pk,
    }
    return reverse("admin:engagements_program_change", args=[program.pk]), fields | formset


@pytest.mark.postgres
def test_granting_twice_is_granting_once(role):
    call_command("grant_roles", role=role)
    with acting_as(role) as cursor:
        assert is_refused(cursor, "SELECT * FROM engagements_sealedtext")


@pytest.mark.postgres
def test_rights_of_an_earlier_version_are_taken_away(role):
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT SELECT (sealed) ON engagements_sealedtext TO {role}")
        cursor.execute(f"GRANT ALL ON trust_reading TO {role}")
    call_command("grant_roles", role=role)
    with acting_as(role) as cursor:
        assert is_refused(cursor, "SELECT sealed FROM engagements_sealedtext")
        assert is_refused(cursor, "SELECT * FROM trust_reading")


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("statement", "hint"),
    [
        (f"ALTER ROLE {ROLE} SUPERUSER", "is a superuser"),
        (f"ALTER TABLE trust_flag OWNER TO {ROLE}", "owns tables"),
        (f"GRANT pg_read_all_data TO {ROLE}", "is a member of pg_read_all_data"),
        ("GRANT SELECT ON trust_reading TO PUBLIC", "would still reach trust_reading"),
        ("GRANT SELECT (sealed) ON engagements_sealedtext TO PUBLIC", "would still reach engagements_sealedtext"),
    ],
)
def test_a_role_that_no_grant_keeps_out_is_refused(role, statement, hint):
    with connection.cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(CommandError, match=hint):
        call_command("grant_roles", role=role)


@pytest.mark.postgres
@pytest.mark.parametrize("name", ['odd"; DROP TABLE trust_flag; --', "", "9", "Admin", "a" * 64])
def test_a_name_that_could_be_part_of_a_statement_is_refused(db, name):
    with pytest.raises(CommandError, match="Name the role in small letters"):
        call_command("grant_roles", role=name)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_admin_runs_as_a_process_of_its_own_under_that_role(cast, tmp_path):
    cast.ada.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt", 1000)  # the process has the real hashers
    cast.ada.save()
    call_command("grant_roles", role=ROLE, login=True)
    try:
        url = database_url(connection).replace(f"//{connection.settings_dict['USER']}", f"//{ROLE}", 1)
        assert f"//{ROLE}" in url
        with serving("admin", VAR_DIR=str(tmp_path), DATABASE_URL=url) as visitor:
            status, where, text = visitor.sign_in("ada")
            assert (status, where) == (200, "/admin/"), text[:500]
            for page in ADMIN_PAGES:
                assert visitor.get(page)[0] == 200, page
        # No keys of sealed words; of mails there is the one that tells a person of their new second step.
        assert sorted(os.listdir(tmp_path)) == ["bundles", "cache", "mail", "second_step_key", "secret_key"]
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP OWNED BY {ROLE}")
            cursor.execute(f"DROP ROLE {ROLE}")
