"""Measures the product on the data at hand: `manage.py bench trust|pages [--json]`."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from coaching.benchmarks import page_speed, trust_speed
from coaching.benchmarks.page_cast import NoData

PAGE_COLUMNS = {
    "p50_ms": "p50 ms",
    "p95_ms": "p95 ms",
    "p95_by_yardstick": "× yardstick",
    "p95_by_framed": "× framed",
    "target": "target ×",
    "queries": "queries",
    "bytes": "bytes",
    "bytes_compressed": "compressed",
}


class Command(BaseCommand):
    help = "Measures how fast engagements are judged or pages are given. Fill an empty database first: seed_demo."

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["trust", "pages"])
        parser.add_argument("--engagements", type=int, default=100_000, help="trust: at most so many")
        parser.add_argument("--rounds", type=int, default=60, help="pages: how often each is asked for")
        parser.add_argument("--json", action="store_true", help="figures as JSON")

    def handle(self, *, what, engagements, rounds, json: bool, **options):
        figures = _judging(engagements) if what == "trust" else _pages(rounds)
        figures = {"database": connection.vendor, **figures}
        as_words = _as_table if what == "trust" else _as_pages
        self.stdout.write(_as_json(figures) if json else as_words(figures))


def _judging(engagements):
    figures = trust_speed.measure(engagements)
    if not figures["engagements"]:
        raise CommandError("There is no engagement to judge. Run: manage.py seed_demo --engagements 100000")
    return figures


def _pages(rounds):
    if not 1 <= rounds <= 500:
        raise CommandError("Give 1 to 500 rounds.")
    try:
        return page_speed.measure(rounds)
    except NoData as trouble:
        raise CommandError(f"{trouble} Run: manage.py seed_demo --engagements 1000") from trouble


def _as_json(figures):
    return json.dumps(figures, indent=1)


def _as_table(figures):
    return "\n".join(f"{name.replace('_', ' '):<22}{value:>14}" for name, value in figures.items())


def _as_pages(figures):
    lines = [f"{figures['engagements']:,} engagements, {figures['database']}, {figures['rounds']} rounds"]
    lines.append(f"{'':<28}" + "".join(f"{words:>13}" for words in PAGE_COLUMNS.values()))
    for page in figures["pages"]:
        cells = ("" if page[name] is None else f"{page[name]:,}" for name in PAGE_COLUMNS)
        lines.append(f"{page['page']:<28}" + "".join(f"{cell:>13}" for cell in cells))
    return "\n".join(lines)
