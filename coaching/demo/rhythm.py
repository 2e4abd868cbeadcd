"""When the sessions of one engagement are due: backwards from the next one, at its own hour. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from coaching.demo.stories import STORIES
from engagements.models import Status

FIRST_HOUR, HOURS = 8, 10
A_QUARTER = timedelta(minutes=15)
# Stories by coach: how many stand before one gives each engagement an hour of its own.
_PLACE_IN_WEEK: dict = {}
for _story in STORIES:
    _PLACE_IN_WEEK.setdefault(_story.coach, []).append(_story)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`due` are the sessions up to now, `coming` those booked after them (the first may wait to be logged)."""

    starts_on: date
    active_at: datetime
    due: list[datetime]
    coming: list[datetime]
    ended_at: datetime | None
    after_the_end: datetime | None

    @classmethod
    def of(cls, life) -> "Rhythm":
        story, dice, zone = life.story, life.dice, life.zone
        hour = _hour_of(story)
        is_open = story.status == Status.ACTIVE
        count = min(dice.randint(*story.sessions), life.rules.session_budget - is_open)
        cadence = timedelta(weeks=life.rules.cadence_weeks)
        ended_at = None if is_open else _end(life)
        following = _following(life, ended_at, cadence, hour)
        day = following.astimezone(zone).date()
        due = [_moment(_shifted(day - cadence * back, dice), hour, zone) for back in range(count, 0, -1)]
        later = [_moment(_on_weekday(day + cadence * step, 1), hour, zone) for step in range(1, 3)]
        begin = _on_weekday((due or [following])[0].astimezone(zone).date() - timedelta(days=dice.randint(2, 5)), -1)
        return cls(
            starts_on=begin,
            active_at=_moment(begin, 9, zone) + timedelta(minutes=dice.randrange(60)),
            due=due,
            coming=[following, *later][: min(story.booked, life.rules.session_budget - count)],
            ended_at=ended_at,
            after_the_end=following if ended_at else None,
        )


def _end(life):
    return office_hours(life.now - timedelta(weeks=life.dice.uniform(*life.story.ended_weeks_ago)), life.zone)


def _following(life, ended_at, cadence, hour):
    """The session after those that were due."""
    if ended_at:
        return ordinary_day(ended_at - timedelta(days=4) + cadence, timedelta(), life.zone, hour)
    distance = life.story.next_in
    if distance is None:
        distance = timedelta(days=life.dice.randint(2, cadence.days - 3))
    if timedelta() <= distance < timedelta(days=1):
        return _next_quarter(life.now + distance)
    return ordinary_day(life.now, distance, life.zone, hour)


def ordinary_day(moment, distance, zone, hour):
    """That far from `moment`, on a weekday (further away rather than nearer), at a wall-clock hour."""
    day = moment.astimezone(zone).date() + distance
    return _moment(_on_weekday(day, 1 if distance >= timedelta() else -1), hour, zone)


def office_hours(moment, zone):
    """The same minute, between eight and six on the clock of `zone`; whole seconds."""
    local = moment.astimezone(zone).replace(microsecond=0)
    return local.replace(hour=min(max(local.hour, FIRST_HOUR), FIRST_HOUR + HOURS - 1)).astimezone(UTC)


def _on_weekday(day, direction):
    while day.weekday() > 4:
        day += timedelta(days=direction)
    return day


def _shifted(day, dice):
    """Now and then a day earlier or later; never at a weekend."""
    if dice.random() < 0.25:
        day += timedelta(days=dice.choice((-1, 1)))
    return _on_weekday(day, -1)


def _moment(day, hour, zone):
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


def _next_quarter(moment):
    return moment + (-(moment - datetime(2000, 1, 1, tzinfo=UTC)) % A_QUARTER)


def _hour_of(story):
    return FIRST_HOUR + _PLACE_IN_WEEK[story.coach].index(story) % HOURS
