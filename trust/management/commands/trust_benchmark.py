"""Compare the trust engine with the published rules on simulated worlds with known truth."""

import json

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Runs the benchmark on simulated engagements and prints its tables. Takes minutes; needs no database."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")
        parser.add_argument("--engagements", type=int, default=4000, help="simulated engagements per world")
        parser.add_argument("--seed", type=int, default=20261122)
        parser.add_argument("--resamples", type=int, default=100, help="for the bootstrap intervals; 0 for none")

    def handle(self, **options):
        from trust.benchmark.table import tables
        from trust.benchmark.trial import run

        if options["engagements"] < 500:
            raise CommandError("Fewer than 500 engagements per world say nothing; use more.")
        report = run(options["engagements"], options["seed"], options["resamples"])
        self.stdout.write(json.dumps(report.to_dict(), indent=1) if options["json"] else tables(report))
