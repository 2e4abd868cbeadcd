"""The session pool of a program: sessions bought for all its engagements together.

Used are the budgets of all its engagements but the declined ones, also of those that have ended. Whoever raises that
sum locks the program's row first, so that two cannot give away the same sessions.
"""

from dataclasses import dataclass

from django.db.models import Sum

from engagements.models import Engagement, Program, Status


class BeyondPool(Exception):
    """There are not so many sessions left; the message says how many."""


class PoolTooSmall(Exception):
    """More is given away already; the message says how much."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Sessions of one program; `size` is None where there is no limit."""

    size: int | None
    used: int

    @property
    def left(self):
        return None if self.size is None else self.size - self.used

    def takes(self, more):
        """Whether so many more can be given. Fewer, or none, always can."""
        return self.left is None or more <= max(self.left, 0)

    @property
    def words(self):
        """ "Of 120 sessions in the pool 96 are used, 24 left."."""
        if self.size is None:
            return f"{self.used} session{'' if self.used == 1 else 's'} are given to engagements; there is no limit."
        return f"Of {self.size} sessions in the pool {self.used} are used, {self.left} left."


def pool_of(program):
    """How the pool of a program stands."""
    return pools_of([program])[program.pk]


def pools_of(programs):
    """{key: Pool} of these programs, in one query."""
    if not programs:
        return {}
    engagements = Engagement.objects.filter(program__in=programs).exclude(status=Status.DECLINED).order_by()
    sums = engagements.values("program").annotate(used=Sum("session_budget"))
    used = dict(sums.values_list("program", "used"))
    return {program.pk: Pool(program.session_pool, used.get(program.pk, 0)) for program in programs}


def lock_pool(program_id):
    """Holds the program's row until the end of the transaction, so that two cannot give away the same sessions.

    Before any row of an engagement is locked: otherwise two actions could wait for each other.
    """
    return Program.objects.select_for_update(no_key=True).get(pk=program_id)


def check_pool(program, more):
    """Raises BeyondPool where so many more are not left. `program` comes from lock_pool."""
    if program.session_pool is None or more <= 0:
        return
    pool = pool_of(program)
    if not pool.takes(more):
        left = max(pool.left, 0)
        raise BeyondPool(
            f"The program's pool has {left} session{'' if left == 1 else 's'} left, and this takes {more} more. "
            "Give fewer, or have the pool made larger under the program's rules."
        )


def check_size(program, size):
    """Raises PoolTooSmall where more than `size` sessions are given away. `program` comes from lock_pool."""
    used = pool_of(program).used
    if size < used:
        raise PoolTooSmall(f"{used} sessions are given to engagements already. Choose {used} or more, or no limit.")
