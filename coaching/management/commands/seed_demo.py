"""Loads made-up people, engagements and sessions, to look at and to measure with."""

import os
import re
from datetime import UTC, date, datetime, time

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.models.functions import Length
from django.utils import timezone

from coaching.demo import DEMO_PASSWORD, SIGN_INS
from coaching.demo.bulk_work import BulkWork
from coaching.demo.by_actions import ByActions
from coaching.demo.cast import CIRCLE, CIRCLES_WITH_PROGRAMS, DOMAIN, PROGRAMS_PER_CIRCLE
from coaching.demo.judged import live_through
from coaching.demo.people import People
from coaching.demo.score import compose
from engagements.actions.standings import keep_standings
from engagements.models import Executive, User
from trust.actions.cohort import freeze_what_is_due

MOST_THROUGH_ACTIONS = 300
BULK_CHUNK = 1000  # engagements in memory and per transaction; whole circles, whose coaches no other chunk makes
MOST_PROCESSES = 8
HOUR_OF_TODAY = time(10, 0)


class Command(BaseCommand):
    help = "Loads made-up people, engagements and sessions. The same seed and day give the same data."

    def add_arguments(self, parser):
        parser.add_argument("--engagements", type=int, default=40, metavar="N")
        parser.add_argument("--seed", type=int, default=1, metavar="S")
        parser.add_argument("--password", default=DEMO_PASSWORD, help="of all demo accounts")
        parser.add_argument("--today", metavar="YYYY-MM-DD", help="the day that counts as today (ten o'clock UTC)")
        parser.add_argument("--add", action="store_true", help="also into a database that has people")
        parser.add_argument("--path", choices=["actions", "bulk"], help=f"default: bulk above {MOST_THROUGH_ACTIONS}")
        parser.add_argument("--no-judge", action="store_true", help="leave the judging to the jobs")

    def handle(self, *, engagements, seed, password, today, add, path, no_judge, **options):
        if not 1 <= engagements <= 1_000_000 or not 0 <= seed < 2**32:
            raise CommandError("Give 1 to 1,000,000 engagements and a seed from 0 to 4,294,967,295.")
        now = datetime.combine(_day(today), HOUR_OF_TODAY, UTC) if today else timezone.now()
        if User.objects.exists() and not add:
            raise CommandError("There are people in this database already. Add the demo to them with --add.")
        people = People(password=password, now=now)
        people.who_can_sign_in()
        first = _first_free_number()
        numbers = range(first, first + engagements)
        if path == "bulk" or (path is None and engagements > MOST_THROUGH_ACTIONS):
            self._in_bulk(people, numbers, seed, now, is_judged=not no_judge)
        else:
            self._through_actions(people, numbers, seed, now, is_judged=not no_judge)
        freeze_what_is_due(now=now)
        self._say_who(password)

    @transaction.atomic
    def _through_actions(self, people, numbers, seed, now, *, is_judged):
        stage = ByActions(people, [compose(number, seed=seed, now=now) for number in numbers])
        if is_judged:
            live_through(stage, seed=seed, now=now)
        stage.play_until(now)
        keep_standings(stage.engagement_ids(), now)  # what was done at its moment is shown as of today

    def _in_bulk(self, people, numbers, seed, now, *, is_judged):
        """Chunk by chunk, each in a transaction of its own, so that memory stays bounded."""
        chunks = [numbers[start : start + BULK_CHUNK] for start in range(0, len(numbers), BULK_CHUNK)]
        work = BulkWork(password=people.password, seed=seed, now=now, is_judged=is_judged)
        done = 0
        for made in work.on(chunks, processes=_processes_for(chunks, people)):
            done += made
            self.stdout.write(f"{done:,} of {len(numbers):,} engagements")

    def _say_who(self, password):
        self.stdout.write(f"Demo data is loaded. Sign in with the password {password}")
        for sign_in in SIGN_INS:
            self.stdout.write(f"  {sign_in['role']:<28} {sign_in['email']}")


def _processes_for(chunks, people):
    """SQLite takes one writer; on a server each processor writes, once the programs that chunks share are there."""
    if connection.vendor == "sqlite" or len(chunks) == 1:
        return 1
    for number in range(CIRCLES_WITH_PROGRAMS * PROGRAMS_PER_CIRCLE):
        people.program(number)
    return min(len(os.sched_getaffinity(0)), MOST_PROCESSES)


def _day(text):
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text} is no date. Write it as in 2026-03-31.") from None
    if not 2003 <= day.year <= 2098:
        raise CommandError("Choose a day between 2003 and 2098.")
    return day


def _first_free_number():
    """Demo executives are numbered; a second load begins with a fresh circle of programs."""
    numbered = Executive.objects.filter(email__regex=rf"^executive\d+@{DOMAIN}$")
    last = numbered.order_by(Length("email").desc(), "-email").values_list("email", flat=True).first()
    return -(-int(re.sub(r"\D", "", last)) // CIRCLE) * CIRCLE if last else 0
