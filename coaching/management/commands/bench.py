"""Measures the product on the data at hand: `manage.py bench trust --engagements 100000 [--json]`."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from coaching.benchmarks import trust_speed


class Command(BaseCommand):
    help = "Measures how fast engagements are judged. Fill an empty database first: manage.py seed_demo."

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["trust"])
        parser.add_argument("--engagements", type=int, default=100_000, help="at most so many (default: 100,000)")
        parser.add_argument("--json", action="store_true", help="figures as JSON")

    def handle(self, *, what, engagements, json: bool, **options):
        figures = trust_speed.measure(engagements)
        if not figures["engagements"]:
            raise CommandError("There is no engagement to judge. Run: manage.py seed_demo --engagements 100000")
        figures = {"database": connection.vendor, **figures}
        self.stdout.write(_as_json(figures) if json else _as_table(figures))


def _as_json(figures):
    return json.dumps(figures, indent=1)


def _as_table(figures):
    return "\n".join(f"{name.replace('_', ' '):<22}{value:>14}" for name, value in figures.items())
