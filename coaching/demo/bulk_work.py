"""Writes chunks of the demo in bulk, on several processors where the database takes several writers."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from django.db import connections

from coaching.demo.in_bulk import InBulk
from coaching.demo.judged import judge_as_of_today
from coaching.demo.people import People
from coaching.demo.score import compose


@dataclass(frozen=True, slots=True)
class BulkWork:
    """What every chunk is written with; `password` is hashed already."""

    password: str
    seed: int
    now: datetime
    is_judged: bool

    def on(self, chunks, *, processes):
        """Yields how many engagements each chunk had, in their order, as they are done."""
        if processes == 1:
            yield from map(self.write, chunks)
            return
        connections.close_all()  # a connection is one process's own
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(processes, mp_context=context) as pool:
            yield from pool.map(self.write, chunks)

    def write(self, numbers):
        """One chunk: its lives, their standings and, if asked for, what is judged of them. Returns their number."""
        people = People(password=self.password, is_hashed=True, now=self.now)
        ids = InBulk(people).perform(compose(number, seed=self.seed, now=self.now) for number in numbers)
        if self.is_judged:
            judge_as_of_today(ids, seed=self.seed, now=self.now)
        return len(numbers)
