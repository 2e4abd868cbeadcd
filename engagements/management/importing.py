"""What the import commands have in common: reading the file, a dry run, and telling the outcome."""

import json
import sys
import textwrap
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from engagements.imports.moments import DateOrder
from engagements.imports.tables import ENCODINGS, LARGEST_FILE, UnreadableFile
from engagements.vault import VaultError

DATE_ORDERS = {"day-first": DateOrder.DAY_FIRST, "month-first": DateOrder.MONTH_FIRST}
WIDEST = 100  # characters of a line of reasons


class ImportCommand(BaseCommand):
    """Brings a file. Subclasses say what kind, and do it in `carry_out`."""

    rows_word = "Row"

    def add_arguments(self, parser):
        parser.add_argument("file", help="the file to bring")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print the outcome as JSON only")

    def add_table_arguments(self, parser):
        parser.add_argument("--dates", choices=DATE_ORDERS, help="how to read 01/02/2026")
        parser.add_argument("--encoding", choices=ENCODINGS, help="if it is not recognised rightly")
        parser.add_argument("--delimiter", help="if it is not recognised rightly")

    def table_options(self, options):
        """Chosen formats, as imports take them."""
        chosen = {name: options[name] for name in ("encoding", "delimiter") if options[name]}
        return chosen | ({"dates": DATE_ORDERS[options["dates"]]} if options["dates"] else {})

    def carry_out(self, content, options):
        """Gives the plan of the file; carries it out unless it is a dry run."""
        raise NotImplementedError

    def handle(self, *args, **options):
        try:
            plan = self.carry_out(self._content(options["file"]), options)
            if plan.blockers:
                raise CommandError(" ".join(plan.blockers))
        except (UnreadableFile, CommandError, VaultError) as problem:
            if not options["as_json"]:
                raise CommandError(str(problem)) from problem
            self.stdout.write(json.dumps({"error": str(problem)}))
            sys.exit(1)
        if options["as_json"]:
            self.stdout.write(json.dumps(self._as_json(plan, options["dry_run"]), indent=2, ensure_ascii=False))
        else:
            self._tell(plan, options["dry_run"])

    def _content(self, name):
        path = Path(name)
        try:
            if path.stat().st_size > LARGEST_FILE:
                raise CommandError("The file is larger than 10 MB. Bring it in parts.")
            return path.read_bytes()
        except OSError as error:
            raise CommandError(f"Cannot read {name}: {error.strerror}.") from error

    def _as_json(self, plan, dry_run):
        rows = [{"row": row["row"], "reason": row["reason"]} for row in plan.refused]
        return {
            **plan.counts,
            "dry_run": dry_run,
            "recognised": dict(plan.recognised),
            "remarks": list(plan.remarks),
            "changed_rows": [{"row": row.number, "reason": row.reason} for row in plan.changed],
            "refused_rows": rows,
        }

    def _tell(self, plan, dry_run):
        for label, value in plan.recognised:
            self.stdout.write(f"{label + ':':16}{value}")
        for remark in plan.remarks:
            self.stdout.write(remark)
        self.stdout.write("")
        for outcome, number in plan.counts.items():
            self.stdout.write(f"{outcome.capitalize():12}{number:>8,}")
        if plan.refused:
            self.stdout.write(f"\n{self.rows_word:>6}  Reason")
        for row in plan.refused:
            lines = textwrap.wrap(row["reason"], WIDEST) or [""]
            self.stdout.write(f"{row['row']:>6}  {lines[0]}")
            for line in lines[1:]:
                self.stdout.write(f"{'':6}  {line}")
        self.stdout.write("\nA dry run: nothing was changed." if dry_run else "\nDone.")
