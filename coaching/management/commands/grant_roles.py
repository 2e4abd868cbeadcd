"""`manage.py grant_roles --role NAME`: a PostgreSQL role for the admin on its own, shut out of what is confidential."""

import re

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from coaching.database_roles import ADMIN_NEEDS, ADMIN_NEEDS_TABLES, WITHHELD_COLUMNS

READING_OR_WRITING = "SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER"
NAME = re.compile("[a-z][a-z0-9_]{0,62}")  # goes into statements, which take names as no parameter
ON_COLUMNS = "SELECT, INSERT, UPDATE, REFERENCES"


class Command(BaseCommand):
    help = (
        "Gives a PostgreSQL role what DJANGO_SURFACE=admin needs and nothing else, and proves it. Run it again after "
        "each new version. Passwords are the database's own business: ALTER ROLE name PASSWORD '…'."
    )

    def add_arguments(self, parser):
        parser.add_argument("--role", required=True, help="made if there is none of that name")
        parser.add_argument("--login", action="store_true", help="a role that is made here may sign in")

    def handle(self, *args, **options):
        if connection.vendor != "postgresql":
            raise CommandError("Roles need PostgreSQL. Set DATABASE_URL.")
        if not NAME.fullmatch(options["role"]):
            raise CommandError("Name the role in small letters, digits and underscores, beginning with a letter.")
        with transaction.atomic(), connection.cursor() as cursor:
            grants = Grants(cursor, options["role"])
            made = grants.make_role(login=options["login"])
            grants.refuse_powerful()
            grants.give()
            grants.prove()
        self.stdout.write(f"{'Made' if made else 'Set'} role {options['role']}: it reaches {len(grants.given)} tables.")


class Grants:
    """The rights of one role in the current schema."""

    def __init__(self, cursor, role):
        self.cursor, self.role, self.name = cursor, role, connection.ops.quote_name(role)
        self.given = dict(ADMIN_NEEDS_TABLES)
        self.columns = {}  # of tables with withheld columns: {table: those that are not}
        for label, verbs in ADMIN_NEEDS.items():
            if apps.is_installed(_package_of(label)):
                model = apps.get_model(label)
                self.given[model._meta.db_table] = verbs
                if withheld := WITHHELD_COLUMNS.get(label):
                    columns = [field.column for field in model._meta.concrete_fields if field.name not in withheld]
                    self.columns[model._meta.db_table] = columns

    def make_role(self, *, login):
        """Whether there was none."""
        if self._rows("SELECT 1 FROM pg_roles WHERE rolname = %s", self.role):
            return False
        self.cursor.execute(f"CREATE ROLE {self.name} {'LOGIN' if login else 'NOLOGIN'}")
        return True

    def refuse_powerful(self):
        """No grant can keep a superuser, an owner or a member of another role out."""
        ((is_super,),) = self._rows("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", self.role)
        owned = self._rows("SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tableowner = %s", self.role)
        if is_super or owned:
            raise CommandError(f"{self.role} is a superuser or owns tables here: no grant keeps it out. Name another.")
        above = self._rows(
            "SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid "
            "JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = %s",
            self.role,
        )
        if above:
            raise CommandError(f"{self.role} is a member of {above[0][0]} and has its rights, too. Name another.")

    def give(self):
        """Takes everything and gives what is listed."""
        quote, ((schema, database),) = (
            connection.ops.quote_name,
            self._rows("SELECT current_schema(), current_database()"),
        )
        for what in ("TABLES", "SEQUENCES"):
            self.cursor.execute(f"REVOKE ALL ON ALL {what} IN SCHEMA {quote(schema)} FROM {self.name}")
        self.cursor.execute(f"GRANT CONNECT ON DATABASE {quote(database)} TO {self.name}")
        self.cursor.execute(f"GRANT USAGE ON SCHEMA {quote(schema)} TO {self.name}")
        for table, verbs in self.given.items():
            self.cursor.execute(f"GRANT {self._verbs(table, verbs)} ON {quote(table)} TO {self.name}")

    def _verbs(self, table, verbs):
        """With the columns they are for, where some are withheld; a row begins with all of them."""
        if table not in self.columns:
            return verbs
        columns = ", ".join(map(connection.ops.quote_name, self.columns[table]))
        return ", ".join(verb if verb == "INSERT" else f"{verb} ({columns})" for verb in verbs.split(", "))

    def prove(self):
        """Asks the database what the role can reach; raises CommandError, and nothing was changed, if it is more."""
        reached = self._rows(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND NOT tablename = ANY(%s) AND ("
            "has_table_privilege(%s, quote_ident(schemaname) || '.' || quote_ident(tablename), %s) OR "
            "has_any_column_privilege(%s, quote_ident(schemaname) || '.' || quote_ident(tablename), %s))",
            list(self.given), self.role, READING_OR_WRITING, self.role, ON_COLUMNS,
        )  # fmt: skip
        if reached:
            names = ", ".join(sorted(name for (name,) in reached))
            raise CommandError(f"{self.role} would still reach {names}. Revoke what PUBLIC was granted there.")

    def _rows(self, question, *values):
        self.cursor.execute(question, values)
        return self.cursor.fetchall()


def _package_of(label):
    """The name under which the application of a model would be installed."""
    app = label.split(".")[0]
    return next((config.name for config in apps.get_app_configs() if config.label == app), app)
