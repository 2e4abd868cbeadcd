"""`manage.py field_register`: writes docs/field-register.md from the register."""

from django.conf import settings
from django.core.management.base import BaseCommand

from coaching.field_register import REGISTER
from coaching.field_register.table import EXPORT, KEPT

HEAD = "| Columns | What for | Who sees it | Kept | Sealed | Export |"
PAGE = settings.BASE_DIR / "docs" / "field-register.md"
LEAD = """# Field register

What is kept, column by column: what for, who sees it, for how long, whether it is sealed, and whether an executive
gets it with "What is kept about me". Written by `manage.py field_register` from
[coaching/field_register](../coaching/field_register); tests compare it with the models, with what the admin's database
role may read, with erasing and with the export. Tables of packages (browser sessions, second steps, the admin's own
history) hold nothing of engagements. Flags about trust are deleted with the content; those about dates stay, emptied.

Who sees it: the **coach** of the engagement; the **executive**, by link; the **managers** of the program;
**administrators**; **own**, whoever keeps it or is meant. Nobody: only the machine works with it.

How long it is kept:

"""


class Command(BaseCommand):
    help = "Writes docs/field-register.md; with --check only says whether it is up to date."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true")

    def handle(self, *args, **options):
        page = LEAD + _legend() + "\n".join(_section(label, table) for label, table in REGISTER.items())
        if not options["check"]:
            PAGE.write_text(page)
        elif not PAGE.exists() or PAGE.read_text() != page:
            raise SystemExit("docs/field-register.md is not up to date. Run: manage.py field_register")


def _legend():
    return "".join(f"- **{key.lower()}**: {words}\n" for key, words in KEPT.items()) + "\n"


def _section(label, table):
    rows = [f"## {label.split('.')[1]}\n", f"{table.purpose}.\n", HEAD, "|---|---|---|---|---|---|"]
    for names, one in _grouped(table).items():
        sealed, export = "yes" if one.sealed else "", "" if one.export == "no" else EXPORT[one.export]
        rows.append(f"| {names} | {one.purpose} | {one.seen_words} | {one.kept.lower()} | {sealed} | {export} |")
    return "\n".join(rows) + "\n"


def _grouped(table):
    """{names of columns that share a line: what is said of them}."""
    groups = {}
    for name, one in table.fields.items():
        groups.setdefault(id(one), (one, []))[1].append(f"`{name}`")
    return {", ".join(names): one for one, names in groups.values()}
